"""Which speeches do we have?  A folder of files becomes a table of speeches and an account of every file."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections import Counter, defaultdict
from pathlib import Path, PurePosixPath
from typing import Iterable, Iterator, NamedTuple

import numpy as np
import pandas as pd

from analysis import cleaning
from analysis.characters import count_han, simplified, traditional
from analysis.metadata import FIELD_OF, FIELDS, choose_date, file_name_facts, level_of, named, normal, read_metadata
from analysis.readers.brat import read_annotations
from analysis.readers.folder import Entry, read_folder
from analysis.readers.messages import MESSAGES, fill
from analysis.readers.result import Limits, Reading, Remark
from analysis.spans import span_table
from analysis.units import Document

COLUMNS = ["speech", "label", "title", "date", "year", "place", "level", "speaker", "occasion", "metadata_from", "text", "n_characters", "n_han",
           "body_start", "body_end", "title_start", "title_end", "source", "sha256"]
OUTCOMES = ["refused", "repaired", "loaded", "ignored"]  # the gravest that is said of a file is its outcome
NEAR = 0.8  # share of the sentences of the shorter speech that a near duplicate shares


class Corpus(NamedTuple):
    """Speeches, one row each; problems, one row per file and remark; boilerplate, one row per stretch that is not speech.

    `annotations` is a span table: what people marked in the speeches with brat, from the .ann files of the folder.
    """

    speeches: pd.DataFrame
    problems: pd.DataFrame
    boilerplate: pd.DataFrame
    annotations: pd.DataFrame

    def documents(self) -> Iterator[Document]:
        """Give each speech as detectors see it: body without boilerplate, in simplified characters."""
        marks = {speech: rows[["start", "end"]].to_numpy() for speech, rows in self.boilerplate.groupby("speech", sort=False, observed=True)}
        for row in self.speeches[["speech", "text", "body_start", "body_end"]].itertuples(index=False):
            yield document(row.speech, row.text, row.body_start, row.body_end, marks.get(row.speech, ()))


def load_corpus(folder: str | os.PathLike, *, text_column: str | None = None, duplicates: str = "first", limits: Limits = Limits()) -> Corpus:
    """Load every speech of a folder and account for every entry in it.

    `text_column` names the column of tables that holds the text; `duplicates="first"` keeps one of speeches that are equal,
    "keep" keeps all. Raises NotADirectoryError when there is no such folder, nothing else for what a file holds.

    >>> load_corpus("data/sample").speeches["title"].iloc[0]
    '在全市干部作风建设动员会上的讲话'
    """
    if duplicates not in ("first", "keep"):
        raise ValueError(f'duplicates={duplicates!r}: "first" or "keep"')
    folder = Path(folder)
    if not folder.is_dir():
        raise NotADirectoryError(folder)
    entries = read_folder(folder, limits, text_column)
    remarks = [(entry.name, remark) for entry in entries for remark in entry.remarks]
    metadata = gather_metadata(entries, remarks)
    rows = speech_rows(entries, remarks)
    annotated = annotation_rows(entries, rows)
    repeated = repeated_lines(row["reading"].text for row in rows)
    for row in rows:
        describe(row, metadata, repeated, remarks)
    remarks += [("metadata.csv" if key not in metadata.file_of else metadata.file_of[key], remark) for key, remark in metadata.left_over(rows)]
    rows = drop_duplicates(rows, remarks, keep=duplicates == "keep")
    name_near_duplicates(rows, remarks)
    label_speeches(rows)
    annotations = annotation_table(annotated, {row["speech"] for row in rows}, remarks)
    return Corpus(speech_table(rows), problem_table(remarks), boilerplate_table(rows), annotations)


def check_files(corpus: Corpus, language: str = "") -> list[dict]:
    """Say of each entry of the folder what became of it; one dict per file: path, outcome, messages, kinds, speeches.

    `language` is "zh" or "en"; by default the one that `style.language` tells.
    """
    if not language:
        from analysis.style import language as chosen
        language = chosen()
    files: dict[str, dict] = {}
    for path, speech in zip(corpus.speeches["source"], corpus.speeches["speech"]):
        files.setdefault(path, _account(path))["speeches"].append(speech)
    outcomes = {path: {"loaded"} for path in files}
    for row in corpus.problems.itertuples():
        one = files.setdefault(row.file, _account(row.file))
        one["messages"].append(row.message if language == "zh" else row.message_english)
        one["kinds"].append(row.kind)
        outcomes.setdefault(row.file, set()).add(row.outcome)
    for path, one in files.items():
        left_out = not one["speeches"] and "refused" not in outcomes[path] and "ignored" in outcomes[path]
        one["outcome"] = "ignored" if left_out else next(outcome for outcome in OUTCOMES if outcome in outcomes[path])
    return [files[path] for path in sorted(files)]


def _account(path: str) -> dict:
    return {"path": path, "outcome": "", "messages": [], "kinds": [], "speeches": []}


def check_table(corpus: Corpus, language: str = "") -> pd.DataFrame:
    """The account of `check_files` as a table, one row per file: path, outcome, messages, speeches."""
    rows = [(one["path"], one["outcome"], "; ".join(one["messages"]), len(one["speeches"])) for one in check_files(corpus, language)]
    return pd.DataFrame(rows, columns=["path", "outcome", "messages", "speeches"])


def removed_lines(corpus: Corpus) -> pd.DataFrame:
    """The audit of cleaning: one row per reason and line that does not count as speech, with how often and in how many speeches."""
    texts = dict(zip(corpus.speeches["speech"], corpus.speeches["text"]))
    lines = [(row.reason, line.strip(), row.speech) for row in corpus.boilerplate.itertuples()
             for line in texts[row.speech][row.start:row.end].split("\n") if line.strip()]
    table = pd.DataFrame(lines, columns=["reason", "line", "speech"])
    counted = table.groupby(["reason", "line"], sort=True)["speech"].agg(count="size", speeches="nunique").reset_index()
    return counted.sort_values(["count", "reason", "line"], ascending=[False, True, True], ignore_index=True)


# ---------------------------------------------------------------------------------------------------------------- one speech

class Metadata(NamedTuple):
    """What metadata.csv files say of each file, and which file says it."""

    said: dict[str, dict[str, str]]
    file_of: dict[str, str]
    used: set[str]

    def of(self, row: dict) -> dict[str, str]:
        """By the id of the speech, the path of the file, or the path without its suffix."""
        for key in (row["speech"], row["source"], str(PurePosixPath(row["source"]).with_suffix(""))):
            if (key := normal(key)) in self.said:
                self.used.add(key)
                return self.said[key]
        return {}

    def left_over(self, rows: list[dict]) -> list[tuple[str, Remark]]:
        unused: dict[str, list[str]] = defaultdict(list)
        for key in self.said:
            if key not in self.used:
                unused[self.file_of[key]].append(key)
        return [(keys[0], Remark("metadata_unused", len(keys), ", ".join(keys[:5]))) for keys in unused.values()]


def gather_metadata(entries: list[Entry], remarks: list) -> Metadata:
    metadata = Metadata({}, {}, set())
    for entry in entries:
        if entry.metadata:
            said, found = read_metadata(entry.name, entry.metadata)
            metadata.said.update(said)
            metadata.file_of.update(dict.fromkeys(said, entry.name))
            remarks += [(entry.name, remark) for remark in found]
    return metadata


def speech_rows(entries: list[Entry], remarks: list) -> list[dict]:
    """One row per text, with an id that no other has; what readers remarked goes to the file."""
    rows, taken = [], Counter()
    for entry in entries:
        together: Counter = Counter()
        for reading in entry.readings:
            speech = entry.name + reading.part
            taken[speech] += 1
            speech += f"~{taken[speech]}" if taken[speech] > 1 else ""
            rows.append({"speech": speech, "source": entry.name, "sha256": entry.digest, "reading": reading})
            for remark in reading.remarks:
                together[remark.kind, remark.detail] += remark.count
        remarks += [(entry.name, Remark(kind, count, detail)) for (kind, detail), count in together.items()]
    return rows


def annotation_rows(entries: list[Entry], rows: list[dict]) -> list[tuple[str, str, list[tuple], list[Remark]]]:
    """For each .ann file its name, the speech of the .txt beside it ("" where there is none), rows of spans, and remarks."""
    texts = {row["source"]: row for row in rows}
    found = []
    for entry in entries:
        if entry.annotations is not None:
            text = str(PurePosixPath(entry.name).with_suffix(".txt"))
            row = texts.get(text) or next((texts[name] for name in texts if name.lower() == text.lower()), None)
            if row is None:
                found.append((entry.name, "", [], []))
                continue
            text, decoded = row["reading"].text, row["reading"].decoded
            found.append((entry.name, row["speech"], *read_annotations(entry.annotations, row["speech"], text, decoded or text)))
    return found


def describe(row: dict, metadata: Metadata, repeated: set[str], remarks: list) -> None:
    """Clean one text and gather what is known of it, with where each value comes from."""
    reading: Reading = row.pop("reading")
    found = cleaning.clean(reading.text, repeated=repeated, known=[cleaning.Mark(*mark) for mark in reading.marks])
    given = metadata.of(row)
    sources = [("metadata.csv", named(given)), ("table", named(reading.fields)), ("front_matter", named(found.fields)),
               ("file_name", file_name_facts(row["source"])), ("text", found.head)]
    by_text = sources[:3] + sources[4:] + sources[3:4]  # a title is what the text says; a file name only stands in for one
    origin = {}
    for field in FIELDS:
        row[field], origin[field] = next(((facts[field], source) for source, facts in (by_text if field == "title" else sources) if facts.get(field)), (None, ""))
    row["date"], origin["date"], dates = choose_date(sources)
    if not row["title"]:
        row["title"], origin["title"] = PurePosixPath(row["source"]).stem + row["speech"].removeprefix(row["source"]), "file_name"
    if not row["level"]:
        row["level"], origin["level"] = level_of(row["place"], row["title"]), "derived"
    row["metadata_from"] = json.dumps({field: source for field, source in origin.items() if row[field]}, sort_keys=True)
    row["extra"] = {name: value for facts in (found.fields, reading.fields, given) for name, value in facts.items() if name.lower() not in FIELD_OF}
    row["text"], row["marks"] = reading.text, found.marks
    row["body_start"], row["body_end"] = found.body_start, found.body_end
    row["title_start"], row["title_end"] = found.title or (pd.NA, pd.NA)
    row["n_characters"] = len(reading.text)
    row["view"] = document(row["speech"], reading.text, found.body_start, found.body_end, [mark[:2] for mark in found.marks]).view
    row["n_han"] = count_han(row["view"])
    row["year"] = int(row["date"][:4]) if row["date"] else pd.NA
    body = traditional(reading.text[found.body_start:found.body_end])
    remarks += [(row["source"], remark) for remark in dates + [Remark("empty_body")] * (not row["n_han"]) + [Remark("traditional")] * body]


def label_speeches(rows: list[dict]) -> None:
    """Give each speech a short name for figures, its own: place and date, the speaker where all places are one, else the title."""
    one_place = len({row["place"] for row in rows}) == 1 and len({row["speaker"] for row in rows}) > 1
    taken: Counter = Counter()
    for row in rows:
        who = (row["speaker"] or row["place"]) if one_place else (row["place"] or row["speaker"])
        short = row["title"] if len(row["title"]) <= 16 else row["title"][:15] + "…"
        name = f"{who} {row['date']}" if who and row["date"] else f"{short} {row['date'] or ''}".strip() or row["speech"]
        taken[name] += 1
        row["label"] = name if taken[name] == 1 else f"{name} ({taken[name]})"


# ---------------------------------------------------------------------------------------------------------------- duplicates

def drop_duplicates(rows: list[dict], remarks: list, *, keep: bool) -> list[dict]:
    """Name speeches whose file or whose words are the same as an earlier one's, and leave them out unless `keep`."""
    kept, first = [], {}
    for row in rows:
        words = re.sub(r"\s+", "", row["view"])
        whole = (row["sha256"], row["speech"].removeprefix(row["source"]))
        original = first.get(whole) or words and first.get(words)
        if original:
            kind = "duplicate_kept" if keep else "duplicate_file" if whole in first else "duplicate_text"
            remarks.append((row["source"], Remark(kind, 1, original)))
        first.setdefault(whole, row["speech"])
        first.setdefault(words, row["speech"])
        if keep or not original:
            kept.append(row)
    return kept


