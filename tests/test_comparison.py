from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import COLUMNS, group_profile, similarity_map, style_profile, term_profile, wide_profile
from analysis.corpus import load_corpus
from analysis.words import document_of, tokenize

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


@pytest.fixture(scope="module")
def sample():
    documents = list(load_corpus(SAMPLE).documents())
    return documents, tokenize(documents)


@pytest.fixture(scope="module")
def profile(sample):
    documents, tokens = sample
    spans = pd.DataFrame([{"speech": document.speech, "start": int(document.offsets[place]), "end": int(document.offsets[place]) + 4,
                           "layer": "lexis", "label": "idiom"} for document in documents[:-1] for place in (40, 400)])
    return style_profile(documents, tokens, spans)


def test_scores_are_standardised(profile):
    assert list(profile.columns) == COLUMNS
    scores = profile.groupby("measure").z
    assert scores.mean().abs().max() < 1e-9 and scores.std().sub(1).abs().max() < 1e-9


def test_values_are_ratios_of_sums(sample, profile):
    documents, _ = sample
    values = profile.set_index(["measure", "speech"]).value
    first = documents[0]
    assert values["idiom", first.speech] == pytest.approx(2000 / first.han) and values["idiom", documents[-1].speech] == 0
    sentences = [piece for piece in first.sentences if any("\u4e00" <= mark <= "\u9fff" for mark in first.view[slice(*piece)])]
    assert values["han_per_sentence", first.speech] == pytest.approx(first.han / len(sentences), rel=1e-3)


def test_intervals_hold_the_value(profile):
    bounded = profile.dropna(subset=["low", "high"])
    assert len(bounded) > 100 and (bounded.low <= bounded.value + 1e-9).all() and (bounded.value <= bounded.high + 1e-9).all()


def test_groups(sample, profile):
    documents, _ = sample
    groups = {document.speech: "一" if number % 2 else "二" for number, document in enumerate(documents)}
    table = group_profile(profile, groups)
    assert set(table.group) == {"一", "二"} and table[["z", "low", "high"]].notna().all(axis=None)
    with pytest.raises(ValueError, match="groups: none"):
        group_profile(profile, {"没有": "一"})


def test_one_speech_has_values_but_no_scores():
    document = document_of("要抓落实。要抓作风。要抓担当。")
    profile = style_profile([document], tokenize([document]))
    assert len(profile) and profile.z.isna().all()
    with pytest.raises(ValueError, match="similarity_map: 1 speeches"):
        similarity_map(wide_profile(profile))


def test_map_finds_planted_likeness():
    draw = np.random.default_rng(1)
    centres = {"红": draw.normal(size=40), "蓝": draw.normal(size=40)}
    rows = {f"{colour}{number}": centre + draw.normal(scale=.4, size=40) for colour, centre in centres.items() for number in range(5)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=[f"m{number}" for number in range(40)])
    placed = similarity_map(table, resamples=60)
    assert (placed.speech.str[0] == placed.nearest.str[0]).all()
    across = placed.groupby(placed.speech.str[0]).x.mean().diff().abs().iloc[-1]
    assert placed.spread.max() < across / 2 and placed.stability.between(0, 1).all() and 0 < placed.attrs["shown"] <= 1


def test_map_does_not_depend_on_order(sample):
    table = term_profile(sample[1], top=60)
    one, two = similarity_map(table, resamples=20), similarity_map(table.iloc[::-1, ::-1], resamples=20)
    pd.testing.assert_frame_equal(one, two.iloc[::-1].reset_index(drop=True), rtol=1e-6)


def test_term_profile(sample):
    table = term_profile(sample[1], top=30)
    assert table.shape == (len(sample[0]), 30) and table.std().sub(1).abs().max() < 1e-9
