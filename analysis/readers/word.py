"""What does Word show?  docx as text: automatic numbers written out, changes accepted, hidden text left out, notes apart.

No library writes out automatic Chinese numbering (measured), and 一、 and （一） are often just that.
"""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

from analysis.readers.archive import open_zip, read_member, refuse_doctype, salvage
from analysis.readers.numbering import Numbering, read_numbering
from analysis.readers.result import Limits, Reading, Refusal, Remark
from analysis.readers.text import declared_encoding, decode, repair

SKIPPED = {"del", "moveFrom", "rt", "rPr", "pPr", "tblPr", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr", "delText",
           "tblGrid", "rubyPr", "oMathParaPr", "ctrlPr", "fPr", "dataModel", "docPartObj", "pPrChange", "rPrChange",
           "binData"}
SHOW_NOTHING = "XE TC TA RD SET ASK PRIVATE NEXT NEXTIF SKIPIF ADVANCE".split()  # fields that mark or do something
CIRCLED = {unicodedata.normalize("NFKC", sign): sign for sign in map(chr, range(0x2460, 0x3300))
           if unicodedata.decomposition(sign).startswith("<circle>")}
BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}


def read_docx(data: bytes, limits: Limits = Limits()) -> Reading:
    """Read a Word file: body with tables and text boxes in their places, foot- and endnotes after it."""
    archive = open_zip(flat_package(data) if b"<pkg:package" in data[:2000] else data, limits)
    try:
        return read_package(archive, limits)
    except Refusal as refusal:
        if refusal.kind != "damaged_archive" or archive.comment == b"salvaged":
            raise
        return read_package(salvage(data, limits), limits)


def flat_package(data: bytes) -> bytes:
    """A Word file saved as one XML file, as the archive that it stands for."""
    refuse_doctype(data)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for part in plain_xml(data).iter("{*}part"):
            content = part.find("{*}xmlData")
            if content is not None and len(content):
                name = next((value for key, value in part.attrib.items() if key.endswith("name")), "")
                archive.writestr(name.lstrip("/"), etree.tostring(content[0]))
    return file.getvalue()


def read_package(archive, limits: Limits) -> Reading:
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()}
    main = target_of(archive, names, "_rels/.rels", "officeDocument", limits) or names.get("word/document.xml")
    if not main:
        raise Refusal("damaged_archive" if archive.comment == b"salvaged" else "no_document")
    package = Package(archive, names, main, limits)
    styles = Styles(package.part("styles"))
    story = Story(styles, read_numbering(package.part("numbering"), styles.lists), package)
    story.walk(package.root(main))
    lines = story.finish()
    notes = [line for kind in ("footnote", "endnote")
             for line in read_notes(package.part(kind + "s"), kind, styles, story)]
    text, marks = join_lines(lines + [(line, "footnote") for line in notes])
    text, repairs = repair(text)
    if not text.strip():
        raise Refusal("no_text")
    remarks = [Remark(kind, count) for kind, count in sorted(story.counts.items()) if count] + repairs
    if story.missing:
        remarks.append(Remark("fields_without_result", story.missing.total(), ", ".join(sorted(story.missing))))
    if archive.comment == b"salvaged" or package.lost:
        remarks.insert(0, Remark("salvaged"))
    left_out = sum(bool(re.search(r"\S", "".join(package.root(name).itertext("t")))) for lower, name in names.items()
                   if re.fullmatch(r"word/(?:header|footer)\d*\.xml", lower))
    if left_out:
        remarks.append(Remark("header_footer", left_out))
    return Reading(text, remarks, marks=marks if not repairs else shift(marks, text, lines, notes))


def shift(marks, text, lines, notes):
    """Repairs may have moved places; mark the notes again where they can be found whole, else nothing."""
    return [(at, at + len(line), reason) for line, reason in lines + [(note, "footnote") for note in notes]
            if reason and line and (at := text.rfind(line)) >= 0]


def join_lines(lines: list[tuple[str, str]]) -> tuple[str, list[tuple[int, int, str]]]:
    pieces, marks, at = [], [], 0
    for line, reason in lines:
        pieces.append(line + "\n")
        if reason and line.strip():
            marks.append((at, at + len(line), reason))
        at += len(line) + 1
    return "".join(pieces), marks


# ---------------------------------------------------------------------------------------------------------------- the package

