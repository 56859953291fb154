"""Every format and encoding: the text that goes in comes out, and what cannot be read is refused with the reason."""

import io
import json
import os
import re
import signal
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.readers import read_bytes
from analysis.readers.child import Child
from analysis.readers.messages import MESSAGES, fill
from analysis.readers.result import Limits, Refusal
from analysis.readers.text import decode, repair

SPEECH = ("在全市春耕工作会议上的讲话\n同志们：\n今天召开全市春耕工作会议，主要任务是安排当前农业生产。下面，我讲三点意见。\n一、认清形势\n"
          "春争日，夏争时，误了农时就误了一年的收成。各县区要把种子、化肥、农机备足备齐，把技术员派到田间地头。\n二、抓好落实\n"
          "说一千道一万，两横一竖就是干。凡是定下来的事，都要有人管、有人问、有结果。谢谢大家！\n")
TRADITIONAL = "同志們：今天召開全市春耕工作會議，主要任務是安排當前農業生產。下面，我講三點意見。說一千道一萬，關鍵在於落實。\n"
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb2312", "gbk", "gb18030", "hz"]
CHINESE = st.text(st.sampled_from("的一是了不在有人国大中会上同志们要抓落实全市工作会议精神。，、：；！？“”《》——·\n春耕砚州"), min_size=200, max_size=400)


def kinds(reading) -> set[str]:
    return {remark.kind for remark in reading.remarks}


def refused(data: bytes, suffix: str, **options) -> str:
    with pytest.raises(Refusal) as refusal:
        read_bytes(data, suffix, **options)
    assert refusal.value.kind in MESSAGES
    return refusal.value.kind


# ---------------------------------------------------------------------------------------------------------------- encodings

@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_comes_back_from_every_encoding(encoding):
    assert read_bytes(SPEECH.encode(encoding), ".txt")[0].text == SPEECH


@pytest.mark.parametrize("encoding", ["utf-8", "big5", "cp950", "big5hkscs", "gbk", "utf-16-le"])
def test_traditional_text_comes_back(encoding):
    assert read_bytes(TRADITIONAL.encode(encoding), ".txt")[0].text == TRADITIONAL


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5"])
@pytest.mark.parametrize("text", ["今天我們開會，講三點意見", "關鍵在於落實，重在行動。"])
def test_twelve_characters_are_enough(encoding, text):
    assert decode(text.encode(encoding)).text == text


@settings(max_examples=60, deadline=None)
@given(CHINESE, st.sampled_from(ENCODINGS))
def test_any_chinese_text_of_two_hundred_characters_comes_back(text, encoding):
    if encoding in ("gb2312", "hz"):  # Python's codecs of these two have neither sign
        text = text.replace("—", "-").replace("·", "-")
    assert decode(text.encode(encoding)).text == text


@settings(max_examples=40, deadline=None)
@given(CHINESE, st.sampled_from(["utf-8", "gb18030"]), st.integers(20, 180))
def test_a_stray_byte_costs_one_character_and_is_counted(text, encoding, place):
    found = decode(text[:place].encode(encoding) + b"\xff" + text[place:].encode(encoding))
    assert found.text.replace("\ufffd", "") == text
    assert [remark.count for remark in found.remarks if remark.kind == "undecodable"] == [1]


def test_four_byte_characters_and_the_euro_sign_of_gbk():
    assert decode((SPEECH + "㐀𠀀").encode("gb18030")).text == SPEECH + "㐀𠀀"
    assert decode(SPEECH.encode("gbk") + b"\x80").text == SPEECH + "€"


def test_a_file_cut_inside_a_character_says_so():
    found = decode(SPEECH.encode("gb18030")[:-2])
    assert found.text == SPEECH[:-2] + "\ufffd" and "undecodable" in {remark.kind for remark in found.remarks}


def test_lines_in_different_encodings_are_each_read_in_their_own():
    data = SPEECH.encode("utf-8") + SPEECH.encode("gb18030") + SPEECH.encode("utf-8")
    found = read_bytes(data, ".txt")[0]
    assert found.text == SPEECH * 3 and "mixed_encodings" in kinds(found)


