"""Where are three or more stretches built alike?  排比 at every unit, from words to headings, with the frame they share."""

from __future__ import annotations

import re
from math import log
from operator import and_, eq
from typing import Iterator

from analysis.spans import Found
from analysis.units import Document
from analysis.rhetoric import device
from analysis.rhetoric.plain import COLON, COMMA, LEVEL, LINE, PAUSE, SEMICOLON, STOP, Plain, Shelf, Unit, plain_text

Spans = list[tuple[int, int]]  # members, in offsets of the comparison text
Group = tuple[float, Spans, dict]  # score, members, evidence

THRESHOLD = 0.0
MOST_BY_CLASSES = 2.2  # what word classes have ever added to a run that passed: below that there is no need to look
LEVELS = {PAUSE: SEMICOLON, COMMA: STOP, SEMICOLON: COLON, STOP: COLON}  # units of a level; a run ends at the second
FUNCTION = frozenset("的了在是和与及并也就都对为以从到向于把被让使将而又还要有个一不上中下之其这那地得着过我你他她它们")
# Each weight is a reason for or against a run. First set by hand, then moved by a random search for F1 on the two seed speeches and
# the development essays together, averaged and rounded: scores on those texts are of the texts they were chosen on. In brackets,
# what the partial F1 there loses without the reason (seeds, essays).
WEIGHTS = {
    # where it starts from
    "base": -3.2, "brief": .5,
    # the frame (without it: seeds -.21, essays -.07)
    "prefix": 1.0, "prefix_short": 1.7, "opening": .3, "suffix": 1.1, "suffix_short": 1.1,
    # inside the frame (-.02, -.03)
    "infix": .3, "infix_short": .5, "infix_in_place": .5, "word": .3,
    # lengths (-.10, .01)
    "equal": .3, "equal_short": 1.2, "near_short": .5, "uneven": -2.4,
    # word classes (-.13, -.04)
    "alike": 1.5, "same_opening": .4, "same_shape": .6, "predicate": .5,
    # lists of things (-.02, -.01)
    "nominal": -2.0, "nominal_head": -1.5, "numbers": -1.2,
    # delimiters (-.07, -.08)
    "pauses": .4, "semicolons": 2.2, "plain_semicolons": -.6, "stops": 0.0, "mixed": -1.2, "plain_pauses": .9,
    "plain_mixed": -1.0,
    # edges (-.04, -.03)
    "cut_left": -.2, "cut_right": -.8, "quoted": 1.5, "goes_on_left": -1.1, "goes_on_right": -.5, "ends_sentence": .5,
    "plain_cut": -.4,
    # size (-.06, .01)
    "more": .5, "more_unanchored": -.6, "two_characters": -.6, "plain_three": -.2, "plain_four": -.65,
    "plain_five": .3, "plain_uneven": -.5,
    # spread over the text (-.01, 0)
    "headings": 1.45,
}
_linked, _pair = re.compile(b"\1{2,}"), re.compile(b"(?<!\1)\1(?!\1)")
_numeral = re.compile("[×X0-9％%]")
_conjunction = re.compile("以及|和|与|及|并|或")
_ordinal = re.compile("(?:[一二三四五六七八九十]{1,2}、|（[一二三四五六七八九十]{1,2}）|[0-9]{1,2}[.、．])|[一二三四五六七八九十]{1,2}(?:是|要)"
                      "|第[一二三四五六七八九十](?:是|，)?|首先，?|其次，?|再次，?|最后，?|其[一二三四五](?:是|，)?")
_MARKS = {PAUSE: "pauses", SEMICOLON: "semicolons", STOP: "stops"}
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
    if plain.view.startswith("……", spans[-1][1]):  # "and so on" belongs to the last member
        spans[-1] = spans[-1][0], spans[-1][1] + 2
    return spans


def candidates(plain: Plain) -> Iterator[Group]:
    """Runs of neighbours at every level, and lists that end in a conjunction."""
    seen: set[tuple[int, int, int]] = set()
    for level, barrier in LEVELS.items():
        units = plain.units(level)
        for start, stop in runs(plain, units, level, barrier):
            key = units[start].start, units[stop - 1].end, stop - start
            if key not in seen:
                seen.add(key)
                yield from best_of(plain, units, start, stop, level)
    for run in conjoined(plain):
        yield from best_of(plain, run, 0, len(run), PAUSE)


