import numpy as np
import pandas as pd

from analysis.spans import LABELS, MOVES, Found, attribute, check_spans, coverage, span_rows, span_table, to_brat
from analysis.units import Document

TEXT = "要查问题、改问题、防问题。"
SPEECHES = pd.DataFrame({"speech": ["a.txt"], "text": [TEXT]})


def found_table(found: list[Found]) -> pd.DataFrame:
    return span_table(span_rows(found, Document("a.txt", TEXT, np.arange(len(TEXT), dtype="int32")), source="test"))


def group() -> list[Found]:
    whole = Found("parallelism", 1, 12, attributes={"n": 3, "anchor": "问题"})
    return [whole] + [Found("parallelism_member", start, start + 3, parent=whole, order=order)
                      for order, start in enumerate((1, 5, 9), 1)]


def test_a_group_is_a_parent_row_and_its_members():
    table = found_table(group())
    assert table["span"].tolist()[0] == "parallelism:1-12"
    assert table["parent"].dropna().unique().tolist() == ["parallelism:1-12"]
    assert table["order"].dropna().tolist() == [1, 2, 3]
    assert check_spans(table, SPEECHES) == []


def test_equal_findings_get_different_ids():
    table = found_table([Found("obligation", 0, 1), Found("obligation", 0, 1)])
    assert table["span"].tolist() == ["obligation:0-1", "obligation:0-1.2"]


def test_empty_findings_are_left_out():
    assert len(found_table([Found("obligation", 3, 3)])) == 0


def test_offsets_point_into_the_text_not_the_view():
    view = Document("a.txt", "要查", np.array([5, 8], dtype="int32"))
    table = span_table(span_rows([Found("obligation", 0, 1), Found("obligation", 1, 2)], view, source="test"))
    assert list(zip(table["start"], table["end"])) == [(5, 6), (8, 9)]


def test_coverage_counts_members_once_and_not_the_hull():
    table = found_table(group() + [Found("parallelism_member", 1, 4)])
    assert coverage(table, ["parallelism_member"]).to_dict() == {"a.txt": 9}


def test_evidence_is_read_by_name():
    values = attribute(found_table(group()), "n")
    assert values.tolist()[0] == 3 and values.isna().sum() == 3


def test_an_empty_table_has_no_fault():
    assert check_spans(span_table([]), SPEECHES) == []


def test_checks_name_every_kind_of_fault():
    table = found_table(group())
    broken = table.assign(end=table["end"].where(table["label"] != "parallelism", 99), parent="nobody")
    said = "\n".join(check_spans(broken, SPEECHES))
    assert "not a stretch" in said and "parent nobody is not there" in said
    circle = table.assign(parent=table["span"])
    assert any("own ancestor" in one for one in check_spans(circle, SPEECHES))


def test_every_label_has_a_layer_and_two_names():
    assert all(about.layer and about.chinese and about.english for about in LABELS.values())
    assert len(MOVES) == 13


def test_brat_lists_pieces_of_spans_that_cross_lines():
    text = "一、查\n二、改"
    table = span_table([("a", "enumeration:0-7", 0, 7, "structure", "enumeration", None, None, 1.0, "t", '{"n": 2}')])
    assert to_brat(table, text).splitlines() == ["T1\tenumeration 0 3;4 7\t一、查 二、改", '#1\tAnnotatorNotes T1\t{"n": 2}']
