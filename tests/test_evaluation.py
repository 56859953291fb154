"""Scores on spans small enough to count by eye, and the known answers of the annotation guide."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.evaluation import evaluate, group_overlap, match_speeches, read_essays, read_gold
from analysis.spans import COLUMNS, LABELS

SHARED = os.environ.get("SPEECH_SHARED")
needs_shared = pytest.mark.skipif(not SHARED, reason="not run: SPEECH_SHARED is not set")


def spans(*rows, speech="a.txt"):
    """Rows of (label, start, end) or (label, start, end, options); span ids are label:start-end."""
    table = []
    for label, start, end, *more in rows:
        options = more[0] if more else {}
        table.append({"speech": speech, "span": f"{label}:{start}-{end}", "start": start, "end": end, "layer": LABELS[label].layer,
                      "label": label, "parent": None, "order": None, "confidence": 1.0, "source": "", "attributes": "{}", **options})
    return pd.DataFrame(table, columns=COLUMNS)


def group(label, *members, confidence=1.0):
    start, end = members[0][0], members[-1][1]
    member = {"enumeration": "enumeration_item"}.get(label, f"{label}_member")
    return [(label, start, end, {"confidence": confidence}),
            *[(member, s, e, {"parent": f"{label}:{start}-{end}"}) for s, e in members]]


def row(table, label, measure=None):
    found = table[(table["label"] == label) & ((table["measure"] == measure) if measure else True)]
    assert len(found) == 1
    return found.iloc[0]


def test_strict_asks_for_both_borders_and_partial_for_half():
    gold = spans(("idiom", 0, 4), ("idiom", 10, 14))
    score = row(evaluate(spans(("idiom", 0, 4), ("idiom", 10, 13), ("idiom", 20, 24)), gold), "idiom")
    assert (score["n_gold"], score["n_found"]) == (2, 3)
    assert (score["precision"], score["recall"], score["f1"]) == (1 / 3, 1 / 2, 2 / 5)
    assert (score["partial_precision"], score["partial_recall"], score["partial_f1"]) == (2 / 3, 1.0, 4 / 5)


def test_partial_matches_one_to_one_for_the_greatest_number():
    gold = spans(("idiom", 0, 4), ("idiom", 4, 8))
    assert row(evaluate(spans(("idiom", 0, 8)), gold), "idiom")["partial_f1"] == 2 / 3


def test_one_shifted_member_lowers_exact_but_not_partial():
    gold = spans(*group("parallelism", (0, 5), (6, 11), (12, 17)))
    found = spans(*group("parallelism", (0, 5), (6, 11), (12, 16)))
    score = row(evaluate(found, gold), "parallelism")
    assert (score["f1"], score["partial_f1"]) == (0, 1)
    assert score["character_f1"] == pytest.approx(2 * 14 / (14 + 15))


def test_groups_are_scored_by_members_never_by_hulls():
    gold = spans(*group("parallelism", (0, 5), (40, 45), (80, 85)))
    found = spans(*group("parallelism", (0, 5), (20, 35), (80, 85)))
    assert row(evaluate(found, gold), "parallelism")["partial_f1"] == 0


@pytest.mark.parametrize("members, confidence", [([(0, 5), (6, 11), (12, 17)], 0.3), ([(0, 5), (6, 11)], 1.0)])
def test_doubtful_and_two_branch_parallelisms_are_neither_missed_nor_wrong(members, confidence):
    gold = spans(*group("parallelism", *members, confidence=confidence), *group("parallelism", (50, 55), (56, 61), (62, 67)))
    sure = group("parallelism", (50, 55), (56, 61), (62, 67))
    for found in (spans(*sure), spans(*sure, *group("parallelism", *members))):
        score = row(evaluate(found, gold), "parallelism")
        assert (score["f1"], score["partial_f1"], score["n_dontcare"], score["n_gold"]) == (1, 1, 1, 1)
        assert row(evaluate(found, gold), "parallelism_member")["f1"] == 1


def test_enumeration_items_are_strict_in_their_starts_only():
    gold = spans(*group("enumeration", (0, 20), (20, 40)))
    table = evaluate(spans(*group("enumeration", (0, 15), (20, 44))), gold)
    assert row(table, "enumeration")["f1"] == row(table, "enumeration_item")["f1"] == 1


def test_hard_negatives_count_what_is_refused():
    gold = spans(("obligation", 0, 1), ("obligation", 11, 12, {"layer": "hard_negative"}),
                 ("obligation", 20, 22, {"layer": "hard_negative"}))
    table = evaluate(spans(("obligation", 0, 1), ("strong_obligation", 11, 12)), gold)
    assert (row(table, "obligation")["hard_negatives"], row(table, "obligation")["refused"]) == (2, 0.5)
    assert row(table, "all")["precision"] == 0.5


def test_moves_are_scored_by_characters():
    gold = spans(("demand", 0, 60), ("problem", 60, 100))
    table = evaluate(spans(("demand", 0, 70), ("problem", 70, 120)), gold)
    assert row(table, "all", "characters")["recall"] == 0.9
    assert row(table, "problem")["precision"] == 1.0


def test_edges_need_child_and_parent():
    gold = spans(("heading_1", 0, 5), ("enumeration", 10, 30, {"parent": "heading_1:0-5"}))
    orphan = spans(("heading_1", 0, 5), ("enumeration", 10, 30))
    assert row(evaluate(orphan, gold), "outline")["f1"] == 0.5
    assert row(evaluate(gold, gold), "outline")["f1"] == 1


def test_verdicts_need_the_recovered_count():
    gold = spans(("announcement", 0, 4, {"attributes": '{"verdict": "unknown", "recovered": 10}'}))
    right = spans(("announcement", 0, 4, {"attributes": '{"verdict": "unknown", "recovered": 10, "n": 1}'}))
    wrong = spans(("announcement", 0, 4, {"attributes": '{"verdict": "unknown"}'}))
    assert [row(evaluate(found, gold), "announcement", "verdicts")["recall"] for found in (right, wrong)] == [1, 0]


def test_threshold_leaves_out_the_less_sure_and_layers_without_gold_are_not_scored():
    gold = spans(("idiom", 0, 4))
    found = spans(("idiom", 0, 4), ("idiom", 8, 12, {"confidence": 0.2}), ("we", 20, 22))
    assert row(evaluate(found, gold, threshold=0.5), "idiom")["f1"] == 1
    assert set(evaluate(found, gold)["label"]) == {"idiom"}


def test_intervals_are_by_speech():
    gold = pd.concat([spans(("idiom", 0, 4), ("idiom", 8, 12), speech=str(n)) for n in range(10)])
    found = pd.concat([gold[gold["speech"] < "5"], gold[gold["start"] == 0]]).drop_duplicates()
    few = {"0", "7"}
    score = row(evaluate(found[found["speech"].isin(few)], gold[gold["speech"].isin(few)]), "idiom")
    assert (score["interval"], score["f1_low"], score["f1_high"]) == ("range", pytest.approx(2 / 3), 1)
    many = row(evaluate(found, gold), "idiom")
    assert many["interval"] == "BCa" and many["f1_low"] < many["f1"] < many["f1_high"]
    assert many.equals(row(evaluate(found, gold), "idiom"))


def test_overlap_measures_of_parallelism_detection():
    gold = spans(*group("parallelism", (0, 5), (6, 11), (12, 17)))
    found = spans(*group("parallelism", (0, 5), (6, 11), (12, 15)))
    f1 = group_overlap(found, gold).set_index("measure")["f1"]
    assert list(f1.index) == ["EPM", "MPBM", "MBAWO", "MWO"]
    assert f1.tolist() == pytest.approx([0, 4 / 6, 26 / 28, 26 / 28])
    one_branch = spans(*group("parallelism", (0, 17), (30, 35)))
    assert group_overlap(one_branch, gold).set_index("measure").loc[["MBAWO", "MWO"], "precision"].tolist() == [0, 15 / 22]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["idiom", "demand", "obligation", "heading_1", "announcement"]), st.integers(0, 50),
                          st.integers(1, 9)), max_size=12, unique=True))
def test_gold_against_gold_is_one_and_against_nothing_is_zero(rows):
    gold = spans(*[(label, start, start + length) for label, start, length in rows])
    gold = gold.drop_duplicates(["label", "start"]).assign(attributes='{"verdict": "kept"}')
    moves = gold[gold["layer"] == "move"].sort_values("start")  # a partition, so no overlaps
    gold = gold[(gold["layer"] != "move") | gold.index.isin(moves.index[:1])]
    assert (evaluate(gold, gold)[["f1"]].fillna(1) == 1).all(axis=None)
    assert (evaluate(gold.head(0), gold)["f1"].fillna(0) == 0).all()


def write(folder: Path, name: str, text: str, encoding="utf-8") -> Path:
    (folder / name).write_text(text, encoding=encoding)
    return folder / name


def test_gold_is_read_with_its_confidence(tmp_path):
    file = write(tmp_path, "gold.csv", "speech,start,end,label,confidence\na.txt,0,4,idiom,low\na.txt,5,9,idiom,\n", "utf-8-sig")
    gold = read_gold(file)
    assert list(gold.columns) == COLUMNS
    assert gold["confidence"].tolist() == [np.float32(0.3), 1]
    assert gold["span"].tolist() == ["idiom:0-4", "idiom:5-9"]
    assert gold["layer"].tolist() == ["lexis", "lexis"]
    assert len(read_gold(tmp_path)) == 2
    assert (evaluate(gold, gold)["f1"] == 1).all()


@pytest.mark.parametrize("text, message", [
    ("speech,start,end\n", "label is missing"), ("speech,start,end,label\na,4,4,idiom\n", "line 2: start is not before end"),
    ("speech,start,end,label\na,0,4,idiom\na,x,4,idiom\n", "line 3: start is no whole number"),
    ("speech,start,end,label\na,0,4,成语\n", "unknown label"), ("", "no table"),
    ("speech,start,end,label,confidence\na,0,4,idiom,sure\n", "confidence"),
    ("speech,start,end,label,attributes\na,0,4,idiom,oops\n", "no JSON object")])
def test_bad_gold_is_refused_with_file_and_line(tmp_path, text, message):
    file = write(tmp_path, "gold.csv", text)
    with pytest.raises(ValueError, match=message) as error:
        read_gold(file)
    assert "gold.csv" in str(error.value)


def test_missing_gold_is_said(tmp_path):
    with pytest.raises(ValueError, match="no gold here"):
        read_gold(tmp_path / "nothing.csv")


def test_speeches_match_by_key_or_by_file_name():
    gold = pd.concat([spans(("idiom", 0, 4), speech=name) for name in ("one.txt", "part/two.txt", "other.txt")])
    assert match_speeches(gold, ["city/one.txt", "part/two.txt"])["speech"].tolist() == ["city/one.txt", "part/two.txt"]
    with pytest.raises(ValueError, match="shares no speech"):
        match_speeches(gold, ["three.txt"])


@needs_shared
def test_gold_of_the_seeds_scores_one_against_itself():
    gold = read_gold(Path(SHARED) / "gold")
    assert len(gold) == 1406
    table = evaluate(gold[gold["layer"] != "hard_negative"], gold)
    assert (table["f1"] == 1).all() and (evaluate(gold.head(0), gold)["f1"] == 0).all()
    assert row(table, "announcement", "verdicts")["n_gold"] == 8
    assert row(table, "obligation")["hard_negatives"] == 36 and row(table, "parallelism")["n_dontcare"] == 4


@needs_shared
def test_essays_of_two_branches_are_free():
    texts, gold = read_essays(Path(SHARED) / "corpora/parallelism_gold/development.jsonl")
    assert (len(texts), (gold["label"] == "parallelism").sum()) == (326, 628)
    assert row(evaluate(gold, gold), "parallelism")["n_dontcare"] == 257
