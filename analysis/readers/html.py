"""What does a saved web page say?  Its text block by block, as a browser lays it out; navigation is marked, scripts are not read.

Everything shown is kept: for short speeches, cutting by guess loses more than it gains (measured). What looks like navigation
is marked, so that the cleaning counts it as no speech and the audit lists it.
"""

from __future__ import annotations

import email
import email.policy
import re

from lxml import etree

from analysis.characters import HAN
from analysis.readers.numbering import number_text
from analysis.readers.result import Limits, Reading, Refusal, Remark
from analysis.readers.text import declared_encoding, decode, read_text, repair

UNSEEN = {"script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "select", "option", "datalist",
          "button", "canvas", "audio", "video", "map", "frameset", "rt", "rp", "title", "meta", "link", "base", "dialog"}
BLOCKS = {"p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt",
          "dd", "table", "thead", "tbody", "tfoot", "tr", "caption", "blockquote", "pre", "hr", "form", "fieldset", "legend", "address", "figure",
          "figcaption", "center", "textarea", "body", "html", "details", "summary", "dir", "menu"}
NAVIGATION = re.compile(r"(?:^|[\s_-])(?:nav|menu|footer|foot|header|top-?bar|breadcrumb|crumbs?|position|share|sidebar|side|copyright|related|recommend|"
                        r"login|search|toolbar|pages?|pagination|bread)(?:$|[\s_\d-])", re.I)
PLAIN = {"pre", "xmp", "listing", "plaintext", "textarea"}
BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table(?!-cell|-column))", re.I)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|"
                    r"font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:[;!]|$)", re.I)
RULE = re.compile(r"([^{}]{1,500})\{([^{}]*)\}")
FRAMES = re.compile(r"</?(?:div|section|article|main|center|table|tbody|thead|tr|td|th|ul|ol|li|dl|dt|dd|blockquote|form|p)\b[^<>]*>", re.I)
INLINE = re.compile(r"</?(?:span|font|b|i|u|s|em|strong|a|small|big|sub|sup|code|tt|label|ins|del)\b[^<>]*>", re.I)
LIST_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
CSS_FORMS = {"cjk-ideographic": "chineseCountingThousand", "simp-chinese-informal": "chineseCountingThousand", "cjk-decimal": "ideographDigital",
             "lower-alpha": "lowerLetter", "upper-alpha": "upperLetter", "lower-roman": "lowerRoman", "upper-roman": "upperRoman", "decimal": "decimal",
             "cjk-heavenly-stem": "ideographTraditional", "decimal-leading-zero": "decimalZero"}
WINDOWS = {code: bytes([code]).decode("cp1252", "replace").replace("\ufffd", "") for code in range(0x80, 0xA0)}  # &#147; means “ to every browser


def read_html(data: bytes, limits: Limits = Limits()) -> Reading:
    """Read a web page; raises Refusal where it shows no text."""
    found = decode(data, declared_encoding(data))
    text, repairs = repair(found.text)
    if not re.search(r"<[a-zA-Z!/?]|&#?\w", text):
        return read_text(data)  # a plain text under the name of a page
    root, flattened = parse(text)
    page = Page(hidden_names(root))
    page.walk(root)
    body, marks = page.text()
    if not re.search(r"\w", body):
        raise Refusal("no_text")
    remarks = [remark for remark in found.remarks + repairs if remark.kind != "line_ends"]
    body, more = repair(body.translate(WINDOWS))
    remarks += more + [Remark(kind, count) for kind, count in 
                       (("hidden_text", page.hidden), ("numbers_written", page.numbered), ("flattened", flattened)) if count]
    return Reading(body, remarks, marks=[] if more else marks)


def read_mhtml(data: bytes, limits: Limits = Limits()) -> Reading:
    """Read a page saved as one file (.mht, .mhtml): its first HTML part."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for number, part in enumerate(message.walk()):
        if number > limits.parts:
            break
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            return read_html(part.get_payload(decode=True) or b"", limits)
    raise Refusal("no_text")


def parse(text: str, *, flattened: bool = False):
    """Parse as a browser would; given bytes in UTF-8, for lxml mangles — and · on pages that say gb2312.

    The parser drops what is nested more than 2,048 deep, where browsers do not: such a page is taken without its nesting.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("no_text") from error
    if root is None:
        raise Refusal("no_text")
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        if flattened:
            raise Refusal("nested_too_deep")
        return parse(FRAMES.sub("<br>", INLINE.sub("", text)), flattened=True)
    return root, flattened


def hidden_names(root) -> set[str]:
    """Classes (.name) and ids (#name) that the page's own style sheets do not show; only selectors of one name."""
    rules = (rule for sheet in root.iter("style") for rule in RULE.findall((sheet.text or "")[:200_000]))
    names = (name.strip() for selectors, style in rules if HIDDEN.search(style) for name in selectors.split(","))
    return {name for name in names if re.fullmatch(r"[.#][\w-]+", name)}


def shown_as_block(element) -> bool:
    return "display" in (style := element.get("style") or "") and BLOCK_STYLE.search(style) is not None


