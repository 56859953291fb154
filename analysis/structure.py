"""How is a speech built?  Its outline: headings, numbered and unnumbered enumerations to any depth, slips of numbering."""

from __future__ import annotations

import os.path
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from statistics import median_low

from analysis.moves import find_moves  # noqa: F401  (one door for both halves of the question)
from analysis.promises import find_announcements
from analysis.spans import Found
from analysis.units import Document

NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)}
_N = "[一二三四五六七八九十]{1,3}"

# Every overt marker behind the end of a clause, in one alternation; the name of the group is the family of the series.
_MARK = re.compile(rf"""[\n。；：！？，、…”’）);:!?,\s][ \t\u3000]*(?:
      (?P<dun>{_N}(?:、(?!{_N}[、线级等是])|，|(?=[ \t\u3000]*(?:\n|$))|(?=[ \t\u3000]+[一-龥“])))
    | (?P<paren>[（(]{_N}[）)]、?)
    | (?P<shi>{_N}(?:是要|是|要|靠|抓|看|查|来|则|为|曰)(?!否|不是))
    | (?P<di>(?:第(?:{_N}|\d{{1,2}})|头一)(?:(?:个方面|个问题|方面|部分|句话|阶段|个|[条件项点类种步张关桩层笔行])(?!月|五年)
           |是要|是|要|就是|靠|[^\W\d季产批期届次年天名位线书时轮月世代责手流性度大声]|(?=[，、：:,．.\s])))
    | (?P<qi>其{_N}(?=[，、：:是]))
    | (?P<shouxian>首先(?!是)|其次|再次|再者|最后)
    | (?P<yifangmian>另?一方面)
    | (?P<youde>更有甚者|[还也更]?有(?:一些|些|的)(?!放矢|时候|话))
    | (?P<yige>[还另]?有?一(?:种|个|类)是)
    | (?P<arabic>\d{{1,2}}(?:[.．](?![\d％%])|、(?!\d)))
    | (?P<arabic_paren>[（(]\d{{1,2}}[）)]|\d{{1,2}}[）)])
    | (?P<circled>[①-⑳])
    | (?P<dash>[—―-]{{2,6}})
    | (?P<bullet>[●■◆▲★•·])
)""", re.X)
# Unnumbered frames that open three or more neighbouring sentences: the silent levels of the outline.
_FRAME = re.compile(r"""[\n。；！？”](?:
      (?P<topic_label>[“"][^”"，。；：\n]{1,8}[”"](?:主要)?(?:表现[为在]|是指|就是|是)?[：，])
    | (?P<anaphora>(?:这|所谓)[^，。；：\n]{1,8}，就?是)
    | (?P<aspect>[在从对]?[^，。；：！？\n]{2,18}方面，)
    | (?P<count>[^，。；：！？\n]{2,12}的(?:还有|有|共有|共)?[×Xx\d一二三四五六七八九十百千]+[多余]?[条件个户人起家项封次]，)
)""", re.X)
_RANK = {"head": 0, "dun": 1, "paren": 2, "arabic": 3, "arabic_paren": 4, "circled": 5}  # 一、（一）1.（1）① of GB/T 9704
_GROUP = {"di": "order", "qi": "order", "shouxian": "order"}  # 首先 … 第二 … 最后 continue one another
_FIRST = {"首先": 1, "一方面": 1}
_REPEATED = {"youde", "yige", "dash", "bullet"}  # the same marker again and again
_COUNTED = set("一二三四五六七八九十0123456789个条件项点类种步张关桩层笔行题面分话段是要靠")
_LINE_ONLY = {"dash", "bullet", "arabic_paren", "arabic"}  # inside a line they are dashes, numbers, dates

_PEOPLE = "(?:同志|朋友|代表|委员|女士|先生|来宾|嘉宾|同胞|同学|乡亲|战士|战友|老师|员工|使节|记者|青年|将士|官兵|孩子|领导)"
_SALUTATION = re.compile(rf"[^。；！？：\n]{{0,50}}(?:{_PEOPLE}们?|主席)|(?:[^。；！？：\n]{{0,50}}(?:{_PEOPLE}们?|主席)|(?=各位|诸位|尊敬的|亲爱的))"
                         r"[^。；！？：\n]{0,20}[：:！!，]|大家[^。；！？：\n]?好[！。]")
