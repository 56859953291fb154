import numpy as np
import pandas as pd
import pytest

from analysis.discovery import COLUMNS, neighbour_entropy, new_formulations
from analysis.words import Segmenter, document_of

LEADS = ["推进", "开展", "抓好", "落实", "围绕", "坚持", "牢记", "部署"]
TEXT = "".join(f"{lead}四进四送，{lead}工作。{lead}四进四送{tail}。" for lead, tail in zip(LEADS, "要实好快新稳准深细"))


def test_entropy_reference():
    assert neighbour_entropy("吃葡萄不吐葡萄皮不吃葡萄倒吐葡萄皮", "葡萄") == pytest.approx((.6931, 1.0397), abs=1e-4)
    assert neighbour_entropy("落实。落实", "落实")[0] == pytest.approx(np.log(2))  # every edge counts for itself
    with pytest.raises(ValueError, match="does not occur"):
        neighbour_entropy("落实", "担当")


def test_finds_the_new_formulation_whole():
    found = new_formulations([document_of(TEXT, "甲"), document_of(TEXT, "乙")], cohesion=1)
    assert list(found.columns) == COLUMNS and found.term[0] == "四进四送"
    row = found.iloc[0]
    assert (row["count"], row["range"], row.kind) == (32, 2, "formulation")
    assert not {"四进", "进四送", "进四", "四送"} & set(found.term)


def test_known_words_are_left_out():
    documents = [document_of(TEXT, "甲"), document_of(TEXT, "乙")]
    found = new_formulations(documents, cohesion=1, segmenter=Segmenter(lexicon=["四进四送"]))
    assert "四进四送" not in set(found.term)


def test_found_terms_serve_as_a_lexicon():
    found = new_formulations([document_of(TEXT, "甲"), document_of(TEXT, "乙")], cohesion=1)
    assert Segmenter(lexicon=found.head(1)).cut("抓好四进四送") == ["抓好", "四进四送"]


def test_range_and_order():
    one, two = document_of(TEXT, "甲"), document_of("大家开会。", "乙")
    assert "四进四送" not in set(new_formulations([one, two], cohesion=1).term)
    pd.testing.assert_frame_equal(new_formulations([one, two], cohesion=1, range_at_least=1),
                                  new_formulations([two, one], cohesion=1, range_at_least=1))


def test_nothing_to_find():
    assert len(new_formulations([document_of("开会。")])) == 0 and len(new_formulations([document_of("")])) == 0
    with pytest.raises(ValueError, match="longest: 40"):
        new_formulations([document_of("开会。")], longest=40)
    with pytest.raises(ValueError, match="no speech"):
        new_formulations([])
