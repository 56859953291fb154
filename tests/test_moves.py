"""What is each passage for?  A partition, its cues, and distances between sequences."""

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.lexicons import read_lexicon
from analysis.moves import (_CHANGES, _CLASS, _CLASSES, _align, _divergence, find_moves, move_cues, move_distances, move_shares,
                            move_transitions, move_weights)
from analysis.spans import MOVES, span_rows, span_table
from analysis.structure import find_structure
from tests.test_structure import SECTIONS, SIGNS, _seed, document, tables


def moves(text: str) -> list[tuple[str, str]]:
    one = document(text)
    return [(row.label, text[row.start:row.end]) for row in find_moves(one, find_structure(one)) if row.label != "salutation"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(SIGNS, st.text(max_size=200)))
def test_moves_partition_the_sentences_outside_headings(text):
    one = document(text)
    found = find_structure(one)
    rows = sorted((row.start, row.end) for row in find_moves(one, found))
    assert all(end <= start for (_, end), (start, _) in zip(rows, rows[1:]))
    silent = [(row.start, row.end) for row in found if row.label.startswith("heading_")]
    for start, end in one.sentences:
        inside = any(first <= start < last for first, last in silent)
        assert inside or any(first <= start and end <= last for first, last in rows)


def test_the_order_of_a_speech():
    text = ("同志们：\n今天召开全县会议，主要任务是部署修路。刚才，县长作了报告，我完全同意。下面，我讲两点意见。\n"
            "一、成绩要看到\n去年以来，全县先后修路十条，完成了任务，取得明显成效，群众得到了实惠。\n"
            "二、问题要正视\n有的干部推诿扯皮，作风不实，一些单位存在不作为的问题，仍然薄弱。\n"
            "三、任务要落实\n各单位要认真部署，必须按期完工，要确保质量，不得拖延。\n"
            "同志们，让我们携手奋斗，再创辉煌，为家乡作出贡献！")
    assert [move for move, _ in moves(text)] == ["occasion", "endorsement", "preview", "achievement", "problem", "demand", "mobilisation"]


def test_each_move_names_its_cues():
    one = document("有的干部推诿扯皮，作风不实。")
    row, = find_moves(one, find_structure(one))
    assert row.label == "problem" and set(row.attributes["cues"]) == {"有的干部", "推诿", "扯皮"}


def test_each_move_says_how_much_each_class_of_cues_added():
    one = document("有的干部推诿扯皮，作风不实。")
    row, = find_moves(one, find_structure(one))
    weights, _ = move_weights()
    _, words, cues, _ = move_cues(one, find_structure(one))
    assert row.attributes["why"]["problem strong"] == pytest.approx(float(cues[0, _CLASS["problem strong"]]) * 1.8, abs=0.06)
    assert [word for _, word, _ in words] == ["有的干部", "推诿", "扯皮"]


def test_every_weight_has_a_class_a_move_and_a_reason_of_its_kind():
    table = read_lexicon("move_weights", unique=False)
    assert set(table["term"]) == set(_CLASSES) | set(_CHANGES) and not table.duplicated(["term", "move"]).any()
    assert (table.loc[table["move"] == "", "term"]).tolist() == _CHANGES and set(table["kind"]) == {"hand", "fitted"}


@pytest.mark.parametrize("text, move", [
    ("有位老人来补证明，他说跑了三趟，窗口都没有人，我问缘由，他说等着。", "problem"),
    ("有人说管得太严，谁还干事？有同志讲，松一松再说。", "diagnosis"),
    ("从下月起一律停工，月底以前查完，谁不查，谁负责。", "demand"),
])
def test_the_form_of_a_sentence_speaks_too(text, move):
    speech = "同志们：\n今天开会，主要任务是查安全。\n" + text + "\n同志们，干起来！"
    assert move in [label for label, _ in moves(speech)]


@pytest.mark.parametrize("text", ["要好。" * 20_000, "同志们，" * 15_000, "首先路。其次水。最后人。" * 4_000, " " * 50_000])
def test_cost_grows_with_length_alone(text):
    def seconds(part):
        one = document(part)
        begin = time.process_time()
        find_moves(one, find_structure(one))
        return time.process_time() - begin
    assert seconds(text) < 12 * max(seconds(text[:len(text) // 4]), 0.02)


def test_shares_and_transitions_add_up():
    found, speeches = tables(SECTIONS)
    shares = move_shares(found, speeches)
    assert shares["move"].tolist() == MOVES and shares["share"].sum() == pytest.approx(1)
    assert move_transitions(found).groupby("move")["share"].sum().to_numpy() == pytest.approx(1)


def test_alignment_is_the_edit_distance():
    sequences = [[0, 1, 2, 3], [0, 2, 3], [4], []]
    first, second = np.triu_indices(4, 1)
    assert _align(sequences, first, second) == pytest.approx([1 / 4, 1, 1, 1, 1, 1])


def test_divergence_against_scipy():
    from scipy.spatial.distance import jensenshannon

    one, other = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]]), np.array([[0.5, 0.5, 0.0], [0.0, 0.1, 0.9]])
    assert _divergence(one, other) == pytest.approx([jensenshannon(a, b, base=2) for a, b in zip(one, other)], abs=1e-9)


def test_distances_of_equal_speeches_are_zero():
    found, speeches = tables(SECTIONS)
    twin = found.assign(speech="b")
    both = pd.concat([found.astype({"speech": str}), twin], ignore_index=True)
    table = move_distances(both, pd.concat([speeches, speeches.assign(speech="b")], ignore_index=True))
    assert table[["speech_a", "speech_b", "alignment", "divergence"]].values.tolist() == [["a", "b", 0.0, 0.0]]
    assert move_distances(found, speeches).empty


def test_seed_speeches_against_gold():
    right = total = 0
    for name in ("000", "004"):
        one, gold = _seed(name)
        size = int(one.offsets[-1]) + 1
        ours, theirs = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
        for row in find_moves(one, find_structure(one)):
            start, end = one.to_text(row.start, row.end)
            ours[start:end] = row.label
        for row in gold[gold["layer"] == "move"].itertuples():
            theirs[row.start:row.end] = row.label
        right, total = right + ((ours == theirs) & (theirs != "")).sum(), total + (theirs != "").sum()
    assert right / total >= 0.85
