"""Where do paragraphs, sentences and clauses end?  One speech, prepared once for every detector."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from analysis.characters import HAN, count_han  # noqa: F401  (the length base of every rate, used from here)

PAUSE, COMMA, COLON, STOP, LINE = 1, 2, 3, 4, 5  # levels of delimiters: 、 | ， | ；： | 。！？ | line end
LEVEL = {"、": PAUSE, "，": COMMA, ",": COMMA, "；": COLON, ";": COLON, "：": COLON, ":": COLON, "。": STOP, "！": STOP,
         "？": STOP, "!": STOP, "?": STOP, "…": STOP, "\n": LINE}
QUOTES = "“”‘’「」『』\"'《》〈〉"

_line = re.compile(r"[^\s][^\n]*")
_sentence = re.compile(r"[^。！？!?…\n]*[。！？!?…]+[”’」』）)》]*|[^。！？!?…\n]+")
_delimiter = re.compile(r"[、，,；;：:。！？!?…\n]+[”’」』]*(?=\s*)")


@lru_cache(maxsize=4096)
def _level_of(marks: str) -> int:
    """The strongest of a run of delimiters; few different runs stand in any text."""
    return max(map(LEVEL.get, marks.rstrip("”’」』")))


class Clause(NamedTuple):
    """A stretch between two delimiters of any level; `level` is that of the delimiter behind it."""

    start: int
    end: int
    level: int


@dataclass(frozen=True)
class Document:
    """One speech as detectors see it: the body without boilerplate, in simplified characters.

    `view` holds the kept characters of the body, one for one; `offsets[i]` is the place of `view[i]` in the text as loaded.
    Detectors give offsets into `view`; `to_text` turns them into offsets into the text.
    """

    speech: str
    view: str
    offsets: np.ndarray  # int32, one per character of view

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Paragraphs that are not empty, without white space at their ends."""
        return [(found.start(), found.start() + len(found[0].rstrip())) for found in _line.finditer(self.view)]

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        """Sentences, closing marks included; they partition the text of the lines, white space aside."""
        pieces = []
        for found in _sentence.finditer(self.view):
            piece, start = found[0], found.start()
            bare = piece.strip()
            if len(bare) == len(piece):
                pieces.append((start, start + len(piece)))
            elif bare:
                start += len(piece) - len(piece.lstrip())
                pieces.append((start, start + len(bare)))
        return pieces

    @cached_property
    def clauses(self) -> list[Clause]:
        """Stretches between delimiters of any level, in order; empty ones left out."""
        view, pieces, at = self.view, [], 0
        for found in _delimiter.finditer(view):
            (start, end), marks = (at, found.start()), found[0]
            at = found.end()
            while start < end and view[start] in " \t\u3000":
                start += 1
            level = _level_of(marks)
            if start < end:
                pieces.append(Clause(start, end, level))
            elif pieces and level > pieces[-1].level:
                pieces[-1] = pieces[-1]._replace(level=level)
        tail = view[at:]
        if tail.strip():
            start = at + len(tail) - len(tail.lstrip())
            pieces.append(Clause(start, at + len(tail.rstrip()), LINE))
        return pieces

    @cached_property
    def clause_starts(self) -> list[int]:
        return [clause.start for clause in self.clauses]

    @cached_property
    def sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]

    @cached_property
    def line_starts(self) -> list[int]:
        return [start for start, _ in self.lines]

    def sentence_at(self, place: int) -> int:
        """Number of the sentence that holds (or last began before) a place of the view; -1 before the first."""
        return bisect_right(self.sentence_starts, place) - 1

    def line_at(self, place: int) -> int:
        return bisect_right(self.line_starts, place) - 1

    def to_text(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the text as loaded for a stretch of the view."""
        return int(self.offsets[start]), int(self.offsets[end - 1]) + 1

    @property
    def han(self) -> int:
        return count_han(self.view)
