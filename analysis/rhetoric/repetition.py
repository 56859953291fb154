"""What is said again?  Repetition 反复, the chain that picks up its own last word 顶真, and the ladder 层递."""

from __future__ import annotations

import re

from ..spans import Found
from ..units import COMMA, STOP, Document
from . import device

_immediate = re.compile(r"([\u4e00-\u9fff]{2,6})[、，！](?:再)?\1(?:[、，！]再?\1)*(?![\u4e00-\u9fff])|([\u4e00-\u9fff]{2,6})[、，！]\2[、，！]再\2")
_picked_up = re.compile(r"([\u4e00-\u9fff]{1,4})[，、；](?=\1)")
CONNECTIVES = re.compile("(?:只有|只要|如果|那么|才能|就|而|又|再|才)")


@device("repetition", "反复", "repetition", "同一词语或句子接连（连续反复）或隔着别的话（间隔反复）一再出现。",
        "The same words again and again, at once (immediate) or with others between (interval).")
def find_repetitions(document: Document, found: list[Found]) -> list[Found]:
    """Find immediate repetitions; one row per run."""
    return [Found("repetition", match.start(), match.end(), attributes={"kind": "immediate", "anchor": match[1] or match[2]})
            for match in _immediate.finditer(document.view)]


@device("anadiplosis", "顶真", "anadiplosis", "后一句的开头用前一句的结尾，首尾蝉联。", "A clause opens with the words that closed the one before.")
def find_anadiploses(document: Document, found: list[Found]) -> list[Found]:
    """Find links where a clause opens with the last word of the clause before; one row per chain."""
    rows = []
    view, clauses = document.view, document.clauses
    for one, other in zip(clauses, clauses[1:]):
        if one.level > COMMA or view[one.end - 1] != view[other.start]:
            continue
        first, second = view[one.start:one.end], view[other.start:other.end]
        if first[0] == second[0] or len(first) < 2 or len(second) < 2 or first == second:
            continue
        rows.append(Found("anadiplosis", one.start, other.end, attributes={"anchor": second[0], "kind": "strict"}, confidence=.6))
    return rows
