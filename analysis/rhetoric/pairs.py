"""Which two stretches answer each other?  Couplets 对偶 (of equal length) and contrasts 对举 (framed, of any length)."""

from __future__ import annotations

import re
from math import log
from typing import Iterator

import numpy as np

from analysis.lexicons import scan
from analysis.spans import Found
from analysis.units import Document
from analysis.rhetoric import device
from analysis.rhetoric.parallelism import FUNCTION, common_prefix, common_suffix, weight
from analysis.rhetoric.plain import COMMA, LINE, PAUSE, SEMICOLON, STOP, Plain, Shelf, one_of, plain_text

Pair = tuple[tuple[int, int], tuple[int, int]]

THRESHOLD = 0.0
# Reasons for and against a couplet, set by hand on the seeds and the own gold; six of them moved once more, looking at
# 33 real passages annotated for this (see parallelism.py). Partial F1: seeds .71, own gold .57, work reports .46,
# speeches .57.
WEIGHTS = {"base": -1.9, "alike": 1.5, "rhythm": .3, "same_shape": .3, "repeated": .85, "opening": .3, "opposite": 1.0,
           "two_only": 1.0, "quoted": 2.3, "cut_left": -.6, "cut_right": -1.2, "unaligned": -1.3, "goes_on": -.4,
           "listed": -.6, "three": -1.3, "four": -.15, "long": .4, "ends_sentence": .9, "nominal": -.7, "numbers": -1.2}
OPPOSITES = ("有无 上下 公私 好坏 多少 大小 前后 内外 进退 得失 开关 能庸 新旧 正反 严宽 虚实 长短 高低 快慢 苦乐 难易 横纵 点面 标本 破立 古今 东西 南北 "
             "生死 成败 先后 软硬 明暗 老新 远近 轻重 深浅 早晚 堵疏 防治 收放 奖惩 褒贬 人己 他我 城乡 宏微 动静 事会 去来 对错 是非 强弱 喜忧 两一")
_predicate = frozenset("VADPI")
_numeral, _digit = re.compile("[×X0-9]"), re.compile("[0-9]")
_opposite = {pair[k]: pair[1 - k] for pair in OPPOSITES.split() for k in (0, 1)}
_opposite_code = np.zeros(65536, dtype=np.uint32)
_opposite_code[list(map(ord, _opposite))] = list(map(ord, _opposite.values()))
_frame = re.compile(
    r"(?P<both>既[^。！？\n]{2,40}?[，；、](?:又|也|还|更)[^，；。！？\n]{2,40})"
    r"|(?P<but>(?:不仅|不但)[^，；。！？\n]{2,40}[，；](?:反而|而且|还|更|也)[^，；。！？\n]{2,40})"
    r"|(?P<sides>一方面[^。！？\n]{2,60}?[，；。]另一方面[^，；。！？\n]{2,60})"
    r"|(?P<axes>横向[^，；。！？\n]{2,40}[，；]纵向[^，；。！？\n]{2,40})"
    r"|(?P<while>一边[^，；。！？\n]{2,30}[，；]一边[^，；。！？\n]{2,30})"
    r"|(?P<or>要么[^，；。！？\n]{2,30}[，；]要么[^，；。！？\n]{2,30})"
    r"|(?P<rather>(?:与其|宁可|宁愿|宁肯)[^，；。！？\n]{2,30}[，；](?:不如|也不|也要|决不|绝不)[^，；。！？\n]{2,30})")
_frame_start = re.compile("既|不仅|不但|一方面|横向|一边|要么|与其|宁可|宁愿|宁肯")
_openers = {"both": re.compile("[，；、](?=又|也|还|更)"), "but": re.compile("[，；](?=反而|而且|还|更|也)"),
            "sides": re.compile("[，；。](?=另一方面)"),
            "axes": re.compile("[，；](?=纵向)"), "while": re.compile("[，；](?=一边)"), "or": re.compile("[，；](?=要么)"),
            "rather": re.compile("[，；](?=不如|也不|也要|决不|绝不)")}
# Reasons for a contrast of two clauses without such a frame; round numbers set by hand.
CONTRAST = {"base": -2.0, "opening": 1.0, "ending": .5, "shared": .5, "denial": 1.0, "is_not": 2.0, "opposite": 1.0,
            "turn": 1.0, "alone": 1.0, "three": -1.5, "uneven": -1.0}
_not_is = re.compile("不是|不在于?|没有一个是|绝非|并非")
_is = re.compile("(?:而是|而在|是|在|都是|却是|就是)")
_denies, _turns = re.compile("不|没有|没|非|无"), re.compile("却|而|反|则|又|也|更|就")
_plainly = FUNCTION | set("们来去说做看，是")