@dataclass
class Package:
    """The parts of a Word file, found through their relations and read once."""

    archive: object
    names: dict[str, str]
    main: str
    limits: Limits
    spent: int = 0
    lost: int = 0

    def root(self, name: str):
        """Parse a part; tags and attributes become bare names, so that transitional and strict files look the same."""
        data = read_member(self.archive, name, self.limits)
        self.spent += len(data)
        if self.spent > self.limits.expanded_bytes:
            raise Refusal("expands_too_much")
        return parse_xml(data)

    def part(self, kind: str):
        folder, name = posixpath.split(self.main)
        relations = f"{folder}/_rels/{name}.rels"
        found = target_of(self.archive, self.names, relations, kind, self.limits) or self.names.get(f"word/{kind}.xml")
        if not found and target_of(self.archive, self.names, relations, kind, self.limits, missing=True):
            self.lost += 1
        try:
            return self.root(found) if found else None
        except Refusal as refusal:
            if refusal.kind != "damaged_xml":
                raise
            self.lost += 1  # the body can be read without it
            return None

    def by_id(self, relation: str) -> str | None:
        folder, name = posixpath.split(self.main)
        return target_of(self.archive, self.names, f"{folder}/_rels/{name}.rels", relation, self.limits, by_id=True)

    def diagram(self, relation: str) -> list[str]:
        """The lines of a SmartArt picture."""
        try:
            found = self.by_id(relation)
            self.lost += not found
            points = self.root(found).iter("pt") if found else ()
        except Refusal as refusal:
            if refusal.kind not in ("damaged_xml", "damaged_archive"):
                raise
            self.lost += 1
            return []
        lines = ("".join(text.text or "" for text in point.iter("t")) for point in points)
        return [line for line in lines if line.strip()]

    def chunk(self, relation: str) -> str:
        """The text of a file put in whole (altChunk): a page, a plain text or another Word file."""
        from analysis.readers import read_bytes

        found = self.by_id(relation)
        if not found:
            return ""
        data = read_member(self.archive, found, self.limits)
        self.spent += len(data)
        try:
            return "\n".join(reading.text for reading in read_bytes(data, posixpath.splitext(found)[1].lower() or ".txt", self.limits, depth=1))
        except Refusal:
            return ""


def parse_xml(data: bytes):
    if declared_encoding(data) not in ("", "utf-8", "utf-16"):  # the parser's own GB2312 mangles — and ·
        data = re.sub(r"^\s*<\?xml[^>]*\?>", "", decode(data, declared_encoding(data)).text).encode()
    refuse_doctype(data)
    root = plain_xml(data)
    for element in root.iter(etree.Element):
        for name in [name for name in element.attrib if name[0] == "{"]:
            bare = name.rpartition("}")[2]
            if bare not in element.attrib:
                element.attrib[bare] = element.attrib.pop(name)
        element.tag = element.tag.rpartition("}")[2]
    return root


def plain_xml(data: bytes):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True,
                             remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "depth" in str(error).lower():
            raise Refusal("nested_too_deep") from error
        raise Refusal("damaged_xml", str(error)[:80]) from error


def target_of(archive, names, relations: str, kind: str, limits: Limits, by_id: bool = False,
              missing: bool = False) -> str | None:
    """The part that a relation of this kind (or id) points to, inside the package only; `missing`: one that is not there."""
    found = names.get(relations.lower())
    if not found:
        return None
    try:
        root = parse_xml(read_member(archive, found, limits))
    except Refusal as refusal:
        if refusal.kind == "xml_entities":
            raise
        return None
    for relation in root.iter("Relationship"):
        wanted = relation.get("Id") == kind if by_id else relation.get("Type", "").rpartition("/")[2].lower() == kind.lower()
        if wanted and relation.get("TargetMode") != "External":
            target = relation.get("Target", "")
            base = posixpath.dirname(posixpath.dirname(relations))
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(base, target))
            if (path.lower() in names) != missing:
                return path if missing else names[path.lower()]
    return None


