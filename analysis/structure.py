"""How is a speech built?  Its outline: headings, numbered and unnumbered enumerations to any depth, slips of numbering."""

from __future__ import annotations

import os.path
import re
from bisect import bisect_right
from collections import Counter
from functools import cache
from statistics import median_low

import numpy as np
import pandas as pd

from analysis.moves import find_moves, move_distances, move_shares, move_transitions  # noqa: F401  (one door for the question)
from analysis.numbering import (CLOSING, REPEATED, SALUTATION, Mark, Series, chains, is_outline, link_marks, read_marks,
                                repeated_series)
from analysis.promises import find_announcements
from analysis.spans import LABELS, Found, attribute
from analysis.units import Document, count_han

# Unnumbered frames that open three or more neighbouring sentences: the silent levels of the outline.
_FRAME = re.compile(r"""[\n。；！？”](?:
      (?P<topic_label>[“"][^”"，。；：\n]{1,8}[”"](?:主要)?(?:表现[为在]|是指|就是|是)?[：，])
    | (?P<anaphora>(?:这|所谓)[^，。；：\n]{1,8}，就?是)
    | (?P<date>(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]，)
    | (?P<aspect>[在从对]?[^，。；：！？\n]{2,18}方面，)
    | (?P<count>[^，。；：！？\n]{2,12}的(?:还有|有|共有|共)?[×Xx\d一二三四五六七八九十百千]+[多余]?[条件个户人起家项封次]，)
)""", re.X)
_WITH_HEADS = {"dun", "paren", "arabic", "arabic_paren"}  # numbers of headings: the first sentence behind one is a head
_LEAD = re.compile(r"[^。？！：；\n]{2,13}[。？]")
_DATE = re.compile(r"[\d一二三四五六七八九〇十]+(?:年|个?月)[来间度]?|[，、]")
_RUN_IN = re.compile(r"\n[ 　]*([^，。；：！？\n]{2,20}：)(?=[^\n]{15})")
_SPEAKS = re.compile(r"(?:[说讲道问答称喊曰写着]|指出|强调|提出|指示|如下|是|有|为)：$")


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
    marks = read_marks(document, len(salutation))
    series = link_marks([mark for mark in marks if mark.family not in REPEATED])
    headings = [one for one in series if is_outline(one) and (len(one.marks) > 1 or not _is_bare(document, one.last))]
    inline = [one for one in series if not is_outline(one) and len(one.marks) > 1]
    inline += repeated_series(document, marks)
    rows, outline = _heading_rows(document, headings)
    breaks = [heading.start for heading in outline] + [len(document.view)]
    for one in reversed(inline):
        _find_ends(document, one, breaks)
    inline += _silent_series(document, inline, breaks)
    found = salutation + rows + _enumeration_rows(document, inline, outline)
    return found + find_announcements(document, found)


def _is_bare(document: Document, mark: Mark) -> bool:
    """Whether a numeral stands alone on its line: a heading only where another follows."""
    return mark.end > mark.start and document.lines[mark.line][1] == mark.end


def _silent_series(document: Document, known: list[Series], breaks: list[int]) -> list[Series]:
    """Levels that no number marks: repeated frames, run-in heads, and 要 at the head of three sentences of one item."""
    view, families = document.view, {}
    for match in _FRAME.finditer("\n" + view):
        family, start = match.lastgroup, match.start(match.lastgroup) - 1
        end = match.end() - 1 if family == "anaphora" else start  # the others have no marker of their own
        mark = Mark(start, end, family, family, 0, document.line_at(start), False)
        families.setdefault((mark.family, view[mark.start] if end > mark.start else ""), []).append(mark)
    frames = [one for marks in families.values() for one in chains(
        marks, lambda one, other: other.line - one.line <= (one.family == "date"), least=3)]
    heads = [Mark(match.start(1) - 1, match.end(1) - 1, "run_in_heading", "run_in_heading", 0, document.line_at(match.start(1) - 1), True)
             for match in _RUN_IN.finditer("\n" + view) if not _SPEAKS.search(match[1]) and not SALUTATION.fullmatch(match[1])]
    taken = {mark.line for one in known for mark in one.marks if mark.opens}
    heads = [mark for mark in heads if mark.line not in taken]
    frames += chains(heads, lambda one, other: other.line - one.line <= 2 and
                     bisect_right(breaks, one.start) == bisect_right(breaks, other.start), least=3)
    headed = set(breaks)
    frames += _alike_paragraphs(document, taken, headed)
    taken |= {mark.line for one in frames for mark in one.marks if mark.opens}
    frames += chains(_short_leads(document, taken, headed), lambda one, other: other.line - one.line <= 2 and _same_shape(
        view[one.start:one.end], view[other.start:other.end]) and bisect_right(breaks, one.start) == bisect_right(breaks, other.start), least=3)
    for one in frames:
        _find_ends(document, one, breaks)
    return frames + _sentences_of_must(document, known)


