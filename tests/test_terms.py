import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from analysis.corpus import load_corpus
from analysis.terms import (association, collocations, concept_tokens, countable, dispersion, ngrams, split_by_group, term_rates,
                            tf_idf)
from analysis.words import document_of, keep_words, tokenize

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
TEXTS = {"甲": "我们要抓落实，要抓作风。", "乙": "各级要抓落实、抓作风，我们不落实。", "丙": "开会。"}


@pytest.fixture(scope="module")
def tokens():
    return tokenize([document_of(text, speech) for speech, text in TEXTS.items()])


@pytest.fixture(scope="module")
def sample():
    return tokenize(load_corpus(SAMPLE).documents())


def test_counts_rates_and_range(tokens):
    row = term_rates(tokens).set_index("term").loc["落实"]
    assert (row["count"], row["range"], row.n_speeches) == (3, 2, 3)
    assert row.rate == pytest.approx(1000 * 3 / (10 + 14 + 2))
    assert (row.low, row.high, row.interval) == (0, pytest.approx(1000 * 2 / 14), "range")


def test_counts_agree_with_pandas(sample):
    table = term_rates(sample)
    assert table.set_index("term")["count"].to_dict() == sample.word.astype(str).value_counts().to_dict()
    assert table["count"].is_monotonic_decreasing and (table.interval == "speeches").all()
    assert (table.low <= table.rate).all() and (table.rate <= table.high).all()


def test_terms_asked_for_come_in_their_order(tokens):
    table = term_rates(tokens, terms=["作风", "高铁", "要"])
    assert table.term.tolist() == ["作风", "高铁", "要"] and table["count"].tolist() == [2, 0, 3]
    assert table[["rate", "low", "high"]].notna().all(axis=None)


def test_groups(tokens):
    table = term_rates(tokens, terms=["落实"], groups={"甲": "A", "乙": "B"})
    assert table[["group", "count"]].values.tolist() == [["A", 1], ["B", 2]]
    assert table.interval.tolist() == ["none", "none"] or set(table.interval) <= {"none", "within_text"}


def test_order_of_speeches_changes_nothing(sample):
    speeches = list(sample.speech.cat.categories)
    turned = pd.concat([sample[sample.speech == speech] for speech in reversed(speeches)])
    turned["speech"] = turned.speech.cat.set_categories(speeches[::-1])
    turned.attrs = {**sample.attrs, "han": {speech: sample.attrs["han"][speech] for speech in reversed(speeches)}}
    one, two = term_rates(sample), term_rates(turned)
    pd.testing.assert_frame_equal(one, two, rtol=1e-9)


def test_one_speech_gets_an_interval_within_the_text():
    table = term_rates(tokenize([document_of("要抓落实。" * 6 + "我们开会。" * 8)]), terms=["落实"])
    assert table.interval[0] == "within_text" and table.low[0] < table.rate[0] < table.high[0]


def test_dispersion_reference():
    table = dispersion(np.array([[1], [2], [3], [4], [5]]), [9, 10, 10, 10, 11]).iloc[0]
    expected = {"dp": .18, "dp_norm": .21951, "juilland_d": .78515, "carroll_d2": .93792, "rosengren_s": .94982, "kld": .13697,
                "d_a": .69745}
    assert table[list(expected)].to_dict() == pytest.approx(expected, abs=1e-4)


@settings(deadline=None, max_examples=60)
@given(arrays(int, (6, 4), elements=st.integers(0, 9)), arrays(int, 6, elements=st.integers(5, 40)))
def test_dispersion_against_plain_formulas(counts, lengths):
    table = dispersion(counts, lengths)
    for column in range(4):
        v, n = counts[:, column], lengths.astype(float)
        if not v.sum():
            assert table.iloc[column].isna().all()
            continue
        s, f, p = n / n.sum(), v.sum(), v / n
        pairs = [abs(p[i] - p[j]) for i in range(6) for j in range(i)]
        q = p[p > 0] / p.sum()
        expected = {"dp": abs(v / f - s).sum() / 2, "d_a": 1 - np.mean(pairs) / (2 * p.mean()),
                    "juilland_d": 1 - p.std() / p.mean() / np.sqrt(5), "carroll_d2": -(q * np.log2(q)).sum() / np.log2(6),
                    "rosengren_s": np.sqrt(s * v).sum() ** 2 / f,
                    "kld": sum(a / f * np.log2(a / f / b) for a, b in zip(v, s) if a)}
        assert table.loc[column, list(expected)].to_dict() == pytest.approx(expected, abs=1e-7)


def test_dispersion_at_random_is_what_scattering_gives():
    generator = np.random.default_rng(1)
    lengths = generator.integers(500, 3000, 20)
    counts = generator.multinomial(40, lengths / lengths.sum(), 3000).T
    assert dispersion(counts, lengths).dp_residual.mean() == pytest.approx(0, abs=0.005)


def test_ngrams_stay_inside_clauses(tokens):
    bigrams = ngrams(tokens, n=2, fewest=1)
    assert "抓 作风" in set(bigrams.word) and "落实 要" not in set(bigrams.word)
    row = bigrams[(bigrams.word == "抓 落实") & (bigrams.speech == "甲")].iloc[0]
    assert TEXTS["甲"][row.start:row.end] == "抓落实"


def test_ngrams_do_not_bridge_dropped_words(tokens):
    kept = keep_words(tokens, stopwords=["抓"])
    assert "要 落实" not in set(ngrams(kept, n=2, fewest=1).word)
    assert "要 落实" in set(ngrams(kept, n=2, skip=1, fewest=1).word)


