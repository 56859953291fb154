"""How does a file become text?  One function a format; what a file is, its content says before its name does."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Callable

from analysis.readers.result import Limits, Reading, Refusal, Remark

SUFFIXES = {
    "text": ".txt .text .md .markdown .mkd", "csv": ".csv .tsv .tab", "jsonl": ".jsonl .ndjson .json", "html": ".html .htm .xhtml .shtml",
    "mhtml": ".mht .mhtml", "docx": ".docx .docm .dotx .dotm", "pdf": ".pdf", "xlsx": ".xlsx .xlsm .xltx", "parquet": ".parquet .pq", "xml": ".xml .tei",
    "zip": ".zip"}
FORMAT_OF = {suffix: form for form, suffixes in SUFFIXES.items() for suffix in suffixes.split()}
IN_CHILD = {"docx", "pdf", "html", "mhtml", "xlsx", "parquet", "xml"}  # parsers that hostile files aim at: never in the reader's own process
MAGIC = [(b"{\\rtf", "rtf"), (b"PAR1", "parquet"), (b"\x89PNG", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF8", "gif"), (b"II*\0", "tif"), (b"MM\0*", "tif"),
         (b"Rar!", "rar"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gz"), (b"\x7fELF", "elf"), (b"MZ\x90", "exe"), (b"SQLite format 3", "sqlite"),
         (b"OggS", "ogg"), (b"ID3", "mp3"), (b"RIFF", "riff"), (b"BZh", "bz2"), (b"\xfd7zXZ", "xz"), (b"%!PS", "ps"),
         (b"\xdb\xa5", "doc"), (b"1\xbe\0\0", "doc"), (b"\t\x08", "xls"), (b"\t\x02", "xls"), (b"\t\x04", "xls")]
TEI = (rb"(?:<\?xml[^>]*>\s*)?(?:<!--[^>]*-->\s*|<\?[^>]*>\s*|<!doctype tei[^>]*>\s*)*"
       rb"<(?:\w{1,20}:)?(?:tei|tei\.2|teicorpus)[\s>]")
_ADVICE = {"picture": "png jpg jpeg gif tif tiff bmp webp heic", "sound": "mp3 ogg riff wav m4a mp4 mov avi wma flac",
           "packed": "rar 7z gz bz2 xz tar tgz"}  # others are documents as far as anybody knows
OLE = [("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("Workbook", "xls"), ("PowerPoint Document", "ppt")]


def format_of(data: bytes, suffix: str) -> str:
    """Name the format of a file: one that can be read, or else Refusal with what it is.

    >>> format_of("同志们：".encode(), ".txt"), format_of(b"%PDF-1.7", ".txt")
    ('text', 'pdf')
    """
    by_name = FORMAT_OF.get(suffix.strip(), "")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return zip_format(data, by_name)
    if by_name in ("docx", "xlsx", "zip") and b"PK\x05\x06" in data[-66_000:] and b"PK\x03\x04" in data[:66_000]:
        return zip_format(data, by_name)
    if data.startswith(b"%PDF-") or by_name == "pdf" and b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        kind = next((kind for name, kind in OLE if name.encode("utf-16-le") in data), suffix.lstrip(".") or "ole")
        raise Refusal("encrypted") if kind == "encrypted" else unsupported(kind)
    magic = next((name for start, name in MAGIC if data.startswith(start)), "")
    if magic == "parquet":
        return magic
    if magic and (magic not in ("riff", "mp3", "exe") or by_name not in ("text", "csv")):
        raise unsupported(magic)
    head = data[:2000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if by_name in ("", "text") and re.match(rb"<!doctype html|<html[\s>]|<\?xml[^>]*>\s*<!doctype html|<\?xml[^>]*>\s*<html", head):
        return "html"
    if by_name in ("", "text", "html") and re.match(TEI, head):
        return "xml"
    if by_name == "xml" and re.search(rb"<html[\s>]", head):
        return "html"
    if re.match(rb"mime-version:|from: <saved by", head) and b"multipart/related" in head:
        return "mhtml"
    if b"<pkg:package" in data[:2000] and by_name in ("", "xml", "docx"):
        return "docx"
    if by_name in ("docx", "xlsx", "pdf", "parquet", "zip"):
        raise Refusal("wrong_content", by_name)
    if by_name:
        return by_name
    if not suffix or suffix in (".doc", ".wps", ".log", ".asc"):  # Word opens a plain text under its own name
        return "text"
    if suffix in (".xls", ".et"):  # and Excel a table in plain text
        return "csv"
    raise unsupported(suffix.lstrip(".")[:20])


def unsupported(name: str) -> Refusal:
    """The refusal of a format, with advice that fits it."""
    return Refusal(next((kind for kind, names in _ADVICE.items() if name in names.split()), "unsupported"), name)


def zip_format(data: bytes, by_name: str) -> str:
    """Which of the formats that are zip archives: by the entries inside; by the name where the directory is broken."""
    try:
        names = {name.replace("\\", "/").lower() for name in zipfile.ZipFile(io.BytesIO(data)).namelist()}
    except Exception:  # a broken archive is put together again later, or refused there
        return by_name if by_name in ("docx", "xlsx") else "docx" if b"word/document.xml" in data[:4096] else "zip"
    for sign, name in (("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx")):
        if sign in names:
            return name
    for sign, name in (("ppt/presentation.xml", "pptx"), ("meta-inf/container.xml", "epub"), ("content.xml", "odt")):
        if sign in names:
            raise unsupported(name)
    if by_name in ("docx", "xlsx"):  # its main part can stand elsewhere
        if "[content_types].xml" in names:
            return by_name
        raise Refusal("wrong_content", by_name)
    return "zip"


def read_bytes(data: bytes, suffix: str, limits: Limits = Limits(), *, text_column: str | None = None, depth: int = 0) -> list[Reading]:
    """Read the texts of one file (not of an archive) in this process; raises Refusal where there are none.

    >>> [reading.text for reading in read_bytes("同志们：\\n".encode("gb18030"), ".txt")]
    ['同志们：\\n']
    """
    if len(data) > limits.file_bytes:
        raise Refusal("too_big", f"{len(data) >> 20} MB > {limits.file_bytes >> 20} MB")
    if not data:
        raise Refusal("empty_file")
    form = format_of(data, suffix)
    if form == "zip" or depth > 1:
        raise Refusal("too_deep")
    found = reader_of(form, text_column)(data, limits)
    return found if isinstance(found, list) else [found]


def reader_of(form: str, text_column: str | None) -> Callable:
    """The function that reads a format; imported when it is wanted, for some cost a tenth of a second."""
    if form == "text":
        from analysis.readers.text import read_text
        return lambda data, limits: read_text(data)
    if form in ("html", "mhtml"):
        from analysis.readers import html
        return html.read_html if form == "html" else html.read_mhtml
    if form == "docx":
        from analysis.readers.word import read_docx
        return read_docx
    if form == "pdf":
        from analysis.readers.pdf import read_pdf
        return read_pdf
    if form == "xml":
        from analysis.readers.markup import read_tei
        return read_tei
    from analysis.readers import tables
    reader = {"csv": tables.read_csv, "jsonl": tables.read_jsonl, "xlsx": tables.read_xlsx, "parquet": tables.read_parquet}[form]
    return lambda data, limits: reader(data, limits, text_column=text_column)
