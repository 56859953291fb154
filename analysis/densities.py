"""How much of each device, and where in the speech?  Counts and rates of spans, devices by move, position, rhythm, company."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.spans import LABELS, MOVES, coverage
from analysis.statistics import SEED, benjamini_hochberg, rate_interval
from analysis.units import Document, count_han

GROUPED = {"parallelism", "couplet", "contrast"}
DEVICES = [label for label, about in LABELS.items()
           if about.layer == "device" and not label.endswith("_member")] + ["idiom", "folk_saying", "four_character_chain", "numeric_abbreviation"]


def span_counts(spans: pd.DataFrame, speeches: pd.DataFrame, *, labels: list[str] | None = None, least: float = 0.0) -> pd.DataFrame:
    """Count each label in each speech, zeros included: one row per speech and label.

    `rate` is per 1,000 Han of the body; `covered` the share of the body's characters inside the spans (members for groups).
    `least` is the lowest confidence that counts.
    """
    labels = labels or [label for label in DEVICES if (spans["label"] == label).any()]
    kept = spans[spans["confidence"] >= least]
    index = pd.MultiIndex.from_product([speeches["speech"].astype(str), labels], names=["speech", "label"])
    rows = kept[kept["label"].isin(labels)]
    counts = rows.groupby([rows["speech"].astype(str), rows["label"].astype(str)]).size()
    table = pd.DataFrame({"count": counts.reindex(index, fill_value=0).to_numpy()}, index=index).reset_index()
    size = speeches.set_index("speech")
    han, characters = size["n_han"], size["body_end"] - size["body_start"]
    table["n_han"] = table["speech"].map(han).to_numpy()
    table["rate"] = 1000 * table["count"] / table["n_han"].clip(lower=1)
    covered = {label: coverage(kept, [f"{label}_member" if label in GROUPED else label]) for label in labels}
    table["covered"] = [covered[label].get(speech, 0) / max(1, characters[speech]) for speech, label in zip(table["speech"], table["label"])]
    return table


def span_rates(counts: pd.DataFrame) -> pd.DataFrame:
    """Estimate the rate of each label over the corpus, with its interval over speeches: one row per label, highest first.

    `rate`, `low`, `high` per 1,000 Han; `count`; `range` = speeches that have it; `covered` = share of the characters.
    For the interval and where there is none see `statistics.rate_interval`.
    """
    columns = ["label", "count", "range", "n_speeches", "rate", "low", "high", "interval", "covered"]
    if not len(counts):
        return pd.DataFrame(columns=columns)
    wide = counts.pivot(index="speech", columns="label", values="count")
    han = counts.drop_duplicates("speech").set_index("speech")["n_han"].reindex(wide.index)
    table = rate_interval(wide.to_numpy(), han).assign(label=list(wide.columns))
    table["count"] = wide.sum().to_numpy()
    table["range"] = (wide > 0).sum().to_numpy()
    weight = counts["covered"] * counts["n_han"]
    table["covered"] = (weight.groupby(counts["label"]).sum() / counts["n_han"].groupby(counts["label"]).sum()).reindex(wide.columns).to_numpy()
    return table[columns].sort_values(["rate", "label"], ascending=[False, True], ignore_index=True)


def positions(spans: pd.DataFrame, speeches: pd.DataFrame, *, labels: list[str]) -> pd.DataFrame:
    """Place each span in its speech: one row per span, `position` from 0 (salutation) to 1 (end), `move` it stands in."""
    size = speeches.set_index("speech")
    rows = spans[spans["label"].isin(labels) & (spans["layer"] != "move")]
    table = pd.DataFrame({"speech": rows["speech"].astype(str), "label": rows["label"].astype(str), "start": rows["start"], "end": rows["end"]})
    begin, end = (table["speech"].map(size[column]).astype(float) for column in ("body_start", "body_end"))
    table["position"] = ((table["start"] - begin) / (end - begin).clip(lower=1)).clip(0, 1)
    moves = spans[spans["layer"] == "move"].sort_values(["speech", "start"])
    table["move"] = ""
    for speech, own in moves.groupby(moves["speech"].astype(str)):
        at = np.flatnonzero((table["speech"] == speech).to_numpy())
        place = np.searchsorted(own["start"].to_numpy(), table["start"].to_numpy()[at], side="right") - 1
        inside = (place >= 0) & (table["start"].to_numpy()[at] < own["end"].to_numpy()[np.maximum(place, 0)])
        table.iloc[at, table.columns.get_loc("move")] = np.where(inside, own["label"].astype(str).to_numpy()[np.maximum(place, 0)], "")
    return table.reset_index(drop=True)


def device_by_move(spans: pd.DataFrame, speeches: pd.DataFrame, *, labels: list[str], relabelings: int = 999, seed: int = SEED) -> pd.DataFrame:
    """Ask whether a device keeps to a move: one row per label and move, with its count, what chance gives, and a permutation p.

    Under chance the devices of a speech are turned round it by one random distance (their clustering stays, their move does not);
    `expected` is the mean over `relabelings` turns, `ratio` count / expected, `p` = (1 + #{|T* - E| >= |T - E|}) / (1 + B), two-sided,
    `p_adjusted` after Benjamini and Hochberg. It is a statement about these speeches (within text), not about others.
    Source: circular shift test, Besag and Clifford 1989, Biometrika 76, 633-642.
    """
    placed = positions(spans, speeches, labels=labels)
    present = [move for move in MOVES if (spans.loc[spans["layer"] == "move", "label"] == move).any()]
    label_number, move_number = {label: n for n, label in enumerate(labels)}, {move: n for n, move in enumerate(present)}
    relabelings = int(min(relabelings, max(99, 20_000_000 // max(1, len(placed)))))
    drawn = np.zeros((relabelings, len(labels), len(present)), "int32")
    observed = np.zeros((len(labels), len(present)), int)
    turn = np.random.default_rng(seed).random((len(speeches), relabelings))
    moves = dict(tuple(spans[spans["layer"] == "move"].sort_values("start").groupby("speech", observed=True)))
    for number, row in enumerate(speeches.itertuples()):
        own, here = moves.get(row.speech), placed[placed["speech"] == row.speech]
        if own is None or not len(here):
            continue
        edges, kinds = own["start"].to_numpy(), own["label"].astype(str).map(move_number).to_numpy()
        codes = here["label"].map(label_number).to_numpy()
        size = max(1, row.body_end - row.body_start)
        at = here["start"].to_numpy() - row.body_start
        np.add.at(observed, (codes, kinds[np.maximum(np.searchsorted(edges, at + row.body_start, side="right") - 1, 0)]), 1)
        shifted = (at[None, :] + (turn[number][:, None] * size).astype(int)) % size + row.body_start
        place = kinds[np.maximum(np.searchsorted(edges, shifted, side="right") - 1, 0)]
        flat = (np.arange(relabelings)[:, None] * len(labels) + codes[None, :]) * len(present) + place
        drawn += np.bincount(flat.ravel(), minlength=drawn.size).reshape(drawn.shape).astype("int32")
    expected = drawn.mean(axis=0) if relabelings else drawn.sum(axis=0)
    extreme = (np.abs(drawn - expected) >= np.abs(observed - expected) - 1e-9).sum(axis=0)
    table = pd.DataFrame({"label": np.repeat(labels, len(present)), "move": present * len(labels), "count": observed.ravel(),
                          "expected": expected.ravel(), "p": ((1 + extreme) / (1 + relabelings)).ravel()})
    table["ratio"] = table["count"] / table["expected"].where(table["expected"] > 0)
    table["p_adjusted"] = benjamini_hochberg(table["p"])
    return table.assign(relabelings=relabelings)


def rhythm(documents: list[Document]) -> pd.DataFrame:
    """Measure the length of every clause in Han characters: one row per clause, with its place and the delimiter's level behind it."""
    rows = []
    for document in documents:
        for number, clause in enumerate(document.clauses):
            start, end = document.to_text(clause.start, clause.end)
            rows.append((document.speech, number, start, end, count_han(document.view[clause.start:clause.end]), clause.level))
    table = pd.DataFrame(rows, columns=["speech", "clause", "start", "end", "n_han", "level"])
    return table[table["n_han"] > 0].reset_index(drop=True)


def rhythm_profile(clauses: pd.DataFrame) -> pd.DataFrame:
    """Sum the rhythm of each speech up: mean clause length, its spread, the share of four-character clauses, and of clauses as long as the one before.

    One row per speech; `even` is the share of clauses whose length equals that of their neighbour before, a sign of isocolon.
    """
    grouped = clauses.groupby("speech", sort=False)["n_han"]
    before = grouped.shift()
    table = pd.DataFrame({"clauses": grouped.size(), "mean": grouped.mean(), "sd": grouped.std(), "median": grouped.median()})
    table["four"] = (clauses["n_han"] == 4).groupby(clauses["speech"], sort=False).mean()
    table["even"] = (clauses["n_han"] == before).groupby(clauses["speech"], sort=False).mean()
    return table.reset_index()


def company(spans: pd.DataFrame, documents: list[Document], *, labels: list[str]) -> pd.DataFrame:
    """Count how often two devices stand in one sentence: one row per pair of labels, `lift` = observed / expected if independent."""
    sets = []
    rows = spans[spans["label"].isin(labels)]
    by_speech = {speech: (own["start"].to_numpy(), own["label"].astype(str).to_numpy()) for speech, own in rows.groupby(rows["speech"].astype(str))}
    total = 0
    for document in documents:
        total += len(document.sentences)
        starts, names = by_speech.get(document.speech, (np.zeros(0, int), np.zeros(0, object)))
        begins = np.array([document.to_text(start, end)[0] for start, end in document.sentences] or [0])
        sentence = np.searchsorted(begins, starts, side="right") - 1
        sets.append(pd.DataFrame({"sentence": [f"{document.speech}:{one}" for one in sentence], "label": names}).drop_duplicates())
    table = pd.concat(sets, ignore_index=True) if sets else pd.DataFrame(columns=["sentence", "label"])
    has = pd.crosstab(table["sentence"], table["label"]).reindex(columns=labels, fill_value=0)
    both = has.T.to_numpy() @ has.to_numpy()
    own = both.diagonal()
    a, b = np.triu_indices(len(labels), 1)
    expected = own[a] * own[b] / max(1, total)
    lift = np.divide(both[a, b], expected, out=np.full(len(a), np.nan), where=expected > 0)
    return pd.DataFrame({"label_a": np.array(labels)[a], "label_b": np.array(labels)[b], "sentences": both[a, b], "expected": expected, "lift": lift})
