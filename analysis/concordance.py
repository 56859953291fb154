"""Where does it stand, and in what company?  Key words in context, by word, pattern, part of speech or kind of span."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from heapq import nsmallest
from typing import Iterable, Mapping

import numpy as np
import pandas as pd

from analysis.units import HAN, Document

COLUMNS = ["speech", "start", "end", "left", "match", "right", "section", "place", "citation"]
SORTS = ("text", "left", "right", "match")
HEADINGS = ("heading_1", "heading_2", "heading_3", "heading_4", "enumeration_item")

_plain = re.compile(rf"[{HAN}A-Za-z0-9，。、；：“”《》%]+(?![*?{{])")


class Concordance:
    """The speeches, made ready once for many searches; a search takes milliseconds on millions of characters.

    `tokens` (from words.tokenize) is needed to search words and parts of speech, `spans` for kinds of spans and to cite
    sections and items, `labels` (speech -> short title) to cite speeches by name.  All offsets point into the text as
    loaded.

    >>> from analysis.words import document_of, tokenize
    >>> documents = [document_of("要抓落实。不落实就问责。")]
    >>> Concordance(documents, tokens=tokenize(documents)).lines(word="落实")[["left", "match", "right", "start"]].values.tolist()
    [['要抓', '落实', '。不落实就问责。', 2], ['要抓落实。不', '落实', '就问责。', 6]]
    """

    def __init__(self, documents: Iterable[Document], *, tokens: pd.DataFrame | None = None,
                 spans: pd.DataFrame | None = None, labels: Mapping[str, str] | None = None):
        documents = list(documents)
        if not documents:
            raise ValueError("documents: there is no speech to search")
        self.speeches = [document.speech for document in documents]
        self.text = "\n".join(document.view for document in documents) + "\n"
        lengths = np.array([len(document.view) + 1 for document in documents])
        self.starts = np.concatenate([[0], np.cumsum(lengths)])
        self.offsets = np.concatenate([np.append(document.offsets, -1) for document in documents]).astype("int32")
        self.tokens, self.spans, self.labels = tokens, spans, dict(labels or {})
        self._row_of = {speech: row for row, speech in enumerate(self.speeches)}
        self._inside: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def lines(self, *, word: str | None = None, pattern: str | None = None, pos: str | None = None, label: str | None = None,
              inside: str | None = None, sort: str = "text", limit: int | None = 500, width: int = 20) -> pd.DataFrame:
        """Search, and show each hit in its context.

        One of `word`, `pattern` (a regular expression, within a line), `pos` (a tag or its beginning; with `word`, both
        must hold) or `label` (a kind of span).  `inside` keeps hits within spans of a label ("要 in a problem move");
        `sort` is `text`, `left` (by the characters before, nearest first), `right` or `match`.  One row per hit:
        speech, start, end, `left`, `match`, `right` (`width` characters), `section` (headings and items it stands
        under), `place` (0 to 1 in the body), `citation`. At most `limit` rows; attrs["hits"] counts all,
        attrs["per_speech"] by speech.
        """
        if sort not in SORTS:
            raise ValueError(f"sort: {sort!r} is not one of {', '.join(SORTS)}")
        start, end = self._find(word, pattern, pos, label)
        if inside is not None:
            start, end = self._keep_inside(start, end, inside)
        hits, speech = len(start), np.searchsorted(self.starts, start, side="right") - 1
        per_speech = np.bincount(speech, minlength=len(self.speeches))
        if sort != "text":
            order = self._context_order(start, end, sort, width, limit or hits)
            start, end, speech = start[order], end[order], speech[order]
        table = self._show(start[:limit], end[:limit], speech[:limit], width)
        table.attrs = {"hits": hits, "per_speech": dict(zip(self.speeches, per_speech.tolist()))}
        return table

    # --- finding: places in self.text, in order ---

    def _find(self, word, pattern, pos, label) -> tuple[np.ndarray, np.ndarray]:
        asked = [name for name, value in (("pattern", pattern), ("label", label), ("word or pos", word or pos)) if value]
        if len(asked) != 1:
            raise ValueError(f"lines: give one of word, pattern, pos or label; got {' and '.join(asked) or 'none'}")
        if pattern:
            return self._find_pattern(pattern)
        return self._span_places(label) if label else self._find_words(word, pos)

    def _find_pattern(self, pattern: str) -> tuple[np.ndarray, np.ndarray]:
        try:
            compiled = re.compile(pattern, re.MULTILINE)
        except re.error as error:
            raise ValueError(f"pattern: {pattern!r} is not a regular expression: {error}") from None
        if re.escape(pattern) == pattern or not re.search(r"[\\\[\](){}|?*+.^$]", pattern):
            places = np.fromiter(self._occurrences(pattern), "int64")
            return places, places + len(pattern)
        found = [match.span() for match in self._matches(compiled, _required(pattern)) if match.end() > match.start()]
        start, end = np.array(found, "int64").reshape(-1, 2).T
        return start, end

    def _occurrences(self, piece: str):
        place = self.text.find(piece)
        while place >= 0:
            yield place
            place = self.text.find(piece, place + len(piece))

    def _matches(self, compiled: re.Pattern, required: str):
        """Match line by line, and only lines that hold what every match must hold: finding that is much faster."""
        if not required:
            yield from (match for match in compiled.finditer(self.text) if "\n" not in match[0])
            return
        place = self.text.find(required)
        while place >= 0:
            first, last = self.text.rfind("\n", 0, place) + 1, self.text.index("\n", place)
            yield from compiled.finditer(self.text, first, last)
            place = self.text.find(required, last)

    def _find_words(self, word: str | None, pos: str | None) -> tuple[np.ndarray, np.ndarray]:
        tokens = self._needed("tokens")
        rows = None
        if word:
            if word not in tokens.word.cat.categories:
                return np.array([], "int64"), np.array([], "int64")
            code = tokens.word.cat.categories.get_loc(word)
            order, bounds = self._by_word
            rows = order[bounds[code]:bounds[code + 1]]
        if pos:
            tagged = np.array([tag.startswith(pos) for tag in tokens.pos.cat.categories], bool)
            if not tagged.any():
                raise ValueError(f"pos: no word is tagged {pos!r}; tags here: {', '.join(tokens.pos.cat.categories)}")
            codes = tokens.pos.cat.codes.to_numpy()
            rows = np.flatnonzero(tagged[codes]) if rows is None else rows[tagged[codes[rows]]]
        start, end = self._token_places
        return start[rows], end[rows]

    @cached_property
    def _by_word(self) -> tuple[np.ndarray, np.ndarray]:
        codes = self.tokens.word.cat.codes.to_numpy()
        order = np.argsort(codes, kind="stable")
        return order, np.searchsorted(codes[order], np.arange(len(self.tokens.word.cat.categories) + 1))

    @cached_property
    def _token_places(self) -> tuple[np.ndarray, np.ndarray]:
        return self._places(self.tokens)

    def _places(self, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
        """Turn a table's offsets into the text as loaded into places in self.text, in order; -1 outside the body."""
        start, end = (np.full(len(table), -1, "int64") for _ in range(2))
        codes, names = pd.factorize(table.speech.astype(object) if table.speech.dtype != "category" else table.speech)
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(names) + 1))
        first, last = table.start.to_numpy(), table.end.to_numpy()
        for code, name in enumerate(names):
            if name in self._row_of:
                rows, speech = order[bounds[code]:bounds[code + 1]], self._row_of[name]
                own = self.offsets[self.starts[speech]:self.starts[speech + 1] - 1]
                start[rows] = self.starts[speech] + np.searchsorted(own, first[rows])
                end[rows] = self.starts[speech] + np.searchsorted(own, last[rows])
        return start, end

    def _span_places(self, label: str) -> tuple[np.ndarray, np.ndarray]:
        spans = self._needed("spans")
        chosen = spans[spans.label == label]
        if not len(chosen):
            found = ", ".join(sorted(map(str, spans.label.unique())))
            raise ValueError(f"label: there is no span {label!r} in these speeches; found were {found}")
        start, end = self._places(chosen)
        start, end = start[end > start], end[end > start]
        order = np.lexsort((-end, start))
        return start[order], end[order]

    def _keep_inside(self, start: np.ndarray, end: np.ndarray, label: str) -> tuple[np.ndarray, np.ndarray]:
        if label not in self._inside:
            self._inside[label] = _merge(*self._span_places(label))
        first, last = self._inside[label]
        at = np.searchsorted(first, start, side="right") - 1
        within = (at >= 0) & (end <= last[np.maximum(at, 0)])
        return start[within], end[within]

    def _needed(self, name: str) -> pd.DataFrame:
        table = getattr(self, name)
        if table is None:
            raise ValueError(f"{name}: this search needs the {name} table; give it to Concordance(…, {name}={name})")
        return table

    # --- showing ---

    def _context_order(self, start: np.ndarray, end: np.ndarray, sort: str, width: int, limit: int) -> list[int]:
        text = self.text
        if sort == "right":
            keys = [text[place:place + width] for place in end.tolist()]
        elif sort == "left":
            keys = [text[max(place - width, 0):place][::-1] for place in start.tolist()]
        else:
            keys = [text[first:last] for first, last in zip(start.tolist(), end.tolist())]
        return nsmallest(limit, range(len(keys)), key=keys.__getitem__)

    def _show(self, start: np.ndarray, end: np.ndarray, speech: np.ndarray, width: int) -> pd.DataFrame:
        first, last = self.starts[speech], self.starts[speech + 1] - 1
        pieces = [[self.text[a:b].replace("\n", " ") for a, b in ((max(at - width, low), at), (at, to), (to, min(to + width, high)))]
                  for at, to, low, high in zip(start.tolist(), end.tolist(), first.tolist(), last.tolist())]
        left, match, right = (np.array(column, dtype=object) for column in zip(*pieces)) if pieces else ([], [], [])
        names = [self.speeches[row] for row in speech.tolist()]
        at, to = self.offsets[start], self.offsets[np.maximum(end - 1, 0)] + 1
        sections = [self._section(name, place) for name, place in zip(names, at.tolist())]
        cited = [", ".join(filter(None, (self.labels.get(name, name), section))) for name, section in zip(names, sections)]
        return pd.DataFrame({"speech": names, "start": at, "end": to, "left": left, "match": match, "right": right,
                             "section": sections, "place": (start - first) / np.maximum(last - first, 1),
                             "citation": cited}, columns=COLUMNS)

    def _section(self, speech: str, place: int) -> str:
        """Headings and items above a place, as the numbers in them: the nearest of each level."""
        starts, ends, levels, texts = self._sections.get(speech, ((), (), (), ()))
        path, row, deepest = [], bisect_right(starts, place) - 1, len(HEADINGS)
        while row >= 0 and deepest > 0:
            if levels[row] < deepest and (levels[row] < 4 or place < ends[row]):
                path.append(texts[row])
                deepest = levels[row]
            row -= 1
        return " · ".join(reversed(path))

    @cached_property
    def _sections(self) -> dict[str, tuple]:
        if self.spans is None:
            return {}
        chosen = self.spans[self.spans.label.isin(HEADINGS)]
        start, end = self._places(chosen)
        table = pd.DataFrame({"speech": chosen.speech.astype(str).to_numpy(), "start": chosen.start.to_numpy(),
                              "end": chosen.end.to_numpy(), "level": chosen.label.astype(str).map(HEADINGS.index).to_numpy(),
                              "text": [self._number(first, last) for first, last in zip(start.tolist(), end.tolist())]})
        table = table.sort_values(["speech", "start", "level"])
        return {speech: tuple(rows[name].tolist() for name in ("start", "end", "level", "text"))
                for speech, rows in table.groupby("speech", sort=False)}

    def _number(self, start: int, end: int) -> str:
        """The number a heading or item begins with, or its first characters."""
        head = self.text[start:min(end, start + 12)].split("\n")[0]
        number = re.match(r"[（(]?(第?[一二三四五六七八九十百\d]+[是条章节]?)[）)、，.．。]?", head)
        return number[0].rstrip("、，.．。") if number else re.split("[，。：；]", head)[0]


def _required(pattern: str) -> str:
    """Find the longest piece that every match of a pattern must hold; nothing where that is not plain to see."""
    if "(?" in pattern:
        return ""
    outside = re.sub(r"\[[^\]]*\]", "\0", re.sub(r"\\.", "\0", pattern))
    while re.search(r"\([^()]*\)", outside):
        outside = re.sub(r"\([^()]*\)[*?{]?", "\0", outside)
    if "|" in outside:
        return ""
    pieces = [piece[0] for piece in _plain.finditer(re.sub(r"\{[^}]*\}", "{", outside))]
    return max(pieces, key=len, default="")


def _merge(start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Unite spans that overlap or touch."""
    reach = np.maximum.accumulate(end)
    opens = np.ones(len(start), bool)
    opens[1:] = start[1:] > reach[:-1]
    return start[opens], reach[np.append(np.flatnonzero(opens)[1:] - 1, len(start) - 1)]
