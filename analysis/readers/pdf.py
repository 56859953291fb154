"""What does a PDF say?  Its text in reading order, printed lines joined to paragraphs, page heads and numbers marked.

pdfium reads nearly all of it, and silently drops objects of one glyph whose font is not there; pypdf reads those pages.
A PDF that gives no usable text (scans, fonts without a table of characters, passwords) is refused as such.
"""

from __future__ import annotations

import base64
import ctypes
import io
import math
import re
import zlib
from collections import Counter
from statistics import median
from typing import NamedTuple

from analysis.characters import HAN, radical_forms
from analysis.readers.result import Limits, Reading, Refusal, Remark
from analysis.readers.text import DEAR, price, repair

ENDS = "。！？：；”…）》"
STREAM = re.compile(rb"/Filter\s*\[?\s*(?P<coded>/ASCII85Decode\s*)?/FlateDecode\s*\]?"
                    rb"(?:(?!/Subtype\s*/Image)[^\0]){0,500}?>>\s*stream\r?\n(?P<packed>.*?)endstream", re.S)
MARKS = ENDS + "，、"
WIDE = re.compile(f"[{HAN}\u3000-\u303f\uff00-\uff60‘’“”—…·]")
LATIN = re.compile(r"[A-Za-z0-9.,%％—]*")
UNIT = re.compile(r"[“‘（《〈【]*(?:[A-Za-z0-9.,%]+|[０-９．，％]+|.)[，。、；：？！”’）》〉】…—]*")  # no line breaks inside it
BROWSER = re.compile(r"\d{1,4}/\d{1,2}/\d{1,4},? .{0,3}\d{1,2}:\d\d( [AP]M)?( .{0,80})?|"  # printed at head and foot
                     r"(https?|file)://\S+ \d+/\d+")
NEAR = 40  # lines before and after, by which the width of a column is judged
SPECIMEN = 4000  # characters by which it is judged whether a text is one


class Line(NamedTuple):
    """A printed line: its text and its box; the box is None where only pypdf could read the page."""

    text: str
    left: float = 0.0
    right: float = 0.0
    base: float = 0.0
    size: float = 0.0


def read_pdf(data: bytes, limits: Limits = Limits()) -> Reading:
    """Read a PDF; raises Refusal with the reason where there is no usable text."""
    pages, rescued, mended, spaces = read_pages(data, limits)
    empty = [number for number, lines in enumerate(pages, 1) if not any(line.text.strip() for line in lines)]
    if len(empty) == len(pages):
        refuse_bomb(data, limits)
        raise Refusal("no_text_layer", str(len(pages)))
    folded = sum(sign in radical_forms() for lines in pages for line in lines for sign in line.text)
    table = {ord(old): new for old, new in radical_forms().items()}
    pages = [[line._replace(text=line.text.translate(table)) for line in lines] for lines in pages]
    refuse_garbage("".join(line.text for lines in pages for line in lines))
    sorted_pages = [top_down(lines) for lines in pages]
    moved = sum(one is not other for one, other in zip(pages, sorted_pages))
    text, marks = join_pages(sorted_pages)
    whole, repairs = repair(text)
    repairs = [remark for remark in repairs if remark.kind != "line_ends"]
    mended = mended or damaged_streams(data)
    remarks = [Remark("salvaged")] * mended + [Remark("pdf_text")] + repairs
    remarks += [Remark("layout_spaces", spaces)] if spaces else []
    remarks += [Remark("radicals_folded", folded)] if folded else []
    remarks += [Remark("pages_without_text", len(empty), ", ".join(map(str, empty[:20])))] if empty else []
    remarks += [Remark("pages_read_twice", rescued)] if rescued else []
    remarks += [Remark("pages_sorted", moved)] if moved else []
    remarks += [Remark("form_fields", filled)] if (filled := filled_fields(data)) else []
    return Reading(whole, remarks, marks=marks if whole == text else [])