def runs(plain: Plain, units: list[Unit], level: int, barrier: int) -> Iterator[tuple[int, int]]:
    """Three and more neighbours of the same first character, last character or length, or joined by one mark (、 or ；).

    Below the sentence also pairs of a closer likeness, whose third member may be hidden in a longer neighbour.
    """
    text = plain.text
    behind = [unit.behind for unit in units]
    within = [mark < barrier for mark in behind]
    links = [same([text[unit.start] for unit in units]), same([text[unit.end - 1] for unit in units])]
    if level <= COMMA:
        links.append(same([unit.end - unit.start for unit in units]))
    if level in (PAUSE, SEMICOLON):
        links.append([mark == level for mark in behind[:-1]])
    covered: set[int] = set()
    for count, link in enumerate(links):
        for run in _linked.finditer(bytes(map(and_, link, within))):
            if count < 3:
                covered.update(range(run.start(), run.end()))
            yield run.start(), run.end() + 1
    if level == PAUSE:
        opening = same([text[unit.start:unit.start + 2] for unit in units])
        ending = same([text[unit.end - 2:unit.end] for unit in units])
        first, last, alike = links[:3]
        close = [a or b or c and (d or e) for a, b, c, d, e in zip(opening, ending, alike, first, last)]
        for pair in _pair.finditer(bytes(map(and_, close, within))):
            if pair.start() not in covered:
                yield pair.start(), pair.start() + 2


def same(values: list) -> list[bool]:
    """Is each value the same as the next?"""
    return list(map(eq, values, values[1:]))


def best_of(plain: Plain, units: list[Unit], start: int, stop: int, level: int) -> Iterator[Group]:
    best = max(variants(plain, units, start, stop), key=lambda one: one[0], default=None)
    if best and best[0] >= THRESHOLD:
        yield best[0], best[1], {**best[2], "unit": level}


def variants(plain: Plain, units: list[Unit], start: int, stop: int) -> Iterator[Group]:
    """The run as it stands, and with its ends cut to size or taken from the neighbours: first the left end, then the right."""
    text = plain.text
    core = [(unit.start, unit.end) for unit in units[start:stop]]
    inner, (first, second), (before, last) = core[1:-1], core[:2], core[-2:]
    if not any([fits(text, one, other) for one, other in zip(core, core[1:])]) \
            and not set(text[first[0]:first[1]]).intersection(*[text[start:end] for start, end in core[1:]]) \
            and not plain.quote_starts(*first):
        return  # no two neighbours agree in anything
    lefts, rights = [core[:1]], [core[-1:]]
    if text[first[0]] != text[second[0]] and first[1] - first[0] != second[1] - second[0]:
        lefts += [[cut] for cut in cuts_left(plain, units[start], core[1:] if fits(text, before, last) else inner)]
    if text[last[1] - 1] != text[before[1] - 1] and last[1] - last[0] != before[1] - before[0]:
        rights += [[cut] for cut in cuts_right(plain, units[stop - 1], core[:-1] if fits(text, first, second) else inner)]
    if start > 0 and units[start - 1].behind == units[start].behind <= COMMA:
        lefts += [[cut, core[0]] for cut in cuts_left(plain, units[start - 1], core)]
    if stop < len(units) and units[stop - 2].behind == units[stop - 1].behind <= COMMA:
        rights += [[core[-1], cut] for cut in cuts_right(plain, units[stop], core)]
        if len(core) == 2 and units[stop].end - units[stop].start == last[1] - last[0]:
            rights.append([last, (units[stop].start, units[stop].end)])
    for left in lefts:
        for right in rights:
            members = left + inner + right
            judged = len(members) > 2 and judge(plain, members)
            if judged:
                yield judged[0], members, judged[1]