@device("contrast", "对举", "contrast", "用成对的格式（既…又…、不是…而是…、让…让…）或肯定与否定、相反的词并举两面，字数不必相等。",
        "Two sides set against each other by a paired frame, by denial or by opposite words, of any length.")
def find_contrasts(document: Document, found: list[Found]) -> list[Found]:
    """Find framed pairs, and neighbours of a like frame that deny or oppose each other; rows as for couplets."""
    rows: list[Found] = []
    for match in scan(_frame_start, _frame, document.view):
        kind = match.lastgroup
        cut = _openers[kind].search(document.view, match.start() + 2).start()
        spans = (match.start(), cut), (cut + 1, match.end())
        even = spans[0][1] - spans[0][0] == spans[1][1] - spans[1][0]
        if even and (kind == "both" or kind == "but" and not document.view.startswith("反而", spans[1][0])):
            continue  # of equal length: a couplet, if anything
        rows += pair_rows("contrast", spans, .6, {"frame": kind})
    plain, taken = plain_text(document), Shelf()
    for one in [*found, *rows]:
        if one.label in ("parallelism_member", "contrast_member"):
            taken.put(one.start, one.end, one)
    for score, pair, evidence in opposed(plain):
        spans = plain.to_view(*pair[0]), plain.to_view(*pair[1])
        hull = spans[0][0], spans[1][1]
        if not any(crosses(hull, (one.start, one.end)) for one in taken.near(*hull)):
            sure = min(.9, round(.5 + score / 5, 2))
            new = pair_rows("contrast", spans, sure, {**evidence, "score": round(score, 2)})
            taken.put(*hull, new[0])
            rows += new
    return rows


def opposed(plain: Plain) -> list[tuple[float, Pair, dict]]:
    """Neighbouring clauses of unequal length that a shared frame, a denial or opposite words set against each other."""
    units = plain.units(COMMA)
    starts, ends, behind = (column.tolist() for column in units)
    text, scored = plain.text, []
    for place in may_oppose(plain, *units).tolist():
        a, b, c, d = starts[place], ends[place], starts[place + 1], ends[place + 1]
        first, second = text[a:b], text[c:d]
        common = set(first).intersection(second) - _plainly
        negated = _not_is.search(first) is not None and _is.match(second) is not None
        if not common and not negated and first[0] != second[0]:
            continue
        opening, ending = common_prefix([first, second]), common_suffix([first, second])
        like = [text.startswith(opening, start) if opening else False
                for start in (starts[max(place - 1, 0)], starts[min(place + 2, len(starts) - 1)])]
        before = behind[place - 1] if place else LINE
        after, last = behind[place + 1], place + 2 == len(starts)
        denial = bool(common) and (_denies.search(first) is None) != (_denies.search(second) is None)
        mates = {_opposite[letter] for letter in set(first) - set(second) if letter in _opposite}
        reasons = {"base": 1, "opening": min(weight(opening), 2), "ending": min(weight(ending), 2),
                   "shared": min(len(common), 3), "denial": denial, "is_not": negated,
                   "opposite": not mates.isdisjoint(second), "turn": bool(common) and _turns.match(second) is not None,
                   "alone": before >= STOP and after >= STOP, "uneven": abs(log((b - a) / (d - c))),
                   "three": before <= SEMICOLON and like[0] or after <= SEMICOLON and like[1] and not last}
        score = sum([CONTRAST[name] * value for name, value in reasons.items()])
        if score >= THRESHOLD:
            kind = "denial" if negated or denial else "shared"
            scored.append((score, ((a, b), (c, d)), {"frame": kind, "anchor": opening}))
    return sorted(scored, key=lambda one: (-one[0], one[1]))


def may_oppose(plain: Plain, starts: np.ndarray, ends: np.ndarray, behind: np.ndarray) -> np.ndarray:
    """Neighbours of unequal length that open or end alike, or of which one denies something.

    The latter must make up a sentence or go on with 是, 在 …
    """
    if len(starts) < 2:
        return np.zeros(0, dtype=np.int64)
    letters, lengths = plain.characters, ends - starts
    denied = np.concatenate([[0], np.cumsum(one_of(letters, "不没非无"))])
    denies = denied[ends] > denied[starts]
    fair = (lengths > 2) & (lengths < 26)
    first, last = letters[starts], letters[ends - 1]
    alone = np.concatenate([[True], behind >= STOP])[:-2] & (behind[1:] >= STOP)
    like = (first[1:] == first[:-1]) | (last[1:] == last[:-1])
    like |= (denies[1:] != denies[:-1]) & (alone | one_of(first[1:], "而是在都却就"))
    return np.flatnonzero(fair[1:] & fair[:-1] & (behind[:-1] <= SEMICOLON) & (lengths[1:] != lengths[:-1]) & like)


