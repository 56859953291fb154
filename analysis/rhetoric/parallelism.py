"""Where are three or more stretches built alike?  排比 at every unit, from words to headings, with the shared frame."""

from __future__ import annotations

import re
from math import log
from operator import eq, mul
from typing import Iterator, NamedTuple

import numpy as np

from analysis.spans import Found
from analysis.units import Document
from analysis.rhetoric import device
from analysis.rhetoric.plain import COLON, COMMA, LINE, PAUSE, SEMICOLON, STOP, Plain, Shelf, Units, one_of, plain_text

Spans = list[tuple[int, int]]  # members, in offsets of the comparison text
Group = tuple[float, Spans, dict]  # score, members, evidence

THRESHOLD = 0.0
MOST_BY_CLASSES = 2.5  # what word classes have ever added to a run that passed: below that there is no need to look
LEVELS = {PAUSE: SEMICOLON, COMMA: STOP, SEMICOLON: COLON, STOP: COLON}  # units of a level; a run ends at the second
FUNCTION = frozenset("的了在是和与及并也就都对为以从到向于把被让使将而又还要有个一不上中下之其这那地得着过我你他她它们")
# Each weight is a reason for or against a run: round numbers in steps of a half, set after reading what was missed, and
# by searches over halves of five sets, whose steps were kept where several searches agreed: the seeds, the essays, the
# project's own gold, and 33 real passages annotated for this and not shipped (14 of work reports, 19 of speeches). So
# none of these figures is of unseen text. F1 of groups, partial and exact: seeds .82 .76, essays .68 .55, own gold
# .67 .61, work reports .59 .54, speeches .74 .62. benchmarks/fit_parallelism.py fits them on the own gold alone.
WEIGHTS = {
    # where it starts from
    "base": -3.0, "brief": .5,
    # the frame
    "prefix": 1.5, "prefix_short": 1.5, "opening": .5, "suffix": 1.0, "suffix_short": 1.0, "whole_opening": 1.5,
    # inside the frame
    "infix": .5, "infix_short": .5, "infix_in_place": .5, "word": .5,
    # lengths
    "equal": .5, "equal_short": 1.0, "near_short": .5, "uneven": -2.0,
    # size
    "more": .5, "more_unanchored": -.5, "two_characters": -.5,
    # edges and delimiters
    "cut_left": -.5, "cut_right": -.5, "pauses": .5, "semicolons": 2.0, "mixed": -1.5,
    "quoted": 1.5, "goes_on_left": -1.0, "goes_on_right": -.5, "ends_sentence": .5,
    # spread over the text
    "headings": 1.5,
    # word classes
    "alike": 1.5, "same_opening": .5, "same_shape": .5, "predicate": .5,
    # lists of things
    "nominal": -2.0, "nominal_head": -1.5, "numbers": -1.0,
    # without anything shared
    "plain_semicolons": -.5, "plain_pauses": 1.0, "plain_mixed": -1.0,
    "plain_two": -1.5, "plain_five": .5, "plain_uneven": -.5,
}
_edges, _classes = list(WEIGHTS).index("cut_left"), list(WEIGHTS).index("alike")
_frame_weights, _class_weights = tuple(WEIGHTS.values())[:_classes], tuple(WEIGHTS.values())[_classes:]
_linked, _pair = re.compile(b"\1{2,}"), re.compile(b"(?<!\1)\1(?!\1)")
_numeral = re.compile("[×X0-9％%]")
_ordinals = frozenset("一二三四五六七八九十（0123456789第首其再最")
_conjunction = re.compile("以及|和|与|及|并|或")
_ordinal = re.compile("(?:[一二三四五六七八九十]{1,3}[、，]|（[一二三四五六七八九十]{1,3}）|[0-9]{1,2}[.、．]|（[0-9]{1,2}）)"
                      "|[一二三四五六七八九十]{1,2}(?:是|要)|[^，。；：、\n]{1,3}之[一二三四五六七八九十]，?"
                      "|第[一二三四五六七八九十](?:[个件类条点张层步项块]|方面)?(?:是|，)?|首先，?|其次，?|再次，?|最后，?|其[一二三四五](?:是|，)?")
