import re

import pandas as pd

from analysis.reading import colour_rules, reading_markup, reading_view
from analysis.spans import LAYERS, MOVES, span_table

TEXT = "在大会上的讲话\n同志们：\n要查问题、改问题、防问题。"


def row(label, start, end, layer, parent=None, order=None, attributes="{}"):
    return ("a", f"{label}:{start}-{end}", start, end, layer, label, parent, order, 1.0, "test", attributes)


SPANS = span_table([
    row("title", 0, 7, "structure"), row("salutation", 8, 12, "structure"), row("salutation", 8, 12, "move") [:1] + ("salutation:8-12.2", 8, 12, "move", "salutation", None, None, 1.0, "test", "{}"),
    row("demand", 13, 26, "move"), row("obligation", 13, 14, "modality", attributes='{"cue": "要"}'),
    row("parallelism", 14, 25, "device", attributes='{"anchor": "问题", "n": 3}'),
    *[row("parallelism_member", start, start + 3, "device", "parallelism:14-25", order) for order, start in enumerate((14, 18, 22), 1)],
    ])


def test_the_text_is_whole_and_in_order():
    markup = reading_markup(TEXT, SPANS)
    body = re.search(r"<div class=text lang=zh>(.*?)</div>", markup)[1]
    assert re.sub("<[^>]*>", "", body) == TEXT.replace("\n", "")
    assert [int(place) for place in re.findall(r"<p id=p(\d+)", body)] == [0, 8, 13]


def test_members_carry_the_evidence_of_their_group():
    markup = reading_markup(TEXT, SPANS)
    assert "排比 parallelism 2 · anchor=问题 · n=3" in markup
    assert markup.count('data-g="parallelism:14-25"') == 3


def test_what_comes_from_the_file_is_escaped_everywhere():
    text = "<script>alert(1)</script>要查"
    spans = span_table([("a", "x", 25, 26, "modality", "obligation", None, None, 1.0, "t", '{"cue": "</script><b onclick=x>"}')])
    markup = reading_markup(text, spans)
    assert "<script>alert" not in markup and "</script><b" not in markup and "<b onclick" not in markup


def test_each_layer_present_has_a_switch():
    markup = reading_markup(TEXT, SPANS, layers=("modality",))
    assert re.findall(r"value=(\w+)( checked)?", markup) == [("structure", ""), ("device", ""), ("modality", " checked"), ("move", "")]


def test_a_speech_without_spans_and_an_empty_one_can_be_read():
    assert "同志们" in reading_markup("同志们", SPANS.iloc[:0])
    assert reading_markup("", SPANS.iloc[:0])


def test_the_view_names_the_speech():
    speeches = pd.DataFrame({"speech": ["a"], "title": ["讲话"], "text": [TEXT]})
    assert reading_view(speeches, SPANS, "a").plain == f"讲话: {len(SPANS)} spans"


def test_every_layer_and_move_has_a_colour_rule():
    rules = colour_rules()
    assert all(f".k-{layer}" in rules for layer in LAYERS) and all(f".m-{move}" in rules for move in MOVES)
