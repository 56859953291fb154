"""Couplets and contrasts in invented lines, and the score on the shared gold."""

import numpy as np
import pytest

from analysis.evaluation import evaluate
from analysis.rhetoric.pairs import find_contrasts, find_couplets
from analysis.rhetoric.parallelism import find_parallelism
from analysis.spans import span_rows, span_table
from analysis.units import Document
from tests.test_parallelism import seeds


def pairs(text, detectors=(find_parallelism, find_contrasts, find_couplets), label="couplet"):
    document, found = Document("a", text, np.arange(len(text), dtype="int32")), []
    for detector in detectors:
        found += detector(document, found)
    return [tuple(text[one.start:one.end] for one in found if one.parent is group) for group in found if group.label == label]


@pytest.mark.parametrize("text, couplet", [
    ("晴天一身土、雨天一身泥。", ("晴天一身土", "雨天一身泥")),
    ("靠实干站稳脚跟，靠实绩赢得人心。", ("靠实干站稳脚跟", "靠实绩赢得人心")),
    ("大家都要把责任扛在肩上、把百姓放在心上。", ("把责任扛在肩上", "把百姓放在心上")),
    ("弘扬“上山能巡林、下田能插秧”的作风。", ("上山能巡林", "下田能插秧"))])
def test_couplets(text, couplet):
    assert pairs(text) == [couplet]


@pytest.mark.parametrize("text", ["会上发了水杯、雨伞。", "今天来的有老师、家长。", "修路要快、架桥要稳、通水要早。", "他说，桥修好了。", "2015年、2016年。"])
def test_what_is_no_couplet(text):
    assert pairs(text) == []


def test_a_slogan_counts_once():
    assert len(pairs("“晴天一身土、雨天一身泥”。大家记住“晴天一身土、雨天一身泥”。")) == 1


def test_contrasts_need_a_frame():
    assert pairs("既要管好桥，又要修好更多通到村里的路。", label="contrast") == [("既要管好桥", "又要修好更多通到村里的路")]
    assert pairs("不仅没有把渠修通，反而把路挖断了。", label="contrast") == [("不仅没有把渠修通", "反而把路挖断了")]
    assert pairs("要管好桥，要修好路。", label="contrast") == []


@pytest.mark.parametrize("text, contrast", [
    ("病根不在桥上，在管桥的人。", ("病根不在桥上", "在管桥的人")),
    ("让修桥的人不吃亏，让只会看桥的人占不到便宜。", ("让修桥的人不吃亏", "让只会看桥的人占不到便宜")),
    ("一边修桥，一边把旧路补上。", ("一边修桥", "一边把旧路补上")),
    ("要么今天修好，要么写清楚为什么没有修好。", ("要么今天修好", "要么写清楚为什么没有修好"))])
def test_contrasts_of_unequal_length(text, contrast):
    assert pairs(text, label="contrast") == [contrast]


@pytest.mark.parametrize("text", ["大家来了，会议开始。", "他昨天去了桥上，今天我们又到河边看看情况。", ""])
def test_what_is_no_contrast(text):
    assert pairs(text, label="contrast") == []


def test_score_on_the_seed_speeches(shared):
    rows = []
    for speech, outline, gold in seeds(shared):
        found = list(outline)
        for detector in (find_parallelism, find_contrasts, find_couplets):
            found += detector(speech, found)
        rows += span_rows([one for one in found if one.label.startswith("couplet")], speech, source="test")
    scores = evaluate(span_table(rows), gold[gold["label"].str.startswith("couplet")]).query("label == 'couplet'").iloc[0]
    assert scores["partial_f1"] >= .70
