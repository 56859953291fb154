import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.diversity import hdd, lexical_diversity, mattr, mtld, mtld_ma, readability
from analysis.words import Segmenter, document_of, han_words, tokenize

WORDS = st.lists(st.integers(0, 12), min_size=12, max_size=120)


@settings(deadline=None)
@given(WORDS, st.integers(2, 12))
def test_mattr_against_every_window(words, window):
    shares = [len(set(words[i:i + window])) / window for i in range(len(words) - window + 1)]
    assert mattr(words, window) == pytest.approx(np.mean(shares))


@settings(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=42, max_size=120))
def test_hdd_against_scipy(words):
    uses = np.unique(words, return_counts=True)[1]
    assert hdd(words) == pytest.approx((1 - stats.hypergeom.pmf(0, len(words), uses, 42)).sum() / 42)


@settings(deadline=None)
@given(WORDS)
def test_mtld_against_the_definition(words):
    def one_way(words):
        factors, start = 0.0, 0
        for place in range(len(words)):
            piece = words[start:place + 1]
            share = len(set(piece)) / len(piece)
            if place + 1 == len(words):
                factors += (1 - share) / .28
            elif share < .72 and len(piece) >= 10:
                factors, start = factors + 1, place + 1
        return len(words) / factors if factors else float("nan")
    assert mtld(words) == pytest.approx((one_way(words) + one_way(words[::-1])) / 2, nan_ok=True)


def test_too_few_words_have_no_value():
    assert np.isnan(mattr([1, 2], 50)) and np.isnan(hdd([1] * 41)) and np.isnan(mtld([1, 2])) and np.isnan(mattr([], 50))


@pytest.mark.parametrize("seed, expected", [
    ("000", (2366, 930, .7969, .5569, .9014, 92.23, 97.53)), ("004", (2060, 861, .8376, .6025, .9207, 123.58, 149.36))])
def test_seeds_reference(shared, seed, expected):
    """The reference counts the title with the body."""
    path = next((shared / "corpora" / "seed_speeches").glob(f"{seed}_*.txt"))
    text = path.read_text(encoding="utf-8")
    with open(shared / "gold" / f"seed_{seed}.csv", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["layer"] == "structure"]
    place = {row["label"]: (int(row["start"]), int(row["end"])) for row in reversed(rows)}
    kept = np.zeros(len(text), bool)
    kept[place["salutation"][0]:] = True
    for row in rows:
        if row["label"] == "boilerplate":
            kept[int(row["start"]):int(row["end"])] = False
    body = "".join(text[at] for at in np.flatnonzero(kept))
    words = han_words(tokenize([document_of(text[slice(*place["title"])] + "\n" + body)], segmenter=Segmenter("jieba")))
    codes = words.word.cat.codes.to_numpy()
    found = (len(codes), len(set(codes)), mattr(codes, 50), mattr(codes, 500), hdd(codes), mtld(codes), mtld_ma(codes))
    assert found == pytest.approx(expected, rel=1e-4)
    clauses = readability([document_of(body)], words).han_per_clause[0]
    assert clauses == pytest.approx({"000": 12.7, "004": 12.0}[seed], abs=.05)


def test_diversity_table():
    documents = [document_of("要抓落实，要抓作风。2024年见效。", "甲"), document_of("。", "乙")]
    table = lexical_diversity(tokenize(documents), documents).set_index("speech")
    assert table.loc["甲", ["n_tokens", "n_types"]].tolist() == [8, 6] and table.loc["乙", "n_tokens"] == 0
    assert "bigram_mattr_500" in table


def test_readability_components():
    document = document_of("同志们：\n要抓好、抓实、抓细各项工作。大家的任务的完成，靠干。")
    row = readability([document], tokenize([document])).iloc[0]
    assert (row.n_han, row.n_sentences) == (24, 3)
    assert row.han_per_clause == 6 and row.pause_share == 2 / 6 and row.longest_de_chain == 2
    assert 0 < row.function_word_share < 1
