"""What do the field's own formats say?  TEI as text, with the header as metadata and page furniture and notes marked."""

from __future__ import annotations

import re
from xml.parsers import expat

from lxml import etree

from analysis.characters import HAN
from analysis.readers.result import Limits, Reading, Refusal, Remark
from analysis.readers.text import decode, repair

LINES = {"p", "head", "l", "u", "ab", "item", "salute", "signed", "dateline", "opener", "closer", "trailer", "sp", "speaker", "stage", "div", "body", "row",
         "list", "lg", "byline", "docTitle", "titlePart", "docDate", "docAuthor", "front", "back", "text", "quote", "cit", "label", "argument", "epigraph"}
LEFT_OUT = {"del", "corr", "reg", "expan", "figDesc", "teiHeader", "facsimile", "sourceDoc", "standOff"}  # of two readings the one the source has
MARKED = {"note": "footnote", "fw": "page", "figure": "footnote"}


def read_tei(data: bytes, limits: Limits = Limits()) -> list[Reading]:
    """Read TEI (P4 or P5), each text of a corpus a speech; raises Refusal for other XML."""
    refuse_entities(data)
    root = parse(data)
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
    return readings


def refuse_entities(data: bytes) -> None:
    """A document type may be named, for it is never fetched; entities may not be declared."""
    class Begun(Exception):
        pass

    def declared(*_):
        raise Refusal("xml_entities")

    def begun(*_):
        raise Begun

    parser = expat.ParserCreate()
    parser.EntityDeclHandler, parser.StartElementHandler = declared, begun
    try:
        parser.Parse(data[:1 << 20], False)
    except (Begun, expat.ExpatError):
        pass


def parse(data: bytes):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        pass
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(data).text)  # it may say an encoding it is not in
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("damaged_xml", str(error)[:80]) from error


def read_one(root, number: int) -> Reading:
    pieces, marks, open_marks, at = [], [], [], 0

    def add(text: str) -> None:
        nonlocal at
        if text.strip() or pieces and not pieces[-1].endswith("\n"):
            text = text.lstrip() if not pieces or pieces[-1].endswith("\n") else text
            pieces.append(text)
            at += len(text)

    def line_end() -> None:
        nonlocal at
        if pieces and not pieces[-1].endswith("\n"):
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
            if name in LINES or name in MARKED:
                line_end()
            if name in MARKED:
                open_marks.append(at)
            if name in ("p", "head", "l", "u", "ab") or element.text and element.text.strip():
                add(flowing(element.text))
            continue
        if element.get("unseen") is None:
            if name in LINES or name in MARKED:
                line_end()
            if name in MARKED and (start := open_marks.pop()) < at:
                marks.append((start, at, MARKED[name]))
        add(flowing(element.tail))
    text, repairs = repair("".join(pieces).strip() + "\n")
    marks = [(start, min(end, len(text)), reason) for start, end, reason in marks if start < len(text)]
    return Reading(text, [remark for remark in repairs if remark.kind != "line_ends"], header(root), [] if repairs else marks, f"#{number}" if number else "")


def flowing(text: str | None) -> str:
    """Text with the line ends of the file taken out: nothing between Chinese characters, a space elsewhere."""
    text = re.sub(rf"(?<=[{HAN}，。、；：！？”’）》])\s*\n\s*(?=[{HAN}“‘（《])", "", text or "")
    return re.sub(r"[ \t\r\n]+", " ", text)


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