@device("couplet", "对偶", "couplet", "字数相等、结构相同或相近、意义密切相联的一对短语或句子。",
        "Two neighbours of equal length and like build whose meanings belong together.")
def find_couplets(document: Document, found: list[Found]) -> list[Found]:
    """Find couplets; one row per couplet and per half. What belongs to a longer run or a contrast is left out."""
    plain = plain_text(document)
    taken, chosen, kept = Shelf(), Shelf(), []
    for one in found:
        if one.label in ("parallelism_member", "contrast_member"):
            taken.put(one.start, one.end, (one.start, one.end))
    said: set[str] = set()
    for score, pair, evidence in sorted(couplets(plain), key=lambda one: (-round(one[0], 6), one[1])):
        begin, finish = pair[0][0], pair[1][1]
        wording = plain.text[begin:finish]
        if wording in said or any(begin < end and start < finish for start, end in chosen.near(begin, finish)):
            continue  # a slogan counts once
        spans = plain.to_view(*pair[0]), plain.to_view(*pair[1])
        hull = spans[0][0], spans[1][1]
        if not any(crosses(hull, span) for span in taken.near(*hull)):
            said.add(wording)
            chosen.put(begin, finish, (begin, finish))
            kept.append((spans, score, evidence))
    return [row for spans, score, evidence in sorted(kept, key=lambda one: one[0])
            for row in pair_rows("couplet", spans, min(1.0, round(.6 + score / 5, 2)),
                                 {**evidence, "score": round(score, 2)})]


def crosses(hull: tuple[int, int], member: tuple[int, int]) -> bool:
    """Do a couplet and a member of something longer overlap, without the couplet being only a part of it?"""
    return hull[0] < member[1] and member[0] < hull[1] and (
        hull == member or not (member[0] <= hull[0] and hull[1] <= member[1]))


def pair_rows(label: str, spans: Pair, confidence: float, evidence: dict) -> list[Found]:
    group = Found(label, spans[0][0], spans[1][1], confidence=confidence,
                  attributes={"n": 2, "contiguous": 1, **evidence})
    return [group, *(Found(label + "_member", *span, parent=group, order=order, confidence=confidence)
                     for order, span in enumerate(spans, 1))]


def couplets(plain: Plain) -> Iterator[tuple[float, Pair, dict]]:
    """Score neighbours with 、 or ， between, all at once; then those that word classes can still lift, one by one."""
    one, other, length, listed, sure = halves(plain)
    letters = plain.characters
    repeated, alike = in_place(letters, letters, one, other, length), in_place(plain.letters, plain.letters, one, other, length)
    rhythm = in_place(plain.letters < 97, plain.letters < 97, one, other, length) == length  # words begin in the same places
    opposite = in_place(_opposite_code[np.minimum(letters, 65535)], letters, one, other, length) > 0
    partner, stops = _partners(plain), _edge_flags(plain.closed, len(plain.text) + 1)
    quoted = partner[one] == other + length
    known = sure | quoted | (repeated > 0) | rhythm
    sound = known & (repeated < length) & (quoted | (repeated > 0) | rhythm | (alike >= .5 * length))
    marks = np.frombuffer(plain.marks, dtype=np.uint8)
    end = other + length
    before, between, after = marks[one - 1], marks[one + length], marks[end]
    behind = letters[np.minimum(end, len(letters) - 1)]
    begins = np.append((plain.letters < 97) | (partner[:-1] >= 0) | stops[:-1], True)
    reasons = {"base": 1.0, "alike": alike / np.maximum(length, 1), "rhythm": rhythm, "repeated": np.minimum(repeated, 3),
               "opening": letters[one] == letters[other], "opposite": opposite, "quoted": quoted, "listed": listed, "long": length > 4,
               "two_only": (between == PAUSE) & (before != PAUSE) & (after != PAUSE),
               "cut_left": (before == 0) & (partner[one] < 0) & ~one_of(letters[one - 1], "是要"),
               "cut_right": (after == 0) & ~stops[end] & ~one_of(behind, "的等而"),
               "goes_on": (before == between) + 1.0 * (after == between), "three": length == 3,
               "four": (length == 4) & (repeated == 0), "ends_sentence": after >= STOP,
               "unaligned": ~begins[one] + 1.0 * ~begins[end]}
    score = sum(WEIGHTS[name] * value for name, value in reasons.items())
    for place in np.flatnonzero(sound & (score + WEIGHTS["same_shape"] >= THRESHOLD)).tolist():
        start, partner_start, size = int(one[place]), int(other[place]), int(length[place])
        pair = (start, start + size), (partner_start, partner_start + size)
        words = by_words(plain, pair, int(repeated[place]))
        total = words and float(score[place]) + sum([WEIGHTS[name] * value for name, value in words.items()])
        if words and total >= THRESHOLD:
            yield total, pair, {"length": size, "repeated": int(repeated[place]),
                                "alike": round(float(alike[place]) / size, 2), "antithetical": int(opposite[place])}


