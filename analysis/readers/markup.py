"""What do the field's own formats say?  TEI as text, with the header as metadata and page furniture and notes marked."""

from __future__ import annotations

import re
from xml.parsers import expat

from lxml import etree

from analysis.characters import HAN
from analysis.readers.result import Limits, Reading, Refusal, Remark
from analysis.readers.text import declared_encoding, decode, repair

LINES = {"p", "head", "l", "u", "ab", "item", "salute", "signed", "dateline", "opener", "closer", "trailer", "sp", "speaker", "stage", "div", "body", "row",
         "list", "lg", "byline", "docTitle", "titlePart", "docDate", "docAuthor", "front", "back", "text", "quote", "cit", "label", "argument", "epigraph"}
LEFT_OUT = {"del", "corr", "reg", "expan", "figDesc", "teiHeader", "facsimile", "sourceDoc", "standOff"}  # of two readings the one the source has
BLANK = " \t\r\n"
AFTER = re.compile(f"[{HAN}，。、；：！？”’）》]$")  # a line end between what ends and begins like this is no space
BEFORE = re.compile(f"[{HAN}“‘（《，。]")
MARKED = {"note": "footnote", "fw": "page", "figure": "footnote"}


def read_tei(data: bytes, limits: Limits = Limits()) -> list[Reading]:
    """Read TEI (P4 or P5), each text of a corpus a speech; raises Refusal for other XML."""
    root, remarks = parse(data)
    name = etree.QName(root).localname
    if name not in ("TEI", "TEI.2", "teiCorpus"):
        raise Refusal("unsupported", f"XML <{name}>"[:60])
    texts = [root] if name != "teiCorpus" else [child for child in root.iter(etree.Element) if etree.QName(child).localname in ("TEI", "TEI.2")]
    if len(texts) > limits.parts:
        raise Refusal("too_many_parts", str(len(texts)))
    readings = [read_one(text, number if len(texts) > 1 else 0) for number, text in enumerate(texts, 1)]
    readings = [reading for reading in readings if re.search(r"\w", reading.text)]
    if not readings:
        raise Refusal("no_text")
    readings[0].remarks[:0] = remarks
    return readings


def parse(data: bytes):
    """The root element, and what was remarked on the way from bytes to text.

    Decoded here: the parser's GB2312 mangles — and ·, and a file may say an encoding that it is not in.
    """
    found = decode(data, declared_encoding(data))
    data = re.sub(r"^\s*<\?xml[^>]*\?>", "", found.text).encode("utf-8", "replace")
    refuse_entities(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
                             remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser), found.remarks
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("damaged_xml", str(error)[:80]) from error


def refuse_entities(data: bytes) -> None:
    """A document type may be named, for it is never fetched; entities may not be declared."""
    class Begun(Exception):
        pass

    def declared(*_):
        raise Refusal("xml_entities")

    def begun(*_):
        raise Begun

    parser = expat.ParserCreate("utf-8")
    parser.EntityDeclHandler, parser.StartElementHandler = declared, begun
    try:
        parser.Parse(data[:1 << 20], False)
    except (Begun, expat.ExpatError):
        pass


def read_one(root, number: int) -> Reading:
    pieces, marks, open_marks, at, gap, fresh = [], [], [], 0, "", False

    def add(text: str | None) -> None:
        nonlocal at, gap, fresh
        text, words = text or "", flowing(text)
        gap += text[:len(text) - len(text.lstrip(BLANK))]
        if not words:
            return
        if gap and pieces and pieces[-1] != "\n" and not ("\n" in gap and AFTER.search(pieces[-1]) and BEFORE.match(words)):
            words = " " + words
        pieces.append(words)
        at, fresh = at + len(words), False
        gap = text[len(text.rstrip(BLANK)):]

    def line_end() -> None:
        nonlocal at, gap, fresh
        gap = ""
        if fresh:  # the line end after a note belongs to the note only where its paragraph goes on
            marks[-1] = (marks[-1][0], at - 1, marks[-1][2])
            fresh = False
        if pieces and pieces[-1] != "\n":
            pieces.append("\n")
            at += 1

    walker = etree.iterwalk(root, events=("start", "end"))
    for event, element in walker:
        if not isinstance(element.tag, str):
            continue
        name = etree.QName(element).localname
        if event == "start":
            if name in LEFT_OUT:
                element.set("unseen", "1")
                walker.skip_subtree()
                continue
            before = at
            if name in LINES or name in MARKED:
                line_end()
            if name in MARKED:
                open_marks.append(before if not open_marks else at)
            if name == "cell" and pieces and pieces[-1] != "\n":
                pieces.append("\t")
                at += 1
            add(element.text)
            continue
        if element.get("unseen") is None:
            if name in LINES or name in MARKED:
                line_end()
            if name in MARKED and (start := open_marks.pop()) < at:
                marks.append((start, at, MARKED[name]))
                fresh = True
        add(element.tail)
    text, repairs = repair("".join(pieces).strip() + "\n")
    marks = [(start, min(end, len(text)), reason) for start, end, reason in marks if start < len(text)]
    return Reading(text, [remark for remark in repairs if remark.kind != "line_ends"], header(root), [] if repairs else marks, f"#{number}" if number else "")


def flowing(text: str | None) -> str:
    """Text with the line ends of the file taken out: nothing between Chinese characters, a space elsewhere."""
    text = re.sub(rf"(?<=[{HAN}，。、；：！？”’）》])[ \t\r]*\n\s*(?=[{HAN}“‘（《])", "", text or "")
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def header(root) -> dict[str, str]:
    """Title, speaker, date and place as the TEI header has them."""
    fields = {}
    for field, names in (("title", ["titleStmt/title"]), ("speaker", ["titleStmt/author", "person/persName"]),
                         ("date", ["creation/date", "setting/date", "bibl/date", "publicationStmt/date"]),
                         ("place", ["creation/placeName", "setting/placeName", "setting/settlement"])):
        for path in names:
            parent, child = path.split("/")
            found = root.xpath(f"(.//*[local-name()='teiHeader']//*[local-name()='{parent}']/*[local-name()='{child}'])[1]")
            value = (found[0].get("when") or " ".join("".join(found[0].itertext()).split())) if found else ""
            if value:
                fields[field] = value
                break
    return fields