class Styles:
    """What styles say of numbering and of hidden text, through the styles they are based on."""

    def __init__(self, root):
        elements = {} if root is None else {style.get("styleId"): style for style in root.iter("style")}
        self.names = {key: (style.find("name").get("val", "") if style.find("name") is not None else "") for key, style in elements.items()}
        self.based = {key: style.find("basedOn").get("val") for key, style in elements.items() if style.find("basedOn") is not None}
        self.hidden = {key: flag(style.find("rPr"), "vanish") for key, style in elements.items()}
        self.lists = {key: number_of(style.find("pPr")) for key, style in elements.items()}
        self.default = next((key for key, style in elements.items() if style.get("type") == "paragraph" and style.get("default") in ("1", "true")), None)

    def chain(self, style: str | None):
        seen = set()
        while style and style not in seen:
            seen.add(style)
            yield style
            style = self.based.get(style)

    def is_hidden(self, style: str | None) -> bool:
        return next((self.hidden[name] for name in self.chain(style) if self.hidden.get(name) is not None), False)

    def list_of(self, style: str | None) -> tuple[str | None, list[tuple[str, int | None]]]:
        """List that a style gives its paragraphs, and the styles up to the one that says so, each with its level."""
        levels = []
        for name in self.chain(style):
            list_id, level = self.lists.get(name, (None, None))
            levels.append((name, level))
            if list_id is not None:
                return list_id, levels
        return None, []


def number_of(properties) -> tuple[str | None, int | None]:
    found = None if properties is None else properties.find("numPr")
    if found is None:
        return None, None
    list_id, level = found.find("numId"), found.find("ilvl")
    return (None if list_id is None else list_id.get("val")), (None if level is None or not level.get("val", "").isdigit() else int(level.get("val")))


def flag(properties, name: str) -> bool | None:
    found = None if properties is None else properties.find(name)
    return None if found is None else found.get("val", "1") not in ("0", "false", "off", "none")


# ---------------------------------------------------------------------------------------------------------------- the text

@dataclass
class Paragraph:
    style: str | None
    properties: object
    pieces: list[str] = field(default_factory=list)
    after: list[tuple[str, str]] = field(default_factory=list)  # lines of text boxes anchored in it
    gone: int = 0  # runs left out of it


@dataclass
class Field:
    """An open field: its instruction, whether it stands in shown text, whether its result has begun and holds text."""

    code: list[str] = field(default_factory=list)
    seen: bool = True
    begun: bool = False
    filled: bool = False


