"""How do speeches and groups of speeches differ in style?  Profiles as z-scores with intervals, and a map of likeness."""

from __future__ import annotations

from typing import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.densities import DEVICES, rhythm
from analysis.diversity import FUNCTION_TAGS, lexical_diversity
from analysis.spans import LABELS, MOVES
from analysis.statistics import PER, SEED, block_interval, mean_interval
from analysis.terms import term_counts
from analysis.units import Document, count_han
from analysis.words import han_words

COLUMNS = ["speech", "family", "measure", "value", "low", "high", "z", "z_low", "z_high"]
LAYERS = ("lexis", "modality", "address", "appraisal")
DIVERSITY = ("mattr_50", "mattr_500", "hdd", "mtld")


def style_profile(documents: Iterable[Document], tokens: pd.DataFrame, spans: pd.DataFrame | None = None) -> pd.DataFrame:
    """Profile each speech against the others.

    One row per speech and measure: `family` (device, lexis, modality, address, appraisal: uses per 1,000 Han; move:
    share of the Han; rhythm; words; diversity), `value`, `low`, `high` (within the text, from blocks of its sentences;
    diversity has none), and the same as z-scores over the speeches: `z`, `z_low`, `z_high`.  Measures that do not vary
    are left out; of one speech there are no z-scores.

    >>> from analysis.words import document_of, tokenize
    >>> documents = [document_of("要抓落实。要抓作风。", "甲"), document_of("我们一定要把各项工作的要求落到实处。", "乙")]
    >>> profile = style_profile(documents, tokenize(documents)).set_index(["measure", "speech"])
    >>> profile.value["han_per_sentence"].tolist(), profile.z["han_per_sentence"].round(2).tolist()
    ([4.0, 17.0], [-0.71, 0.71])
    """
    documents = list(documents)
    if not documents:
        raise ValueError("documents: there is no speech to profile")
    parts = {(document.speech): document for document in documents}
    tables = [_ratios(document, own, words, found) for document, own, words, found in _by_speech(parts, tokens, spans)]
    profile = pd.concat([*tables, _diversity(tokens)], ignore_index=True)
    profile = _complete(profile, list(parts))
    grouped = profile.groupby("measure").value
    mean, spread = grouped.transform("mean"), grouped.transform("std")
    for value, z in (("value", "z"), ("low", "z_low"), ("high", "z_high")):
        profile[z] = (profile[value] - mean) / spread.where(spread > 1e-12)
    return profile[(spread > 1e-12) | (len(documents) == 1)][COLUMNS].reset_index(drop=True)


def group_profile(profile: pd.DataFrame, groups: Mapping | pd.Series) -> pd.DataFrame:
    """Average the z-scores of each group's speeches.

    One row per group and measure: `z` (mean), `low`, `high` (95 % over speeches, from 8 on; below, the lowest and
    highest speech), `n_speeches`, `interval` (`speeches`, `range` or `none`).
    """
    group_of = pd.Series(dict(groups), dtype=object).dropna()
    rows = profile.assign(group=profile.speech.map(group_of)).dropna(subset=["group", "z"])
    if not len(rows):
        raise ValueError("groups: none of the profiled speeches has a group; the keys must be the speeches' names")
    averages = []
    for (group, family, measure), own in rows.groupby(["group", "family", "measure"], sort=False):
        low, high = mean_interval(own.z)
        kind = "speeches" if not np.isnan(low) else "range" if len(own) > 1 else "none"
        if kind == "range":
            low, high = own.z.min(), own.z.max()
        averages.append((group, family, measure, own.z.mean(), low, high, len(own), kind))
    return pd.DataFrame(averages, columns=["group", "family", "measure", "z", "low", "high", "n_speeches", "interval"])


def _by_speech(parts: dict[str, Document], tokens: pd.DataFrame, spans: pd.DataFrame | None):
    """Give each document with its clauses, its words and its spans."""
    clauses = dict(tuple(rhythm(list(parts.values())).groupby("speech", sort=False)))
    words = dict(tuple(han_words(tokens).groupby("speech", observed=True, sort=False)))
    found = {} if spans is None else dict(tuple(spans.groupby(spans.speech.astype(str), sort=False)))
    for speech, document in parts.items():
        yield document, clauses.get(speech), words.get(speech), found.get(speech)