def refuse_bomb(data: bytes, limits: Limits) -> None:
    """Content that unpacks to more than the limit shows nothing either."""
    budget = limits.expanded_bytes
    for found in STREAM.finditer(data):
        inflate, rest = zlib.decompressobj(), found["packed"]
        try:
            while rest and not found["coded"]:
                budget -= len(inflate.decompress(rest, 1 << 20))
                rest = inflate.unconsumed_tail
                if budget <= 0:
                    raise Refusal("expands_too_much", "pdf")
        except zlib.error:
            continue


def refuse_garbage(text: str) -> None:
    """Fonts without a table of characters give plausible nonsense; it costs more bits than Chinese ever does."""
    specimen = re.sub(r"\s+", "", text)[:SPECIMEN]
    private = sum("\ue000" <= sign <= "\uf8ff" or sign == "\ufffd" or sign < " " for sign in specimen)
    if private * 5 > len(specimen) or len(specimen) >= 8 and price(specimen) > DEAR:
        raise Refusal("unreadable_pdf")


# ---------------------------------------------------------------------------------------------------------------- pages

def read_pages(data: bytes, limits: Limits) -> tuple[list[list[Line]], int, bool, int]:
    """The printed lines of each page, how many pages pypdf read, whether the file was mended, and spaces taken out."""
    import pypdfium2 as pdfium

    mended = False
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise Refusal("encrypted") from error
        document, mended = opened_anew(data), True
        if document is None:
            return second_reading(data, limits), 0, False, 0
    if len(document) > limits.pages:
        raise Refusal("too_many_pages", f"{len(document)} > {limits.pages}")
    pages, rescued, second, size, spaces = [], 0, None, 0, 0
    for number in range(len(document)):
        try:
            page = document[number]
            lines, lost, dropped = page_lines(page)
        except pdfium.PdfiumError:
            lines, lost, dropped = [], True, 0
        if lost:
            second = second if second is not None else second_pages(data)
            other = second(number)
            if visible(other) > visible(lines) and price("".join(line.text for line in other)[:SPECIMEN]) < DEAR:
                lines, rescued, dropped = other, rescued + 1, 0
        pages.append(lines)
        size += visible(lines)
        spaces += dropped
        if size > limits.expanded_bytes // 4:
            raise Refusal("expands_too_much", "pdf")
    return pages, rescued, mended, spaces


def opened_anew(data: bytes):
    """Open a file that was cut, or lost its directory: its pages get a new root. None where there are none."""
    import pypdfium2 as pdfium

    objects = re.findall(rb"(?<!\d)(\d{1,8}) 0 obj\b(.{0,2000}?)(?:endobj|stream)", data, re.S)
    pages = list(dict.fromkeys(number for number, body in objects if re.search(rb"/Type\s*/Page\b(?!s)", body)))
    if not pages or b"/Encrypt" in data:
        return None
    kids, new = b" ".join(number + b" 0 R" for number in pages), max(int(number) for number, _ in objects) + 1
    root = (b"\n%d 0 obj\n<</Type/Pages/Kids[%b]/Count %d>>\nendobj\n" % (new, kids, len(pages)) +
            b"%d 0 obj\n<</Type/Catalog/Pages %d 0 R>>\nendobj\n" % (new + 1, new) +
            b"trailer\n<</Root %d 0 R/Size %d>>\n%%%%EOF\n" % (new + 1, new + 2))
    try:
        return pdfium.PdfDocument(b"%PDF-1.7\n" + data[data.find(b"%PDF-") + 8:] + root)
    except pdfium.PdfiumError:
        return None


def damaged_streams(data: bytes) -> bool:
    """Whether compressed content breaks off or fails its checksum: readers show what comes before and say nothing."""
    if b"/Encrypt" in data:
        return False
    budget = 64 << 20
    for found in STREAM.finditer(data):
        packed = found["packed"]
        try:
            if found["coded"]:
                packed = base64.a85decode(packed.partition(b"~>")[0].strip().removeprefix(b"<~"))
            inflate = zlib.decompressobj()
            budget -= len(inflate.decompress(packed, budget))
        except (zlib.error, ValueError):
            return True
        if budget <= 0:
            return False
        if not inflate.eof:
            return True
    return False