class Story:
    """A walk through a document in the order in which Word shows it; containers are the body, cells and text boxes."""

    def __init__(self, styles: Styles, numbering: Numbering, package: Package | None = None):
        self.styles, self.numbering, self.package = styles, numbering, package
        self.counts: Counter = Counter()
        self.containers: list[list[tuple[str, str]]] = [[]]
        self.carried: list[str] = [""]  # text of paragraphs whose end was deleted, one for each container
        self.paragraphs: list[Paragraph] = []
        self.rows: list[list[str]] = []
        self.fields: list[Field] = []  # those that are open
        self.missing: Counter = Counter()  # names of fields whose result the file does not hold
        self.notes: set[tuple[str, str | None]] = set()  # foot- and endnotes that the text refers to

    def finish(self) -> list[tuple[str, str]]:
        if self.carried[0]:
            self.containers[0].append((self.carried[0], ""))
        return self.containers[0]

    def walk(self, root) -> None:
        open_fields = []
        for mark in root.iter("fldChar"):
            if mark.get("fldCharType") == "begin":
                open_fields.append(mark)
            elif mark.get("fldCharType") == "end" and open_fields:
                open_fields.pop()
        for mark in open_fields:  # one that never ends must not swallow the rest of the text
            mark.set("fldCharType", "")
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if event == "start":
                if not self.begin(element):
                    element.set("skipped", "1")
                    walker.skip_subtree()
            elif element.get("skipped") is None:
                self.end(element)

    def begin(self, element) -> bool:
        """Take in an element; False where nothing of it is shown."""
        tag = element.tag
        if tag in SKIPPED:
            if tag in ("del", "moveFrom") and element.find(".//r") is not None:
                self.counts["tracked_deletions" if tag == "del" else "moved_text"] += 1
                if self.paragraphs:
                    self.paragraphs[-1].gone += 1
            return False
        if tag == "p":
            properties = element.find("pPr")
            style = None if properties is None or properties.find("pStyle") is None else properties.find("pStyle").get("val")
            self.paragraphs.append(Paragraph(style or self.styles.default, properties))
        elif tag == "r":
            return self.begin_run(element)
        elif tag == "t":
            self.put(element.text or "")
        elif tag in BREAKS:
            if element.getparent() is not None and element.getparent().tag == "r":
                self.put(BREAKS[tag])
        elif tag == "instrText":
            if self.fields and not self.fields[-1].begun:
                self.fields[-1].code.append(element.text or "")
        elif tag == "fldSimple" and element.find(".//r") is None:
            self.end_field(Field([element.get("instr", "")]))
        elif tag == "sym":
            self.put(symbol(element))
        elif tag == "textpath":  # WordArt of old files
            self.put(element.get("string") or "")
        elif tag == "relIds" and self.package is not None and self.paragraphs:  # SmartArt keeps its words in a part of its own
            self.paragraphs[-1].after += [(line, "") for line in self.package.diagram(element.get("dm") or "")]
        elif tag == "chart":
            self.counts["charts"] += 1
        elif tag == "fldChar":
            self.field(element.get("fldCharType"))
        elif tag in ("tc", "txbxContent"):
            self.containers.append([])
            self.carried.append("")
        elif tag == "tr":
            if (properties := element.find("trPr")) is not None and (properties.find("del") is not None):
                self.counts["tracked_deletions"] += 1
                return False
            self.rows.append([])
        elif tag in ("footnoteReference", "endnoteReference"):
            self.notes.add((tag.removesuffix("Reference"), element.get("id")))
        elif tag == "AlternateContent":
            self.choose(element)
        elif tag == "altChunk" and self.package is not None:
            self.containers[-1] += [(line, "") for line in self.package.chunk(element.get("id", "")).split("\n")]
        elif tag == "ins" and element.find(".//r") is not None:
            self.counts["tracked_insertions"] += 1
        return True

    def begin_run(self, element) -> bool:
        properties = element.find("rPr")
        hidden = flag(properties, "vanish")
        if hidden is None:
            named = None if properties is None or properties.find("rStyle") is None else properties.find("rStyle").get("val")
            hidden = self.styles.is_hidden(named) or bool(self.paragraphs) and self.styles.is_hidden(self.paragraphs[-1].style)
        if hidden:
            for character in element.iter("fldChar"):  # a hidden field still begins and ends
                self.field(character.get("fldCharType"))
            if any((text.text or "").strip() for text in element.iter("t")):
                self.counts["hidden_text"] += 1
            if self.paragraphs:
                self.paragraphs[-1].gone += 1
        return not hidden

    def field(self, kind: str | None) -> None:
        if kind == "begin":
            self.fields.append(Field(seen=self.showing()))
        elif kind == "separate" and self.fields:
            self.fields[-1].begun = True
        elif kind == "end" and self.fields:
            self.end_field(self.fields.pop())

    def showing(self) -> bool:
        """Does text show here, or does it belong to the instruction of a field?"""
        return not self.fields or self.fields[-1].begun and self.fields[-1].seen

    def end_field(self, ended: Field) -> None:
        """Show what a field without a result stands for, or name it."""
        code = "".join(ended.code)
        name = re.match(r"\s*([A-Za-z]{1,20}|=)", code)
        if not name or ended.filled:
            return
        name, shown = name[1].upper(), equation(code)
        if shown and self.fields and not self.fields[-1].begun:  # it stands in the instruction of another
            self.fields[-1].code.append(shown)
        elif shown:
            self.put(shown)
        elif (not ended.begun or name == "EQ") and name not in SHOW_NOTHING and self.showing():
            self.missing[name] += 1

    def choose(self, element) -> None:
        """Of the forms of a drawing that Word knows keep the first that holds text, so that a text box comes once."""
        choices = [child for child in element if child.tag == "Fallback" or child.tag == "Choice" and understood(child)]
        kept = next((child for child in choices if any((text.text or "").strip() for text in child.iter("t"))), choices[0] if choices else None)
        for child in list(element):
            if child is not kept:
                element.remove(child)

    def put(self, text: str) -> None:
        if self.paragraphs and self.showing():
            self.paragraphs[-1].pieces.append(text)
            if self.fields and text:
                self.fields[-1].filled = True

    def end(self, element) -> None:
        tag = element.tag
        if tag == "p" and self.paragraphs:
            self.end_paragraph(self.paragraphs.pop())
        elif tag == "tc":
            lines = self.leave()
            if self.rows:
                self.rows[-1].append("\n".join(line for line, _ in lines).strip("\n"))
            else:
                self.containers[-1] += lines
        elif tag == "tr" and self.rows:
            row = "\t".join(self.rows.pop()).rstrip("\t")
            self.containers[-1] += [(line, "") for line in row.split("\n")] if row.strip() else []
        elif tag == "txbxContent":
            lines = [line for line in self.leave() if line[0].strip()]
            (self.paragraphs[-1].after if self.paragraphs else self.containers[-1]).extend(lines)

    def leave(self) -> list[tuple[str, str]]:
        lines, carried = self.containers.pop(), self.carried.pop()
        return lines + ([(carried, "")] if carried else [])

    def end_paragraph(self, paragraph: Paragraph) -> None:
        text = self.carried[-1] + "".join(paragraph.pieces)
        marks = None if paragraph.properties is None else paragraph.properties.find("rPr")
        joined = marks is not None and (marks.find("del") is not None or marks.find("moveFrom") is not None)
        frame = None if paragraph.properties is None else paragraph.properties.find("framePr")
        joined = joined or frame is not None and frame.get("dropCap", "none") != "none"
        hidden = bool(flag(marks, "vanish")) or paragraph.gone and not text
        self.carried[-1] = ""
        if joined:  # its end was deleted, or it is the large first letter of the next: it runs on into that
            self.carried[-1] = text
        elif text or not hidden:
            label = self.label(paragraph)
            name = self.styles.names.get(paragraph.style, "").lower()
            contents = bool(re.match(r"toc \d|目录", name)) and bool(text.strip())
            for number, line in enumerate((label + text).split("\n")):
                self.containers[-1].append((line, "contents" if contents else ""))
        self.containers[-1] += paragraph.after

    def label(self, paragraph: Paragraph) -> str:
        """The automatic number of a paragraph: named by itself, or by its style."""
        list_id, level = number_of(paragraph.properties)
        if list_id is None:
            list_id, styles = self.styles.list_of(paragraph.style)
            linked = {about.style: place for place, about in self.numbering.lists.get(list_id or "", {}).items()}
            said = [linked.get(style, own) for style, own in styles]  # a level that names a style goes before its own
            level = next((place for place in (level, *said) if place is not None), None)
        if not list_id or list_id == "0":
            return ""
        written = self.numbering.label(list_id, level or 0)
        self.counts["numbers_written"] += bool(written)
        return written


