"""What is said again?  Repetition 反复, the chain that picks up its own last word 顶真, the ladder 层递."""

from __future__ import annotations

import re
from typing import Iterator

import numpy as np

from analysis.spans import Found
from analysis.units import HAN, Document
from analysis.rhetoric import device
from analysis.rhetoric.plain import COMMA, LINE, PAUSE, SEMICOLON, STOP, Plain, plain_text

_again = "(?:[、，！,!](?:再|又|还是|更要|就是)?"
_immediate = re.compile(f"(?<![{HAN}])([{HAN}]{{2,8}}){_again}\\1)+(?![{HAN}])"  # a whole clause, twice or more
                        f"|([{HAN}]{{2,4}})[、，]\\2{_again}\\2)+(?![{HAN}])"  # a word three times
                        f"|([{HAN}]{{2,4}})[、，]再\\3(?![{HAN}])")  # 动员、再动员
_filler = re.compile("^(?:再|又|还是|更要|就是)(?=..)")
_connective = re.compile("(?:只有|只要|如果|没有|有了|才能|才|就|而|又|再|要)(?=..)")
_han = re.compile(f"[{HAN}]+")
_particles = frozenset("于在是就不得出到而了则能")  # what follows them was a word, whatever the word list says
_no_link = frozenset("的了是在有不这那我你他她它谁着过一")
_hollow = re.compile("我们|他们|你们|大家|这个|那个|这些|什么|一个|自己|我国|我市|我县|我局|全市|全国|同志")  # in every sentence anyway
_ladder = re.compile("有的[^\n]{2,120}?更有甚者[^。！？\n]{2,80}"
                     f"|[{HAN}]{{2}}一个[，、](?:[{HAN}]{{2}}一个[，、])+[{HAN}]{{2}}一(?:片|批|方|大片|大批)"
                     "|一(?P<step>[次年步月查])[^，。、\n]{1,8}[，、]二(?P=step)[^，。、\n]{1,8}[，、]三(?P=step)[^，。、\n]{1,8}"
                     "|(?:不仅|不但)[^。！？\n]{2,40}[，；](?:而且|还)[^。！？\n]{2,40}[，；](?:更|甚至)[^，。！？\n]{2,40}")


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
        if "，" in opening or len(opening) > 8:
            rows.append(Found("repetition", group.start, group.end, confidence=.6,
                              attributes={"kind": "interval", "anchor": opening, "n": group.attributes["n"]}))
    return rows


def immediate(document: Document) -> Iterator[re.Match]:
    """Search only where a clause says again what the one before ended in."""
    plain, done = plain_text(document), 0
    text, (starts, ends, behind) = plain.text, plain.clauses
    last = plain.characters[ends - 1]
    again = np.flatnonzero((last[1:] == last[:-1]) & (behind[:-1] != SEMICOLON))
    for place in again.tolist():
        start, end = int(starts[place]), int(ends[place])
        said = text[starts[place + 1]:ends[place + 1]]
        if text[start:end].endswith(_filler.sub("", said) or said):
            start = plain.to_view(start, end)[0]
            match = _immediate.search(document.view, max(done, start), start + 200) if start >= done else None
            if match:
                done = match.end()
                yield match


@device("anadiplosis", "顶真", "anadiplosis", "后一句的开头用前一句的结尾，首尾蝉联。",
        "A clause opens with the words that closed the one before.")
def find_anadiploses(document: Document, found: list[Found]) -> list[Found]:
    """Find links where a clause opens with the last word of the one before; one row a chain.

    A link is strict (思路清，清在实处) or wide, with a connective or the verb that both clauses share before the word
    (才能说清楚，只有说清楚了 …).
    """
    plain, rows, last = plain_text(document), [], None
    text, (starts, ends, behind) = plain.text, plain.clauses
    for place in likely_links(plain).tolist():
        one = int(starts[place]), int(ends[place])
        other = int(starts[place + 1]), int(ends[place + 1])
        opening = _connective.match(text, *other)
        verb = text[one[0]] == text[other[0]] and plain.classes[one[0]] in "VPC"
        ahead = opening.end() - other[0] if opening else int(verb)
        if behind[place] <= STOP and (word := picked_up(plain, one, other, behind[place])):
            kind, (start, end) = "strict", frame(plain, one, other, len(word))
        elif ahead and behind[place] in (COMMA, SEMICOLON) and (
                word := shared_edge(plain, one, other[0] + ahead, other[1])):
            kind, start, end = "wide", one[0], other[1]
        else:
            continue
        if last == place:  # the chain goes on
            row = rows[-1]
            row.start, row.end = min(row.start, whole_start), max(row.end, plain.to_view(*other)[1])
            row.attributes["links"] += 1
        else:
            rows.append(Found("anadiplosis", *plain.to_view(start, end), confidence=.9 if kind == "strict" else .6,
                              attributes={"anchor": word, "kind": kind, "links": 1}))
            whole_start = plain.to_view(*one)[0]
        last = place + 1
    return rows


