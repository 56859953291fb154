"""Which speeches do we have?  A folder of files becomes a table of speeches and an account of every file."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Iterator, NamedTuple

import numpy as np
import pandas as pd

from . import cleaning
from .characters import count_han, simplifying_tables
from .cleaning import DATE
from .readers import Limits, Reading, Refusal, Remark, read_file
from .readers.messages import MESSAGES, fill
from .units import Document

FIELDS = ["title", "date", "place", "level", "speaker", "occasion"]
FIELD_NAMES = {"title": "title 标题 题目 题名 篇名", "date": "date 日期 时间 讲话日期 讲话时间 发表日期", "place": "place 地点 地区 地方 城市 省份 region city",
               "level": "level 级别 层级 行政级别", "speaker": "speaker 讲话人 发言人 作者 姓名 讲话者 author", "occasion": "occasion 场合 会议 会议名称 活动"}
FIELD_OF = {name: field for field, names in FIELD_NAMES.items() for name in names.split()}
COLUMNS = ["speech", "label", "title", "date", "year", "place", "level", "speaker", "occasion", "metadata_from", "text", "n_characters", "n_han",
           "body_start", "body_end", "title_start", "title_end", "source", "sha256"]
LEVELS = [("central", r"国务院|中共中央|全国|中央"), ("province", r"省|自治区"), ("city", r"市|州|盟"), ("county", r"县|区|旗"), ("township", r"乡|镇|街道")]


class Corpus(NamedTuple):
    """Speeches, one row each; problems, one row per file and remark; boilerplate, one row per stretch that is not speech."""

    speeches: pd.DataFrame
    problems: pd.DataFrame
    boilerplate: pd.DataFrame

    def documents(self) -> Iterator[Document]:
        """Give each speech as detectors see it: body without boilerplate, in simplified characters."""
        marks = {speech: rows[["start", "end"]].to_numpy() for speech, rows in self.boilerplate.groupby("speech", sort=False, observed=True)}
        for row in self.speeches[["speech", "text", "body_start", "body_end"]].itertuples(index=False):
            yield document(row.speech, row.text, row.body_start, row.body_end, marks.get(row.speech, ()))


def load_corpus(folder: str | os.PathLike, *, text_column: str | None = None, duplicates: str = "first",
                limits: Limits = Limits()) -> Corpus:
    """Load every speech of a folder and account for every file in it.

    `duplicates="first"` keeps one of speeches that are equal, "keep" keeps all; `text_column` names the column of tables that
    holds the text. Raises NotADirectoryError when there is no such folder, nothing else for what a file holds.

    >>> load_corpus("data/sample").speeches["title"].iloc[0]
    '在全市干部作风建设动员会上的讲话'
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    remarks: list[tuple[str, Remark]] = []
    metadata, used = read_metadata(folder, remarks)
    rows = [dict(source=name, speech=name + reading.part, sha256=digest, reading=reading)
            for name, digest, readings in read_folder(folder, limits, remarks) for reading in readings]
    repeated = repeated_lines(row["reading"].text for row in rows)
    for row in rows:
        describe(row, metadata, repeated, remarks)
    return Corpus(speech_table(rows), problem_table(remarks), boilerplate_table(rows))


