"""Metaphors by their vehicle, similes by their word of comparison; what is meant literally is left alone."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evaluation import evaluate, read_gold
from analysis.rhetoric.metaphor import find_metaphors, metaphor_domains
from analysis.spans import LABELS, span_rows, span_table
from analysis.units import Document

SHARED = os.environ.get("SPEECH_SHARED")


def document(text, speech="a"):
    return Document(speech, text, np.arange(len(text), dtype="int32"))


def words(text, label="metaphor"):
    return [text[one.start:one.end] for one in find_metaphors(document(text), []) if one.label == label]


@pytest.mark.parametrize("text, found", [
    ("打通服务群众的“肠梗阻”。", ["肠梗阻"]), ("在全市掀起学习宣传热潮。", ["掀起学习宣传热潮"]), ("要沉下身子查症结。", ["沉下身子", "症结"]),
    ("刮起一场“效能风暴”", ["效能风暴"]), ("架设高压线一条。", []), ("严守生态保护红线。", []), ("纪律是高压线，碰不得。", ["高压线"]), ("加强体系建设。", []),
    ("工作迈上了新台阶。", ["迈上了新台阶"]), ("不断提高地方财力。", []), ("为今后发展奠定坚实基础。", ["奠定坚实基础"]), ("车间偷排毒水。", [])])
def test_metaphors(text, found):
    assert words(text) == found


def test_in_a_speech_about_a_war_battles_are_no_figures():
    battle = "要打歼灭战。"
    assert words(battle) == ["歼灭战"] and words(battle + "抗战到底，敌人必败。" * 5) == []


def test_a_metaphor_says_where_it_comes_from():
    one = find_metaphors(document("作风顽疾要根治。"), [])[0]
    assert one.attributes == {"source": "illness", "domain": "疾病", "conv": "conventional", "quoted": False}


@pytest.mark.parametrize("text, found", [
    ("抓作风要像爱护眼睛一样用心。", ["抓作风要像爱护眼睛一样用心"]), ("信任如同一张窗纸。", ["信任如同一张窗纸"]),
    ("说到底，他像一头老牛。", ["他像一头老牛"]), ("要像先进单位那样抓。", []), ("听起来像个玩笑。", []), ("像这样的问题还有。", []), ("像张三、李四等同志。", []),
    ("正如市长指出，任务很重。", []), ("好像没有人管。", [])])
def test_similes(text, found):
    assert words(text, "simile") == found


def test_rare_figures_are_marked_as_unsure():
    one = [one for one in find_metaphors(document("时代呼唤担当，恨不得一夜建成。"), []) if one.label != "metaphor"]
    assert {found.label for found in one} == {"personification", "hyperbole"} and all(found.confidence == 0.5 for found in one)


def test_domains_are_counted_by_speech():
    text = "顽疾难除，病根在心，要破壁垒、过关隘，遇上拦路虎。"
    spans = span_table(span_rows(find_metaphors(document(text), []), document(text), source="t"))
    table = metaphor_domains(spans, pd.DataFrame({"speech": ["a"], "n_han": [1000]}))
    assert table.iloc[0][["domain", "source", "count", "rate"]].tolist() == ["疾病", "illness", 2, 2.0]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="像如同一样掀起热潮风暴“”，。打通顽疾红线\n😀a", max_size=80) | st.text(max_size=60))
def test_any_text_gives_valid_rows(text):
    assert all(0 <= one.start < one.end <= len(text) and one.label in LABELS for one in find_metaphors(document(text), []))


@pytest.mark.skipif(not SHARED, reason="not run: SPEECH_SHARED is not set")
def test_metaphors_of_the_seeds_are_precise():
    rows, gold = [], read_gold(Path(SHARED) / "gold")
    for file in sorted((Path(SHARED) / "corpora/seed_speeches").glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        rows += span_rows(find_metaphors(document(text, file.name), []), document(text, file.name), source="t")
    assert evaluate(span_table(rows), gold).set_index("label").loc["metaphor", "partial_precision"] >= 0.8
