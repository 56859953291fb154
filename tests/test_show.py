import matplotlib.pyplot as plt
import pandas as pd
import pytest

from analysis import show, style
from analysis.figures.dots import plot_dots

HOSTILE = "<img src=x onerror=alert(1)>\"'&"


def test_every_value_and_column_name_is_escaped():
    table = pd.DataFrame({HOSTILE: [HOSTILE]})
    markup = show.show_table(table, link={HOSTILE: ["javascript:alert(1)\"><script>"]}).markup
    assert "<img" not in markup and "<script" not in markup and "&lt;img" in markup


def test_cells_that_begin_like_a_formula_are_neutralised():
    table = pd.DataFrame({"=cmd": ["=1+1", "+1", "-1", "@x", "\tx", "落实"], "n": [1, 2, 3, 4, 5, -6]})
    lines = show.csv_text(table).splitlines()
    assert lines[0].startswith("'=cmd") and [line[0] for line in lines[1:6]] == ["'"] * 5 and lines[6] == "落实,-6"


def test_a_figure_is_described_from_its_data():
    style.use()
    table = pd.DataFrame({"term": ["要", "抓"], "rate": [9.0, 2.5]})
    axes = plot_dots(table, label="term", value="rate", unit="每千字 per 1,000", title="比率 Rates")
    figure = show.show_figure(axes, table, name="rates", label="term", value="rate")
    assert "比率 Rates" in figure.alt and "最大 largest 要 9" in figure.alt and figure.svg.startswith("<svg")


def test_a_figure_is_the_same_each_time_it_is_drawn():
    style.use()
    table = pd.DataFrame({"term": ["要", "抓"], "rate": [9.0, 2.5], "low": [8.0, 2.0], "high": [10.0, 3.0]})
    drawn = [show.Figure(plot_dots(table, label="term", value="rate", low="low", high="high", unit="x", title="t"), table, name="n").svg
             for _ in range(2)]
    assert drawn[0] == drawn[1]


def test_a_missing_glyph_is_an_error():
    style.use()
    axes = plt.subplots()[1]
    axes.set_title("\U0002a6d0\ue000")
    with pytest.raises(UserWarning, match="Glyph"):
        show.Figure(axes, pd.DataFrame(), name="boxes")
    plt.close("all")


def test_dollar_signs_are_not_mathematics():
    style.use()
    axes = plt.subplots()[1]
    axes.set_title("成本$100 $x_{1$")
    assert show.Figure(axes, pd.DataFrame(), name="dollars").svg


def test_without_texts_cells_are_cut_to_fifteen_characters(monkeypatch):
    monkeypatch.setenv("SPEECH_NO_TEXT", "1")
    table = pd.DataFrame({"text": ["落" * 40]})
    assert "落" * 15 not in show.show_table(table).markup and "落" * 15 not in show.csv_text(table)


def test_dots_keep_the_order_of_the_table_and_drop_names_where_they_would_overlap():
    many = pd.DataFrame({"term": [f"词{n}" for n in range(320)], "rate": range(320)})
    axes = plot_dots(many, label="term", value="rate", unit="x", title="t")
    assert not axes.get_yticklabels()
    few = plot_dots(many.head(3), label="term", value="rate", unit="x", title="t")
    assert [one.get_text() for one in few.get_yticklabels()] == ["词0", "词1", "词2"]
    plt.close("all")
