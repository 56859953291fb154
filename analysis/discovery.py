"""Which formulations (提法) does the lexicon not know yet?  Found by cohesion and freedom, offered as lexicon rows."""

from __future__ import annotations

import re
from typing import Iterable

import numpy as np
import pandas as pd

from analysis.units import HAN, Document
from analysis.words import Segmenter, word_boundaries

COLUMNS = ["term", "kind", "source", "count", "range", "cohesion", "freedom", "c_value", "cut"]
LONGEST = 12
_weak_edge = re.compile("^[的地得了着过和与及或等并也都将把被向从对为以在于是就又而之其个所]|[的地得了着过和与及或并也都将把被向从对为以在于是就又而之其所]$")
_not_han = re.compile(f"[^{HAN}]")


def new_formulations(documents: Iterable[Document], *, segmenter: Segmenter | None = None, fewest: int = 5,
                     range_at_least: int = 2, cohesion: float = 4.0, freedom: float = 1.0, longest: int = LONGEST,
                     top: int | None = 200) -> pd.DataFrame:
    """Find strings of Han characters that behave like words but are cut in pieces.

    Candidates are strings of 2 to `longest` characters within a clause, with `fewest` uses in `range_at_least`
    speeches.  `cohesion` is the least pointwise mutual information (bits) over all ways to split the string in two;
    `freedom` the smaller entropy (nats) of the characters before and after it, a clause edge counting as a neighbour of
    its own (after Matrix67 2012, 互联网时代的社会语言学). A string that never stands outside one longer string is dropped; so are
    words the segmenter keeps whole, strings that begin or end inside one of its words in most places (业增加值), and
    strings with a grammatical word at an edge.  `c_value` (Frantzi, Ananiadou and Mima 2000) takes off the uses inside
    longer candidates. One row per candidate, highest `c_value` first: lexicon rows to accept, with `kind` =
    formulation, `source` = discovered, `count`, `range`, the measures, and `cut`, how the segmenter cuts it now.

    >>> from analysis.words import document_of
    >>> text = "推进两转两提，抓好两转两提。开展两转两提要实，把两转两提落到底，讲两转两提学两转两提。"
    >>> new_formulations([document_of(text)], range_at_least=1, cohesion=1).term.tolist()
    ['两转两提']
    """
    if not 2 <= longest <= LONGEST:
        raise ValueError(f"longest: {longest} characters; give 2 to {LONGEST}")
    cutter = segmenter or Segmenter()
    text, speech, word_starts = _han_text(documents, cutter)
    counts = _count_strings(text, longest + 1, fewest)  # one longer than asked, to see what nests in it
    lengths = [n for n in range(2, longest + 1) if n in counts]
    tables = [_candidates(text, speech, word_starts, counts, n, cohesion, freedom, range_at_least) for n in lengths]
    table = pd.concat([each for each in tables if len(each)] or [_empty()], ignore_index=True)
    if not len(table):
        return _empty()
    table["cut"] = [" ".join(cutter.cut(term)) for term in table.term]
    table = table[(table.cut != table.term) & ~table.term.str.contains(_weak_edge)]
    table = table.assign(c_value=_c_value(table), kind="formulation", source="discovered")[COLUMNS]
    return table.sort_values(["c_value", "count", "term"], ascending=[False, False, True], ignore_index=True).head(top)


def neighbour_entropy(text: str, string: str) -> tuple[float, float]:
    """Measure in nats how freely characters stand before and after a string.

    >>> [round(entropy, 3) for entropy in neighbour_entropy("吃葡萄不吐葡萄皮不吃葡萄倒吐葡萄皮", "葡萄")]
    [0.693, 1.04]
    """
    places = [found.start() for found in re.finditer(re.escape(string), text)]
    if not places:
        raise ValueError(f"string: {string!r} does not occur in the text")
    codes = np.frombuffer(("\n" + text + "\n").encode("utf-32-le"), "uint32").astype("int64")
    groups, places = np.zeros(len(places), "int64"), np.array(places) + 1
    return tuple(float(_entropy(codes, places + step, groups)[0]) for step in (-1, len(string)))


def _han_text(documents: Iterable[Document], cutter: Segmenter) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put the Han characters of all speeches in one array, 0 wherever a run of them ends; each place's speech; word starts."""
    documents = list(documents)
    if not documents:
        raise ValueError("documents: there is no speech to look for formulations in")
    text, word_starts = word_boundaries(documents, cutter)
    codes = np.frombuffer(("\n" + _not_han.sub("\n", text)).encode("utf-32-le"), "uint32").astype("int32")
    speech = np.repeat(np.arange(len(documents), dtype="int32"), [len(document.view) + 1 for document in documents])
    return np.where(codes == 10, 0, codes), np.append(np.int32(0), speech), np.append(True, word_starts)


