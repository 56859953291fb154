"""Which markers open a part of a speech, and which of them continue one another?"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from statistics import median_low
from typing import Callable

from analysis.units import Document

NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)}
_N = "[一二三四五六七八九十]{1,3}"

# Every overt marker behind the end of a clause, in one alternation; the name of the group is the family of the series.
_MARK = re.compile(rf"""[\n。；：！？，、…”’）);:!?,\s](?:(?:可是|但是?|不过|而|却|其中)(?=有))?(?:
      (?P<dun>{_N}(?:、(?!{_N}[、线级等是])|(?=，)|(?=[ \t\u3000]*(?:\n|$))|(?=[ \t\u3000]+[一-龥“])))
    | (?P<paren>[（(]?{_N}[）)]、?)
    | (?P<shi>{_N}(?:是要|是|要|靠|抓|看|查|来|则|为|曰)(?!否|不是))
    | (?P<di>(?:第(?:{_N}|\d{{1,2}})|头一)(?:(?:个方面|个问题|方面|部分|句话|阶段|个|[条件项点类种步张关桩层笔行])(?!月|五年)
           |是要|是|要|就是|靠|[位问本笔仗招环组封路道级课块股根份户家例起案拨句章题账味刀]|个[一-龥]{{2}}(?=[，、：。])|(?=[，、：:,．.\s])))
    | (?P<qi>(?:其|[一-龥]{{2,4}}之){_N}(?=[，、：:是]))
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
_RANK = {"head": 0, "dun": 1, "paren": 2, "arabic": 3, "arabic_paren": 4, "circled": 5}  # 一、（一）1.（1）① of GB/T 9704
_GROUP = {"di": "order", "qi": "order", "shouxian": "order"}  # 首先 … 第二 … 最后 continue one another
_FIRST = {"首先": 1, "一方面": 1}
REPEATED = ("youde", "yige", "dash", "bullet")  # the same marker again and again
_COUNTED = set("一二三四五六七八九十0123456789个位条件项点类种步张关桩层笔行题面分话段是要靠")
_LINE_ONLY = {"dash", "bullet", "arabic"}  # inside a line they are dashes, numbers, dates

_PEOPLE = "(?:同志|朋友|代表|委员|女士|先生|来宾|嘉宾|同胞|同学|乡亲|战士|战友|老师|员工|使节|记者|青年|将士|官兵|孩子|领导)"
_ADDRESSED = rf"(?:各位|诸位|尊敬的|亲爱的)?[^，、。；！？：\n]{{0,14}}(?:{_PEOPLE}们?|主席)"
SALUTATION = re.compile(rf"{_ADDRESSED}(?:[，、 　]{_ADDRESSED})*[：:！!，]?"  # everyone named, or anyone before a colon
                        rf"|(?:[^。；！？：\n]{{0,40}}{_PEOPLE}们?|(?=各位|诸位|尊敬的|亲爱的))[^。；！？：\n]{{0,20}}[：:]|大家[^。；！？：\n]?好[！。]")
CLOSING = re.compile(rf"[^，。：！\n]{{0,10}}{_PEOPLE}们?[，！：:!]|谢谢|散会|让我们|最后，")
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
    stopped: bool = False  # which ends in a full stop: a speech ends its headings of one level alike
    final: bool = False  # 最后


@dataclass(slots=True, eq=False)
class Series:
    """Markers of one level, in order; `under` is the series inside whose last item this one began."""

    marks: list[Mark]
    under: tuple[Series, Mark] | None = None
    rank: float = 6
    limit: int | None = None  # where its like begins anew
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


# -- markers ------------------------------------------------------------------------------------------------------------------


def read_marks(document: Document, first_line: int) -> list[Mark]:
    """Markers at clause starts outside quotations, and unnumbered heads, in the order of the text."""
    view, starts, lines = document.view, document.line_starts, document.lines
    marks = []
    for match in _MARK.finditer("\n" + view):
        family, text = match.lastgroup, match[match.lastgroup]
        start = match.start(family) - 1
        line = bisect_right(starts, start) - 1
        opens = starts[line] == start
        if family == "youde" and view[start - 1:start] == "、":
            continue
        if not opens and (family in _LINE_ONLY or family == "dun" and text[-1] != "、" or text[0] not in "（(" and text[-1] in "）)" or _quoted(view, start)):
            continue
        group, number = _GROUP.get(family, family), _number(text)
        if family == "shi":
            group, family = ("shi" if text[-1] in "是要" else text[-1]), ("shi" if text[-1] != "要" else "shiyao" if "是" in text else "yao")
        if family == "di" and text[-1] not in _COUNTED:  # any classifier will do if all members have the same
            group = text[-1]
        marks.append(Mark(start, start + len(text), family, group, number, line, opens, final=text == "最后"))
    _judge_headings(document, marks)
    marks = [mark for mark in marks if mark.family != "dun" or view[mark.end - 1] == "、" or view[mark.end:mark.end + 1] == "，" or mark.heading]  # 一 on a line of its own
    marked = {mark.line for mark in marks if mark.opens}
    dun = any(mark.heading and mark.family == "dun" for mark in marks)
    heads = [Mark(lines[n][0], lines[n][0], "head", "head", 0, n, True, True) for n in _unnumbered_heads(document, marked, first_line, dun)]
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
    for mark in marks:  # a heading that the file runs on to the paragraph above it
        end = lines[mark.line][1]
        if mark.family == "dun" and not mark.opens and mark.number > 1 and 4 < end - mark.end <= 30 and view[end - 1] not in _ENDED:
            mark.heading = mark.opens = view[mark.start - 1] in "。！？" and "。" not in view[mark.end:end]
    opening = {mark.line: mark for mark in marks if mark.opens and mark.number and not mark.heading}
    for line, mark in opening.items():
        start, end = lines[line]
        text = view[mark.end:end]
        if not text.strip():
            mark.heading = mark.family == "dun"
            continue
        if len(text.strip()) > _LONGEST_HEADING or any(stop in text[:-1] for stop in "。！？；"):
            continue
        above, below = opening.get(line - 1), opening.get(line + 1)
        sibling = below is not None and below.group == mark.group or line + 1 == len(lines)
        listed = above is not None and above.group == mark.group and not above.heading
        mark.stopped = text[-1] in "。！？"
        if mark.stopped and (len(text) <= 40 and not sibling and not listed and mark.family not in ("yao", "qi", "shouxian")):
            mark.heading = True
        elif text[-1] not in _ENDED or text[-1] == "”" or text[-1] == "：" and len(text) <= 15:
            mark.heading = not sibling or mark.group in ("dun", "paren")


def _unnumbered_heads(document: Document, marked: set[int], first_line: int, dun: bool) -> list[int]:
    """Lines that are heads without a number: short, without closing punctuation, between two full paragraphs."""
    view, lines = document.view, document.lines
    heads = []
    for n in range(max(first_line, 0), len(lines) - 1):
        start, end = lines[n]
        topic = view.startswith("关于", start) and view[end - 1] == "。" and "，" not in view[start:end]
        if not 2 <= end - start <= 32 or view[end - 1] in _ENDED and not topic or n in marked or view[start] in "（([<【—-*>|":
            continue
        text = view[start:end - topic]
        if any(sign in text for sign in "。；！\t|") or sum("一" <= sign <= "龥" for sign in text) < 0.6 * len(text):
            continue
        below_start, below_end = lines[n + 1]
        full = n + 1 in marked or view[below_end - 1] in "。！？：”；" and below_end - below_start > 20
        above = n == first_line or view[lines[n - 1][1] - 1] in "。！？”；）：" or n - 1 in marked or n - 1 in heads[-1:]
        if full and above and not SALUTATION.fullmatch(text):
            heads.append(n)
    if len(heads) == 1 and dun:  # unnumbered heads come in numbers; a lone one among 一、二、 is a broken line
        return []
    return heads if len(heads) <= max(3, len(lines) // 3) else []


# -- series -------------------------------------------------------------------------------------------------------------------


def link_marks(marks: list[Mark]) -> list[Series]:
    """Put numbered markers into series with a stack: 1 opens a level, n follows n-1 of its own kind, one gap is allowed."""
    series: list[Series] = []
    stack: list[Series] = []
    reached: dict[str, int] = {}  # last number of each kind at line starts: 五 may go on where the item above counted to 四
    for mark in marks:
        if mark.family == "head":
            del stack[next((n for n, one in enumerate(stack) if not one.last.heading), len(stack)):]
            series.append(Series([mark], rank=0))
            continue
        depth, slip = _place_of(mark, stack)
        if depth >= 0:
            del stack[depth + 1:]
            if slip:
                stack[-1].slips.append((slip, mark, stack[-1].last.number + 1))
            mark.number = mark.number or stack[-1].last.number + 1
            stack[-1].marks.append(mark)
        elif mark.number == 1 or mark.heading and mark.number and mark.family in ("dun", "paren", "di") \
                or mark.opens and stack and reached.get(mark.group) == mark.number - 1 and mark.number > 2:
            rank = _rank(mark, stack)
            _close_for(mark, rank, stack)
            one = Series([mark], (stack[-1], stack[-1].last) if stack else None, rank)
            if mark.number > 1 and reached.get(mark.group) != mark.number - 1:
                one.slips.append(("gap", mark, 1))
            stack.append(one)
            series.append(one)
        if mark.opens:
            reached[mark.group] = mark.number
    return series


def _rank(mark: Mark, stack: list[Series]) -> float:
    """The level of a new series; 第一个问题 on a line of its own stands above 一、 where nothing is open, below it otherwise."""
    if mark.family == "di" and mark.heading and not any(one.last.heading for one in stack):
        return 0.5
    nested = any(one.last.heading and one.last.group == mark.group and one.last.stopped != mark.stopped for one in stack)
    return _RANK.get(mark.family, 6) + (0.5 if nested and mark.heading else 0)


def _place_of(mark: Mark, stack: list[Series]) -> tuple[int, str]:
    """Depth of the series that a marker continues, and the slip this takes; -1 when it continues none."""
    fit = [n for n in range(len(stack) - 1, -1, -1)
           if stack[n].last.group == mark.group and (mark.opens or stack[n].last.line == mark.line or stack[n].last.opens
                                                     or mark.number > 2 and stack[n].last.line == mark.line - 1)]
    if mark.number == 0 or mark.family == "yifangmian":
        return _place_of_unnumbered(mark, stack, fit)
    alike = [n for n in fit if stack[n].last.opens == mark.opens and stack[n].last.heading == mark.heading]
    alike.sort(key=lambda n: stack[n].last.stopped != mark.stopped)
    for n in alike + fit:
        if stack[n].last.number + 1 == mark.number and (stack[n].last.heading <= mark.heading or mark.opens):
            return n, ""
    for n in alike:
        near = mark.heading or stack[n].last.line == mark.line or mark.line - stack[n].last.line <= 6
        if mark.number > 2 and stack[n].last.number + 2 == mark.number and near:
            return n, "gap"
        if mark.number > 1 and stack[n].last.number == mark.number and mark.heading:
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
        if stack[n].last.line != mark.line and not (mark.opens and stack[n].last.opens):
            continue
        if stack[n].marks[0].family == "shouxian" or len(stack[n].marks) == 1 and not mark.final:
            return n, ""
    return -1, ""


def _close_for(mark: Mark, rank: float, stack: list[Series]) -> None:
    """Close what a new series ends: its own kind at the same kind of place, lower levels that opened lines, and past paragraphs.

    A paragraph never closes headings: 一、 may count points below （三）.
    """
    for n, one in enumerate(stack):
        past = one.last.line < mark.line and not one.last.opens
        peer = one.last.heading == mark.heading and (not mark.heading or one.last.group != mark.group or one.last.stopped == mark.stopped)
        same = one.last.family == mark.family and one.last.opens == mark.opens and peer
        if mark.family == "yifangmian":  # a pair nests in a pair that is still open
            same = same and not mark.opens and len(one.marks) > 1
        lower = mark.opens and one.last.opens and one.rank > rank and peer
        if past or same or lower or one.last.heading < mark.heading or mark.opens and rank == 6 and _is_over(one, mark):
            for closed in stack[n:] if same else ():
                closed.limit = mark.start
            del stack[n:]
            return


def _is_over(series: Series, mark: Mark) -> bool:
    """Whether a list of single paragraphs has ended: another paragraph stands between it and a new kind of list."""
    lines = [one.line for one in series.marks]
    return (not series.last.heading and series.last.opens and len(lines) > 1 and mark.line - lines[-1] > 1
            and max(after - before for before, after in zip(lines, lines[1:])) == 1)


def is_outline(series: Series) -> bool:
    """Whether most members of a series are headings."""
    return 2 * sum(mark.heading for mark in series.marks) > len(series.marks)


def repeated_series(document: Document, marks: list[Mark]) -> list[Series]:
    """Series of one marker again and again: 有的 in neighbouring sentences, dashes and bullets at neighbouring lines."""
    stops = [mark.line for mark in marks if mark.heading]
    return [one for family in REPEATED
            for one in chains([mark for mark in marks if mark.family == family],
                              lambda mark, after: _neighbours(document, mark, after, stops), least=2)
            for one in _parted(one)]


def _parted(series: Series) -> list[Series]:
    """Part a list of single lines where other lines stand between: a new lead-in begins a new list."""
    if series.last.family not in ("dash", "bullet") or median_low([b.line - a.line for a, b in zip(series.marks, series.marks[1:])]) > 1:
        return [series]
    return chains(series.marks, lambda mark, after: after.line - mark.line == 1, least=2)


def chains(marks: list[Mark], alike: Callable[[Mark, Mark], bool], *, least: int) -> list[Series]:
    """Cut markers into runs of neighbours that are alike and number them; runs shorter than `least` are dropped."""
    runs: list[list[Mark]] = []
    for mark in marks:
        if runs and alike(runs[-1][-1], mark):
            runs[-1].append(mark)
        else:
            runs.append([mark])
    series = [Series(run) for run in runs if len(run) >= least]
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


