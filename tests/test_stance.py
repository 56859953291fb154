"""Address, appraisal, sanctions and slips, each in a sentence made for it."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evaluation import evaluate, read_gold
from analysis.rhetoric import stance
from analysis.rhetoric.lexis import find_quotations
from analysis.spans import LABELS, span_rows, span_table
from analysis.units import Document

SHARED = os.environ.get("SPEECH_SHARED")
DETECTORS = [stance.find_address, stance.find_appraisal, stance.find_submoves, stance.find_slips]


def document(text, speech="a"):
    return Document(speech, text, np.arange(len(text), dtype="int32"))


def words(text, label):
    return [text[one.start:one.end] for detector in DETECTORS for one in detector(document(text), []) if one.label == label]


@pytest.mark.parametrize("text, label, found", [
    ("同志们：\n今天同志们都来了。\n同志们，努力吧！", "vocative", ["同志们", "同志们"]), ("同志们：\n今天同志们都来了。", "audience", ["同志们"]),
    ("希望大家支持，让大家庭更好。", "audience", ["大家"]), ("我们去，咱们也去。", "we", ["我们", "咱们"]),
    ("各位领导、同志们：\n开会。", "vocative", ["各位领导、同志们"]), ("我说，你错了。他问，我行吗。", "audience", []), ("他说，我怕。", "first_person", []),
    ("我讲两句，我市形势好，自我加压。", "first_person", ["我"]), ("我局成立专班，我市场监管局配合。", "institution", ["我局"]),
    ("我们有些干部怕担责，问题不少。", "vague_agent", ["我们有些干部"]), ("有的怕难，有的怕累，问题很多。", "vague_agent", ["有的", "有的"]),
    ("有的是反映用电问题。", "vague_agent", []), ("应有的问题都有。", "vague_agent", []), ("个别单位不作为。", "minimizer", ["个别单位"]),
    ("少数民族地区发展不足。", "minimizer", []), ("问题不同程度存在。", "extent_hedge", ["不同程度"]), ("主流是好的，但问题不少。", "euphemism", ["主流是好的"]),
    ("与先进县区相比，还有不小的差距。", "gap_to_peers", ["还有不小的差距"]), ("个别人影响恶劣。", "negative_intensifier", ["影响恶劣"]),
    ("尽管有进步，但问题仍不少。", "concession", ["尽管有进步，但问题仍不少"]), ("究其原因，归根到底是作风不实。", "attribution", ["究其原因，归根到底是作风不实"]),
    ("如果再不整改，必将失信于民。", "warning", ["如果再不整改，必将失信于民"]), ("再这样拖下去，就会失去人心，大家想想。", "warning", ["再这样拖下去，就会失去人心"]),
    ("如果下雨，就会改期。", "warning", []), ("有人总觉得事不关己。", "vague_agent", ["有人"]), ("去年考核全省倒数第二。", "gap_to_peers", ["倒数第二"]),
    ("我不反对开会，但会不能多。", "concession", ["我不反对开会，但会不能多"]), ("成绩当然要讲。可是问题更要讲。", "concession", ["成绩当然要讲。可是问题更要讲"]),
    ("差距就在于作风不实。", "attribution", ["差距就在于作风不实"]), ("逾期不改的，先停职，后处理。", "sanction", ["逾期不改的，先停职，后处理"]),
    ("健全问责机制，按制度处理公文。", "sanction", []), ("在市委的坚强领导下，大家干得好。", "authority_reference", ["在市委的坚强领导下"]),
    ("我不同意这个说法。", "personal_voice", ["我不同意这个说法"]), ("对顶风违纪的，一律严惩。", "sanction", ["对顶风违纪的，一律严惩"]),
    ("按照市委的统一部署，抓好落实。", "authority_reference", ["按照市委的统一部署"]), ("我常讲，干部要实在。", "personal_voice", ["我常讲，干部要实在"]),
    ("全市市场繁荣，全市市民高兴。", "textual_issue", []), ("部署的的工作，，抓紧", "textual_issue", ["的的", "，，"]), ("实实在在为目的的事", "textual_issue", [])])
def test_stance(text, label, found):
    assert words(text, label) == found


def test_my_word_in_quotation_marks_is_not_the_speakers():
    text = "他说：“我怕难。”我不怕。"
    view = document(text)
    assert [one.start for one in stance.find_address(view, find_quotations(view, []))] == [text.rindex("我")]


def test_sanctions_have_a_tense():
    tense = [one.attributes["tense"] for text in ("对×家单位进行了通报批评。", "对违规的要严肃处理。") for one in stance.find_submoves(document(text), [])
             if one.label == "sanction"]
    assert tense == ["past", "future"]


def test_the_criticism_table_names_faults_and_agents():
    table = stance.criticism_table([document("有的干部怕担责、不敢管；有的推诿扯皮。坚决整治不作为、慢作为问题，着力解决宗旨意识不强、工作作风不实等问题。")])
    assert table["fault"].tolist() == ["怕担责、不敢管", "推诿扯皮", "不作为", "慢作为", "宗旨意识不强", "工作作风不实"]
    assert table["agent"].tolist() == ["干部", "", "", "", "", ""] and table["distributive"].sum() == 2
    assert stance.criticism_table([document("形势很好。")]).empty


def test_tables_of_address_and_sanctions():
    text = "我们要干，我们必须干。对违规的要严肃处理。"
    found = [one for detector in DETECTORS for one in detector(document(text), [])]
    spans = span_table(span_rows(found, document(text), source="t"))
    table = stance.address_table(spans, pd.DataFrame({"speech": ["a"], "n_han": [1000]}))
    assert table[["label", "count", "rate"]].values.tolist() == [["we", 2, 2.0]]
    assert stance.sanction_table(spans)["tense"].tolist() == ["future"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="同志们我大家有的些一干部问题，。：！？\n但尽管对凡严惩如果必将“”😀a", max_size=80) | st.text(max_size=60))
def test_any_text_gives_valid_rows(text):
    found = [one for detector in DETECTORS for one in detector(document(text), [])]
    assert all(0 <= one.start < one.end <= len(text) and one.label in LABELS for one in found)
    stance.criticism_table([document(text)])


@pytest.mark.skipif(not SHARED, reason="not run: SPEECH_SHARED is not set")
def test_address_of_the_seeds():
    rows, gold = [], read_gold(Path(SHARED) / "gold")
    for file in sorted((Path(SHARED) / "corpora/seed_speeches").glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        view = document(text, file.name)
        rows += span_rows(stance.find_address(view, find_quotations(view, [])), view, source="t")
    spans = span_table(rows)
    assert spans[spans["label"] == "we"].groupby("speech", observed=True).size().tolist() == [33, 2]
    assert (evaluate(spans, gold).query("layer == 'address'")["f1"] >= 0.95).all()


def test_each_fault_of_a_series_stands_for_itself():
    text = "有的地方呢，光问不办，有的改了日子不讲，还有的拖成了旧账。"
    table = stance.criticism_table([Document("a", text, np.arange(len(text)))])
    assert table["fault"].tolist() == ["光问不办", "改了日子不讲", "拖成了旧账"]
    assert [text[row.start:row.end] for row in table.itertuples()] == table["fault"].tolist()