def _ratios(document: Document, clauses, words, spans) -> pd.DataFrame:
    """Every measure that is a ratio of two sums over sentences, with its interval."""
    starts = np.array([document.offsets[start] for start, _ in document.sentences] or [0])
    views = [document.view[start:end] for start, end in document.sentences] or [""]
    han = np.array([count_han(view) for view in views], float)
    marks = np.array([sum(view.count(mark) for mark in "、，；：。！？") for view in views], float)

    def per_sentence(places, weights=None) -> np.ndarray:
        sentence = np.maximum(np.searchsorted(starts, places, side="right") - 1, 0)
        return np.bincount(sentence, weights=weights, minlength=len(starts)).astype(float)

    rows = [("rhythm", "han_per_sentence", han, (han > 0).astype(float), 1),
            ("rhythm", "pause_share", np.array([view.count("、") for view in views], float), marks, 1)]
    if clauses is not None:
        at, length = clauses.start.to_numpy(), clauses.n_han.to_numpy()
        count, even = per_sentence(at), np.append(False, length[1:] == length[:-1])
        rows += [("rhythm", "han_per_piece", per_sentence(at, length), count, 1),
                 ("rhythm", "four_character_share", per_sentence(at[length == 4]), count, 1),
                 ("rhythm", "even_share", per_sentence(at[even]), count, 1)]
    if words is not None:
        at, count = words.start.to_numpy(), per_sentence(words.start.to_numpy())
        grammatical = words.pos.astype(str).str.startswith(FUNCTION_TAGS).to_numpy()
        rows += [("words", "function_word_share", per_sentence(at[grammatical]), count, 1),
                 ("words", "word_length", per_sentence(at, (words.end - words.start).to_numpy()), count, 1)]
    if spans is not None:
        rows += _span_ratios(spans, starts, han, per_sentence)
    return pd.DataFrame([(document.speech, *row) for row in _bounded(rows)], columns=COLUMNS[:6])


def _span_ratios(spans: pd.DataFrame, starts: np.ndarray, han: np.ndarray, per_sentence) -> list[tuple]:
    rows = []
    label, layer = spans.label.astype(str), spans.layer.astype(str)
    for name in label[(label.isin(DEVICES) | layer.isin(LAYERS)) & (layer != "move")].unique():
        family = "device" if name in DEVICES else LABELS[name].layer
        rows.append((family, name, per_sentence(spans.start[(label == name) & (layer != "move")].to_numpy()), han, PER))
    moves = spans[layer == "move"].sort_values("start")
    if len(moves):
        row = np.maximum(np.searchsorted(moves.start.to_numpy(), starts, side="right") - 1, 0)
        move_of = moves.label.astype(str).to_numpy()[row]
        rows += [("move", f"move_{move}", np.where(move_of == move, han, 0), han, 1) for move in MOVES if (move_of == move).any()]
    return rows


def _bounded(rows: list[tuple]) -> list[tuple]:
    """Bound each ratio within the text; those over the same denominator at once, in the order of the rows."""
    together: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        together.setdefault(id(row[3]), []).append(place)
    bounded: list[tuple] = [()] * len(rows)
    for places in together.values():
        kept = rows[places[0]][3] > 0
        values = np.full((len(places), 3), np.nan)
        if kept.any():
            counts = np.column_stack([rows[place][2][kept] for place in places])
            values = block_interval(counts, rows[places[0]][3][kept])[["rate", "low", "high"]].to_numpy(float)
        for place, value in zip(places, values):
            family, measure, _, _, per = rows[place]
            bounded[place] = (family, measure, *(value * per / PER))
    return bounded


def _diversity(tokens: pd.DataFrame) -> pd.DataFrame:
    table = lexical_diversity(tokens).melt("speech", DIVERSITY, var_name="measure")
    return table.dropna(subset=["value"]).assign(family="diversity", low=np.nan, high=np.nan)[COLUMNS[:6]]


def _complete(profile: pd.DataFrame, speeches: list[str]) -> pd.DataFrame:
    """Give speeches without a device or move a zero for it, as they were searched too."""
    counted = profile[profile.family.isin(["device", "move", *LAYERS])]
    families = counted.drop_duplicates("measure").set_index("measure").family
    index = pd.MultiIndex.from_product([speeches, families.index], names=["speech", "measure"])
    absent = index.difference(pd.MultiIndex.from_frame(counted[["speech", "measure"]]), sort=False).to_frame(index=False)
    zeros = absent.assign(family=absent.measure.map(families), value=0.0, low=np.nan, high=np.nan)[COLUMNS[:6]]
    profile = pd.concat([profile, zeros], ignore_index=True) if len(zeros) else profile
    order = {speech: place for place, speech in enumerate(speeches)}
    return profile.sort_values(["family", "measure", "speech"], ignore_index=True,
                               key=lambda column: column.map(order) if column.name == "speech" else column)


