"""What do detectors compare?  The view without quotation marks, its words tagged, cut at every level of delimiter."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Iterator

import rjieba

from analysis.units import Document

PAUSE, COMMA, SEMICOLON, STOP, COLON, LINE = 1, 2, 3, 4, 5, 6  # ： opens a list: no run goes across it
LEVEL = {"、": PAUSE, "“": PAUSE, "《": PAUSE, "，": COMMA, ",": COMMA, "；": SEMICOLON, ";": SEMICOLON, "。": STOP, "！": STOP,
         "？": STOP, "!": STOP, "?": STOP, "…": STOP, "：": COLON, ":": COLON, "—": COLON, "\n": LINE}
_OPENING, _CLOSING = frozenset("“‘《「『"), frozenset("”’》」』")
_quote = re.compile("[“”‘’「」『』\"'《》〈〉]")
_piece = re.compile(r"[^、，,；;：:。！？!?…\n“《—]+")
# One letter a word class. Verbal nouns (发展, 建设) are g: they may stand for either. Fixed phrases i often stand for a predicate.
_CLASS = {"v": "v", "vn": "g", "vd": "d", "vg": "v", "vi": "v", "a": "a", "ad": "d", "an": "g", "ag": "a", "z": "a", "d": "d",
          "df": "d", "dg": "d", "p": "p", "c": "c", "m": "m", "q": "q", "mq": "m", "r": "r", "f": "f", "s": "f", "t": "t",
          "i": "i", "l": "i", "j": "n", "b": "b", "x": "x", "eng": "n", "y": "y", "e": "y", "o": "y", "k": "n", "h": "n"}
class _Letters(dict):
    """Eight letters for each tag, of which a word takes as many as it has characters."""

    def __missing__(self, tag: str) -> str:
        letter = _CLASS.get(tag) or (tag[0] if tag[0] in "nu" else "x")
        self[tag] = letters = letter.upper() + letter * 7
        return letters


_LETTERS = _Letters()
_small = str.maketrans("", "", "abcdefghijklmnopqrstuvwxyz")


@dataclass(slots=True)
class Unit:
    """A stretch between two delimiters of at least one level; `behind` is the level of the delimiter behind it."""

    start: int
    end: int
    behind: int


class Plain:
    """The comparison text of one document. `classes` holds one letter a character, the first of each word in capitals."""

    def __init__(self, document: Document):
        self.view = document.view
        self._drop_quotes()
        self.classes = "".join([_LETTERS[tag][:len(word)] if len(word) < 9 else _LETTERS[tag].ljust(len(word), _LETTERS[tag][1])
                                for word, tag in rjieba.tag(self.text)])
        self.clauses = self._cut()
        self.judged: dict[tuple, object] = {}  # runs that were judged before, from another side

    def _drop_quotes(self) -> None:
        """Take quotation marks out, and remember where each quotation began and ended. “ after ” stays: it parts two units."""
        view, kept, dropped, waiting, at = self.view, [], [], [], 0
        self.pairs: dict[int, int] = {}  # where a quotation begins -> where it ends, in the comparison text
        for mark in _quote.finditer(view):
            place, letter = mark.start(), mark[0]
            if letter in _OPENING:
                stays = place > 0 and (letter, view[place - 1]) in (("“", "”"), ("《", "》"))
                waiting.append(place - len(dropped) + stays)
                if stays:
                    continue
            elif waiting and letter in _CLOSING:
                self.pairs[waiting.pop()] = place - len(dropped)
            kept.append(view[at:place])
            at = place + 1
            dropped.append(place)
        self.text = "".join(kept) + view[at:]
        self._dropped = dropped
        self._shifts = [place - count for count, place in enumerate(dropped)]
        self.closed = {end: start for start, end in self.pairs.items()}
        self._opens, self._closes = sorted(self.pairs), sorted(self.closed)

    def _cut(self) -> list[Unit]:
        text, clauses, last = self.text, [], 0
        for piece in _piece.finditer(text):
            start, end = piece.span()
            if text[start] <= " " or text[end - 1] <= " " or text[start] == "\u3000" or text[end - 1] == "\u3000":
                bare = piece[0].strip()
                if not bare:
                    continue
                start = text.index(bare, start)
                end = start + len(bare)
            if clauses:
                clauses[-1].behind = self._level(last, start)
            clauses.append(Unit(start, end, LINE))
            last = end
        return clauses

    def _level(self, start: int, end: int) -> int:
        if end - start == 1:
            return LEVEL[self.text[start]]
        return max(LEVEL.get(mark, PAUSE) for mark in set(self.text[start:end]))

    def units(self, level: int) -> list[Unit]:
        """Stretches between delimiters of at least this level."""
        if level == PAUSE:
            return self.clauses
        merged, start = [], None
        for clause in self.clauses:
            if start is None:
                start = clause.start
            if clause.behind >= level:
                merged.append(Unit(start, clause.end, clause.behind))
                start = None
        return merged

    def codes(self, start: int, end: int) -> str:
        """One capital for each word that begins in a stretch."""
        return self.classes[start:end].translate(_small)

    def boundary(self, place: int) -> bool:
        """Does a word begin here (or a quotation begin or end)?"""
        return self.classes[place].isupper() or place in self.pairs or place in self.closed

    def quote_starts(self, start: int, end: int) -> list[int]:
        return self._opens[bisect_left(self._opens, start):bisect_left(self._opens, end)]

    def quote_ends(self, start: int, end: int) -> list[int]:
        return self._closes[bisect_left(self._closes, start):bisect_left(self._closes, end)]

    def from_view(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the comparison text for a stretch of the view."""
        return start - bisect_left(self._dropped, start), end - bisect_left(self._dropped, end)

    def to_view(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the view; quotation marks whose partner stands inside are taken along."""
        view, shifts = self.view, self._shifts
        first = start + bisect_right(shifts, start)
        last = end - 1 + bisect_right(shifts, end - 1) + 1
        inside = view[first:last]
        for opening, closing in ("“”", "《》", "‘’"):
            more = inside.count(opening) - inside.count(closing)
            if more < 0 and view[first - 1:first] == opening:
                first -= 1
            elif more > 0 and view[last:last + 1] == closing:
                last += 1
        return first, last


class Shelf:
    """Spans by place, so that a new one is compared with those near it only: looking up stays linear in the text."""

    def __init__(self):
        self._cells: dict[int, list] = {}

    def put(self, start: int, end: int, thing) -> None:
        for cell in range(start >> 8, (end >> 8) + 1):
            self._cells.setdefault(cell, []).append(thing)

    def near(self, start: int, end: int) -> Iterator:
        for cell in range(start >> 8, (end >> 8) + 1):
            yield from self._cells.get(cell, ())


def plain_text(document: Document) -> Plain:
    """Prepare a document once for all detectors."""
    known = vars(document)
    if "plain" not in known:
        known["plain"] = Plain(document)
    return known["plain"]
