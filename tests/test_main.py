import json
import re

import pandas as pd
import pytest

from tests.conftest import ROOT, SAMPLE, run


def one_line(done) -> str:
    assert "Traceback" not in done.stderr, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    return lines[0]


@pytest.mark.parametrize("command", [["report"], ["check"], ["export", "--out", "x"], ["evaluate", "--gold", "x.csv"]])
def test_a_folder_that_is_not_there_is_named_in_one_line(command, tmp_path):
    done = run(command[0], tmp_path / "nowhere", *command[1:])
    assert done.returncode == 2
    one_line(done)


def test_an_empty_folder_is_named_with_what_to_do(tmp_path):
    done = run("report", tmp_path, "--out", tmp_path / "book")
    assert done.returncode == 2 and ".txt" in one_line(done) and not (tmp_path / "book").exists()


def test_a_wrong_parameter_names_the_valid_ones(two_speeches, tmp_path):
    done = run("report", two_speeches, "--out", tmp_path / "book", "-p", "COLOUR=red")
    assert done.returncode == 2 and "SEGMENTER" in one_line(done)


def test_messages_come_in_both_languages(tmp_path):
    assert "没有" in run("check", tmp_path / "nowhere", "--lang", "zh").stderr
    assert "no such folder" in run("check", tmp_path / "nowhere", "--lang", "en").stderr


def test_check_lists_every_file_and_writes_nothing(two_speeches):
    (two_speeches / "broken.docx").write_bytes(b"not a zip")
    before = sorted(two_speeches.iterdir())
    done = run("check", two_speeches, "--json")
    files = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1 and sorted(one["path"] for one in files) == sorted(path.name for path in before)
    refused = next(one for one in files if one["path"] == "broken.docx")
    assert refused["outcome"] == "refused" and refused["messages"] and refused["speeches"] == []
    assert sorted(two_speeches.iterdir()) == before


def test_check_is_done_when_everything_loads(two_speeches):
    assert run("check", two_speeches).returncode == 0


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_export_writes_the_tables_asked_for(two_speeches, tmp_path, kind):
    done = run("export", two_speeches, "--out", tmp_path / "out", "--to", kind, "--tables", "speeches,spans,terms,passages")
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [f"{name}.{kind}" for name in ("passages", "spans", "speeches", "terms")]
    path = tmp_path / "out" / f"spans.{kind}"
    spans = {"csv": pd.read_csv, "parquet": pd.read_parquet, "jsonl": lambda path: pd.read_json(path, lines=True)}[kind](path)
    assert {"speech", "span", "start", "end", "label", "attributes"} <= set(spans.columns) and len(spans) > 100


def test_csv_opens_right_in_a_spreadsheet(two_speeches, tmp_path):
    run("export", two_speeches, "--out", tmp_path, "--tables", "speeches")
    assert (tmp_path / "speeches.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_brat_files_point_at_their_text(two_speeches, tmp_path):
    assert run("export", two_speeches, "--out", tmp_path / "brat", "--to", "brat").returncode == 0
    for annotations in (tmp_path / "brat").glob("*.ann"):
        text = annotations.with_suffix(".txt").read_text(encoding="utf-8")
        for line in annotations.read_text(encoding="utf-8").splitlines():
            if line.startswith("T"):
                _, about, shown = line.split("\t")
                label, _, places = about.partition(" ")
                pieces = [text[int(piece.split()[0]):int(piece.split()[1])] for piece in places.split(";")]
                assert " ".join(pieces) == shown


def test_an_unknown_table_is_named(two_speeches, tmp_path):
    done = run("export", two_speeches, "--out", tmp_path, "--tables", "spams")
    assert done.returncode == 2 and "spans" in one_line(done)


def test_evaluate_prints_a_row_a_label():
    done = run("evaluate", SAMPLE, "--gold", ROOT / "data" / "gold", "--json")
    rows = {json.loads(line)["label"]: json.loads(line) for line in done.stdout.splitlines()}
    assert done.returncode == 0 and rows["parallelism"]["n_gold"] > 20


def test_spans_corrected_in_brat_are_gold(two_speeches, tmp_path):
    run("export", two_speeches, "--out", tmp_path / "brat", "--to", "brat")
    first, *_ = files = sorted((tmp_path / "brat").glob("*.ann"))
    lines = first.read_text(encoding="utf-8").splitlines()
    gone = {line.split("\t")[0] for line in lines if "\tsalutation " in line}
    lines = [line for line in lines if not gone & set(re.split(r"[\t :]", line))]
    first.write_text("\n".join(lines) + "\n", encoding="utf-8")  # the annotator takes salutations away
    done = run("evaluate", two_speeches, "--gold", tmp_path / "brat", "--json")
    rows = {(row["layer"], row["label"]): row for row in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, done.stderr
    assert rows["lexis", "quotation"]["f1"] == 1 and rows["structure", "salutation"]["n_gold"] == 1 and rows["structure", "salutation"]["n_found"] == 2
    files[1].with_suffix(".txt").write_text("改过的文字。", encoding="utf-8")
    done = run("evaluate", two_speeches, "--gold", tmp_path / "brat")
    assert done.returncode == 2 and ".ann" in one_line(done)


def test_gold_that_shares_no_speech_is_named(tmp_path, two_speeches):
    (tmp_path / "gold.csv").write_text("speech,start,end,label\nother.txt,0,2,title\n", encoding="utf-8")
    done = run("evaluate", two_speeches, "--gold", tmp_path / "gold.csv")
    assert done.returncode == 2
    one_line(done)


def test_consoles_that_are_not_utf_8_still_print(two_speeches):
    done = run("check", two_speeches, PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and "Traceback" not in done.stderr
