import hashlib
import json
import re
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from analysis.report import WrongChoice, _replace, check_parameters, check_target, write_report
from tests.conftest import ROOT, SAMPLE, run

PAGES = sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))


def digests(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.rglob("*")) if path.is_file()}


def texts(folder: Path):
    return [(path, path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*")) if path.suffix in {".html", ".css", ".js", ".json", ".svg"}]


def test_the_book_has_a_page_for_each_notebook_and_speech(book):
    assert {f"{name}.html" for name in PAGES} | {"index.html", "provenance.json"} <= {path.name for path in book.iterdir()}
    assert len(list((book / "speeches").glob("*.html"))) == 24


def test_every_figure_has_its_data_its_vector_file_and_a_description(book):
    figures = 0
    for name in PAGES:
        page = (book / f"{name}.html").read_text(encoding="utf-8")
        for tag in re.findall("<img [^>]*>", page):
            source, alt = re.search('src="([^"]*)"', tag)[1], re.search('alt="([^"]*)"', tag)[1]
            figures += 1
            assert (book / source).is_file() and len(alt) > 15, source
            assert (book / "data" / (Path(source).stem + ".csv")).is_file(), source
    assert figures >= 15


def test_every_link_inside_the_book_leads_somewhere(book):
    for path, text in texts(book):
        if path.suffix == ".html":
            for link in re.findall(r'(?:href|src)="([^"#]*)', text):
                if link:
                    assert (path.parent / link).exists(), f"{path.name}: {link}"


def test_nothing_in_the_book_comes_from_outside(book):
    for path, text in texts(book):
        found = re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//[^"'\s>]+|url\(["']?(?:https?:)?//|@import|fetch\(""", text)
        assert not found, f"{path.name}: {found[:3]}"
        if path.suffix == ".html":
            assert "Content-Security-Policy" in text and "default-src 'none'" in text, path.name


def test_no_page_tells_where_it_was_made(book):
    for path, text in texts(book):
        assert str(ROOT) not in text and str(book.parent) not in text, path.name


def test_font_of_the_book_has_every_character_it_shows(book):
    from fontTools.ttLib import TTFont

    from analysis.style import font_characters

    held = set(TTFont(book / "book" / "font.woff2").getBestCmap())
    shown = {ord(mark) for path in book.glob("*.html") for mark in path.read_text(encoding="utf-8")}
    assert (shown & font_characters()) <= held
    assert not [chr(mark) for mark in shown - font_characters() if "\u3400" <= chr(mark) <= "\u9fff"]


def test_two_runs_are_the_same_byte_for_byte(book, tmp_path):
    """In another folder, time zone, hash seed, language of the machine and number of processes."""
    copy = tmp_path / "elsewhere" / "sample"
    shutil.copytree(SAMPLE, copy)
    done = run("report", copy, "--out", tmp_path / "other", "--jobs", "1", TZ="Asia/Shanghai", PYTHONHASHSEED="7", LC_ALL="C.UTF-8", SOURCE_DATE_EPOCH="1")
    assert done.returncode == 0, done.stderr
    one, other = digests(book), digests(tmp_path / "other")
    assert one.keys() == other.keys()
    assert [name for name in one if one[name] != other[name]] == []


def test_provenance_names_corpus_versions_parameters_and_accuracy(book):
    record = json.loads((book / "provenance.json").read_text(encoding="utf-8"))
    assert record["corpus"]["speeches"] == 24 and len(record["corpus"]["sha256"]) == 24
    assert {"pandas", "jieba", "rjieba", "matplotlib", "wordcloud"} <= record["versions"].keys()
    assert record["detector_accuracy"]["labels"]["parallelism"]["f1"] > 0


@pytest.mark.parametrize("kind", ["one", "undated"])
def test_every_notebook_runs_on_small_folders(kind, two_speeches, tmp_path):
    files = sorted(two_speeches.iterdir())
    if kind == "one":
        files[1].unlink()
    if kind == "undated":
        for number, path in enumerate(files):
            text = re.sub(r"^（?\d{4}年.*$", "", path.read_text(encoding="utf-8"), flags=re.M)
            (two_speeches / f"讲话{number}.txt").write_text(text, encoding="utf-8")
            path.unlink()
    done = run("report", two_speeches, "--out", tmp_path / "book")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "book" / "index.html").is_file()


def test_every_notebook_runs_on_the_seed_speeches(shared, tmp_path):
    done = run("report", shared / "corpora" / "seed_speeches", "--out", tmp_path / "book")
    assert done.returncode == 0, done.stderr


def test_jieba_passes_where_rjieba_does(two_speeches, tmp_path):
    done = run("report", two_speeches, "--out", tmp_path / "book", "-p", "SEGMENTER=jieba")
    assert done.returncode == 0, done.stderr
    assert "jieba 0.42" in (tmp_path / "book" / "02_terms.html").read_text(encoding="utf-8")


def test_without_texts_no_long_passage_is_in_the_book(two_speeches, tmp_path):
    done = run("report", two_speeches, "--out", tmp_path / "book", "--no-text")
    assert done.returncode == 0, done.stderr
    runs = set()
    for path in two_speeches.iterdir():
        han = re.sub(r"[^\u4e00-\u9fff]", "", path.read_text(encoding="utf-8"))
        runs |= {han[place:place + 20] for place in range(0, len(han) - 20)}
    for path, text in texts(tmp_path / "book") + [(path, path.read_text(encoding="utf-8-sig")) for path in (tmp_path / "book").rglob("*.csv")]:
        han = re.sub(r"[^\u4e00-\u9fff]", "", re.sub("<[^>]*>", "", text))
        shared_runs = {han[place:place + 20] for place in range(len(han) - 19)} & runs
        assert not shared_runs, f"{path.name}: {sorted(shared_runs)[:2]}"


def test_what_comes_from_a_hostile_file_is_dead_text(tmp_path):
    folder = tmp_path / "hostile"
    folder.mkdir()
    bad = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    (folder / "a<b>&'.txt").write_text(f"{bad}在大会上的讲话\n同志们：\n{bad}一是要{bad}抓落实。二是要改作风。“{bad}”\n", encoding="utf-8")
    (folder / "metadata.csv").write_text(f"file,speaker,{bad}\na<b>&'.txt,{bad},=1+1\n", encoding="utf-8")
    done = run("report", folder, "--out", tmp_path / "book")
    assert done.returncode == 0, done.stderr
    for path, text in texts(tmp_path / "book"):
        if path.suffix in {".html", ".svg"}:
            assert "<img src=x" not in text and "<script>alert" not in text, path.name


def test_a_failing_notebook_marks_its_page_and_leaves_the_others(two_speeches, tmp_path):
    notebooks = tmp_path / "notebooks"
    shutil.copytree(ROOT / "notebooks", notebooks)
    for path in list(notebooks.glob("*.ipynb"))[2:]:
        path.unlink()
    broken = sorted(notebooks.glob("*.ipynb"))[1]
    notebook = nbformat.read(broken, as_version=4)
    notebook.cells[-1].source = "1 / 0"
    nbformat.write(notebook, broken)
    book = write_report(two_speeches, tmp_path / "book", notebooks=notebooks)
    assert [(name, cell) for name, cell, _ in book.failed] == [(broken.stem, len(notebook.cells))]
    assert "ZeroDivisionError" in book.failed[0][2]
    assert 'class="failed"' in (tmp_path / "book" / f"{broken.stem}.html").read_text(encoding="utf-8")


def test_parameters_are_checked_against_the_notebooks():
    source = {"x": nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('DATA = "a"\nTOP = 30\nPOS = ["n"]', metadata={"tags": ["parameters"]})])}
    assert check_parameters({"TOP": "12", "POS": "n,v"}, source) == {"TOP": 12, "POS": ["n", "v"]}
    with pytest.raises(WrongChoice, match="TOP=30"):
        check_parameters({"TERMS": "x"}, source)
    with pytest.raises(WrongChoice, match="int"):
        check_parameters({"TOP": "many"}, source)