# --- likeness -------------------------------------------------------------------------------------------------------

def term_profile(tokens: pd.DataFrame, *, top: int = 200) -> pd.DataFrame:
    """Describe each speech by z-scores of the rates of the most frequent words (Burrows 2002, *LLC* 17, 267-287).

    One row per speech (index), one column per word, the most frequent first; words that do not vary are left out.
    """
    counts, names, lengths = term_counts(tokens)
    total = np.asarray(counts.sum(0)).ravel()
    chosen = np.lexsort((np.array(names), -total))[:top]
    rates = pd.DataFrame(counts[:, chosen].toarray() / np.maximum(lengths.to_numpy(), 1)[:, None], index=lengths.index,
                         columns=[names[column] for column in chosen])
    spread = rates.std()
    kept = spread[spread > 0].index
    return (rates[kept] - rates[kept].mean()) / spread[kept]


def wide_profile(profile: pd.DataFrame) -> pd.DataFrame:
    """Turn a style profile into one row per speech and one column per measure, for `similarity_map`; incomplete measures go."""
    return profile.pivot(index="speech", columns="measure", values="z").reindex(profile.speech.unique()).dropna(axis=1)


def similarity_map(profile: pd.DataFrame, *, resamples: int = 200, seed: int = SEED) -> pd.DataFrame:
    """Place speeches so that like ones lie close together, and show how much of it stands.

    `profile` has a row per speech and a column per measure or word (z-scores).  Likeness is the cosine (Evert et al.
    2017, *DSH* 32, ii4-ii16); the plane is that of classical scaling (Torgerson 1952).  The measures are resampled,
    each map turned onto the first (Procrustes): one row per speech with `x`, `y`, `spread` (root mean square wandering
    of the point), `nearest` (most alike in all measures) and `stability` (share of resamples in which it stays the
    nearest).  attrs["shown"] is the part of the differences that the plane shows.  The same whatever the order of the
    speeches.
    """
    if len(profile) < 3 or profile.shape[1] < 3:
        raise ValueError(f"similarity_map: {len(profile)} speeches and {profile.shape[1]} measures; three of each are needed")
    table = profile.sort_index()[sorted(profile.columns, key=str)]
    values = table.to_numpy(float)
    points, shown = _plane(values)
    nearest = _nearest(values)
    generator = np.random.default_rng(seed)
    wandered, kept = np.zeros(len(values)), np.zeros(len(values))
    for _ in range(resamples):
        drawn = values[:, generator.integers(0, values.shape[1], values.shape[1])]
        wandered += ((_turned_onto(points, _plane(drawn)[0]) - points) ** 2).sum(1)
        kept += _nearest(drawn) == nearest
    result = pd.DataFrame({"speech": table.index.astype(str), "x": points[:, 0], "y": points[:, 1],
                           "spread": np.sqrt(wandered / resamples), "nearest": table.index.astype(str)[nearest],
                           "stability": kept / resamples})
    result = result.set_index("speech").loc[list(profile.index.astype(str))].reset_index()
    result.attrs["shown"] = shown
    return result


def _unit_rows(values: np.ndarray) -> np.ndarray:
    return values / np.maximum(np.linalg.norm(values, axis=1, keepdims=True), 1e-12)


def _plane(values: np.ndarray) -> tuple[np.ndarray, float]:
    rows = _unit_rows(values)
    left, size, _ = np.linalg.svd(rows - rows.mean(0), full_matrices=False)
    points = left[:, :2] * size[:2]
    sign = np.sign(points[np.abs(points).argmax(0), [0, 1]])
    return points * np.where(sign == 0, 1, sign), float((size[:2] ** 2).sum() / max((size ** 2).sum(), 1e-12))


def _nearest(values: np.ndarray) -> np.ndarray:
    likeness = _unit_rows(values) @ _unit_rows(values).T
    np.fill_diagonal(likeness, -np.inf)
    return likeness.round(12).argmax(1)


def _turned_onto(points: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Turn, mirror and scale a map so that it lies on another as well as it can."""
    u, size, v = np.linalg.svd(others.T @ points)
    return others @ (u @ v) * size.sum() / max((others ** 2).sum(), 1e-12)
