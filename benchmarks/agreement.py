"""What is in the gold, and how far do two independent readings of the same speeches agree?  The tables in data/README.md."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis.corpus import load_corpus
from analysis.evaluation import evaluate, read_gold
from analysis.spans import LABELS, LAYERS

DATA = Path(__file__).parent.parent / "data"
MARKS = {name: (f"<!-- {name}: written by benchmarks/agreement.py -->", f"<!-- end of {name} -->") for name in ("counts", "agreement")}


def readings(folder: Path = DATA / "gold" / "readings") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read both readings; one row per span. Every row counts, however doubtful its reader was."""
    return tuple(pd.concat([read_gold(file) for file in sorted(folder.glob(f"{which}_*.csv"))], ignore_index=True).assign(confidence=1.0)
                 for which in ("first", "second"))


def label_agreement(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Score the second reading against the first; one row per label, F1 over all speeches and the range of single ones.

    Moves are left out (see `move_agreement`), and so are hard negatives, which each reader picks as examples.
    """
    table = evaluate(second, first)
    table = table[(table["layer"] != "move") & (table["label"] != "all") & ~table["measure"].isin(["edges", "verdicts"])]
    table = table.sort_values("label", key=lambda column: column.map(list(LABELS).index), ignore_index=True)
    return table[["layer", "label", "n_gold", "n_found", "f1", "partial_f1", "f1_low", "f1_high"]]


def move_agreement(first: pd.DataFrame, second: pd.DataFrame, documents) -> pd.DataFrame:
    """Compare the moves of both readings; one row per speech, κ over characters and over sentences, and their numbers."""
    rows = []
    for document in documents:
        one, two = (_move_at(table[(table["speech"] == document.speech) & (table["layer"] == "move")]) for table in (first, second))
        places = [int(place) for place, letter in zip(document.offsets, document.view) if not letter.isspace()]
        starts = [document.to_text(*sentence)[0] for sentence in document.sentences]
        row = {"speech": document.speech}
        for unit, spots in (("characters", places), ("sentences", starts)):
            pairs = [(one[spot], two[spot]) for spot in spots if spot in one and spot in two]
            row |= {unit: len(pairs), f"agreement_{unit}": sum(a == b for a, b in pairs) / len(pairs), f"kappa_{unit}": kappa(pairs)}
        rows.append(row)
    return pd.DataFrame(rows)


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's κ (1960) of two readers who gave each unit one label.

    >>> round(kappa([("要求", "要求"), ("要求", "问题"), ("问题", "问题"), ("问题", "问题")]), 2)
    0.5
    """
    one, two = (pd.Series(side).value_counts(normalize=True) for side in zip(*pairs))
    observed, chance = sum(a == b for a, b in pairs) / len(pairs), float(one.mul(two, fill_value=0).sum())
    return (observed - chance) / (1 - chance) if chance < 1 else 1.0


def label_counts(gold: pd.DataFrame) -> pd.DataFrame:
    """Count the rows of gold; one row per layer and label, with doubtful rows (confidence low) and speeches."""
    layers, names = [*LAYERS, "hard_negative"], list(LABELS)
    table = gold.assign(low=gold["confidence"] < 0.5).groupby(["layer", "label"], as_index=False).agg(
        n=("span", "size"), low=("low", "sum"), speeches=("speech", "nunique"))
    place = {"layer": layers.index, "label": names.index}
    return table.sort_values(["layer", "label"], key=lambda column: column.map(place[column.name]), ignore_index=True)


def with_tables(readme: str) -> str:
    """Put the counts and the agreement between their marks in the text of data/README.md."""
    first, second = readings()
    documents = [one for one in load_corpus(DATA / "sample").documents() if one.speech in set(first["speech"])]
    tables = {"counts": _counts_page(label_counts(read_gold(DATA / "gold"))),
              "agreement": _agreement_page(label_agreement(first, second), move_agreement(first, second, documents))}
    for name, (begin, end) in MARKS.items():
        before, rest = readme.split(begin)
        readme = f"{before}{begin}\n\n{tables[name]}\n{end}{rest.split(end)[1]}"
    return readme


def _move_at(moves: pd.DataFrame) -> dict[int, str]:
    return {place: label for start, end, label in zip(moves["start"], moves["end"], moves["label"]) for place in range(start, end)}


def _counts_page(counts: pd.DataFrame) -> str:
    lines = [f"| {row.layer} | {row.label} | {LABELS[row.label].chinese} | {row.n} | {row.low} | {row.speeches} |" for row in counts.itertuples()]
    return "| layer | label | 中文 | rows | of them low | speeches |\n|---|---|---|--:|--:|--:|\n" + "\n".join(lines) + "\n"


def _agreement_page(labels: pd.DataFrame, moves: pd.DataFrame) -> str:
    head = ("| label | 中文 | first | second | F1 strict | F1 partial | strict, lowest and highest speech |\n"
            "|---|---|--:|--:|--:|--:|--:|\n")
    lines = [f"| {row.label} | {LABELS[row.label].chinese} | {row.n_gold} | {row.n_found} | {_number(row.f1)} | {_number(row.partial_f1)} | "
             f"{_number(row.f1_low)}{'' if pd.isna(row.f1_low) else ' to ' + _number(row.f1_high)} |" for row in labels.itertuples()]
    more = "\n| moves of | sentences | same | κ | characters | same | κ |\n|---|--:|--:|--:|--:|--:|--:|\n"
    lines_of_moves = [f"| {row.speech[:10]} | {row.sentences} | {_number(row.agreement_sentences)} | {_number(row.kappa_sentences)} | "
                      f"{row.characters} | {_number(row.agreement_characters)} | {_number(row.kappa_characters)} |"
                      for row in moves.itertuples()]
    return head + "\n".join(lines) + "\n" + more + "\n".join(lines_of_moves) + "\n"


def _number(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"


if __name__ == "__main__":
    path = DATA / "README.md"
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
