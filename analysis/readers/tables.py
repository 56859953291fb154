"""Which speeches are in a table?  csv, tsv, xlsx, jsonl, json and parquet with a column of texts, one speech a row."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
import zipfile
from typing import Iterable, Iterator
from xml.parsers import expat

from analysis.characters import count_han
from analysis.readers.archive import open_zip, read_member, refuse_doctype, whole_entries
from analysis.readers.result import Limits, Reading, Refusal, Remark
from analysis.readers.text import decode, repair

TEXT_NAMES = ["text", "正文", "全文", "内容", "文本", "讲话", "讲话内容", "讲话全文", "content", "body", "transcript", "speech_text", "fulltext", "full_text"]


def read_csv(data: bytes, limits: Limits = Limits(), *, text_column: str | None = None) -> list[Reading]:
    """Read comma-, tab- or semicolon-separated values, in any encoding."""
    found = decode(data)
    text, repairs = repair(found.text)
    csv.field_size_limit(max(limits.expanded_bytes, limits.file_bytes))
    separator = re.match(r"sep=([,;\t|])\n", text)  # Excel's own first line
    text = text[separator.end():] if separator else text
    mark = separator[1] if separator else delimiter_of(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False)
    remarks = found.remarks + repairs + ([Remark("unclosed_quote")] if text.count('"') % 2 else [])
    try:
        return row_readings(rows, limits, text_column, remarks)
    except csv.Error as error:
        raise Refusal("damaged_table", str(error)[:80]) from error


def delimiter_of(text: str) -> str:
    """The separator of the first line: the one that is most frequent outside quotation marks."""
    head = re.sub(r'"[^"]*"', "", text[:20_000].split("\n", 1)[0])
    return max(",\t;|", key=head.count)


def read_jsonl(data: bytes, limits: Limits = Limits(), *, text_column: str | None = None) -> list[Reading]:
    """Read one JSON object a line, or a JSON list of objects; lines that are no object are counted."""
    found = decode(data)
    text = found.text.lstrip("\ufeff")
    bad, records = 0, []
    if text.lstrip().startswith("["):
        try:
            records = json.loads(text, parse_int=str)
        except (ValueError, RecursionError) as error:
            raise Refusal("damaged_table", str(error)[:80]) from error
        if all(isinstance(record, str) for record in records):
            records = [{"text": record} for record in records]
        bad = sum(not isinstance(record, dict) for record in records)
    else:
        for line in text.split("\n") if not text.lstrip().startswith("{\n") else [text]:
            if not line.strip():
                continue
            try:
                record = json.loads(line, parse_int=str)
            except (ValueError, RecursionError):
                record = None
            records.append(record)
            bad += not isinstance(record, dict)
        if len(records) == 1 and isinstance(records[0], dict):
            records = inner_records(records[0])
    places = [(number, record) for number, record in enumerate(records, 1) if isinstance(record, dict)]
    if not places:
        raise Refusal("damaged_table", "JSON")
    names = list(dict.fromkeys(name for _, record in places for name in record))
    rows = ([as_text(record.get(name)) for name in names] for _, record in places)
    remarks = found.remarks + ([Remark("bad_rows", bad)] if bad else [])
    return row_readings([names, *rows], limits, text_column, remarks, numbers=[number for number, _ in places])


def inner_records(record: dict) -> list:
    """The objects of the one list that an object wraps, as in {"data": [{…}, {…}]}; else the object itself."""
    def has_text(one: dict) -> bool:
        return any(name.lower() in TEXT_NAMES for name in one)

    lists = [value for value in record.values() if isinstance(value, list) and value]
    lists = [value for value in lists if all(isinstance(one, dict) for one in value)]
    return lists[0] if len(lists) == 1 and not has_text(record) and any(map(has_text, lists[0])) else [record]


def read_xlsx(data: bytes, limits: Limits = Limits(), *, text_column: str | None = None) -> list[Reading]:
    """Read every visible sheet of a workbook that has a column of texts."""
    import openpyxl

    package, remarks = sound_parts(data, limits)
    try:
        book = openpyxl.load_workbook(package, read_only=True, data_only=True)
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # what a sheet says of its own size is not to be relied on
        shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        sheets = [(sheet.title, [[unescaped(as_text(cell)) for cell in row]
                                 for row in limited(sheet.iter_rows(values_only=True), limits)]) for sheet in shown]
    except Refusal:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise Refusal("damaged_table", f"{type(error).__name__}: {error}"[:80]) from error
    hidden = [sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible"]
    readings, refused, textless = [], Refusal("empty_table"), []
    for title, rows in sheets:
        try:
            found = row_readings(rows, limits, text_column, remarks)
        except Refusal as refusal:
            refused = refusal if refusal.kind != "empty_table" else refused
            textless.append(title)
            continue
        if len(sheets) > 1:
            for reading in found:
                reading.part = f"#{title}{reading.part}"
        readings += found
    if not readings:
        raise refused
    readings[0].remarks += [Remark(kind, len(titles), ", ".join(titles)[:200]) for kind, titles in
                            (("hidden_sheets", hidden), ("sheets_without_text", textless)) if titles]
    return readings


def sound_parts(data: bytes, limits: Limits) -> tuple[io.BytesIO, list[Remark]]:
    """The parts of a workbook that can be read, packed anew: damage to a theme or a picture is no reason to lose the text."""
    archive, package, lost, rescue = open_zip(data, limits), io.BytesIO(), 0, {}
    with zipfile.ZipFile(package, "w") as target:
        for name in dict.fromkeys(archive.namelist()):
            try:
                part = read_member(archive, name, limits)
            except Refusal as refusal:
                if refusal.kind != "damaged_archive":
                    raise
                lost += 1
                rescue = rescue or whole_entries(data, limits)
                if name not in rescue:
                    continue
                part = rescue[name]
            if name.endswith((".xml", ".rels")):
                refuse_doctype(part)
                for kind in (b"spreadsheetml", b"officeDocument"):  # strict files name their elements otherwise
                    part = part.replace(b"http://purl.oclc.org/ooxml/%s/" % kind, b"http://schemas.openxmlformats.org/%s/2006/" % kind)
                if name.lower().endswith("styles.xml") and not well_formed(part):
                    lost += 1
                    continue
            target.writestr(name.replace("\\", "/"), part)
    package.seek(0)
    return package, [Remark("salvaged")] if lost or archive.comment == b"salvaged" else []


def well_formed(part: bytes) -> bool:
    parser = expat.ParserCreate()
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError):
        return False
    return True


def read_parquet(data: bytes, limits: Limits = Limits(), *, text_column: str | None = None) -> list[Reading]:
    """Read a Parquet file; needs the extra `parquet` (pyarrow)."""
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as error:
        raise Refusal("needs_pyarrow") from error
    try:
        table = parquet.ParquetFile(io.BytesIO(data))
        size = sum(table.metadata.row_group(number).total_byte_size for number in range(table.metadata.num_row_groups))
        if size > limits.expanded_bytes:
            raise Refusal("expands_too_much", f"{size >> 20} MB")
        if table.metadata.num_rows > limits.rows:
            raise Refusal("too_many_rows", f"{table.metadata.num_rows} > {limits.rows}")
        names = table.schema_arrow.names
        columns = table.read().to_pydict()
    except (arrow.ArrowException, OSError, ValueError, KeyError) as error:
        raise Refusal("damaged_table", f"{type(error).__name__}: {error}"[:80]) from error
    rows = zip(*(columns[name] for name in names))
    return row_readings([names, *([as_text(value) for value in row] for row in rows)], limits, text_column, [])


# ---------------------------------------------------------------------------------------------------------------- rows

def limited(rows: Iterable, limits: Limits) -> Iterator:
    for number, row in enumerate(rows):
        if number > limits.rows:
            raise Refusal("too_many_rows", f"> {limits.rows}")
        yield row


def as_text(value) -> str:
    """A cell as text: dates as 2021-02-04, whole numbers without .0, nothing for nothing."""
    if value is None or value != value:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, (dict, list)) else str(value)


def unescaped(cell: str) -> str:
    """Characters that XML cannot hold stand in a workbook as _x000D_."""
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), cell) if "_x" in cell else cell


def row_readings(rows: Iterable[list[str]], limits: Limits, text_column: str | None, remarks: list[Remark],
                 numbers: list[int] | None = None) -> list[Reading]:
    """One reading per row with a text; empty rows are counted. `numbers` are the rows' places where some were left out."""
    table = [list(row) for row in limited(rows, limits)]
    while table and not any(cell.strip() for cell in table[0]):
        table.pop(0)
    if len(table) < 2:
        raise Refusal("empty_table")
    start = header_row(table) if text_column is None and numbers is None else 0
    headless = text_column is None and numbers is None and any(count_han(cell) > 40 or re.search("[。！？；]", cell) for cell in table[start])
    if headless:
        start, table = 0, [[f"列{place}" for place in range(1, max(map(len, table)) + 1)], *table[start:]]
    names, body = [name.strip() for name in table[start]], table[start + 1:]
    column, guessed = find_text_column(names, body, text_column)
    readings, empty = [], 0
    for number, row in zip(numbers or range(1, len(body) + 1), body):
        cell = row[column] if column < len(row) else ""
        text, repairs = repair(cell)
        if not text.strip():
            empty += any(cell.strip() for cell in row)
            continue
        fields = {name: value.strip() for place, (name, value) in enumerate(zip(names, row)) if place != column and name and value.strip()}
        readings.append(Reading(text, [remark for remark in repairs if remark.kind != "line_ends"], fields, part=f"#{number}"))
    if not readings:
        raise Refusal("empty_table")
    others = [name for place, name in enumerate(names) if place != column and name.lower() in TEXT_NAMES] if text_column is None else []
    longer = sum(len(row) > len(names) for row in body)
    readings[0].remarks += [remark for remark in remarks if remark.kind != "line_ends"] + [
        Remark(kind, count, detail) for kind, count, detail in
        (("no_header", int(headless), ""), ("other_text_columns", len(others), f"{', '.join(others)} / {names[column]}"),
         ("text_column_guessed", int(guessed), names[column]), ("rows_without_text", empty + start, ""), ("rows_too_long", longer, "")) if count]
    return readings