_CLOSING = re.compile(rf"[^，。：！\n]{{0,10}}{_PEOPLE}们?[，！：:!]|谢谢|散会|让我们|最后，")
_RUN_IN = re.compile(r"\n[ 　]*([^，。；：！？\n]{2,20}：)(?=[^\n]{15})")
_SPEAKS = re.compile(r"(?:[说讲道问答称喊曰写着]|指出|强调|提出|指示|如下|是|有|为)：$")
_ENDED = "。！？；：，、…!?;:,.”"
_LONGEST_HEADING = 50
_MOST_ITEMS_APART = 12  # lines between two items of one series of dashes


@dataclass(slots=True, eq=False)
class Mark:
    """A marker: where it stands, its number (0: whatever comes next), its line, and whether it opens that line."""

    start: int
    end: int
    family: str
    group: str
    number: int
    line: int
    opens: bool
    heading: bool = False  # a short line of its own
    final: bool = False  # 最后

    @property
    def rank(self) -> float:
        return _RANK.get(self.family, 1 if self.heading and self.family == "di" else 6)


@dataclass(slots=True, eq=False)
class Series:
    """Markers of one level, in order; `under` is the series inside whose last item this one began."""

    marks: list[Mark]
    under: tuple[Series, Mark] | None = None
    slips: list[tuple[str, Mark, int]] = field(default_factory=list)  # kind, marker, number expected
    ends: list[int] = field(default_factory=list)

    @property
    def last(self) -> Mark:
        return self.marks[-1]

    @property
    def family(self) -> str:
        counts = Counter(mark.family for mark in self.marks)
        if len(counts) == 1 or set(counts) == {"shi", "shiyao"}:
            return counts.most_common(1)[0][0]
        return "_".join(counts) + "_mixed"


def find_structure(document: Document) -> list[Found]:
    """Find salutation, headings, enumerations with items and markers, announcements and slips of numbering.

    One row per span; headings and enumerations with nothing above them have no parent.

    >>> import numpy as np
    >>> text = "要抓三件事：一是修路，二是通水，三是建校。"
    >>> [text[one.start:one.end] for one in find_structure(Document("a", text, np.arange(len(text), dtype="int32")))
    ...  if one.label == "enumeration_marker"]
    ['一是', '二是', '三是']
    """
    salutation = _find_salutation(document)
    marks = _read_marks(document, len(salutation))
    series = _link_marks([mark for mark in marks if mark.family not in _REPEATED])
    headings = [one for one in series if _is_outline(one)]
    inline = [one for one in series if not _is_outline(one) and len(one.marks) > 1]
    inline += _repeated_series(document, marks)
    rows, outline = _heading_rows(document, headings)
    breaks = [heading.start for heading in outline] + [len(document.view)]
    for one in reversed(inline):
        _find_ends(document, one, breaks)
    inline += _silent_series(document, inline, breaks)
    found = salutation + rows + _enumeration_rows(document, inline, outline)
    return found + find_announcements(document, found)


# -- markers ------------------------------------------------------------------------------------------------------------------


def _read_marks(document: Document, first_line: int) -> list[Mark]:
    """Markers at clause starts outside quotations, and unnumbered heads, in the order of the text."""
    view, starts, lines = document.view, document.line_starts, document.lines
    marks = []
    for match in _MARK.finditer("\n" + view):
        family, text = match.lastgroup, match[match.lastgroup]
        start = match.start(family) - 1
        line = bisect_right(starts, start) - 1
        opens = starts[line] == start
        if not opens and (family in _LINE_ONLY or family == "dun" and text[-1] != "、" or _quoted(view, start)):
            continue
        group, number = _GROUP.get(family, family), _number(text)
        if family == "shi":
            group, family = ("shi" if text[-1] in "是要" else text[-1]), ("shi" if text[-1] != "要" else "shiyao" if "是" in text else "yao")
        if family == "di" and text[-1] not in _COUNTED:  # any classifier will do if all members have the same
            group = text[-1]
        marks.append(Mark(start, start + len(text), family, group, number, line, opens, final=text == "最后"))
    _judge_headings(document, marks)
    marks = [mark for mark in marks if mark.family != "dun" or view[mark.end - 1] in "、，" or mark.heading]  # 一 on a line of its own
    marked = {mark.line for mark in marks if mark.opens}
    heads = [Mark(lines[n][0], lines[n][0], "head", "head", 0, n, True, True) for n in _unnumbered_heads(document, marked, first_line)]
    return sorted(marks + heads, key=lambda mark: mark.start) if heads else marks


