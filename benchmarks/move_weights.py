"""How readily should each move be assumed, and what should a change of move cost?  Fitted to the project's own gold, tested by leaving out.

The table `data/lexicons/move_weights.csv` holds one weight per class of cues and move. Rows of the kind `hand` were set by reason; rows of
the kind `fitted` (what a move needs in any sentence, what a change costs) are the most likely ones for `data/gold`, near where they began
(a Gaussian prior). All weights were fitted too, and did worse on speeches left out (.45 to .55 of characters against .60).

    python benchmarks/move_weights.py          # scores of each speech when it was left out
    python benchmarks/move_weights.py --write  # and the fitted rows, from all speeches
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from analysis import moves
from analysis.corpus import load_corpus
from analysis.evaluation import read_gold
from analysis.structure import find_structure

DATA = Path(__file__).parent.parent / "data"
TABLE = DATA / "lexicons" / "move_weights.csv"
BEGIN = np.array([-4, -4, -1, -0.1, -1, 0, 0, -0.2, -0.8, 0.1, -1, -3, 1, 0.7, 0.5, 0])  # moves in order, then changes
PRIOR = np.r_[np.full(12, 8.0), np.full(4, 150.0)]  # precision of the prior: the ten are less ritual than the genre, so costs stay near


class Speech(NamedTuple):
    """One speech with gold: scores without the fitted part, kind of place and gold characters of each move, by sentence."""

    name: str
    scores: np.ndarray
    places: np.ndarray
    gold: np.ndarray


def read_speeches() -> list[Speech]:
    gold = read_gold(DATA / "gold")
    gold = gold[gold["layer"] == "move"]
    return [read_speech(document, gold[gold["speech"] == document.speech])
            for document in load_corpus(DATA / "sample").documents() if document.speech in set(gold["speech"])]


def read_speech(document, gold: pd.DataFrame) -> Speech:
    """Score one speech's sentences; its gold gives the characters of each sentence that belong to each move."""
    sentences, _, cues, places = moves.move_cues(document, find_structure(document))
    weights, _ = moves.move_weights()
    shares = np.zeros((len(sentences), len(moves._STATES)))
    for n, sentence in enumerate(sentences):
        start, end = document.to_text(*sentence)
        for row in gold[(gold["start"] < end) & (gold["end"] > start)].itertuples():
            if row.label in moves._INDEX:
                shares[n, moves._INDEX[row.label]] += min(end, row.end) - max(start, row.start)
    return Speech(document.speech, cues[:, :-1] @ weights[:-1], np.array(places), shares)


def fit(speeches: list[Speech]) -> np.ndarray:
    """The most likely weights of moves and costs of change."""
    bounds = [(None, None)] * len(moves._STATES) + [(0, None)] * 4
    return minimize(lambda some: _loss(some, speeches) + (PRIOR / 2 * (some - BEGIN) ** 2).sum(), BEGIN, bounds=bounds,
                    method="L-BFGS-B", options={"maxiter": 40}).x


def _loss(some: np.ndarray, speeches: list[Speech]) -> float:
    """Minus the log-likelihood of the gold sequences; forward over all speeches at once."""
    longest = max(len(one.places) for one in speeches)
    scores = np.zeros((longest, len(speeches), len(moves._STATES)))
    change, loss = np.ones((longest, len(speeches))), 0.0
    lengths = np.array([len(one.places) for one in speeches])
    for n, one in enumerate(speeches):
        told, costs, gold = one.scores + some[:-4], some[-4:][one.places], one.gold.argmax(axis=1)
        scores[:len(told), n] = told
        change[:len(told), n] = np.exp(-costs)
        loss -= told[np.arange(len(gold)), gold].sum() - costs[1:][gold[1:] != gold[:-1]].sum()
    top = scores.max(axis=2, keepdims=True)
    factor, top = np.exp(scores - top), top[:, :, 0]
    state = np.full(scores.shape[1:], 1.0)
    for n in range(longest):
        state = (state * (1 - change[n][:, None]) + change[n][:, None] if n else state) * factor[n]
        total = state.sum(axis=1)
        loss += ((np.log(total) + top[n]) * (n < lengths)).sum()
        state /= total[:, None]
    return loss


def right(speech: Speech, some: np.ndarray) -> tuple[float, float]:
    """Characters labelled right, and all."""
    labels = moves.decode(speech.scores + some[:-4], some[-4:][speech.places])
    return speech.gold[np.arange(len(labels)), [moves._INDEX[label] for label in labels]].sum(), speech.gold.sum()


def left_out(speeches: list[Speech]) -> pd.DataFrame:
    """Fit without each speech and score it; one row per speech: share of characters right before the fit, left out, and fitted in."""
    whole, rows = fit(speeches), []
    for one in speeches:
        without = fit([other for other in speeches if other is not one])
        rows.append([one.name, *(hit / size for hit, size in (right(one, some) for some in (BEGIN, without, whole)))])
    return pd.DataFrame(rows, columns=["speech", "begin", "left_out", "fitted"])


def write(some: np.ndarray) -> None:
    """Put the fitted weights into their rows of the table."""
    table = pd.read_csv(TABLE, dtype=str, keep_default_na=False)
    table.loc[table["kind"] == "fitted", "weight"] = [f"{value:.2f}" for value in some]
    table.to_csv(TABLE, index=False, lineterminator="\n")


if __name__ == "__main__":
    speeches = read_speeches()
    table = left_out(speeches)
    print(table.round(3).to_string(index=False), table.mean(numeric_only=True).round(3).to_string(), sep="\n")
    if "--write" in sys.argv:
        write(fit(speeches))