def visible(lines: list[Line]) -> int:
    return sum(len(re.sub(r"\s", "", line.text)) for line in lines)


def page_lines(page) -> tuple[list[Line], bool, int]:
    """The lines of a page as pdfium has them, whether it lost an object of text, and how many spaces were layout."""
    import pypdfium2.raw as raw

    textpage = page.get_textpage()
    if (turn := text_turn(raw, textpage)) != page.get_rotation():  # where the text stands upright, lines come in order
        page.set_rotation(turn)
        textpage = page.get_textpage()
    text = textpage.get_text_range()
    lines, spaces = [], 0
    exact = raw.FPDFText_CountChars(textpage) == len(text)
    spans = [found.span() for found in re.finditer(r"[^\s](?:[^\r\n]*[^\s])?", text)]
    down = exact and not turn and written_down(raw, textpage, spans)
    turn = 270 if down else turn  # columns from right to left are lines turned by a quarter
    for span in spans:
        parts = [(*span, text[slice(*span)])]
        if exact:
            parts = line_parts(raw, textpage, text, span, turn, 2.7 if down else 1.3)
        for first, end, shown in parts:
            box = line_box(raw, textpage, first, end - 1, turn) if exact else ()
            lines.append(Line(shown.replace("\ufffe", "-"), *box))
            spaces += end - first - len(shown)
    return drawn_once(lines) if exact else lines, lost_objects(raw, page, textpage), spaces


def written_down(raw, textpage, spans: list[tuple[int, int]]) -> bool:
    """Whether the text runs from top to bottom."""
    spots = [[char_spot(raw, textpage, place, 0) for place in (first, first + 2)]
             for first, end in spans if end - first > 2]
    return sum(abs(y - below) > abs(x - beside) for (x, y), (beside, below) in spots) * 2 > len(spots)


def line_parts(raw, textpage, text: str, span: tuple[int, int], turn: int, reach: float) -> list[tuple[int, int, str]]:
    """A line as (start, end, text) without the spaces that only show how far apart its characters are set.

    pdfium makes a space where it sees a gap. The gap says nothing where it is hardly wider than the line's own step from
    character to character, as in justified lines; between cells of a table it is. Where a made space leaves the line
    altogether, another line begins.
    """
    first, end = span
    made = {at for at in range(first + 1, end - 1) if text[at] == " " and raw.FPDFText_IsGenerated(textpage, at) == 1}
    if not made:
        return [(first, end, text[first:end])]
    spots = {at: char_spot(raw, textpage, at, turn) for at in range(first, end) if at not in made}
    signs = list(spots)
    size = raw.FPDFText_GetFontSize(textpage, first) or 12.0
    steps = [spots[after][0] - spots[at][0] for at, after in zip(signs, signs[1:])
             if WIDE.match(text[at]) and WIDE.match(text[after])]
    step = median(steps) if len(steps) > 1 else 0.0
    step, even = (step if step < 2.2 * size else 0.0), len(made) * 3 > end - first
    parts, start, shown = [], first, ""
    for at in range(first, end):
        if at not in made:
            shown += text[at]
        elif abs(spots[at + 1][1] - spots[at - 1][1]) > 0.7 * size or spots[at + 1][0] < spots[at - 1][0] - size:
            parts.append((start, at, shown))
            start, shown = at + 1, ""
        elif not ((even or WIDE.match(text[at - 1]) or WIDE.match(text[at + 1])) and
                  spots[at + 1][0] - spots[at - 1][0] <= reach * step * (2 if text[at - 1] in "—…" else 1)):
            shown += " "
    return [*parts, (start, end, shown)]


