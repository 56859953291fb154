"""PDFs: the text in order and in paragraphs, page furniture marked, and the reason where there is no text."""

import io
import re
import zlib

import pytest

from analysis.readers import read_bytes
from analysis.readers.pdf import damaged_streams, refuse_bomb
from analysis.readers.result import Limits, Refusal

reportlab = pytest.importorskip("reportlab")
from reportlab.lib.styles import ParagraphStyle  # noqa: E402
from reportlab.pdfbase import pdfmetrics  # noqa: E402
from reportlab.pdfbase.cidfonts import UnicodeCIDFont  # noqa: E402
from reportlab.pdfgen.canvas import Canvas  # noqa: E402
from reportlab.platypus import Paragraph, SimpleDocTemplate  # noqa: E402

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
PARAGRAPHS = ["在全市春耕工作会议上的讲话", "同志们："] + [
    f"第{number}，春争日，夏争时，误了农时就误了一年的收成。各县区要把种子、化肥、农机备足备齐，把技术员派到田间地头，" * 3 + "一件一件抓好落实。" for number in range(1, 25)]


def book(*, head: str = "砚州市讲话汇编") -> bytes:
    style = ParagraphStyle("text", fontName="STSong-Light", fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")

    def furniture(canvas, document):
        canvas.setFont("STSong-Light", 9)
        canvas.drawCentredString(300, 30, f"— {document.page} —")
        canvas.drawString(60, 810, head)

    file = io.BytesIO()
    SimpleDocTemplate(file).build([Paragraph(text, style) for text in PARAGRAPHS], onFirstPage=furniture, onLaterPages=furniture)
    return file.getvalue()


def drawn(draw, **options) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def body(reading) -> str:
    text, at, pieces = reading.text, 0, []
    for start, end, _ in reading.marks:
        pieces.append(text[at:start])
        at = end
    return "".join(pieces) + text[at:]


def refused(data: bytes, **options) -> str:
    with pytest.raises(Refusal) as refusal:
        read_bytes(data, ".pdf", **options)
    return refusal.value.kind


def test_printed_lines_become_paragraphs_across_pages_and_furniture_is_marked():
    found = read_bytes(book(), ".pdf")[0]
    assert [line for line in body(found).split("\n") if line.strip()] == PARAGRAPHS
    said = {re.sub(r"\d", "#", found.text[start:end].strip()) for start, end, _ in found.marks}
    assert said == {"— # —\n砚州市讲话汇编"}


def lines_drawn(rows, size=12) -> bytes:
    """A page with lines at given places."""
    def draw(canvas):
        canvas.setFont("STSong-Light", size)
        for x, y, line in rows:
            canvas.drawString(x, y, line)
    return drawn(draw)


LONG = "春耕备耕时间紧任务重，各县区要把种子化肥农机备足备齐，把技术员派到田间地头，一户一户讲明白，一块一块看清楚，谁误了农时就追究谁的责任。"


def wrapped(text: str, width: int, *, x: int = 50, y: int = 700, leading: int = 18) -> list:
    return [(x, y - leading * number, text[at:at + width]) for number, at in enumerate(range(0, len(text), width))]


def test_a_title_over_two_columns_does_not_part_their_lines():
    rows = [(50, 740, "在全市春耕工作会议上关于农时种子化肥农机和技术服务的讲话（根据录音整理）")]
    for x in (50, 320):
        rows += wrapped(LONG, 18, x=x) + wrapped(LONG, 18, x=x, y=600)
    assert read_bytes(lines_drawn(rows), ".pdf")[0].text.split() == [rows[0][2]] + [LONG] * 4


def test_a_paragraph_ends_where_the_next_stands_apart():
    full = LONG[:24] + "。" + LONG[25:49] + "。"
    rows = wrapped(full, 25) + wrapped(full, 25, y=652)
    assert read_bytes(lines_drawn(rows), ".pdf")[0].text.split() == [full, full]


def test_spaces_that_only_spread_a_line_go_and_are_counted():
    def draw(canvas):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(50, 720, "砚州市农业农村局局长")
        canvas.drawString(200, 720, "何 清")
        spread = " -700 ".join(f"<{sign.encode('utf-16-be').hex()}>" for sign in "今天召开春耕工作会议，")
        canvas._code.append(f"BT {canvas._doc.getInternalFontName('STSong-Light')} 12 Tf 50 700 Td [{spread}] TJ ET")
        canvas.drawString(50, 680, "粮食产量")
        canvas.drawString(400, 680, "七万吨")

    found = read_bytes(drawn(draw), ".pdf")[0]
    assert found.text.split("\n") == ["砚州市农业农村局局长 何 清", "今天召开春耕工作会议，", "粮食产量 七万吨", ""]
    assert next(remark.count for remark in found.remarks if remark.kind == "layout_spaces") == 10


def test_columns_written_downwards_are_joined():
    font = UnicodeCIDFont("STSong-Light", isVertical=True)
    font.name = font.fontName = "Downwards"
    pdfmetrics.registerFont(font)

    def draw(canvas):
        canvas.setFont("Downwards", 12)
        for number, (_, _, line) in enumerate(wrapped(LONG, 30) * 2):
            canvas.drawString(500 - 20 * number, 700, line)

    assert read_bytes(drawn(draw), ".pdf")[0].text.split() == [LONG, LONG]


def test_one_glyph_to_an_object_without_its_font_loses_nothing():
    text = "同志们今天召开全市春耕工作会议"

    def draw(canvas):
        canvas.setFont("STSong-Light", 14)
        for number, sign in enumerate(text):
            canvas.drawString(60 + 16 * number, 700, sign)

    assert "".join(read_bytes(drawn(draw), ".pdf")[0].text.split()) == text


def test_single_glyphs_on_one_base_are_a_line():
    rows = [(x + 12 * at, y, sign) for x, y, line in wrapped(LONG, 24) for at, sign in enumerate(line)]
    assert read_bytes(lines_drawn(rows), ".pdf")[0].text == LONG + "\n"


def test_lines_drawn_again_for_boldness_come_once_and_nothing_is_called_damaged():
    rows = [(x + shift, y, line) for x, y, line in wrapped(LONG, 24) for shift in (0, 0.3, 0.6)]
    found = read_bytes(lines_drawn(rows), ".pdf")[0]
    assert found.text == LONG + "\n" and {remark.kind for remark in found.remarks} == {"pdf_text"}


def test_a_checksum_that_ends_in_a_blank_is_no_damage():
    packed = next(one for one in (zlib.compress(b"q Q" * number) for number in range(9999)) if one[-1:] == b"\t")
    assert not damaged_streams(b"<</Filter /FlateDecode>>stream\n" + packed + b"endstream")


def test_lines_drawn_upwards_are_put_in_order_and_said():
    found = read_bytes(lines_drawn(wrapped(LONG, 12)[::-1]), ".pdf")[0]
    assert found.text == LONG + "\n" and "pages_sorted" in {remark.kind for remark in found.remarks}


def test_what_a_browser_prints_round_the_page_is_marked():
    rows = [(20, 820, "11/22/26, 3:30 AM"), *wrapped(LONG, 24), (20, 20, "https://example.cn/yanzhou.html 1/1")]
    found = read_bytes(lines_drawn(rows), ".pdf")[0]
    assert body(found).strip() == LONG


def test_content_that_unpacks_without_end_is_no_scan():
    data = b"<</Filter /FlateDecode>>stream\n" + zlib.compress(b"BT (a) Tj ET\n" * 9999) + b"\nendstream"
    with pytest.raises(Refusal) as refusal:
        refuse_bomb(data, Limits(expanded_bytes=100_000))
    assert refusal.value.kind == "expands_too_much" and refuse_bomb(data, Limits()) is None


def test_fields_of_a_form_are_said():
    def draw(canvas):
        canvas.setFont("STSong-Light", 12)
        canvas.drawString(50, 700, "请填写本县春耕进度。")
        canvas.acroForm.textfield(name="filled", value="100", x=60, y=500)
        canvas.acroForm.textfield(name="empty", x=60, y=400)

    remarks = read_bytes(drawn(draw), ".pdf")[0].remarks
    assert [remark.count for remark in remarks if remark.kind == "form_fields"] == [1]


def test_pages_without_text_are_named_and_a_scan_is_refused():
    def draw(canvas):
        canvas.setFont("STSong-Light", 14)
        canvas.drawString(60, 700, "今天召开全市春耕工作会议。")
        canvas.showPage()
        canvas.rect(60, 60, 300, 300, fill=1)
        canvas.showPage()

    remark = next(one for one in read_bytes(drawn(draw), ".pdf")[0].remarks if one.kind == "pages_without_text")
    assert (remark.count, remark.detail) == (1, "2")
    assert refused(drawn(lambda canvas: canvas.rect(60, 60, 300, 300, fill=1))) == "no_text_layer"


def test_passwords_damage_and_limits_are_refused_by_name():
    def draw(canvas):
        canvas.setFont("STSong-Light", 14)
        canvas.drawString(60, 700, "今天召开全市春耕工作会议。")

    assert refused(drawn(draw, encrypt="secret")) == "encrypted"
    assert refused(b"%PDF-1.4\n" + b"x" * 500) == "damaged_pdf"
    assert refused(b"hello") == "wrong_content"
    assert refused(book(), limits=Limits(pages=2)) == "too_many_pages"


@pytest.mark.parametrize("page, text", [(90, 0), (270, 180), (180, 180), (0, 90), (90, 90)])
def test_pages_and_text_that_are_turned_keep_their_order(page, text):
    def draw(canvas):
        canvas.setPageRotation(page)
        canvas.translate(300, 400)
        canvas.rotate(text)
        canvas.setFont("STSong-Light", 12)
        for number, line in enumerate(("今天开会讲三点意见。", "第二件是春耕工作。", "第三件是抓好落实。")):
            canvas.drawString(-200, 200 - 20 * number, line)

    assert read_bytes(drawn(draw), ".pdf")[0].text.split() == ["今天开会讲三点意见。", "第二件是春耕工作。", "第三件是抓好落实。"]


def test_compressed_content_that_breaks_off_is_said():
    data = bytearray(book())
    place = data.rindex(b"endstream") - 60
    data[place:place + 4] = b"0000"
    try:
        kinds = {remark.kind for remark in read_bytes(bytes(data), ".pdf")[0].remarks}
    except Refusal as refusal:
        kinds = {refusal.kind}
    assert kinds & {"salvaged", "damaged_pdf", "no_text_layer"}
    assert "salvaged" not in {remark.kind for remark in read_bytes(book(), ".pdf")[0].remarks}


def test_a_file_without_its_directory_gets_a_new_one():
    data = book()
    found = read_bytes(data[:data.rindex(b"xref\n", 0, data.rindex(b"startxref"))], ".pdf")[0]
    assert [line for line in body(found).split("\n") if line.strip()] == PARAGRAPHS and "salvaged" in {remark.kind for remark in found.remarks}


def test_text_of_private_characters_is_refused():
    """Founder's fonts map their glyphs to private use: it reads as signs that no font of the reader knows."""
    text = "今天召开全市春耕工作会议，安排农业生产。"
    page = b"BT /F 14 Tf 60 700 Td <" + "".join(f"{number:04x}" for number in range(len(text))).encode() + b"> Tj ET"
    for signs in (text, "".join(chr(0xE000 + number) for number in range(len(text)))):
        table = "".join(f"<{number:04x}> <{ord(sign):04x}>\n" for number, sign in enumerate(signs))
        table = f"1 begincodespacerange <0000> <FFFF> endcodespacerange {len(signs)} beginbfchar\n{table}endbfchar"
        objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
                   b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>", stream(page),
                   b"<</Type/Font/Subtype/Type0/BaseFont/FZ/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
                   b"<</Type/Font/Subtype/CIDFontType2/BaseFont/FZ/DW 1000/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>",
                   stream(table.encode())]
        data = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
        data += b"trailer<</Root 1 0 R/Size 8>>\n%%EOF"
        if signs == text:
            assert read_bytes(data, ".pdf")[0].text == text + "\n"
        else:
            assert refused(data) == "unreadable_pdf"


def stream(content: bytes) -> bytes:
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def test_a_font_without_a_table_of_characters_is_refused():
    """The codes of an embedded font without ToUnicode read as plausible nonsense."""
    zhplot = pytest.importorskip("importlib.util").find_spec("zhplot")
    if zhplot is None:
        pytest.skip("not run: zhplot is not installed")
    from pathlib import Path

    from reportlab.pdfbase.ttfonts import TTFont
    font = next(Path(zhplot.origin).parent.glob("fonts/*.ttf"))
    pdfmetrics.registerFont(TTFont("Embedded", str(font)))

    def draw(canvas):
        canvas.setFont("Embedded", 14)
        for number, line in enumerate(PARAGRAPHS[:8]):
            canvas.drawString(60, 700 - 20 * number, line[:30])

    whole = drawn(draw, pageCompression=0)
    assert PARAGRAPHS[0] in read_bytes(whole, ".pdf")[0].text
    assert refused(re.sub(rb"/ToUnicode", rb"/NoUnicode", whole)) == "unreadable_pdf"
