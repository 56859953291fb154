"""Where are three or more stretches built alike?  排比 at every unit, from words to headings, with the frame they share."""

from __future__ import annotations

import re
from typing import Iterator

from ..spans import Found
from ..units import Document
from . import device
from .plain import COLON, COMMA, LINE, PAUSE, SEMICOLON, STOP, Plain, Unit, plain_text

Spans = list[tuple[int, int]]  # members, in offsets of the comparison text

THRESHOLD = 1.0
LEVELS = {PAUSE: SEMICOLON, COMMA: STOP, SEMICOLON: COLON, STOP: COLON}  # units at this level; a run ends at a delimiter of that level
FUNCTION = frozenset("的了在是和与及并也就都对为以从到向于把被让使将而又还要有个一不上中下之其这那地得着过我你他她它们")
_lead = re.compile("(?:也|更|还|并且|并|而且|而|以及|及|和|与|同时|甚至|又|再|最后|则)(?=.{2})")
_ordinal = re.compile("[一二三四五六七八九十]{1,2}(?:是要|是|要)|第[一二三四五六七八九十](?:是|，)?|首先|其次|再次|其[一二三四五]")
_small = str.maketrans("", "", "abcdefghijklmnopqrstuvwxyz")


@device("parallelism", "排比", "parallelism",
        "三个或三个以上结构相同或相似、语气一致、意思密切关联的词语、分句、句子或标题。",
        "Three or more words, phrases, clauses, sentences or headings of the same build, side by side or across items.")
def find_parallelism(document: Document, found: list[Found]) -> list[Found]:
    """Find groups of parallel members; one row per group and one per member."""
    plain = plain_text(document)
    groups = choose(list(candidates(plain)))
    return [row for score, members, evidence in groups for row in rows(plain, members, score, evidence)]


def rows(plain: Plain, members: Spans, score: float, evidence: dict) -> list[Found]:
    spans = [plain.to_view(*member) for member in members]
    group = Found("parallelism", spans[0][0], spans[-1][1], confidence=round(min(1.0, .4 + score / 8), 2),
                  attributes={**evidence, "score": round(score, 2), "lengths": [end - start for start, end in members]})
    return [group, *(Found("parallelism_member", *span, parent=group, order=order, confidence=group.confidence)
                     for order, span in enumerate(spans, 1))]


def candidates(plain: Plain) -> Iterator[tuple[float, Spans, dict]]:
    for level, barrier in LEVELS.items():
        for run in segments(plain.units(level), barrier):
            yield from runs_of(plain, run, level)


def segments(units: list[Unit], barrier: int) -> Iterator[list[Unit]]:
    """Cut the units where a delimiter of the barrier's level stands; keep stretches of three and more."""
    start = 0
    for place, unit in enumerate(units, 1):
        if unit.behind >= barrier:
            if place - start > 2:
                yield units[start:place]
            start = place
    if len(units) - start > 2:
        yield units[start:]


def runs_of(plain: Plain, units: list[Unit], level: int) -> Iterator[tuple[float, Spans, dict]]:
    """Try every run of neighbours that agree in first character, last character, length or an inner character."""
    text = plain.text
    words = [text[unit.start:unit.end] for unit in units]
    tries: dict[tuple, None] = {}
    keys = [[word[0] for word in words], [word[:2] for word in words], [word[-1] for word in words], [word[-2:] for word in words],
            [len(word) for word in words]]
    links = [[a == b for a, b in zip(key, key[1:])] for key in keys]
    sets = [set(word) for word in words]
    links.append([bool((a & b) - FUNCTION) for a, b in zip(sets, sets[1:])])
    links.append([bool(a & b) for a, b in zip(sets, sets[1:])])
    links.append([True] * (len(words) - 1))
    for link in links:
        start = 0
        for place, linked in enumerate(link + [False]):
            if not linked:
                if place > start:
                    tries[(start, place + 1)] = None
                start = place + 1
    for period in (2, 3):
        if len(words) >= 3 * period:
            for key in keys[1:2]:
                for start in range(period):
                    pass
    for start, stop in tries:
        best = max(variants(plain, units, start, stop), key=lambda one: one[0], default=None)
        if best and best[0] >= THRESHOLD:
            yield best[0], best[1], {**best[2], "unit": level}


def variants(plain: Plain, units: list[Unit], start: int, stop: int) -> Iterator[tuple[float, Spans, dict]]:
    """The run as it stands, and with its ends trimmed or taken from the neighbours."""
    core = [(unit.start, unit.end) for unit in units[start:stop]]
    lefts, rights = [core[:1]], [core[-1:]]
    inner = core[1:-1] or core
    if start > 0:
        lefts += [[cut, core[0]] for cut in cuts_left(plain, units[start - 1], core)]
    lefts += [[cut] for cut in cuts_left(plain, Unit(*core[0], 0), core[1:])]
    if stop < len(units):
        rights += [[core[-1], cut] for cut in cuts_right(plain, units[stop], core)]
    rights += [[cut] for cut in cuts_right(plain, Unit(*core[-1], 0), core[:-1])]
    for left in lefts:
        for right in rights:
            members = left + core[1:-1] + right
            if len(members) > 2:
                result = judge(plain, members)
                if result:
                    yield result[0], members, result[1]