def likely_links(plain: Plain) -> np.ndarray:
    """Clauses with a character among their last four that stands among the first four of the next."""
    starts, ends, behind = plain.clauses
    letters = np.concatenate([plain.characters, np.zeros(8, dtype=np.uint32)])
    likely = np.zeros(max(len(starts) - 1, 0), dtype=bool)
    for back in range(1, 5):
        for ahead in range(4):
            likely |= letters[ends[:-1] - back] == letters[starts[1:] + ahead]
    return np.flatnonzero(likely & (behind[:-1] > PAUSE) & (behind[:-1] < LINE))


def picked_up(plain: Plain, one: tuple[int, int], other: tuple[int, int], mark: int) -> str:
    """What ends one clause and opens the next: words of two characters and more, or one in two short clauses."""
    text = plain.text
    for size in (5, 4, 3, 2, 1):
        start, end = one[1] - size, other[0] + size
        word = text[start:one[1]]
        if start < one[0] or end >= other[1] or not text.startswith(word, other[0]) or not _han.fullmatch(word):
            continue
        if text[one[0]] == text[other[0]] and start > one[0]:
            return ""  # the same beginning twice
        followed = plain.boundary(end) or text[end] in _particles
        if size == 1:
            short = mark in (COMMA, SEMICOLON) and one[1] - one[0] <= 6 and start > one[0] and other[1] - other[0] > 2
            whole = plain.boundary(start) and plain.boundary(end) or text[end] in _particles
            return word if short and whole and word not in _no_link else ""
        # across a full stop only between short clauses: else a sentence just goes on about the topic
        brief = mark < STOP or one[1] - one[0] <= 12 and other[1] - other[0] <= 12
        if brief and plain.boundary(start) and followed and not _hollow.fullmatch(word):
            return word
    return ""


def frame(plain: Plain, one: tuple[int, int], other: tuple[int, int], size: int) -> tuple[int, int]:
    """Two short clauses whole; else the link with the word behind it, and with a single character the word before."""
    if size > 1 and one[1] - one[0] <= 8 and other[1] - other[0] <= 8:
        return one[0], other[1]
    start, end = one[1] - size - (size == 1), other[0] + size + 1
    while start > one[0] and not plain.boundary(start):
        start -= 1
    while end < other[1] and not plain.boundary(end):
        end += 1
    return max(start, one[0]), min(end, other[1])


def shared_edge(plain: Plain, one: tuple[int, int], start: int, end: int) -> str:
    """Two characters and more, beginning with a word, that end a clause and stand behind what opens the next."""
    text = plain.text
    for size in (5, 4, 3, 2):
        place = one[1] - size
        word = text[place:one[1]]
        if place > one[0] and start + size < end and text.startswith(word, start) and _han.fullmatch(word) \
                and plain.boundary(place) and not _hollow.fullmatch(word):
            return word
    return ""


@device("climax", "层递", "climax", "按轻重、大小、先后层层递进（有的…有的…更有甚者…；查实一个、曝光一个、震慑一片）。",
        "Steps that rise: some …, some …, and worse still …; one …, one …, a whole field ….")
def find_climaxes(document: Document, found: list[Found]) -> list[Found]:
    """Find ladders of a known frame, and chains of two links and more; one row each. Others are left to the reader."""
    ladders = [Found("climax", match.start(), match.end(), confidence=.6, attributes={"kind": "frame"})
               for match in _ladder.finditer(document.view)]
    return ladders + [Found("climax", one.start, one.end, confidence=.5, attributes={"kind": "chain"})
                      for one in found if one.label == "anadiplosis" and one.attributes["links"] > 1]