def name_near_duplicates(rows: list[dict], remarks: list) -> None:
    """Name speeches that share most of their sentences; both stay, for what differs is evidence."""
    sentences = [{zlib.crc32(piece.encode()) for piece in re.split(r"[。！？；\n]", row["view"]) if len(piece.strip()) >= 10} for row in rows]
    holders: dict[int, list[int]] = defaultdict(list)
    for number, own in enumerate(sentences):
        shared: Counter = Counter()
        for sentence in own:
            shared.update(holders[sentence][:20])
            holders[sentence].append(number)
        for other, count in sorted(shared.items()):
            smaller = min(len(own), len(sentences[other]))
            if count >= max(2, NEAR * smaller) and smaller * 2 >= max(len(own), len(sentences[other])):
                remarks.append((rows[number]["source"], Remark("near_duplicate", 1, rows[other]["speech"])))
                break


# ---------------------------------------------------------------------------------------------------------------- tables

def repeated_lines(texts: Iterable[str]) -> set[str]:
    """Short lines that stand in two files or more."""
    counts: Counter = Counter()
    for text in texts:
        counts.update({" ".join(line.split()) for line in text.split("\n") if len(line) <= 80 and line.strip()})
    return {line for line, count in counts.items() if count > 1 and len(line) <= 60}


