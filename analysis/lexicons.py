"""Which words does the project know?  Word lists as tables, each row with its source, in data/lexicons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from operator import add
from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).resolve().parents[1] / "data" / "lexicons"
MINE = FOLDER.parent / "mine" / "lexicons"  # rows of a list of the same name here are added; kind `off` takes a term out


@lru_cache(maxsize=None)
def read_lexicon(name: str, *, folder: Path | None = None, unique: bool = True) -> pd.DataFrame:
    """Read a word list and the rows that the user's folder adds to it; one row per term (or use, if not `unique`), all text.

    `folder` is the user's, data/mine/lexicons by default. Raises ValueError where a list lacks its column `term`.

    >>> read_lexicon("metaphor_vehicles").set_index("term").loc["风暴", "domain_zh"]
    '天气'
    """
    files = [FOLDER / f"{name}.csv", (folder or MINE) / f"{name}.csv"]
    tables = [_read(file) for file in files if file.exists()]
    if not tables:
        raise ValueError(f"{name}: no such word list in {FOLDER}")
    table = pd.concat(tables, ignore_index=True).fillna("")
    table = table.drop_duplicates("term", keep="last") if unique else table
    return table[table["kind"] != "off"].reset_index(drop=True) if "kind" in table else table


def genre_terms(*, folder: Path | None = None) -> pd.DataFrame:
    """Fixed terms of official speech that a segmenter must keep whole: 提法, names, words of the genre; one row per term.

    >>> "高质量发展" in set(genre_terms().term)
    True
    """
    return read_lexicon("genre_terms", folder=folder)


def stopwords(*, folder: Path | None = None) -> set[str]:
    """Words too common to say anything about a speech."""
    return set(read_lexicon("stopwords", folder=folder)["term"])


class Matcher:
    """Finds the terms of a list in a text, from left to right, the longest first; a comma in a term may be any pause, or none.

    Thousands of terms cost no more than a few: each place is looked up by its first two characters.

    >>> Matcher(["上有政策，下有对策", "实事求是"]).find("有人上有政策、下有对策，不实事求是")
    [(2, 11, '上有政策，下有对策'), (13, 17, '实事求是')]
    """

    def __init__(self, terms: Iterable[str]):
        self.terms = {form: term for term in terms for form in _forms(term)}
        lengths: dict[str, set[int]] = {}
        for form in self.terms:
            lengths.setdefault(form[:2], set()).add(len(form))
        self.lengths = {head: sorted(sizes, reverse=True) for head, sizes in lengths.items()}

    def find(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and term of each match; matches do not overlap."""
        lengths, terms, matches, free = self.lengths, self.terms, [], 0
        for at, head in enumerate(map(add, text, text[1:])):
            if head in lengths and at >= free:
                for size in lengths[head]:
                    term = terms.get(text[at:at + size])
                    if term:
                        free = at + size
                        matches.append((at, free, term))
                        break
        return matches


def _forms(term: str) -> list[str]:
    parts = term.split("，")
    return [parts[0]] if len(parts) == 1 else [pause.join(parts) for pause in ("", "，", "、", ",")]


def alternation(terms: Iterable[str]) -> str:
    """A pattern for any of the terms, the longest first; a comma in a term may be any pause, or none.

    >>> bool(re.fullmatch(alternation(["上有政策，下有对策"]), "上有政策、下有对策"))
    True
    """
    ordered = sorted({term for term in terms if term}, key=lambda term: (-len(term), term))
    return "|".join(re.escape(term).replace("，", "[，、,]?") for term in ordered) or "(?!)"


def _read(file: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise ValueError(f"{file}: not a UTF-8 table of comma-separated values ({str(error).strip()})") from None
    if "term" not in table:
        raise ValueError(f"{file}: column `term` is missing")
    table["term"] = table["term"].str.strip()
    return table[table["term"] != ""]
