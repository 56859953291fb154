"""What did people mark?  brat's stand-off files as rows of the span table, each line checked against its text."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from analysis.readers.result import Remark
from analysis.readers.text import REPAIRS, decode
from analysis.spans import LABELS, LAYERS, dump_attributes

ABOUT = re.compile(r"(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)")
PARENT = "part_of"
TAKEN_OUT = re.compile("|".join(["\r(?=\n)"] + [pattern.pattern for _, pattern, instead in REPAIRS if not instead]))


@dataclass
class Span:
    """One T line: its number in the file, its label, its pieces as (start, end), and the words it shows."""

    line: int
    label: str
    pieces: list[tuple[int, int]]
    shown: str
    attributes: dict = field(default_factory=dict)
    relations: list = field(default_factory=list)
    parent: str = ""


def read_annotations(data: bytes, speech: str, text: str, decoded: str) -> tuple[list[tuple], list[Remark]]:
    """Read an .ann file: rows of the span table for spans of `text`, and a remark for all that is not taken.

    `decoded` is the text before repairs: brat counts its characters. A span in pieces has them in its attributes.
    """
    spans, rest, bad = read_spans(ann_text(data))
    spans, differing = place(spans, text, decoded)
    aside, wrong = read_rest(rest, spans)
    bad = sorted(bad + wrong)
    strange = sorted({span.label for span in spans.values()} - set(LABELS))
    rows = span_rows(spans, speech, text)
    remarks = [Remark("annotations_read", len(rows))]
    remarks += [Remark("annotation_lines", len(bad), listed(bad))] if bad else []
    remarks += [Remark("annotation_differs", len(differing), listed(differing))] if differing else []
    remarks += [Remark("annotation_aside", sum(aside.values()), ", ".join(sorted(aside)))] if aside else []
    remarks += [Remark("annotation_labels", len(strange), ", ".join(strange)[:200])] if strange else []
    return rows, remarks


def ann_text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return decode(data).text


def listed(lines: list[int]) -> str:
    return ", ".join(map(str, lines[:20])) + (" …" if len(lines) > 20 else "")


def read_spans(text: str) -> tuple[dict[str, Span], list[tuple[int, list[str]]], list[int]]:
    """The T lines by their ids, all other lines, and the numbers of T lines that cannot be read."""
    spans, rest, bad = {}, [], []
    for number, line in enumerate(text.split("\n"), 1):
        columns = line.rstrip("\r").split("\t", 2)
        if not line.startswith("T"):
            rest += [(number, columns)] if line.strip() else []
            continue
        about = ABOUT.fullmatch(columns[1]) if len(columns) == 3 else None
        if not about or columns[0] in spans:
            bad.append(number)
            continue
        pieces = [tuple(map(int, piece.split())) for piece in about[2].split(";")]
        spans[columns[0]] = Span(number, about[1], pieces, columns[2])
    return spans, rest, bad


def place(spans: dict[str, Span], text: str, decoded: str) -> tuple[dict[str, Span], list[int]]:
    """Move the spans to places in the loaded text; those whose words are not there are left out by their line numbers.

    brat counts a line end \\r\\n as two characters and a byte order mark as one; other tools do not. The way of counting by
    which most spans show their own words is the file's.
    """
    unix = re.sub("\r\n?", "\n", decoded)
    texts = dict.fromkeys([decoded, unix, text])
    ways = [places(mark + each) for each in texts for mark in ("", "\ufeff")]
    fits = [[fit(span, text, way) for span in spans.values()] for way in ways]
    best = max(range(len(ways)), key=lambda way: sum(one is not None for one in fits[way]))  # the first of equal ones
    kept, differing = {}, []
    for (name, span), pieces in zip(spans.items(), fits[best]):
        if pieces is None:
            differing.append(span.line)
        else:
            span.pieces = pieces
            kept[name] = span
    return kept, differing


def places(counted: str) -> np.ndarray:
    """For each place in a text as counted, the place in the text as loaded, where repairs took characters out."""
    kept = np.ones(len(counted) + 1, dtype="int32")
    for found in TAKEN_OUT.finditer(counted):
        kept[found.start():found.end()] = 0
    return np.r_[0, np.cumsum(kept)[:-1]]


def fit(span: Span, text: str, way: np.ndarray) -> list[tuple[int, int]] | None:
    """The pieces of a span in the loaded text, or None where its words are not those that it shows."""
    if any(start >= end or end >= len(way) for start, end in span.pieces):
        return None
    pieces = [(int(way[start]), int(way[end])) for start, end in span.pieces]
    words = " ".join(text[start:end] for start, end in pieces)
    same = bare(words) == bare(span.shown) != ""
    return pieces if same and all(start < end for start, end in pieces) else None


def bare(words: str) -> str:
    """Words without white space and what repairs take out: brat shows a line end as a space, editors lose both."""
    return re.sub(r"\s", "", TAKEN_OUT.sub("", words))


def read_rest(rest: list[tuple[int, list[str]]], spans: dict[str, Span]) -> tuple[Counter, list[int]]:
    """Take notes, attributes and relations to their spans; give what has no place here by kind, and unusable lines."""
    aside, bad, trigger = Counter(), [], {}
    for _, columns in rest:
        if columns[0].startswith("E") and len(columns) > 1 and (found := re.match(r"\S+:(T\S+)", columns[1])):
            trigger[columns[0]] = found[1]  # what is said of an event is said of the words that name it
    for number, columns in rest:
        kind, words = columns[0][:1], columns[1].split() if len(columns) > 1 else []
        ends = [trigger.get(end, end) for end in (word.partition(":")[2] for word in words[1:])]
        target = spans.get(trigger.get(words[1], words[1])) if len(words) > 1 else None
        if kind in ("E", "*", "N"):
            aside[kind] += 1
        elif kind == "R" and len(ends) == 2 and all(end in spans for end in ends):
            bad += [] if relate(words[0], *ends, spans) else [number]
        elif kind == "#" and target and len(columns) > 2:
            note(target, columns[2])
        elif kind in "AM" and target:
            target.attributes[words[0]] = " ".join(words[2:]) or True
        else:
            bad.append(number)
    return aside, bad


def note(span: Span, words: str) -> None:
    """A note of our own is the evidence as JSON; any other is kept as it is."""
    try:
        said = json.loads(words)
        json.dumps(said, ensure_ascii=False).encode()  # half a surrogate pair could be written nowhere
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict):
        span.attributes.update(said)
    else:
        span.attributes["note"] = "\n".join(filter(None, [str(span.attributes.get("note", "")), words]))


def relate(kind: str, child: str, parent: str, spans: dict[str, Span]) -> bool:
    """Hang a span under its parent, or note another relation; False where it would be its own ancestor."""
    if kind != PARENT or spans[child].parent:
        spans[child].relations.append((kind, parent))
        return True
    above = parent
    while above and above != child:
        above = spans[above].parent
    if above == child:
        return False
    spans[child].parent = parent
    return True


def span_rows(spans: dict[str, Span], speech: str, text: str) -> list[tuple]:
    """Rows of the span table, sorted by place, with ids as the detectors give them."""
    about = {name: evidence(span, text) for name, span in spans.items()}
    order = sorted(spans, key=lambda name: (about[name][0], -about[name][1], spans[name].label))
    taken, ids = Counter(), {}
    for name in order:
        own = f"{spans[name].label}:{about[name][0]}-{about[name][1]}"
        taken[own] += 1
        ids[name] = own if taken[own] == 1 else f"{own}.{taken[own]}"
    rows = []
    for name in order:
        span, (start, end, layer, attributes) = spans[name], about[name]
        if span.relations:
            others = attributes.get("relations")
            others = others if isinstance(others, list) else []
            attributes["relations"] = others + [[kind, ids[other]] for kind, other in span.relations]
        rows.append((speech, ids[name], start, end, layer, span.label, ids.get(span.parent), None, 1.0, "brat",
                     dump_attributes(attributes)))
    return rows


def evidence(span: Span, text: str) -> tuple[int, int, str, dict]:
    """Start, end, layer and attributes of a span; what `to_brat` wrote into the note is taken out of it again."""
    attributes, pieces = dict(span.attributes), []
    for start, end in sorted(span.pieces):
        if pieces and not text[pieces[-1][1]:start].strip():
            pieces[-1][1] = max(end, pieces[-1][1])  # pieces with nothing but a line end between are one span
        else:
            pieces.append([start, end])
    if len(pieces) > 1:
        attributes["pieces"] = pieces
    start, end = pieces[0][0], max(end for _, end in pieces)
    layer = attributes.pop("layer", None)
    if layer not in (*LAYERS, "hard_negative"):
        layer = LABELS[span.label].layer if span.label in LABELS else "brat"
    blank = attributes.pop("line_ends", None)
    if isinstance(blank, list) and len(blank) == 2 and all(isinstance(one, int) and 0 <= one < 99 for one in blank):
        before, after = blank
        if text[max(0, start - before):start] + text[end:end + after] == "\n" * (before + after):
            start, end = start - before, end + after
    return start, end, layer, attributes
