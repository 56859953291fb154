import numpy as np
from hypothesis import given, strategies as st

from analysis.units import COLON, COMMA, LINE, PAUSE, STOP, Document, count_han


def document(text: str) -> Document:
    return Document("x", text, np.arange(len(text), dtype="int32"))


def words(text: str, pieces) -> list[str]:
    return [text[piece[0]:piece[1]] for piece in pieces]


def test_clauses_carry_the_level_of_the_delimiter_behind_them():
    text = "查问题、找差距，马上改：不等。"
    clauses = document(text).clauses
    assert words(text, clauses) == ["查问题", "找差距", "马上改", "不等"]
    assert [clause.level for clause in clauses] == [PAUSE, COMMA, COLON, STOP]


def test_line_end_is_a_delimiter_of_its_own():
    assert document("第一段\n第二段").clauses[0].level == LINE


def test_a_closing_quotation_mark_belongs_to_the_sentence_before_it():
    text = "他说：“马上办。”大家鼓掌。"
    assert words(text, document(text).sentences) == ["他说：“马上办。”", "大家鼓掌。"]


def test_lines_lose_the_indent_and_blank_lines():
    text = "　　同志们：\n\n  开会。 \n"
    assert words(text, document(text).lines) == ["同志们：", "开会。"]


def test_places_in_the_text_come_from_the_offsets_of_the_view():
    view = Document("x", "落实", np.array([3, 9], dtype="int32"))
    assert view.to_text(0, 2) == (3, 10)


def test_han_counts_leave_digits_and_marks_out():
    assert count_han("2024年，抓（落实）〇") == 5


@given(st.text(alphabet="抓落实、，。；：！？“”\n 　a1…", max_size=80))
def test_units_partition_any_text(text):
    one = document(text)
    covered = {place for start, end in one.sentences for place in range(start, end)}
    assert {place for place, mark in enumerate(text) if not mark.isspace()} <= covered
    for pieces in (one.sentences, one.lines, one.clauses):
        assert all(piece[0] < piece[1] for piece in pieces)
        assert all(first[1] <= second[0] for first, second in zip(pieces, pieces[1:]))
