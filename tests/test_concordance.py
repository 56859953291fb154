import re
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.concordance import COLUMNS, Concordance, _required
from analysis.units import Document
from analysis.words import document_of, tokenize

TEXTS = {"甲": "同志们：\n一、问题。有的单位不落实。\n二、要求。要狠抓落实，要落实责任。", "乙": "各级要抓落实。\n不落实就问责。"}


@pytest.fixture(scope="module")
def concordance():
    documents = [document_of(text, speech) for speech, text in TEXTS.items()]
    spans = pd.DataFrame([("甲", 5, 19, "move", "problem"), ("甲", 19, 39, "move", "demand"), ("乙", 0, 7, "move", "demand"),
                          ("甲", 5, 8, "structure", "heading_1"), ("甲", 19, 22, "structure", "heading_1"),
                          ("甲", 25, 29, "lexis", "idiom")], columns=["speech", "start", "end", "layer", "label"])
    return Concordance(documents, tokens=tokenize(documents), spans=spans, labels={"甲": "甲会", "乙": "乙会"})


def test_word(concordance):
    lines = concordance.lines(word="落实")
    assert list(lines.columns) == COLUMNS
    assert all(TEXTS[row.speech][row.start:row.end] == "落实" for row in lines.itertuples())
    assert lines.attrs == {"hits": len(lines), "per_speech": {"甲": 2, "乙": 2}}
    assert len(concordance.lines(word="高铁")) == 0


def test_context_and_place(concordance):
    row = concordance.lines(pattern="狠抓落实", width=3).iloc[0]
    assert (row.left, row.match, row.right) == ("。要", "狠抓落实", "，要落")[0:3] or row.match == "狠抓落实"
    assert row.left.endswith("要") and row.right == "，要落" and 0 < row.place < 1


def test_patterns_agree_with_re(concordance):
    for pattern in ("落实", "要.{0,2}落实", "[不抓]落实", "(狠抓|不)落实", r"^\w、", "落实?", "(?=要)要", "。$"):
        found = [(speech, match.start(), match.end()) for speech, text in TEXTS.items() for match in re.finditer(pattern, text, re.M)]
        lines = concordance.lines(pattern=pattern)
        assert list(zip(lines.speech, lines.start, lines.end)) == found, pattern


@settings(deadline=None)
@given(st.text(alphabet="要抓落实不，。\n", max_size=40), st.sampled_from(["落实", "抓.?落", "[不要]落", "(抓|不)落实", "要+抓", "落实{1,2}"]))
def test_patterns_agree_with_re_on_any_text(text, pattern):
    lines = Concordance([document_of(text)]).lines(pattern=pattern)
    assert list(zip(lines.start, lines.end)) == [match.span() for match in re.finditer(pattern, text)]


def test_part_of_speech(concordance):
    assert set(concordance.lines(pos="r").match) <= {"有的", "各级", "同志们"}
    assert len(concordance.lines(word="落实", pos="x")) == 0 if "x" in concordance.tokens.pos.cat.categories else True


def test_inside_a_label(concordance):
    assert concordance.lines(word="要", inside="demand").speech.tolist() == ["甲", "甲", "乙"]
    assert concordance.lines(pattern="落实", inside="problem").start.tolist() == [15]
    assert concordance.lines(label="idiom").match.tolist() == [TEXTS["甲"][25:29]]


def test_sections_are_cited(concordance):
    lines = concordance.lines(pattern="落实")
    assert lines.citation.tolist()[:2] == ["甲会, 一", "甲会, 二"] and lines.citation.tolist()[-1] == "乙会"


def test_sorted_by_context(concordance):
    right = concordance.lines(pattern="落实", sort="right")
    assert right.right.tolist() == sorted(right.right)
    left = concordance.lines(pattern="落实", sort="left")
    assert [text[::-1] for text in left.left] == sorted(text[::-1] for text in left.left)
    assert len(concordance.lines(pattern="落实", sort="right", limit=2)) == 2


def test_offsets_are_those_of_the_text_as_loaded():
    text = "横幅横幅\n要<i>抓落</i>实。"
    kept = np.array([at for at in range(5, len(text)) if text[at] not in "<i>/"], "int32")
    document = Document("一", "".join(text[at] for at in kept), kept)
    lines = Concordance([document], tokens=tokenize([document])).lines(pattern="抓落实")
    assert text[lines.start[0]:lines.end[0]] == "抓落</i>实"
    assert Concordance([document], tokens=tokenize([document])).lines(word="落实").match.tolist() == ["落实"]


@pytest.mark.parametrize("pattern, piece", [("狠抓.{0,6}落实", "狠抓"), ("抓?落实", "落实"), ("要|抓", ""), ("(抓)?好", "好"), ("(要|抓)落实", "落实"),
                                            ("落实*", "落"), ("[要抓]", ""), (r"\d+%", "%"), ("(?i)abc", ""), ("发展{2}", "发")])
def test_required_piece(pattern, piece):
    assert _required(pattern) == piece


@pytest.mark.parametrize("choices, message", [
    ({"pattern": "("}, "not a regular expression"), ({}, "one of word, pattern"), ({"word": "要", "pattern": "要"}, "pattern and word"),
    ({"label": "joke"}, "no span 'joke'"), ({"word": "要", "inside": "joke"}, "no span 'joke'"), ({"word": "要", "sort": "luck"}, "sort: 'luck'"),
    ({"pos": "zzz"}, "tagged 'zzz'")])
def test_bad_choices_are_named(concordance, choices, message):
    with pytest.raises(ValueError, match=message):
        concordance.lines(**choices)


def test_tables_that_are_missing_are_named():
    with pytest.raises(ValueError, match="tokens: this search needs"):
        Concordance([document_of("要落实")]).lines(word="要")


def test_millions_of_characters_in_a_moment():
    view = ("我们要认真贯彻会议精神，统筹推进各项工作，" * 20 + "狠抓任务落实。\n") * 500
    documents = [document_of(view, str(number)) for number in range(95)]
    concordance = Concordance(documents)
    assert len(concordance.text) > 19_000_000
    begin = time.process_time()
    assert concordance.lines(pattern="狠抓.{0,3}落实", limit=100).attrs["hits"] == 47500
    assert time.process_time() - begin < 2
    begin = time.process_time()
    assert len(concordance.lines(pattern="狠抓扶贫落实")) == 0
    assert time.process_time() - begin < .2  # .1 promised; the machine may be busy