@pytest.mark.parametrize("first, second", [("utf-8", "gb18030"), ("gb18030", "utf-8")])
@pytest.mark.parametrize("text", [SPEECH, SPEECH.replace("\n", "")])
def test_an_encoding_that_changes_inside_a_line(text, first, second):
    for place in range(30, len(text) - 30, 9):
        found = read_bytes(text[:place].encode(first) + text[place:].encode(second), ".txt")[0]
        assert found.text == text and "mixed_encodings" in kinds(found), place


def test_a_short_or_close_case_says_uncertain():
    assert "encoding_uncertain" in kinds(read_bytes("好".encode("gbk"), ".txt")[0])


def test_text_saved_in_a_wrong_encoding_is_put_right_and_named():
    for wrong in (SPEECH.encode("utf-8").decode("latin-1"), SPEECH.encode("gb18030").decode("latin-1")):
        found = read_bytes(wrong.encode("utf-8"), ".txt")[0]
        assert found.text == SPEECH and "mojibake_mended" in kinds(found)


@pytest.mark.parametrize("text, encoding, least", [
    ("本日はお忙しいところお集まりいただき、ありがとうございます。私たちは力を合わせて進みます。\n", "euc-jp", 1),
    ("本日はお忙しいところお集まりいただき、ありがとうございます。私たちは力を合わせて進みます。\n", "shift-jis", 1),
    ("本日はお忙しいところお集まりいただき、ありがとうございます。\n", "iso-2022-jp", 0),
    ("오늘 이 자리에 모이신 여러분께 감사의 말씀을 드립니다. 우리는 힘을 모아 나아가야 합니다.\n", "euc-kr", 1)])
def test_japanese_and_korean_are_not_taken_for_chinese(text, encoding, least):
    found = decode(text.encode(encoding))
    assert found.text == text and sum(remark.kind == "encoding_uncertain" for remark in found.remarks) >= least


def test_pairs_of_surrogates_in_utf_8_and_hz_with_a_stray_byte():
    assert decode(SPEECH.encode() + b"\xed\xa0\xbd\xed\xb8\x80").text == SPEECH + "😀"
    found = decode(SPEECH.encode("hz") + b"\xff")
    assert found.text == SPEECH and "undecodable" in {remark.kind for remark in found.remarks}


def test_big5_out_of_step_is_named():
    data = (TRADITIONAL * 3).encode("cp950")
    for place in range(20, 120, 7):
        for broken in (data[:place] + b"\xb5" + data[place:], data[:place] + data[place + 1:]):
            found = decode(broken)
            assert found.text == TRADITIONAL * 3 or {remark.kind for remark in found.remarks} & {"garbled_lines", "undecodable"}, place


def test_plain_texts_and_tables_under_the_names_of_office_files():
    assert read_bytes(SPEECH.encode("gbk"), ".doc")[0].text == SPEECH
    assert read_bytes("正文,号\n甲事,1\n".encode("gbk"), ".xls")[0].text == "甲事"
    assert refused(bytes(range(256)) * 20, ".doc") == "not_text"


def test_utf_7_is_read():
    assert decode(SPEECH.encode("utf-7")).text == SPEECH


def test_a_missing_byte_does_not_garble_the_rest_of_the_line():
    data = SPEECH.encode("gb18030")
    found = decode(data[:101] + data[102:])
    assert found.text.count("\ufffd") <= 2 and found.text.endswith(SPEECH[-60:]) and found.remarks


@pytest.mark.parametrize("text, encoding", [(SPEECH.replace("\n", "") + "\n", "gb18030"), (TRADITIONAL, "cp950")])
@pytest.mark.parametrize("more", [b"", b" ", b"A", b"\xfe"])
def test_a_byte_lost_or_one_too_many_costs_a_few_characters_and_is_named(text, encoding, more):
    data = text.encode(encoding)
    for place in range(0, len(data) - 30, 7):
        found = decode(data[:place] + more + data[place + (not more):])
        same = max(range(len(text)), key=lambda end: found.text[:end] == text[:end] and end)
        assert found.text.endswith(text[same + 8:]), (place, found.text)
        assert {remark.kind for remark in found.remarks} - {"encoding"} or found.text.replace(more.decode("latin-1"), "") == text, place


def test_nonsense_in_any_encoding_is_named_and_rare_characters_are_not():
    for text, named in ((SPEECH + "虪礅骸艿龋蹦姥蕁陡僖囟贪逭\n", True), (SPEECH + "䶮镇的𠮷先生、㐀老师都到了。\n", False)):
        assert ("garbled_lines" in kinds(read_bytes(text.encode(), ".txt")[0])) == named


