"""Which number does Word show before a paragraph?  Automatic numbers of Word files, written out in all East Asian formats.

The counting follows ECMA-376 part 1, 17.9; the forms of numbers what Word shows (chineseCounting 101 is 一○一,
chineseCountingThousand 101 is 一百〇一, the series 甲乙丙 ends at 10, letters repeat: 27 is AA, 28 BB).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DIGITS = "〇一二三四五六七八九"
LEGAL, LEGAL_TRADITIONAL = "零壹贰叁肆伍陆柒捌玖", "零壹貳參肆伍陸柒捌玖"
SERIES = {  # formats that step through a list and then go on in digits
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸", "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥", "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛", "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "ideographZodiacTraditional": ["甲乙丙丁戊己庚辛壬癸"[n % 10] + "子丑寅卯辰巳午未申酉戌亥"[n % 12] for n in range(60)]}


def number_text(value: int, form: str) -> str:
    """Write a number in one of Word's formats.

    >>> number_text(12, "chineseCounting"), number_text(101, "chineseCountingThousand"), number_text(3, "decimalEnclosedCircle")
    ('十二', '一百〇一', '③')
    """
    if form in ("none", "bullet"):
        return ""
    if form in SERIES:
        series = SERIES[form]
        return series[value - 1] if 1 <= value <= len(series) else str(value)
    if form == "decimalZero":
        return f"{value:02d}"
    if re.fullmatch("0{1,9}1", form):
        return str(value).zfill(len(form))
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return str(value).translate({48 + n: 0xFF10 + n for n in range(10)})
    if form in ("upperRoman", "lowerRoman"):
        return roman(value) if form == "upperRoman" else roman(value).lower()
    if form in ("upperLetter", "lowerLetter"):
        letters = chr(65 + (value - 1) % 26) * ((value - 1) // 26 + 1) if 0 < value <= 780 else str(value)
        return letters if form == "upperLetter" else letters.lower()
    if form == "ordinal":
        return str(value) + ({1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th") if value % 100 not in (11, 12, 13) else "th")
    if form == "hex":
        return f"{value:X}"
    if form == "numberInDash":
        return f"- {value} -"
    return east_asian(value, form)


def east_asian(value: int, form: str) -> str:
    if form in ("ideographDigital", "japaneseDigitalTenThousand"):
        return "".join(DIGITS[int(digit)] for digit in str(value))
    if form in ("chineseCounting", "taiwaneseCounting", "taiwaneseDigital"):
        if value >= 100 or form == "taiwaneseDigital":
            return "".join("○一二三四五六七八九"[int(digit)] for digit in str(value))
        return counted(value, "○一二三四五六七八九", "十百千万", short_ten=True)
    if form == "chineseCountingThousand":
        return counted(value, DIGITS, "十百千万", short_ten=True)
    if form == "taiwaneseCountingThousand":
        return counted(value, DIGITS, "十百千萬", short_ten=True)
    if form == "japaneseCounting":
        return re.sub("一(?=[十百千])|〇", "", counted(value, DIGITS, "十百千万", short_ten=True))
    if form == "chineseLegalSimplified":
        return counted(value, LEGAL, "拾佰仟萬")
    if form == "ideographLegalTraditional":
        return counted(value, LEGAL_TRADITIONAL, "拾佰仟萬")
    return str(value)


def counted(value: int, digits: str, units: str, *, short_ten: bool = False) -> str:
    """Count in tens, hundreds, thousands; `short_ten` writes 十 for 一十."""
    if value == 0:
        return digits[0]
    if value >= 10_000:
        high, low = divmod(value, 10_000)
        return counted(high, digits, units, short_ten=short_ten) + units[3] + (
            (digits[0] if low < 1000 else "") + counted(low, digits, units) if low else "")
    written, gap = "", False
    for power in (3, 2, 1, 0):
        digit = value // 10 ** power % 10
        if digit:
            written += (digits[0] if gap and written else "") + digits[digit] + (units[power - 1] if power else "")
            gap = False
        else:
            gap = bool(written)
    return written[1:] if short_ten and 10 <= value < 20 else written


def roman(value: int) -> str:
    written = ""
    for step, sign in zip((1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1), "M CM D CD C XC L XL X IX V IV I".split()):
        written += sign * (value // step)
        value %= step
    return written


# ---------------------------------------------------------------------------------------------------------------- definitions

@dataclass
class Level:
    """One level of a list: where it starts, its format, its pattern (`第%1章`), what restarts it."""

    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    suffix: str = "tab"
    legal: bool = False
    restart: int | None = None  # number of the level after which it restarts; 0 never, None after any higher one
    style: str = ""


@dataclass
class Numbering:
    """Lists of a document and how far each has counted."""

    lists: dict[str, dict[int, Level]] = field(default_factory=dict)  # numId -> level -> definition
    family: dict[str, str] = field(default_factory=dict)  # numId -> abstractNumId, whose counters it shares
    fresh: dict[str, dict[int, int]] = field(default_factory=dict)  # numId -> level -> start that its first use brings
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    def label(self, list_id: str, level: int) -> str:
        """Count one paragraph and write what stands before it."""
        levels = self.lists.get(list_id)
        if not levels or level not in levels:
            return ""
        counters = self.counters.setdefault(self.family[list_id], {})
        for place, start in list(self.fresh.get(list_id, {}).items()):
            if place <= level:  # an override counts at the first use of its level
                counters.pop(place, None)
                levels[place].start = start
                del self.fresh[list_id][place]
        for higher in range(level):  # a level that was passed over counts as begun: after 1.1 comes 2
            if higher in levels:
                counters.setdefault(higher, levels[higher].start)
        counters[level] = counters[level] + 1 if level in counters else levels[level].start
        for deeper in [place for place in counters if place > level]:
            restart = levels[deeper].restart if deeper in levels else None
            if restart is None or restart and level < restart:
                del counters[deeper]
        return self.written(levels, counters, level)

    def written(self, levels: dict[int, Level], counters: dict[int, int], level: int) -> str:
        here = levels[level]
        if here.form == "bullet":
            mark = "".join("•" if "\ue000" <= sign <= "\uf8ff" else sign for sign in here.pattern)
            return mark + " " if mark.strip() else ""

        def number(found: re.Match) -> str:
            place = int(found[1]) - 1
            form = levels[place].form if place in levels else "decimal"
            value = counters.get(place, levels[place].start if place in levels else 1)
            return number_text(value, "decimal" if here.legal and form != "none" else form)

        text = re.sub(r"%([1-9])", number, here.pattern)
        if not text or here.suffix == "nothing" or text[-1] in "、）】．。：，":
            return text
        return text + " "


def read_numbering(root, styles: dict) -> Numbering:
    """Read numbering.xml (an lxml tree whose tags are bare names); `styles` maps a style id to the list it names."""
    numbering = Numbering()
    abstract, linked, style_list = {}, {}, {}
    for element in root.iter("abstractNum") if root is not None else ():
        key = element.get("abstractNumId", "")
        abstract[key] = {int(level.get("ilvl", 0)): read_level(level) for level in element.findall("lvl") if level.get("ilvl", "0").isdigit()}
        if (link := element.find("numStyleLink")) is not None:
            linked[key] = link.get("val", "")
        if (link := element.find("styleLink")) is not None:
            style_list[link.get("val", "")] = key
    for element in root.iter("num") if root is not None else ():
        if (reference := element.find("abstractNumId")) is None:
            continue
        list_id, key = element.get("numId", ""), reference.get("val", "")
        if not abstract.get(key) and key in linked:
            key = style_list.get(linked[key], key)
        levels = {place: Level(**vars(level)) for place, level in abstract.get(key, {}).items()}
        fresh = {}
        for override in element.findall("lvlOverride"):
            place = int(override.get("ilvl", 0))
            if (own := override.find("lvl")) is not None:
                levels[place] = read_level(own)
            if (start := override.find("startOverride")) is not None and start.get("val", "").isdigit():
                fresh[place] = int(start.get("val"))
        numbering.lists[list_id], numbering.family[list_id], numbering.fresh[list_id] = levels, key, fresh
    return numbering


def read_level(element) -> Level:
    def value(name: str, default: str = "") -> str:
        child = element.find(name)
        return default if child is None else child.get("val", default)

    legal = element.find("isLgl")
    restart = value("lvlRestart")
    start = value("start", "0")
    return Level(int(start) if start.isdigit() else 1, form_of(element), value("lvlText"), value("suff", "tab"),
                 legal is not None and legal.get("val", "1") not in ("0", "false", "off"), int(restart) if restart.isdigit() else None, value("pStyle"))


def form_of(element) -> str:
    """The format of a level: a custom one stands in mc:AlternateContent before a plain one to fall back on."""
    for form in element.iter("numFmt"):
        if form.get("val") != "custom":
            return form.get("val", "decimal")
        if padded := re.match(r"0{1,9}1(?!\d)", form.get("format", "")):
            return padded[0]
    return "decimal"