_bits = np.zeros(65536, dtype=np.uint64)  # one of 64 for each character that means something: equal characters, equal bits
_bits[0x4e00:0xa000] = np.uint64(1) << np.arange(0x4e00, 0xa000, dtype=np.uint64) * np.uint64(40503) % np.uint64(64)
_bits[list(map(ord, "的了和与及一中这那我你他们是在有"))] = 0
_like = {"V": "VG", "G": "VG"}  # classes that stand for each other
_ATTRIBUTE = frozenset(["AN", "MN", "DN", "BN", "VN", "AG", "MG", "DG", "AV", "MV", "DV"])
_predicate = frozenset("VADPIUR")


@device("parallelism", "排比", "parallelism",
        "三个或三个以上结构相同或相似、语气一致、意思密切关联的词语、分句、句子或标题。",
        "Three or more words, phrases, clauses, sentences or headings of the same build, side by side or across items.")
def find_parallelism(document: Document, found: list[Found]) -> list[Found]:
    """Find groups of parallel members; one row per group and one per member."""
    plain = plain_text(document)
    groups = choose([*candidates(plain), *leads(plain, found)])
    return [row for score, members, evidence in groups for row in rows(plain, members, score, evidence)]


def rows(plain: Plain, members: Spans, score: float, evidence: dict) -> list[Found]:
    spans = view_spans(plain, members)
    confidence = round(min(1.0, .5 + score / 8), 2)
    group = Found("parallelism", spans[0][0], spans[-1][1], confidence=confidence,
                  attributes={**evidence, "score": round(score, 2), "lengths": [end - start for start, end in members]})
    return [group, *(Found("parallelism_member", *span, parent=group, order=order, confidence=confidence)
                     for order, span in enumerate(spans, 1))]


def view_spans(plain: Plain, members: Spans) -> Spans:
    spans = [plain.to_view(*member) for member in members]
    view = plain.view
    if all(view[start - 1:start] == "“" and view[end:end + 1] == "”" for start, end in spans):
        return [(start - 1, end + 1) for start, end in spans]  # marks around each member belong to it
    if view.startswith("……", spans[-1][1]):  # "and so on" belongs to the last member
        spans[-1] = spans[-1][0], spans[-1][1] + 2
    return spans


class Row(NamedTuple):
    """The units of one level: where each begins and ends, and the level of the delimiter behind it."""

    spans: Spans
    behind: list[int]


def row_of(units: Units) -> Row:
    return Row(list(zip(units.starts.tolist(), units.ends.tolist())), units.behind.tolist())


def candidates(plain: Plain) -> Iterator[Group]:
    """Runs of neighbours at every level, and lists that end in a conjunction."""
    seen: set[tuple[int, int, int]] = set()
    for level, barrier in LEVELS.items():
        units = plain.units(level)
        row = row_of(units)
        for start, stop in runs(plain, units, level, barrier):
            key = row.spans[start][0], row.spans[stop - 1][1], stop - start
            if key not in seen:
                seen.add(key)
                yield from best_of(plain, row, start, stop, level)
    for run in conjoined(plain, row_of(plain.clauses)):
        yield from best_of(plain, run, 0, len(run.spans), PAUSE)


