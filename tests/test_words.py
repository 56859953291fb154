import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.corpus import load_corpus
from analysis.lexicons import genre_terms
from analysis.units import Document
from analysis.words import (COLUMNS, Segmenter, document_of, han_words, keep_words, lexicon_terms, segmentation_audit,
                            speech_lengths, term_cuts, tokenize)

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
PLAIN = Segmenter()
TEXT = "同志们：\n今天开会，部署作风建设、狠抓落实。大家要带头！\n会后各单位立即行动。"


@pytest.fixture(scope="module")
def sample():
    return list(load_corpus(SAMPLE).documents())


@pytest.fixture(scope="module")
def jieba_alone():
    return Segmenter("jieba")


def test_columns_and_units():
    tokens = tokenize([document_of(TEXT)])
    assert list(tokens.columns) == COLUMNS
    rows = tokens.set_index(tokens.word.astype(str))
    assert rows.loc["作风", "clause"] == rows.loc["建设", "clause"] != rows.loc["狠抓落实", "clause"]
    assert rows.loc["作风", "comma_clause"] == rows.loc["狠抓落实", "comma_clause"] != rows.loc["今天", "comma_clause"]
    assert rows.loc["大家", "sentence"] == rows.loc["狠抓落实", "sentence"] + 1
    assert rows.loc["会后", "paragraph"] == 2
    assert tokens.index.tolist() == list(range(len(tokens)))


def test_offsets_point_into_the_text_as_loaded():
    text = "网站横幅\n同志们：要抓<b>落实</b>。"
    kept = [place for place in range(5, len(text)) if text[place] not in "<b>/"]
    document = Document("一", "".join(text[place] for place in kept), np.array(kept, dtype="int32"))
    tokens = tokenize([document])
    row = tokens[tokens.word == "落实"].iloc[0]
    assert text[row.start:row.end] == "落实"


@settings(deadline=None)
@given(st.text(alphabet="我们要抓落实高质量发展，。！、\n 12AB%“”〇𠮷", max_size=60))
def test_words_lie_in_the_text(text):
    tokens = tokenize([document_of(text)], segmenter=PLAIN)
    assert all(text[row.start:row.end] == row.word for row in tokens.itertuples())
    assert (tokens.start.to_numpy()[1:] >= tokens.end.to_numpy()[:-1]).all()
    assert speech_lengths(tokens)["text"] == document_of(text).han


def test_memory_is_compact(sample):
    tokens = tokenize(sample)
    assert tokens.memory_usage(deep=False, index=False).sum() < 40 * len(tokens)
    assert all(tokens[name].dtype == "int32" for name in ("start", "end", "clause", "comma_clause", "sentence", "paragraph"))


def test_order_of_speeches_changes_nothing():
    one, two = document_of("要抓落实。", "甲"), document_of("我们要负责。", "乙")
    first, second = tokenize([one, two]), tokenize([two, one])
    assert list(first.word.cat.categories) == list(second.word.cat.categories)
    assert first[first.speech == "甲"].start.tolist() == second[second.speech == "甲"].start.tolist()


def test_engines_cut_alike(sample, jieba_alone):
    fast = Segmenter("rjieba")
    for document in sample:
        assert fast.cut(document.view) == jieba_alone.cut(document.view), document.speech


def test_engines_cut_alike_with_the_lexicon(sample):
    lexicon = genre_terms()
    fast, reference = Segmenter("rjieba", lexicon), Segmenter("jieba", lexicon)
    assert fast.lexicon.equals(reference.lexicon)
    for document in sample:
        assert fast.cut(document.view) == reference.cut(document.view), document.speech


