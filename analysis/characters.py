"""Which characters does Chinese writing use?  Han characters, how ordinary each is, and its simplified form."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f〇"

# The 500 most frequent characters, ordered, counted in the word list of jieba 0.42.1 (MIT) with its frequencies.
COMMON = (
    "一是人了不在有大中国和为这上他个地年来我会以到时要出的生学说道民家子也成行下们于后就发自之对得主长可过天作分方用多你着部能市等业全里工公经本都而高政法面门动日进区事代那去心小同北定开产前其军还然起种所"
    "如现理机体表力好外与文当两实重新三么只山水关明从化平建又制南内西没此将员名手最东头者月间无安看见各城十相但已些正口通想度加第她合院物性战由位常点海意场武使次二向治因立数样身情入原问把路被并利石老教万知"
    "级量任江及应省资委务元美特期世湖回系比气汉总展电科金先声提品设或义王社很统处四首共马形己儿司太目基领队直计别女权话少流命至报米给打变果书清活几州华解议更称程今决张导术府才保交放管结师便走达族反再题色五"
    "京河接条规式县白它改风光运信受什组听布百济党指论强做取技黄神选记斯真却职号界件花类何眼兵传带空干农边据集联古广完质阳难增历史专官每住商即步认车台林必死游举线言皇土团收考求德叫近备研争非具李众连调感转笑"
    "革该持始英克士尔让拉思根格造较际亲单朝红型价校约器字段周亚深候则功属积快图火千准究往极育装许参半令吃观鱼精办像帝八复影告远群包整构料随划算象容示投势热值夫网望源息语股铁断派速怎需片爱律纪支早况病境证编")
PUNCTUATION = "，。、：；！？“”‘’《》（）—…·"
# Bits that a character costs: about -log2 of its share in Chinese prose. Only the differences matter.
BITS = {"common": 7.5, "frequent": 10.0, "level 1": 13.5, "level 2": 18.5, "rare": 22.0, "mark": 7.0, "blank": 5.0, "ascii": 6.5,
        "wide": 13.0, "latin": 17.0, "other": 20.0, "private": 27.0, "control": 32.0, "lost": 40.0}


_han = re.compile(f"[{HAN}]")


def count_han(text: str) -> int:
    """Count the Han characters of a text: the length base of every rate.

    >>> count_han("抓落实，2024年！")
    4
    """
    return len(_han.findall(text))


@cache
def bits(character: str) -> float:
    """What a character costs in bits: little where it is ordinary in Chinese, much where it is not.

    >>> bits("的") < bits("砚") < bits("\\ue000")
    True
    """
    if character in " \n\t\u3000\r":
        return BITS["blank"]
    if " " < character <= "~":
        return BITS["ascii"]
    if character in PUNCTUATION:
        return BITS["mark"]
    if "\u4e00" <= character <= "\u9fff" or character == "〇":
        return _bits_of_han(character)
    if character == "\ufffd":
        return BITS["lost"]
    return BITS[{"Cc": "control", "Cf": "control", "Cs": "private", "Co": "private", "Cn": "private"}.get(unicodedata.category(character), _block(character))]


def _bits_of_han(character: str) -> float:
    plain = simplified_forms().get(character, character)
    dearer = 0.7 if plain != character else 0.0  # a traditional form costs a little more than its simplified one
    rank = COMMON.find(plain)
    if rank >= 0:
        return BITS["common" if rank < 100 else "frequent"] + dearer
    first = max(_level(plain, "gb2312", 0xB0, 0xD7), _level(character, "big5", 0xA4, 0xC6))
    return BITS[("rare", "level 2", "level 1")[first]] + dearer


def _level(character: str, encoding: str, low: int, high: int) -> int:
    """2 for a character of the first level of a standard, 1 for one of the second, 0 for none; read out of Python's codec."""
    try:
        return 2 if low <= character.encode(encoding)[0] <= high else 1
    except UnicodeEncodeError:
        return 0


def _block(character: str) -> str:
    if "\uff01" <= character <= "\uff5e" or "\u2460" <= character <= "\u25ff" or "\u2010" <= character <= "\u203b" or "\u3001" <= character <= "\u3017":
        return "wide"
    if character < "\u0250":
        return "latin"
    return "rare" if "\u3400" <= character <= "\u4dbf" or character >= "\U00020000" or "\uf900" <= character <= "\ufaff" else "other"


def simplified(text: str) -> str:
    """Write traditional characters as simplified ones, one for one.

    Characters that simplified texts also use (乾, 著, 於) change only where the text is a traditional one.

    >>> simplified("認真學習貫徹")
    '认真学习贯彻'
    """
    always, ambiguous = simplifying_tables()
    changed = text.translate(always)
    return changed.translate(ambiguous) if changed != text and traditional(text) else changed


def traditional(text: str) -> bool:
    """Whether a text is written in traditional characters: at least one in twenty Han is of no use in simplified writing."""
    always, _ = simplifying_tables()
    return sum(ord(sign) in always for sign in text) * 20 > count_han(text) > 0


@cache
def simplified_forms() -> dict[str, str]:
    """OpenCC's table of single characters: traditional form to simplified form, one for one."""
    import opencc

    lines = (Path(opencc.__file__).parent / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return {old: new.split(" ")[0] for old, new in pairs if len(old) == len(new.split(" ")[0]) == 1 and old != new.split(" ")[0]}


@cache
def simplifying_tables() -> tuple[dict[int, str], dict[int, str]]:
    """Two translation tables: characters that no simplified text uses, and those it may use too (乾, 著)."""
    always, traditional = {}, {}
    for old, new in simplified_forms().items():
        (always if _level(old, "gb2312", 0xB0, 0xD7) == 0 else traditional)[ord(old)] = new
    return always | {ord(old): new for old, new in radical_forms().items()}, traditional


@cache
def radical_forms() -> dict[str, str]:
    """Radicals of the blocks U+2E80–2FDF that some PDFs put where the ordinary character belongs."""
    forms = {chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
    forms["⼾"] = "户"  # NFKC gives the traditional 戶
    # the supplement has no normal forms in Unicode but two; the simplified ones that PDFs of Chinese texts hold
    forms.update(zip("⺁⺄⺈⺊⺌⺍⺗⺘⺙⺠⺡⺢⺤⺥⺦⺧⺩⺪⺬⺭⺮⺯⺱⺲⺳⺶⺷⺸⺻⺼⺽⺾⺿⻀⻁⻃⻄⻅⻆⻇⻈⻉⻋⻌⻍⻎⻏⻐⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
                     "厂乙刀卜小小心手攵民氵水爫爪丬牛王疋示礻竹糸网罒网羊羊羊聿肉臼艹艹艹虎西西见角角讠贝车辶辶辶阝钅长长门阜阝雨青韦页风飞食飠饣首马骨鬼鱼鸟卤麦黄黾齐齐齿齿龙龙龟龟龟"))
    return forms


def is_han(codes):
    """Tell which code points of an array are Han characters, the same ones as `count_han` counts.

    >>> import numpy as np
    >>> is_han(np.array([0x843D, 0x3007, 0x41])).tolist()
    [True, True, False]
    """
    return ((codes >= 0x4E00) & (codes <= 0x9FFF) | (codes >= 0x3400) & (codes <= 0x4DBF) | (codes >= 0xF900) & (codes <= 0xFAFF)
            | (codes >= 0x20000) & (codes <= 0x2FA1F) | (codes == 0x3007))
