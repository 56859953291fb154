"""What do detectors compare?  The view without quotation marks, its words tagged, cut at every level of delimiter."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

import rjieba

from ..units import Document

PAUSE, COMMA, SEMICOLON, STOP, COLON, LINE = 1, 2, 3, 4, 5, 6  # ： opens a list: no run goes across it
_LEVEL = {"、": PAUSE, "“": PAUSE, "《": PAUSE, "，": COMMA, ",": COMMA, "；": SEMICOLON, ";": SEMICOLON, "。": STOP, "！": STOP,
          "？": STOP, "!": STOP, "?": STOP, "…": STOP, "：": COLON, ":": COLON, "—": COLON, "\n": LINE}
_OPENING, _CLOSING = frozenset("“‘《「『"), frozenset("”’》」』")
_quote = re.compile("[”’「」『』\"'》〈〉‘]|(?<!”)“|(?<!》)《")  # the mark between ”“ and 》《 stays: it parts two units
_piece = re.compile(r"([^、，,；;：:。！？!?…\n“《—]*)([、，,；;：:。！？!?…\n“《—\s]*)")
# One letter a word class. Verbal nouns (发展, 建设) are g: they may stand for either. Fixed phrases i often stand for a predicate.
_CLASS = {"v": "v", "vn": "g", "vd": "d", "vg": "v", "vi": "v", "a": "a", "ad": "d", "an": "g", "ag": "a", "z": "a", "d": "d",
          "df": "d", "dg": "d", "p": "p", "c": "c", "m": "m", "q": "q", "mq": "m", "r": "r", "f": "f", "s": "f", "t": "t",
          "i": "i", "l": "i", "j": "n", "b": "b", "x": "x", "eng": "n", "y": "y", "e": "y", "o": "y", "k": "n", "h": "n"}


@dataclass(slots=True)
class Unit:
    """A stretch between two delimiters of at least one level; `behind` is the level of the delimiter behind it."""

    start: int
    end: int
    behind: int


class Plain:
    """The comparison text of one document. `classes` holds one letter a character, the first of each word in capitals."""

    def __init__(self, document: Document):
        view = document.view
        self.view = view
        marks = [mark.start() for mark in _quote.finditer(view)]
        self._shifts = [place - count for count, place in enumerate(marks)]
        self.opens = {place - count for count, place in enumerate(marks) if view[place] in _OPENING}
        self.closes = {place - count for count, place in enumerate(marks) if view[place] in _CLOSING}
        self.text = text = _quote.sub("", view)
        letters = []
        for word, tag in rjieba.tag(text):
            letter = _CLASS.get(tag) or _CLASS.get(tag[:1]) or ("n" if tag[:1] == "n" else "u" if tag[:1] == "u" else "x")
            letters.append(letter.upper() + letter * (len(word) - 1))
        self.classes = "".join(letters)
        self.clauses = self._cut()

    def _cut(self) -> list[Unit]:
        clauses: list[Unit] = []
        for piece in _piece.finditer(self.text):
            words, marks = piece.groups()
            level = max(map(_LEVEL.get, marks.replace(" ", "").replace("\u3000", "").strip("\r\t") or "、", ), default=PAUSE)
            start, end = piece.start(1), piece.end(1)
            bare = words.strip()
            if bare:
                start += words.index(bare[0])
                clauses.append(Unit(start, start + len(bare), level if marks else LINE))
            elif clauses and level > clauses[-1].behind:
                clauses[-1].behind = level
        return clauses

    def units(self, level: int) -> list[Unit]:
        """Stretches between delimiters of at least this level."""
        if level == PAUSE:
            return self.clauses
        merged: list[Unit] = []
        open_ = None
        for clause in self.clauses:
            if open_ is None:
                open_ = Unit(clause.start, clause.end, clause.behind)
            else:
                open_.end, open_.behind = clause.end, clause.behind
            if clause.behind >= level:
                merged.append(open_)
                open_ = None
        return merged + [open_] if open_ else merged

    def boundary(self, place: int) -> bool:
        """Does a word begin here (or a quotation begin or end)?"""
        return self.classes[place].isupper() or place in self.opens or place in self.closes

    def closings(self, start: int, end: int) -> list[int]:
        """Places where a listed member may end inside a clause: before 的, 等, a conjunction, or a closing quotation mark."""
        return [place for place in range(start, end) if self.text[place] in "的等" or self.classes[place] == "C" or place in self.closes]

    def to_view(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the view; quotation marks whose partner stands inside are taken along."""
        view, shifts = self.view, self._shifts
        first = start + bisect_right(shifts, start)
        last = end - 1 + bisect_right(shifts, end - 1) + 1
        inside = view[first:last]
        for opening, closing in ("“”", "《》", "‘’"):
            if inside.count(closing) > inside.count(opening) and view[first - 1:first] == opening:
                first -= 1
            elif inside.count(opening) > inside.count(closing) and view[last:last + 1] == closing:
                last += 1
            inside = view[first:last]
        return first, last


def plain_text(document: Document) -> Plain:
    """Prepare a document once for all detectors."""
    known = vars(document)
    if "plain" not in known:
        known["plain"] = Plain(document)
    return known["plain"]