def fits(text: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Are two neighbours of one length, or do they open or end alike, so that both are whole?"""
    return (one[1] - one[0] == other[1] - other[0] or text[one[0]] == text[other[0]]
            or text[one[1] - 1] == text[other[1] - 1])


def cuts_left(plain: Plain, unit: Unit, sure: Spans) -> Iterator[tuple[int, int]]:
    """Shorter forms of the unit before the run: from a quotation or the shared opening on, or as long as its neighbours."""
    text, start, end = plain.text, unit.start, unit.end
    words = [text[first:last] for first, last in sure]
    lengths = {len(word) for word in words[:2]}
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
    if end - start > 1.25 * max(lengths):
        classes = plain.classes
        first = classes[sure[0][0]]
        alike = [place for place in range(max(start + 1, end - 2 * size), end - 1) if classes[place] == first]
        places.update(sorted(alike, key=lambda place: abs(end - place - size))[:1])
    for place in places:
        if start < place < end - 1 and plain.boundary(place):
            yield place, end


def cuts_right(plain: Plain, unit: Unit, sure: Spans) -> Iterator[tuple[int, int]]:
    """Shorter forms of the unit behind the run: to a closing mark, the shared ending, 的 or 等, or as long as its neighbours."""
    text, start, end = plain.text, unit.start, unit.end
    words = [text[first:last] for first, last in sure]
    lengths = {len(word) for word in words[-2:]}
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


def conjoined(plain: Plain) -> Iterator[list[Unit]]:
    """Lists joined by 、 whose last member follows 和, 以及, 并 …: the conjunction is a delimiter too."""
    clauses = plain.clauses
    for place in range(1, len(clauses)):
        clause = clauses[place]
        if clauses[place - 1].behind == PAUSE and clause.behind != PAUSE:
            match = _conjunction.search(plain.text, clause.start + 2, clause.end - 1)
            if match and plain.classes[match.start()].isupper():
                first = place - 1
                while first > 0 and place - first < 9 and clauses[first - 1].behind == PAUSE:
                    first -= 1
                yield [*clauses[first:place], Unit(clause.start, match.start(), PAUSE),
                       Unit(match.end(), clause.end, clause.behind)]


def leads(plain: Plain, found: list[Found]) -> Iterator[Group]:
    """Headings of one level and the first words of the items of one list, set side by side across the text between them."""
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
            starts = [match.end() for match in numbered]
            both = [group for stops in (_first_clause, _first_sentence) for group in lead_group(plain, starts, whole, stops)]
            yield from sorted(both, key=lambda one: one[0])[-1:]
        elif not any(numbered):
            group = [(start, start + len(plain.text[start:end].rstrip("，；。、！？：;,. \n"))) for start, end in whole]
            if all(plain.text[start] == plain.text[group[0][0]] for start, _ in group):
                judged = judge(plain, group)
                if judged and judged[0] >= THRESHOLD:
                    yield judged[0], group, {**judged[1], "unit": "items"}


_first_clause, _first_sentence = re.compile("[,，。；：！？\n]"), re.compile("[。；：！？\n]")


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
            yield judged[0], group, {**judged[1], "unit": "heading"}


def weight(letters: str) -> float:
    return sum(.5 if letter in FUNCTION else 1.0 for letter in letters)


def judge(plain: Plain, members: Spans) -> tuple[float, dict] | None:
    """Score a run by what its members share."""
    key = tuple(members)
    if key not in plain.judged:
        seen = features(plain, members)
        plain.judged[key] = seen and (total(seen[0]), seen[1])
    return plain.judged[key]


def features(plain: Plain, members: Spans) -> tuple[dict[str, float], dict] | None:
    """What speaks for and against a run: its frame, its lengths, its word classes, its delimiters, its edges."""
    text = plain.text
    words = [text[start:end] for start, end in members]
    lengths = list(map(len, words))
    short, long, n = min(lengths), max(lengths), len(words)
    if short < 2 or long > 4 * short or len(set(words)) < n:
        return None
    prefix, suffix = common_prefix(words), common_suffix(words)
    if prefix == "第" or prefix == "" and _ordinal.match(words[0]) and all(map(_ordinal.match, words)):
        return None  # an outline
    anchored, equal, brief = bool(prefix or suffix), short == long, sum(lengths) <= 9.5 * n
    if len(prefix) + len(suffix) > short:
        suffix = suffix[len(prefix) + len(suffix) - short:]
    rest = [word[len(prefix):len(word) - len(suffix)] for word in words]
    infix = shared_inside(rest)
    if not anchored and not infix and not equal and long > 1.5 * short:
        return None
    size = "_short" if brief else ""
    mean = sum(lengths) / n
    values = {"base": 1.0, "brief": float(brief),
              "uneven": 0.0 if equal else sum(abs(log(length / mean)) for length in lengths) / n,
              "more" if anchored or infix else "more_unanchored": min(n - 3, 7), **edges(plain, members)}
    if prefix:
        values["prefix" + size] = min(weight(prefix), 2 if brief else 4)
        values["opening"] = float(not brief)
    if suffix:
        values["suffix" + size] = min(weight(suffix), 2 if brief else 3)
    if infix:
        values["infix" + size] = min(weight(infix), 2 if brief else 3)
        if len(infix) > 1:
            values["word"] = longest_shared(rest, infix)
        if equal and brief and len({word.find(infix[0]) for word in rest}) == 1:
            values["infix_in_place"] = 1.0
    if equal:
        values["equal" + size] = 1.0
    elif brief and long - short == 1:
        values["near_short"] = 1.0
    if short == 2:
        values["two_characters"] = 1.0
    plainly = not anchored and not infix and brief
    if total(values) + MOST_BY_CLASSES < THRESHOLD:
        return None
    if _numeral.search(words[0]) and all(map(_numeral.search, words)):
        values["numbers"] = 1.0
    if not anchored and "semicolons" in values:
        values["plain_semicolons"] = values["semicolons"]
    codes = [plain.codes(start, end) for start, end in members]
    values["alike"] = likeness(plain, members, codes, equal)
    values["same_opening"] = float(len({code[:1] for code in codes}) == 1)
    if "headings" not in values:
        values["nominal"] = nominal = nominals(codes, long)
        values["nominal_head"] = nominal * (len(suffix) > 1)
    if brief:
        values["predicate"] = sum(1 for code in codes if len(code) > 1 and code[0] in "VGADP") / n
    if plainly and not equal:
        values["plain_uneven"] = 1.0
    elif plainly:
        values["same_shape"] = float(len(codes[0]) > 1 and len(set(codes)) == 1)
        values["plain_mixed"], values["plain_pauses"] = values.get("mixed", 0.0), values.get("pauses", 0.0)
        values["plain_cut"] = values.get("cut_left", 0.0) + values.get("cut_right", 0.0)
        values["plain_five" if short > 4 else "plain_four" if short == 4 else "plain_three"] = 1.0
    kind = ("circumfix" if prefix and suffix else "prefix" if prefix else "suffix" if suffix
            else "infix" if infix else "isocolon")
    anchor = "…".join(part for part in (prefix, infix, suffix) if part)
    return values, {"n": n, "kind": kind, "anchor": anchor, "contiguous": int("headings" not in values)}


def total(values: dict[str, float]) -> float:
    return sum([WEIGHTS[name] * value for name, value in values.items()])


def edges(plain: Plain, members: Spans) -> dict[str, float]:
    """The delimiters between members, and how the run begins and ends."""
    text, starts, ends = plain.text, members[0][0], members[-1][1]
    before = LEVEL.get(text[starts - 1], 0) if starts else LINE
    after = LEVEL.get(text[ends], 0) if ends < len(text) else LINE
    values = {}
    if not before and starts not in plain.pairs:
        values["cut_left"] = 1.0
    if not after and ends not in plain.closed:
        values["cut_right"] = 1.0
    if plain.pairs.get(starts) == ends:
        values["quoted"] = 1.0
    if spread(members):
        values["headings"] = 1.0
        return values
    marks = [LEVEL.get(text[end], 0) for _, end in members[:-1]]
    kinds = set(marks)
    if len(kinds) > 1:
        values["mixed"] = 1.0
    for kind in kinds:
        if kind in _MARKS:
            values[_MARKS[kind]] = marks.count(kind) / len(marks)
    if before and before == marks[0]:
        values["goes_on_left"] = 1.0
    if after and after == marks[-1]:
        values["goes_on_right"] = 1.0
    if after >= STOP:
        values["ends_sentence"] = 1.0
    return values


def nominals(codes: list[str], long: int) -> float:
    """The share of members without a predicate; from .6 on the run is a list of things (but pairs of adjective and noun, three characters each, are made to match)."""
    share = sum(1 for code in codes if _predicate.isdisjoint(code) and not (code[:1] == "G" and len(code) > 1)) / len(codes)
    if share < .6:
        return share
    return 0.0 if long == 3 and all(code in _ATTRIBUTE for code in codes) else 1.0


def shared_inside(words: list[str]) -> str:
    """Characters that all words hold in the same order, besides what opens and closes them.

    >>> shared_inside(["河水要清", "道路要平", "灯火要亮"])
    '要'
    """
    shared = set(words[0]).intersection(*words[1:])
    if not shared:
        return ""
    infix = "".join(letter for letter in words[0] if letter in shared)
    for word in words[1:]:
        places = [word.find(letter) for letter in infix]
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
    """Keep the best groups so that none cross: two are apart, or one lies inside one member of the other. More members weigh more."""
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
