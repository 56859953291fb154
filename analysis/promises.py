"""What does a speech announce, and does it keep its word?  Counts and lists announced, linked to what delivers them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from typing import NamedTuple

from analysis.spans import Found
from analysis.units import Document

NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "俩": 2}
_NOUN = ("意见|方面|问题|环节|主题|活动|任务|措施|制度|要求|建议|体会|原则|重点|机制|转变|关系|工作|事情|事|话|希望|目标|工程|行动"
         "|特点|原因|矛盾|看法|想法|要点|阶段|关|机遇|挑战|优势|判断|启示|经验|条件|意思|层意思|题目|结合|坚持|着力点|突破|提升|战略|理由")
_COUNT = re.compile(rf"""(?P<number>[一二两三四五六七八九十]{{1,3}}|几|[×Xx]+|\d{{1,2}})
    (?P<noun>(?:个|项|条|点|大|种|件|句|类|层)(?:关键|重点|主要|突出|重大|具体|重要|基本|方面的?|大的?)?(?:{_NOUN})|点(?=[：。，；]))""", re.X)
_COUNTED = re.compile(r"(?:[一二两三四五六七八九十]{1,3}|几|[×Xx]+|\d{1,2})[个项条点大种件句类层样块张本笔家步道组位名行]")
# Any counted noun may promise: it counts as a promise where exactly so many things follow, or stood before it in a list.
_QUANTITY = re.compile(r"""(?P<number>[二两三四五六七八九十]{1,3}|几|[×Xx]+|[2-9]|1\d)(?P<noun>[个项条点大种件句类层样块张本笔家步道组位名行][一-龥]{0,10}?)(?=[：。，；:])""")
# One thing, told at once: 只提一个要求：守住底线. And several, how many is not said: 我讲几个对不上的。
_ONE = re.compile(r"(?P<number>一)(?P<noun>[个条点样件](?:要求|题目|规矩|意见|建议|希望|原则|想法|问题|道理|事情|事)?)(?=：|，就是)")
_ONLY = re.compile(r"(?:只|就|专|提|讲|立|强调)[^，。；：！？\n]{0,2}$")
_SOME = re.compile(r"(?P<number>几)(?P<noun>[个点句条种件][一-龥]{0,8}?)(?=[：。，]|提前|先)")
_TELLS = re.compile(r"(?:我|我们)[^，。；：！？\n]{0,6}(?:讲|说|谈|提|强调|把)$|我[^。；：！？\n]{0,12}[和跟同对](?:你们|大家|各位)(?:讲|说|谈)$")
_AGAIN = re.compile(r"(?P<number>[三四五六七八九十])(?P<noun>[个项条点种件句类张本笔](?:[一-龥]{1,2}(?=念|讲|说|里|合|，|。|都))?)")
_LISTED = re.compile(r"(?P<number>[三四五六七八九十])(?P<noun>[家位名人](?!一体)|[个项种类条样](?:[一-龥]{2}|[一-龥](?=[，。；：的])))")
# Words of telling and planning just before a count make it a promise; a pointing word makes it look back.
_PROMISES = re.compile(r"(?:讲|谈|说|强调|提|汇报|报告|明确|提出|突出|把握|抓好|做好|办好|抓住|开展好?|实施|围绕|注意|处理好|坚持|以下|下面|如下|下列|分为|分|主要是|有|要办|解决|包括|从|体现在|表现在)"
                       r"(?:[^，。；：！？\n]{0,8})$")
_POINTS = re.compile(r"(?:讲|谈|说|强调|提|提出|以下|如下|下列|注意|抓住|把握|要求|做到|建议|这)$")
_LOOKS_BACK = re.compile(r"(?:这|以上|上述|前面|对这|前)$")
_LABELS = re.compile(r"“[^”，。\n]{1,6}”(?:、?“[^”，。\n]{1,6}”){2,7}的?[^，。；：“\n]{0,3}(?:表现|现象|问题)")
_TOPICS = re.compile(r"集中[在于]([^，。；：\n]{6,60}?)等(?:几?个?方面|问题|领域)")
_HEADS = {"run_in_heading", "heading_1", "heading_2", "heading_3", "heading_4"}


class Group(NamedTuple):
    """Siblings that can deliver a promise: an enumeration's items, or the headings under one heading."""

    start: int
    end: int
    n: int
    kind: str


