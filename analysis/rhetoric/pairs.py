"""Which two stretches answer each other?  Couplets 对偶 (of equal length) and contrasts 对举 (framed, of any length)."""

from __future__ import annotations

import re
from operator import eq
from typing import Iterator

from analysis.spans import Found
from analysis.units import Document
from analysis.rhetoric import device
from analysis.rhetoric.plain import COMMA, LEVEL, LINE, PAUSE, STOP, Plain, Shelf, Unit, plain_text

Pair = tuple[tuple[int, int], tuple[int, int]]

THRESHOLD = 0.0
WEIGHTS = {"base": -1.9, "alike": 1.5, "same_shape": .3, "repeated": .85, "opening": .3, "opposite": .7, "two_only": .5, "quoted": 2.3,
           "cut_left": -.6, "cut_right": -.6, "unaligned": -1.3, "goes_on": -.4, "listed": -.6, "three": -1.3, "four": -.45, "long": .4,
           "ends_sentence": .6,
           "nominal": -.7, "numbers": -1.2}
OPPOSITES = ("有无 上下 公私 好坏 多少 大小 前后 内外 进退 得失 开关 能庸 新旧 正反 严宽 虚实 长短 高低 快慢 苦乐 难易 横纵 点面 标本 破立 古今 东西 南北 "
             "生死 成败 先后 软硬 明暗 老新 远近 轻重 深浅 早晚 堵疏 防治 收放 奖惩 褒贬 人己 他我 城乡 宏微 动静 事会 去来 对错 是非 强弱 喜忧 两一")
_numeral, _digit = re.compile("[×X0-9]"), re.compile("[0-9]")
_opposite = {pair[k]: pair[1 - k] for pair in OPPOSITES.split() for k in (0, 1)}
_frame = re.compile(
    r"(?P<both>既[^。！？\n]{2,40}?[，；、](?:又|也|还)[^，；。！？\n]{2,40})"
    r"|(?P<but>(?:不仅|不但)[^，；。！？\n]{2,40}[，；](?:反而|而且|还|更|也)[^，；。！？\n]{2,40})"
    r"|(?P<sides>一方面[^。！？\n]{2,60}?[，；。]另一方面[^，；。！？\n]{2,60})"
    r"|(?P<axes>横向[^，；。！？\n]{2,40}[，；]纵向[^，；。！？\n]{2,40})")
_openers = {"both": re.compile("[，；、](?=又|也|还)"), "but": re.compile("[，；](?=反而|而且|还|更|也)"), "sides": re.compile("[，；。](?=另一方面)"),
            "axes": re.compile("[，；](?=纵向)")}


@device("contrast", "对举", "contrast", "用成对的格式（既…又…、不仅…反而…、一方面…另一方面…、横向…纵向…）并举两面，字数不必相等。",
        "Two sides set against each other by a paired frame, of any length.")
def find_contrasts(document: Document, found: list[Found]) -> list[Found]:
    """Find framed pairs; one row per pair and one per side."""
    rows: list[Found] = []
    for match in _frame.finditer(document.view):
        kind = match.lastgroup
        cut = _openers[kind].search(document.view, match.start() + 2).start()
        spans = (match.start(), cut), (cut + 1, match.end())
        if kind == "both" and spans[0][1] - spans[0][0] == spans[1][1] - spans[1][0]:
            continue  # of equal length: a couplet, if anything
        rows += pair_rows("contrast", spans, .6, {"frame": kind})
    return rows


@device("couplet", "对偶", "couplet", "字数相等、结构相同或相近、意义密切相联的一对短语或句子。",
        "Two neighbours of equal length and like build whose meanings belong together.")
def find_couplets(document: Document, found: list[Found]) -> list[Found]:
    """Find couplets; one row per couplet and one per half. What belongs to a longer run or to a contrast is left out."""
    plain = plain_text(document)
    taken, chosen, kept = Shelf(), Shelf(), []
    for one in found:
        if one.label in ("parallelism_member", "contrast_member"):
            taken.put(one.start, one.end, (one.start, one.end))
    said: set[str] = set()
    for score, pair, evidence in sorted(couplets(plain), key=lambda one: (-round(one[0], 6), one[1])):
        wording = plain.text[pair[0][0]:pair[1][1]]
        spans = plain.to_view(*pair[0]), plain.to_view(*pair[1])
        hull = spans[0][0], spans[1][1]
        if wording in said or any(crosses(hull, span) for span in taken.near(*hull)) \
                or any(hull[0] < end and start < hull[1] for start, end in chosen.near(*hull)):
            continue  # a slogan counts once
        said.add(wording)
        chosen.put(*hull, hull)
        kept.append((spans, score, evidence))
    return [row for spans, score, evidence in sorted(kept, key=lambda one: one[0])
            for row in pair_rows("couplet", spans, min(1.0, round(.6 + score / 5, 2)), {**evidence, "score": round(score, 2)})]


def crosses(hull: tuple[int, int], member: tuple[int, int]) -> bool:
    """Do a couplet and a member of something longer overlap, without the couplet being only a part of it?"""
    return hull[0] < member[1] and member[0] < hull[1] and (
        hull == member or not (member[0] <= hull[0] and hull[1] <= member[1]))


def pair_rows(label: str, spans: Pair, confidence: float, evidence: dict) -> list[Found]:
    group = Found(label, spans[0][0], spans[1][1], confidence=confidence, attributes={"n": 2, "contiguous": 1, **evidence})
    return [group, *(Found(label + "_member", *span, parent=group, order=order, confidence=confidence)
                     for order, span in enumerate(spans, 1))]


