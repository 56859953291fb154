"""What does a saved web page say?  Its text block by block, as a browser lays it out; scripts are not read.

Everything shown is kept: for short speeches, cutting by guess loses more than it gains (measured). What looks like
navigation is marked, so that the cleaning counts it as no speech and the audit lists it.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from analysis.characters import HAN
from analysis.readers.numbering import number_text
from analysis.readers.result import Limits, Reading, Refusal, Remark
from analysis.readers.text import declared_encoding, decode, read_text, repair

NO_TEXT = {"script", "style", "title", "meta", "link", "base", "unseen"}
UNSEEN = NO_TEXT | {"noscript", "noframes", "noembed", "template", "iframe", "embed", "datalist", "canvas", "audio",
                    "video", "frameset", "rt", "rp"}
WHOLE = {"html", "body"}  # never taken for hidden: scripts show them
UNDRAWN = {"desc", "metadata", "defs", "symbol"}  # inside a drawing (svg)
CONTROLS = {"a", "button", "select", "input"}  # a line of nothing else is navigation
UNTYPED = {"hidden", "checkbox", "radio", "password", "file", "image", "color", "range"}  # inputs that hide their value
BLOCKS = {"p", "div", "section", "article", "main", "header", "footer", "nav", "aside", "h1", "h2", "h3", "h4", "h5",
          "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "caption", "blockquote",
          "pre", "hr", "form", "fieldset", "legend", "address", "figure", "figcaption", "center", "textarea", "body",
          "html", "details", "summary", "dir", "menu", "dialog", "text"}
NAVIGATION = re.compile(r"(?:^|[\s_-])(?:nav|menu|footer|foot|header|top-?bar|breadcrumb|crumbs?|position|share|"
                        r"sidebar|side|copyright|related|recommend|login|search|toolbar|pages?|pagination|bread)"
                        r"(?:$|[\s_\d-])", re.I)
PLAIN = {"pre", "xmp", "listing", "plaintext", "textarea"}
BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table(?!-cell|-column))", re.I)
DECLARED = re.compile(r"(?:^|;)\s*(display|visibility|mso-hide|font(?:-size)?)\s*:\s*([^;]+)", re.I)
HIDING = re.compile(r"display:none|visibility:hidden|mso-hide:all|font-size:0(?:\.0*)?(?:[a-z]+|%)?")
ASIDE = re.compile(r"""/\*.*?(?:\*/|\Z)|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<!--|-->""", re.S)  # no rules
NAME = re.compile(r"^[a-zA-Z][\w-]*|[.#](?:[\w-]|\\.)+")
PLAIN_SELECTOR = re.compile(r"(?:[a-zA-Z][\w-]*)?(?:[.#](?:[\w-]|\\.)+)+")
ELSEWHERE = re.compile(r"::|(?<!\():(?:before|after|first-l|hover|focus|active|target)")  # beside it, or on touch
END_TAGS = re.compile(r"</(?:body|html)\b[^<>]{0,200}>", re.I)
FRAMES = re.compile(r"</?(?:div|section|article|main|center|table|tbody|thead|tr|td|th|ul|ol|li|dl|dt|dd|blockquote|"
                    r"form|p)\b[^<>]*>", re.I)
INLINE = re.compile(r"</?(?:span|font|b|i|u|s|em|strong|a|small|big|sub|sup|code|tt|label|ins|del)\b[^<>]*>", re.I)
LIST_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
CSS_FORMS = {"cjk-ideographic": "chineseCountingThousand", "simp-chinese-informal": "chineseCountingThousand",
             "cjk-decimal": "ideographDigital", "cjk-heavenly-stem": "ideographTraditional", "decimal": "decimal",
             "lower-alpha": "lowerLetter", "upper-alpha": "upperLetter", "lower-roman": "lowerRoman",
             "upper-roman": "upperRoman", "decimal-leading-zero": "decimalZero"}
# &#147; means “ to every browser
WINDOWS = {code: bytes([code]).decode("cp1252", "replace").replace("\ufffd", "") for code in range(0x80, 0xA0)}


def read_html(data: bytes, limits: Limits = Limits()) -> Reading:
    """Read a web page; raises Refusal where it shows no text."""
    found = decode(data, declared_encoding(data))
    text, repairs = repair(found.text)
    if not re.search(r"<[a-zA-Z!/?]|&#?\w", text):
        return read_text(data)  # a plain text under the name of a page
    root, flattened = parse(text)
    page = Page(root)
    body, marks = page.text()
    if not re.search(r"\w", body):
        raise Refusal("no_text")
    remarks = [remark for remark in found.remarks + repairs if remark.kind != "line_ends"]
    body, more = repair(body.translate(WINDOWS))
    remarks += more + [Remark(*remark) for remark in (
        ("hidden_text", page.hidden), ("unread_elements", page.unread.total(), ", ".join(sorted(+page.unread))),
        ("numbers_written", page.numbered), ("flattened", flattened)) if remark[1]]
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

    The parser drops what is nested more than 2,048 deep, where browsers do not: such a page is taken without its
    nesting. It stops at </html>, where browsers go on: that end is taken out.
    """
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True)
    endless = END_TAGS.sub("", re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    try:
        root = etree.fromstring(endless.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Refusal("no_text") from error
    if root is None:
        raise Refusal("no_text")
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        if flattened:
            raise Refusal("nested_too_deep")
        return parse(FRAMES.sub("<br>", INLINE.sub("", text)), flattened=True)
    return root, flattened


def declared(style: str) -> dict[tuple[str, bool], bool]:
    """Whether the declarations on showing hide the text, by property and whether it is !important; the last one counts.

    >>> declared("display:none; display:block")
    {('display', False): False}
    """
    found = {}
    for name, value in DECLARED.findall(style):
        value, _, important = value.lower().partition("!")
        name = "font-size" if name.lower() == "font" else name.lower()
        found[name, bool(important)] = HIDING.fullmatch(f"{name}:{value.strip()}") is not None
    return found


def rules_of(sheet: str) -> Iterator[tuple[str, bool, str]]:
    """Selectors, whether the rule stands inside no other (@media), and declarations."""
    opened: list[str] = []
    for text, brace in (match.groups() for match in re.finditer(r"([^{}]*)([{}])", ASIDE.sub("", sheet) + "}")):
        if opened and not opened[-1].startswith("@"):
            yield opened[-1], len(opened) == 1, text
        if brace == "{":
            opened.append(text.rpartition(";")[2].strip())
        elif opened:
            opened.pop()


class Styles:
    """What the page's own style sheets say about showing.

    A text is hidden only where that is certain: by a plain rule for its class or id, outweighed by none that may apply.
    """

    def __init__(self, root):
        self.rules: dict[str, dict[tuple[str, frozenset], tuple]] = {}  # by a name, then by property and all names
        self.order = 0
        for sheet in root.iter("style"):
            screen = (sheet.get("media") or "all").strip().lower() in ("all", "screen")
            for selectors, plain, style in rules_of(sheet.text or ""):
                if said := declared(style):
                    for selector in selectors.split(","):
                        self.add(selector.strip(), said, plain and screen)

    def add(self, selector: str, said: dict[tuple[str, bool], bool], plain: bool) -> None:
        if not selector or ELSEWHERE.search(selector):
            return
        subject = re.match(r"(?:[\w.#-]|\\.)*", re.split(r"[\s>+~]", selector)[-1])[0]
        names = frozenset(re.sub(r"\\(.)", r"\1", name) if name[0] in ".#" else name.lower()
                          for name in NAME.findall(subject))
        certain = plain and PLAIN_SELECTOR.fullmatch(selector)
        bare = re.sub(r"\\.", "", selector)
        weight = bare.count("#"), len(re.findall(r"[.:[]", bare)), len(re.findall(r"(?:^|[\s>+~])[a-zA-Z]", bare))
        self.order += 1
        entries = self.rules.setdefault(min(names, default="*"), {})
        for (field, important), hides in said.items():
            if certain or not hides:
                entry = (important, False, *weight, self.order, hides)
                entries[field, names] = max(entry, entries.get((field, names), entry))

    def hidden(self, element, tag: str) -> dict[str, bool]:
        """Whether the element is hidden, by each property that anything is said about."""
        classes = (element.get("class") or "").split()
        own = {tag, "*", "#" + (element.get("id") or ""), *("." + name for name in classes)}
        found = [(field, entry) for name in own if len(entries := self.rules.get(name, ())) <= 50
                 for (field, names), entry in (entries.items() if entries else ()) if names <= own]
        found += [(field, (important, True, 0, 0, 0, 0, hides))
                  for (field, important), hides in declared(element.get("style") or "").items()]
        if element.get("hidden") is not None or tag == "dialog" and element.get("open") is None:
            found.append(("display", (False, False, 0, 0, 0, -1, True)))
        heaviest: dict[str, tuple] = {}
        for field, entry in found:
            heaviest[field] = max(entry, heaviest.get(field, entry))
        return {field: entry[-1] for field, entry in heaviest.items()}


def shown_as_block(element) -> bool:
    return "display" in (style := element.get("style") or "") and BLOCK_STYLE.search(style) is not None


class Page:
    """The blocks of a page in order: lines of text, and which of them are navigation."""

    def __init__(self, root, depth: int = 0):
        self.styles, self.depth = Styles(root), depth
        self.lines: list[tuple[str, bool]] = []
        self.pieces: list[str] = []
        self.outside = 0  # open elements that hold navigation
        self.linked = self.length = 0  # characters of the open line inside links, and in all
        self.links = self.preformatted = 0
        self.counters: list[int | None] = []
        self.steps: list[int] = []
        self.label = ""  # the number of an entry whose text has not begun
        self.hidden = self.numbered = 0
        self.unread: Counter[str] = Counter()  # elements with text that is not read
        self.veils: list[dict[str, bool]] = [{}]  # what hides the text of each open element, and is handed down
        self.walk(root)

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
        hidden = self.styles.hidden(element, tag) if tag not in WHOLE and tag not in NO_TEXT else {}
        if hidden.pop("display", False) | hidden.pop("mso-hide", False):
            self.hidden += re.search(r"\w", "".join(element.itertext())) is not None
            return False
        if tag == "iframe" and element.get("srcdoc"):
            self.frame(element.get("srcdoc"))
        if tag in UNSEEN or tag in UNDRAWN and next(element.iterancestors("svg"), None) is not None:
            self.unread[tag] += tag not in NO_TEXT and re.search(f"[{HAN}]", "".join(element.itertext())) is not None
            return False
        self.veils.append(self.veils[-1] | hidden if hidden else self.veils[-1])
        if tag in BLOCKS or tag == "br" or shown_as_block(element):
            self.close_line()
        if self.is_navigation(element, tag):
            self.outside += 1
        self.links += tag in CONTROLS
        self.preformatted += tag in PLAIN
        if tag == "q":
            self.put("“")
        elif tag == "select":
            self.choose(element)
        elif tag == "input" and (element.get("type") or "").lower() not in UNTYPED:
            self.put(element.get("value"))
        if tag in ("ol", "ul", "menu", "dir"):
            self.counters.append(self.first_number(element) if tag == "ol" else None)
            self.steps.append(-1 if element.get("reversed") is not None else 1)
        elif tag == "li" and self.counters and self.counters[-1] is not None:
            self.number(element)
        elif tag in ("td", "th") and self.pieces:
            self.pieces.append("\t")
        return True

    def frame(self, source: str) -> None:
        """Read a page that is written into another."""
        try:
            inner = Page(parse(source)[0], self.depth + 1) if self.depth < 3 else None
        except Refusal:
            inner = None
        if inner is None:
            self.unread["iframe"] += re.search(f"[{HAN}]", source) is not None
            return
        self.close_line()
        self.lines += inner.lines
        self.hidden, self.numbered = self.hidden + inner.hidden, self.numbered + inner.numbered
        self.unread += inner.unread

    def choose(self, element) -> None:
        """Leave out the entries of a closed menu that are not chosen."""
        if element.get("multiple") is not None or (element.get("size") or "1") != "1":
            return
        options = element.findall("option") + element.findall("optgroup/option")
        chosen = [option for option in options if option.get("selected") is not None][-1:] or options[:1]
        rest = [option for option in options if option not in chosen]
        self.unread["select"] += any(re.search(f"[{HAN}]", option.text or "") for option in rest)
        for option in rest:
            option.tag = "unseen"

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
        told = ordered.attrib if ordered is not None else {}
        style = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", told.get("style") or "")
        form = CSS_FORMS.get(style[1].lower()) if style else LIST_FORMS.get(told.get("type") or "1")
        form = form or "decimal"
        chinese = form in ("chineseCountingThousand", "ideographDigital", "ideographTraditional")
        self.label = number_text(value, form) + ("、" if chinese else ". ")
        self.numbered += 1

    def end(self, element) -> None:
        tag = element.tag.lower()
        if tag == "q":
            self.put("”")
        self.veils.pop()
        if tag in BLOCKS or shown_as_block(element):
            self.close_line()
        if self.is_navigation(element, tag):
            self.outside -= 1
        self.links -= tag in CONTROLS
        self.preformatted -= tag in PLAIN
        if tag == "li":
            self.label = ""
        if tag in ("ol", "ul", "menu", "dir"):
            self.counters.pop()
            self.steps.pop()

    def put(self, text: str | None) -> None:
        if not text:
            return
        if True in self.veils[-1].values():
            self.hidden += re.search(r"\w", text) is not None
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
            # a line end in the source is no space
            line = re.sub(rf"(?<=[{HAN}，。、；：！？”’）》])[ \r]*\n[ \r\n]*(?=[{HAN}“‘（《])", "", line)
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
