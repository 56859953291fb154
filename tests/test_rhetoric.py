"""The register of detectors: order, names, and what holds for every detector on any text at all."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.moves import find_moves
from analysis.rhetoric import DETECTORS, DEVICES, device, find_devices
from analysis.spans import LABELS, Found
from analysis.structure import find_structure
from analysis.units import Document

ODD = ["", "\n\n", "。。。，，、、", "plain Latin text, with commas; and more.", "😀，😀，😀。", "“”“”《》", "”“”“”“", "“““漏了；漏了；漏了", "\u3000\u3000要\u3000", "一是、二是、三是",
       "…………", "有的，有的，有的", "啊" * 300, "、" * 300, "落实、" * 300, "“甲”" * 100, "？" * 50, "\r\n，\t、\r"]
PIECES = ["落实", "要", "把", "抓好", "作风", "，", "、", "；", "。", "？", "“", "”", "《", "》", "\n", "有的", "一是", "的", "……", "：", "不", "x", "3", "×", "和", "等", " ", "😀",
          "一", "一、", "二、", "（一）", "第一，", "“一”", "同志们：", "必须"]


def document(text):
    return Document("a", text, np.arange(len(text), dtype="int32"))


def check(text):
    one = document(text)
    built = find_structure(one)
    built += find_moves(one, built)
    found = find_devices(one, built)
    for one in found:
        assert one.label in LABELS and 0 <= one.start < one.end <= len(text) and 0 <= one.confidence <= 1
        assert one.parent is None or any(one.parent is other for other in built + found)
    for group in found:
        members = [(one.start, one.end) for one in found if one.parent is group and one.label == group.label + "_member"]
        assert members == sorted(members) and all(a[1] <= b[0] for a, b in zip(members, members[1:]))
        assert not members or (members[0][0], members[-1][1]) == (group.start, group.end)
        if group.label == "parallelism":
            assert len(members) == group.attributes["n"] >= 3


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_give_valid_rows_or_none(text):
    check(text)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=80).map("".join))
@example("“有的、”有的、有的")
def test_texts_made_of_the_genres_own_pieces_give_valid_rows(text):
    check(text)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_gives_valid_rows(text):
    check(text)


def test_two_runs_find_the_same():
    text = "修路要快、架桥要稳、通水要早。靠什么？靠大家。" * 4
    first, second = ([(one.label, one.start, one.end, one.attributes) for one in find_devices(document(text), [])] for _ in range(2))
    assert first == second


def test_every_device_has_its_names_and_definition():
    for label, one in DEVICES.items():
        assert label in LABELS and one.chinese and one.english, label
        assert one.definition_chinese and one.definition_english.endswith("."), label
        assert one.detector in DETECTORS


def test_a_new_device_is_one_function():
    def find_doubled(document, found):
        return [Found("doubled", 0, 2)]

    try:
        device("doubled", "叠用", "doubling", "测试用。", "For this test.")(find_doubled)
        assert "doubled" in [one.label for one in find_devices(document("好好"), [])]
    finally:
        DETECTORS.remove(find_doubled)
        del DEVICES["doubled"], LABELS["doubled"]
