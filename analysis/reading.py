"""How does one read it?  A speech as text, with everything found in it coloured by layer and explained in place."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd

from analysis.show import View, escape
from analysis.spans import LAYERS
from analysis.style import LAYER_COLOURS, MOVE_COLOURS, name

# Hulls of groups also hold what stands between their members, so the members are coloured and carry the group's evidence.
HULLS = {"parallelism", "couplet", "contrast", "enumeration", "enumeration_item", "title", "boilerplate"}
SHOWN_FIRST = ("structure", "device", "move")
LAYER_NAMES = {"structure": "结构 structure", "device": "辞格 devices", "lexis": "词语 lexis", "modality": "情态 modality", "command": "指令 commands",
               "address": "称呼 address", "appraisal": "评价 appraisal", "move": "语步 moves", "submove": "语步细目 submoves",
               "defect": "缺漏 defects"}
_book = Path(__file__).parent / "book"


def reading_view(speeches: pd.DataFrame, spans: pd.DataFrame, speech: str, *, layers: tuple[str, ...] = SHOWN_FIRST) -> View:
    """Show one speech as one reads it, its spans coloured by layer, their names and evidence on hover or focus.

    `layers` are switched on at first; the reader switches each of them. Raises KeyError when there is no such speech.
    """
    row = speeches.set_index("speech").loc[speech]
    own = spans[spans["speech"] == speech]
    plain = f"{row['title']}: {len(own)} spans"
    if os.environ.get("SPEECH_NO_TEXT"):
        return View("<p class=cannot>本书不含讲话原文 this book leaves the texts out（--no-text）</p>", plain=plain)
    style = (_book / "reading.css").read_text(encoding="utf-8") + colour_rules()
    script = (_book / "reading.js").read_text(encoding="utf-8")
    return View(reading_markup(row["text"], own, layers=layers), plain=plain, style=style, script=script)


def reading_markup(text: str, spans: pd.DataFrame, *, layers: tuple[str, ...] = SHOWN_FIRST) -> str:
    """Write one speech's text and spans as HTML: paragraphs of segments, each naming the spans that cover it."""
    shown = spans[~spans["label"].isin(HULLS)]
    notes, groups = _notes(shown, spans)
    cover = _segments(text, shown, notes, groups)
    hidden = [(row.start, row.end) for row in spans[spans["label"] == "boilerplate"].itertuples()]
    title = [(row.start, row.end) for row in spans[spans["label"] == "title"].itertuples()]
    present = [layer for layer in LAYERS if (shown["layer"] == layer).any()]
    switches = "".join(
        f'<label class="k-{layer}"><input type=checkbox value={layer}{" checked" if layer in layers else ""}>'
        f"{escape(LAYER_NAMES[layer])} <small>{int((shown['layer'] == layer).sum())}</small></label>" for layer in present)
    body = _paragraphs(text, cover, hidden, title)
    unique = sorted(set(notes), key=notes.index)
    listed = json.dumps(unique, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return (f'<div class=reading><form class=layers aria-label="层 layers">{switches}</form><div class=text lang=zh>{body}</div>'
            f"<div class=note role=status aria-live=polite></div><script type=application/json class=notes>{listed}</script></div>")


def _notes(shown: pd.DataFrame, spans: pd.DataFrame) -> tuple[list[str], list[str]]:
    """What is said of each shown span, and the group it belongs to."""
    above = {row.span: row for row in spans.itertuples()}
    notes, groups = [], []
    for row in shown.itertuples():
        parent = above.get(row.parent) if isinstance(row.parent, str) else None
        grouped = parent is not None and parent.label in HULLS and row.label.endswith("_member")
        said = name(row.label.removesuffix("_member")) if row.layer != "move" else f"语步 move: {name(row.label)}"
        if row.order is not pd.NA and row.order is not None and row.order == row.order:
            said += f" {row.order}"
        evidence = _evidence(parent.attributes if grouped else row.attributes)
        sure = parent.confidence if grouped else row.confidence
        notes.append(said + (f" · {evidence}" if evidence else "") + (f" · {sure:.2g}" if sure < 1 else ""))
        groups.append(parent.span if grouped else "")
    return notes, groups


def _evidence(attributes: str) -> str:
    if attributes == "{}":
        return ""
    return " · ".join(f"{key}={_short(value)}" for key, value in json.loads(attributes).items())


def _short(value) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list):
        return "/".join(map(_short, value[:12]))
    return str(value) if not isinstance(value, dict) else json.dumps(value, ensure_ascii=False)