def find_announcements(document: Document, found: list[Found]) -> list[Found]:
    """Find announced counts and lists, each with what delivers it and a verdict; also topics announced and never treated.

    Verdicts: kept, short, over; unknown where the count is 几 or redacted, or nothing that can be counted follows.

    >>> import numpy as np
    >>> text = "我讲三点意见：一是修路，二是通水。"
    >>> from analysis.structure import find_structure
    >>> found = find_structure(Document("a", text, np.arange(len(text), dtype="int32")))
    >>> [one.attributes["verdict"] for one in found if one.label == "announcement"]
    ['short']
    """
    groups = _groups(found)
    heads = [one for one in found if one.label in _HEADS]
    places = sorted((one.start, one.end) for one in heads)
    rows = []
    for match in _COUNTED.finditer(document.view):
        if _inside(match.start(), places):
            continue
        row = ((told := _COUNT.match(document.view, match.start())) and _judge(document, told, groups, heads)
               or (quantity := _QUANTITY.match(document.view, match.start())) and _judge_quantity(document, quantity, groups)
               or _judge_rest(document, match.start(), groups))
        rows += [row] if row else []
    rows += [row for match in _LABELS.finditer(document.view) if (row := _judge_labels(match, groups))]
    return sorted(rows, key=lambda row: row.start) + _topics_left_out(document, found)


def _inside(place: int, heads: list[tuple[int, int]]) -> bool:
    """Whether a count stands in a heading, which takes a promise up rather than making it."""
    n = bisect_right(heads, (place, place + 1)) - 1
    return n >= 0 and place < heads[n][1]


def _groups(found: list[Found]) -> list[Group]:
    items = Counter(id(one.parent) for one in found if one.label == "enumeration_item")
    groups = [Group(one.start, one.end, items[id(one)], "enumeration") for one in found if one.label == "enumeration"]
    headings: dict[int, list[Found]] = {}
    for one in found:
        if one.label.startswith("heading_"):
            headings.setdefault(id(one.parent), []).append(one)
    groups += [Group(some[0].start, some[-1].end, len(some), some[0].label) for some in headings.values()]
    return sorted(groups)


def _judge(document: Document, match: re.Match, groups: list[Group], heads: list[Found]) -> Found | None:
    """One counted promise, or None where the count is only a quantity."""
    view, start, end = document.view, match.start(), match.end()
    quoted = view[start - 1:start] == "“" and view[end:end + 1] == "”"
    if quoted:
        start, end = start - 1, end + 1
    number = _number(match["number"])
    before, after = view[max(0, start - 16):start], view[end:end + 1]
    if match["noun"] == "点" and not _POINTS.search(before):  # eight o'clock
        return None
    back = _LOOKS_BACK.search(before)
    listed = _listed_before(view, start, match["noun"]) if quoted or number and number > 2 else 0
    if back:
        delivered, kind = _delivered_before(document, start, groups)
    elif listed > 1:
        delivered, kind, back = listed, "list", True
    elif quoted or number != 1 and _PROMISES.search(before) and (after in "：。，；！\n" or number is None and after in "的"):
        delivered, kind = _delivered_after(document, view[start:end].strip("“”"), end, number, groups, heads)
    else:
        return None
    if delivered is None and (quoted or back or not after or after not in "：。"):
        return None
    about = {"announced": number, "number": match["number"], "unit": match["noun"], "delivered": delivered, "delivered_as": kind,
             "direction": "backward" if back else "forward", "verdict": _verdict(number, delivered)}
    if number is None and back and delivered and match["number"] != "几":
        about["recovered"] = delivered
    return Found("announcement", start, end, confidence=0.9 if delivered else 0.6, attributes=about)