def header_row(table: list[list[str]]) -> int:
    """Number of the row that names the columns: the first, or one of the next few that alone has a usual name of texts."""
    named = [any(cell.strip().lower() in TEXT_NAMES for cell in row) for row in table[:6]]
    above = named.index(True) if True in named else 0
    titles = all(sum(bool(cell.strip()) for cell in row) < 2 for row in table[:above])
    return above if titles and above + 1 < len(table) else 0


def find_text_column(names: list[str], rows: list[list[str]], wanted: str | None) -> tuple[int, bool]:
    """Place of the column of texts: the one named, of those with a usual name the one with most text, else the only one with long Chinese texts."""
    if wanted is not None:
        if wanted in names:
            return names.index(wanted), False
        raise Refusal("no_such_column", f"{wanted}; {', '.join(names)[:200]}")
    lower = [name.lower() for name in names]
    usual = [lower.index(name) for name in TEXT_NAMES if name in lower]
    if usual:
        return max(usual, key=lambda place: sum(count_han(row[place]) for row in rows if place < len(row))), False
    averages = [sum(count_han(row[place]) for row in rows if place < len(row)) / len(rows) for place in range(len(names))]
    best = max(range(len(names)), key=averages.__getitem__) if names else 0
    if names and averages[best] >= 50 and sum(average >= 50 for average in averages) == 1:
        return best, True
    raise Refusal("no_text_column", ", ".join(names)[:200])