def test_marks_pairs_and_signs_of_loss_in_the_file_are_named():
    for data, kind, count in ((b"\xff\xfe" + SPEECH.encode(), "false_mark", 1), (SPEECH.encode() + b"\xed\xa0\xbd\xed\xb8\x80" * 2, "surrogate_pairs", 2),
                              ((SPEECH + "��").encode(), "lost_before", 2), ((SPEECH + "�").encode() + b"\xff", "lost_before", 1)):
        assert [remark.count for remark in read_bytes(data, ".txt")[0].remarks if remark.kind == kind] == [count]
    assert not kinds(read_bytes(SPEECH.encode("utf-8-sig"), ".txt")[0])


def test_what_is_no_text_is_refused():
    import random
    assert refused(random.Random(1).randbytes(4000), ".txt") == "not_text"
    assert refused(b"\x89PNG\r\n\x1a\n" + bytes(100), ".txt") == "picture"
    assert refused(b"Rar!\x1a\x07" + bytes(100), ".rar") == "packed" and refused(b"x", ".mp3") == "sound"
    assert refused(b"{\\rtf1 x}", ".rtf") == "unsupported"
    assert refused(b" \n\n ", ".txt") == "empty_file"


def test_repairs_are_named_counted_and_leave_the_rest_alone():
    text, remarks = repair("“一带\u200b一路”\0——１２３％①…\r\n豈㎡\u202e")
    assert text == "“一带一路”——１２３％①…\n豈㎡"
    assert {remark.kind: remark.count for remark in remarks} == {"line_ends": 1, "nul": 1, "zero_width": 1, "bidi": 1}


# ---------------------------------------------------------------------------------------------------------------- web pages

PAGE = ("<html><head><meta charset='{}'><title>某市</title><style>p{{color:red}}</style></head><body><div class='nav'><a href='/'>首页</a> <a href='/b'>领导讲话</a></div>"
        "<h1>在春耕会上的讲话</h1><script>alert('坏')</script><p>&nbsp;&nbsp;同志们：</p><p>今天——星期三·上午，\n我们<b>开会</b>。</p><table><tr><td>左</td><td>右</td></tr></table>"
        "<p style='display:none'>藏起来的</p>第一行<br>第二行<ol><li>甲事</li><li>乙事</li></ol></body></html>")


@pytest.mark.parametrize("declared, actual", [("gb2312", "gb18030"), ("gb2312", "utf-8"), ("utf-8", "utf-8"), ("utf-8", "gb18030"), ("", "gb18030")])
def test_a_page_is_read_in_the_encoding_it_is_in(declared, actual):
    found = read_bytes(PAGE.format(declared).encode(actual), ".html")[0]
    assert found.text.split("\n")[:9] == ["首页 领导讲话", "在春耕会上的讲话", "同志们：", "今天——星期三·上午，我们开会。", "左\t右", "第一行", "第二行", "1. 甲事", "2. 乙事"]
    assert found.marks == [(0, 7, "navigation")] and "hidden_text" in kinds(found)


def test_characters_that_browsers_read_as_windows_signs():
    assert read_bytes(b"<p>&#147;&#148;&#8220;&#20010;", ".html")[0].text == "“”“个\n"


def test_a_page_named_doc_and_a_page_in_one_file_are_read():
    assert "同志们：" in read_bytes(PAGE.format("utf-8").encode(), ".doc")[0].text
    mhtml = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\nContent-Type: text/html\n\n<p>" + "同志们".encode() + b"</p>\n--x--\n"
    assert read_bytes(mhtml, ".mht")[0].text == "同志们\n"


@pytest.mark.parametrize("page, text", [
    ("<p>他说<q>好</q>。<textarea>甲\n乙</textarea>", "他说“好”。\n甲\n乙\n"), ("<p>前<iframe srcdoc='&lt;p&gt;框里'></iframe><p>后", "前\n框里\n后\n"),
    ("<style>.h,b.x{display:none} #z{visibility:hidden}</style><p>露<p class='a h'>藏<p id=z>藏<p class=hh>又露", "露\n又露\n"),
    ("<p>露<span style='font-size:0'>藏</span>出", "露出\n"), ("<ol reversed><li>甲<li>乙</ol>", "2. 甲\n1. 乙\n"),
    ("<ol start=3><li><p>甲</p><p>又</p><li value=7><p>乙</ol>", "3. 甲\n又\n7. 乙\n"), ("<textarea>只有框</textarea>", "只有框\n")])