def _judge_quantity(document: Document, match: re.Match, groups: list[Group]) -> Found | None:
    """A quantity that what follows (a series, or a list behind a colon) or a list before it bears out exactly; else None."""
    view, number = document.view, _number(match["number"])
    if number is None:
        return None
    reach = 40 if number < 4 else 150  # so many things follow seldom by chance
    near = groups[bisect_left(groups, (match.end(),)):bisect_right(groups, (match.end() + reach,))]
    series = next((group for group in near if group.n == number), None)
    behind = re.split("[。！？\n]", view[match.end() + 1:match.end() + 200], maxsplit=1)[0] if view[match.end()] in "：:" else ""
    listed = next((True for sign in "；、，" if behind.count(sign) == number - 1), False) or _named_behind(view, match.end(), number)
    before = number > 2 and _listed_before(view, match.start(), match["noun"]) == number
    if not (series or listed or before):
        return None
    kind = series.kind if series else "list"
    known = _COUNT.match(view, match.start()) or not (series or listed) and _LISTED.match(view, match.start())
    return Found("announcement", match.start(), known.end() if known else match.end(), confidence=0.6, attributes={
        "announced": number, "number": match["number"], "unit": match["noun"], "delivered": number, "delivered_as": kind,
        "direction": "forward" if series or listed else "backward", "verdict": "kept"})


def _named_behind(view: str, end: int, number: int) -> bool:
    """Whether a list of exactly so many names follows 分别是."""
    names = re.match("[，：]?(?:分别是|分别为|即|就是)([^，。；：！？\n]{3,80})", view[end:end + 90])
    return bool(names) and len(re.split("、|和|以及", names[1])) == number


def _judge_rest(document: Document, start: int, groups: list[Group]) -> Found | None:
    """One thing told at once, several of no number, a list of exactly so many before the count, or a series that has just ended."""
    view, before = document.view, document.view[max(0, start - 16):start]
    if view[start] == "一" and (one := _ONE.match(view, start)) and _ONLY.search(before):
        return _promise(one, 1, 1, "clause", "forward")
    if view[start] == "几" and (some := _SOME.match(view, start)) and _TELLS.search(before):
        return _promise(some, None, None, "", "forward")
    listed = _LISTED.match(view, start)
    if listed and _members_before(view, start) == _number(listed["number"]):
        return _promise(listed, _number(listed["number"]), _number(listed["number"]), "list", "backward")
    opens = document.lines[document.line_at(start)][0] == start
    again = _AGAIN.match(view, start) if opens else None
    if again:
        done = groups[max(0, bisect_left(groups, (start,)) - 8):bisect_left(groups, (start,))]
        number = _number(again["number"])
        if any(group.n == number and 0 <= start - group.end < 200 for group in done):
            return _promise(again, number, number, "enumeration", "backward")
    return None


def _promise(match: re.Match, number: int | None, delivered: int | None, kind: str, direction: str) -> Found:
    return Found("announcement", match.start(), match.end(), confidence=0.6, attributes={
        "announced": number, "number": match["number"], "unit": match["noun"], "delivered": delivered, "delivered_as": kind,
        "direction": direction, "verdict": _verdict(number, delivered)})


def _members_before(view: str, start: int) -> int:
    """How many names joined by 、 stand right before a place, a comma between or not; short ones only.

    >>> _members_before("由税务、统计、经信三家上门", 9)
    3
    """
    text = view[max(0, start - 50):start]
    clause = re.split("[，。；：！？\n]", text[:-1] if text.endswith("，") else text)[-1]
    names = re.split("、|和|及", clause)
    return len(names) if "、" in clause and all(0 < len(name) <= 8 for name in names[1:]) else 0


def _number(text: str) -> int | None:
    """The count announced; None for 几 and for a redacted one."""
    if text.isdigit():
        return int(text)
    number = 0
    for sign in text:
        if sign not in NUMERALS:
            return None
        number = (number or 1) * 10 if sign == "十" else number + NUMERALS[sign]
    return number


def _verdict(announced: int | None, delivered: int | None) -> str:
    if announced is None or delivered is None:
        return "unknown"
    return "kept" if announced == delivered else "short" if delivered < announced else "over"


