"""How do bytes become text?  Every encoding Chinese texts come in, short, damaged or mixed, and the repairs that follow.

Candidates are decoded and priced in bits: ordinary Chinese is cheap, what a wrong encoding gives is dear. A fixed order of trial
cannot work (GB18030 accepts nearly every Big5 file), and no detector reads short or damaged files; measured in benchmarks/.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from analysis.characters import bits, count_han
from analysis.readers.result import Reading, Refusal, Remark

MARKS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
         (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"\x841\x953", "gb18030")]
CANDIDATES = ["utf-8", "gb18030", "cp950", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252"]
SAMPLE = 6_000  # bytes priced where all of a file need not be
CLOSE, DEAR, HOPELESS = 12.0, 14.0, 16.5  # bits: a margin that leaves doubt; bits per character of doubtful text, of no text
HZ_LINE = re.compile(rb"(?:[^~]++|~~|~$|~\{(?:[\x21-\x77][\x21-\x7e])*+~\})*+")  # possessive: no backtracking on a hostile line
DECLARED = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{3,20})|<\?xml[^>]{0,80}encoding=[\"']([\w-]{3,20})", re.I)
STRETCH = 24  # characters priced together where a part of a line may be garbled
STUCK, SURPLUS = 20.0, 4.0  # bits: a letter between characters is more likely half of one; a byte more is rarer than one less
PATIENCE = 1 << 20  # bytes of damaged lines that are put in step again
SIGNS = re.compile("[\u3400-\u9fff\uf900-\ufaff\ue000-\uf8ff\U00020000-\U0010ffff]")  # what wrong decodings are full of
LONE = re.compile(r"(?:^(?=.[\u4e00-\u9fff])|[^\x00-\x7f「『“‘《〈（【])[A-Za-z@\[\\\]^_`{|}~](?=[^\x00-\x7f]|$)")
UTF8_END = re.compile(rb"(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})\Z")
WIDE = re.compile(rb"[\xe1-\xef][\x80-\xbf]{2}")  # a character of three bytes in UTF-8
WINDOW = re.compile(r"[\x00-\x7f]+")  # what says nothing of an encoding
HIGH = bytes(range(128, 256))
SURROGATES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")  # beyond U+FFFF as Java writes it
PUT_RIGHT = {  # characters that Python's tables of GB18030 leave in private use: the standard of 2005 has them in Unicode
    **dict(zip(range(0xE78D, 0xE797), "\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19")), 0xE7C7: "ḿ",
    0xE816: "\U00020087", 0xE817: "\U00020089", 0xE818: "\U000200CC", 0xE81E: "\u9fb4", 0xE826: "\u9fb5", 0xE82B: "\u9fb6",
    0xE82C: "\u9fb7", 0xE831: "\U000215D7", 0xE832: "\u9fb8", 0xE83B: "\U0002298F", 0xE843: "\u9fb9", 0xE854: "\u9fba",
    0xE855: "\U000241FE", 0xE864: "\u9fbb"}


class Decoded(NamedTuple):
    """A text, the encoding it was in, and what had to be done or doubted."""

    text: str
    encoding: str
    remarks: list[Remark]


def read_text(data: bytes) -> Reading:
    """Read a plain text or Markdown file."""
    found = decode(data)
    text, repairs = repair(found.text)
    if not text.strip():
        raise Refusal("empty_file")
    return Reading(text, found.remarks + repairs, decoded=found.text if text != found.text else "")


def decode(data: bytes, declared: str = "") -> Decoded:
    """Find the encoding of bytes and decode them; `declared` is what a page says of itself and breaks a tie only.

    >>> decode("今天开会，讲三点意见。".encode("gb18030"))[:2]
    ('今天开会，讲三点意见。', 'gb18030')
    """
    if not data.strip(b"\0 \r\n\t"):
        raise Refusal("empty_file")
    mark, encoding = next(((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", ""))
    if mark:
        text, lost = decode_as(data[len(mark):], encoding)
        if lost <= 2 + len(text) // 200 and price(text) < HOPELESS:
            return settle(text, encoding, lost, [])
        data = data[len(mark):]
    data, pairs = SURROGATES.subn(lambda found: found[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass")
                                  .decode("utf-16").encode(), data)
    found = decode_unmarked(data, declared)
    mended = [Remark("false_mark", 1, names_of(encoding))] if mark and found.encoding != encoding else []
    mended += [Remark("surrogate_pairs", pairs)] if pairs else []
    return found._replace(remarks=found.remarks + mended)


def decode_unmarked(data: bytes, declared: str) -> Decoded:
    """Decode bytes that no mark tells the encoding of."""
    plain = data.translate(None, HIGH) if b"~{" in data else data  # HZ is ASCII: in it a byte that is not is a fault
    stray = len(data) - len(plain)
    if data.isascii() or 0 < stray <= 1 + len(data) // 200 and decode_ascii(plain)[1] == "hz":
        data = plain
        text, encoding = decode_ascii(data)
        broken = sum(not HZ_LINE.fullmatch(line) for line in data.split(b"\n")) if encoding == "hz" else 0
        return settle(text, encoding, stray, [Remark("garbled_lines", broken)] if broken else [])
    if looks_like_utf8(data):
        return settle(data.decode("utf-8"), "utf-8", 0, [])
    if halves := in_two(data):
        return settle(halves, "utf-8", 0, [Remark("mixed_encodings", 1, "UTF-8, GB18030")])
    if other := foreign(data):
        text, lost = decode_as(data, other)
        return settle(text, other, lost, [Remark("encoding_uncertain", 1, names_of(other))])
    encoding, remarks = cheapest(data, declared)
    if encoding in ("utf-8", "gb18030", "cp950", "big5hkscs"):
        return decode_lines(data, encoding, remarks)
    text, lost = decode_as(data, encoding)
    return settle(text, encoding, lost, remarks)


def declared_encoding(data: bytes) -> str:
    """The encoding that a page or an XML file declares, as the decoder names it; "" where it declares none."""
    found = DECLARED.search(data[:4096])
    name = (found[1] or found[2]).decode("ascii").lower() if found else ""
    return {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030", "big5": "cp950", "big5-hkscs": "big5hkscs",
            "utf8": "utf-8"}.get(name, name)


# ---------------------------------------------------------------------------------------------------------------- candidates

def decode_ascii(data: bytes) -> tuple[str, str]:
    """Text without a byte above 127: HZ where it switches with ~{ and ~}, plain else."""
    if b"~{" in data:  # Python's own codec for HZ gives ― for — and ・ for ·
        high = re.sub(rb"~\{((?:[\x21-\x77][\x21-\x7e])*)[\x21-\x7d]?(?:~\}?)?", lambda found: bytes(byte | 0x80 for byte in found[1]), data)
        text, _ = decode_as(re.sub(rb"~(?:\n|(~))", rb"\1", high), "gb18030")
        if len(re.findall("[\u4e00-\u9fff]", text)) > 4 * text.count("\ufffd"):
            return text, "hz"
    if b"\x1b$" in data:
        for encoding in ("iso2022_jp_2", "iso2022_kr"):
            text, lost = decode_as(data, encoding)
            if not lost and not text.isascii():
                return text, encoding
    if re.search(rb"\+[A-Za-z0-9+/]{5,}", data):
        text, lost = decode_as(data, "utf-7")
        if not lost and count_han(text) * 2 > len(text) and price(sample(text)) < DEAR:
            return text, "utf-7"
    if data.count(0) * 4 >= len(data):
        encoding = "utf-32-le" if data.count(0) * 2 > len(data) else "utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be"
        return decode_as(data, encoding)[0], encoding
    return data.decode("ascii"), "ascii"


def foreign(data: bytes) -> str:
    """Japanese and Korean encodings share their bytes with GBK: they are told by kana, and by hangul without any hanja."""
    kana, hangul = "[\u3041-\u30fe]", "[\uac00-\ud7a3]"
    for encoding, signs, least in (("euc_jp", kana, 0.3), ("cp932", kana, 0.3), ("cp949", hangul, 0.97)):
        text, lost = decode_as(data[:SAMPLE], encoding)
        letters = re.findall(r"[^\W\x00-\x7f]", text)
        if lost <= 1 and len(letters) >= 12 and len(re.findall(signs, text)) >= least * len(letters):
            chinese = [re.sub(r"[\W\x00-\x7f]", "", decode_as(data[:SAMPLE], name)[0]) for name in ("gb18030", "cp950")]
            if encoding != "cp949" or min(map(price, chinese)) > 12.4:
                return encoding
    return ""


def looks_like_utf8(data: bytes) -> bool:
    """Valid UTF-8 that is ordinary Chinese, or so long that chance is out of the question."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    wide = len(data) - len(text)
    return wide >= 60 or wide >= 24 and price(sample(text)) < DEAR


