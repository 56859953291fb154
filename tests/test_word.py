"""Word files: what Word shows is what is read."""

import io
import zipfile

import openpyxl
import pytest

from analysis.readers import read_bytes
from analysis.readers.numbering import number_text
from analysis.readers.result import Limits, Refusal

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'
OTHERS = ('xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
          'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
          'xmlns:v="urn:schemas-microsoft-com:vml" '
          'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
          'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"')


def docx(body: str, *, numbering: str = "", styles: str = "", namespace: str = W, **parts: str | bytes) -> bytes:
    """A Word file made of the XML of its body; other parts by their name without folder and suffix."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<?xml version='1.0' encoding='UTF-8'?><w:document {namespace} {OTHERS}><w:body>{body}</w:body></w:document>")
        if numbering:
            archive.writestr("word/numbering.xml", f"<w:numbering {namespace} {OTHERS}>{numbering}</w:numbering>")
        if styles:
            archive.writestr("word/styles.xml", f"<w:styles {namespace}>{styles}</w:styles>")
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return file.getvalue()


def p(text: str = "", properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{r(text) if text else ''}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}<w:t xml:space='preserve'>{text}</w:t></w:r>"


def numbered(text: str, level: int = 0, list_id: int = 1) -> str:
    return p(text, f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{list_id}'/></w:numPr>")


def level(number: int, form: str, pattern: str, extra: str = "") -> str:
    return f"<w:lvl w:ilvl='{number}'><w:start w:val='1'/><w:numFmt w:val='{form}'/>{extra}<w:lvlText w:val='{pattern}'/></w:lvl>"


OUTLINE = ("<w:abstractNum w:abstractNumId='0'>" + level(0, "chineseCountingThousand", "%1、") + level(1, "chineseCounting", "（%2）") +
           level(2, "decimal", "%3.") + level(3, "decimal", "%1.%4", "<w:isLgl/>") + "</w:abstractNum>"
           "<w:num w:numId='1'><w:abstractNumId w:val='0'/></w:num>"
           "<w:num w:numId='2'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride></w:num>")


def lines(data: bytes) -> list[str]:
    return read_bytes(data, ".docx")[0].text.splitlines()


def test_automatic_numbers_are_written_out_on_every_level():
    body = numbered("认清形势") + numbered("看到成绩", 1) + numbered("看到差距", 1) + numbered("人", 2) + numbered("事", 2) + \
        numbered("狠抓落实") + numbered("压实责任", 1) + numbered("附则", 3)
    assert lines(docx(body, numbering=OUTLINE)) == [
        "一、认清形势", "（一）看到成绩", "（二）看到差距", "1. 人", "2. 事", "二、狠抓落实", "（一）压实责任", "2.1 附则"]


def test_a_second_list_of_the_same_family_goes_on_or_starts_anew_as_it_says():
    body = numbered("甲事") + numbered("乙事") + numbered("丙事", list_id=2) + numbered("丁事", list_id=2) + numbered("戊事")
    assert lines(docx(body, numbering=OUTLINE)) == ["一、甲事", "二、乙事", "一、丙事", "二、丁事", "三、戊事"]


def test_numbers_come_through_styles_and_a_paragraph_can_refuse_them():
    styles = ("<w:style w:type='paragraph' w:styleId='H1'><w:name w:val='heading 1'/><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr></w:style>"
              "<w:style w:type='paragraph' w:styleId='H1b'><w:basedOn w:val='H1'/></w:style>")
    numbering = OUTLINE.replace("<w:lvlText w:val='%1、'/>", "<w:pStyle w:val='H1'/><w:lvlText w:val='第%1章'/><w:suff w:val='nothing'/>")
    body = p("总则", "<w:pStyle w:val='H1'/>") + p("分则", "<w:pStyle w:val='H1b'/>") + \
        p("不编号", "<w:pStyle w:val='H1'/><w:numPr><w:numId w:val='0'/></w:numPr>")
    assert lines(docx(body, numbering=numbering, styles=styles)) == ["第一章总则", "第二章分则", "不编号"]


@pytest.mark.parametrize("links", [True, False])
def test_a_style_that_only_names_its_level_takes_the_list_of_the_style_it_is_based_on(links):
    style = ("<w:style w:styleId='H{}'><w:basedOn w:val='H0'/><w:pPr><w:numPr><w:{} w:val='1'/></w:numPr></w:pPr>"
             "</w:style>")
    styles = style.format(0, "numId") + style.format(1, "ilvl")
    numbering = OUTLINE
    for place in (0, 1) if links else ():
        head = f"<w:lvl w:ilvl='{place}'>"
        numbering = numbering.replace(head, f"{head}<w:pStyle w:val='H{place}'/>")
    titles = (("播种", "H0"), ("选种", "H1"), ("施肥", "H1"), ("收割", "H0"))
    body = "".join(p(text, f"<w:pStyle w:val='{style}'/>") for text, style in titles)
    assert lines(docx(body, numbering=numbering, styles=styles)) == ["一、播种", "（一）选种", "（二）施肥", "二、收割"]


def test_custom_numbers_are_padded_as_they_say_or_fall_back():
    forms = ("<mc:AlternateContent><mc:Choice Requires='w14'><w:numFmt w:val='custom' w:format='{}'/></mc:Choice>"
             "<mc:Fallback><w:numFmt w:val='chineseCounting'/></mc:Fallback></mc:AlternateContent>")
    for sample, first in (("001, 002, 003, ...", "001号"), ("a, ç, ĝ, ...", "一号")):
        numbering = OUTLINE.replace("<w:numFmt w:val='chineseCountingThousand'/>", forms.format(sample))
        assert lines(docx(numbered("渠首"), numbering=numbering.replace("%1、", "%1号"))) == [first + " 渠首"]


@pytest.mark.parametrize("value, form, written", [
    (1, "chineseCounting", "一"), (10, "chineseCounting", "十"), (11, "chineseCounting", "十一"), (20, "chineseCounting", "二十"),
    (99, "chineseCounting", "九十九"), (101, "chineseCounting", "一○一"), (101, "chineseCountingThousand", "一百〇一"),
    (110, "chineseCountingThousand", "一百一十"), (1001, "chineseCountingThousand", "一千〇一"), (10, "ideographDigital", "一〇"),
    (12, "chineseLegalSimplified", "壹拾贰"), (3, "ideographTraditional", "丙"),
    (11, "ideographTraditional", "11"), (12, "ideographZodiac", "亥"),
    (20, "decimalEnclosedCircle", "⑳"), (12, "001", "012"),
    (21, "decimalEnclosedCircle", "21"), (3, "decimalEnclosedParen", "⑶"), (7, "decimalZero", "07"),
    (4, "upperRoman", "IV"), (28, "upperLetter", "BB"), (12, "decimalFullWidth", "１２"), (110, "japaneseCounting", "百十"), (2, "none", "")])
def test_forms_of_numbers(value, form, written):
    assert number_text(value, form) == written


def test_what_word_shows_is_read_and_what_it_hides_is_not():
    shown = {
        "plain": p("平常文字"), "inserted": f"<w:p><w:ins w:id='1'>{r('插入文字')}</w:ins></w:p>", "moved here": f"<w:p><w:moveTo w:id='2'>{r('移来文字')}</w:moveTo></w:p>",
        "link": f"<w:p><w:hyperlink r:id='x'>{r('链接文字')}</w:hyperlink></w:p>", "control": f"<w:sdt><w:sdtContent>{p('控件文字')}</w:sdtContent></w:sdt>",
        "inline control": f"<w:p><w:sdt><w:sdtContent>{r('行内控件')}</w:sdtContent></w:sdt></w:p>", "smart tag": f"<w:p><w:smartTag>{r('智能标记')}</w:smartTag></w:p>",
        "simple field": f"<w:p><w:fldSimple w:instr='DATE'>{r('域的结果')}</w:fldSimple></w:p>",
        "field": "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>看不见的指令</w:instrText></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r>"
                 f"{r('复杂域结果')}<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>",
        "ruby": f"<w:p><w:r><w:ruby><w:rt>{r('看不见的注音')}</w:rt><w:rubyBase>{r('拼音底字')}</w:rubyBase></w:ruby></w:r></w:p>",
        "math": "<w:p><m:oMath><m:r><m:t>公式a</m:t></m:r></m:oMath></w:p>",
        "table": f"<w:tbl><w:tr><w:tc>{p('左格')}</w:tc><w:tc>{p('右格')}</w:tc></w:tr></w:tbl>",
        "nested table": f"<w:tbl><w:tr><w:tc><w:tbl><w:tr><w:tc>{p('内表')}</w:tc></w:tr></w:tbl>{p('外表')}</w:tc></w:tr></w:tbl>",
        "text box": f"<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx><w:txbxContent>{p('文本框')}</w:txbxContent></wps:txbx></mc:Choice>"
                    f"<mc:Fallback><w:pict><v:textbox><w:txbxContent>{p('文本框')}</w:txbxContent></v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
        "symbols": "<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t><w:noBreakHyphen/><w:t>丁</w:t></w:r></w:p>"}
    hidden = [f"<w:p><w:del w:id='3'><w:r><w:delText>看不见的删除</w:delText></w:r></w:del></w:p>", f"<w:p><w:moveFrom w:id='4'>{r('看不见的移走')}</w:moveFrom></w:p>",
              f"<w:p>{r('看不见的隐藏', '<w:vanish/>')}</w:p>", "<w:p><w:commentRangeStart w:id='1'/></w:p>"]
    text = read_bytes(docx("".join(shown.values()) + "".join(hidden), comments=f"<w:comments {W}><w:comment>{p('看不见的批注')}</w:comment></w:comments>",
                           header1=f"<w:hdr {W}>{p('看不见的页眉')}</w:hdr>"), ".docx")[0]
    for wanted in ("平常文字", "插入文字", "移来文字", "链接文字", "控件文字", "行内控件", "智能标记", "域的结果", "复杂域结果", "拼音底字", "公式a", "左格\t右格",
                   "内表", "外表", "文本框", "甲\t乙\n丙-丁"):
        assert text.text.count(wanted) == 1, wanted
    assert "看不见" not in text.text
    assert {"tracked_deletions", "tracked_insertions", "moved_text", "hidden_text", "header_footer"} <= {remark.kind for remark in text.remarks}


def test_a_deleted_paragraph_end_joins_two_paragraphs_under_the_number_of_the_second():
    body = p("前半句，", "<w:rPr><w:del w:id='1'/></w:rPr>") + numbered("后半句。")
    assert lines(docx(body, numbering=OUTLINE)) == ["一、前半句，后半句。"]


def test_a_drop_cap_is_the_first_letter_of_the_next_paragraph():
    first = p("春", "<w:framePr w:dropCap='drop' w:lines='3'/>")
    body = first + numbered("耕不等人。") + p("框", "<w:framePr w:w='9'/>") + p("外")
    assert lines(docx(body, numbering=OUTLINE)) == ["一、春耕不等人。", "框", "外"]


def test_charts_are_named_and_a_table_under_the_name_of_a_word_file_is_read():
    chart = "<w:p><w:r><w:drawing><c:chart xmlns:c='c' r:id='x'/></w:drawing></w:r></w:p>"
    found = read_bytes(docx(p("看图") + chart), ".docx")[0]
    assert found.text.strip() == "看图" and ("charts", 1, "") in found.remarks
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in ("text", "水利是农业的命脉。"):
        book.active.append([row])
    book.save(file)
    assert [one.text.strip() for one in read_bytes(file.getvalue(), ".docx")] == ["水利是农业的命脉。"]


def test_hidden_through_a_style_and_shown_again():
    styles = "<w:style w:type='character' w:styleId='X'><w:rPr><w:vanish/></w:rPr></w:style>"
    named = "<w:rStyle w:val='X'/>"
    body = "<w:p>" + r("藏", named) + r("露", named + "<w:vanish w:val='0'/>") + "</w:p>"
    assert lines(docx(body, styles=styles)) == ["露"]


def test_notes_stand_after_the_body_and_are_marked():
    texts = enumerate(("分隔", "注文在此", "已随正文删去", "正文不曾提到"), 1)
    notes = "".join(f"<w:footnote w:id='{key}'>{p(text)}</w:footnote>" for key, text in texts)
    reference = "<w:r><w:footnoteReference w:id='{}'/></w:r>"
    body = f"<w:p>{r('正文在此')}{reference.format(2)}<w:del w:id='9'>{reference.format(3)}</w:del></w:p>"
    found = read_bytes(docx(body, footnotes=f"<w:footnotes {W}>{notes}</w:footnotes>"), ".docx")[0]
    assert found.text == "正文在此\n注文在此\n"
    (start, end, reason), = found.marks
    assert (found.text[start:end], reason) == ("注文在此", "footnote")
    assert ("notes_left_out", 3) in {(remark.kind, remark.count) for remark in found.remarks}


def test_of_two_forms_the_one_that_word_knows_is_read():
    forms = ("<w:p><mc:AlternateContent><mc:Choice xmlns:x='{}' Requires='{}'>" + r("新写法") + "</mc:Choice>"
             "<mc:Fallback>" + r("旧写法") + "</mc:Fallback></mc:AlternateContent></w:p>")
    known = "http://schemas.microsoft.com/office/word/2010/wordml"
    body = forms.format(known, "x") + forms.format("urn:other", "x") + forms.format(known, "unnamed")
    assert lines(docx(body)) == ["新写法", "旧写法", "旧写法"]


def test_strict_files_read_the_same():
    body = numbered("认清形势")
    assert lines(docx(body, numbering=OUTLINE, namespace=STRICT)) == lines(docx(body, numbering=OUTLINE))


def test_tables_nested_three_hundred_deep_are_read():
    body = "<w:tbl><w:tr><w:tc>" * 300 + p("在最里面") + "</w:tc></w:tr></w:tbl>" * 300
    assert lines(docx(body)) == ["在最里面"]


def test_word_art_smart_art_and_files_saved_as_one_xml():
    relations = ("<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/relationships'><Relationship Id='d1' Type='t/diagramData' "
                 "Target='diagrams/data1.xml'/></Relationships>")
    body = p("前") + "<w:p><w:r><w:pict><v:textpath string='艺术字'/></w:pict><w:drawing><dgm:relIds xmlns:dgm='d' r:dm='d1'/></w:drawing></w:r></w:p>" + p("后")
    file = io.BytesIO(docx(body, **{"diagrams/data1": "<d:dataModel xmlns:d='d' xmlns:a='a'><d:pt><a:t>图中</a:t><a:t>字</a:t></d:pt><d:pt/></d:dataModel>"}))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", relations)
    assert lines(file.getvalue()) == ["前", "艺术字", "图中字", "后"]
    flat = (f"<?xml version='1.0'?><?mso-application progid='Word.Document'?><pkg:package xmlns:pkg='p'><pkg:part pkg:name='/word/document.xml'><pkg:xmlData>"
            f"<w:document {W}><w:body>{p('一个文件')}</w:body></w:document></pkg:xmlData></pkg:part></pkg:package>")
    assert lines(flat.encode()) == read_bytes(flat.encode(), ".xml")[0].text.splitlines() == ["一个文件"]


def test_a_part_that_is_missing_is_said():
    file = io.BytesIO(docx(p("正文。")))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", "<Relationships><Relationship Id='a' Type='t/numbering' Target='numbering.xml'/></Relationships>")
    assert "salvaged" in {remark.kind for remark in read_bytes(file.getvalue(), ".docx")[0].remarks}


def test_a_field_that_never_ends_swallows_nothing():
    body = "<w:p>" + r("前") + "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>看不见</w:instrText></w:r></w:p>" + p("后文")
    assert lines(docx(body)) == ["前", "后文"]


def eq(code: str) -> str:
    mark = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
    return mark.format("begin") + f"<w:r><w:instrText>{code}</w:instrText></w:r>" + mark.format("end")


def test_fields_without_a_result_are_shown_where_they_set_signs_over_each_other_and_named_else():
    circles = eq(r"eq \o\ac(○,1)") + r("备种") + eq(r"EQ \o\ac(○,１２)") + r("备肥") + eq(r"EQ \o\ac(□,急)")
    guide = r("春") + eq(r'EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(gēng),耕)') + eq('XE "春耕"')
    others = r("亩产") + eq(r"EQ \f(1,2)") + eq("IF " + eq("PAGE") + " = 1") + eq(" = 2 * 3") + "<w:fldSimple w:instr=' PAGE '/>"
    body = "".join(f"<w:p>{content}</w:p>" for content in (circles, guide, others))
    found = read_bytes(docx(body), ".docx")[0]
    assert found.text == "①备种⑫备肥急\n春耕\n亩产\n"
    assert ("fields_without_result", 4, "=, EQ, IF, PAGE") in found.remarks


def test_a_level_that_was_passed_over_counts_as_begun():
    assert lines(docx(numbered("甲", 1) + numbered("乙") + numbered("丙", 1), numbering=OUTLINE)) == ["（一）甲", "二、乙", "（一）丙"]


def test_a_part_that_is_damaged_costs_its_own_content_only():
    for part in ("styles", "numbering", "footnotes"):
        found = read_bytes(docx(p("正文还在。"), **{part: "<w:broken"}), ".docx")[0]
        assert found.text == "正文还在。\n" and "salvaged" in {remark.kind for remark in found.remarks}


def test_names_checksums_and_encodings_as_bad_programs_write_them():
    body = f"<w:document {W}><w:body>{p('文件——还·在。')}</w:body></w:document>"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("Word\\Document.xml", b"<?xml version='1.0' encoding='GB2312'?>" + body.encode("gb18030"))
    data = bytearray(file.getvalue())
    assert lines(bytes(data)) == ["文件——还·在。"] and lines(b"HTTP/1.1 200 OK\r\n\r\n" + data) == ["文件——还·在。"]
    for name in (data.index(b"Word") - 16, data.rindex(b"Word") - 30):
        data[name] ^= 0xFF
    found = read_bytes(bytes(data), ".docx")[0]
    assert found.text == "文件——还·在。\n" and "salvaged" in {remark.kind for remark in found.remarks}


def test_a_file_without_its_directory_is_read_from_whole_parts():
    data = docx(p("文件后半截没有传完。"))
    found = read_bytes(data[:data.rindex(b"PK\x01\x02") - 3], ".docx")[0]
    assert found.text == "文件后半截没有传完。\n" and "salvaged" in {remark.kind for remark in found.remarks}


@pytest.mark.parametrize("document, kind", [
    ("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><w:document {W}><w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>", "xml_entities"),
    ("<!DOCTYPE x [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><w:document {W}/>", "xml_entities"),
    ("<w:document {W}><w:body><w:p>", "damaged_xml"), ("<w:document {W}><w:body/></w:document>", "no_text")])
def test_hostile_and_broken_parts_are_refused(document, kind):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", document.replace("{W}", W))
    with pytest.raises(Refusal) as refusal:
        read_bytes(file.getvalue(), ".docx")
    assert refusal.value.kind == kind


def test_a_bomb_is_refused_before_it_unpacks():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (40 << 20))
    with pytest.raises(Refusal) as refusal:
        read_bytes(file.getvalue(), ".docx", Limits())
    assert refusal.value.kind == "expands_too_much"
