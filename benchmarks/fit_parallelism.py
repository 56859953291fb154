"""Which weights tell parallelisms from chance?  Fitted on half of the project's own gold, from numbers set by hand.

    python benchmarks/fit_parallelism.py    # prints the table WEIGHTS of parallelism.py; takes seconds

Maximum a posteriori: logistic loss over the runs of the learning half, and a normal prior around PRIOR. The other half
of the gold, the seed speeches and the essays take no part; they only check.
All texts read here are the project's own (CC0).
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from analysis import structure  # noqa: E402
from analysis.corpus import load_corpus  # noqa: E402
from analysis.evaluation import DONT_CARE, match_speeches, read_gold  # noqa: E402
from analysis.rhetoric import parallelism  # noqa: E402
from analysis.rhetoric.plain import plain_text  # noqa: E402

LEARN = ["2013-05-17", "2014-07-22", "2015-11-20", "2018-09-12", "2019-08-15"]  # every other speech by date
SPREAD = 0.5  # how far a weight may go from the one set by hand before that costs half a run
PRIOR = dict(parallelism.WEIGHTS)


def runs(document, found, gold):
    """Every run with its reasons, and whether gold holds it: 1, 0, or None where gold holds one much like it."""
    asked = {}
    members = gold[gold["label"] == "parallelism_member"]
    for row in gold[gold["label"] == "parallelism"].itertuples():
        mine = members[members["parent"] == row.span]
        asked[frozenset(zip(mine["start"].astype(int), mine["end"].astype(int)))] = row.confidence >= DONT_CARE
    plain = plain_text(document)
    list(parallelism.candidates(plain)), list(parallelism.leads(plain, found))
    for members in list(plain.judged):
        seen = parallelism.features(plain, list(members))
        if seen:
            spots = frozenset(document.to_text(*span) for span in parallelism.view_spans(plain, list(members)))
            yield seen[0], label(spots, asked)


def label(spots: frozenset, asked: dict) -> int | None:
    if spots in asked:
        return 1 if asked[spots] else None
    near = max((overlap(spots, other) for other in asked), default=0)
    return 0 if near < .5 else None


def overlap(one: frozenset, other: frozenset) -> float:
    a, b = ({place for start, end in spans for place in range(start, end)} for spans in (one, other))
    return len(a & b) / len(a | b)


def fit(reasons: np.ndarray, truth: np.ndarray, prior: np.ndarray, spread: float) -> np.ndarray:
    def loss(weights):
        logit = reasons @ weights
        return (np.logaddexp(0, logit) - truth * logit).sum() + ((weights - prior) ** 2).sum() / (2 * spread ** 2)

    def slope(weights):
        return reasons.T @ (1 / (1 + np.exp(-reasons @ weights)) - truth) + (weights - prior) / spread ** 2

    return minimize(loss, prior, jac=slope, method="L-BFGS-B").x


def learn() -> dict[str, float]:
    corpus = load_corpus(ROOT / "data" / "sample")
    gold = match_speeches(read_gold(ROOT / "data" / "gold"), corpus.speeches["speech"])
    parallelism.MOST_BY_CLASSES = np.inf  # look at every run
    rows = []
    for document in corpus.documents():
        if document.speech[:10] in LEARN:
            mine = gold[gold["speech"].astype(str) == document.speech]
            rows += runs(document, structure.find_structure(document), mine)
    rows = [(reasons, truth) for reasons, truth in rows if truth is not None]
    reasons, truth = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], dtype=float)
    prior = np.array([PRIOR[name] for name in parallelism.WEIGHTS], dtype=float)
    weights = fit(reasons, truth, prior, SPREAD)
    print(f"{len(rows)} runs, {int(truth.sum())} of them in gold", file=sys.stderr)
    return dict(zip(parallelism.WEIGHTS, weights.round(1).tolist()))


if __name__ == "__main__":
    for name, weight in learn().items():
        print(f'    "{name}": {weight},')