def text_turn(raw, textpage) -> int:
    """By how many degrees, in quarters, most characters of a page are turned; the page may be turned back by as much."""
    count = raw.FPDFText_CountChars(textpage)
    angles = [raw.FPDFText_GetCharAngle(textpage, place) for place in range(0, count, max(1, count // 50))]
    turns = Counter(round((-angle / math.pi * 2) % 4) % 4 * 90 for angle in angles if angle >= 0)
    return turns.most_common(1)[0][0] if turns else 0


def line_box(raw, textpage, first: int, last: int, turn: int) -> tuple:
    """Where a line begins and ends, its base and its size, as if the text stood upright."""
    ends = []
    for place in (first, last):
        left, right, bottom, top = (ctypes.c_double() for _ in range(4))
        if not raw.FPDFText_GetCharBox(textpage, place, left, right, bottom, top):
            return ()
        left, right, bottom, top = left.value, right.value, bottom.value, top.value
        ends.append({0: (left, right), 90: (bottom, top), 180: (-right, -left), 270: (-top, -bottom)}[turn])
    base = char_spot(raw, textpage, first, turn)[1]
    return ends[0][0], ends[1][1], base, raw.FPDFText_GetFontSize(textpage, first) or 12.0


def char_spot(raw, textpage, place: int, turn: int) -> tuple[float, float]:
    """Where a character is set, as if the text stood upright."""
    across, up = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(textpage, place, across, up)
    x, y = across.value, up.value
    return {0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[turn]


def lost_objects(raw, page, textpage) -> bool:
    """Whether an object of text has no character in pdfium's reading of the page."""
    def objects(count, get):
        return (get(number) for number in range(min(count, 100_000)))

    for item in objects(raw.FPDFPage_CountObjects(page), lambda number: raw.FPDFPage_GetObject(page, number)):
        kind = raw.FPDFPageObj_GetType(item)
        inner = objects(raw.FPDFFormObj_CountObjects(item), lambda number: raw.FPDFFormObj_GetObject(item, number)) \
            if kind == raw.FPDF_PAGEOBJ_FORM else (item,)
        for one in inner:
            if raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_TEXT and raw.FPDFTextObj_GetText(one, textpage, None, 0) <= 2:
                return True
    return False


def filled_fields(data: bytes) -> int:
    """How many fields of a form are filled in: viewers show them, the text of a page is without them."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    if b"/AcroForm" not in data:
        return 0
    filled = 0
    try:
        for page in pdfium.PdfDocument(data):
            for number in range(min(raw.FPDFPage_GetAnnotCount(page), 10_000)):
                field = raw.FPDFPage_GetAnnot(page, number)
                filled += raw.FPDFAnnot_GetSubtype(field) == raw.FPDF_ANNOT_WIDGET and \
                    raw.FPDFAnnot_GetValueType(field, b"V") == raw.FPDF_OBJECT_STRING and \
                    raw.FPDFAnnot_GetStringValue(field, b"V", None, 0) > 2
                raw.FPDFPage_CloseAnnot(field)
    except pdfium.PdfiumError:
        pass
    return filled


def second_pages(data: bytes):
    """A function that gives the lines of a page as pypdf reads it; none where it cannot."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        pages = pypdf.PdfReader(io.BytesIO(data)).pages
    except Exception:  # pypdf: "exceptions are the user's to catch"
        return lambda number: []

    def lines(number: int) -> list[Line]:
        pieces = []

        def add(text, outer, inner, font, size):
            (x, y), (a, b, c, d, right, up) = inner[4:], outer
            height = abs(size) * math.hypot(*inner[2:4]) * math.hypot(c, d)
            pieces.append(Line(text, x * a + y * c + right, 0.0, x * b + y * d + up, height or 12.0))

        try:
            pages[number].extract_text(visitor_text=add)
        except Exception:
            return []
        return lines_of(drawn_once(pieces))
    return lines


def drawn_once(pieces: list[Line]) -> list[Line]:
    """Pieces of text without those drawn again on the same place, which print as bold or as a shadow."""
    seen, kept = set(), []
    for piece in pieces:
        across, up = round(piece.left / piece.size * 10), round(piece.base / piece.size * 10)
        again = any((piece.text, across + x, up + y) in seen for x in (-1, 0, 1) for y in (-1, 0, 1))
        if not (again and piece.text.strip()):
            kept.append(piece)
        seen.add((piece.text, across, up))
    return kept


def lines_of(pieces: list[Line]) -> list[Line]:
    """Lines of the pieces as pypdf parts them; single characters become a line where they stand on one base."""
    signs = [piece._replace(text=piece.text.strip()) for piece in pieces if piece.text.strip()]
    if not signs or median(len(sign.text) for sign in signs) > 2:
        return [Line(text) for text in "".join(piece.text for piece in pieces).split("\n") if text.strip()]
    lines = []
    for sign in signs:
        right, last = sign.left + len(sign.text) * sign.size, lines[-1] if lines else None
        gap = (sign.left - last.right) / sign.size if last and abs(sign.base - last.base) < 0.3 * sign.size else 99.0
        if -0.8 < gap < 2.0:
            lines[-1] = last._replace(text=last.text + " " * (gap > 0.8) + sign.text, right=right)
        else:
            lines.append(sign._replace(right=right))
    return lines


def second_reading(data: bytes, limits: Limits) -> list[list[Line]]:
    """All pages through pypdf, for files that pdfium cannot open."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refusal("encrypted")
        count = len(reader.pages)
        if count > limits.pages:
            raise Refusal("too_many_pages", f"{count} > {limits.pages}")
        pages = [[Line(line) for line in page.extract_text().split("\n") if line.strip()] for page in reader.pages]
    except Refusal:
        raise
    except Exception as error:
        raise Refusal("damaged_pdf") from error
    if not pages:
        raise Refusal("damaged_pdf")
    return pages


# ---------------------------------------------------------------------------------------------------------------- lines and paragraphs

def join_pages(pages: list[list[Line]]) -> tuple[str, list[tuple[int, int, str]]]:
    """One text of all pages; heads and numbers stand where they were, marked, so that a paragraph runs on beneath them."""
    furniture = page_furniture(pages)
    pieces, marks, at, last, waiting = [], [], 0, None, []

    def add(text: str) -> None:
        nonlocal at
        pieces.append(text)
        at += len(text)

    for number, lines in enumerate(pages):
        body = [line for place, line in enumerate(lines) if (number, place) not in furniture]
        columns = columns_of(body)
        leading = median([step for one, other in zip(body, body[1:]) if (step := one.base - other.base) > 0] or [0.0])
        waiting += [line.text for place, line in enumerate(lines) if (number, place) in furniture and place < len(lines) / 2]
        for place, line in enumerate(body):
            margin, spare = columns[place]
            joined = last is not None and runs_on(*last, line, margin, leading)
            if waiting:
                start = at
                add(("\n" if at else "") + "\n".join(waiting) + ("" if joined else "\n"))
                if joined:
                    add("\n")
                marks.append((start if joined else start + (start > 0), at, "page"))
                waiting = []
            elif last is not None and not joined:
                add("\n")
            if joined and re.search(r"[A-Za-z0-9,.]$", last[0].text) and re.match(r"[A-Za-z0-9]", line.text):
                add(" ")
            add(line.text)
            last = (line, spare)
        waiting += [line.text for place, line in enumerate(lines) if (number, place) in furniture and place >= len(lines) / 2]
    if waiting:
        start = at
        add("\n" + "\n".join(waiting))
        marks.append((start + 1, at, "page"))
    return "".join(pieces) + "\n", marks


def page_furniture(pages: list[list[Line]]) -> set[tuple[int, int]]:
    """Places of running heads and page numbers: lines at a page's edge that are a number, or come again on other pages."""
    edges = {(number, place): re.sub(r"\d+|[一二三四五六七八九十]+(?=页)", "#", re.sub(r"\s", "", lines[place].text))
             for number, lines in enumerate(pages) for place in {0, 1, len(lines) - 2, len(lines) - 1} if 0 <= place < len(lines)}
    seen = Counter({words: len({number for (number, _), other in edges.items() if other == words}) for words in set(edges.values())})
    found, columns = set(), [columns_of(lines) for lines in pages]
    running = median([line.size for lines in pages for line in lines] or [0.0]) or 99.0
    for (number, place), words in edges.items():
        line = pages[number][place]
        if BROWSER.fullmatch(line.text):
            found.add((number, place))
            continue
        if line.size > 0.95 * running and columns[number][place][1] < 1.6:
            continue  # a line of running text fills its column
        outermost = place in (0, len(pages[number]) - 1)
        numeric = re.fullmatch(r"[-—–－·~]*第?#页?(?:[,，/]?共?#页?)?[-—–－·~]*|Page#(?:of#)?", words) is not None
        if numeric and outermost and (len(pages) > 1 or words != "#") or len(pages) >= 3 and len(words) <= 40 and (
                seen[words] >= max(3, len(pages) // 2) or numeric and seen[words] >= 2) and not re.search(r"[。，：；！]$", words):
            found.add((number, place))
    inner = {(number, place) for number, place in found if place == 1 and (number, 0) not in found or
             place == len(pages[number]) - 2 and (number, len(pages[number]) - 1) not in found and place != 0}
    return found - inner


def top_down(lines: list[Line]) -> list[Line]:
    """The lines of a page from top to bottom where they were drawn upwards, line after line."""
    printed = [line for line in lines if len(line.text) > 3]
    steps = [other.base - line.base for line, other in zip(printed, printed[1:])]
    upward = sum(step > 0 for step in steps)
    if upward < 2 or upward * 2 <= len(steps) or not all(line.size for line in lines):
        return lines
    return sorted(lines, key=lambda line: (-line.base, line.left))


def columns_of(lines: list[Line]) -> list[tuple[float, float]]:
    """For each line where its column begins, and how many characters of the column it leaves empty at its right.

    A column ends where lines break off in mid-sentence: one wider line, such as a title over two columns, does not count.
    """
    if not lines or not all(line.size for line in lines):
        longest = sorted(len(line.text) for line in lines)[int(len(lines) * 0.9)] if lines else 0
        return [(0.0, 0.0 if len(line.text) >= max(0.8 * longest, 12) else 99.0) for line in lines]
    found = []
    for place, line in enumerate(lines):
        near = [other for other in lines[max(0, place - NEAR):place + NEAR + 1] if other.left < line.right and
                abs(other.left - line.left) < 6 * line.size and abs(other.size - line.size) < 0.15 * line.size] or [line]
        broken = Counter(other.right // line.size for other in near if other.text[-1] not in MARKS)
        backing = {edge: count + broken[edge - 1] for edge, count in broken.items()}
        last = max((edge for edge in backing if backing[edge] * 3 >= max(backing.values())), default=math.inf)
        right = max([other.right for other in near if other.right // line.size <= last + 1] or [line.right])
        spare = (right - line.right) / line.size if line.right - line.left > 10 * line.size else 99.0
        found.append((min(other.left for other in near), spare))
    return found


def runs_on(line: Line, spare: float, following: Line, margin: float, leading: float) -> bool:
    """Whether the next line carries on the paragraph: what it begins with, and may not be parted, had no room."""
    ended = line.text[-1] in ENDS
    unit = LATIN.match(following.text)[0] + "字" if ended else UNIT.match(following.text)[0]
    room = sum(0.62 if sign.isascii() else 1.0 for sign in unit) + (0.6 if line.text[-1] in MARKS else 2.6)
    if spare > room:
        return False
    if line.size and following.size:
        indented = 1.2 * following.size < following.left - margin < 6 * following.size
        parted = ended and line.base - following.base > 1.3 * leading
        return abs(line.size - following.size) < 0.15 * line.size and not indented and not parted
    return not ended
