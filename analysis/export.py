"""How do the tables leave for R, Excel, brat or INCEpTION?  One file a table, or one pair of files a speech for brat."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable, Iterator

import pandas as pd

from analysis import terms, workbench
from analysis.reuse import find_passages
from analysis.show import csv_text
from analysis.spans import to_brat
from analysis.style import say


def write_tables(folder: str | Path, out: Path, *, kind: str, tables: list[str]) -> Iterator[Path]:
    """Write the tables asked for into `out` as csv, parquet or jsonl, or the spans as brat; gives the path of each file written.

    Raises ValueError where parquet is asked for and pyarrow is not installed.
    """
    corpus = workbench.open_corpus(folder)
    out.mkdir(parents=True, exist_ok=True)
    if kind == "brat":
        yield from _write_brat(corpus, out)
        return
    makers: dict[str, Callable[[], pd.DataFrame]] = {
        "speeches": lambda: corpus.speeches, "problems": lambda: corpus.problems, "spans": lambda: workbench.open_spans(corpus),
        "tokens": lambda: workbench.open_tokens(corpus), "terms": lambda: terms.term_rates(workbench.open_tokens(corpus)),
        "passages": lambda: find_passages(list(corpus.documents()), corpus.speeches)}
    for name in tables:
        path = out / f"{name}.{kind}"
        _write(makers[name](), path, kind)
        yield path


def _write(table: pd.DataFrame, path: Path, kind: str) -> None:
    if kind == "csv":
        path.write_text(csv_text(table), encoding="utf-8-sig", newline="\n")
    elif kind == "jsonl":
        table.to_json(path, orient="records", lines=True, force_ascii=False)
    else:
        try:
            table.to_parquet(path, index=False)
        except ImportError:
            raise ValueError(say("导出 parquet 需要 pyarrow：pip install pyarrow", "parquet needs pyarrow: pip install pyarrow")) from None


def _write_brat(corpus, out: Path) -> Iterator[Path]:
    spans = workbench.open_spans(corpus)
    by_speech = dict(tuple(spans.groupby("speech", observed=True)))
    for number, row in enumerate(corpus.speeches.itertuples(), 1):
        stem = f"{number:03}_" + re.sub(r"[^\w.-]", "_", row.speech)[:80]
        (out / f"{stem}.txt").write_text(row.text, encoding="utf-8", newline="\n")
        annotations = out / f"{stem}.ann"
        annotations.write_text(to_brat(by_speech.get(row.speech, spans.iloc[:0]), row.text), encoding="utf-8", newline="\n")
        yield annotations