def halves(plain: Plain) -> tuple[np.ndarray, ...]:
    """Stretches of one length in two neighbours: where each begins, how long, how many further neighbours are as long.

    Two units as they stand if equally long; else the longer cut to the other; else both, at a quotation or before 的.
    `sure` are those that stand as they are; what is cut must share a character in place with its partner, or its word
    classes, or fill a quotation with it.
    """
    tables, closes = [], np.array(plain.closed_places, dtype=np.int64)
    particles = np.flatnonzero(plain.characters == ord("的"))
    for level in (PAUSE, COMMA):
        starts, ends, behind = plain.units(level)
        if len(starts) < 2:
            continue
        lengths = ends - starts
        start, middle, second_start, end = starts[:-1], ends[:-1], starts[1:], ends[1:]
        first, second, mark = lengths[:-1], lengths[1:], behind[:-1]
        fair = (mark <= COMMA) & (first > 2) & (second > 2) & (
            (first <= 14) | (second <= 14) | (first == second) & (first <= 20))
        if level == COMMA:  # those that hold no 、 were seen
            fair &= np.searchsorted(plain.clauses.ends, end) - np.searchsorted(plain.clauses.starts, start) != 1
        run_on = (behind[1:] == behind[:-1])
        listed = np.zeros(len(first), dtype=np.int64)
        listed[1:] += (behind[:-2] == mark[1:]) & (lengths[:-2] == first[1:])
        listed[:-1] += run_on[:-1] & (lengths[2:] == first[:-1])

        def add(mask, one, other, length, sure):
            mask = np.flatnonzero(mask & fair)
            tables.append((one[mask], other[mask], length[mask], listed[mask], np.full(len(mask), sure)))

        add(first == second, start, second_start, first, True)
        longer = (second < first) & (second <= 14)
        copula = plain.characters[np.maximum(middle - second - 1, 0)] == ord("是")
        add(longer & copula, middle - second, second_start, second, True)
        add(longer & ~copula, middle - second, second_start, second, False)
        add((first < second) & (first <= 14), start, second_start, first, False)
        for places in (closes, particles if level == PAUSE else closes[:0]):
            if not len(places):
                continue
            nearest = np.searchsorted(places, second_start + 3)
            place = places[np.minimum(nearest, len(places) - 1)]
            length = place - second_start
            add((first != second) & (nearest < len(places)) & (place <= end - (places is particles)) & (length > 2)
                & (length <= np.minimum(first, 13)) & ((length < first) | (place < end)),
                middle - length, second_start, length, False)
    if not tables:
        return tuple(np.zeros(0, dtype=np.int64) for _ in range(5))
    return tuple(map(np.concatenate, zip(*tables)))


def in_place(values: np.ndarray, others: np.ndarray, one: np.ndarray, other: np.ndarray, length: np.ndarray) -> np.ndarray:
    """In how many places does one stretch of the values hold what the other stretch holds in the others?"""
    if not len(one):
        return np.zeros(0)
    first = np.cumsum(length) - length
    step = np.arange(int(length.sum())) - np.repeat(first, length)
    same = values[np.repeat(one, length) + step] == others[np.repeat(other, length) + step]
    return np.add.reduceat(same, first, dtype=np.int64)


def by_words(plain: Plain, pair: Pair, repeated: int) -> dict[str, float] | None:
    """What word classes and opposite characters add; None for what is a list of things or figures."""
    one, other = pair
    first, second = plain.text[one[0]:one[1]], plain.text[other[0]:other[1]]
    if _digit.search(first) and _digit.search(second):
        return None
    codes = plain.codes(*one), plain.codes(*other)
    predicates = sum([not _predicate.isdisjoint(code) or code[:1] == "G" and len(code) > 1 for code in codes])
    if predicates == 0 and repeated == 0:
        return None
    return {"same_shape": codes[0] == codes[1], "nominal": 2 - predicates,
            "numbers": _numeral.search(first) is not None and _numeral.search(second) is not None}


def _partners(plain: Plain) -> np.ndarray:
    """Where the quotation that begins at a place ends; -1 where none begins."""
    partners = np.full(len(plain.text) + 1, -1)
    partners[list(plain.pairs)] = list(plain.pairs.values())
    return partners


def _edge_flags(places, size: int) -> np.ndarray:
    flags = np.zeros(size, dtype=bool)
    flags[list(places)] = True
    return flags