def test_a_book_is_never_written_over_other_files(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FileExistsError, match="--out"):
        check_target(tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "x"


def test_an_interrupted_run_leaves_the_last_book_whole(two_speeches, tmp_path, monkeypatch):
    out = tmp_path / "book"
    out.mkdir()
    (out / "provenance.json").write_text("the last book")
    import analysis.pages

    def interrupt(*_):
        raise KeyboardInterrupt
    monkeypatch.setattr(analysis.pages, "prepare", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_report(two_speeches, out)
    assert (out / "provenance.json").read_text() == "the last book"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".book")] == []


def test_a_new_book_takes_the_place_of_the_old_one(tmp_path):
    old, new = tmp_path / "book", tmp_path / "building"
    old.mkdir(), new.mkdir()
    (old / "old.html").write_text("old"), (new / "new.html").write_text("new")
    _replace(new, old)
    assert [path.name for path in old.iterdir()] == ["new.html"] and sorted(path.name for path in tmp_path.iterdir()) == ["book"]


def test_figures_stay_legible_at_320_speeches(shared, tmp_path):
    """All real parts on all work reports; the time on two cores is in benchmarks/."""
    done = run("report", shared / "corpora" / "work_reports", "--out", tmp_path / "book")
    assert done.returncode == 0, done.stderr
    speeches = pd.read_csv(tmp_path / "book" / "data" / "01_speeches.csv")
    assert len(speeches) >= 315 and speeches["place"].notna().all()
