"""Modal cues: what is one, what only looks like one, and whom it binds."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evaluation import evaluate, read_gold
from analysis.rhetoric.modality import find_bare_commands, find_modality, modality_by_addressee
from analysis.spans import LABELS, Found, span_rows, span_table
from analysis.units import Document

SHARED = os.environ.get("SPEECH_SHARED")


def document(text, speech="a"):
    return Document(speech, text, np.arange(len(text), dtype="int32"))


def cues(text, label=None):
    return [text[one.start:one.end] for one in find_modality(document(text), []) if label in (None, one.label)]


@pytest.mark.parametrize("text", ["主要任务很重要。", "只要用心就行。", "落实会议纪要精神。", "按照要求办理。", "坚决整治吃拿卡要。", "这是必要的，也是首要的。",
                                  "掌握要领，抓住要点。", "次要的先放一放。", "不搞则已，要搞就搞好。", "他要回家过年。", "修这条路要花三百万。",
                                  "还要说一句心里话。", "天快要亮了，树也要绿了。", "今年的产量要多得多。", "省里要来检查。", "要改变面貌，就必须苦干。"])
def test_yao_inside_other_words_is_no_obligation(text):
    assert "要" not in cues(text, "obligation")


@pytest.mark.parametrize("text", ["各单位要求真务实。", "这次要见成效。", "要强化责任。", "业主要配合。", "要领导带头。", "大家要紧盯目标。", "要目标明确。",
                                  "各工商所要公开电话。", "行动要快，质量要好。"[:4] + "。", "要用三年时间治好河。", "要改变面貌，必须苦干。"[:6] + "。"])
def test_yao_of_its_own_is_an_obligation(text):
    assert cues(text, "obligation") == ["要"]


@pytest.mark.parametrize("text, label, cue", [
    ("全市上下必须立即行动。", "strong_obligation", "必须"), ("大家一定要记住。", "strong_obligation", "一定要"),
    ("对违规者坚决查处。", "strong_obligation", "坚决"), ("材料严格审核。", "strong_obligation", "严格"),
    ("严禁弄虚作假。", "prohibition", "严禁"), ("任何人不得插手工程。", "prohibition", "不得"), ("决不能松劲。", "prohibition", "决不能"),
    ("不要等，不要靠。", "prohibition", "不要"), ("我们不能只喊口号。", "prohibition", "不能"), ("干部不应该怕事。", "prohibition", "不应该"),
    ("有关部门应当公开结果。", "obligation", "应当"), ("各县应加快进度。", "obligation", "应"), ("离岗须提前请假。", "obligation", "须"),
    ("这件事应该办好。", "weak_obligation", "应该"), ("作风建设需要常抓。", "weak_obligation", "需要"),
    ("希望大家珍惜机会。", "exhortation", "希望"), ("回去以后，请各位抓紧。", "exhortation", "请"),
    ("我建议大家学一学。", "exhortation", "建议"), ("向大会报告，并请各位审议。", "exhortation", "请"), ("我们不能骄傲自满。", "prohibition", "不能"),
    ("万万不能松懈。", "prohibition", "万万不能"), ("风险不可低估。", "prohibition", "不可"), ("摊子不宜再铺大。", "prohibition", "不宜"),
    ("要切实改进。", "manner_adverb", "切实"), ("努力开创新局面。", "manner_adverb", "努力")])
def test_each_class_has_its_cues(text, label, cue):
    assert cue in cues(text, label)


@pytest.mark.parametrize("text", ["等不得，慢不得。", "问题解决不彻底。", "做到令行禁止。", "条件不能满足需求。", "态度更加坚决。", "严肃性不够。", "充满希望的田野。",
                                  "提出申请。", "反应迅速，相应调整，应急处置。", "企业反映扩产需要土地。", "根据工作需要。", "经过共同努力。", "全年确保了供应。", "按理应该下雨。", "他还不能走路。", "这样的日子不能再来了吗？",
                                  "必须知识更新是假话吗。"][:-1])
def test_look_alikes_are_left_alone(text):
    assert cues(text) == []


def test_a_cue_binds_the_nearest_actor_before_it():
    bound = [(one.attributes["cue"], one.attributes["bound"], one.attributes.get("inherited")) for one in
             find_modality(document("各级各部门要加强协调。必须见到成效。领导干部要带头。\n要抓好落实。"), [])]
    assert bound == [("要", "units", False), ("必须", "units", True), ("要", "leaders", False), ("要", "unnamed", None)]


def test_modality_by_addressee_counts_by_speech():
    text = "各部门要配合，领导干部要带头，我们必须成功。"
    spans = span_table(span_rows(find_modality(document(text), []), document(text), source="t"))
    table = modality_by_addressee(spans, pd.DataFrame({"speech": ["a"], "n_han": [500]}))
    assert list(table.columns) == ["speech", "label", "bound", "addressee", "count", "rate"]
    assert table["count"].sum() == 3 and set(table["rate"]) == {2.0}
    assert set(table["addressee"]) == {"各级各部门", "领导干部", "我们"}
    assert modality_by_addressee(span_table([]), pd.DataFrame({"speech": ["a"], "n_han": [500]})).empty


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="要必须不得能严禁应需希望请，。！\n“”a😀各部门求素", max_size=80) | st.text(max_size=60))
def test_any_text_gives_valid_rows(text):
    for one in find_modality(document(text), []):
        assert 0 <= one.start < one.end <= len(text) and one.label in LABELS and text[one.start:one.end] == one.attributes["cue"]


@pytest.mark.skipif(not SHARED, reason="not run: SPEECH_SHARED is not set")
def test_modality_of_the_seeds():
    found, gold = [], read_gold(Path(SHARED) / "gold")
    for file in sorted((Path(SHARED) / "corpora/seed_speeches").glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        start = int(gold[(gold["speech"] == file.name) & (gold["label"] == "salutation")]["start"].min())
        view = Document(file.name, text[start:], np.arange(start, len(text), dtype="int32"))
        found += span_rows(find_modality(view, []), view, source="t")
    table = evaluate(span_table(found), gold).set_index(["layer", "label"])
    assert table.loc[("modality", "all"), "f1"] >= 0.93
    obligation = table.loc[("modality", "obligation")]
    assert (obligation["n_gold"], obligation["f1"], obligation["refused"]) == (92, 1, 1)


def test_a_bare_verb_among_demands_is_a_command_and_reports_are_none():
    text = ("同志们：今年全系统取得了明显成效。下面我讲两点要求。一是要抓好学习。各科室要带头。严格落实首问负责制。拓宽监督渠道，畅通投诉热线。"
            "完善了三项制度。检查组下周进门。")
    view = document(text)
    moves = [Found("achievement", 4, 16, layer="move"), Found("demand", 16, len(text), layer="move")]
    found = moves + find_modality(view, moves)
    commands = find_bare_commands(view, found)
    assert [text[one.start:one.end] for one in commands] == ["拓宽监督渠道，畅通投诉热线。"]  # 严格 is a modal cue already
    assert commands[0].attributes["verb"] == "拓宽"
    assert find_bare_commands(view, []) == []


@given(st.text(alphabet="落实开展加强要了。，；：！\n一是、“”a 😀", max_size=80))
def test_commands_lie_in_any_text(text):
    view = document(text)
    moves = [Found("demand", 0, len(text), layer="move")] if text else []
    for one in find_bare_commands(view, moves):
        assert 0 <= one.start < one.end <= len(text)
