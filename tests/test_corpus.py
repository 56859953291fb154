"""A folder of anything becomes a table of speeches, and every entry of it is accounted for."""

import io
import json
import os
import random
import socket
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from .test_readers import PAGE, SPEECH, TEI, TRADITIONAL
from .test_word import OTHERS, OUTLINE, W, docx, numbered, p

from analysis.corpus import OUTCOMES, check_files, check_table, load_corpus, removed_lines
from analysis.metadata import file_name_facts, iso_date
from analysis.readers.result import Limits
from analysis.spans import LABELS, check_spans, span_table, to_brat

KINDS_WITH_A_REASON = {"refused", "ignored"}


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        write(tmp_path / name, content)
    return tmp_path


def write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())


def outcomes(corpus) -> dict[str, tuple[str, list[str]]]:
    return {one["path"]: (one["outcome"], one["kinds"]) for one in check_files(corpus, "en")}


def archive(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        for name, content in files.items():
            target.writestr(name, content)
    return file.getvalue()


def speech(number: int) -> str:
    return SPEECH.replace("三点", f"{number}点").replace("春耕", f"第{number}次春耕")


# ---------------------------------------------------------------------------------------------------------------- metadata

@pytest.mark.parametrize("said, date", [
    ("2021-2-4", "2021-02-04"), ("2021年2月4日", "2021-02-04"), ("二〇二一年二月四日", "2021-02-04"), ("二○二一年二月四日", "2021-02-04"), ("二0二一年二月四日", "2021-02-04"),
    ("二零二一年十二月三十一日", "2021-12-31"), ("2021/02/04", "2021-02-04"), ("2021.2.4", "2021-02-04"), ("20210204", "2021-02-04"), ("２０２１年２月４日", "2021-02-04"),
    ("2021年2月", "2021-02"), ("2021", "2021"), ("2021年12月21日和22日", "2021-12-21"), ("2021-02-30", None), ("2021年13月1日", None), ("2021年2月29日", None), ("21-2-4", None),
    ("2/4/2021", None), ("4 February 2021", "2021-02-04"), ("Feb 4, 2021", "2021-02-04"), ("Feb 30, 2021", None), ("去年春天", None)])
def test_dates_in_every_usual_form_and_none_guessed(said, date):
    assert iso_date(said) == date


def test_file_names_say_place_date_speaker_and_occasion():
    assert file_name_facts("广州市_2003.txt") == {"place": "广州市", "date": "2003"}
    assert file_name_facts("a/2021-02-24 在春耕会上的讲话.docx") == {"date": "2021-02-24", "title": "在春耕会上的讲话"}
    assert file_name_facts("20210224_砚州市_何清.pdf") == {"date": "20210224", "place": "砚州市", "speaker": "何清"}
    assert file_name_facts("讲话（2021.2.4）.txt")["date"] == "2021.2.4"
    assert file_name_facts("000_6829b0c84fb550af.txt") == {}


def test_each_value_says_where_it_comes_from_and_the_nearest_source_wins(tmp_path):
    files = {"metadata.csv": "文件,date,level,写作组\na.txt,2014年3月5日,town,甲组\nnone.txt,2014,,\n".encode("gb18030"),
             "a.txt": "在春耕会上的讲话\n（2014年3月6日）\n砚州市市长 何清\n同志们：\n开始。\n",
             "2015-02-30_云岭县.txt": "---\ntitle: 春耕\nspeaker: 周某\n---\n同志们：\n开会了。\n", "b.csv": "text,日期,地点\n同志们：讲甲事。,2016/7/8,云岭县\n"}
    corpus = load_corpus(folder(tmp_path, **files))
    rows = corpus.speeches.set_index("speech")
    a = rows.loc["a.txt"]
    assert (a["title"], a["date"], a["level"], a["speaker"], a["place"], a["写作组"]) == ("在春耕会上的讲话", "2014-03-05", "town", "何清", "砚州市", "甲组")
    assert json.loads(a["metadata_from"]) == {"title": "text", "date": "metadata.csv", "level": "metadata.csv", "speaker": "text", "place": "text", "occasion": "text"}
    b = rows.loc["2015-02-30_云岭县.txt"]
    assert (b["title"], b["speaker"], b["place"], b["level"]) == ("春耕", "周某", "云岭县", "county") and not isinstance(b["date"], str)
    assert rows.loc["b.csv#1", "date"] == "2016-07-08" and rows.loc["b.csv#1", "year"] == 2016
    kinds = {row.kind: row.file for row in corpus.problems.itertuples()}
    assert kinds["date_differs"] == "a.txt" and kinds["bad_date"] == "2015-02-30_云岭县.txt" and kinds["metadata_unused"] == "metadata.csv"


# ---------------------------------------------------------------------------------------------------------------- the account

@pytest.fixture(scope="module")
def zoo(tmp_path_factory):
    """A folder of sound, broken and hostile files, made by code; and what must become of each."""
    top, chance = tmp_path_factory.mktemp("zoo"), random.Random(7)
    expected: dict[str, str] = {}

    def put(name: str, content: str | bytes, outcome: str) -> None:
        write(top / name, content)
        expected[name] = outcome

    for number, encoding in enumerate(["utf-8", "utf-8-sig", "gb18030", "gb2312", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "hz"]):
        put(f"encodings/{encoding}.txt", speech(number).encode(encoding), "read")
    put("encodings/big5.txt", (TRADITIONAL * 3).encode("big5"), "read")
    put("word.docx", docx("".join(p(line) for line in speech(20).split("\n")) + numbered("甲"), numbering=OUTLINE), "read")
    put("page.html", PAGE.format("gb2312").replace("甲事", "甲丙事").encode("gb18030"), "read")
    put("tei.xml", TEI, "read")
    put("rows.csv", "text\n同志们：讲一件小事。\n同志们：讲两件小事。\n", "read")
    put("same name.txt", speech(30), "read")
    put("deep/er/same name.txt", speech(31), "read")
    put("pack.zip", archive(**{"内/一.txt": speech(32).encode("gb18030"), "二.docx": docx(p("包里的讲话。"))}), "read")
    put("brat/one.txt", "同志们：讲标注的事。", "read")
    put("brat/one.ann", "T1\tmove 0 3\t同志们\n", "read")
    put("no suffix", speech(33), "read")
    for name, content in {"old.doc": b"\xd0\xcf\x11\xe0" + bytes(99) + "WordDocument".encode("utf-16-le"), "old.wps": b"\xd0\xcf\x11\xe0" + bytes(99), "rich.doc": b"{\\rtf1 x}",
                          "secret.docx": b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "noise.txt": chance.randbytes(5000), "empty.txt": b"",
                          "blank.md": b" \n", "picture.txt": b"\x89PNG\r\n\x1a\n" + chance.randbytes(99), "not.pdf": b"hello", "broken.pdf": b"%PDF-1.7\n" + chance.randbytes(999),
                          "broken.docx": b"PK\x03\x04" + chance.randbytes(999), "broken.xlsx": b"PK\x03\x04" + chance.randbytes(99), "no column.csv": b"a,b\n1,2\n",
                          "entities.xml": b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><TEI><text>&x;</text></TEI>", "deep.json": b"[" * 99_999,
                          "bomb.docx": archive(**{"word/document.xml": b""})[:-1] + b"\0", "strange.xyz": b"abc", "empty.html": b"<script>x</script>"}.items():
        put(name, content, "refused")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", f"<w:document {W}>" + " " * (30 << 20) + "</w:document>")
    put("bomb.docx", file.getvalue(), "refused")
    put("slip.zip", archive(**{"../../evil.txt": b"x", "ok.txt": "同志们：包里的好文件。".encode()}), "read")
    for name in (".DS_Store", "~$word.docx", "Thumbs.db", "README.md"):
        put(name, b"x", "ignored")
    put("twin.txt", speech(0), "ignored")
    (top / "nothing here").mkdir()
    expected["nothing here/"] = "ignored"
    for name, target, outcome in (("out.txt", "/etc/passwd", "refused"), ("inside.txt", "word.docx", "ignored"), ("gone.txt", "nowhere", "refused"), ("etc", "/etc", "refused")):
        try:
            os.symlink(target, top / name)
        except OSError:  # Windows without the right to make links
            continue
        expected[name] = outcome
    if hasattr(os, "mkfifo"):
        os.mkfifo(top / "pipe.txt")
        expected["pipe.txt"] = "ignored"
    for number in range(120):  # mutants of the sound files
        source = chance.choice([name for name, outcome in expected.items() if outcome == "read"])
        data = bytearray((top / source).read_bytes())
        for _ in range(chance.choice([1, 5, 40])):
            place = chance.randrange(len(data))
            how = chance.randrange(4)
            if how == 0:
                data[place] = chance.randrange(256)
            elif how == 1:
                del data[place:place + chance.choice([1, 9, 200])]
            elif how == 2:
                data[place:place] = chance.randbytes(9)
            else:
                data[place:place + 50] = bytes(50)
            data = data or bytearray(b"x")
        put(f"zz mutants/{number}{Path(source).suffix}", bytes(data), "any")
    return top, expected


def test_every_entry_is_accounted_for_and_no_file_ends_the_run(zoo):
    top, expected = zoo
    begun = time.perf_counter()
    corpus = load_corpus(top)
    assert time.perf_counter() - begun < 60
    said = outcomes(corpus)
    inside = {path for path in said if ".zip/" in path}
    assert set(said) - inside == set(expected)
    for name, wanted in expected.items():
        outcome, kinds = said[name]
        assert outcome in OUTCOMES
        if wanted == "read":
            assert outcome in ("loaded", "repaired"), (name, kinds)
        elif wanted != "any":
            assert outcome == wanted, (name, outcome, kinds)
    assert corpus.speeches["speech"].is_unique
    assert set(corpus.speeches["source"]) <= set(said)
    assert all(row.message and row.message_english for row in corpus.problems.itertuples())
    list(corpus.documents())


def test_what_was_read_is_what_was_written(zoo):
    texts = load_corpus(zoo[0]).speeches.set_index("speech")["text"]
    for number, encoding in enumerate(["utf-8", "utf-8-sig", "gb18030", "gb2312", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "hz"]):
        assert texts.get(f"encodings/{encoding}.txt", speech(number)) == speech(number)
    assert texts["encodings/big5.txt"] == TRADITIONAL * 3 and texts["pack.zip/内/一.txt"] == speech(32) and texts["pack.zip/二.docx"] == "包里的讲话。\n"


def test_the_account_is_ready_for_json_and_as_a_table(zoo):
    corpus = load_corpus(zoo[0])
    files = check_files(corpus, "zh")
    assert json.loads(json.dumps(files)) == files and set(files[0]) == {"path", "outcome", "messages", "kinds", "speeches"}
    table = check_table(corpus, "en")
    assert list(table["path"]) == [one["path"] for one in files] and list(table.columns) == ["path", "outcome", "messages", "speeches"]
    assert all(one["messages"] for one in files if one["outcome"] in KINDS_WITH_A_REASON)


def test_two_runs_and_any_number_of_processes_give_the_same(zoo):
    first, second = load_corpus(zoo[0]), load_corpus(zoo[0])
    for one, other in zip(first, second):
        assert one.equals(other)


def test_ids_never_collide(tmp_path):
    write(tmp_path / "a.zip", archive(**{"x.txt": speech(1).encode(), "X.txt": speech(2).encode()}))
    write(tmp_path / "b.zip", archive(**{"x.txt": speech(3).encode()}))
    write(tmp_path / "x.txt", speech(4))
    write(tmp_path / "x.md", speech(5))
    for form, number in (("café.txt", 6), ("cafe\u0301.txt", 7)):
        write(tmp_path / "names" / form, speech(number))
    found = load_corpus(tmp_path).speeches["speech"]
    assert len(found) == 7 and found.is_unique


def test_a_folder_that_is_none_and_an_empty_one(tmp_path):
    with pytest.raises(NotADirectoryError):
        load_corpus(tmp_path / "none")
    corpus = load_corpus(tmp_path)
    assert [len(table) for table in corpus] == [0, 0, 0, 0] and list(corpus.documents()) == [] and len(check_table(corpus, "zh")) == 0


def test_ten_megabytes_of_text_load(tmp_path):
    write(tmp_path / "long.txt", speech(1) * (10_500_000 // len(speech(1).encode())))
    assert load_corpus(tmp_path).speeches["n_characters"].iloc[0] > 3_000_000


def test_big_plain_files_have_a_time_limit_too(tmp_path):
    lines = json.dumps({"text": speech(1)}) + "\n"
    folder(tmp_path, **{"a.txt": speech(2) * 20_000, "b.csv": "text\n" + ("\"" + speech(3) + "\"\n") * 9_000, "c.jsonl": lines * 5_000, "d.txt": speech(4)})
    said = outcomes(load_corpus(tmp_path, limits=Limits(seconds=0.01)))
    assert {name: kinds for name, (_, kinds) in said.items()} == {"a.txt": ["time_limit"], "b.csv": ["time_limit"], "c.jsonl": ["time_limit"], "d.txt": []}


def test_archives_of_more_than_five_thousand_parts_are_refused(tmp_path):
    parts = {f"{number}.txt": b"" for number in range(5_001)}
    inner = archive(**dict(list(parts.items())[:2_600]))
    folder(tmp_path, **{"a.zip": archive(**parts), "b.docx": archive(**{"word/document.xml": b"<w/>"} | parts), "c.zip": archive(**{"1.zip": inner, "2.zip": inner})})
    said = outcomes(load_corpus(tmp_path))
    assert said["a.zip"] == said["b.docx"] == ("refused", ["too_many_parts"]) and said["c.zip/2.zip"] == ("refused", ["too_many_parts"])


def test_two_entries_of_one_name_links_in_archives_and_links_to_the_folder(tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as target:
        target.writestr("s.txt", speech(1))
        with pytest.warns(UserWarning):
            target.writestr("s.txt", speech(2))
        link = zipfile.ZipInfo("link.txt")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        target.writestr(link, "/etc/passwd")
    folder(tmp_path, **{"a.zip": file.getvalue(), "sub/b.txt": speech(3)})
    os.symlink("..", tmp_path / "sub" / "up")
    said = outcomes(load_corpus(tmp_path))
    assert {name: outcome for name, (outcome, _) in said.items()} == {
        "a.zip": "loaded", "a.zip/s.txt": "loaded", "a.zip/s~2.txt": "loaded", "a.zip/link.txt": "ignored", "sub/b.txt": "loaded", "sub/up": "ignored"}


def test_archives_that_are_cut_or_joined_say_so(tmp_path):
    whole = archive(**{"a.txt": speech(1).encode()})
    folder(tmp_path, **{"cut.zip": whole[:whole.index(b"PK\x01\x02") + 9], "joined.zip": whole + archive(**{"b.txt": speech(2).encode()})})
    said = outcomes(load_corpus(tmp_path))
    assert said["cut.zip"][1] == ["salvaged", "archive"] and said["joined.zip"][1] == ["outside_directory", "archive"]


def test_nothing_is_fetched_while_loading(tmp_path):
    secret = tmp_path / "secret.txt"
    write(secret, "机密文字在此")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        there, here = f"http://127.0.0.1:{server.getsockname()[1]}/x", secret.as_uri()
        page = "".join(f"<img src='{at}'><iframe src='{at}'></iframe><script src='{at}'></script><link rel='stylesheet' href='{at}'><object data='{at}'></object>"
                       f"<svg><image href='{at}'/><use href='{at}'/></svg>" for at in (there, here))
        relations = "".join(f"<Relationship Id='r{n}' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}' Target='{at}' TargetMode='{mode}'/>"
                            for n, (kind, at, mode) in enumerate((kind, at, mode) for kind in ("aFChunk", "image", "attachedTemplate", "footnotes", "styles")
                                                                 for at in (there, here) for mode in ("External", "Internal")))
        chunks = "".join(f"<w:altChunk r:id='r{n}'/>" for n in range(4))
        word = {"word/document.xml": f"<w:document {W} {OTHERS}><w:body>{p('正文在此。')}{chunks}</w:body></w:document>",
                "word/_rels/document.xml.rels": f"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'>{relations}</Relationships>"}
        xml = f"<?xml-stylesheet href='{there}'?><!DOCTYPE TEI SYSTEM '{there}'><TEI xmlns:xi='http://www.w3.org/2001/XInclude'><text><body><p>正文在此。</p><xi:include href='{there}'/></body></text></TEI>"
        folder(tmp_path / "in", **{"a.html": f"<base href='{there}'>{page}<p>正文在此，一。", "b.docx": archive(**word), "c.xml": xml, "d.svg": page,
                                   "e.xhtml": f"<!DOCTYPE html SYSTEM '{there}'><html xmlns='http://www.w3.org/1999/xhtml'><body><p>正文在此，二。</p></body></html>",
                                   "f.xml": f"<!DOCTYPE TEI [<!ENTITY % e SYSTEM '{there}'> %e;]><TEI><text><p>正文。</p></text></TEI>"})
        corpus = load_corpus(tmp_path / "in", duplicates="keep")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert set(corpus.speeches["source"]) == {"a.html", "b.docx", "c.xml", "e.xhtml"} and not corpus.speeches["text"].str.contains("机密").any()


def test_limits_can_be_set(tmp_path):
    write(tmp_path / "a" / "b" / "c.txt", speech(1))
    write(tmp_path / "big.txt", speech(2) * 10)
    kinds = set(load_corpus(tmp_path, limits=Limits(file_bytes=1000, folder_depth=1)).problems["kind"])
    assert kinds == {"too_big", "too_deep"}


# ---------------------------------------------------------------------------------------------------------------- brat

MARKED = "同志们：\n要查问题、改问题、防问题。\n\n讲完了。"


def marked(corpus) -> set[tuple]:
    """Spans without their ids: label, place, layer, evidence, and label and place of the parent."""
    place = {row.span: (row.label, row.start, row.end) for row in corpus.annotations.itertuples()}
    return {(row.label, row.start, row.end, row.layer, row.attributes, place.get(row.parent)) for row in corpus.annotations.itertuples()}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(LABELS)), st.integers(0, len(MARKED) - 1), st.integers(1, len(MARKED)), st.integers(-1, 6), st.sampled_from(
    ["{}", '{"n": 3, "问": "a\\tb"}', '{"pieces": [[0, 2], [6, 9]]}'])), max_size=7))
def test_spans_written_for_brat_come_back_the_same(tmp_path_factory, given):
    rows = []
    for number, (label, start, end, parent, attributes) in enumerate(given):
        start, end = (0, 9) if "pieces" in attributes else (start, end)
        if start < end and MARKED[start:end].strip("\n"):
            rows.append(("a.txt", f"{label}:{number}", start, end, LABELS[label].layer, label, rows[parent][1] if 0 <= parent < len(rows) else None,
                         None, 1.0, "t", attributes))
    spans = span_table(rows + [("a.txt", "m", 0, 4, "move", "salutation", None, None, 1.0, "t", "{}")])
    top = tmp_path_factory.mktemp("brat")
    write(top / "a.txt", MARKED)
    write(top / "a.ann", to_brat(spans, MARKED))
    corpus = load_corpus(top)
    assert marked(corpus) == marked(corpus._replace(annotations=spans)) and len(corpus.annotations) == len(spans)
    assert check_spans(corpus.annotations, corpus.speeches) == [] and set(corpus.problems["kind"]) == {"annotations_read"}


@pytest.mark.parametrize("text, shift, unix", [("甲\r\n乙丙\r\n丁戊", 0, False), ("甲\r\n乙丙\r\n丁戊", 0, True), ("\ufeff甲\r\n乙丙\n丁戊", 1, False),
                                               ("\ufeff甲\n乙丙\n丁戊", 0, False), ("甲\0\u200b\n乙丙\n丁戊", 0, False)])
def test_places_in_brat_are_counted_as_its_text_is(tmp_path, text, shift, unix):
    counted = text.removeprefix("\ufeff")
    counted = counted.replace("\r\n", "\n") if unix else counted
    lines = [f"T{number}\tquotation {at + shift} {at + shift + 2}\t{words}" for number, words in ((1, "乙丙"), (2, "丁戊")) for at in [counted.index(words)]]
    corpus = load_corpus(folder(tmp_path, **{"a.txt": text, "a.ann": "\n".join(lines)}))
    loaded = corpus.speeches["text"].iloc[0]
    assert [loaded[row.start:row.end] for row in corpus.annotations.itertuples()] == ["乙丙", "丁戊"]


def test_what_brat_writes_besides_is_read_and_what_is_wrong_is_named(tmp_path):
    lines = ["T1\tparallelism 5 9;14 17\t要查问题 防问题", "T2\tparallelism_member 5 9\t要查问题", "T3\tmine 10 13\t改问题", "T4\tquotation 0 2\t大家",
             "T5\tquotation 0 99\t同志", "T6 quotation 0 2", "R1\tpart_of Arg1:T2 Arg2:T1", "R2\tpart_of Arg1:T1 Arg2:T2", "R3\tcauses Arg1:T3 Arg2:T2",
             "#1\tAnnotatorNotes T2\t好例子", "A1\tCertain T3", "M1\tLevel T3 high", "E1\tmine:T3 Who:T1", "*\tEquiv T1 T3", "A2\tPast E1", "A3\tPast T4", "?"]
    files = {"a.txt": MARKED, "a.ann": "\r\n".join(lines), "b.ann": "T1\tquotation 0 1\t同\n", "annotation.conf": "[entities]\n", "c.txt": "同志们：讲别的。", "c.ann": ""}
    corpus = load_corpus(folder(tmp_path, **files))
    rows = {row.label: (row.start, row.end, row.layer, row.parent, json.loads(row.attributes)) for row in corpus.annotations.itertuples()}
    assert rows["parallelism"][:3] == (5, 17, "device") and pd.isna(rows["parallelism"][3]) and rows["parallelism"][4] == {"pieces": [[5, 9], [14, 17]]}
    assert rows["parallelism_member"] == (5, 9, "device", "parallelism:5-17", {"note": "好例子"})
    assert rows["mine"][2] == "brat" and rows["mine"][4] == {"Certain": True, "Level": "high", "Past": True, "relations": [["causes", "parallelism_member:5-9"]]}
    said = {(row.file, row.kind): (row.count, row.message) for row in corpus.problems.itertuples()}
    assert said["a.ann", "annotations_read"][0] == 3 and "4, 5" in said["a.ann", "annotation_differs"][1]
    assert "6, 8, 16, 17" in said["a.ann", "annotation_lines"][1] and said["a.ann", "annotation_aside"][0] == 2 and ("a.ann", "annotation_labels") in said
    assert ("b.ann", "annotations_without_text") in said and ("annotation.conf", "annotations") in said and said["c.ann", "annotations_read"][0] == 0


# ---------------------------------------------------------------------------------------------------------------- duplicates

def test_equal_speeches_are_named_and_kept_once_near_ones_are_kept(tmp_path):
    long = "\n".join(f"第{number}件事要抓早抓小，抓出成效来。" for number in range(12)) + "\n"
    folder(tmp_path, **{"a.txt": "同志们：\n" + long, "b.txt": "同志们：\n" + long, "c.txt": "某某文库整理 QQ12345678\n在会上的讲话\n同志们：\n" + long,
                        "d.txt": "同志们：\n" + long + "最后，再补充一段话，请大家务必记住。\n", "e.txt": SPEECH})
    corpus = load_corpus(tmp_path)
    assert corpus.speeches["speech"].tolist() == ["a.txt", "d.txt", "e.txt"]
    said = {row.file: (row.outcome, row.kind, row.message) for row in corpus.problems.itertuples()}
    assert said["b.txt"][:2] == ("ignored", "duplicate_file") and said["c.txt"][:2] == ("ignored", "duplicate_text") and said["d.txt"][:2] == ("loaded", "near_duplicate")
    assert all("a.txt" in message for _, _, message in said.values())
    assert len(load_corpus(tmp_path, duplicates="keep").speeches) == 5
    with pytest.raises(ValueError):
        load_corpus(tmp_path, duplicates="some")


def test_repetition_inside_a_speech_is_kept(tmp_path):
    text = "同志们：\n" + "落实，落实，再落实。\n" * 5
    document, = load_corpus(folder(tmp_path, **{"a.txt": text})).documents()
    assert document.view.count("再落实") == 5


# ---------------------------------------------------------------------------------------------------------------- the view

def test_the_view_is_simplified_one_for_one_with_offsets_into_the_text(tmp_path):
    text = "在會上的講話\n同志們：\n我們要**狠抓落實**，乾乾淨淨做事。\n"
    corpus = load_corpus(folder(tmp_path, **{"a.txt": text}))
    document, = corpus.documents()
    assert document.view.strip() == "同志们：\n我们要狠抓落实，干干净净做事。"
    start = document.view.index("狠抓落实")
    assert text[slice(*document.to_text(start, start + 4))] == "狠抓落實" and corpus.speeches["text"].iloc[0] == text
    assert "traditional" in set(corpus.problems["kind"])


def test_simplified_texts_keep_characters_that_both_writings_have(tmp_path):
    document, = load_corpus(folder(tmp_path, **{"a.txt": "同志们：\n朗朗乾坤，著作等身。\n"})).documents()
    assert "乾坤" in document.view and "著作" in document.view


@settings(max_examples=50, deadline=None)
@given(st.text(st.sampled_from("同志们：讲話國家 **#\n。QQ123456www.a.b"), min_size=1, max_size=80))
def test_offsets_of_the_view_point_into_the_text(tmp_path_factory, text):
    top = tmp_path_factory.mktemp("view")
    write(top / "a.txt", text)
    corpus = load_corpus(top)
    for document, loaded in zip(corpus.documents(), corpus.speeches["text"]):
        assert len(document.view) == len(document.offsets) and all(loaded[place] == sign or sign not in loaded for place, sign in zip(document.offsets, document.view))


def test_the_audit_counts_every_removed_line(tmp_path):
    files = {f"{number}.txt": f"某某文库\n在会上的讲话\n同志们：\n讲第{number}件事，很要紧。\n某某文库整理 QQ12345678\n" for number in range(3)}
    table = removed_lines(load_corpus(folder(tmp_path, **files)))
    assert {(row.line, row.count, row.speeches) for row in table.itertuples()} == {("某某文库", 3, 3), ("某某文库整理 QQ12345678", 3, 3)}


def test_the_example_corpus_loads_without_a_problem():
    corpus = load_corpus(Path(__file__).parents[1] / "data" / "sample")
    assert not set(corpus.problems["outcome"]) & {"refused", "ignored"} and corpus.speeches["date"].notna().all()
    assert "boilerplate" in LABELS