def test_a_page_reads_as_a_browser_shows_it(page, text):
    assert read_bytes(page.encode(), ".html")[0].text == text


def test_spans_shown_as_blocks_break_lines_and_a_text_without_marks_keeps_its_own():
    assert read_bytes("<span style='display:block'>甲事</span><span style='display:inline-block'>乙</span>事".encode(), ".html")[0].text == "甲事\n乙事\n"
    assert read_bytes("甲事\n乙事\n".encode("gbk"), ".html")[0].text == "甲事\n乙事\n"


def test_pages_of_any_depth_are_read():
    assert read_bytes(b"<div>" * 20_000 + "到底了".encode(), ".html")[0].text == "到底了\n"


# ---------------------------------------------------------------------------------------------------------------- tables

def test_each_row_of_a_table_is_a_speech_with_its_fields():
    rows = "标题,日期,正文\n甲会,2020-1-2,\"同志们：\n好。\"\n乙会,,讲乙事。\n空的,,\n"
    for data, suffix in ((rows.encode("gb18030"), ".csv"), (rows.replace(",", "\t").encode("utf-16"), ".tsv")):
        found = read_bytes(data, suffix)
        assert [(one.part, one.text, one.fields["标题"]) for one in found] == [("#1", "同志们：\n好。", "甲会"), ("#2", "讲乙事。", "乙会")]
        assert "rows_without_text" in kinds(found[0])


def test_the_text_column_is_named_chosen_or_asked_for():
    data = "甲,乙\n短,".encode() + ("说" * 80).encode() + b"\n"
    assert "text_column_guessed" in kinds(read_bytes(data, ".csv")[0])
    assert read_bytes(data, ".csv", text_column="甲")[0].text == "短"
    assert refused(data, ".csv", text_column="丙") == "no_such_column"
    assert refused(b"a,b\n1,2\n", ".csv") == "no_text_column"
    assert "unclosed_quote" in kinds(read_bytes('text\n"甲事\n乙事\n'.encode(), ".csv")[0])


def test_of_several_text_columns_the_longest_and_a_table_without_a_header():
    found = read_bytes("text,正文\n短,同志们，今天讲春耕。\n".encode(), ".csv")[0]
    assert found.text == "同志们，今天讲春耕。" and "other_text_columns" in kinds(found)
    found = read_bytes(("甲," + "同志们，讲春耕。" * 9 + "\n乙," + "同志们，讲防汛。" * 9 + "\n").encode(), ".csv")
    assert [one.text[5:7] for one in found] == ["春耕", "防汛"] and "no_header" in kinds(found[0])


def test_every_sheet_of_a_workbook_is_accounted_for():
    import openpyxl
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (["正文"], ["讲丁事。"]):
        book.active.append(row)
    book.create_sheet("数").append(["号"])
    book.create_sheet("藏").sheet_state = "hidden"
    book.save(file)
    remarks = {remark.kind: remark.detail for remark in read_bytes(file.getvalue(), ".xlsx")[0].remarks}
    assert remarks == {"hidden_sheets": "藏", "sheets_without_text": "数"}


def test_jsonl_json_xlsx_and_parquet():
    import openpyxl
    lines = '{"text": "讲甲事。", "date": "2021-02-04"}\n坏行\n{"text": "讲乙事。", "n": 3}\n'
    found = read_bytes(lines.encode(), ".jsonl")
    assert [(one.part, one.text) for one in found] == [("#1", "讲甲事。"), ("#3", "讲乙事。")] and "bad_rows" in kinds(found[0])
    assert read_bytes(json.dumps([{"正文": "讲丙事。"}]).encode(), ".json")[0].text == "讲丙事。"
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["正文", "年份"])
    book.active.append(["讲丁事。", 2021])
    book.save(file)
    assert [(one.text, one.fields) for one in read_bytes(file.getvalue(), ".xlsx")] == [("讲丁事。", {"年份": "2021"})]
    pandas, _ = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    file = io.BytesIO()
    pandas.DataFrame({"text": ["讲戊事。"]}).to_parquet(file)
    assert read_bytes(file.getvalue(), ".parquet")[0].text == "讲戊事。"


