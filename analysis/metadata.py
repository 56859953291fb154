"""When, where and by whom, and who says so?  Dates in every usual form, file names, metadata.csv."""

from __future__ import annotations

import csv
import datetime
import io
import re
import unicodedata
from collections import Counter
from pathlib import PurePosixPath

from analysis.cleaning import DATE, is_name
from analysis.readers.result import Remark
from analysis.readers.text import decode, repair

FIELDS = ["title", "date", "place", "level", "speaker", "occasion"]
_NAMES = {"title": "title 标题 题目 题名 篇名", "date": "date 日期 时间 讲话日期 讲话时间 发表日期", "place": "place 地点 地区 地方 城市 省份 region city",
          "level": "level 级别 层级 行政级别", "speaker": "speaker 讲话人 发言人 作者 姓名 讲话者 author", "occasion": "occasion 场合 会议 会议名称 活动"}
FIELD_OF = {name: field for field, names in _NAMES.items() for name in names.split()}
KEYS = ["speech", "file", "filename", "文件", "文件名"]
LEVELS = [("central", r"国务院|中共中央|全国|中央|国"), ("province", r"省|自治区"), ("city", r"市|州|盟"), ("county", r"县|区|旗"), ("township", r"乡|镇|街道")]
_DIGITS = str.maketrans("零〇○ΟОＯO０１２３４５６７８９一二三四五六七八九", "00000000" + "123456789" * 2)
_LOOKS_LIKE_DATE = re.compile(r"[\d０-９一二三四五六七八九十〇零○]{1,4}\s*[-/.年／．]\s*[\d０-９一二三四五六七八九十]{1,3}")
_MONTH = (r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
          r"dec(?:ember)?)")


# ---------------------------------------------------------------------------------------------------------------- dates

def iso_date(said: str) -> str | None:
    """Write a date as 2021-02-04, 2021-02 or 2021; None when it is no date, or one that does not exist.

    >>> iso_date("二〇二一年二月四日"), iso_date("2021-2-30"), iso_date("2021年"), iso_date("2021.2.4")
    ('2021-02-04', None, '2021', '2021-02-04')
    """
    said = said.strip().translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    if re.fullmatch(r"[12]\d{3}", said):
        return said
    if found := re.fullmatch(rf"(?:(\d{{1,2}}) )?{_MONTH}\.?(?: (\d{{1,2}}))?,? ([12]\d{{3}})", said, re.I):
        day, month = found[1] or found[3], "jan feb mar apr may jun jul aug sep oct nov dec".split().index(found[2][:3].lower()) + 1
        said = f"{found[4]}-{month}-{day}" if day else f"{found[4]}-{month}"
    found = DATE.search(said)
    if not found:
        return None
    parts = [found["year"], found["month"] or found["month2"] or found["month3"], found["day"] or found["day2"] or found["day3"]]
    numbers = [numeral(part, digits=not place) for place, part in enumerate(parts) if part]
    try:
        datetime.date(*(numbers + [1, 1])[:3])
    except ValueError:
        return None
    return "-".join(f"{value:02d}" for value in numbers)


def numeral(said: str, digits: bool = False) -> int:
    """Read Chinese or Arabic numerals up to 99, or digit by digit.

    >>> numeral("廿三"), numeral("十一"), numeral("二〇〇八", digits=True)
    (23, 11, 2008)
    """
    plain = said.translate(_DIGITS).replace("廿", "2十").replace("卅", "3十")
    if "十" in plain and not digits:
        tens, ones = plain.split("十", 1)
        return int(tens or 1) * 10 + int(ones or 0)
    return int(plain) if plain.isdigit() else 0


def choose_date(sources: list[tuple[str, dict[str, str]]]) -> tuple[str | None, str, list[Remark]]:
    """Take the date of the first source that has one, made finer by a later one that agrees; name what is bad or differs."""
    taken, origin, remarks = "", "", []
    for source, facts in sources:
        if not (said := facts.get("date")):
            continue
        date = iso_date(said)
        if date is None:
            remarks.append(Remark("bad_date", 1, f"{said[:40]} ({source})"))
        elif not taken or date.startswith(taken):
            if date != taken:
                taken, origin = date, source
        elif not taken.startswith(date):
            remarks.append(Remark("date_differs", 1, f"{taken} ({origin}), {date} ({source})"))
    return taken or None, origin, remarks


# ---------------------------------------------------------------------------------------------------------------- file names

