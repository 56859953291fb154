"""Which words does the project know?  Word lists as tables, each row with its source, in data/lexicons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
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
    table = read_lexicon("genre_terms", folder=folder)
    return table[~table["term"].str.contains("，")].reset_index(drop=True)


def stopwords(*, folder: Path | None = None) -> set[str]:
    """Words too common to say anything about a speech."""
    return set(read_lexicon("stopwords", folder=folder)["term"])


class Matcher:
    """Finds the terms of several lists in one walk over a text; in each list from left to right, the longest first.

    Thousands of terms cost no more than a few: tables over two and three characters say where any of them can begin.
    A comma in a term may be any pause, or none.

    >>> Matcher({"sayings": ["上有政策，下有对策"], "idioms": ["实事求是"]}).find("有人上有政策、下有对策，不实事求是")
    {'sayings': [(2, 11, '上有政策，下有对策')], 'idioms': [(13, 17, '实事求是')]}
    """

    def __init__(self, lists: dict[str, Iterable[str]]):
        self.terms = {name: {form: term for term in terms for form in _forms(term) if len(form) > 1} for name, terms in lists.items()}
        heads: dict[str, set[tuple[int, str]]] = {}
        for name, forms in self.terms.items():
            for form in forms:
                heads.setdefault(form[:2], set()).add((len(form), name))
        self.heads = {head: [(size, name, self.terms[name]) for size, name in sorted(sizes, reverse=True)] for head, sizes in heads.items()}
        self.pairs, self.triples = np.zeros((2, 1 << 18), dtype=bool)  # may say yes too often, never no too often
        whole = [form for forms in self.terms.values() for form in forms]
        self.pairs[_pairs("".join(form for form in whole if len(form) == 2))[::2]] = True
        self.triples[_triples("".join(form[:3] for form in whole if len(form) > 2))[::3]] = True

    def find(self, text: str) -> dict[str, list[tuple[int, int, str]]]:
        """Start, end and term of each match, by list; matches of one list do not overlap."""
        matches, free = {name: [] for name in self.terms}, dict.fromkeys(self.terms, 0)
        begins = self.pairs[_pairs(text)]
        begins[:-1] |= self.triples[_triples(text)][:len(begins)]
        for at in np.flatnonzero(begins).tolist():
            for size, name, terms in self.heads.get(text[at:at + 2], ()):
                term = terms.get(text[at:at + size])
                if term and at >= free[name] and at + size <= len(text):
                    free[name] = at + size
                    matches[name].append((at, at + size, term))
        return matches


def _pairs(text: str) -> np.ndarray:
    """A number below 2¹⁸ for each two neighbouring characters."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return (codes[:-1] * np.uint32(2654435761) >> np.uint32(14)) ^ (codes[1:] * np.uint32(40503) & np.uint32(0x3FFFF))


def _triples(text: str) -> np.ndarray:
    """A number below 2¹⁸ for each three neighbouring characters."""
    pairs = _pairs(text).astype(np.uint32)
    return (pairs[:-1] * np.uint32(2246822519) >> np.uint32(14)) ^ (pairs[1:] * np.uint32(29) & np.uint32(0x3FFFF))


def _forms(term: str) -> list[str]:
    parts = term.split("，")
    return [parts[0]] if len(parts) == 1 else [pause.join(parts) for pause in ("", "，", "、", ",")]


def scan(starts: re.Pattern, pattern: re.Pattern, text: str):
    """Give the matches of a slow pattern, tried only where a cheap one (a set of characters) finds a beginning."""
    free = 0
    for start in starts.finditer(text):
        if start.start() >= free and (match := pattern.match(text, start.start())):
            free = max(match.end(), start.start() + 1)
            yield match


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