def test_tables_as_programs_write_them():
    assert [one.text for one in read_bytes("sep=;\n正文;号\n甲,事;1\n".encode("utf-8-sig"), ".csv")] == ["甲,事"]
    found = read_bytes("讲话汇编,\n,\n编号,正文\n1,甲事\n".encode(), ".csv")
    assert [(one.text, one.fields) for one in found] == [("甲事", {"编号": "1"})] and "rows_without_text" in kinds(found[0])
    long = '[{"text": "甲事", "n": %s}, {"text": "乙事"}]' % ("9" * 5000)
    for data in (json.dumps({"n": 2, "data": [{"text": "甲事"}, {"text": "乙事"}]}), json.dumps(["甲事", "乙事"]), long):
        assert [one.text for one in read_bytes(data.encode(), ".json")] == ["甲事", "乙事"]


def test_strict_workbooks_and_those_with_broken_styles():
    import openpyxl
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["正文"])
    book.active.append(["讲戊事。"])
    book.save(file)
    parts = {name: zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist()}
    strict = {name: part.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/", b"http://purl.oclc.org/ooxml/spreadsheetml/").replace(
        b"http://schemas.openxmlformats.org/officeDocument/2006/", b"http://purl.oclc.org/ooxml/officeDocument/") for name, part in parts.items()}
    for changed in (strict, parts | {"xl/styles.xml": b"<broken"}):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for name, part in changed.items():
                archive.writestr(name, part)
        assert read_bytes(file.getvalue(), ".xlsx")[0].text == "讲戊事。"