def _number(text: str) -> int:
    if text in _FIRST:
        return _FIRST[text]
    if "①" <= text[0] <= "⑳":
        return ord(text[0]) - ord("①") + 1
    digits = re.sub(r"\D", "", text)
    if digits:
        return int(digits)
    number = 0
    for sign in text:
        value = NUMERALS.get(sign)
        if value == 10:
            number = (number or 1) * 10
        elif value:
            number += value
    return number


def _quoted(view: str, place: int) -> bool:
    """Whether a place stands inside a pair of quotation marks; an open one that is never closed nearby does not count."""
    opening = view.rfind("“", max(0, place - 300), place)
    if opening < 0 or view.find("”", opening, place) >= 0 or view.find("\n", opening, place) >= 0:
        return False
    return view.find("”", place, place + 300) >= 0


def _judge_headings(document: Document, marks: list[Mark]) -> None:
    """Mark as headings the numbered short lines of their own.

    A line that ends in a full stop counts when it is one short sentence and text, not its next sibling, follows:
    lists of short items look the same but stand line under line.
    """
    view, lines = document.view, document.lines
    opening = {mark.line: mark for mark in marks if mark.opens and mark.number}
    for line, mark in opening.items():
        start, end = lines[line]
        text = view[mark.end:end]
        if not 1 <= len(text.strip()) <= _LONGEST_HEADING or any(stop in text[:-1] for stop in "。！？；"):
            continue
        below = opening.get(line + 1)
        sibling = below is not None and below.group == mark.group or line + 1 == len(lines)
        if text[-1] in "。！？" and (len(text) <= 40 and not sibling and mark.family not in ("yao", "qi", "shouxian")):
            mark.heading = True
        elif text[-1] not in _ENDED or text[-1] == "”" or text[-1] == "：" and len(text) <= 15:
            mark.heading = not sibling or mark.group in ("dun", "paren")


