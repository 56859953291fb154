"""Which two stretches answer each other?  Couplets 对偶 (of equal length) and contrasts 对举 (framed, of any length)."""

from __future__ import annotations

import re
from typing import Iterator

from ..spans import Found
from ..units import Document
from . import device
from .plain import COMMA, PAUSE, Plain, plain_text

COUPLET_THRESHOLD = 2.0
OPPOSITES = [("有", "无"), ("上", "下"), ("公", "私"), ("宏观", "微观"), ("事前", "事后"), ("好", "坏"), ("多", "少"), ("大", "小"), ("前", "后"),
             ("内", "外"), ("进", "退"), ("得", "失"), ("开", "关"), ("能", "庸"), ("新", "旧"), ("正", "反"), ("严", "宽"), ("虚", "实"), ("长", "短"),
             ("高", "低"), ("快", "慢"), ("苦", "乐"), ("难", "易"), ("原则", "具体"), ("领导", "群众"), ("干部", "群众"), ("横", "纵"), ("点", "面"),
             ("标", "本"), ("破", "立"), ("古", "今"), ("东", "西"), ("南", "北"), ("生", "死"), ("成", "败"), ("先", "后"), ("软", "硬"), ("明", "暗")]
_opposite = {one: other for pair in OPPOSITES for one, other in (pair, pair[::-1])}
_frame = re.compile(
    r"(?P<both>既[^。！？\n]{2,40}?[，；、](?:又|也|还)[^，；。！？\n]{2,40})"
    r"|(?P<but>(?:不仅|不但)[^，；。！？\n]{2,40}[，；](?:反而|而且|还|更|也)[^，；。！？\n]{2,40})"
    r"|(?P<sides>一方面[^。！？\n]{2,60}?[，；。]另一方面[^，；。！？\n]{2,60})"
    r"|(?P<axes>横向[^，；。！？\n]{2,40}[，；]纵向[^，；。！？\n]{2,40})")
_small = str.maketrans("", "", "abcdefghijklmnopqrstuvwxyz")


@device("couplet", "对偶", "couplet", "字数相等、结构相同或相近、意义密切相联的一对短语或句子。",
        "Two neighbours of equal length and like build whose meanings belong together.")
def find_couplets(document: Document, found: list[Found]) -> list[Found]:
    """Find couplets; one row per couplet and one per half."""
    plain = plain_text(document)
    taken = [(one.start, one.end) for one in found if one.label == "parallelism_member"]
    starts = {start for start, _ in taken}
    pairs, last_end = [], -1
    for score, (one, other), evidence in sorted(couplets(plain), key=lambda item: -item[0]):
        spans = plain.to_view(*one), plain.to_view(*other)
        if sum(span[0] in starts for span in spans) and any(span in taken for span in spans):
            continue
        if any(spans[0][0] < end and start < spans[1][1] for _, ((start, _), (_, end)), _ in pairs):
            continue
        pairs.append((score, spans, evidence))
    return [row for score, spans, evidence in sorted(pairs, key=lambda item: item[1])
            for row in pair_rows("couplet", spans, min(1.0, round(score / 4, 2)), {**evidence, "score": round(score, 2)})]


def pair_rows(label: str, spans, confidence: float, evidence: dict) -> list[Found]:
    group = Found(label, spans[0][0], spans[1][1], confidence=confidence, attributes={"n": 2, "contiguous": 1, **evidence})
    return [group, *(Found(label + "_member", *span, parent=group, order=order, confidence=confidence)
                     for order, span in enumerate(spans, 1))]


def couplets(plain: Plain) -> Iterator[tuple[float, tuple, dict]]:
    """Try neighbours with 、 or ， between; an end that runs on is cut where its partner's length asks for it."""
    for level in (PAUSE, COMMA):
        units = plain.units(level)
        for one, other in zip(units, units[1:]):
            if one.behind > COMMA:
                continue
            for pair in trims(plain, one, other):
                judged = judge(plain, *pair)
                if judged and judged[0] >= COUPLET_THRESHOLD:
                    yield judged[0], pair, judged[1]


def trims(plain: Plain, one, other) -> Iterator[tuple]:
    first, second = one.end - one.start, other.end - other.start
    if first == second and 3 <= first <= 20:
        yield (one.start, one.end), (other.start, other.end)
    elif first > second:
        if 3 <= second <= 12 and plain.boundary(one.end - second):
            yield (one.end - second, one.end), (other.start, other.end)
    elif 3 <= first <= 12 and plain.boundary(other.start + first):
        yield (one.start, one.end), (other.start, other.start + first)
    for place in closings(plain, other.start + 3, min(other.end, other.start + 13)):
        length = place - other.start
        if length < first and plain.boundary(one.end - length):
            yield (one.end - length, one.end), (other.start, place)


def judge(plain: Plain, one: tuple[int, int], other: tuple[int, int]) -> tuple[float, dict] | None:
    """Score two stretches of equal length by repeated characters in place, word classes, and opposites."""
    first, second = plain.text[slice(*one)], plain.text[slice(*other)]
    if first == second:
        return None
    length = len(first)
    classes = plain.classes[slice(*one)], plain.classes[slice(*other)]
    codes = [cls.translate(_small) for cls in classes]
    if any(not set(code) & set("VADPI") for code in codes):
        return None
    same = sum(map(str.__eq__, first, second))
    alike = sum(map(str.__eq__, *classes)) / length
    opposite = sum(1 for place, letter in enumerate(first) if _opposite.get(letter) == second[place]
                   or _opposite.get(first[place:place + 2]) == second[place:place + 2])
    score = 2.0 * alike + .5 * min(same, 3) + .5 * min(opposite, 2)
    return score, {"length": length, "same": same, "alike": round(alike, 2), "antithetical": opposite > 0}


@device("contrast", "对举", "contrast", "用成对的格式（既…又…、不仅…反而…、一方面…另一方面…、横向…纵向…）并举两面，字数不必相等。",
        "Two sides set against each other by a paired frame, of any length.")
def find_contrasts(document: Document, found: list[Found]) -> list[Found]:
    """Find framed pairs; one row per pair and one per side."""
    rows: list[Found] = []
    for match in _frame.finditer(document.view):
        text, kind = match[0], match.lastgroup
        opener = {"both": r"[，；、](?=又|也|还)", "but": r"[，；](?=反而|而且|还|更|也)", "sides": "[，；。](?=另一方面)", "axes": "[，；](?=纵向)"}[kind]
        cut = re.search(opener, text).start()
        spans = (match.start(), match.start() + cut), (match.start() + cut + 1, match.end())
        rows += pair_rows("contrast", spans, .6, {"frame": kind})
    return rows


def closings(plain: Plain, start: int, end: int) -> list[int]:
    """Places where a half may end inside a clause: before 的, 等, a conjunction, or at a closing quotation mark."""
    return [place for place in range(start, end)
            if plain.text[place] in "的等" or plain.classes[place] == "C" or place in plain.closed]
