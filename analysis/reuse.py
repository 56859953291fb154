"""What is borrowed from what?  Passages that two speeches share, and how much of one stands in another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.characters import is_han
from analysis.units import Document

COLUMNS = ["speech_a", "start_a", "end_a", "speech_b", "start_b", "end_b", "n_han", "identity", "kind", "direction"]
FORMULA, COPY = 20, 0.5  # shorter than 20 Han is a formula; more than half of a speech is a copy


class _Shingles(NamedTuple):
    """Every run of k Han characters: its hash, its document and its place; and where each Han character stands in the text."""

    hash: np.ndarray
    document: np.ndarray
    place: np.ndarray
    offsets: list[np.ndarray]


def containment(documents: list[Document], *, k: int = 5) -> pd.DataFrame:
    """Measure how much of each speech stands in each other: C(A|B) = |S_A ∩ S_B| / |S_A| over runs of k Han characters.

    One row per ordered pair; `jaccard` is |S_A ∩ S_B| / |S_A ∪ S_B|. Source: Broder 1997, On the resemblance and containment of documents.
    """
    shingles = _shingle(documents, k)
    column = pd.factorize(shingles.hash)[0]
    size = (len(documents), int(column.max()) + 1 if len(column) else 1)
    has = sparse.csr_matrix((np.ones(len(column), "int8"), (shingles.document, column)), shape=size)
    has = (has > 0).astype("int32")
    shared = (has @ has.T).toarray()
    own = shared.diagonal()
    a, b = np.nonzero(~np.eye(len(documents), dtype=bool))
    names = np.array([document.speech for document in documents], dtype=object)
    both = shared[a, b]
    return pd.DataFrame({"speech_a": names[a], "speech_b": names[b], "shared": both,
                         "containment": both / np.maximum(own[a], 1), "jaccard": both / np.maximum(own[a] + own[b] - both, 1)})


def find_passages(documents: list[Document], speeches: pd.DataFrame, *, shortest: int = 12, gap: int = 8, most: int = 10) -> pd.DataFrame:
    """Find passages that two speeches share: one row per aligned pair of passages, offsets into the texts as loaded.

    A passage is a chain of common runs of `shortest` or more Han characters, at most `gap` changed characters apart; `identity` is the
    share of its characters that are equal. Runs that stand in more than `most` speeches are common property and do not begin a passage.
    `direction` is `a to b` or `b to a`, from the dates; missing where they do not tell.
    """
    shingles = _shingle(documents, shortest)
    runs = _common_runs(shingles, shortest, most)
    rows = [_row(chain, documents, shingles.offsets) for chain in _chains(runs, gap)]
    table = pd.DataFrame(rows, columns=COLUMNS[:8])
    sizes = {document.speech: max(1, len(offsets)) for document, offsets in zip(documents, shingles.offsets)}
    pair = table.groupby(["speech_a", "speech_b"])["n_han"].transform("sum") if len(table) else table["n_han"]
    least = [min(sizes[a], sizes[b]) for a, b in zip(table["speech_a"], table["speech_b"])]
    table["kind"] = np.where(pair > COPY * np.array(least, dtype=float), "copy", np.where(table["n_han"] < FORMULA, "formula", "passage"))
    dates = speeches.set_index("speech")["date"].astype("string").to_dict()
    table["direction"] = [_direction(dates.get(a), dates.get(b)) for a, b in zip(table["speech_a"], table["speech_b"])]
    return table.sort_values(["speech_a", "start_a", "speech_b", "start_b"], ignore_index=True)[COLUMNS]


def _shingle(documents: list[Document], k: int) -> _Shingles:
    hashes, owners, places, offsets = [], [], [], []
    for number, document in enumerate(documents):
        codes = np.frombuffer(document.view.encode("utf-32-le"), dtype="uint32")
        keep = np.flatnonzero(is_han(codes))
        offsets.append(keep)
        letters, size = codes[keep].astype("uint64"), len(keep) - k + 1
        if size < 1:
            continue
        value = np.zeros(size, dtype="uint64")
        for step in range(k):  # a polynomial hash modulo 2^64, one vector operation a character
            value = value * np.uint64(0x9E3779B97F4A7C15) + letters[step:step + size]
        hashes.append(value ^ (value >> np.uint64(29)))
        owners.append(np.full(size, number, dtype="int32"))
        places.append(np.arange(size, dtype="int32"))
    empty = np.zeros(0, dtype="int32")
    return _Shingles(np.concatenate(hashes or [empty.astype("uint64")]), np.concatenate(owners or [empty]), np.concatenate(places or [empty]), offsets)


def _common_runs(shingles: _Shingles, k: int, most: int) -> np.ndarray:
    """Maximal runs of equal characters of two documents: rows (a, b, place in a, place in b, length), a before b."""
    order = np.argsort(shingles.hash, kind="stable")
    value, owner, place = shingles.hash[order], shingles.document[order], shingles.place[order]
    begins = np.flatnonzero(np.r_[True, value[1:] != value[:-1]]) if len(value) else np.zeros(0, dtype=int)
    sizes = np.diff(np.r_[begins, len(value)])
    pieces = []
    for distance in range(1, most):  # pair each occurrence with those 1, 2, … further on in its group
        left = np.flatnonzero(np.repeat((sizes > distance) & (sizes <= most), sizes))
        left = left[left + distance < len(value)]
        left = left[(value[left] == value[left + distance]) & (owner[left] != owner[left + distance])]
        right = left + distance
        pieces.append(np.column_stack([owner[left], owner[right], place[left], place[right]]))
    pairs = np.concatenate(pieces).astype("int64") if pieces else np.zeros((0, 4), "int64")
    pairs = pairs[np.lexsort((pairs[:, 2], pairs[:, 3] - pairs[:, 2], pairs[:, 1], pairs[:, 0]))]
    diagonal = pairs[:, 3] - pairs[:, 2]
    new = np.r_[True, (np.diff(pairs[:, 0]) != 0) | (np.diff(pairs[:, 1]) != 0) | (np.diff(diagonal) != 0) | (np.diff(pairs[:, 2]) != 1)] if len(pairs) else np.zeros(0, bool)
    first = np.flatnonzero(new)
    length = np.diff(np.r_[first, len(pairs)]) + k - 1
    return np.column_stack([pairs[first], length]) if len(pairs) else np.zeros((0, 5), "int64")


def _chains(runs: np.ndarray, gap: int) -> list[list[tuple[int, ...]]]:
    """Join runs of one pair that follow each other in both speeches with at most `gap` characters between."""
    chains: list[list[tuple[int, ...]]] = []
    live: list[list[tuple[int, ...]]] = []
    for run in map(tuple, runs[np.lexsort((runs[:, 3], runs[:, 2], runs[:, 1], runs[:, 0]))]):
        a, b, at_a, at_b, length = run
        live = [chain for chain in live if chain[-1][:2] == (a, b) and chain[-1][2] + chain[-1][4] + gap >= at_a]
        for chain in live:
            last = chain[-1]
            between_a, between_b = at_a - last[2] - last[4], at_b - last[3] - last[4]
            if -last[4] < between_b <= gap and at_b > last[3] and at_a > last[2] and abs(between_a - between_b) <= gap:
                chain.append(run)
                break
        else:
            live.append([run])
            chains.append(live[-1])
    return chains


def _row(chain, documents: list[Document], offsets: list[np.ndarray]) -> tuple:
    a, b = documents[chain[0][0]], documents[chain[0][1]]
    start_a, start_b = chain[0][2], chain[0][3]
    end_a, end_b = (max(run[side] + run[4] for run in chain) for side in (2, 3))
    equal = len({place for run in chain for place in range(run[2], run[2] + run[4])})
    place_a = a.to_text(int(offsets[chain[0][0]][start_a]), int(offsets[chain[0][0]][end_a - 1]) + 1)
    place_b = b.to_text(int(offsets[chain[0][1]][start_b]), int(offsets[chain[0][1]][end_b - 1]) + 1)
    identity = min(1.0, equal / max(end_a - start_a, end_b - start_b))
    return (a.speech, *place_a, b.speech, *place_b, max(end_a - start_a, end_b - start_b), identity)


def _direction(a, b):
    known = isinstance(a, str) and isinstance(b, str) and a and b and a != b
    return ("a to b" if a < b else "b to a") if known else pd.NA


def shared_shares(passages: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """How much of each speech stands in others, by kind: one row per speech and kind, `share` of the body's characters.

    A character shared with several speeches counts once, as the heaviest kind: copy before passage before formula.
    """
    size = dict(zip(speeches["speech"], speeches["body_end"] - speeches["body_start"]))
    sides = pd.concat([passages[["speech_" + side, "start_" + side, "end_" + side, "kind"]].set_axis(["speech", "start", "end", "kind"], axis=1)
                       for side in "ab"])
    by_speech = dict(tuple(sides.groupby("speech")))
    rows = []
    for speech in speeches["speech"]:
        taken: dict[str, set[int]] = {"copy": set(), "passage": set(), "formula": set()}
        for row in by_speech.get(speech, sides.iloc[:0]).itertuples():
            taken[row.kind].update(range(row.start, row.end))
        taken["passage"] -= taken["copy"]
        taken["formula"] -= taken["copy"] | taken["passage"]
        rows += [(speech, kind, len(places) / max(1, size[speech])) for kind, places in taken.items()]
    return pd.DataFrame(rows, columns=["speech", "kind", "share"])