def _delivered_after(document: Document, name: str, end: int, number: int | None, groups: list[Group],
                     heads: list[Found]) -> tuple[int | None, str]:
    """What follows: items under a head that repeats the promised name, else the next siblings that begin near."""
    for head in heads:
        if head.start >= end and name in document.view[head.start:head.end]:
            inner = next((group for group in groups if head.end <= group.start < head.end + 80), None)
            return (inner.n, inner.kind) if inner and number != 1 else (1, head.label)
    line = document.line_at(end)
    limit = document.lines[min(line + 2, len(document.lines) - 1)][1]
    near = groups[bisect_left(groups, (end,)):bisect_right(groups, (limit,))]
    if not near:
        return None, ""
    best = next((group for group in near if group.n == number), None) or near[0]
    return best.n, best.kind


def _delivered_before(document: Document, start: int, groups: list[Group]) -> tuple[int | None, str]:
    """What stood before: the series that has just ended, or the longest run of clauses that begin alike."""
    line = document.line_at(start)
    line_start = document.lines[max(line, 0)][0]
    if start - line_start < 4 and line:  # 对这几个问题 at the head of a paragraph looks back to the one before
        line_start = document.lines[line - 1][0]
    here = groups[bisect_left(groups, (line_start,)):bisect_left(groups, (start,))]
    done = [group for group in here if group.end <= start and start - group.end < 60]
    if done:
        return done[-1].n, done[-1].kind
    sentence = document.sentence_at(start)
    if sentence < 1:
        return None, ""
    first, last = document.sentences[sentence - 1]
    clauses = re.split("[，；：]", document.view[first:last])
    alike = Counter(clause.strip()[:3] for clause in clauses if len(clause) > 3).most_common(1)
    return (alike[0][1], "clauses") if alike and alike[0][1] > 2 else (None, "")


def _listed_before(view: str, start: int, noun: str) -> int:
    """Members of a list that stands in apposition before a count: 甲制、乙制和丙制“三项制度”.

    >>> _listed_before("落实首问制、限时制和追责制", 13, "项制度")
    3
    """
    clause = re.split("[，。；：！？\n]", view[max(0, start - 60):start])[-1]
    parts = re.split("、|和|与|及|以及", clause)
    if "、" not in clause or len(parts[-1]) < 2:
        return 0
    return len(parts) if len({part[-1:] for part in parts}) == 1 or len({len(part) for part in parts[1:]}) == 1 else 0


def _judge_labels(match: re.Match, groups: list[Group]) -> Found | None:
    """A promise by a list of quoted labels, each of which a later block takes up."""
    labels = re.findall("“([^”]+)”", match[0])
    group = next((group for group in groups if group.start >= match.end()), None)
    if group is None or group.start - match.end() > 120:
        return None
    about = {"announced": len(labels), "number": "", "unit": "labels", "delivered": group.n, "delivered_as": group.kind,
             "direction": "forward", "verdict": _verdict(len(labels), group.n)}
    return Found("announcement", match.start(), match.end(), confidence=0.6, attributes=about)


def _topics_left_out(document: Document, found: list[Found]) -> list[Found]:
    """Topics that a list announces and that the blocks after it, one a topic, never name."""
    rows = []
    frames = [one for one in found if one.label == "enumeration" and one.attributes["family"] == "topic_frame"]
    for match in _TOPICS.finditer(document.view):
        block = next((one for one in frames if 0 <= one.start - match.end() < 80), None)
        if block is None:
            continue
        heads = [re.sub("^[在对从]|方面$", "", document.view[one.start:one.end].split("，")[0]).split("、")
                 for one in found if one.parent is block]
        treated = [head for some in heads for head in some]
        place = match.start(1)
        for topic in match[1].split("、"):
            if topic not in treated and not any(head[-2:] in topic for head in treated):  # the last word of a name heads it
                rows.append(Found("textual_issue", place, place + len(topic), attributes={"kind": "topic_not_treated"}))
            place += len(topic) + 1
    return rows
