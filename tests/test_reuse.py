import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from analysis.corpus import load_corpus
from analysis.reuse import containment, find_passages
from analysis.characters import is_han
from analysis.units import Document, count_han

SAMPLE = os.path.join(os.path.dirname(__file__), "..", "data", "sample")
BORROWED = "堤上的每一锹土都要看得见人影，图上画的线不算数"


def document(name: str, text: str) -> Document:
    return Document(name, text, np.arange(len(text), dtype="int32"))


def speeches(*names: str, dates=None) -> pd.DataFrame:
    return pd.DataFrame({"speech": names, "date": dates or [None] * len(names)})


def test_a_passage_taken_over_word_for_word_is_found_with_its_direction():
    a, b = document("a", f"甲。{BORROWED}。乙丙"), document("b", f"丁戊，{BORROWED}！")
    row = find_passages([a, b], speeches("a", "b", dates=["2015-03-06", "2021-02-03"])).iloc[0]
    assert a.view[row.start_a:row.end_a] == b.view[row.start_b:row.end_b] == BORROWED
    assert (row.identity, row.direction, row.n_han) == (1.0, "a to b", count_han(BORROWED))


def test_small_changes_inside_do_not_break_a_passage():
    changed = BORROWED.replace("土", "砂石")
    row = find_passages([document("a", BORROWED), document("b", changed)], speeches("a", "b"), shortest=6).iloc[0]
    assert row.end_a == len(BORROWED) and .85 < row.identity < 1 and row.direction is pd.NA


def test_what_many_speeches_share_does_not_begin_a_passage():
    many = [document(str(number), f"{chr(0x4e00 + number * 7)}{BORROWED}") for number in range(12)]
    assert len(find_passages(many, speeches(*map(str, range(12))), most=10)) == 0
    assert len(find_passages(many, speeches(*map(str, range(12))), most=12)) == 66


def test_containment_against_sets_made_by_hand():
    a, b = "一二三四五六", "二三四五六七八"
    runs = lambda text: {text[place:place + 5] for place in range(len(text) - 4)}
    table = containment([document("a", a), document("b", b)]).set_index(["speech_a", "speech_b"])
    assert table.loc[("a", "b"), "containment"] == len(runs(a) & runs(b)) / len(runs(a))
    assert table.loc[("b", "a"), "jaccard"] == len(runs(a) & runs(b)) / len(runs(a) | runs(b))


def test_the_sample_shows_the_borrowings_its_metadata_name():
    corpus = load_corpus(SAMPLE)
    found = find_passages(list(corpus.documents()), corpus.speeches)
    pairs = set(zip(found["speech_a"].str[:10], found["speech_b"].str[:10]))
    told = {(source[:10], row.speech[:10]) for row in corpus.speeches.itertuples() if isinstance(row.borrowed_from, str)
            for source in row.borrowed_from.split(";") if source}
    assert told <= pairs
    assert set(found.loc[found["n_han"] >= 20, "direction"]) == {"a to b"}


def test_seed_speeches_give_the_published_jaccard():
    if "SPEECH_SHARED" not in os.environ:
        pytest.skip("not run: SPEECH_SHARED is not set")
    corpus = load_corpus(os.path.join(os.environ["SPEECH_SHARED"], "corpora", "seed_speeches"))
    table = containment(list(corpus.documents()), k=5)
    assert table["jaccard"].iloc[0] == pytest.approx(.0049, abs=.0006)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="要抓落实改好，。\n", max_size=60), min_size=0, max_size=4))
def test_any_texts_give_valid_rows(texts):
    documents = [document(str(number), text) for number, text in enumerate(texts)]
    if not documents:
        return
    table = find_passages(documents, speeches(*map(str, range(len(texts)))), shortest=4)
    for row in table.itertuples():
        assert texts[int(row.speech_a)][row.start_a:row.end_a] and texts[int(row.speech_b)][row.start_b:row.end_b] and 0 < row.identity <= 1


def test_han_is_the_same_for_arrays_and_texts():
    text = "抓〇𠀀a1，々"
    assert int(is_han(np.frombuffer(text.encode("utf-32-le"), "uint32")).sum()) == count_han(text)
