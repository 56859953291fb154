"""Word lists: whole, sourced, matched fast, and open to the user's own rows."""

import time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.lexicons import FOLDER, Matcher, alternation, genre_terms, read_lexicon, stopwords

NAMES = ["idioms", "folk_sayings", "classical_sayings", "genre_terms", "stopwords", "modal_cues", "vague_agents_and_hedges",
         "metaphor_vehicles", "connectives", "plan_nouns", "formulas"]


@pytest.mark.parametrize("name", NAMES)
def test_every_row_has_a_term_a_kind_and_a_source(name):
    table = read_lexicon(name)
    assert len(table) > 10 and (table[["term", "kind", "source"]] != "").all(axis=None)
    assert not table["term"].duplicated().any()
    assert (FOLDER / f"{name}.csv").read_bytes().startswith(b"term,")


def test_the_lists_hold_what_the_genre_needs():
    idioms = read_lexicon("idioms").set_index("term")
    assert {"实事求是", "脚踏实地", "真抓实干", "创先争优"} <= set(idioms.index)
    assert idioms.loc["固步自封", "variant_of"] == "故步自封"
    assert {"高质量发展", "首问责任制", "三严三实"} <= set(genre_terms()["term"])
    assert {"的", "我们"} <= stopwords()


def test_the_user_adds_rows_and_takes_terms_out(tmp_path):
    (tmp_path / "stopwords.csv").write_text("term,kind,source\n砚州,name,mine\n的,off,mine\n", encoding="utf-8-sig")
    words = stopwords(folder=tmp_path)
    assert "砚州" in words and "的" not in words


@pytest.mark.parametrize("text", ["word\n砚州\n", ""])
def test_a_bad_list_is_named(tmp_path, text):
    (tmp_path / "stopwords.csv").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="stopwords.csv"):
        read_lexicon("stopwords", folder=tmp_path)
    with pytest.raises(ValueError, match="no such word list"):
        read_lexicon("nothing")


def test_the_longest_term_wins_and_matches_do_not_overlap():
    found = Matcher({"a": ["落实", "抓落实", "实事"], "b": ["落实实事"]}).find("抓落实实事")
    assert found == {"a": [(0, 3, "抓落实"), (3, 5, "实事")], "b": [(1, 5, "落实实事")]}


def test_no_match_runs_past_the_end():
    assert Matcher({"a": ["红线", "红线意识"]}).find("严守红线") == {"a": [(2, 4, "红线")]}


def test_a_comma_in_a_term_is_any_pause():
    matcher = Matcher({"a": ["一分部署，九分落实"]})
    assert all(matcher.find(text)["a"] for text in ("一分部署，九分落实", "一分部署、九分落实", "一分部署九分落实"))
    assert alternation(["甲", "甲乙"]) == "甲乙|甲"


@given(st.text(alphabet="落实抓事求是，、。a", max_size=60))
def test_matches_are_the_terms_at_their_places(text):
    matcher = Matcher({"a": ["落实", "抓落实", "实事求是", "事，求"]})
    free = 0
    for start, end, term in matcher.find(text)["a"]:
        assert free <= start and text[start:end].replace("、", "").replace("，", "") == term.replace("，", "")
        free = end


def test_looking_up_idioms_is_linear():
    matcher = Matcher({"idioms": read_lexicon("idioms")["term"]})
    seconds = []
    for size in (20_000, 200_000):
        text = "各部门要实事求是抓落实，" * (size // 12)
        start = time.perf_counter()
        matcher.find(text)
        seconds.append(time.perf_counter() - start)
    assert seconds[1] < 40 * seconds[0] + 0.05 and isinstance(read_lexicon("idioms"), pd.DataFrame)


def test_the_readme_names_every_list():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{file.name}`" in readme for file in FOLDER.glob("*.csv"))
    assert {*NAMES, "move_weights"} == {file.stem for file in FOLDER.glob("*.csv")}  # weights: see test_moves.py
