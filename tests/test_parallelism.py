"""Parallelism: invented lines in which every group can be seen by eye, lists that are none, and scores on the shared gold."""

import numpy as np
import pandas as pd
import pytest

from analysis.evaluation import evaluate, read_essays, read_gold
from analysis.rhetoric import parallelism
from analysis.rhetoric.parallelism import find_parallelism
from analysis.spans import Found, span_rows, span_table
from analysis.units import Document


def document(text, speech="a"):
    return Document(speech, text, np.arange(len(text), dtype="int32"))


def groups(text, found=()):
    rows = find_parallelism(document(text), list(found))
    return [[text[one.start:one.end] for one in rows if one.parent is group] for group in rows if group.parent is None]


@pytest.mark.parametrize("text, members, kind", [
    ("怎么样修渠，怎么样引水，怎么样把水送到田头，怎么样让人喝上放心的水。", ["怎么样修渠", "怎么样引水", "怎么样把水送到田头", "怎么样让人喝上放心的水"], "prefix"),
    ("大家要学在前头、干在前头、改在前头。", ["学在前头", "干在前头", "改在前头"], "suffix"),
    ("我们在窗口推行首问就接、能办就办、错了就改。", ["首问就接", "能办就办", "错了就改"], "infix"),
    ("问题在桥上必须在桥上解决，问题在路上必须在路上解决，问题在岸上必须在岸上解决。",
     ["问题在桥上必须在桥上解决", "问题在路上必须在路上解决", "问题在岸上必须在岸上解决"], "circumfix"),
    ("优化流程、压缩时限、减少材料。", ["优化流程", "压缩时限", "减少材料"], "isocolon"),
    ("门前的路要修好；屋后的沟要挖通；院里的灯要装亮。", ["门前的路要修好", "屋后的沟要挖通", "院里的灯要装亮"], "infix")])
def test_each_kind_of_frame(text, members, kind):
    assert groups(text) == [members]
    assert find_parallelism(document(text), [])[0].attributes["kind"] == kind


@pytest.mark.parametrize("text, members", [
    ("在全县形成比学习、比干劲、比实绩的浓厚气氛。", ["比学习", "比干劲", "比实绩"]),
    ("一定要做到“路通、灯亮、水清”。", ["路通", "灯亮", "水清"]),
    ("有的坐在机关等，有的站在路口看，有的躲在后面拖。", ["有的坐在机关等", "有的站在路口看", "有的躲在后面拖"])])
def test_edges_are_trimmed_to_the_members(text, members):
    assert groups(text) == [members]


def test_quotation_marks_inside_a_member_belong_to_it():
    assert groups("要敢于破“旧”、破“慢”、破“推”、破“等”。") == [["破“旧”", "破“慢”", "破“推”", "破“等”"]]


@pytest.mark.parametrize("text", [
    "会场摆着桌椅、话筒、茶杯和会标。",  # a list of things
    "市里成立了河道办公室、林业办公室、渔业办公室。",  # one head noun, three names
    "一是查账目，二是查库房，三是查合同。",  # an outline
    "我们要动员、动员、再动员。",  # repetition
    "靠实干站稳脚跟，靠实绩赢得人心。",  # a pair
    "今天我们来开会，谈的是水的问题，请大家听一听。"])
def test_what_is_no_parallelism(text):
    assert groups(text) == []


def test_headings_are_compared_across_the_text_between_them():
    lines = ["一、看清差距", "去年修了三座桥。", "二、找准病根", "病根在人。", "三、开好药方", "药方有三味。"]
    text, found, at = "\n".join(lines), [], 0
    for line in lines:
        if line[1] == "、":
            found.append(Found("heading_1", at, at + len(line)))
        at += len(line) + 1
    assert groups(text, found) == [["看清差距", "找准病根", "开好药方"]]
    assert find_parallelism(document(text), found)[0].attributes["contiguous"] == 0


