"""Repetition, anadiplosis, ladders and parody in invented lines; what looks like them and is not."""

import numpy as np
import pytest

from analysis.rhetoric.parallelism import find_parallelism
from analysis.rhetoric.parody import find_parodies
from analysis.rhetoric.repetition import find_anadiploses, find_climaxes, find_repetitions
from analysis.units import Document


def found(text, *detectors):
    document, rows = Document("a", text, np.arange(len(text), dtype="int32")), []
    for detector in detectors:
        rows += detector(document, rows)
    return [(text[one.start:one.end], one.attributes) for one in rows if one.parent is None and one.label != "parallelism"]


@pytest.mark.parametrize("text, words", [
    ("我们要动员、动员、再动员。", "动员、动员、再动员"), ("检查，检查，再检查！", "检查，检查，再检查"), ("还要学习、再学习。", "学习、再学习")])
def test_immediate_repetition(text, words):
    assert [said for said, _ in found(text, find_repetitions)] == [words]


@pytest.mark.parametrize("text", ["抓落实、促落实。", "村村通、户户通。", "大家学习，学习小组也要学习。", "今天、今年、今后。"])
def test_what_is_no_repetition(text):
    assert found(text, find_repetitions) == []


def test_a_clause_that_opens_every_member_is_repeated_at_intervals():
    text = "这条河，就是村里人的水缸；这条河，就是庄稼地的命根；这条河，就是孩子们的游泳池。"
    (said, evidence), = found(text, find_parallelism, find_repetitions)
    assert said == text[:-1] and evidence["kind"] == "interval" and evidence["n"] == 3


@pytest.mark.parametrize("text, words, kind", [
    ("思路清，清在实处。", "思路清，清在", "strict"), ("关键靠干部，干部靠作风。", "关键靠干部，干部靠作风", "strict"),
    ("镇里推给村里，村里推给组里，组里推给户里。", "镇里推给村里，村里推给组里，组里推给户里", "strict"),
    ("想清楚了才能说清楚，只有说清楚了才好做。", "想清楚了才能说清楚，只有说清楚了才好做", "wide")])
def test_anadiplosis(text, words, kind):
    (said, evidence), = found(text, find_anadiploses)
    assert said == words and evidence["kind"] == kind


@pytest.mark.parametrize("text", ["上班打牌，上班喝茶。", "治安、安全。", "要抓落实，实干的人才有饭吃。", "路修好了，了却一桩心事。", "今年要加快发展。发展现代农业是一件长期的大事。", "我没有说他，我说的是你们。"])
def test_what_is_no_anadiplosis(text):
    assert found(text, find_anadiploses) == []


def test_ladders():
    assert [said for said, _ in found("要做到查实一个，曝光一个，震慑一片。", find_climaxes)] == ["查实一个，曝光一个，震慑一片"]
    assert [said for said, _ in found("迟到的，一次提醒，二次约谈，三次停职。", find_climaxes)] == ["一次提醒，二次约谈，三次停职"]


def test_a_chain_of_links_is_a_ladder_too():
    text = "镇里推给村里，村里推给组里，组里推给户里。"
    assert [evidence["kind"] for _, evidence in found(text, find_anadiploses, find_climaxes)] == ["strict", "chain"]


def test_a_bent_saying_is_a_parody_and_the_saying_itself_is_none():
    assert [evidence["source"] for _, evidence in found("如今门好进、脸好看、话好听。", find_parodies)] == ["门难进、脸难看、话难听、事难办"]
    assert found("过去是门难进、脸难看、话难听、事难办。", find_parodies) == []