def _unnumbered_heads(document: Document, marked: set[int], first_line: int) -> list[int]:
    """Lines that are heads without a number: short, without closing punctuation, between two full paragraphs."""
    view, lines = document.view, document.lines
    heads = []
    for n in range(max(first_line, 0), len(lines) - 1):
        start, end = lines[n]
        if not 2 <= end - start <= 32 or view[end - 1] in _ENDED or n in marked or view[start] in "（([<【—-*>|":
            continue
        text = view[start:end]
        if any(sign in text for sign in "。；！\t|") or sum("一" <= sign <= "龥" for sign in text) < 0.6 * len(text):
            continue
        below_start, below_end = lines[n + 1]
        full = n + 1 in marked or view[below_end - 1] in "。！？：”；" and below_end - below_start > 20
        above = n == first_line or view[lines[n - 1][1] - 1] in "。！？”；）：" or n - 1 in marked or n - 1 in heads[-1:]
        if full and above and not _SALUTATION.fullmatch(text):
            heads.append(n)
    return heads if len(heads) <= max(3, len(lines) // 3) else []


# -- series -------------------------------------------------------------------------------------------------------------------


def _link_marks(marks: list[Mark]) -> list[Series]:
    """Put numbered markers into series with a stack: 1 opens a level, n follows n-1 of its own kind, one gap is allowed."""
    series: list[Series] = []
    stack: list[Series] = []
    for mark in marks:
        if mark.family == "head":
            stack.clear()
            series.append(Series([mark]))
            continue
        depth, slip = _place_of(mark, stack)
        if depth >= 0:
            del stack[depth + 1:]
            if slip:
                stack[-1].slips.append((slip, mark, stack[-1].last.number + 1))
            mark.number = mark.number or stack[-1].last.number + 1
            stack[-1].marks.append(mark)
        elif mark.number == 1 or mark.heading and mark.number and mark.family in ("dun", "paren", "di"):
            _close_for(mark, stack)
            one = Series([mark], (stack[-1], stack[-1].last) if stack else None)
            if mark.number > 1:
                one.slips.append(("gap", mark, 1))
            stack.append(one)
            series.append(one)
    return series


def _place_of(mark: Mark, stack: list[Series]) -> tuple[int, str]:
    """Depth of the series that a marker continues, and the slip this takes; -1 when it continues none."""
    fit = [n for n in range(len(stack) - 1, -1, -1)
           if stack[n].last.group == mark.group and (mark.opens or stack[n].last.line == mark.line or stack[n].last.opens)]
    if mark.number == 0 or mark.family == "yifangmian":
        return _place_of_unnumbered(mark, stack, fit)
    alike = [n for n in fit if stack[n].last.opens == mark.opens]
    for n in alike + fit:
        if stack[n].last.number + 1 == mark.number and (stack[n].last.heading <= mark.heading or mark.opens):
            return n, ""
    for n in alike:
        near = mark.heading or stack[n].last.line == mark.line or mark.line - stack[n].last.line <= 6
        if mark.number > 2 and stack[n].last.number + 2 == mark.number and near:
            return n, "gap"
        if mark.number > 1 and stack[n].last.number == mark.number and mark.heading and stack[n].last.heading:
            return n, "repeat"
    return -1, ""


def _place_of_unnumbered(mark: Mark, stack: list[Series], fit: list[int]) -> tuple[int, str]:
    """一方面 pairs with its own kind of place (it nests in itself); 其次 follows what is open, 最后 only what 首先 opened."""
    if mark.family == "yifangmian":
        pairs = [n for n in fit if stack[n].last.opens == mark.opens and len(stack[n].marks) < 3]
        again = mark.end - mark.start == 3
        if again:
            pairs = [n for n in pairs if not mark.opens and stack[n].last.line == mark.line and len(stack[n].marks) == 1]
        return (pairs or ([] if again else fit) or [-1])[0], ""
    for n in fit:
        if stack[n].marks[0].family == "shouxian" or len(stack[n].marks) == 1 and not mark.final:
            return n, ""
    return -1, ""


def _close_for(mark: Mark, stack: list[Series]) -> None:
    """Close what a new series ends: its own kind at the same kind of place, and lower levels that opened lines."""
    for n, one in enumerate(stack):
        same = one.last.group == mark.group and (one.last.opens == mark.opens or one.last.line < mark.line and not one.last.opens)
        if mark.family == "yifangmian":
            same = False
        lower = mark.opens and (one.last.rank > mark.rank or not one.last.opens) or one.last.line < mark.line and not one.last.opens
        if same or lower or one.last.heading < mark.heading:
            del stack[n:]
            return


def _is_outline(series: Series) -> bool:
    """Whether most members of a series are headings."""
    return 2 * sum(mark.heading for mark in series.marks) > len(series.marks)


def _repeated_series(document: Document, marks: list[Mark]) -> list[Series]:
    """Series of one marker again and again: 有的 in neighbouring sentences, dashes and bullets at neighbouring lines."""
    series: list[Series] = []
    for family in ("youde", "yige", "dash", "bullet"):
        chain: list[Mark] = []
        stops = [mark.line for mark in marks if mark.heading]
        for mark in [mark for mark in marks if mark.family == family] + [None]:
            if chain and (mark is None or not _neighbours(document, chain[-1], mark, stops)):
                if len(chain) > 1:
                    series.append(Series(chain))
                chain = []
            if mark is not None:
                chain.append(mark)
    for one in series:
        for number, mark in enumerate(one.marks, 1):
            mark.number = number
    return series


def _neighbours(document: Document, one: Mark, other: Mark, stops: list[int]) -> bool:
    if one.family in ("dash", "bullet"):
        headings = bisect_left(stops, other.line) - bisect_right(stops, one.line)
        return not headings and other.line - one.line <= _MOST_ITEMS_APART
    first, second = document.sentence_at(one.start), document.sentence_at(other.start)
    return one.line == other.line and (first == second or second == first + 1 and document.sentence_starts[second] == other.start)


def _silent_series(document: Document, known: list[Series], breaks: list[int]) -> list[Series]:
    """Levels that no number marks: repeated frames, run-in heads, and 要 at the head of three sentences of one item."""
    view, families = document.view, {}
    for match in _FRAME.finditer("\n" + view):
        family, start = match.lastgroup, match.start(match.lastgroup) - 1
        end = match.end() - 1 if family == "anaphora" else start  # the others have no marker of their own
        mark = Mark(start, end, family, family, 0, document.line_at(start), False)
        families.setdefault((mark.family, view[mark.start] if end > mark.start else ""), []).append(mark)
    frames = [one for marks in families.values() for one in _chains(marks, lambda one, other: one.line == other.line)]
    heads = [Mark(match.start(1) - 1, match.end(1) - 1, "run_in_heading", "run_in_heading", 0, document.line_at(match.start(1) - 1), True)
             for match in _RUN_IN.finditer("\n" + view) if not _SPEAKS.search(match[1]) and not _SALUTATION.fullmatch(match[1])]
    taken = {mark.line for one in known for mark in one.marks if mark.opens}
    heads = [mark for mark in heads if mark.line not in taken]
    frames += _chains(heads, lambda one, other: other.line - one.line <= 2 and
                      bisect_right(breaks, one.start) == bisect_right(breaks, other.start))
    frames += _alike_paragraphs(document, taken, breaks)
    for one in frames:
        _find_ends(document, one, breaks)
    return frames + _sentences_of_must(document, known)


def _alike_paragraphs(document: Document, taken: set[int], breaks: list[int]) -> list[Series]:
    """Three or more paragraphs one after the other that begin with the same words, four or more (two where they forbid)."""
    view, lines = document.view, document.lines
    series, chain, shared = [], [], ""
    for n in range(len(lines) + 1):
        begin = view[lines[n][0]:lines[n][0] + 12] if n < len(lines) and n not in taken and lines[n][0] not in breaks else ""
        common = os.path.commonprefix([shared, begin]) if chain else begin
        if chain and len(common) >= (2 if common[:2] in ("不准", "严禁", "不得", "不许", "坚持", "必须") else 4):
            chain, shared = chain + [n], common
            continue
        if len(chain) > 2 and not _CLOSING.match(shared):
            marks = [Mark(lines[k][0], lines[k][0] + len(shared), "anaphora", "anaphora", order, k, True) for order, k in enumerate(chain, 1)]
            series.append(Series(marks))
        chain, shared = [n] if begin else [], begin
    return series


def _chains(marks: list[Mark], alike, least: int = 3) -> list[Series]:
    series, chain = [], []
    for mark in marks + [None]:
        if chain and (mark is None or not alike(chain[-1], mark)):
            if len(chain) >= least:
                series.append(Series(chain))
            chain = []
        if mark is not None:
            chain.append(mark)
    for one in series:
        for number, mark in enumerate(one.marks, 1):
            mark.number = number
    return series


def _sentences_of_must(document: Document, known: list[Series]) -> list[Series]:
    """Sentences that begin with 要, three or more inside one numbered item that has no other series in it."""
    series, view = [], document.view
    starts = sorted(one.marks[0].start for one in known)
    for one in known:
        if one.last.group in _REPEATED or one.last.family == "yifangmian":
            continue
        for mark, end in zip(one.marks, one.ends):
            inner = bisect_right(starts, mark.start)
            if inner < len(starts) and starts[inner] < end:
                continue
            first, last = document.sentence_at(mark.start), document.sentence_at(end - 1)
            begins = [start for start, _ in document.sentences[first + 1:last + 1]
                      if view[start] == "要" and view[start + 1:start + 2] not in "求素是点"]
            if len(begins) >= 3:
                marks = [Mark(start, start + 1, "yao_sentence", "yao_sentence", n, document.line_at(start), False)
                         for n, start in enumerate(begins, 1)]
                series.append(Series(marks, ends=_trimmed(view, begins[1:] + [end])))
    return series


# -- extents and rows ---------------------------------------------------------------------------------------------------------


def _find_ends(document: Document, series: Series, breaks: list[int]) -> None:
    """Set where each item ends: where its sibling begins; the last with its sentence, its paragraph or as many as its siblings."""
    marks, lines, last = series.marks, document.lines, series.last
    if last.opens:
        paragraphs = median_low([after.line - mark.line for mark, after in zip(marks, marks[1:])] or [1])
        limit = breaks[bisect_right(breaks, last.start)]
        end = lines[last.line][1]
        for start, stop in lines[last.line + 1:last.line + max(paragraphs, 1)]:
            if start >= limit or _CLOSING.match(document.view, start):
                break
            end = stop
    else:
        inside = document.sentence_at(marks[0].start) == document.sentence_at(last.start) or last.group == "youde"
        end = document.sentences[document.sentence_at(last.start)][1] if inside else lines[last.line][1]
    series.ends = _trimmed(document.view, [mark.start for mark in marks[1:]] + [max([end, *series.ends])])
    if series.under and series.under[1] is series.under[0].last:
        series.under[0].ends.append(series.ends[-1])


def _trimmed(view: str, ends: list[int]) -> list[int]:
    trimmed = []
    for end in ends:
        while view[end - 1] in "\n \t\u3000\r":
            end -= 1
        trimmed.append(end)
    return trimmed


def _find_salutation(document: Document) -> list[Found]:
    """The opening lines that address the audience: the first line, and the second where forms of address stand in two."""
    found = []
    for start, end in document.lines[:3]:
        if end - start > 60 or not _SALUTATION.fullmatch(document.view, start, end):
            break
        found.append(Found("salutation", start, end))
    return found


def _heading_rows(document: Document, series: list[Series]) -> tuple[list[Found], list[Found]]:
    """Headings with their markers and slips; also the headings alone, in order. A level is one more than that of its parent."""
    rows, outline, open_heads = [], [], []
    marks = sorted(((mark, one) for one in series for mark in one.marks), key=lambda pair: pair[0].start)
    head_rank = _rank_of_heads([mark for mark, _ in marks])
    for mark, one in marks:
        rank = head_rank if mark.family == "head" else mark.rank
        while open_heads and open_heads[-1][0] >= rank:
            open_heads.pop()
        above = open_heads[-1][1] if open_heads else None
        end = document.lines[mark.line][1]
        if not mark.heading:  # a paragraph among headings: its lead sentence is the heading
            end = document.sentences[document.sentence_at(mark.start)][1]
        level = len(open_heads) + 1
        about = {"level": level, "style": mark.family}
        if mark.family != "head":
            about["number"] = mark.number
        heading = Found(f"heading_{min(level, 4)}", mark.start, end, above, attributes=about)
        heading.order = 1 + sum(row.parent is above for row in outline)
        rows.append(heading)
        outline.append(heading)
        open_heads.append((rank, heading))
        if mark.end > mark.start:
            rows.append(Found("enumeration_marker", mark.start, mark.end, heading,
                              attributes={"family": mark.family, "number": mark.number}))
    return rows + [row for one in series for row in _slip_rows(document, one)], outline


def _rank_of_heads(marks: list[Mark]) -> float:
    """Unnumbered heads stand above 一、 when 一、 begins anew below them or comes after the first of them, else below it."""
    above = [mark for mark, after in zip(marks, marks[1:]) if mark.family == "head" and after.family == "dun" and after.number == 1]
    numbered = any(mark.family == "dun" for mark in marks)
    return 0 if above or not numbered else 1.5


def _enumeration_rows(document: Document, series: list[Series], outline: list[Found]) -> list[Found]:
    """Enumerations, items, markers and slips; each hangs on the innermost item around it, or on the heading above it."""
    rows: list[Found] = []
    stack: list[Found] = []
    starts = [heading.start for heading in outline]
    for one in sorted(series, key=lambda one: (one.marks[0].start, -one.ends[-1])):
        start, end = one.marks[0].start, one.ends[-1]
        while stack and stack[-1].end <= start:
            stack.pop()
        heading = bisect_right(starts, start) - 1
        around = next((item for item in reversed(stack) if item.start <= start < item.end), None)
        above = around or (outline[heading] if heading >= 0 else None)
        sure = 0.6 if one.last.family in ("topic_label", "anaphora", "aspect", "count", "yao_sentence", "run_in_heading") else 1.0
        family = {"aspect": "topic_frame", "count": "topic_frame"}.get(one.family, one.family)
        group = Found("enumeration", start, end, above, confidence=sure, attributes={"family": family, "n": len(one.marks)})
        rows.append(group)
        for order, (mark, stop) in enumerate(zip(one.marks, one.ends), 1):
            lead = document.sentences[document.sentence_at(mark.start)][1]
            item = Found("enumeration_item", mark.start, stop, group, order, sure, {
                "marker": document.view[mark.start:mark.end] if family != "run_in_heading" else "", "number": mark.number,
                "lead": min(lead, stop) - mark.start})
            rows.append(item)
            stack.append(item)
            if family == "run_in_heading":
                rows.append(Found("run_in_heading", mark.start, mark.end, group, order, sure))
            elif mark.end > mark.start:
                rows.append(Found("enumeration_marker", mark.start, mark.end, item, confidence=sure,
                                  attributes={"family": mark.family, "number": mark.number}))
        stack.sort(key=lambda item: (item.start, -item.end))
        rows += _slip_rows(document, one)
    return rows


def _slip_rows(document: Document, series: Series) -> list[Found]:
    """Gaps and repeats in the numbering, and the one marker that is not like its siblings."""
    rows = [Found("number_gap", mark.start, mark.end, attributes={"kind": kind, "expected": expected, "found": mark.number})
            for kind, mark, expected in series.slips]
    counts = Counter(mark.family for mark in series.marks)
    if len(series.marks) > 2 and len(counts) == 2 and min(counts.values()) == 1 and set(counts) <= {"shi", "shiyao", "yao"}:
        odd = min(counts, key=counts.get)
        rows += [Found("textual_issue", mark.start, mark.end, attributes={"kind": "marker_mix"}) for mark in series.marks
                 if mark.family == odd]
    return rows