class Page:
    """The blocks of a page in order: lines of text, and which of them are navigation."""

    def __init__(self, hidden_names: set[str] = frozenset(), depth: int = 0):
        self.hidden_names, self.depth = hidden_names, depth
        self.lines: list[tuple[str, bool]] = []
        self.pieces: list[str] = []
        self.outside = 0  # open elements that hold navigation
        self.linked = self.length = 0  # characters of the open line inside links, and in all
        self.links = self.preformatted = 0
        self.counters: list[int | None] = []
        self.steps: list[int] = []
        self.label = ""  # the number of an entry whose text has not begun
        self.hidden = self.numbered = 0

    def walk(self, root) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            if not isinstance(element.tag, str):
                continue
            if event == "start":
                if not self.begin(element):
                    element.tag = "unseen"
                    walker.skip_subtree()
                else:
                    self.put(element.text)
            else:
                if element.tag != "unseen":
                    self.end(element)
                self.put(element.tail)
        self.close_line()

    def begin(self, element) -> bool:
        tag = element.tag.lower()
        if tag == "iframe" and element.get("srcdoc") and self.depth < 3:
            self.close_line()
            inner = Page(depth=self.depth + 1)
            inner.walk(parse(element.get("srcdoc"))[0])
            self.lines += inner.lines
        if tag in UNSEEN:
            return False
        own = {"." + name for name in (element.get("class") or "").split()} | {"#" + (element.get("id") or "")}
        named = self.hidden_names and self.hidden_names & own
        if element.get("hidden") is not None or named or HIDDEN.search(element.get("style") or ""):
            self.hidden += bool(re.search(r"\w", "".join(element.itertext())))
            return False
        if tag in BLOCKS or tag == "br" or shown_as_block(element):
            self.close_line()
        if self.is_navigation(element, tag):
            self.outside += 1
        self.links += tag == "a"
        self.preformatted += tag in PLAIN
        if tag == "q":
            self.pieces.append("“")
        if tag in ("ol", "ul", "menu", "dir"):
            self.counters.append(self.first_number(element) if tag == "ol" else None)
            self.steps.append(-1 if element.get("reversed") is not None else 1)
        elif tag == "li" and self.counters and self.counters[-1] is not None:
            self.number(element)
        elif tag in ("td", "th") and self.pieces:
            self.pieces.append("\t")
        return True

    def is_navigation(self, element, tag: str) -> bool:
        """By the name of the element, or of its class where little running text is in it."""
        if tag in ("nav", "footer", "aside") or tag == "header" and element.find(".//h1") is None:
            return True
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if tag in BLOCKS and tag not in ("body", "html", "table", "tr", "tbody") and NAVIGATION.search(names):
            words = "".join(element.itertext())
            return words.count("。") <= 2 and len(words) < 1500
        return False

    @staticmethod
    def first_number(element) -> int | None:
        if re.search(r"list-style[^;]*:\s*[^;]*none", element.get("style") or ""):
            return None
        last = sum(entry.tag == "li" for entry in element) if element.get("reversed") is not None else 1
        start = element.get("start") or ""
        return int(start) if re.fullmatch(r"-?\d{1,6}", start) else last

    def number(self, element) -> None:
        """Write out the number that a browser puts before an entry of an ordered list."""
        own = element.get("value") or ""
        value = int(own) if re.fullmatch(r"-?\d{1,6}", own) else self.counters[-1]
        self.counters[-1] = value + self.steps[-1]
        ordered = element.getparent()
        style = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", (ordered.get("style") or "") if ordered is not None else "")
        form = CSS_FORMS.get(style[1].lower(), "decimal") if style else LIST_FORMS.get((ordered.get("type") or "1") if ordered is not None else "1", "decimal")
        chinese = form in ("chineseCountingThousand", "ideographDigital", "ideographTraditional")
        self.label = number_text(value, form) + ("、" if chinese else ". ")
        self.numbered += 1

    def end(self, element) -> None:
        tag = element.tag.lower()
        if tag in BLOCKS or shown_as_block(element):
            self.close_line()
        if self.is_navigation(element, tag):
            self.outside -= 1
        self.links -= tag == "a"
        self.preformatted -= tag in PLAIN
        if tag == "q":
            self.pieces.append("”")
        if tag == "li":
            self.label = ""
        if tag in ("ol", "ul", "menu", "dir"):
            self.counters.pop()
            self.steps.pop()

    def put(self, text: str | None) -> None:
        if not text:
            return
        if self.preformatted:
            *lines, text = text.split("\n")
            for line in lines:
                self.pieces.append(line)
                self.close_line()
        self.pieces.append(text)
        self.length += len(text.strip())
        self.linked += len(text.strip()) if self.links else 0

    def close_line(self) -> None:
        line = "".join(self.pieces)
        if not self.preformatted:
            line = re.sub(rf"(?<=[{HAN}，。、；：！？”’）》])[ \r]*\n[ \r\n]*(?=[{HAN}“‘（《])", "", line)  # a line end in the source is no space
            line = re.sub(r"[ \r\n]+", " ", line)
        line = line.strip(" \t\xa0\u3000\r\n")
        if line:
            line, self.label = self.label + line, ""
            menu = self.linked * 10 > self.length * 8 and not re.search(r"[。！？]$", line)
            self.lines.append((line, self.outside > 0 or menu))
        self.pieces, self.linked, self.length = [], 0, 0

    def text(self) -> tuple[str, list[tuple[int, int, str]]]:
        pieces, marks, at = [], [], 0
        for line, outside in self.lines:
            if outside:
                marks.append((at, at + len(line), "navigation"))
            pieces.append(line)
            at += len(line) + 1
        return "\n".join(pieces) + "\n", marks