def couplets(plain: Plain) -> Iterator[tuple[float, Pair, dict]]:
    """Try neighbours with 、 or ， between; an end that runs on is cut where its partner's length asks for it."""
    seen: set[tuple[int, int]] = set()
    for level in (PAUSE, COMMA):
        units = plain.units(level)
        for place, (one, other) in enumerate(zip(units, units[1:])):
            first, second = one.end - one.start, other.end - other.start
            if one.behind > COMMA or first < 3 or second < 3 or first > 14 and second > 14 and (first != second or first > 20):
                continue
            if (one.start, other.end) in seen:
                continue
            seen.add((one.start, other.end))
            for pair in trims(plain, one, other):
                judged = judge(plain, pair, in_list(units, place))
                if judged and judged[0] >= THRESHOLD:
                    yield judged[0], pair, judged[1]


def in_list(units: list[Unit], place: int) -> int:
    """How many of the two further neighbours, with the same delimiter between, are as long as the pair?"""
    one, other = units[place], units[place + 1]
    length = one.end - one.start
    count = 0
    if place and units[place - 1].behind == one.behind:
        count += units[place - 1].end - units[place - 1].start == length
    if place + 2 < len(units) and other.behind == one.behind:
        count += units[place + 2].end - units[place + 2].start == length
    return count


def trims(plain: Plain, one: Unit, other: Unit) -> Iterator[Pair]:
    """Two units as they stand if equally long; else the longer cut to the other; else both cut, at a quotation or before 的.

    What is cut must share a character in place with its partner, or its word classes, or fill a quotation with it.
    """
    text, start, middle, behind, end = plain.text, one.start, one.end, other.start, other.end
    first, second = middle - start, end - behind
    if first == second:
        if 3 <= first <= 20:
            yield (start, middle), (behind, end)
        return
    if 3 <= second < first and second <= 14 and (
            text[middle - second - 1] == "是" or akin(plain, middle - second, behind, second)):
        yield (middle - second, middle), (behind, end)
    if 3 <= first < second and first <= 14 and akin(plain, start, behind, first):
        yield (start, middle), (behind, behind + first)
    places = plain.quote_ends(behind + 3, end)
    if one.behind == PAUSE:
        places = [text.find("的", behind + 3, end), *places]
    for place in places:
        length = place - behind
        if 3 <= length <= min(first, 13) and (length < first or place < end) and (
                plain.pairs.get(middle - length) == place or akin(plain, middle - length, behind, length)):
            yield (middle - length, middle), (behind, place)


def akin(plain: Plain, one: int, other: int, length: int) -> bool:
    """Do two stretches of one length share a character in place, or their word classes?"""
    return any(map(eq, plain.text[one:one + length], plain.text[other:other + length])) \
        or plain.classes[one:one + length] == plain.classes[other:other + length]


def judge(plain: Plain, pair: Pair, listed: int = 0) -> tuple[float, dict] | None:
    seen = features(plain, pair, listed)
    if seen is None:
        return None
    values, evidence = seen
    return sum([WEIGHTS[name] * value for name, value in values.items()]), evidence


def features(plain: Plain, pair: Pair, listed: int = 0) -> tuple[dict[str, float], dict] | None:
    """What speaks for and against a couplet: word classes in place, repeated and opposite characters, and how it is set off."""
    text, (one, other) = plain.text, pair
    first, second = text[one[0]:one[1]], text[other[0]:other[1]]
    length = len(first)
    classes = plain.classes[one[0]:one[1]], plain.classes[other[0]:other[1]]
    alike = sum(map(eq, *classes)) / length
    repeated = sum(map(eq, first, second))
    quoted = plain.pairs.get(one[0]) == other[1]
    if _digit.search(first) and _digit.search(second):
        return None
    if first == second or repeated < 1 and alike < .5 and not quoted:
        return None
    codes = plain.codes(*one), plain.codes(*other)
    predicates = sum(1 for code in codes if not set(code).isdisjoint("VADPI") or code[:1] == "G" and len(code) > 1)
    if predicates == 0 and repeated == 0:
        return None
    before = LEVEL.get(text[one[0] - 1], 0) if one[0] else LINE
    after = LEVEL.get(text[other[1]], 0) if other[1] < len(text) else LINE
    between = LEVEL.get(text[one[1]], 0)
    opposite = sum([_opposite.get(letter) == mate for letter, mate in zip(first, second)])
    values = {"base": 1.0, "alike": alike, "same_shape": float(codes[0] == codes[1]), "repeated": min(repeated, 3),
              "opening": float(first[0] == second[0]),
              "opposite": min(opposite, 1), "two_only": float(between == PAUSE and before != PAUSE and after != PAUSE),
              "quoted": float(quoted),
              "cut_left": float(not before and one[0] not in plain.pairs and text[one[0] - 1] not in "是要"),
              "cut_right": float(not after and other[1] not in plain.closed and text[other[1]] not in "的等而"),
              "numbers": float(bool(_numeral.search(first) and _numeral.search(second))),
              "goes_on": float(before == between) + float(after == between), "listed": float(listed), "three": float(length == 3),
              "four": float(length == 4 and not repeated), "ends_sentence": float(after >= STOP), "long": float(length > 4),
              "nominal": 2.0 - predicates, "unaligned": float(not plain.boundary(one[0]))
              + float(other[1] < len(text) and not plain.boundary(other[1]))}
    return values, {"length": length, "repeated": repeated, "alike": round(alike, 2), "antithetical": int(opposite > 0)}