def test_workbooks_that_lie_about_their_size_hold_escapes_or_are_damaged():
    import openpyxl
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["正文"])
    book.active.append(["讲丁事。_x000D_\n完"])
    book.save(file)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb'ref="A1:A2"', b'ref="A1"', parts["xl/worksheets/sheet1.xml"])
    lying = io.BytesIO()
    with zipfile.ZipFile(lying, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read_bytes(lying.getvalue(), ".xlsx")[0].text == "讲丁事。\n完"
    broken = bytearray(lying.getvalue())
    for place in (broken.index(b"xl/worksheets/sheet1.xml") - 16, broken.rindex(b"xl/worksheets/sheet1.xml") - 30):
        broken[place] ^= 0xFF  # the checksum
    found = read_bytes(bytes(broken), ".xlsx")[0]
    assert found.text == "讲丁事。\n完" and "salvaged" in kinds(found)


def test_limits_of_rows_and_nesting():
    assert refused(b"text\n" + b"a\n" * 30, ".csv", limits=Limits(rows=20)) == "too_many_rows"
    assert refused(b"[" * 100_000, ".json") == "damaged_table"
    assert refused(b"x" * 2000, ".txt", limits=Limits(file_bytes=1000)) == "too_big"


# ---------------------------------------------------------------------------------------------------------------- TEI

TEI = ("<TEI xmlns='http://www.tei-c.org/ns/1.0'><teiHeader><fileDesc><titleStmt><title>在会上的讲话</title><author>何清</author></titleStmt></fileDesc>"
       "<profileDesc><creation><date when='2020-05-06'>五月</date></creation></profileDesc></teiHeader><text><body><head>在会上的讲话</head><p>同志们：</p>"
       "<p>今天<hi>讲</hi>三件\n事，<choice><sic>作</sic><corr>做</corr></choice>完散会。<note>编者注</note></p></body></text></TEI>")


def test_tei_gives_text_as_the_source_has_it_with_the_header_as_fields():
    found = read_bytes(TEI.encode(), ".xml")[0]
    assert found.text == "在会上的讲话\n同志们：\n今天讲三件事，作完散会。\n编者注\n"
    assert found.fields == {"title": "在会上的讲话", "speaker": "何清", "date": "2020-05-06"}
    assert [(found.text[start:end].strip(), reason) for start, end, reason in found.marks] == [("编者注", "footnote")]


def test_tei_as_it_is_found_in_the_wild():
    body = ("<text><front><titlePage><docTitle><titlePart>会上的讲话</titlePart></docTitle></titlePage></front><body><p>同志们<pb n='2'/>，今天<lb/>\n开"
            "会<choice><orig>於</orig><reg>于</reg></choice>此<note>注一</note>，接着\n <w>讲</w>\n <w>完</w>。</p><note><p>注二</p></note><p>散会。<gap/></p>"
            "<table><row><cell>左</cell><cell>右</cell></row></table></body><back><p>附录。</p></back></text>")
    header = "<teiHeader><fileDesc><titleStmt><title>{}</title></titleStmt></fileDesc></teiHeader>"
    one = f"<?xml version='1.0' encoding='GB2312'?><!-- 甲 --><t:TEI xmlns:t='http://www.tei-c.org/ns/1.0'>{body.replace('，今天', '——今天')}</t:TEI>"
    found = read_bytes(one.encode("gb18030"), ".txt")[0]
    assert found.text == "会上的讲话\n同志们——今天开会於此\n注一\n，接着讲完。\n注二\n散会。\n左\t右\n附录。\n" and "encoding" in kinds(found)
    assert [found.text[start:end] for start, end, _ in found.marks] == ["\n注一\n", "注二"]
    corpus = f"<teiCorpus xmlns='http://www.tei-c.org/ns/1.0'>{header.format('集')}<TEI>{header.format('甲会')}{body}</TEI><TEI>{header.format('乙会')}{body}</TEI></teiCorpus>"
    assert [(one.part, one.fields["title"]) for one in read_bytes(corpus.encode("utf-16"), ".xml")] == [("#1", "甲会"), ("#2", "乙会")]


def test_other_xml_and_entities_are_refused():
    assert refused(b"<a>x</a>", ".xml") == "unsupported"
    assert refused(b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><TEI><text>&x;</text></TEI>", ".xml") == "xml_entities"


# ---------------------------------------------------------------------------------------------------------------- the child

def test_a_reader_that_takes_too_long_is_stopped_and_the_next_file_is_read():
    child = Child(Limits(seconds=0.001))
    try:
        with pytest.raises(Refusal) as refusal:
            child.read(PAGE.format("utf-8").encode() * 200, ".html")
        assert refusal.value.kind == "time_limit"
        child.limits = Limits()
        assert child.read(b"<p>" + "好".encode(), ".html")[0].text == "好\n"
    finally:
        child.close()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no such signal on this system")
def test_a_reader_that_hangs_is_stopped_and_the_next_file_is_read():
    child = Child(Limits(seconds=1))
    try:
        child.start()
        os.kill(child.process.pid, signal.SIGSTOP)
        begun = time.perf_counter()
        with pytest.raises(Refusal) as refusal:
            child.read(SPEECH.encode(), ".txt")
        assert refusal.value.kind == "time_limit" and time.perf_counter() - begun < 10
        assert child.read(SPEECH.encode(), ".txt")[0].text == SPEECH
    finally:
        child.close()


def test_a_reader_that_takes_too_much_memory_is_stopped():
    pytest.importorskip("resource")
    child = Child(Limits(memory_bytes=200 << 20, expansion_ratio=10_000))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w:d xmlns:w='x'>" + b"<w:p/>" * (30 << 20) + b"</w:d>")
    try:
        with pytest.raises(Refusal) as refusal:
            child.read(file.getvalue(), ".docx")
        assert refusal.value.kind in ("memory_limit", "damaged_xml", "reader_crashed")
    finally:
        child.close()


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([".txt", ".csv", ".jsonl", ".html", ".xml", ".docx", ".xlsx", ".zip", ".md"]), st.binary(max_size=400),
       st.sampled_from([b"", b"PK\x03\x04", b"<html>", b"%PDF-", b"<TEI>", b"text\n", b"\xff\xfe", b"{"]))
def test_no_bytes_make_a_reader_raise_anything_but_a_refusal(suffix, data, start):
    try:
        for reading in read_bytes(start + data, suffix):
            assert reading.text.encode("utf-8") and all(remark.kind in MESSAGES for remark in reading.remarks)
    except Refusal as refusal:
        assert refusal.kind in MESSAGES


def test_every_message_speaks_both_languages_and_says_what_it_is_about():
    for kind, message in MESSAGES.items():
        chinese, english = fill(kind, 3, "{count} %s 甲")
        assert message.outcome in ("loaded", "repaired", "refused", "ignored")
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese) and english.isascii() or "{count} %s 甲" in english or set(english) - set(chinese)
        assert ("{detail}" in message.chinese) == ("{detail}" in message.english) and ("{count}" in message.chinese) == ("{count}" in message.english)