def runs(plain: Plain, units: Units, level: int, barrier: int) -> Iterator[tuple[int, int]]:
    """Three and more neighbours of the same first character, last character or length, or joined by one mark (、 or ；).

    Below the sentence also those that open with verbs and are about as long, those that share a word inside, and pairs
    of a closer likeness, whose third member may be hidden in a longer neighbour.
    """
    if len(units.starts) < 2:
        return
    letters, behind, within = plain.characters, units.behind[:-1], units.behind[:-1] < barrier
    lengths = units.ends - units.starts
    first, last = same(letters[units.starts]) & within, same(letters[units.ends - 1]) & within
    alike = same(lengths) & within
    links = [first, last]
    near = within & (np.abs(np.diff(lengths)) <= np.maximum(np.minimum(lengths[1:], lengths[:-1]) // 4, 1))
    if level <= COMMA:
        verb = one_of(plain.letters[units.starts], "VGD")
        links += [alike, near & verb[1:] & verb[:-1]]
    if level in (PAUSE, SEMICOLON):
        links.append(behind == level)
    if level < STOP:
        links.append(near & sharing(plain, units))
    covered: set[int] = set()
    for count, link in enumerate(links):
        for run in _linked.finditer(link.tobytes()):
            if count < 3:
                covered.update(range(run.start(), run.end()))
            yield run.start(), run.end() + 1
    if level == PAUSE:
        opening = first & same(letters[np.minimum(units.starts + 1, len(letters) - 1)])
        ending = last & same(letters[units.ends - 2])
        for pair in _pair.finditer((opening | ending | alike & (first | last)).tobytes()):
            if pair.start() not in covered:
                yield pair.start(), pair.start() + 2


def sharing(plain: Plain, units: Units) -> np.ndarray:
    """May a character that means something stand in three neighbours of at most 32?  One flag for each two of the three.

    Never no where it does; sometimes yes where it does not, for 64 bits stand for all characters.
    """
    bits = np.append(_bits[np.minimum(plain.characters, 65535)], np.uint64(0))
    sets = np.bitwise_or.reduceat(bits, np.column_stack([units.starts, units.ends]).ravel())[::2]
    sets[units.ends - units.starts > 32] = 0
    three = sets[2:] & sets[1:-1] & sets[:-2] != 0
    links = np.zeros(len(sets) - 1, dtype=bool)
    links[:-1] |= three
    links[1:] |= three
    return links


def same(values: np.ndarray) -> np.ndarray:
    """Is each value the same as the next?"""
    return values[1:] == values[:-1]


def best_of(plain: Plain, row: Row, start: int, stop: int, level: int) -> Iterator[Group]:
    best = max(variants(plain, row, start, stop), key=lambda one: one[0], default=None)
    if best and best[0] >= THRESHOLD:
        yield best[0], best[1], {**evidence(*best[1:]), "unit": level}


def variants(plain: Plain, row: Row, start: int, stop: int) -> Iterator[tuple[float, Spans, Shared]]:
    """The run as it stands, and with its ends cut to size or taken from the neighbours: the left end first."""
    text, (spans, behind) = plain.text, row
    core = spans[start:stop]
    words = [text[first:last] for first, last in core]
    if not any(map(fits, words, words[1:])) and not set(words[0]).intersection(*words[1:]) \
            and not (plain.pairs and plain.quote_starts(*core[0])) \
            and not (len(words) == 3 and len(words[1]) == min(map(len, words)) <= 8):
        return  # no two neighbours agree in anything, nor can both ends be cut to the middle
    inner, first, last = core[1:-1], core[0], core[-1]
    if inner and behind[start] == PAUSE and len(set(map(len, words))) > 1 and not plain.quote_starts(*first) \
            and all([is_thing(code) and code not in _ATTRIBUTE for code in [plain.codes(*span) for span in inner]]):
        return  # a list of things of all lengths
    lefts, rights = [[first]], [[last]]
    if words[0][0] != words[1][0] and len(words[0]) != len(words[1]):
        sure = slice(1, None if fits(words[-2], words[-1]) else -1)
        lefts += [[cut] for cut in cuts_left(plain, first, core[sure], words[sure])]
    if words[-1][-1] != words[-2][-1] and len(words[-1]) != len(words[-2]):
        sure = slice(0 if len(lefts) == 1 and fits(words[0], words[1]) else 1, -1)
        rights += [[cut] for cut in cuts_right(plain, last, core[sure], words[sure])]
    if start > 0 and behind[start - 1] == behind[start] <= COMMA:
        lefts += [[cut, first] for cut in cuts_left(plain, spans[start - 1], core, words)]
    if stop < len(spans) and behind[stop - 2] == behind[stop - 1] <= COMMA:
        rights += [[last, cut] for cut in cuts_right(plain, spans[stop], core, words)]
        if len(core) == 2 and spans[stop][1] - spans[stop][0] == len(words[-1]):
            rights.append([last, spans[stop]])
    left, best = lefts[0], None
    for cut in lefts:  # the best left end with the right end as it stands, then the best right end for it
        judged = len(cut) + len(core) > 3 and judge(plain, cut + core[1:])
        if judged and (best is None or judged[0] > best):
            left, best = cut, judged[0]
            yield judged[0], cut + core[1:], judged[1]
    for cut in rights[1:]:
        for start in (left,) if best is not None else lefts:
            members = start + inner + cut
            judged = len(members) > 2 and judge(plain, members)
            if judged:
                yield judged[0], members, judged[1]


def fits(one: str, other: str) -> bool:
    """Are two neighbours of one length, or do they open or end alike, so that both are whole?"""
    return len(one) == len(other) or one[0] == other[0] or one[-1] == other[-1]


def cuts_left(plain: Plain, unit: tuple[int, int], sure: Spans, words: list[str]) -> Iterator[tuple[int, int]]:
    """Shorter forms of the unit before the run: from a quotation or the shared opening on, or as long as the next."""
    text, (start, end) = plain.text, unit
    if not words:
        return
    lengths = set(map(len, words[:2]))
    size = len(words[0])
    places = {place for place in plain.quote_starts(start + 1, end) if plain.pairs[place] >= end}
    opening = common_prefix(words)
    if opening:
        places.add(text.rfind(opening, start + 1, end))
    if len(lengths) == 1 and end - size > start:
        if end - size in places:
            yield end - size, end  # anchor and length agree: wherever the word list sees a boundary
            return
        if len(common_suffix([text[end - size:end], *words])) > 1:
            yield end - size, end
        places.add(end - size)
    if end - start > max(lengths):
        classes = plain.classes
        first = _like.get(classes[sure[0][0]], classes[sure[0][0]])
        alike = [place for place in range(max(start + 1, end - 2 * size), end - 1) if classes[place] in first]
        places.update(sorted(alike, key=lambda place: abs(end - place - size))[:1])
        places.update(alike[:1])
    for place in places:
        if start < place < end - 1 and plain.boundary(place):
            yield place, end


def cuts_right(plain: Plain, unit: tuple[int, int], sure: Spans, words: list[str]) -> Iterator[tuple[int, int]]:
    """Shorter forms of the unit behind the run: to a closing mark, the shared ending, 的, 等, or as long as the last."""
    text, (start, end) = plain.text, unit
    if not words:
        return
    lengths = set(map(len, words[-2:]))
    longest = max(lengths)
    places = {place for place in plain.quote_ends(start + 2, end) if plain.closed[place] <= start}
    ending = common_suffix(words)
    if ending:
        place = text.find(ending, start, end)
        if place >= 0:
            places.add(place + len(ending))
    if len(lengths) == 1 and start + longest < end:
        if start + longest in places:
            yield start, start + longest
            return
        places.add(start + longest)
    if end - start > 1.25 * longest + 1:
        places.update([place for place in range(start + 2, min(end, start + 2 * longest))
                       if text[place] in "的等" or plain.classes[place] == "C"][:1])
    for place in places:
        if start + 1 < place < end and (plain.boundary(place) or text[place] in "的等"):
            yield start, place


def common_prefix(words: list[str]) -> str:
    if words[0][:1] != words[-1][:1]:
        return ""
    low, high = min(words), max(words)
    for place, letter in enumerate(low):
        if place == len(high) or letter != high[place]:
            return low[:place]
    return low


def common_suffix(words: list[str]) -> str:
    if words[0][-1:] != words[-1][-1:]:
        return ""
    return common_prefix([word[::-1] for word in words])[::-1]


def conjoined(plain: Plain, row: Row) -> Iterator[Row]:
    """Lists joined by 、 whose last member follows 和, 以及, 并 …: the conjunction is a delimiter too."""
    spans, behind = row
    for place in range(1, len(spans)):
        if behind[place - 1] == PAUSE and behind[place] != PAUSE:
            start, end = spans[place]
            match = _conjunction.search(plain.text, start + 2, end - 1)
            if match and plain.boundary(match.start()):
                first = place - 1
                while first > 0 and place - first < 9 and behind[first - 1] == PAUSE:
                    first -= 1
                yield Row([*spans[first:place], (start, match.start()), (match.end(), end)],
                          [*behind[first:place], PAUSE, behind[place]])


def leads(plain: Plain, found: list[Found]) -> Iterator[Group]:
    """Headings of one level, and the first words of the items of one list, set side by side across the text."""
    families: dict[tuple, list[Found]] = {}
    for one in found:
        if one.label.startswith("heading_") or one.label == "enumeration_item":
            families.setdefault((one.label, id(one.parent)), []).append(one)
    for items in families.values():
        if len(items) < 3:
            continue
        whole = [plain.from_view(one.start, one.end) for one in sorted(items, key=lambda one: one.start)]
        numbered = [_ordinal.match(plain.text, start, end) for start, end in whole]
        if all(numbered):
            starts, ways = [match.end() for match in numbered], (_first_clause, _first_sentence)
        elif not any(numbered) and all(plain.text[start] == plain.text[whole[0][0]] for start, _ in whole):
            starts, ways = [start for start, _ in whole], (_never,)
            if all(plain.marks[start - 1] == LINE for start in starts):  # paragraphs: their openings may be alike
                ways = _first_clause, _first_sentence, _never
        else:
            continue
        groups = [group for stops in ways for group in lead_group(plain, starts, whole, stops)]
        yield from sorted(groups, key=lambda one: one[0])[-1:]


_first_clause, _first_sentence = re.compile("[,，。；：！？\n]"), re.compile("[。；：！？\n]")
_never = re.compile("[，；。、！？：;,. \n]*$")


def lead_group(plain: Plain, starts: list[int], whole: Spans, stops: re.Pattern) -> Iterator[Group]:
    """What each item says up to its first clause or sentence end; a 要 that only some have is left out."""
    text = plain.text
    if not all(text.startswith("要", start) for start in starts):
        starts = [start + text.startswith("要", start) for start in starts]
    found = [stops.search(text, start, end) for start, (_, end) in zip(starts, whole)]
    group = [(start, stop.start() if stop else end) for start, stop, (_, end) in zip(starts, found, whole)]
    if all(end > start for start, end in group):
        judged = judge(plain, group)
        if judged and judged[0] >= THRESHOLD:
            yield judged[0], group, {**evidence(group, judged[1]), "unit": "heading"}


def weight(letters: str) -> float:
    return len(letters) - .5 * sum(map(FUNCTION.__contains__, letters)) if letters else 0


class Shared(NamedTuple):
    """What all members of a run hold: how they open, what stands inside, how they close."""

    prefix: str
    infix: str
    suffix: str


def evidence(members: Spans, shared: Shared) -> dict:
    prefix, infix, suffix = shared
    kind = ("circumfix" if prefix and suffix else "prefix" if prefix else "suffix" if suffix
            else "infix" if infix else "isocolon")
    return {"n": len(members), "kind": kind, "anchor": "…".join(filter(None, shared)),
            "contiguous": int(not spread(members))}


def judge(plain: Plain, members: Spans) -> tuple[float, Shared] | None:
    """Score a run by what its members share; None where that can be nothing."""
    key = tuple(members)
    if key not in plain.judged:
        plain.judged[key] = score(plain, members)
    return plain.judged[key]


def score(plain: Plain, members: Spans) -> tuple[float, Shared] | None:
    """First by letters, lengths and delimiters; where that leaves a chance, by word classes as well."""
    seen = frame(plain, members)
    if seen is None:
        return None
    words, shared, reasons = seen
    total = sum(map(mul, _frame_weights, reasons))
    if total + MOST_BY_CLASSES < THRESHOLD:
        return None
    return total + sum(map(mul, _class_weights, class_reasons(plain, members, words, reasons, shared))), shared


def features(plain: Plain, members: Spans) -> tuple[tuple[float, ...], Shared] | None:
    """All reasons for and against a run, in the order of WEIGHTS."""
    seen = frame(plain, members)
    if seen is None:
        return None
    words, shared, reasons = seen
    return tuple(map(float, reasons + class_reasons(plain, members, words, reasons, shared))), shared


def frame(plain: Plain, members: Spans) -> tuple[list[str], Shared, tuple[float, ...]] | None:
    """What the members share and the reasons that lie in it; None for what is no run at all."""
    lengths = [end - start for start, end in members]
    short, long = min(lengths), max(lengths)
    if short < 2 or long > 4 * short:
        return None
    words = [plain.text[start:end] for start, end in members]
    common = set(words[0]).intersection(*words[1:])
    if not common and long > 1.5 * short or len(set(words)) < len(words):
        return None
    prefix = infix = suffix = ""
    rest = words
    if common:
        prefix, suffix = common_prefix(words), common_suffix(words)
        if len(prefix) + len(suffix) > short:
            suffix = suffix[len(prefix) + len(suffix) - short:]
        if prefix or suffix:
            rest = [word[len(prefix):len(word) - len(suffix)] for word in words]
        infix = shared_inside(rest, common)
    if prefix == "第" or prefix == "" and words[0][0] in _ordinals and all(map(_ordinal.match, words)):
        return None  # an outline
    shared = Shared(prefix, infix, suffix)
    return words, shared, frame_reasons(plain, members, rest, lengths, shared)


def frame_reasons(plain: Plain, members: Spans, rest: list[str], lengths: list[int],
                  shared: Shared) -> tuple[float, ...]:
    """What the members share in letters, how long they are, how they are set apart."""
    (prefix, infix, suffix), short, long, n = shared, min(lengths), max(lengths), len(members)
    brief, equal, mean = sum(lengths) <= 9.5 * n, short == long, sum(lengths) / n
    opens, closes = prefix and weight(prefix) or 0, suffix and weight(suffix) or 0
    inside = infix and min(weight(infix), 2 if brief else 3)
    return (1.0, brief,
            not brief and min(opens, 4), brief and min(opens, 2), not brief and prefix != "",
            not brief and min(closes, 3), brief and min(closes, 2),
            prefix != "" and all([plain.boundary(start + len(prefix)) for start, _ in members]),
            0 if brief else inside or 0, inside or 0 if brief else 0,
            equal and brief and infix != "" and len({word.find(infix[0]) for word in rest}) == 1,
            longest_shared(rest, infix) if len(infix) > 1 else 0,
            equal and not brief, equal and brief, brief and long - short == 1,
            0.0 if equal else sum([abs(log(length / mean)) for length in lengths]) / n,
            min(n - 3, 7) if any(shared) else 0, 0 if any(shared) else min(n - 3, 7), short == 2,
            *edges(plain, members))


def class_reasons(plain: Plain, members: Spans, words: list[str], by_frame: tuple, shared: Shared) -> tuple[float, ...]:
    """How alike the word classes of the members are, and what kind of list they make."""
    short, long = min(map(len, words)), max(map(len, words))
    brief, equal, apart_by_text = by_frame[1], short == long, by_frame[-1]
    pauses, semicolons, mixed = by_frame[_edges + 2:_edges + 5]
    codes = [plain.codes(start, end) for start, end in members]
    nominal = 0.0 if apart_by_text else nominals(codes, long, len(shared.suffix) > 1)
    plainly = brief and not any(shared)
    even = plainly and equal
    return (likeness(plain, members, codes, equal), len({code[:1] for code in codes}) == 1,
            even and len(codes[0]) > 1 and len(set(codes)) == 1,
            brief and sum([code[0] in "VGADP" for code in codes if len(code) > 1]) / len(codes),
            nominal, nominal * (len(shared.suffix) > 1),
            _numeral.search(words[0]) is not None and all(map(_numeral.search, words)),
            0.0 if shared.prefix or shared.suffix else semicolons,
            even and pauses, even and mixed, plainly and short == 2, even and short > 4, plainly and not equal)


def edges(plain: Plain, members: Spans) -> tuple[float, ...]:
    """The delimiters between members, and how the run begins and ends."""
    marks, start, end = plain.marks, members[0][0], members[-1][1]
    before, after = marks[start - 1], marks[end]
    cut_left = not before and start not in plain.pairs and plain.text[start - 1] not in "是要"
    cut_right = not after and end not in plain.closed
    quoted = plain.pairs.get(start) == end
    if spread(members):
        return cut_left, cut_right, 0, 0, 0, quoted, 0, 0, 0, True
    between = [marks[end] for _, end in members[:-1]]
    size = len(between)
    return (cut_left, cut_right, between.count(PAUSE) / size, between.count(SEMICOLON) / size, len(set(between)) > 1,
            quoted, 0 < before == between[0], 0 < after == between[-1], after >= STOP,
            False)


def nominals(codes: list[str], long: int, one_head: bool) -> float:
    """The share of members without a predicate; from .6 on the run is a list of things.

    A noun before a verb that all members end in is such a thing too (工作统筹、政策统筹). But pairs of adjective and noun,
    three characters each, are made to match.
    """
    things = [code for code in codes
              if is_thing(code) or one_head and len(code) == 2 and code[0] in "NAB" and code[1] in "VG"]
    share = len(things) / len(codes)
    if share < .6:
        return share
    return 0.0 if long == 3 and all(code in _ATTRIBUTE for code in codes) else 1.0


def is_thing(code: str) -> bool:
    """Does a stretch hold no predicate?  A verbal noun before another word counts as a verb (发展经济)."""
    return _predicate.isdisjoint(code) and not (code[:1] == "G" and len(code) > 1)


def shared_inside(words: list[str], among: set[str]) -> str:
    """Characters that all words hold in the same order, besides what opens and closes them.

    >>> shared_inside(["河水要清", "道路要平", "灯火要亮"], set("要"))
    '要'
    """
    infix = "".join([letter for letter in words[0] if letter in among and all([letter in word for word in words[1:]])])
    if len(infix) < 2:
        return infix
    for word in words[1:]:
        places = list(map(word.find, infix))
        if places != sorted(places):
            return infix[:1]
    return infix


def longest_shared(words: list[str], infix: str) -> int:
    """How far beyond one character the longest string goes that stands inside all words, 3 at most."""
    for size in (4, 3, 2):
        if any(all(infix[place:place + size] in word for word in words) for place in range(len(infix) - size + 1)):
            return size - 1
    return 0


def likeness(plain: Plain, members: Spans, codes: list[str], equal: bool) -> float:
    """How alike the word classes of neighbours are: place by place for equal lengths, else by pairs of classes."""
    if equal:
        classes = [plain.classes[start:end] for start, end in members]
        return sum([sum(map(eq, a, b)) for a, b in zip(classes, classes[1:])]) / (len(classes[0]) * (len(members) - 1))
    pairs = [set(zip("^" + code, code + "$")) for code in codes]
    return sum(len(a & b) / len(a | b) for a, b in zip(pairs, pairs[1:])) / (len(members) - 1)


def choose(groups: list[Group]) -> list[Group]:
    """Keep the best groups so that none cross: two are apart, or one is inside one member of the other. Size counts."""
    kept, shelf = [], Shelf()
    for group in sorted(groups, key=lambda one: (-one[0] - .5 * len(one[1]), one[1])):
        members = group[1]
        places = members if spread(members) else [(members[0][0], members[-1][1])]
        if all(apart(members, other) for place in places for other in shelf.near(*place)):
            kept.append(group)
            for place in places:
                shelf.put(*place, members)
    return sorted(kept, key=lambda one: one[1])


def apart(one: Spans, other: Spans) -> bool:
    """Do two groups not cross?  Members of a group that is spread over the text are looked at one by one."""
    first, last, low, high = one[0][0], one[-1][1], other[0][0], other[-1][1]
    if last <= low or high <= first:
        return True
    if (any(start <= low and high <= end for start, end in one)
            or any(start <= first and last <= end for start, end in other)):
        return True
    if spread(one) or spread(other):
        return not any(a < d and c < b and not (a <= c and d <= b) and not (c <= a and b <= d)
                       for a, b in one for c, d in other)
    return False


def spread(members: Spans) -> bool:
    end = members[0][1]
    for start, stop in members:
        if start - end > 3:
            return True
        end = stop
    return False