def speech_table(rows: list[dict]) -> pd.DataFrame:
    extra = dict.fromkeys(name for row in rows for name in row["extra"])
    names = {name: name if name not in COLUMNS else f"{name}_given" for name in extra}
    table = pd.DataFrame([{**{names[name]: value for name, value in row["extra"].items()}, **{column: row[column] for column in COLUMNS}} for row in rows],
                         columns=list(dict.fromkeys(COLUMNS + list(names.values()))))
    whole = ["n_characters", "n_han", "body_start", "body_end"]
    return table.astype({**dict.fromkeys(whole, "int32"), **dict.fromkeys(["year", "title_start", "title_end"], "Int32")})


def annotation_table(annotated: list[tuple], speeches: set[str], remarks: list) -> pd.DataFrame:
    """The span table of all annotations; those of a speech that was not kept are named."""
    table = []
    for name, speech, rows, found in annotated:
        if speech in speeches:
            table += rows
            remarks += [(name, remark) for remark in found]
        else:
            remarks.append((name, Remark("annotations_without_text", 1, PurePosixPath(name).with_suffix(".txt").name)))
    return span_table(table)


def problem_table(remarks: list[tuple[str, Remark]]) -> pd.DataFrame:
    rows = []
    for name, remark in sorted(remarks, key=lambda one: one[0]):
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