def understood(choice) -> bool:
    """Does Word know every extension that a form requires?  They are named by their prefixes."""
    names = [choice.nsmap.get(prefix) or "" for prefix in choice.get("Requires", "").split()]
    known = r"http://schemas\.(microsoft|openxmlformats)\.|http://purl\.oclc\.org/ooxml|urn:schemas-microsoft-com:"
    return all(re.match(known, name) for name in names)


def equation(code: str) -> str:
    """What an EQ field shows that sets signs over each other (circled numbers, old phonetic guides); of others nothing.

    >>> equation(r"eq \\o\\ac(○,2)"), equation(r"EQ \\* jc2 \\o\\ad(\\s\\up 9(chun),春)"), equation(r"EQ \\f(1,2)")
    ('②', '春', '')
    """
    switches = r'(?:\s*\\\*\s*(?:"[^"]*"|[^\s"\\]+))*'
    found = re.fullmatch(rf"\s*eq{switches}\s*\\o\s*(?:\\a[lcrd]\s*)?\((.*)\)\s*", code[:1000], re.I | re.S)
    parts = [part.strip() for part in re.split(r"[,;](?![^()]*\))", found[1])] if found else []
    script = re.compile(r"\\s\s*\\(?:up|do)\s*\d*\s*\(([^\\]*)\)", re.I)
    raised = [inside[1] for part in parts if (inside := script.fullmatch(part))]
    base = [part for part in parts if part[:1] != "\\" and part not in ("○", "◯", "□", "△", "◇")]
    if any("\\" in part for part in base) or sum(part[:1] == "\\" for part in parts) > len(raised):
        return ""
    text = "".join(base or raised)
    return CIRCLED.get(unicodedata.normalize("NFKC", text), text) if {"○", "◯"} & set(parts) else text


def symbol(element) -> str:
    try:
        code = int(element.get("char", ""), 16)
    except ValueError:
        return ""
    return chr(code) if 0x20 <= code < 0xD800 or 0xE000 <= code <= 0xFFFD else ""


def read_notes(root, kind: str, styles: Styles, body: Story) -> list[str]:
    """Lines of the foot- or endnotes that the body refers to: separators and notes taken out of it are no notes."""
    lines = []
    for note in root if root is not None else ():
        if (kind, note.get("id")) not in body.notes:
            body.counts["notes_left_out"] += bool(re.search(r"\S", "".join(note.itertext("t"))))
            continue
        story = Story(styles, Numbering())
        story.walk(note)
        found = [line for line, _ in story.finish() if line.strip()]
        lines += found
        body.counts["notes"] += bool(found)
        body.missing += story.missing
    return lines