def file_name_facts(name: str) -> dict[str, str]:
    """Read 广州市_2003.txt, 2021-02-24 在某会上的讲话.txt, 2015-03-06_砚州市_沈怀瑾_三清三实推进会.txt, piece by piece.

    >>> file_name_facts("2015-03-06_砚州市_沈怀瑾_推进会.txt")
    {'date': '2015-03-06', 'place': '砚州市', 'speaker': '沈怀瑾', 'occasion': '推进会'}
    """
    facts: dict[str, str] = {}
    stem = PurePosixPath(name.partition("#")[0]).stem
    if found := re.match(r"[（(\[【]?(\d{4}[-_.年]\d{1,2}[-_.月]\d{1,2}日?|(?:19|20)\d{6}(?!\d)|[12]\d{3}年?(?=[-_ 年]|$))[）)\]】]?", stem):
        facts["date"] = found[1].replace("_", "-")
        stem = stem[found.end():]
    elif found := re.search(r"[（(\[【](\d{4}[-.年]\d{1,2}[-.月]\d{1,2}日?)[）)\]】]", stem):
        facts["date"], stem = found[1], stem[:found.start()] + " " + stem[found.end():]
    for piece in re.split(r"[_\s\u3000]+", stem.strip("_- ")):
        if re.fullmatch(r"[12]\d{3}(?:-\w+)?", piece):
            facts.setdefault("date", piece[:4])
        elif re.fullmatch(r"(?:19|20)\d{6}|[12]\d{3}[-.年]\d{1,2}[-.月]\d{1,2}日?", piece):
            facts.setdefault("date", piece)
        elif re.fullmatch(r"(?!全)[\u4e00-\u9fff]{1,8}[省市县区州盟旗]|国务院|中共中央", piece):
            facts.setdefault("place", piece)
        elif is_name(piece):
            facts.setdefault("speaker", piece)
        elif re.search(r"[\u4e00-\u9fff]{3}", piece):
            facts.setdefault("title" if re.search(r"讲话|致辞|报告|发言", piece) else "occasion", piece)
    return facts


def level_of(place: str | None, title: str | None) -> str | None:
    """central, province, city, county or township, from the place, else from 全市, 全县 in the title.

    >>> level_of("云岭县", None), level_of(None, "在全市大会上的讲话")
    ('county', 'city')
    """
    of_title = re.search(r"全([国省市县区州乡镇])", title or "")
    for said in (place, of_title and of_title[1]):
        for level, sign in LEVELS if said else ():
            if re.search(rf"(?:{sign})$", said):
                return level
    return None


# ---------------------------------------------------------------------------------------------------------------- metadata.csv

def read_metadata(name: str, data: bytes) -> tuple[dict[str, dict[str, str]], list[Remark]]:
    """Read a metadata.csv: for each file that it names, what it says. Paths count from the folder it lies in."""
    found = decode(data)
    text, _ = repair(found.text)
    separator = max(",\t;", key=text.split("\n")[0].count)
    table, remarks, folder = {}, list(found.remarks), name[:-len("metadata.csv")]
    nameless, repeated = 0, Counter()
    for row in csv.DictReader(io.StringIO(text), delimiter=separator):
        row = {(key or "").strip(): (value or "").strip() for key, value in row.items() if isinstance(value, str)}
        key = next((row[known] for column in KEYS for known in row if known.lower() == column and row[known]), "")
        if not key:
            nameless += any(row.values())
            continue
        key = normal(folder + key.replace("\\", "/").removeprefix("./"))
        repeated[key] += 1
        table[key] = {column: value for column, value in row.items() if column and value and column.lower() not in KEYS}
    remarks += [Remark("metadata_without_key", nameless)] if nameless else []
    remarks += [Remark("metadata_repeated", count, key) for key, count in repeated.items() if count > 1]
    return table, remarks


def normal(name: str) -> str:
    """A file name in one form of Unicode, for a Mac writes 砚.txt in another than Windows."""
    return unicodedata.normalize("NFC", name)


def named(facts: dict[str, str]) -> dict[str, str]:
    """The fields of the speeches table among what a source says, under any of their usual names; a year stands for a date."""
    said = {FIELD_OF[name.lower()]: value.strip() for name, value in facts.items() if name.lower() in FIELD_OF and value and value.strip()}
    year = next((facts[name] for name in ("year", "年份", "年") if facts.get(name)), None)
    return said | ({"date": year.strip()} if year and "date" not in said else {})