def _short_leads(document: Document, taken: set[int], breaks: set[int]) -> list[Mark]:
    """Paragraphs that open with a very short sentence: it may be the head of the rest."""
    marks = []
    for n, (start, end) in enumerate(document.lines):
        stop = _LEAD.match(document.view, start, min(end, start + 15))
        if stop and end - stop.end() > 15 and n not in taken and start not in breaks:
            marks.append(Mark(start, stop.end(), "run_in_heading", "run_in_heading", 0, n, True))
    return marks


def _same_shape(one: str, other: str) -> bool:
    """Whether two short sentences are built alike: both questions, or one begins or ends as the other and is as long.

    >>> _same_shape("看项目，比进度。", "看企业，比增量。"), _same_shape("先修路。", "水要清。")
    (True, False)
    """
    if one[-1] == other[-1] == "？":
        return True
    return abs(len(one) - len(other)) <= 1 and (one[0] == other[0] and one.count("，") == other.count("，") > 0 or one[-3:] == other[-3:])


def _alike_paragraphs(document: Document, taken: set[int], breaks: set[int]) -> list[Series]:
    """Three or more paragraphs one after the other that begin with the same words, four or more (two where they forbid)."""
    view, lines = document.view, document.lines
    series, chain, shared = [], [], ""
    for n in range(len(lines) + 1):
        begin = view[lines[n][0]:lines[n][0] + 12] if n < len(lines) and n not in taken and lines[n][0] not in breaks else ""
        common = os.path.commonprefix([shared, begin]) if chain else begin
        if chain and len(common) >= (2 if common[:2] in ("不准", "严禁", "不得", "不许", "坚持", "必须") else 4):
            chain, shared = chain + [n], common
            continue
        words = _DATE.sub("", shared)
        if len(chain) > 2 and len(words) >= min(4, len(shared)) and not CLOSING.match(shared):
            family, size = ("youde", 2) if shared[:2] in ("有的", "有些") else ("anaphora", len(shared))
            marks = [Mark(lines[k][0], lines[k][0] + size, family, family, order, k, True) for order, k in enumerate(chain, 1)]
            series.append(Series(marks))
        chain, shared = [n] if begin else [], begin
    return series


def _sentences_of_must(document: Document, known: list[Series]) -> list[Series]:
    """Sentences that begin with 要, three or more inside one numbered item that has no other series in it."""
    series, view = [], document.view
    starts = sorted(one.marks[0].start for one in known)
    for one in known:
        if one.last.group in REPEATED or one.last.family == "yifangmian":
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
            if start >= limit or CLOSING.match(document.view, start):
                break
            end = stop
    else:
        inside = document.sentence_at(marks[0].start) == document.sentence_at(last.start) or last.group == "youde"
        end = document.sentences[document.sentence_at(last.start)][1] if inside else lines[last.line][1]
    end = min(max([end, *series.ends]), series.limit or end + len(document.view))
    series.ends = _trimmed(document.view, [mark.start for mark in marks[1:]] + [end])
    if series.under and series.under[1] is series.under[0].last and (last.opens or last.line == series.under[1].line):
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
        if end - start > 60 or not SALUTATION.fullmatch(document.view, start, end):
            break
        found.append(Found("salutation", start, end))
    return found


