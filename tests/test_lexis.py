"""Quotations, titles, redactions, number labels, stock phrases and chains, each in a line that can be read by eye."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evaluation import evaluate, read_gold
from analysis.rhetoric import lexis
from analysis.spans import LABELS, Found, attribute, span_rows, span_table
from analysis.units import Document

SHARED = os.environ.get("SPEECH_SHARED")
DETECTORS = [lexis.find_quotations, lexis.find_redactions, lexis.find_numeric_abbreviations, lexis.find_stock_phrases,
             lexis.find_four_character_chains]


def document(text, speech="a"):
    return Document(speech, text, np.arange(len(text), dtype="int32"))


def find(text, label, known=()):
    found = list(known)
    for detector in DETECTORS:
        found += detector(document(text), found)
    return [(text[one.start:one.end], one.attributes) for one in found if one.label == label]


def words(text, label):
    return [word for word, _ in find(text, label)]


@pytest.mark.parametrize("text, quoted", [
    ("开展“清风行动”。", ["“清风行动”"]), ("他说“要办‘实事’”。", ["“要办‘实事’”"]), ("「务实」与『清廉』", ["「务实」", "『清廉』"]),
    ('推进"放心工程"建设', ['"放心工程"']), ("漏了一半“只有开头\n下一段“完整”", ["“完整”"]), ("“外层“内层”还在外层”", ["“外层“内层”还在外层”", "“内层”"])])
def test_quotations_pair_within_a_paragraph(text, quoted):
    assert words(text, "quotation") == quoted


@pytest.mark.parametrize("text, kind", [
    ("搞好“四项行动”。", "announce"), ("落实“三清三实”。", "numlabel"), ("被评定为“较差”等次", "grade"), ("他是个“老好人”。", "folk_label"),
    ("书记强调：“作风问题没有小事，必须一抓到底”", "speech_citation"), ("坚持“公开透明、群众满意”的原则", "principle"),
    ("办好“红旗论坛”", "name"), ("打通“肠梗阻”", "metaphor_label"), ("反映“×”问题", "redacted"), ("治“庸”、治“懒”、再治“庸”", "label"),
    ("喊响“干在实处、走在前列”", "slogan")])
def test_quotation_marks_by_what_they_do(text, kind):
    assert find(text, "quotation")[0][1]["qtype"] == kind


def test_titles_and_their_short_forms():
    text = "印发《砚州市作风建设实施方案》，各县按《实施方案》办理；读《论语》。"
    titles = find(text, "document_title")
    assert [(word, about["doctype"], about["full_title"]) for word, about in titles] == [
        ("《砚州市作风建设实施方案》", "方案", True), ("《实施方案》", "方案", False), ("《论语》", "", True)]


def test_a_quotation_in_a_title_is_its_child():
    text = "学习《关于开展“清风行动”的意见》。"
    found = lexis.find_quotations(document(text), [])
    assert [one.parent.label for one in found if one.label == "quotation"] == ["document_title"]


@pytest.mark.parametrize("text, signs, hides", [
    ("×书记讲得好", ["×"], "person"), ("投资×亿元", ["×"], "amount"), ("去年×月", ["×"], "date"), ("××县", ["××"], "unknown"),
    ("成员有XXXX。", ["XXXX"], "person_list"), ("某某同志", ["某某"], "person"), ("处理**余人", ["**"], "amount"), ("办公室设在X，", ["X"], "unit")])
def test_redactions_and_what_they_hide(text, signs, hides):
    found = find(text, "redaction")
    assert [word for word, _ in found] == signs
    assert hides == "unknown" or found[0][1]["hides"] == hides


@pytest.mark.parametrize("text", ["面积3×4米", "使用WXML格式", "某些同志", "某种程度"])
def test_what_hides_nothing(text):
    assert words(text, "redaction") == []


@pytest.mark.parametrize("text, labels", [
    ("抓好“三清三实”。", ["三清三实"]), ("深化“两不误、两促进”。", ["两不误、两促进"]), ("落实八项规定。", ["八项规定"]), ("推进“一文九论十八谈”。", ["一文九论十八谈"]),
    ("突出“一个中心”，紧扣一个中心。", ["一个中心", "一个中心"]), ("开展五看五比活动。", ["五看五比"]), ("整治“五大顽疾”。", ["五大顽疾"])])
def test_number_labels(text, labels):
    assert words(text, "numeric_abbreviation") == labels


@pytest.mark.parametrize("text", ["连续三年先后四次。", "水平“一般”。", "作出一项重大决策。", "当好“一把手”。", "“十三五”规划", "“一心一意”干事", "用了两个多月", "“发现一个，查处一个”"])
def test_numbers_that_label_nothing(text):
    assert words(text, "numeric_abbreviation") == []


def test_number_labels_are_expanded_or_opaque():
    assert find("落实首问制、限时制和问责制“三项制度”。", "numeric_abbreviation")[0][1]["expanded"] == "list_before"
    assert find("做到“三清”，即底数清、任务清、责任清。", "numeric_abbreviation")[0][1] | {"nums": 0} == {
        "nums": 0, "form": "三N", "expanded": "list_after", "expanded_n": 3, "opaque": False}
    assert find("深化“三清三实”。", "numeric_abbreviation")[0][1]["opaque"]
    text = "抓好“两件实事”。"
    kept = Found("announcement", 2, 8, attributes={"verdict": "kept", "delivered": 2})
    assert find(text, "numeric_abbreviation", [kept])[0][1]["expanded"] == "kept_promise"


@pytest.mark.parametrize("text, label, found", [
    ("干部要脚踏实地、真抓实干。", "idiom", ["脚踏实地", "真抓实干"]), ("不能固步自封。", "idiom", ["固步自封"]),
    ("上有政策，下有对策。", "folk_saying", ["上有政策，下有对策"]), ("“老好人”要不得", "folk_saying", ["老好人"]),
    ("古人讲：己所不欲、勿施于人。", "allusion", ["己所不欲、勿施于人"]), ("整治不作为、慢作为、乱作为。", "catchword", ["不作为、慢作为、乱作为"]),
    ("查处吃拿卡要。", "catchword", ["吃拿卡要"]), ("深入开展工作，取得成效。", "idiom", [])])
def test_stock_phrases(text, label, found):
    assert words(text, label) == found


def test_idioms_name_their_kind_and_their_proper_form():
    assert dict(find("不要固步自封，要真抓实干。", "idiom")) == {"固步自封": {"kind": "idiom", "variant_of": "故步自封"}, "真抓实干": {"kind": "quasi"}}


def test_an_idiom_inside_a_saying_is_part_of_it():
    assert words("事不关己，高高挂起的人要反思。", "idiom") == []
    assert words("生于忧患，死于安乐；千里之行，始于足下。", "allusion") == ["生于忧患，死于安乐", "千里之行，始于足下"]


@pytest.mark.parametrize("text, chains", [
    ("任务繁重，责任重大，使命光荣。", ["任务繁重，责任重大，使命光荣"]), ("一批埋头苦干、真抓实干的干部", ["埋头苦干、真抓实干"]),
    ("涉及水利设施、农村电网、文化场馆。", []), ("坚持“班子先学，全县跟进”的原则", ["班子先学，全县跟进"]), ("我们要加快转变、加快提升。", ["加快转变、加快提升"])])
def test_four_character_chains(text, chains):
    assert words(text, "four_character_chain") == chains


def test_tables_have_one_row_per_kind_and_per_label():
    text = "落实“三清三实”，再抓“三清三实”。治“庸”、治“懒”。"
    found: list[Found] = []
    for detector in DETECTORS:
        found += detector(document(text), found)
    spans = span_table(span_rows(found, document(text), source="t"))
    speeches = pd.DataFrame({"speech": ["a"], "n_han": [1000], "text": [text]})
    kinds = lexis.quotation_kinds(spans, speeches)
    assert list(kinds.columns) == ["speech", "qtype", "kind", "coined", "count", "rate"]
    assert kinds.set_index("qtype")["count"].to_dict()["numlabel"] == 2
    labels = lexis.abbreviation_table(spans, speeches)
    assert labels[["label", "count", "first", "opaque"]].values.tolist() == [["三清三实", 2, 3, True]]
    assert lexis.quotation_kinds(span_table([]), speeches).empty and lexis.abbreviation_table(span_table([]), speeches).empty
    assert attribute(spans, "qtype").notna().sum() == 4


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="“”‘’「」『』《》\"×X某*一三四项大个，、。；\n实事求是脚踏地a😀", max_size=80) | st.text(max_size=60))
def test_any_text_gives_valid_rows(text):
    found: list[Found] = []
    for detector in DETECTORS:
        found += detector(document(text), found)
    assert all(0 <= one.start < one.end <= len(text) and one.label in LABELS for one in found)
    assert len(span_table(span_rows(found, document(text), source="t"))) == len(found)


@pytest.mark.skipif(not SHARED, reason="not run: SPEECH_SHARED is not set")
def test_lexis_of_the_seeds():
    rows, gold = [], read_gold(Path(SHARED) / "gold")
    for file in sorted((Path(SHARED) / "corpora/seed_speeches").glob("*.txt")):
        text = file.read_text(encoding="utf-8")
        start = int(gold[(gold["speech"] == file.name) & (gold["label"] == "salutation")]["start"].min())
        view = Document(file.name, text[start:], np.arange(start, len(text), dtype="int32"))
        found: list[Found] = []
        for detector in DETECTORS:
            found += detector(view, found)
        rows += span_rows(found, view, source="t")
    table = evaluate(span_table(rows), gold).set_index("label")
    assert (table.loc[["numeric_abbreviation", "document_title", "redaction", "quotation"], "f1"] >= 0.95).all()
    assert (table.loc[["idiom", "folk_saying"], "partial_f1"] >= 0.75).all()
    assert table.loc["numeric_abbreviation", "refused"] == 1


def test_a_single_numeral_in_quotation_marks_is_a_quotation():
    text = "这个“一”字最难写，“三”字也不好写。"
    assert [text[one.start:one.end] for one in lexis.find_quotations(document(text), []) if one.label == "quotation"] == ["“一”", "“三”"]