def _count_strings(text: np.ndarray, longest: int, fewest: int) -> dict[int, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Number and count the strings of each length that occur often enough: (places, number at each place, count of each).

    A string is frequent only if the two strings one shorter inside it are; so each length looks at few places.
    """
    places = np.flatnonzero(text > 0)
    counts, number_at = {}, np.full(len(text) + 1, -1, "int32")
    number, count = _numbered(text[places])
    for n in range(1, longest + 1):
        if n > 1:
            both = (number_at[places] >= 0) & (number_at[places + 1] >= 0)
            places = places[both]
            key = number_at[places].astype("int64") << 32 | number_at[places + 1]
            number, count = _numbered(key)
            often = count >= fewest
            renumbered = np.where(often, np.cumsum(often) - 1, -1)[number]
            places, number, count = places[renumbered >= 0], renumbered[renumbered >= 0], count[often]
            number_at[:] = -1
        if not len(places):
            break
        number_at[places] = number
        counts[n] = places, number.astype("int32"), count
    return counts


def _numbered(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number keys in the order in which they first stand, and count each; hashing takes a third of the time of sorting."""
    number = pd.factorize(keys)[0]
    return number, np.bincount(number)


def _candidates(text, speech, word_starts, counts: dict, n: int, cohesion: float, freedom: float,
                range_at_least: int) -> pd.DataFrame:
    places, number, count = counts[n]
    first = np.full(len(count), len(text), "int64")
    np.minimum.at(first, number, places)
    spread = np.bincount(pd.unique(number.astype("int64") * (speech.max() + 1) + speech[places]) // (speech.max() + 1),
                         minlength=len(count))
    bound = _cohesion(first, counts, n, len(counts[1][0]))
    on_words = np.bincount(number, weights=word_starts[places] & word_starts[places + n], minlength=len(count))
    kept = (spread >= range_at_least) & (bound >= cohesion) & (2 * on_words >= count) & ~_nested(first, counts, n)
    renumbered = np.where(kept, np.cumsum(kept) - 1, -1)[number]
    places, groups = places[renumbered >= 0], renumbered[renumbered >= 0]
    if not len(places):
        return _empty()
    free = np.minimum(_entropy(text, places - 1, groups), _entropy(text, places + n, groups))
    terms = [text[place:place + n].astype("uint32").tobytes().decode("utf-32-le") for place in first[kept]]
    table = pd.DataFrame({"term": terms, "count": count[kept], "range": spread[kept], "cohesion": bound[kept], "freedom": free})
    return table[table.freedom >= freedom]


def _cohesion(first: np.ndarray, counts: dict, n: int, total: int) -> np.ndarray:
    """Least pointwise mutual information over the splits of each string, from the counts at its first place."""
    whole = np.log2(_count_at(counts[n], first) / total)
    splits = [whole - np.log2(_count_at(counts[k], first) / total) - np.log2(_count_at(counts[n - k], first + k) / total)
              for k in range(1, n)]
    return np.min(splits, axis=0)


def _count_at(strings: tuple, places: np.ndarray) -> np.ndarray:
    where, number, count = strings
    return count[number[np.searchsorted(where, places)]]


def _nested(first: np.ndarray, counts: dict, n: int) -> np.ndarray:
    """Strings that occur exactly as often as a string one longer around them."""
    nested = np.zeros(len(first), bool)
    if n + 1 not in counts:
        return nested
    where, number, count = counts[n + 1]
    own = _count_at(counts[n], first)
    for place in (first, first - 1):
        at = np.minimum(np.searchsorted(where, place), len(where) - 1)
        nested |= (where[at] == place) & (count[number[at]] == own)
    return nested


def _entropy(text: np.ndarray, neighbours: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Entropy in nats of the characters at some places, by group; every edge (0 or line break) is a character of its own."""
    character = text[neighbours].astype("int64")
    edge = (character == 0) | (character == 10)  # the line break stands for edges in neighbour_entropy
    character[edge] = 2 ** 22 + neighbours[edge]
    pairs, count = np.unique(groups.astype("int64") << 34 | character, return_counts=True)
    of = pairs >> 34
    share = count / np.bincount(of, weights=count)[of]
    return np.bincount(of, weights=-share * np.log(share))


def _c_value(table: pd.DataFrame) -> np.ndarray:
    """log2 of the length times the count less the mean count of the longer candidates that hold the term."""
    count = dict(zip(table.term, table["count"]))
    inside: dict[str, list[int]] = {}
    for longer, uses in count.items():
        parts = {longer[i:j] for i in range(len(longer)) for j in range(i + 2, len(longer) + 1)} - {longer}
        for part in parts & count.keys():
            inside.setdefault(part, []).append(uses)
    return np.array([np.log2(len(term)) * (uses - np.mean(inside.get(term, [0]))) for term, uses in count.items()])


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
