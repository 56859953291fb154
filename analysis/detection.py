"""What stands where, in every speech?  Runs every detector over every document, in several processes."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from analysis.spans import span_rows, span_table
from analysis.units import Document

SOURCE = "detector"


def find_spans(corpus, *, jobs: int = 2, progress: bool | None = None) -> pd.DataFrame:
    """Find structure, moves and devices in every speech of a corpus: the span table, one row per thing found.

    Boilerplate, titles and findings of all layers are in it, with offsets into the text as loaded.
    `jobs` is the number of processes; the result does not depend on it.
    """
    documents = list(corpus.documents())
    progress = sys.stderr.isatty() if progress is None else progress
    if len(documents) < 8 or jobs == 1:
        found = [document_rows(one) for one in tqdm(documents, disable=not progress, desc="detect 识别")]
    else:
        found = Parallel(n_jobs=jobs, return_as="generator")(delayed(document_rows)(one) for one in documents)
        found = list(tqdm(found, total=len(documents), disable=not progress, desc="detect 识别"))
    rows = [row for speech in found for row in speech]
    files = _file_rows(corpus)
    titles = {row[0]: row[1] for row in files if row[5] == "title"}
    rows = files + [_under_title(row, titles) for row in rows]
    return span_table(sorted(rows, key=lambda row: (row[0], row[2], -row[3], row[4], row[1])))


def _under_title(row: tuple, titles: dict[str, str]) -> tuple:
    """Hang a first heading on the speech's title, which stands outside the body."""
    if row[5].startswith("heading_") and row[6] is None and row[0] in titles:
        return (*row[:6], titles[row[0]], *row[7:])
    return row


def document_rows(document: Document) -> list[tuple]:
    """Run every detector on one document; rows of the span table."""
    # Imported when wanted: reading the word lists takes a second, and a notebook whose spans are kept needs none of them.
    from analysis import moves, rhetoric, structure

    found = structure.find_structure(document)
    found += moves.find_moves(document, found)
    found += rhetoric.find_devices(document, found)
    return span_rows(found, document, source=SOURCE)


def _file_rows(corpus) -> list[tuple]:
    """Rows for what the loader knows: titles, and what in the file is not the speech."""
    rows = [(one.speech, f"boilerplate:{one.start}-{one.end}", one.start, one.end, "structure", "boilerplate",
             None, None, 1.0, "loader", f'{{"reason": "{one.reason}"}}') for one in corpus.boilerplate.itertuples()]
    for one in corpus.speeches.itertuples():
        if pd.notna(one.title_end) and one.title_end > one.title_start:
            rows.append((one.speech, f"title:{one.title_start}-{one.title_end}", one.title_start, one.title_end,
                         "structure", "title", None, None, 1.0, "loader", "{}"))
    return rows


def code_fingerprint() -> str:
    """Digest of the module's own source and word lists: results are kept only as long as both stay the same."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(here.rglob("*.py")) + sorted((here.parent / "data" / "lexicons").glob("*.csv")):
        digest.update(path.name.encode() + path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]