def sample(text: str) -> str:
    """A stretch of the text that begins at its first character beyond ASCII."""
    start = re.search(r"[^\x00-\x7f]", text)
    return text[max(0, start.start() - 20) if start else 0:][:SAMPLE // 3]


def cheapest(data: bytes, declared: str = "") -> tuple[str, list[Remark]]:
    """Name the candidate whose text costs least, with a remark where the next is close or the text is dear."""
    first = next(place for place, byte in enumerate(data) if byte > 127)
    start = max(0, first - 40) // 4 * 4
    piece = data[start:start + SAMPLE]
    costs: dict[str, float] = {}
    lengths: dict[str, int] = {}
    for encoding in CANDIDATES + (["utf-32-le", "utf-32-be"] if piece.count(0) * 4 >= len(piece) else []):
        text, lost = decode_as(piece, encoding)
        cut = len(data) > start + SAMPLE  # a character cut by the sample's end is no fault
        costs[encoding] = total(text) - (cut and min(lost, 1)) * 40.0 + (60.0 if encoding == "cp1252" else 0.0) + (2.0 if encoding == "big5hkscs" else 0.0)
        costs[encoding] -= 6.0 if encoding == declared else 0.0
        lengths[encoding] = max(len(text), 1)
    best = min(costs, key=costs.get)
    if costs[best] > DEAR * lengths[best]:  # a byte lost near the start puts all that follows out of step
        for encoding in ("gb18030", "cp950"):
            text, lost = realign(piece, encoding)
            if lost <= 1 + len(text) // 200 and price(text) < DEAR - 1:
                costs[encoding], lengths[encoding] = min(costs[encoding], total(text)), len(text)
    ranked = sorted(costs, key=costs.get)
    best = ranked[0]
    rival = next(name for name in ranked[1:] if {name, best} != {"cp950", "big5hkscs"})
    dear = costs[best] / lengths[best]
    if dear > HOPELESS and lengths[best] >= 16:
        raise Refusal("not_text")
    if costs[rival] - costs[best] < CLOSE or dear > DEAR and lengths[best] >= 16:
        return best, [Remark("encoding_uncertain", 1, names_of(best))]
    return best, []


def decode_as(data: bytes, encoding: str) -> tuple[str, int]:
    """Decode, putting � for each byte that does not fit; also give how many did not."""
    try:
        return data.decode(encoding), 0
    except UnicodeDecodeError:
        errors = "replace" if encoding.startswith("utf") else "speech.byte"
        text = data.decode(encoding, errors)
        return text, text.count("\ufffd") - (data.count("\ufffd".encode()) if encoding == "utf-8" else 0)


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    """Give up one byte only, so that what follows is read in step; 0x80 is GBK's euro sign, which no codec of Python knows."""
    euro = error.encoding == "gb18030" and error.object[error.start] == 0x80
    return "€" if euro else "\ufffd", error.start + 1


codecs.register_error("speech.byte", _one_byte)


def total(text: str) -> float:
    return sum(bits(character) * count for character, count in Counter(text).items())


def price(text: str) -> float:
    """Bits per character."""
    return total(text) / max(len(text), 1)


# ---------------------------------------------------------------------------------------------------------------- damage and mixtures

def decode_lines(data: bytes, encoding: str, remarks: list[Remark]) -> Decoded:
    """Decode line by line where the file does not decode as a whole, since files are stitched together from several encodings."""
    whole, lost = decode_as(data, encoding)
    if not lost and (encoding == "utf-8" or price(sample(whole)) < DEAR and not doubtful(whole, encoding)):
        return settle(whole, encoding, 0, remarks)
    pieces, lost, others, patience = [], 0, 0, PATIENCE
    for line in re.findall(rb"[^\n]*\n|[^\n]+", data):
        text, missing, other = decode_line(line, encoding, patient=patience > len(line))
        patience -= len(line) if missing or other or doubtful(text, encoding) else 0
        pieces.append(text)
        lost, others = lost + missing, others + other
    text = "".join(pieces)
    if others:
        remarks = remarks + [Remark("mixed_encodings", others, names_of(encoding))]
    return settle(text, encoding, lost, remarks)


def decode_line(line: bytes, encoding: str, *, patient: bool = True) -> tuple[str, int, bool]:
    """One line in the file's encoding, or in another that is much cheaper; with bytes lost, and whether it was another."""
    text, lost = decode_as(line, encoding)
    if line.isascii() or not lost and price(text) < DEAR and not doubtful(text, encoding):
        return text, lost, False
    ranked = sorted((total(other_text) + (other != encoding) * 2 * CLOSE, other != encoding, other_text, other_lost)
                    for other in ("utf-8", "gb18030", "cp950") for other_text, other_lost in [decode_as(line, other)])
    cost, changed, best, missing = ranked[0]
    if whole := in_two(line):
        return whole, 0, True
    if changed and (missing < lost or not missing):
        return best, missing, True
    return (*realign(line, encoding), False) if patient and encoding != "utf-8" else (text, lost, False)


def in_two(data: bytes) -> str | None:
    """Bytes that change from UTF-8 to GBK, or back, in their middle; None where either part is no ordinary text."""
    try:
        data.decode("utf-8")
        return None
    except UnicodeDecodeError as error:
        places = [(place, "utf-8", "gb18030") for place in range(error.start, max(0, error.start - 24), -1)]
    tail = len(data)
    while found := UTF8_END.search(data, max(0, tail - 4), tail):
        tail = found.start()
    places += [(place, "gb18030", "utf-8") for place in range(tail, min(tail + 24, len(data)))]
    best, cost = None, float("inf")  # a character of GBK can look like one of UTF-8: the cheapest place counts
    for place, first, second in places:
        if len(WIDE.findall(data[:place] if first == "utf-8" else data[place:])) < 3:
            continue
        try:
            head, rest = data[:place].decode(first), data[place:].decode(second)
        except UnicodeDecodeError:
            continue
        if max(price(WINDOW.sub("", head[-200:])), price(WINDOW.sub("", rest[:200]))) < DEAR - 1:
            here = total(head + rest) if len(data) < 100_000 else price(head[-20:] + rest[:20])
            best, cost = (head + rest, here) if here < cost else (best, cost)
    return best


def realign(line: bytes, encoding: str) -> tuple[str, int]:
    """Read a line where a byte is missing or one too many: at each place a character or a byte given up, the cheapest way through."""
    costs, steps = [0.0] + [float("inf")] * len(line), [("", 0)] * (len(line) + 1)
    for at, first in enumerate(line):
        lone = first < 128 and line[at:at + 1].isalpha() and line[at - 1:at] > b"\x7f" < line[at + 1:at + 2]
        for width in (1, 2, 3, 4) if first > 127 else (1,):
            few = line[at:at + width]
            if len(few) == width and (width < 4 or encoding == "gb18030" and few[1:2].isdigit()):
                character, cost = character_of(few, encoding)
                cost += costs[at] + STUCK * lone
                if cost < costs[at + width]:
                    costs[at + width], steps[at + width] = cost, (character, width)
    characters, at = [], len(line)
    while at:
        character, width = steps[at]
        characters.append(character)
        at -= width
    text = "".join(reversed(characters))
    return text, text.count("\ufffd")


@lru_cache(1 << 17)
def character_of(few: bytes, encoding: str) -> tuple[str, float]:
    """The character that one, two or four bytes stand for, and its price; of three, the second is one too many."""
    try:
        text = (few[:1] + few[2:] if len(few) == 3 else few).decode(encoding)
    except UnicodeDecodeError:
        text = decode_as(few, encoding)[0]
        return text, total(text) if len(few) == 1 else float("inf")
    text += "\ufffd" * (len(few) == 3)
    return text, total(text) + SURPLUS * (len(few) == 3)


def doubtful(text: str, encoding: str) -> int:
    """How many lines are nonsense, or out of step."""
    big5 = encoding in ("cp950", "big5hkscs")
    return sum(garbled(line) or big5 and out_of_step(line) for line in text.split("\n"))


def garbled(line: str) -> bool:
    """Whether some stretch of a line is nonsense: rare characters all along, as a lost byte or a wrong encoding gives.

    >>> garbled("下面我讲三点意见，请大家讨论"), garbled("虪礅骸艿龋蹦姥蕁陡僖囟贪逭")
    (False, True)
    """
    if len(line) < 8:
        return False
    signs = [bits(sign) for sign in SIGNS.findall(line)]
    stretches = range(0, max(1, len(signs) - STRETCH // 2), STRETCH // 2)
    return any(len(part) >= 8 and sum(part) > (DEAR + 1) * len(part) for at in stretches for part in [signs[at:at + STRETCH]])


def settle(text: str, encoding: str, lost: int, remarks: list[Remark]) -> Decoded:
    """Put together text and remarks: bytes lost, text that was decoded wrongly before it was saved, short texts."""
    remarks, before = list(remarks), text.count("\ufffd") - lost
    if encoding == "gb18030":
        text = text.translate(PUT_RIGHT)
    if lost:
        remarks.append(Remark("undecodable", lost, names_of(encoding)))
    if before > 0:
        remarks.append(Remark("lost_before", before))
    if encoding not in ("ascii", "utf-8", "hz") and not remarks and 0 < len(text.strip()) < 12:
        remarks.append(Remark("encoding_uncertain", 1, names_of(encoding)))
    mended = unscramble(text)
    if mended:
        return Decoded(mended, encoding, remarks + [Remark("mojibake_mended")])
    dear = price(sample(text))
    if dear > DEAR and len(text) >= 20 and not any(remark.kind == "encoding_uncertain" for remark in remarks) and re.search(r"[^\x00-\x7f]", text):
        remarks.append(Remark("strange_text"))
    else:
        if lines := doubtful(text, encoding):
            remarks.append(Remark("garbled_lines", lines))
    if encoding not in ("ascii", "utf-8"):
        remarks.insert(0, Remark("encoding", 1, names_of(encoding)))
    return Decoded(text, encoding, remarks)


def out_of_step(line: str) -> bool:
    """Big5 read one byte off: a lone letter, which was half of a character, sticks to its neighbours."""
    return LONE.search(line) is not None


def unscramble(text: str) -> str | None:
    """Undo a wrong decoding that was saved, where it can be undone to the last character and the result is far cheaper."""
    piece = sample(text)
    cost = price(piece)
    if cost < DEAR - 1 or len(piece) < 8:
        return None
    for wrong, right in (("cp1252", "utf-8"), ("latin-1", "utf-8"), ("gb18030", "utf-8"), ("cp1252", "gb18030"), ("latin-1", "gb18030"),
                         ("cp950", "gb18030"), ("gb18030", "cp950")):
        try:
            mended = text.encode(wrong).decode(right)
        except UnicodeError:
            continue
        if price(sample(mended)) < min(cost - 3.0, DEAR - 1) and re.search("[\u4e00-\u9fff]{2}", mended):
            return mended
    return None


def names_of(encoding: str) -> str:
    return {"gb18030": "GB18030/GBK", "cp950": "Big5", "big5hkscs": "Big5-HKSCS", "cp1252": "Windows-1252",
            "cp932": "Shift-JIS", "euc_jp": "EUC-JP", "cp949": "EUC-KR"}.get(encoding, encoding.upper())


# ---------------------------------------------------------------------------------------------------------------- repairs

REPAIRS = [  # kind, what, what stands there instead: each is counted; never a normalisation form, which would change “” and ①
    ("line_ends", re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]"), "\n"),
    ("nul", re.compile("\0+"), ""),
    ("control", re.compile("[\x01-\x08\x0e-\x1f\x7f-\x9f\ufff9-\ufffb\ufffe\uffff]"), ""),
    ("zero_width", re.compile("[\u200b-\u200d\u2060\ufeff\u00ad\u180e]"), ""),
    ("bidi", re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c]"), ""),
    ("surrogate", re.compile("[\ud800-\udfff]"), "\ufffd"),
]


def repair(text: str) -> tuple[str, list[Remark]]:
    """Mend what no reader sees, each kind counted: line ends, NULs, control and zero-width characters.

    >>> repair("抓\\u200b落实\\r\\n")
    ('抓落实\\n', [Remark(kind='line_ends', count=1, detail=''), Remark(kind='zero_width', count=1, detail='')])
    """
    remarks = []
    for kind, pattern, instead in REPAIRS:
        mended, count = pattern.subn(instead, text)
        if count:
            text = mended
            remarks.append(Remark(kind, count))
    private = len(re.findall("[\ue000-\uf8ff\U000f0000-\U0010ffff]", text))
    if private:
        remarks.append(Remark("private_use", private))
    return text, remarks