def _heading_rows(document: Document, series: list[Series]) -> tuple[list[Found], list[Found]]:
    """Headings with their markers and slips; also the headings alone, in order. A level is one more than that of its parent."""
    rows, outline, open_heads, orders = [], [], [], Counter()
    marks = sorted(((mark, one) for one in series for mark in one.marks), key=lambda pair: pair[0].start)
    head_rank = _rank_of_heads([mark for mark, _ in marks])
    for mark, one in marks:
        rank = head_rank if mark.family == "head" else one.rank
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
        orders[id(above)] += 1
        heading.order = orders[id(above)]
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
        stack = [item for item in stack if item.end > start]
        heading = bisect_right(starts, start) - 1
        around = next((item for item in reversed(stack) if item.start <= start < item.end), None)
        above = around or (outline[heading] if heading >= 0 else None)
        sure = 0.6 if one.last.family in ("topic_label", "anaphora", "aspect", "count", "date", "yao_sentence", "run_in_heading") else 1.0
        family = {"aspect": "topic_frame", "count": "topic_frame", "date": "topic_frame"}.get(one.family, one.family)
        group = Found("enumeration", start, end, above, confidence=sure, attributes={"family": family, "n": len(one.marks)})
        rows.append(group)
        for order, (mark, stop) in enumerate(zip(one.marks, one.ends), 1):
            lead = document.sentences[document.sentence_at(mark.start)][1]
            item = Found("enumeration_item", mark.start, stop, group, order, sure, {
                "marker": document.view[mark.start:mark.end] if family != "run_in_heading" else "", "number": mark.number,
                "lead": min(lead, stop) - mark.start})
            rows.append(item)
            stack.append(item)
            if _has_head(document, mark, lead, stop):
                rows.append(Found("run_in_heading", mark.end, lead, item, 1, 0.6))
            if family == "run_in_heading":
                colon = document.view[mark.end - 1] == "："
                if colon or document.view[mark.end - 1] == "。" or mark.end - mark.start <= 5:
                    rows.append(Found("run_in_heading", mark.start, mark.end, group if colon else item, order if colon else 1, sure))
            elif mark.end > mark.start and mark.family != "yige":
                rows.append(Found("enumeration_marker", mark.start, mark.end, item, confidence=sure,
                                  attributes={"family": mark.family, "number": mark.number}))
        stack.sort(key=lambda item: (item.start, -item.end))
        rows += _slip_rows(document, one)
    return rows


def _has_head(document: Document, mark: Mark, lead: int, end: int) -> bool:
    """Whether the first sentence behind a number of headings is a head: short, with text behind it in the same paragraph."""
    return (mark.opens and mark.family in _WITH_HEADS and document.view[mark.end:mark.end + 1] != "，" and lead - mark.end <= 26
            and lead + 5 < min(end, document.lines[mark.line][1]))


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


# -- tables -------------------------------------------------------------------------------------------------------------------

_HEADINGS = ["heading_1", "heading_2", "heading_3", "heading_4"]
_NOT_HEADS = set("要 是 有 使 让 能 会 可以 必须 应当 进一步 切实 着力 大力 努力 认真 积极 不断 继续 坚决 扎实 全面 深入".split())


def outline_table(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """The tree of each speech, in reading order; one row per heading and item.

    `depth` counts from 1, `parent` is the heading or item above (groups are left out), `lead` the first sentence without its
    marker, `verb` the first verb of it. A heading's `end` is that of its section; `han` is the length, `share` that of the body.
    """
    rows = spans[spans["label"].isin(_HEADINGS + ["enumeration_item"])].sort_values(["speech", "start", "end"], kind="stable")
    groups = spans.loc[spans["label"] == "enumeration"]
    above_group = dict(zip(_keys(groups), groups["parent"]))
    marks = spans.loc[spans["label"] == "enumeration_marker"]
    marker_end = dict(zip(zip(marks["speech"].astype(str), marks["parent"]), marks["end"]))
    table = []
    for speech, part in rows.groupby(rows["speech"].astype(str), sort=False):
        about = speeches.loc[speeches["speech"].astype(str) == speech].iloc[0]
        text, body = about["text"], max(count_han(about["text"][about["body_start"]:about["body_end"]]), 1)
        depths: dict[str, int] = {}
        for row in part.itertuples():
            above = row.parent if row.label in _HEADINGS else above_group.get((speech, row.parent), pd.NA)
            depths[row.span] = depths.get(above, 0) + 1 if not pd.isna(above) else 1
            begin = marker_end.get((speech, row.span), row.start)
            lead = re.split("[。！？；\n]", text[begin:row.end].lstrip("，、：: \u3000"), maxsplit=1)[0]
            table.append([speech, row.span, above, depths[row.span], row.label, text[row.start:begin], lead[:80], row.start, row.end, body])
    table = pd.DataFrame(table, columns=["speech", "span", "parent", "depth", "label", "marker", "lead", "start", "end", "body"])
    table["end"] = _section_ends(table, speeches)
    texts = dict(zip(speeches["speech"].astype(str), speeches["text"]))
    table["han"] = [count_han(texts[row.speech][row.start:row.end]) for row in table.itertuples()]
    table["share"] = table["han"] / table.pop("body")
    table.insert(7, "verb", _head_verbs(table["lead"]))
    return table


def _keys(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["speech"].astype(str), rows["span"]))