def _segments(text: str, shown: pd.DataFrame, notes: list[str], groups: list[str]) -> list[tuple[int, int, list[str], list[int], str]]:
    """Cut the text where any span begins or ends: (start, end, classes, note numbers, group)."""
    number = {note: place for place, note in enumerate(dict.fromkeys(notes))}
    events: dict[int, list[tuple[int, int]]] = {0: [], len(text): []}
    rows = [(row.start, row.end, row.layer, row.label, number[note], group)
            for row, note, group in zip(shown.itertuples(), notes, groups)]
    for place, row in enumerate(rows):
        events.setdefault(row[0], []).append((1, place))
        events.setdefault(row[1], []).append((0, place))
    for place, mark in enumerate(text):
        if mark == "\n":
            events.setdefault(place, [])
            events.setdefault(place + 1, [])
    open_rows: dict[int, None] = {}
    cuts = sorted(events)
    pieces = []
    for start, end in zip(cuts, cuts[1:]):
        for opens, place in sorted(events[start]):
            if opens:
                open_rows[place] = None
            else:
                open_rows.pop(place, None)
        own = [rows[place] for place in open_rows]
        classes = sorted({row[2] for row in own} | {f"m-{row[3]}" for row in own if row[2] == "move"}
                         | {f"b-{row[2]}" for row in own if row[0] == start})
        pieces.append((start, end, classes, sorted({row[4] for row in own}), next((row[5] for row in own if row[5]), "")))
    return pieces


def _paragraphs(text: str, cover, hidden, title) -> str:
    inside = lambda place, stretches: any(start <= place < end for start, end in stretches)
    out, line, at, begin = [], [], 0, 0
    for start, end, classes, numbers, group in cover:
        if text[start:end] == "\n":
            out.append(_paragraph(line, begin, inside(begin, title)))
            line, begin = [], end
            continue
        classes = classes + (["aside"] if inside(start, hidden) else [])
        piece = escape(text[start:end])
        if classes:
            begins = any(one.startswith("b-") for one in classes)
            piece = (f'<span class="{" ".join(classes)}" data-s={start}' + (f' data-n="{" ".join(map(str, numbers))}"' if numbers else "")
                     + (f' data-g="{escape(group)}"' if group else "") + (" tabindex=0" if begins else "") + f">{piece}</span>")
        else:
            piece = f"<span data-s={start}>{piece}</span>"
        line.append(piece)
    out.append(_paragraph(line, begin, inside(begin, title)))
    return "".join(out)


def _paragraph(line: list[str], start: int, title: bool) -> str:
    return f'<p id=p{start}{" class=title" if title else ""}>{"".join(line)}</p>' if line else ""


def colour_rules() -> str:
    """CSS of layers and moves from the colours of `style`, so that views and figures agree."""
    rules = [f".reading:has(input[value={layer}]:checked) .{layer}{{{look}}}" for layer, look in {
        "device": f"background:{LAYER_COLOURS['device']}2b;box-shadow:inset 0 -2px {LAYER_COLOURS['device']}",
        "structure": "font-weight:700;color:var(--structure)",
        "lexis": f"text-decoration:underline 2px {LAYER_COLOURS['lexis']};text-underline-offset:3px",
        "modality": "color:var(--modality);font-weight:700",
        "command": f"background:{LAYER_COLOURS['command']}2b",
        "address": f"text-decoration:underline dotted 2px {LAYER_COLOURS['address']};text-underline-offset:3px",
        "appraisal": f"text-decoration:underline wavy 1px {LAYER_COLOURS['appraisal']};text-underline-offset:3px",
        "submove": f"border-bottom:2px dashed {LAYER_COLOURS['submove']}",
        "defect": f"outline:2px solid {LAYER_COLOURS['defect']}"}.items()]
    rules += [f".reading:has(input[value=move]:checked) .m-{move}{{border-top:2px solid {colour}88}}"
              f".reading:has(input[value=move]:checked) .b-move.m-{move}::before{{content:'{name(move)}';background:{colour}}}"
              for move, colour in MOVE_COLOURS.items()]
    rules += [f".reading .layers .k-{layer}{{border-color:{colour}}}" for layer, colour in LAYER_COLOURS.items()]
    return "\n".join(rules)
