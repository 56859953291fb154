"""Facts of the bundled corpus and its gold: what every figure and score of the project stands on."""

import importlib.util
import json
import re

import pandas as pd
import pytest

from analysis.characters import count_han
from analysis.corpus import load_corpus
from analysis.evaluation import read_gold
from analysis.spans import LABELS

from .conftest import ROOT, SAMPLE

GOLD = sorted((ROOT / "data" / "gold").glob("*.csv"))
NOWHERE = {"heading_4"}  # the only label that no speech of the sample has
GROUPS = {"parallelism": 3, "couplet": 2, "contrast": 2, "enumeration": 2}  # and how many members they have at least


@pytest.fixture(scope="module")
def sample():
    return load_corpus(SAMPLE)


@pytest.fixture(scope="module")
def texts(sample):
    return dict(zip(sample.speeches["speech"].astype(str), sample.speeches["text"]))


@pytest.fixture(scope="module")
def bodies(sample):
    """The Han of each body, in the order of the text."""
    return {one.speech: "".join(re.findall("[\u4e00-\u9fff]", one.view)) for one in sample.documents()}


@pytest.fixture(scope="module")
def borrowed():
    return pd.read_csv(ROOT / "data" / "gold" / "passages" / "borrowed.csv", encoding="utf-8-sig")


def gold_rows(file):
    return pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8-sig").astype({"start": int, "end": int})


def runs(text, length):
    return {text[at:at + length] for at in range(len(text) - length + 1)}


# -- the speeches


def test_24_speeches_of_seven_speakers_over_ten_years(sample):
    speeches = sample.speeches
    assert len(speeches) == speeches["sha256"].nunique() == speeches["text"].nunique() == 24
    assert speeches["date"].min() == "2013-05-17" and speeches["date"].max() == "2022-01-13"
    assert set(speeches["year"]) == set(range(2013, 2023))
    assert speeches["speaker"].nunique() == 7 and speeches["occasion"].nunique() >= 5 and speeches["theme"].nunique() >= 7
    assert "refused" not in set(sample.problems["outcome"])


def test_lengths(sample):
    assert sample.speeches["n_han"].between(1500, 4000).all()
    assert sample.speeches["n_han"].sum() >= 60_000


def test_metadata_name_speeches_and_lenders_by_their_keys(sample):
    metadata = pd.read_csv(SAMPLE / "metadata.csv", dtype=str, keep_default_na=False)
    keys = set(sample.speeches["speech"])
    assert set(metadata["speech"]) == keys
    assert {lender for cell in metadata["borrowed_from"] for lender in cell.split(";") if lender} <= keys


def test_files_of_five_kinds(sample):
    assert sample.speeches["speech"].str.rsplit(".").str[-1].value_counts().to_dict() == {"txt": 20, "md": 2, "docx": 1, "pdf": 1}
    remarks = dict(zip(sample.problems["kind"], sample.problems["file"].str[:10]))
    assert (remarks["encoding"], remarks["numbers_written"], remarks["pdf_text"]) == ("2014-12-29", "2016-11-11", "2021-07-09")


def test_word_file_shows_its_automatic_numbers(texts):
    text = next(text for speech, text in texts.items() if speech.endswith(".docx"))
    assert re.findall(r"^[一二三四五六七八九十]+、", text, re.M) == ["一、", "二、", "三、"]
    assert re.findall(r"^（[一二三四五六七八九十]+）", text, re.M) == 3 * ["（一）", "（二）", "（三）", "（四）"]
    assert len(re.findall(r"^\d+\.", text, re.M)) == 24


def test_pdf_lines_are_joined_and_its_page_numbers_marked(sample, texts):
    speech = next(speech for speech in texts if speech.endswith(".pdf"))
    marks = sample.boilerplate[sample.boilerplate["speech"] == speech]
    assert [texts[speech][s:e].strip() for s, e in zip(marks["start"], marks["end"])] == ["— 1 —", "— 2 —", "— 3 —", "— 4 —"]
    document = next(one for one in sample.documents() if one.speech == speech)
    assert (len(document.lines), len(document.view)) == (20, 2422) and all(document.view[end - 1] in "。？" for _, end in document.lines)


# -- gold


@pytest.mark.parametrize("file", GOLD, ids=lambda file: file.stem)
def test_gold_rows_hold_their_text_and_hang_together(file, texts):
    rows = gold_rows(file)
    assert rows["speech"].nunique() == 1 and rows["span"].is_unique
    text = texts[rows["speech"][0]]
    assert [text[s:e] for s, e in zip(rows["start"], rows["end"])] == list(rows["text"])
    assert set(rows["parent"]) - {""} <= set(rows["span"])
    assert set(rows["label"]) <= set(LABELS)


@pytest.mark.parametrize("file", GOLD, ids=lambda file: file.stem)
def test_groups_are_complete(file):
    rows = gold_rows(file)
    members = rows[rows["label"].str.endswith("_member") | (rows["label"] == "enumeration_item")]
    size = members.groupby("parent").size()
    groups = rows[rows["label"].isin(GROUPS) & (rows["layer"] != "hard_negative")]
    assert all(size.get(row.span, 0) >= GROUPS[row.label] for row in groups.itertuples())
    said = {row.span: json.loads(row.attributes).get("n") for row in groups.itertuples()}
    assert all(said[span] in (None, size[span]) for span in said)
    place = {row.span: (row.start, row.end) for row in groups.itertuples()}
    assert all(place[row.parent][0] <= row.start and row.end <= place[row.parent][1] for row in members.itertuples())