def test_engines_cut_the_seeds_alike(shared, jieba_alone):
    for path in sorted((shared / "corpora" / "seed_speeches").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        assert Segmenter("rjieba").cut(text) == jieba_alone.cut(text)


def test_instances_do_not_share_a_dictionary():
    with_term = Segmenter("rjieba", ["两转两提"])
    assert with_term.cut("两转两提") == ["两转两提"]
    assert Segmenter("rjieba").cut("两转两提") != ["两转两提"]


def test_jieba_is_quiet_and_leaves_the_module_dictionary_alone():
    code = ("from analysis.words import Segmenter; s = Segmenter('jieba', ['两转两提']); print(s.cut('两转两提'))\n"
            "import jieba; print(jieba.dt.initialized)")
    done = subprocess.run([sys.executable, "-X", "utf8", "-c", code], capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.split() == ["['两转两提']", "False"] and done.stderr == ""


def test_long_terms_beat_the_short_ones_inside():
    for terms in (["高质量", "高质量发展", "质量发展"], ["质量发展", "高质量发展", "高质量"]):
        assert Segmenter(lexicon=terms).cut("推动高质量发展") == ["推动", "高质量发展"]


def test_lexicon_gives_parts_of_speech():
    lexicon = pd.DataFrame({"term": ["两转两提", "三清三实"], "pos": ["nz", None]})
    assert dict(Segmenter(lexicon=lexicon).tag("两转两提三清三实")) == {"两转两提": "nz", "三清三实": "l"}


def test_fingerprint_names_engine_and_lexicon():
    plain, with_term = Segmenter(), Segmenter(lexicon=["两转两提"])
    assert plain.fingerprint.startswith("rjieba 0.")
    assert plain.fingerprint != with_term.fingerprint == Segmenter(lexicon=pd.DataFrame({"term": ["两转两提"]})).fingerprint
    assert tokenize([document_of(TEXT)], lexicon=["两转两提"]).attrs["segmenter"] == with_term.fingerprint


def test_lexicon_terms_that_cannot_stay_whole_are_left_out():
    assert lexicon_terms(["抓", "等，靠，要", "敢抓 敢管", "敢抓敢管"]).term.tolist() == ["敢抓敢管"]


@pytest.mark.parametrize("choice, message", [
    (lambda: Segmenter("hanlp"), "segmenter: 'hanlp'"), (lambda: Segmenter(lexicon=pd.DataFrame({"word": []})), "no column `term`"),
    (lambda: Segmenter(lexicon="抓落实"), "not one string"), (lambda: tokenize([]), "no speech"),
    (lambda: tokenize([document_of("甲"), document_of("乙")]), "comes twice"),
    (lambda: keep_words(tokenize([document_of("要落实")]), pos="zz"), "pos: no word is tagged zz")])
def test_bad_choices_are_named(choice, message):
    with pytest.raises(ValueError, match=message):
        choice()


def test_filters_keep_places():
    tokens = tokenize([document_of("我们要在2024年狠抓落实")])
    assert list(han_words(tokens).word) == ["我们", "要", "在", "年", "狠抓落实"]
    kept = keep_words(tokens, stopwords=["要", "在"], shortest=2)
    assert [(row.word, row.start) for row in kept.itertuples()] == [("我们", 0), ("2024", 4), ("狠抓落实", 9)]
    assert kept.attrs == tokens.attrs
    assert list(keep_words(tokens, pos=["r"]).word) == ["我们"]


def test_speech_without_words_keeps_its_row():
    tokens = tokenize([document_of("。。。", "空"), document_of("要落实", "满")])
    assert speech_lengths(tokens).to_dict() == {"空": 0, "满": 3}


def test_term_cuts_adds_up(sample):
    cuts = term_cuts(sample, ["落实", "作风", "抓落实"], segmenter=Segmenter())
    assert (cuts.whole + cuts.in_longer + cuts.cut + cuts.across == cuts.strings).all()
    text = "".join(document.view for document in sample)
    assert cuts.set_index("term").strings["落实"] == text.count("落实")


def test_audit_tells_what_the_lexicon_changed():
    text = "推动高质量发展，高质量发展要等、靠、要不得。狠抓落实。"
    audit = segmentation_audit([document_of(text)], ["高质量发展", "狠抓落实", "三清三实", "等、靠、要"]).set_index("term")
    assert audit.outcome.to_dict() == {"高质量发展": "changed", "狠抓落实": "unchanged", "三清三实": "absent", "等、靠、要": "impossible"}
    assert audit.loc["高质量发展", ["before", "whole", "cut_before"]].tolist() == [0, 2, "高质量 发展"]