def read_folder(folder: Path, limits: Limits, remarks: list) -> Iterator[tuple[str, str, list[Reading]]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or name == "metadata.csv":
            continue
        try:
            data = path.read_bytes()
            readings = read_file(data, path.suffix.lower(), limits)
        except OSError as error:
            remarks.append((name, Remark("unreadable", 1, error.strerror or "")))
            continue
        except Refusal as refusal:
            remarks.append((name, Remark(refusal.kind, 1, refusal.detail)))
            continue
        remarks += [(name, remark) for reading in readings for remark in reading.remarks]
        yield name, hashlib.sha256(data).hexdigest(), readings


def read_metadata(folder: Path, remarks: list) -> tuple[dict[str, dict[str, str]], set[str]]:
    """Read metadata.csv of the folder, keyed by `file` or `speech`."""
    path = folder / "metadata.csv"
    if not path.is_file():
        return {}, set()
    text = read_file(path.read_bytes(), ".txt")[0].text
    remarks.append(("metadata.csv", Remark("metadata_table")))
    table = {}
    for row in csv.DictReader(io.StringIO(text)):
        key = row.pop("speech", None) or row.pop("file", None)
        if key:
            table[key] = {name: value for name, value in row.items() if name and value and name != "file"}
    return table, set()


# ---------------------------------------------------------------------------------------------------------------- one speech

def describe(row: dict, metadata: dict, repeated: set[str], remarks: list) -> None:
    """Clean one text and gather what is known of it, with where each value comes from."""
    reading: Reading = row.pop("reading")
    found = cleaning.clean(reading.text, repeated=repeated, known=[cleaning.Mark(*mark) for mark in reading.marks])
    given = metadata.get(row["speech"]) or metadata.get(row["source"]) or {}
    sources = [("metadata.csv", named(given)), ("table", named(reading.fields)), ("front_matter", named(found.fields)),
               ("file_name", file_name_facts(row["source"])), ("text", found.head)]
    origin = {}
    for field in FIELDS:
        ranked = sources if field != "title" else sources[:3] + sources[4:] + sources[3:4]
        row[field], origin[field] = next(((facts[field], source) for source, facts in ranked if facts.get(field)), (None, ""))
    choose_date(row, origin, sources, remarks)
    if not row["title"]:
        row["title"], origin["title"] = Path(row["source"]).stem, "file_name"
    if not row["level"]:
        row["level"], origin["level"] = level_of(row), "derived"
    row["metadata_from"] = json.dumps({field: source for field, source in origin.items() if row[field]}, sort_keys=True)
    row["extra"] = {name: value for facts in (found.fields, reading.fields, given) for name, value in facts.items() if name not in FIELD_OF}
    row["text"], row["marks"] = reading.text, found.marks
    row["body_start"], row["body_end"] = found.body_start, found.body_end
    row["title_start"], row["title_end"] = found.title or (pd.NA, pd.NA)
    row["n_characters"] = len(reading.text)
    row["n_han"] = count_han(cleaning.mask(reading.text, found.marks)[found.body_start:found.body_end])
    row["year"] = int(row["date"][:4]) if row["date"] else pd.NA
    row["label"] = label(row)
    if not row["n_han"]:
        remarks.append((row["source"], Remark("empty_body")))


def named(facts: dict[str, str]) -> dict[str, str]:
    return {FIELD_OF[name]: value.strip() for name, value in facts.items() if name in FIELD_OF and value and value.strip()} | (
        {"date": facts["year"].strip()} if facts.get("year") and not facts.get("date") else {})


def choose_date(row: dict, origin: dict, sources: list, remarks: list) -> None:
    """Take the date of the first source that has one, made finer by a later source that agrees; name what is bad or differs."""
    taken, source_of = "", ""
    for source, facts in sources:
        said = facts.get("date")
        if not said:
            continue
        date = iso_date(said)
        if date is None:
            remarks.append((row["source"], Remark("bad_date", 1, said[:40])))
        elif not taken or date.startswith(taken):
            if date != taken:
                taken, source_of = date, source
        elif not taken.startswith(date):
            remarks.append((row["source"], Remark("date_differs", 1, f"{taken} ({source_of}), {date} ({source})")))
    row["date"], origin["date"] = taken or None, source_of


def iso_date(said: str) -> str | None:
    """Write a date as 2021-02-04, 2021-02 or 2021; None when it is no date or does not exist.

    >>> iso_date("二〇二一年二月四日"), iso_date("2021-2-30"), iso_date("2021年")
    ('2021-02-04', None, '2021')
    """
    if re.fullmatch(r"[12]\d{3}", said.strip()):
        return said.strip()
    found = DATE.search(said.strip())
    if not found:
        return None
    numbers = [number(found["year"], digits=True)] + [
        number(part) for part in (found["month"] or found["month2"] or found["month3"], found["day"] or found["day2"] or found["day3"]) if part]
    written = "-".join(f"{value:02d}" for value in numbers)
    try:
        pd.Timestamp(year=numbers[0], month=(numbers + [1])[1], day=(numbers + [1, 1])[2])
    except ValueError:
        return None
    return written


def number(said: str, digits: bool = False) -> int:
    """Read Chinese or Arabic numerals up to 99, or a year digit by digit."""
    plain = said.translate(str.maketrans("零〇○ΟОＯO０１２３４５６７８９一二三四五六七八九", "00000000" + "123456789" * 2))
    plain = plain.replace("廿", "2十").replace("卅", "3十")
    if "十" in plain and not digits:
        tens, ones = plain.split("十", 1)
        return int(tens or 1) * 10 + int(ones or 0)
    return int(plain)


def file_name_facts(source: str) -> dict[str, str]:
    """Read 广州市_2003.txt, 2021-02-24 在某会上的讲话.txt, 2015-03-06_砚州市_沈怀瑾_三清三实推进会.txt, piece by piece.

    >>> file_name_facts("2015-03-06_砚州市_沈怀瑾_推进会.txt")
    {'date': '2015-03-06', 'place': '砚州市', 'speaker': '沈怀瑾', 'occasion': '推进会'}
    """
    facts: dict[str, str] = {}
    stem = Path(source).stem
    if found := re.match(r"(\d{4}[-_.年]\d{1,2}[-_.月]\d{1,2}日?|\d{8}|\d{4}(?=[-_ 年]|$))", stem):
        facts["date"] = found[1].replace("_", "-")
        stem = stem[found.end():]
    for piece in re.split(r"[_\s\u3000]+", stem.strip("_- ")):
        if re.fullmatch(r"[12]\d{3}(?:-\w+)?", piece):
            facts.setdefault("date", piece[:4])
        elif re.fullmatch(r"(?!全)[\u4e00-\u9fff]{1,8}[省市县区州盟旗]|国务院|中共中央", piece):
            facts.setdefault("place", piece)
        elif cleaning.is_name(piece):
            facts.setdefault("speaker", piece)
        elif re.search(r"[\u4e00-\u9fff]{3}", piece):
            facts.setdefault("title" if re.search(r"讲话|致辞|报告|发言", piece) else "occasion", piece)
    return facts


def level_of(row: dict) -> str | None:
    """central, province, city, county or township, from the place, else from the title."""
    for said in (row["place"], *(re.findall(r"全([国省市县区州乡镇])|([省市县区])", row["title"] or "")[:1])):
        said = "".join(said or "")
        for level, sign in LEVELS:
            if said and re.search(rf"(?:{sign})$|^国$" if level == "central" else rf"(?:{sign})$", said):
                return level
    return None


def label(row: dict) -> str:
    """A short name for figures: place or speaker, and date; else the title."""
    who = row["place"] or row["speaker"]
    short = row["title"] if len(row["title"]) <= 16 else row["title"][:15] + "…"
    return f"{who} {row['date']}" if who and row["date"] else f"{short} {row['date'] or ''}".strip()


# ---------------------------------------------------------------------------------------------------------------- tables

def repeated_lines(texts: Iterator[str]) -> set[str]:
    """Short lines that stand in two files or more."""
    counts: Counter = Counter()
    for text in texts:
        counts.update({line for piece in text.split("\n") if (line := re.sub(r"\s+", " ", piece.strip())) and len(line) <= 60})
    return {line for line, count in counts.items() if count > 1}


def speech_table(rows: list[dict]) -> pd.DataFrame:
    extra = dict.fromkeys(name for row in rows for name in row["extra"])
    names = {name: name if name not in COLUMNS and name != "marks" else f"{name}_given" for name in extra}
    table = pd.DataFrame([{**{names[name]: value for name, value in row["extra"].items()}, **{c: row[c] for c in COLUMNS}} for row in rows],
                         columns=COLUMNS + list(names.values()))
    whole = ["n_characters", "n_han", "body_start", "body_end"]
    return table.astype({**dict.fromkeys(whole, "int32"), **dict.fromkeys(["year", "title_start", "title_end"], "Int32")})


def problem_table(remarks: list[tuple[str, Remark]]) -> pd.DataFrame:
    rows = []
    for name, remark in remarks:
        chinese, english = fill(remark.kind, remark.count, remark.detail)
        rows.append((name, MESSAGES[remark.kind].outcome, remark.kind, chinese, english, remark.count))
    return pd.DataFrame(rows, columns=["file", "outcome", "kind", "message", "message_english", "count"])


def boilerplate_table(rows: list[dict]) -> pd.DataFrame:
    marks = [(row["speech"], *mark) for row in rows for mark in row["marks"]]
    return pd.DataFrame(marks, columns=["speech", "start", "end", "reason"]).astype({"start": "int32", "end": "int32"})


# ---------------------------------------------------------------------------------------------------------------- the view

def document(speech: str, text: str, start: int, end: int, marks) -> Document:
    """Prepare one speech for the detectors: kept characters of the body, simplified one for one, with their places."""
    kept = np.zeros(len(text), dtype=bool)
    kept[start:end] = True
    for first, last in marks:
        kept[first:last] = False
    offsets = np.flatnonzero(kept).astype("int32")
    view = "".join(text[a:b] for a, b in _runs(offsets))
    return Document(speech, simplified(view), offsets)


def _runs(offsets: np.ndarray) -> list[tuple[int, int]]:
    if not len(offsets):
        return []
    breaks = np.flatnonzero(np.diff(offsets) > 1)
    return list(zip(offsets[np.r_[0, breaks + 1]].tolist(), (offsets[np.r_[breaks, len(offsets) - 1]] + 1).tolist()))


def simplified(text: str) -> str:
    """Write traditional characters as simplified ones, one for one.

    Characters that simplified texts also use (乾, 著, 於) change only where the text is a traditional one.

    >>> simplified("認真學習貫徹")
    '认真学习贯彻'
    """
    always, traditional = simplifying_tables()
    changed = text.translate(always)
    differing = sum(a != b for a, b in zip(text, changed)) if changed != text else 0
    return changed.translate(traditional) if differing * 20 > count_han(text) else changed
