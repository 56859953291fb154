"""What is said again?  Repetition 反复, the chain that picks up its own last word 顶真, the ladder 层递."""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple

import numpy as np

from ..spans import Found
from ..units import HAN, Document
from . import device
from .plain import COMMA, PAUSE, SEMICOLON, Plain, plain_text

_again = "(?:[、，！,!](?:再|又|还是|更要|就是)?"
_immediate = re.compile(f"(?<![{HAN}])([{HAN}]{{2,8}}){_again}\\1)+(?![{HAN}])"  # a whole clause, twice or more
                        f"|([{HAN}]{{2,4}})[、，]\\2{_again}\\2)+(?![{HAN}])"  # a word three times, its first within a clause
                        f"|([{HAN}]{{2,4}})[、，]再\\3(?![{HAN}])")  # 动员、再动员
_filler = re.compile("^(?:再|又|还是|更要|就是)(?=..)")
_connective = re.compile("(?:只有|只要|如果|没有|有了|才能|才|就|而|又|再|要)(?=..)")
_han = re.compile(f"[{HAN}]+")
_particles = frozenset("于在是就不得出到而了则能")  # what follows them was a word, whatever the word list says
_no_link = frozenset("的了是在有不这那我你他她它谁着过一")
_ladder = re.compile("有的[^\n]{2,120}?更有甚者[^。！？\n]{2,80}"
                     f"|[{HAN}]{{2}}一个[，、](?:[{HAN}]{{2}}一个[，、])+[{HAN}]{{2}}一(?:片|批|方|大片|大批)"
                     "|(?:不仅|不但)[^。！？\n]{2,40}[，；](?:而且|还)[^。！？\n]{2,40}[，；](?:更|甚至)[^，。！？\n]{2,40}")


class Unit(NamedTuple):
    """A clause of the comparison text, and the level of the delimiter behind it."""

    start: int
    end: int
    behind: int


@device("repetition", "反复", "repetition", "同一词语或句子接连（连续反复）或隔着别的话（间隔反复）一再出现。",
        "The same words again and again, at once (immediate) or with others between (interval).")
def find_repetitions(document: Document, found: list[Found]) -> list[Found]:
    """Find words said again at once, and clauses that open each member of a parallelism; one row each.

    >>> import numpy as np
    >>> text = "我们要动员、动员、再动员。"
    >>> [text[one.start:one.end] for one in find_repetitions(Document("", text, np.arange(len(text))), [])]
    ['动员、动员、再动员']
    """
    rows = []
    for match in immediate(document):
        word = match[1] or match[2] or match[3]
        rows.append(Found("repetition", match.start(), match.end(),
                          attributes={"kind": "immediate", "anchor": word, "n": match[0].count(word)}))
    for group in found:
        seen = group.attributes
        if group.label != "parallelism" or seen["kind"] not in ("prefix", "circumfix") or not seen["contiguous"]:
            continue
        opening = group.attributes["anchor"].split("…")[0]
        if "，" in opening:
            rows.append(Found("repetition", group.start, group.end, confidence=.6,
                              attributes={"kind": "interval", "anchor": opening, "n": group.attributes["n"]}))
    return rows


def immediate(document: Document) -> Iterator[re.Match]:
    """Search only where a clause says again what the one before ended in."""
    plain, done = plain_text(document), 0
    text, (starts, ends, behind) = plain.text, plain.clauses
    again = np.flatnonzero((plain.characters[ends[1:] - 1] == plain.characters[ends[:-1] - 1]) & (behind[:-1] != SEMICOLON))
    for place in again.tolist():
        start, end = int(starts[place]), int(ends[place])
        said = text[starts[place + 1]:ends[place + 1]]
        if text[start:end].endswith(_filler.sub("", said) or said):
            start = plain.to_view(start, end)[0]
            match = _immediate.search(document.view, max(done, start), start + 200) if start >= done else None
            if match:
                done = match.end()
                yield match


@device("anadiplosis", "顶真", "anadiplosis", "后一句的开头用前一句的结尾，首尾蝉联。", "A clause opens with the words that closed the one before.")
def find_anadiploses(document: Document, found: list[Found]) -> list[Found]:
    """Find links where a clause opens with the last word of the one before; one row a chain.

    A link is strict (思路清，清在实处) or wide, with a connective between (才能说清楚，只有说清楚了 …).
    """
    plain, rows = plain_text(document), []
    text, clauses = plain.text, [Unit(*clause) for clause in zip(*(column.tolist() for column in plain.clauses))]
    for one, other in zip(clauses, clauses[1:]):
        if one.behind not in (COMMA, SEMICOLON):
            continue
        opening = _connective.match(text, other.start, other.end)
        if text[other.start] in text[max(one.start, one.end - 4):one.end] and (word := picked_up(plain, one, other)):
            start, end = frame(plain, one, other, len(word))
            row = Found("anadiplosis", *plain.to_view(start, end), confidence=.9,
                        attributes={"anchor": word, "kind": "strict", "links": 1})
        elif opening and (word := shared_edge(text, one, opening.end(), other.end)):
            row = Found("anadiplosis", *plain.to_view(one.start, other.end), confidence=.6,
                        attributes={"anchor": word, "kind": "wide", "links": 1})
        else:
            continue
        if rows and row.start <= rows[-1].end:
            rows[-1].end = row.end
            rows[-1].attributes["links"] += 1
        else:
            rows.append(row)
    return rows


def picked_up(plain: Plain, one: Unit, other: Unit) -> str:
    """The words that end one clause and open the next, if they are words there and not just the same beginning twice."""
    text = plain.text
    if text[one.start] == text[other.start] or other.end - other.start < 3 or one.end - one.start < 2:
        return ""
    for size in (4, 3, 2, 1):
        word = text[one.end - size:one.end]
        if (one.end - size >= one.start and other.start + size < other.end and text.startswith(word, other.start)
                and _han.fullmatch(word)):
            whole = plain.boundary(one.end - size), plain.boundary(other.start + size) or text[other.start + size] in _particles
            first, second = one.end - one.start, other.end - other.start
            short = first <= 6 if size == 1 else abs(first - second) <= 3 and second <= 10
            if short and any(whole) and word not in _no_link:  # a noun that the next sentence merely goes on about is no figure
                return word
    return ""


def frame(plain: Plain, one: Unit, other: Unit, size: int) -> tuple[int, int]:
    """From the word before the link to the word behind it."""
    start, end = one.end - size - 1, other.start + size + 1
    while start > one.start and not plain.boundary(start):
        start -= 1
    while end < other.end and not plain.boundary(end):
        end += 1
    return max(start, one.start), min(end, other.end)


def shared_edge(text: str, one: Unit, start: int, end: int) -> str:
    """Two characters and more that end a clause and stand behind the connective of the next."""
    for size in (4, 3, 2):
        word = text[one.end - size:one.end]
        if one.end - size > one.start and start + size < end and text.startswith(word, start) and _han.fullmatch(word):
            return word
    return ""


@device("climax", "层递", "climax", "按轻重、大小、先后层层递进（有的…有的…更有甚者…；查实一个、曝光一个、震慑一片）。",
        "Steps that rise: some …, some …, and worse still …; one …, one …, a whole field ….")
def find_climaxes(document: Document, found: list[Found]) -> list[Found]:
    """Find ladders of a known frame; one row each. Other climaxes are left to the reader."""
    return [Found("climax", match.start(), match.end(), confidence=.6, attributes={"kind": "frame"})
            for match in _ladder.finditer(document.view)]
