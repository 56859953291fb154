"""What do detectors compare?  The view without quotation marks, its words tagged, cut at every level of delimiter."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import Iterator, NamedTuple

import numpy as np
import rjieba

from analysis.units import Document

PAUSE, COMMA, SEMICOLON, STOP, COLON, LINE = 1, 2, 3, 4, 5, 6  # ： opens a list: no run goes across it
LEVEL = {"、": PAUSE, "“": PAUSE, "《": PAUSE, "，": COMMA, ",": COMMA, "；": SEMICOLON, ";": SEMICOLON, "。": STOP,
         "！": STOP, "？": STOP, "!": STOP, "?": STOP, "…": STOP, "：": COLON, ":": COLON, "—": COLON, "\n": LINE}
_OPENING, _CLOSING = frozenset("“‘《「『"), frozenset("”’》」』")
_quote = re.compile("[“”‘’「」『』\"'《》〈〉]")
# One letter a word class. Verbal nouns (发展, 建设) are g: they may stand for either; fixed phrases are i.
_CLASS = {"v": "v", "vn": "g", "vd": "d", "vg": "v", "vi": "v", "a": "a", "ad": "d", "an": "g", "ag": "a", "z": "a",
          "d": "d", "df": "d", "dg": "d", "p": "p", "c": "c", "m": "m", "q": "q", "mq": "m", "r": "r", "f": "f",
          "s": "f", "t": "t", "i": "i", "l": "i", "j": "n", "b": "b", "x": "x", "eng": "n", "y": "y", "e": "y",
          "o": "y", "k": "n", "h": "n"}


# What official speech uses these words as; the general dictionary has them as nouns, names or adjectives.
_VERBS = frozenset("深化 健全 落实 新建 力争 规范 清理 弘扬 丰富 畅通 牢记 谋划 拓宽 荣获 面向 尊重 构筑 做大 做优 筑牢 续建 总结 细化 严守 净化 紧盯 激活 杜绝 "
                   "厉行 织密 力戒 力求 策划 整治 关心 团结 联系 立足 着眼 壮大 崇尚 严明 精简 站位 对标 压实 肩负 明确 查清 忠诚 扑下 稳定".split())
_ADVERBS = frozenset("全面 大力 着力 扎实 全力 依法 成功 主动 及时 精心 稳妥 牢固 广泛 适当 强力 严肃 大胆 准确 充分 深入 坚定 继续 重点 有效 有序 精准 带头 "
                     "优先 高度 圆满 秉公 奋力 认真 切实 积极 努力 严格 逐步 始终 坚决 严厉 不断 紧紧 正确 进一步".split())


class _Letters(dict):
    """The letter of each word, as a number, looked up once: a word that is tagged in pieces counts as its last piece.

    A verb with its adverb that the dictionary holds as one word (大力发展) is a verb.
    """

    def __missing__(self, word: str) -> int:
        tag = rjieba.tag(word)[-1][1]
        kind = "v" if word in _VERBS else "d" if word in _ADVERBS else _CLASS.get(tag) or (tag[0] if tag[0] in "nu" else "x")
        if kind in "ni" and len(word) > 3 and (word[:2] in _ADVERBS or word[:3] in _ADVERBS):
            kind = "v"
        self[word] = letter = ord(kind) - 32
        return letter


_LETTERS = _Letters()
_levels = np.zeros(65536, dtype=np.uint8)
_levels[[ord(mark) for mark in LEVEL]] = list(LEVEL.values())


class Units(NamedTuple):
    """Stretches between two delimiters of at least one level; `behind` is the level of the delimiter behind each."""

    starts: np.ndarray
    ends: np.ndarray
    behind: np.ndarray


class Plain:
    """The comparison text of one document; `classes` has one letter a character, the first of each word a capital."""

    def __init__(self, document: Document):
        self.view = document.view
        self._drop_quotes()
        self.characters = code_points(self.text)
        self.levels = _levels[np.minimum(self.characters, 65535)]  # of the delimiter at each place, 0 for text
        self.marks = self.levels.tobytes() + bytes([LINE])  # the same, with a line end before and behind
        self._tag()
        self.clauses = self._cut()
        self.judged: dict[tuple, object] = {}  # runs that were judged before, from another side

    def _tag(self) -> None:
        """Word classes: `words` has one capital a word, `_words_before` how many words begin before each place."""
        words = rjieba.cut(self.text)
        letters = np.frombuffer(bytes(map(_LETTERS.__getitem__, words)), dtype=np.uint8)
        lengths = np.fromiter(map(len, words), dtype=np.int32, count=len(words))
        starts = np.cumsum(lengths) - lengths
        self.letters = np.repeat(letters + 32, lengths).astype(np.uint8)
        self.letters[starts] = letters
        self.classes, self.words = self.letters.tobytes().decode("ascii"), letters.tobytes().decode("ascii")
        before = np.zeros(len(self.text) + 2, dtype=np.int32)
        before[starts + 1] = 1
        self._words_before = np.cumsum(before).tolist()

    def _drop_quotes(self) -> None:
        """Take quotation marks out, remember where each quotation was. “ after ” stays: it parts two units."""
        view, kept, dropped, waiting, at = self.view, [], [], [], 0
        self.pairs: dict[int, int] = {}  # where a quotation begins -> where it ends, in the comparison text
        for mark in _quote.finditer(view):
            place, letter = mark.start(), mark[0]
            if letter in _OPENING:
                stays = place > 0 and (letter, view[place - 1]) in (("“", "”"), ("《", "》"))
                waiting.append(place - len(dropped) + stays)
                if stays:
                    continue
            elif waiting and letter in _CLOSING:
                self.pairs[waiting.pop()] = place - len(dropped)
            kept.append(view[at:place])
            at = place + 1
            dropped.append(place)
        self.text = "".join(kept) + view[at:]
        self._dropped = dropped
        self._shifts = [place - count for count, place in enumerate(dropped)]
        self.closed = {end: start for start, end in self.pairs.items()}
        self._opens, self.closed_places = sorted(self.pairs), sorted(self.closed)

    def _cut(self) -> Units:
        """Stretches of text between delimiters, without white space at their edges."""
        edges = np.flatnonzero(np.diff(np.concatenate([[0], self.levels == 0, [0]]).astype(np.int8)))
        starts, ends = edges[::2], edges[1::2]
        blank = (self.characters <= 32) | (self.characters == 0x3000)
        for place in np.flatnonzero(blank[starts] | blank[ends - 1]) if len(starts) else ():
            piece = self.text[starts[place]:ends[place]]
            starts[place] += len(piece) - len(piece.lstrip())
            ends[place] = starts[place] + len(piece.strip())
        starts, ends = starts[starts < ends], ends[starts < ends]
        behind = np.maximum.reduceat(self.levels, starts) if len(starts) else self.levels[:0]
        behind[-1:] = LINE
        return Units(starts, ends, behind)

    def units(self, level: int) -> Units:
        """Stretches between delimiters of at least this level."""
        if level == PAUSE:
            return self.clauses
        lasts = np.flatnonzero(self.clauses.behind >= level)
        firsts = np.concatenate([lasts[:0], [0], lasts[:-1] + 1])[:len(lasts)]
        return Units(self.clauses.starts[firsts], self.clauses.ends[lasts], self.clauses.behind[lasts])

    def codes(self, start: int, end: int) -> str:
        """One capital for each word that begins in a stretch."""
        return self.words[self._words_before[start]:self._words_before[end]]

    def boundary(self, place: int) -> bool:
        """Does a word begin here (or a quotation begin or end)?"""
        return self.classes[place:place + 1].isupper() or place in self.pairs or place in self.closed

    def quote_starts(self, start: int, end: int) -> list[int]:
        return self._opens[bisect_left(self._opens, start):bisect_left(self._opens, end)]

    def quote_ends(self, start: int, end: int) -> list[int]:
        return self.closed_places[bisect_left(self.closed_places, start):bisect_left(self.closed_places, end)]

    def from_view(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the comparison text for a stretch of the view."""
        return start - bisect_left(self._dropped, start), end - bisect_left(self._dropped, end)

    def to_view(self, start: int, end: int) -> tuple[int, int]:
        """Offsets into the view; quotation marks whose partner stands inside are taken along."""
        view, shifts = self.view, self._shifts
        first = start + bisect_right(shifts, start)
        last = end - 1 + bisect_right(shifts, end - 1) + 1
        inside = view[first:last]
        for opening, closing in ("“”", "《》", "‘’"):
            more = inside.count(opening) - inside.count(closing)
            if more < 0 and view[first - 1:first] == opening:
                first -= 1
            elif more > 0 and view[last:last + 1] == closing:
                last += 1
        return first, last


class Shelf:
    """Spans by place, so that a new one is compared with those near it only: looking up stays linear in the text."""

    def __init__(self):
        self._cells: dict[int, list] = {}

    def put(self, start: int, end: int, thing) -> None:
        for cell in range(start >> 8, (end >> 8) + 1):
            self._cells.setdefault(cell, []).append(thing)

    def near(self, start: int, end: int) -> Iterator:
        for cell in range(start >> 8, (end >> 8) + 1):
            yield from self._cells.get(cell, ())


def one_of(letters: np.ndarray, wanted: str) -> np.ndarray:
    """Which characters are among the wanted?  For a handful this is ten times as fast as np.isin."""
    found = letters == ord(wanted[0])
    for letter in wanted[1:]:
        found |= letters == ord(letter)
    return found


def code_points(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def plain_text(document: Document) -> Plain:
    """Prepare a document once for all detectors."""
    known = vars(document)
    if "plain" not in known:
        known["plain"] = Plain(document)
    return known["plain"]
