"""How is a speech built?  Markers, series, headings, promises, tables; and any text at all."""

import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.spans import check_spans, span_rows, span_table
from analysis.structure import (defect_table, enumeration_table, find_moves, find_structure, outline_table, promise_table)
from analysis.units import Document


def document(text: str) -> Document:
    return Document("a", text, np.arange(len(text), dtype="int32"))


def spans(text: str, label: str) -> list[str]:
    return [text[one.start:one.end] for one in find_structure(document(text)) if one.label == label]


def families(text: str) -> list[tuple[str, int]]:
    return [(one.attributes["family"], one.attributes["n"]) for one in find_structure(document(text)) if one.label == "enumeration"]


def tables(text: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    found = find_structure(document(text))
    rows = span_rows(found + find_moves(document(text), found), document(text), source="test")
    return span_table(rows), pd.DataFrame([("a", text, 0, len(text))], columns=["speech", "text", "body_start", "body_end"])


SECTIONS = ("同志们：\n今天开个会，我讲两点意见。\n一、把路修好\n村里的路要修。一是查底子，二是筹料子，三是铺面子。\n"
            "二、把水管好\n（一）管源头\n水源要护住，谁也不能动。\n（二）管龙头\n水价要公开，算给大家听。\n同志们，干起来，不辜负乡亲！")


@pytest.mark.parametrize("text, markers", [
    ("办三件事：一是修路，二是通水，三是建校。", ["一是", "二是", "三是"]),
    ("一要修路。二要通水。", ["一要", "二要"]),
    ("第一，修路。第二，通水。第三，建校。", ["第一", "第二", "第三"]),
    ("首先，路要通。其次，水要清。最后，人要和。", ["首先", "其次", "最后"]),
    ("其一，路远。其二，人少。", ["其一", "其二"]),
    ("一方面路要修，另一方面账要清。", ["一方面", "另一方面"]),
    ("有的怕难，有的怕烦，还有的怕担责。", ["有的", "有的", "还有的"]),
    ("第一笔账是路。\n第二笔账是水。", ["第一笔", "第二笔"]),
    ("头一件，修路。\n第二件，通水。", ["头一件", "第二件"]),
    ("——路要修到村口。\n——水要引到田头。", ["——", "——"]),
    ("1.修路要快，月底通车。\n2.引水要稳，年底完工。", ["1.", "2."]),
    ("（1）修路，要快；\n（2）引水，要稳。", ["（1）", "（2）"]),
])
def test_markers_of_every_family(text, markers):
    assert spans(text, "enumeration_marker") == markers


@pytest.mark.parametrize("text", [
    "一、二线城市都在抢人。", "统一是好事，二是坏事。", "他说“一是快，二是好”，我不信。", "第一产业稳，第二产业快。",
    "第一季度好，第二季度更好。", "有的放矢，有的放矢。", "一是路远。", "首先是路。", "今年1.5亿元，明年2.5亿元。",
])
def test_what_only_looks_like_a_series(text):
    assert families(text) == []


def test_headings_nest_and_name_their_level():
    found = [one for one in find_structure(document(SECTIONS)) if one.label.startswith("heading_")]
    assert [SECTIONS[one.start:one.end] for one in found] == ["一、把路修好", "二、把水管好", "（一）管源头", "（二）管龙头"]
    assert [one.label for one in found] == ["heading_1", "heading_1", "heading_2", "heading_2"]
    assert found[0].parent is None and found[2].parent is found[1] and found[3].parent is found[1]


@pytest.mark.parametrize("lines, headings", [
    (["第一个问题：路往哪里修", "路要修到村口，谁都走得到，年底以前要通车。"] * 1 + ["第二个问题：水从哪里来", "水要从山上引，管子要埋深。"], 2),
    (["路的事情", "路要修到村口，谁都走得到，年底以前通车，不许再拖。", "水的事情", "水要从山上引，管子要埋深，冬天不能冻，不许再拖。"], 2),
    (["一、修路。", "路要修到村口，谁都走得到。", "二、引水。", "水要从山上引，管子要埋深。"], 2),
    (["一、路要修到村口，谁都走得到，月底开工。钱由县里出。", "二、水要从山上引，管子要埋深。钱由乡里出。"], 0),
])
def test_what_is_a_heading(lines, headings):
    text = "同志们：\n开头的话要短，说完就算。\n" + "\n".join(lines)
    assert sum(one.label.startswith("heading_") for one in find_structure(document(text))) == headings


def test_a_pair_nests_in_itself():
    text = "一方面，路要修。一方面县里出钱，另一方面乡里出力。大家要算账。\n另一方面，水要引。"
    found = [one for one in find_structure(document(text)) if one.label == "enumeration"]
    assert [one.attributes["n"] for one in found] == [2, 2]
    assert found[1].parent.label == "enumeration_item" and found[1].parent.parent is found[0]


def test_gaps_and_odd_markers_are_defects():
    text = "同志们：\n一、修路\n路要修到村口。\n三、引水\n水要引到田头。一是要快，二是要稳，三要省。"
    slips = [one for one in find_structure(document(text)) if one.layer == "defect"]
    assert [(one.label, text[one.start:one.end]) for one in slips] == [("number_gap", "三、"), ("textual_issue", "三要")]
    assert slips[0].attributes == {"kind": "gap", "expected": 2, "found": 3}


@pytest.mark.parametrize("text, verdict", [
    ("我讲两点意见：一是修路，二是引水。", "kept"), ("我讲三点意见：一是修路，二是引水。", "short"),
    ("我讲两点意见：一是修路，二是引水，三是建校。", "over"), ("我讲几点意见：一是修路，二是引水。", "unknown"),
])
def test_promises_are_judged(text, verdict):
    assert [one.attributes["verdict"] for one in find_structure(document(text)) if one.label == "announcement"] == [verdict]


def test_a_redacted_count_is_recovered_from_what_stood_before():
    text = "要想一想，怎么样修路，怎么样引水，怎么样建校，怎么样育林。对这×个问题要拿出办法。"
    row, = [one for one in find_structure(document(text)) if one.label == "announcement"]
    assert (row.attributes["verdict"], row.attributes["recovered"]) == ("unknown", 4)


@pytest.mark.parametrize("text, announced", [
    ("我只提一个要求：把路守住。", "一个要求"), ("附表共有三张，分别是收支表、工程表和人员表。", "三张"),
    ("先说三件我亲眼见到的事。\n第一件在村口。路断了。\n第二件在河边。桥塌了。\n第三件在学校。墙歪了。", "三件我亲眼见到的事"),
    ("由税务、统计、商务三家上门。", "三家"), ("我讲几个对不上的。\n账上有钱，柜里没有。", "几个对不上的"),
])
def test_promises_in_running_prose(text, announced):
    assert spans(text, "announcement") == [announced]


def test_quantities_are_no_promises():
    assert spans("他先后去了四次，连续三年，用了两个月的时间，发现一个问题。", "announcement") == []
    assert spans("他只讲了一句：别等。有五个人来过。村里就一条路：坑。路、水、电三位一体。", "announcement") == []


def test_tables_have_one_row_per_thing():
    found, speeches = tables(SECTIONS)
    outline = outline_table(found, speeches)
    assert outline["depth"].tolist() == [1, 2, 2, 2, 1, 2, 2]
    assert outline["marker"].tolist() == ["一、", "一是", "二是", "三是", "二、", "（一）", "（二）"]
    assert outline["lead"].iloc[0] == "把路修好" and outline["verb"].iloc[1] == "查"
    assert outline.loc[outline["depth"] == 1, "han"].sum() < 120
    assert enumeration_table(found, speeches)[["items", "shortest", "longest", "depth"]].values.tolist() == [[3, 5, 5, 2]]
    assert enumeration_table(found, speeches)["balance"].iloc[0] == pytest.approx(1)
    assert promise_table(found, speeches)[["text", "announced", "delivered", "verdict"]].values.tolist() == [["两点意见", 2, 2, "kept"]]
    assert defect_table(found, speeches).empty


def test_tables_of_nothing_are_empty():
    found, speeches = tables("只有一句话。")
    assert outline_table(found, speeches).empty and enumeration_table(found, speeches).empty
    assert promise_table(found, speeches).empty and defect_table(found, speeches).empty


SIGNS = st.text(st.sampled_from(list("一二三十第、，。；：！？（）()“”\n 　是要方面另有的首先其次最后同志们1234.—●对这几×个点意见问题路水在")), max_size=200)


@settings(max_examples=300, deadline=None)
@given(st.one_of(SIGNS, st.text(max_size=200)))
def test_any_text_gives_a_tree(text):
    one = document(text)
    found = find_structure(one)
    found += find_moves(one, found)
    assert all(0 <= row.start < row.end <= len(text) for row in found)
    rows = span_table(span_rows(found, one, source="test"))
    speeches = pd.DataFrame([("a", text, 0, len(text))], columns=["speech", "text", "body_start", "body_end"])
    assert rows.empty or check_spans(rows, speeches) == []
    outline_table(rows, speeches), enumeration_table(rows, speeches), promise_table(rows, speeches), defect_table(rows, speeches)


@pytest.mark.parametrize("text", ["", "\n\n", "同志们：", "一、" * 5000, "1." * 5000 + "\n1.2.3", "“" * 3000, "要" * 100_000,
                                  "一是路，" * 10_000, "有的怕，" * 10_000, "有六个问题：" * 5000, "一\n二\n三\n" * 2000])
def test_strange_texts(text):
    find_moves(document(text), find_structure(document(text)))


def _seed(name: str) -> tuple[Document, pd.DataFrame]:
    shared = os.environ.get("SPEECH_SHARED")
    if not shared:
        pytest.skip("not run: SPEECH_SHARED is not set")
    gold = pd.read_csv(Path(shared) / "gold" / f"seed_{name}.csv", keep_default_na=False)
    text = (Path(shared) / "corpora" / "seed_speeches" / gold["speech"].iloc[0]).read_text(encoding="utf-8")
    keep = np.arange(len(text)) >= gold.loc[gold["label"] == "salutation", "start"].iloc[0]
    for row in gold[gold["label"] == "boilerplate"].itertuples():
        keep[row.start:row.end] = False
    offsets = np.flatnonzero(keep).astype("int32")
    return Document(name, "".join(text[place] for place in offsets), offsets), gold


def _f1(ours: set, theirs: set) -> float:
    return 2 * len(ours & theirs) / max(len(ours) + len(theirs), 1)


@pytest.mark.parametrize("name", ["000", "004"])
def test_seed_speeches_against_gold(name):
    one, gold = _seed(name)
    found = find_structure(one)
    strict = {label: {one.to_text(row.start, row.end) for row in found if row.label == label} for label in
              ("enumeration_marker", "heading_1", "salutation", "number_gap")}
    for label, least in [("enumeration_marker", 0.98), ("heading_1", 1.0), ("salutation", 1.0), ("number_gap", 1.0)]:
        theirs = {(row.start, row.end) for row in gold[(gold["label"] == label) & (gold["layer"] != "move")].itertuples()}
        assert strict[label] == theirs or _f1(strict[label], theirs) >= least, label
    items = {one.to_text(row.start, row.end)[0] for row in found if row.label == "enumeration_item"}
    assert _f1(items, set(gold.loc[gold["label"] == "enumeration_item", "start"])) >= 0.95
    verdicts = {one.to_text(row.start, row.end): (row.attributes["verdict"], row.attributes.get("recovered"))
                for row in found if row.label == "announcement"}
    for row in gold[(gold["label"] == "announcement") & (gold["layer"] == "structure")].itertuples():
        about = json.loads(row.attributes)
        assert verdicts[row.start, row.end] == (about["verdict"], about.get("recovered"))