def test_skipgrams_against_brute_force(tokens):
    found = ngrams(tokens, n=3, skip=1, fewest=1).word.astype(str).value_counts().to_dict()
    expected = {}
    for _, clause in tokens.groupby(["speech", "clause"], observed=True):
        words = list(clause.word)
        for a in range(len(words)):
            for b in range(a + 1, min(a + 3, len(words))):
                for c in range(b + 1, min(b + 3, len(words))):
                    key = " ".join((words[a], words[b], words[c]))
                    expected[key] = expected.get(key, 0) + 1
    assert found == expected


def test_ngrams_are_counted_like_words(tokens):
    table = term_rates(ngrams(tokens, n=2, fewest=2), terms=["抓 作风"])
    assert table["count"][0] == 2 and table.n_speeches[0] == 3


def test_concepts_nest_and_respect_words():
    tokens = tokenize([document_of("人民币升值，为人民服务。作风建设要抓，作风要改。")], lexicon=["人民币"])
    dictionary = pd.DataFrame({"term": ["人民", "作风", "作风建设"], "category": ["主体/群众", "作风/一般", "作风/建设"]})
    found = concept_tokens(tokens, dictionary)
    assert list(zip(found.word, found.start)) == [("作风/建设", 12), ("作风/一般", 19)] or "主体/群众" in set(found.word)
    assert found.start.tolist()[0] != 0
    assert set(concept_tokens(tokens, dictionary, level=1).word) <= {"主体", "作风"}


def test_spans_are_counted_like_words(tokens):
    spans = pd.DataFrame({"speech": ["甲", "甲", "乙"], "start": [0, 6, 3], "end": [3, 9, 5], "label": ["we", "idiom", "we"]})
    table = term_rates(countable(spans, tokens)).set_index("term")
    assert table["count"].to_dict() == {"we": 2, "idiom": 1} and table.loc["we", "rate"] == pytest.approx(2000 / 26)


def test_association_reference():
    row = association([20], [100], [80], 10000).iloc[0]
    expected = {"mi": 4.6439, "t": 4.2933, "log_dice": 11.8301, "delta_p_other": .19394, "delta_p_word": .24194, "g2": 99.4589}
    assert row[list(expected)].to_dict() == pytest.approx(expected, abs=1e-4)


def test_association_against_scipy():
    stats = pytest.importorskip("scipy.stats")
    theirs = stats.chi2_contingency([[20, 80], [60, 9840]], correction=False, lambda_="log-likelihood")
    assert association([20], [100], [80], 10000).g2[0] == pytest.approx(theirs.statistic)
    assert association([1], [100], [900], 10000).g2[0] < 0


def test_collocations_by_clause_against_brute_force(sample):
    table = collocations(sample, node="要", fewest=3).set_index("other")
    clauses = [set(words) for _, words in sample.groupby(["speech", "comma_clause"], observed=True).word]
    for other in table.index[:20]:
        row = table.loc[other]
        assert row.together == sum("要" in clause and other in clause for clause in clauses)
        assert row.n_other == sum(other in clause for clause in clauses)


def test_collocations_in_a_window_count_each_word_once():
    tokens = tokenize([document_of("要抓要抓落实。会议结束。")])
    row = collocations(tokens, node="要", window=3, fewest=1).set_index("other").loc["落实"]
    assert (row.together, row["range"]) == (1, 1)
    pairs = collocations(tokens, window=3, fewest=1)
    assert "会议" not in set(pairs[pairs.word == "落实"].other) and (pairs.word < pairs.other).all()


def test_tf_idf(tokens):
    table = tf_idf(tokens, top=3)
    assert table.speech.drop_duplicates().tolist() == ["甲", "乙", "丙"]
    row = table[(table.speech == "丙") & (table.term == "开会")].iloc[0]
    assert row.weight == pytest.approx(500 * np.log(3))


@pytest.mark.parametrize("choice, message", [
    (lambda t: term_rates(t, terms=["高铁"]), "none of '高铁' occurs"), (lambda t: term_rates(t, groups={"丁": "A"}), "groups: none"),
    (lambda t: ngrams(t, n=1), "n must be 2"), (lambda t: ngrams(t, window="page"), "window: 'page'"),
    (lambda t: collocations(t, node="高铁"), "node: '高铁'"), (lambda t: collocations(t, window=0), "window: 0"),
    (lambda t: concept_tokens(t, {"A": ["高铁"]}), "none of its terms"),
    (lambda t: concept_tokens(t, {"A": ["要"], "B": ["要"]}), "stands in two categories"),
    (lambda t: concept_tokens(t, pd.DataFrame({"term": ["要"]})), "no column category"),
    (lambda t: countable(pd.DataFrame({"speech": []}), t, by="mood"), "no column 'mood'")])
def test_bad_choices_are_named(tokens, choice, message):
    with pytest.raises(ValueError, match=message):
        choice(tokens)


def test_split_keeps_speeches_without_words(tokens):
    kept = tokens[tokens.word == "要"].copy()
    kept.attrs = tokens.attrs
    parts = dict(split_by_group(kept, {"甲": "A", "丙": "A"}))
    assert term_rates(parts["A"], terms=["要"]).n_speeches[0] == 2


def test_work_reports_in_seconds(shared):
    documents = [document_of(path.read_text(encoding="utf-8"), path.name)
                 for path in sorted((shared / "corpora" / "work_reports").glob("*.txt"))]
    begin = time.process_time()
    tokens = tokenize(documents)
    cut = time.process_time()
    table = term_rates(tokens)
    assert len(documents) == 320 and len(table) > 40000
    assert cut - begin < 16 and time.process_time() - cut < 6  # twice what is promised: the machine may be busy