def cuts_left(plain: Plain, unit: Unit, sure: Spans) -> Iterator[tuple[int, int]]:
    """Shorter forms of the unit before the run: from the shared opening on, or as long as its neighbours."""
    text = plain.text
    words = [text[start:end] for start, end in sure]
    places = set()
    opening = common_prefix(words)
    if opening:
        place = text.rfind(opening, unit.start, unit.end)
        places.add(place)
    if len({len(word) for word in words}) == 1:
        places.add(unit.end - len(words[0]))
    for place in places:
        if unit.start < place < unit.end - 1 and plain.classes[place].isupper():
            yield place, unit.end


def cuts_right(plain: Plain, unit: Unit, sure: Spans) -> Iterator[tuple[int, int]]:
    text = plain.text
    words = [text[start:end] for start, end in sure]
    places = set()
    ending = common_suffix(words)
    if ending:
        place = text.find(ending, unit.start, unit.end)
        if place >= 0:
            places.add(place + len(ending))
    if len({len(word) for word in words}) == 1:
        places.add(unit.start + len(words[0]))
    for place in places:
        if unit.start + 1 < place < unit.end and plain.classes[place].isupper():
            yield unit.start, place


def common_prefix(words: list[str]) -> str:
    low, high = min(words), max(words)
    for place, letter in enumerate(low):
        if place == len(high) or letter != high[place]:
            return low[:place]
    return low


def common_suffix(words: list[str]) -> str:
    return common_prefix([word[::-1] for word in words])[::-1]


def weight(letters: str) -> float:
    return sum(.5 if letter in FUNCTION else 1.0 for letter in letters)


def features(plain: Plain, members: Spans) -> dict | None:
    """What the members share: opening, ending, inner characters in order, lengths, word classes."""
    text = plain.text
    words = [text[start:end] for start, end in members]
    if len(set(words)) < len(words):
        return None
    lengths = [len(word) for word in words]
    short, long = min(lengths), max(lengths)
    if short < 2 or long > 4 * short:
        return None
    prefix, suffix = common_prefix(words), common_suffix(words)
    if len(prefix) + len(suffix) > short:
        suffix = suffix[len(prefix) + len(suffix) - short:]
    rest = [word[len(prefix):len(word) - len(suffix)] for word in words]
    shared = set(rest[0]).intersection(*rest[1:])
    infix = ""
    if shared:
        infix = "".join(letter for letter in rest[0] if letter in shared)
        at = [[word.find(letter) for letter in infix] for word in rest]
        if any(place != sorted(place) for place in at):
            infix = infix[:1]
    classes = [plain.classes[start:end] for start, end in members]
    codes = [cls.translate(_small) for cls in classes]
    if short == long:
        alike = sum(sum(map(str.__eq__, a, b)) / len(a) for a, b in zip(classes, classes[1:])) / (len(words) - 1)
    else:
        pairs = [{a + b for a, b in zip("^" + code, code + "$")} for code in codes]
        alike = sum(len(a & b) / len(a | b) for a, b in zip(pairs, pairs[1:])) / (len(words) - 1)
    predicates = sum(1 for code in codes if set(code) & set("VADPIU")) / len(codes)
    nominal = sum(1 for code in codes if not set(code) & set("VADPIUR")) / len(codes)
    return {"n": len(words), "prefix": prefix, "suffix": suffix, "infix": infix, "short": short, "long": long, "alike": alike,
            "predicates": predicates, "nominal": nominal, "codes": codes, "mean": sum(lengths) / len(lengths)}


def judge(plain: Plain, members: Spans) -> tuple[float, dict] | None:
    """Score a run by what its members share."""
    seen = features(plain, members)
    if not seen:
        return None
    spread = seen["long"] - seen["short"]
    score = .7 * min(weight(seen["prefix"]), 3) + .6 * min(weight(seen["suffix"]), 3) + .5 * min(weight(seen["infix"]), 2)
    score += .7 if spread == 0 else .4 if spread == 1 else .25 if spread == 2 else 0
    score += .9 * max(0, (seen["alike"] - .35) / .65)
    if seen["nominal"] >= .6:
        score -= 1.5
    if seen["short"] < 3:
        score -= .5
    score += .1 * (seen["n"] - 3) - .8
    kind = ("circumfix" if seen["prefix"] and seen["suffix"] else "prefix" if seen["prefix"] else "suffix" if seen["suffix"]
            else "infix" if seen["infix"] else "isocolon")
    anchor = "…".join(part for part in (seen["prefix"], seen["infix"], seen["suffix"]) if part)
    return score, {"n": seen["n"], "kind": kind, "anchor": anchor, "contiguous": 1}


def choose(groups: list[tuple[float, Spans, dict]]) -> list[tuple[float, Spans, dict]]:
    """Keep the best groups so that none cross: two are apart, or one lies inside one member of the other."""
    kept: list[tuple[float, Spans, dict]] = []
    for group in sorted(groups, key=lambda one: (-one[0] - .15 * len(one[1]), one[1])):
        members = group[1]
        if all(apart(members, other[1]) for other in kept):
            kept.append(group)
    return sorted(kept, key=lambda one: one[1])


def apart(one: Spans, other: Spans) -> bool:
    first, last, low, high = one[0][0], one[-1][1], other[0][0], other[-1][1]
    if last <= low or high <= first:
        return True
    return any(start <= low and high <= end for start, end in one) or any(start <= first and last <= end for start, end in other)