def test_paragraphs_of_one_list_are_compared_by_how_they_open():
    lines = ["不准白坐渡船，船钱当场付。", "不准借用农具。借了的今天还。", "不准摊派修桥的钱。一分也不行。"]
    text, found, at = "\n".join(lines), [], 0
    parent = Found("enumeration", 0, len(text))
    for line in lines:
        found.append(Found("enumeration_item", at, at + len(line), parent=parent))
        at += len(line) + 1
    assert groups(text, found) == [["不准白坐渡船", "不准借用农具", "不准摊派修桥的钱"]]


def test_groups_do_not_cross():
    text = "有的修桥、有的铺路、有的架线；有的守在机关，有的看着电视，有的喝着茶水；有的干脆不来，有的来了不说，有的说了不算。" * 3
    spans = [(one.start, one.end) for one in find_parallelism(document(text), []) if one.parent is None]
    assert all(a[1] <= b[0] or b[1] <= a[0] or a[0] <= b[0] and b[1] <= a[1] or b[0] <= a[0] and a[1] <= b[1] for a in spans for b in spans)


def test_evidence_adds_up():
    text = "优化流程、压缩时限、减少材料。"
    group = find_parallelism(document(text), [])[0]
    assert group.attributes["lengths"] == [4, 4, 4] and group.attributes["n"] == 3
    values, _ = parallelism.features(parallelism.plain_text(document(text)), [(0, 4), (5, 9), (10, 14)])
    assert group.attributes["score"] == round(sum(weight * value for weight, value in zip(parallelism.WEIGHTS.values(), values)), 2)


def test_a_hundred_thousand_characters_in_one_paragraph_take_linear_time():
    from time import perf_counter

    short, long = "修路要快、架桥要稳、通水要早，" * 700, "修路要快、架桥要稳、通水要早，" * 7000
    times = []
    for text in (short, long):
        started = perf_counter()
        find_parallelism(document(text), [])
        times.append(perf_counter() - started)
    assert times[1] < 40 * times[0] + .5


def seeds(shared):
    """The seed speeches without what their gold marks as boilerplate, with gold's own outline."""
    gold = read_gold(shared / "gold")
    for speech, rows in gold.groupby(gold["speech"].astype(str)):
        text = (shared / "corpora" / "seed_speeches" / speech).read_text(encoding="utf-8")
        kept = np.zeros(len(text), bool)
        kept[rows.loc[(rows["label"] == "salutation") & (rows["layer"] == "structure"), "start"].min():] = True
        for row in rows[rows["label"] == "boilerplate"].itertuples():
            kept[row.start:row.end] = False
        places = np.flatnonzero(kept).astype("int32")
        here = {int(place): count for count, place in enumerate(places)}
        outline, known = [], {}
        for row in rows[rows["label"].isin(["heading_1", "enumeration", "enumeration_item"])].itertuples():
            known[row.span] = Found(row.label, here[row.start], here[row.end - 1] + 1, known.get(row.parent))
            outline.append(known[row.span])
        yield Document(speech, "".join(text[place] for place in places), places), outline, gold


def test_score_on_the_seed_speeches(shared):
    rows = []
    for speech, outline, gold in seeds(shared):
        rows += span_rows(find_parallelism(speech, outline), speech, source="test")
    scores = evaluate(span_table(rows), gold[gold["label"].str.startswith("parallelism")]).query("label == 'parallelism'").iloc[0]
    assert scores["partial_f1"] >= .80 and scores["f1"] >= .62
    assert scores["refused"] >= .90


def test_score_on_the_essays(shared):
    texts, gold = read_essays(shared / "corpora" / "parallelism_gold" / "development.jsonl")
    two = gold[gold["label"] == "parallelism_member"].groupby(["speech", "parent"], as_index=False).size().query("size == 2")
    key = pd.MultiIndex.from_frame(gold[["speech", "span"]])
    gold.loc[key.isin(pd.MultiIndex.from_frame(two[["speech", "parent"]])), "confidence"] = .3  # groups of two are don't-care
    rows = [row for name, text in texts.items() for row in span_rows(find_parallelism(document(text, name), []), document(text, name), source="test")]
    scores = evaluate(span_table(rows), gold).query("label == 'parallelism'").iloc[0]
    assert scores["partial_f1"] >= .62 and scores["f1"] >= .48