def _section_ends(table: pd.DataFrame, speeches: pd.DataFrame) -> list[int]:
    """Where the section under each heading ends: at the next heading that is no deeper, or with the body."""
    body_end = dict(zip(speeches["speech"].astype(str), speeches["body_end"]))
    ends, after = [], []  # after: headings still to come, the nearest last
    for row in table[::-1].itertuples():
        if after and after[-1][0] != row.speech:
            after.clear()
        if row.label == "enumeration_item":
            ends.append(row.end)
            continue
        while after and after[-1][1] > row.depth:
            after.pop()
        ends.append(int(after[-1][2] if after else body_end[row.speech]))
        after.append((row.speech, row.depth, row.start))
    return ends[::-1]


def _head_verbs(leads: pd.Series) -> list[str]:
    """The first verb of each lead sentence, modals and adverbs passed over; empty where there is none."""
    tag = _tagger().tag if len(leads) else None
    return [next((word for word, pos in tag(lead.split("，")[0][:24]) if pos in ("v", "vn") and word not in _NOT_HEADS), "")
            for lead in leads]


@cache
def _tagger():
    from analysis.words import Segmenter

    return Segmenter("rjieba")


def enumeration_table(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Every enumeration: one row per group of items.

    `depth` counts the items and headings above and itself; `shortest`, `longest` and `mean` are lengths of items in Han;
    `balance` is Pielou's evenness of these lengths: 1 where all are equally long, 0 where one holds everything.
    """
    groups, items = spans[spans["label"] == "enumeration"], spans[spans["label"] == "enumeration_item"]
    texts = dict(zip(speeches["speech"].astype(str), speeches["text"]))
    lengths: dict[tuple[str, str], list[int]] = {}
    for row in items.itertuples():
        lengths.setdefault((str(row.speech), row.parent), []).append(count_han(texts[str(row.speech)][row.start:row.end]))
    parent = dict(zip(_keys(spans), spans["parent"]))
    label = dict(zip(_keys(spans), spans["label"].astype(str)))
    rows = []
    for key, row, family in zip(_keys(groups), groups.itertuples(), attribute(groups, "family")):
        sizes, depth, above = np.array(lengths.get(key, [0])), 1, row.parent
        while not pd.isna(above):
            depth += label[key[0], above] != "enumeration"
            above = parent[key[0], above]
        shares = sizes[sizes > 0] / max(sizes.sum(), 1)
        balance = float(-(shares * np.log(shares)).sum() / np.log(len(sizes))) if len(sizes) > 1 else np.nan
        rows.append([*key, row.parent, family, len(sizes), depth, row.start, row.end, sizes.min(), sizes.max(), sizes.mean(), balance])
    return pd.DataFrame(rows, columns=["speech", "span", "parent", "family", "items", "depth", "start", "end", "shortest", "longest",
                                       "mean", "balance"])


def promise_table(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Every announcement with what became of it: one row per announcement.

    `verdict` is kept, short, over or unknown; `recovered` is the count where a redacted one can be told from what was delivered.
    """
    names = ["announced", "delivered", "delivered_as", "direction", "verdict", "recovered"]
    return _with_attributes(spans[spans["label"] == "announcement"], speeches, names)


def defect_table(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Every slip of the structure: one row per gap or repeat in a numbering, odd marker, or topic announced and not treated."""
    return _with_attributes(spans[spans["layer"] == LABELS["number_gap"].layer], speeches, ["kind", "expected", "found"])


def _with_attributes(rows: pd.DataFrame, speeches: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    texts = dict(zip(speeches["speech"].astype(str), speeches["text"]))
    table = rows[["speech", "span", "start", "end", "label"]].reset_index(drop=True).assign(speech=lambda some: some["speech"].astype(str))
    table["text"] = [texts[row.speech][row.start:row.end] for row in table.itertuples()]
    for name in names:
        values = attribute(rows, name).to_numpy()
        table[name] = pd.array(values, dtype="Int64") if name in ("announced", "delivered", "recovered", "expected", "found") else values
    return table