@pytest.mark.parametrize("file", GOLD, ids=lambda file: file.stem)
def test_moves_partition_the_body_without_its_headings(file, texts):
    rows = gold_rows(file)
    text = texts[rows["speech"][0]]

    def places(part):
        return [at for start, end in zip(part["start"], part["end"]) for at in range(start, end) if not text[at].isspace()]

    moves = places(rows[rows["layer"] == "move"])
    left_out = places(rows[rows["label"].str.startswith("heading_") | (rows["label"] == "boilerplate")])
    start = rows.loc[rows["label"] == "salutation", "start"].min()
    body = {at for at in range(start, len(text)) if not text[at].isspace()}
    assert len(moves) == len(set(moves)) and set(moves) == body - set(left_out)
    edges = set(rows.loc[rows["layer"] == "move", "end"])
    assert all(text[edge - 1] in "。！？：；”" for edge in edges)


def test_every_label_is_there_but_one():
    gold = pd.concat([gold_rows(file) for file in GOLD])
    gold = gold[gold["layer"] != "hard_negative"]
    assert gold["speech"].nunique() == 10
    assert set(LABELS) - set(gold["label"]) == NOWHERE


def test_gold_reads_as_the_scorer_reads_it():
    gold = read_gold(ROOT / "data" / "gold")
    assert gold["speech"].nunique() == 10 and len(gold) > 4000


# -- borrowing


def test_borrowed_passages(borrowed, texts, sample):
    assert len(borrowed) == 12 and set(borrowed["kind"]) == {"verbatim", "changed"}
    for row in borrowed.itertuples():
        lent, taken = texts[row.speech_a][row.start_a:row.end_a], texts[row.speech_b][row.start_b:row.end_b]
        assert row.n_han == count_han(taken) and (lent == taken) == (row.kind == "verbatim")
        assert lent[-1] == taken[-1] == "。"
    lenders = sample.speeches.set_index("speech")["borrowed_from"].fillna("")
    said = {(lender, speech) for speech, cell in lenders.items() for lender in cell.split(";") if lender}
    assert set(zip(borrowed["speech_a"], borrowed["speech_b"])) == said


def test_one_speech_is_two_thirds_an_older_one(borrowed, sample):
    copied = borrowed.groupby("speech_b")["n_han"].sum() / sample.speeches.set_index("speech")["n_han"]
    assert copied.idxmax().startswith("2022-01-13") and 0.6 < copied.max() < 0.7


def test_texts_not_templates(bodies, borrowed, texts):
    """No 12 Han are shared by two speeches but in borrowed passages and in formulas."""
    formulas = set(pd.read_csv(ROOT / "data" / "lexicons" / "formulas.csv")["term"])
    passages = {}
    for row in borrowed.itertuples():
        passages.setdefault((row.speech_a, row.speech_b), "")
        passages[row.speech_a, row.speech_b] += "|" + "".join(re.findall("[\u4e00-\u9fff]", texts[row.speech_b][row.start_b:row.end_b]))
    pieces = {speech: runs(body, 12) for speech, body in bodies.items()}
    names = sorted(pieces)
    for place, one in enumerate(names):
        for other in names[place + 1:]:
            allowed = passages.get((one, other), "")
            new = {run for run in pieces[one] & pieces[other] if run not in allowed and not any(run in term for term in formulas)}
            assert not new, (one, other)


def test_nothing_is_taken_from_real_speeches(bodies, shared):
    """No 24 Han stand in the seed speeches, nor, but for formulas, in the work reports."""
    formulas = pd.read_csv(ROOT / "data" / "lexicons" / "formulas.csv")["term"]
    ours = set().union(*(runs(body, 24) for body in bodies.values()))
    ours = {run for run in ours if not any(run in term for term in formulas)}
    real = [path for folder in ("seed_speeches", "work_reports") for path in (shared / "corpora" / folder).rglob("*.txt")]
    assert real
    for path in real:
        text = "".join(re.findall("[\u4e00-\u9fff]", path.read_text(encoding="utf-8", errors="replace")))
        assert not any(text[at:at + 24] in ours for at in range(len(text) - 23)), path.name


# -- the readme


def test_readme_shows_the_counts_and_the_agreement_that_the_script_makes():
    spec = importlib.util.spec_from_file_location("agreement", ROOT / "benchmarks" / "agreement.py")
    agreement = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(agreement)
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert agreement.with_tables(readme) == readme


def test_readme_describes_every_column(sample):
    readme = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    columns = [*pd.read_csv(SAMPLE / "metadata.csv").columns, *sample.speeches, *sample.problems, *sample.boilerplate, *gold_rows(GOLD[0])]
    assert [name for name in columns if f"`{name}`" not in readme] == []
    lists = [path.name for path in sorted((ROOT / "data" / "lexicons").glob("*.csv"))]
    assert [name for name in lists if f"`{name}`" not in readme] == []
