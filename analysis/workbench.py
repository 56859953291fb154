"""What does every notebook begin and end with?  The corpus opened, results kept between notebooks, controls, the record."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from joblib import Memory

from analysis import lexicons, style
from analysis.corpus import Corpus, load_corpus
from analysis.densities import span_rates
from analysis.detection import code_fingerprint, find_spans
from analysis.show import View, escape, in_book, show_figure, show_table
from analysis.statistics import COVERAGE, mean_interval
from analysis.words import tokenize

ROOT = Path(__file__).resolve().parents[1]


class NothingToRead(Exception):
    """The folder holds no speech; notebooks show the one sentence and no traceback."""

    def _render_traceback_(self):
        return [str(self)]


def open_corpus(folder: str | Path, **options) -> Corpus:
    """Load the speeches of a folder, given from here or from the project's top; see `load_corpus` for the options.

    Raises NothingToRead, in one sentence, where there is no such folder or no speech in it.
    """
    style.use()
    path = find_folder(folder)
    corpus = _kept(_load, ["path"])(path, options, _listing(path) if _keeps() else "")
    if not len(corpus.speeches):
        reasons = "; ".join(f"{row.file}: {row.message}" for row in corpus.problems.head(3).itertuples())
        raise NothingToRead(style.say(f"{path.name}：文件夹里没有可以读的讲话，请放入 .txt、.md、.docx 或 .pdf 等文件。{reasons}",
                                      f"{path.name}: no speech to read in this folder; put .txt, .md, .docx or .pdf files into it. {reasons}"))
    return corpus


def find_folder(folder: str | Path) -> Path:
    """Find the folder as given, else from the project's top folder. Raises NothingToRead where there is none."""
    for path in (Path(folder).expanduser(), ROOT / folder):
        if path.is_dir():
            return path.resolve()
    raise NothingToRead(style.say(f"{folder}：没有这个文件夹，请检查路径。", f"{folder}: there is no such folder; check the path."))


def open_spans(corpus: Corpus) -> pd.DataFrame:
    """Everything found in the speeches (see `find_spans`), kept between the notebooks of one report."""
    return _kept(_find, ["corpus"])(corpus, (fingerprint(corpus), code_fingerprint()) if _keeps() else ())


def open_tokens(corpus: Corpus, *, segmenter: str = "rjieba", lexicon: pd.DataFrame | None = None) -> pd.DataFrame:
    """The words of the speeches (see `tokenize`), with the genre's lexicon; kept between the notebooks of one report."""
    lexicon = lexicons.genre_terms() if lexicon is None else lexicon
    key = (fingerprint(corpus), code_fingerprint(), segmenter, lexicon.to_csv()) if _keeps() else ()
    return _kept(_cut, ["corpus", "segmenter", "lexicon"])(corpus, segmenter, lexicon, key)


def _keeps() -> bool:
    """A report sets SPEECH_KEPT to a folder, so that its notebooks share one loading and one detection; else nothing is kept."""
    return bool(os.environ.get("SPEECH_KEPT"))


def _kept(function, ignore: list[str]):
    return Memory(os.environ.get("SPEECH_KEPT") or None, verbose=0).cache(function, ignore=ignore)


def _load(path, options, listing):
    return load_corpus(path, **options)


def _find(corpus, key):
    return find_spans(corpus)


def _cut(corpus, segmenter, lexicon, key):
    return tokenize(corpus.documents(), segmenter=segmenter, lexicon=lexicon)


def _listing(path: Path) -> str:
    files = sorted((str(one.relative_to(path)), one.lstat().st_size, one.lstat().st_mtime_ns) for one in path.rglob("*"))
    return hashlib.sha256(repr((str(path), files, code_fingerprint())).encode("utf-8", "surrogateescape")).hexdigest()


def fingerprint(corpus: Corpus) -> str:
    """Digest of the speeches, their texts and metadata: the same corpus has the same one anywhere, on any day."""
    rows = corpus.speeches.drop(columns=["source"], errors="ignore").astype(str)
    return hashlib.sha256(rows.to_csv(index=False).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def choose(function, **choices) -> View | None:
    """Let the reader change a choice of the figure below, in JupyterLab; a book shows the figure alone.

    `choices` are ipywidgets abbreviations: a list of values, a (smallest, largest, step), True or False.
    """
    if in_book():
        return None
    from ipywidgets import interact

    interact(function, **choices)
    return None


def passage_links(corpus: Corpus, table: pd.DataFrame) -> list[str | None]:
    """Addresses of passages (`speech`, `start`, `end`) in the book's reading pages; none in JupyterLab."""
    if not in_book():
        return [None] * len(table)
    page = {speech: place for place, speech in enumerate(corpus.speeches["speech"], 1)}
    return [f"speeches/{page[row.speech]:03}.html#c{row.start}-{row.end}" if row.speech in page else None
            for row in table.itertuples()]


def show_passages(corpus: Corpus, table: pd.DataFrame, *, rows: int = 30, name: str | None = None) -> View:
    """Show a table with `speech`, `start`, `end`; each row opens on its passage in the book. Long texts are cut to 60 characters."""
    labels = corpus.speeches.set_index("speech")["label"]
    links = passage_links(corpus, table)
    shown = table.copy()
    if "text" not in shown:
        texts = corpus.speeches.set_index("speech")["text"]
        shown["text"] = [texts[row.speech][row.start:row.end] for row in table.itertuples()]
    shown["text"] = [text.replace("\n", " ") if len(text) <= 60 else text[:58].replace("\n", " ") + "……" for text in shown["text"].astype(str)]
    shown["speech"] = shown["speech"].astype(str).map(labels)
    shown = shown.drop(columns=[column for column in ("start", "end") if column in shown])
    return show_table(shown, rows=rows, link={"text": links}, name=name)


def record(corpus: Corpus, **more) -> View:
    """Close a notebook: versions, corpus fingerprint, number of speeches, and whatever else the notebook used."""
    packages = ["speech-rhetoric", "pandas", "numpy", "scipy", "matplotlib", "jieba", "rjieba", "wordcloud"]
    rows = {"讲话 speeches": len(corpus.speeches), "汉字 Han": f"{int(corpus.speeches['n_han'].sum()):,}",
            "语料指纹 corpus fingerprint": fingerprint(corpus), "Python": platform.python_version(),
            **{package: importlib.metadata.version(package) for package in packages}, **more}
    table = pd.DataFrame({"项 item": list(rows), "值 value": [str(value) for value in rows.values()]})
    return show_table(table, rows=len(table))


def accuracy() -> pd.DataFrame:
    """Score the detectors on the speeches that the project ships with hand annotation; one row per label, empty without gold."""
    gold_folder, sample = ROOT / "data" / "gold", ROOT / "data" / "sample"
    if not sample.is_dir() or not list(gold_folder.glob("*.csv")):
        return pd.DataFrame(columns=["label", "measure", "precision", "recall", "f1", "partial_f1"])
    return _kept(_score, [])(code_fingerprint())


def _score(key):
    from analysis import evaluation

    corpus = load_corpus(ROOT / "data" / "sample")
    gold = evaluation.match_speeches(evaluation.read_gold(ROOT / "data" / "gold"), corpus.speeches["speech"])
    return evaluation.evaluate(find_spans(corpus), gold)


def speech_links(corpus: Corpus) -> list[str | None]:
    """Address of each speech's reading page in the book, in the corpus's order; none in JupyterLab."""
    return [f"speeches/{place:03}.html" if in_book() else None for place in range(1, len(corpus.speeches) + 1)]


def say_numbers(*facts: tuple[str, object]) -> View:
    """Show a few numbers, each with its name."""
    shown = " · ".join(f"{escape(name)} <b>{escape(f'{value:,}' if isinstance(value, int) else value)}</b>" for name, value in facts)
    return View(f"<p class=numbers>{shown}</p>", plain="; ".join(f"{name} {value}" for name, value in facts))


def figure_or_reason(plot, table_to_draw, *, table: pd.DataFrame, name: str, label: str | None = None, value: str | None = None,
                     about: str = "", **choices):
    """Draw a figure, or say plainly why this corpus cannot answer (no dates, one speech, nothing found)."""
    try:
        axes = plot(table_to_draw, **choices)
    except ValueError as reason:
        plt.close("all")
        return View(f"<p class=cannot>{escape(style.drawable(str(reason)))}</p>", plain=str(reason))
    return show_figure(axes, table, name=name, label=label, value=value, about=about)


def metadata_sources(corpus: Corpus) -> pd.DataFrame:
    """Count for each metadata column where its values come from. One row per column and source."""
    told = [(column, source) for text in corpus.speeches["metadata_from"] for column, source in json.loads(text).items()]
    counts = pd.DataFrame(told, columns=["column", "source"]).value_counts(sort=False).reset_index(name="speeches")
    return counts.sort_values(["column", "speeches"], ascending=[True, False], kind="stable", ignore_index=True)


def show_accuracy(labels: list[str]) -> View:
    """Show how good the detectors of these labels are on the project's own annotated speeches; `edges`, `verdicts`, `move` too."""
    scores = accuracy()
    rows = scores[scores["label"].isin(labels) | scores["measure"].isin(labels)]
    if not len(rows):
        return View("<p class=cannot>没有标注可比 no annotation to score against</p>", plain="no gold")
    columns = [column for column in ("label", "measure", "n_speeches", "n_gold", "precision", "recall", "f1", "f1_low", "f1_high", "partial_f1") if column in rows]
    return show_table(rows[columns].assign(label=[style.name(label) for label in rows["label"]]), rows=60)


def rank_speeches(speeches: pd.DataFrame, having: pd.Series) -> list[str]:
    """Order the speeches by how often they stand in a column, most first, ties in the corpus's order."""
    counts = having.astype(str).value_counts()
    return sorted(speeches["speech"].astype(str), key=lambda speech: -counts.get(speech, 0))


def pick_speech(corpus: Corpus, words: str) -> str | None:
    """Find the one speech meant by a few characters of its title, label or file name; None for no words.

    Raises ValueError, naming some of what there is, where none or several fit.
    """
    if not words:
        return None
    rows = corpus.speeches
    fits = [row.speech for row in rows.itertuples() if words in f"{row.speech}\n{row.title}\n{row.label}"]
    if len(fits) == 1 or words in fits:
        return words if words in fits else fits[0]
    some = "; ".join(fits[:3] or rows["speech"].head(3))
    raise ValueError(style.say(f"“{words}”：{'不止一篇' if fits else '没有这篇'}，例如 {some}",
                               f"{words!r}: {'fits several speeches' if fits else 'no such speech'}, such as {some}"))


def with_labels(corpus: Corpus, table: pd.DataFrame) -> pd.DataFrame:
    """Put the speeches' labels in the place of their keys, in every column that holds them."""
    labels = corpus.speeches.set_index("speech")["label"]
    columns = [column for column in ("speech", "speech_a", "speech_b", "first", "second") if column in table]
    return table.assign(**{column: table[column].astype(str).map(labels).fillna(table[column].astype(str)) for column in columns})


def anatomy(speeches: pd.DataFrame, outline: pd.DataFrame, enumerations: pd.DataFrame) -> pd.DataFrame:
    """Sum the skeleton of each speech up, flat ones included: one row per speech.

    `depth` levels, `headings`, `series` of items, `items_per_series`, `balance` (mean evenness), `share_in_items` of the text.
    """
    def per_speech(table, column, how):
        return table.groupby(table["speech"].astype(str))[column].agg(how)
    index = speeches["speech"].astype(str)
    top = outline[(outline["label"] == "enumeration_item") & ~outline["parent"].astype("string").fillna("").str.startswith("enumeration_item")]
    heads = outline[outline["label"] != "enumeration_item"]
    table = pd.DataFrame({
        "label": speeches["label"].to_numpy(), "n_han": speeches["n_han"].to_numpy(),
        "depth": index.map(per_speech(outline, "depth", "max")).fillna(0).astype(int),
        "headings": index.map(per_speech(heads, "span", "size")).fillna(0).astype(int),
        "series": index.map(per_speech(enumerations, "span", "size")).fillna(0).astype(int),
        "items_per_series": index.map(per_speech(enumerations, "items", "mean")),
        "balance": index.map(per_speech(enumerations, "balance", "mean")),
        "share_in_items": index.map(per_speech(top, "share", "sum")).fillna(0.0).clip(0, 1)})
    return table.reset_index(drop=True)


def mean_rows(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Average columns over speeches, each with its interval (from 8 speeches on), lowest and highest: one row per column."""
    rows = []
    for column in columns:
        values = table[column].dropna().astype(float)
        low, high = mean_interval(values) if len(values) else (float("nan"), float("nan"))
        rows.append((column, len(values), values.mean(), low, high, values.min(), values.max()))
    return pd.DataFrame(rows, columns=["measure", "n_speeches", "mean", "low", "high", "lowest", "highest"])


def share_rows(shares: pd.DataFrame) -> pd.DataFrame:
    """Average each move's share over speeches: one row per move, with its interval and in how many speeches it stands."""
    rows = []
    for move, own in shares.groupby("move", sort=False):
        row = mean_rows(own, ["share"]).iloc[0]
        rows.append((style.name(move), int((own["share"] > 0).sum()), row["n_speeches"], row["mean"], row["low"], row["high"]))
    return pd.DataFrame(rows, columns=["move", "range", "n_speeches", "mean share", "low", "high"])


def speech_link(corpus: Corpus, speech: str) -> str | None:
    """Address of one speech's reading page in the book."""
    return speech_links(corpus)[list(corpus.speeches["speech"]).index(speech)]


def speech_card(counts: pd.DataFrame, speech: str) -> pd.DataFrame:
    """Set one speech's rates beside those of all: one row per label, `rank` 1 is the highest, `q1`, `median`, `q3` of all speeches."""
    rows = []
    for label, own in counts.groupby("label", sort=False):
        here = own[own["speech"] == speech].iloc[0]
        rows.append((style.name(label), label, here["count"], here["rate"], int((own["rate"] > here["rate"]).sum()) + 1, len(own),
                     *own["rate"].quantile([.25, .5, .75])))
    table = pd.DataFrame(rows, columns=["label", "id", "count", "rate", "rank", "of", "q1", "median", "q3"])
    return table.sort_values(["rate", "id"], ascending=[False, True], ignore_index=True)


def group_rates(counts: pd.DataFrame, speeches: pd.DataFrame, column: str, labels: list[str]) -> pd.DataFrame:
    """Estimate the rate of each label in each group of a metadata column: one row per group and label, with its interval."""
    if column not in speeches or not speeches[column].notna().any():
        return pd.DataFrame(columns=["group", "label", "rate", "low", "high", "interval", "n_speeches", "count"])
    group = speeches.set_index("speech")[column].dropna().astype(str)
    kept = counts[counts["label"].isin(labels) & counts["speech"].isin(group.index)]
    parts = [span_rates(own).assign(group=name) for name, own in kept.groupby(kept["speech"].map(group))]
    if not parts:
        return pd.DataFrame(columns=["group", "label", "rate", "low", "high", "interval", "n_speeches", "count"])
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values("label", key=lambda names: names.map(labels.index), kind="stable", ignore_index=True)


def interval_note(rates: pd.DataFrame) -> str:
    """Say what the intervals of a table are: their kind, the number of speeches, and the coverage that was measured."""
    if not len(rates):
        return ""
    n, kind = int(rates["n_speeches"].max()), rates["interval"].mode()[0]
    if kind != "speeches":
        return {"range": f"{n} 篇，不足 8 篇，不给区间，只画各篇最低与最高 fewer than 8 speeches: no interval, lowest and highest speech",
                "within_text": "一篇之内的区间，不能推到别篇 within one text, says nothing of others"}.get(kind, "无区间 no interval")
    held = {size: cover for size, cover in COVERAGE["speeches"].items() if size <= n}
    measured = "–".join(f"{share:.1%}" for share in held[max(held)]) if held else "?"
    return f"{n} 篇 speeches；要求 95%，模拟中覆盖 asked 95%, covered in simulation {measured}（benchmarks/coverage.csv）"


def show_pairs(corpus: Corpus, passages: pd.DataFrame, *, rows: int = 30, name: str | None = None) -> View:
    """Show aligned passages, both sides opening on their place in the book."""
    texts, labels = (corpus.speeches.set_index("speech")[column] for column in ("text", "label"))
    shown, link = passages.head(rows), {}
    table = passages[["n_han", "identity", "kind", "direction"]].copy()
    for side in "ab":
        ends = passages[[f"speech_{side}", f"start_{side}", f"end_{side}"]].set_axis(["speech", "start", "end"], axis=1)
        table[f"speech_{side}"] = ends["speech"].map(labels)
        cut = [texts[row.speech][row.start:row.end].replace("\n", " ") for row in ends.itertuples()]
        table[f"text_{side}"] = [text if len(text) <= 50 else f"{text[:24]}……{text[-24:]}" for text in cut]
        link[f"text_{side}"] = passage_links(corpus, ends.head(len(shown)))
    return show_table(table, rows=rows, link=link, name=name)


def show_concordance(corpus: Corpus, lines: pd.DataFrame, *, rows: int = 30, name: str | None = None) -> View:
    """Show a concordance, the keyword opening on its place in the book."""
    shown = ["left", "match", "right", "citation"]
    return show_table(lines[shown], rows=rows, link={"match": passage_links(corpus, lines.head(rows))}, name=name)


def definitions() -> pd.DataFrame:
    """What counts as each device, in both languages: one row per device."""
    from analysis import rhetoric

    return pd.DataFrame([(style.name(one.label), one.definition_chinese, one.definition_english) for one in rhetoric.DEVICES.values()],
                        columns=["device", "定义", "definition"])


def choose_groups(corpus: Corpus, column: str) -> tuple[str, pd.Series]:
    """Group the speeches by a metadata column; by another, at last each by itself, where it is missing or has one value.

    Gives the column used and a series of group by speech.
    """
    rows = corpus.speeches.set_index("speech")
    for name in dict.fromkeys([column, "speaker", "place", "level", "occasion", "year"]):
        if name in rows and 1 < rows[name].nunique() < len(rows):
            return name, rows[name].dropna().astype(str)
    return "label", rows["label"].astype(str) if rows["label"].is_unique else pd.Series(rows.index, index=rows.index)


def largest_group(groups: pd.Series) -> str:
    """The group with the most speeches; of equals the first by name."""
    counts = groups.value_counts()
    return str(sorted(counts.index[counts == counts.max()])[0])


def table_or_reason(make, *arguments, **choices) -> pd.DataFrame:
    """Make a table; where the corpus does not allow it, an empty table that carries the reason."""
    try:
        return make(*arguments, **choices)
    except ValueError as reason:
        empty = pd.DataFrame()
        empty.attrs["reason"] = str(reason)
        return empty


def strongest(keys: pd.DataFrame, measure: str, *, each: int = 20) -> pd.DataFrame:
    """The terms that a group uses most and least by a measure: `each` of either side, highest first."""
    if not len(keys):
        return keys
    if measure not in keys:
        raise ValueError(f"MEASURE: {measure!r} is not one of {', '.join(keys.select_dtypes('number').columns)}")
    ordered = keys.sort_values([measure, "term"], ascending=[False, True], ignore_index=True)
    more, less = ordered[ordered["log_ratio"] > 0].head(each), ordered[ordered["log_ratio"] < 0].tail(each)
    return pd.concat([more, less], ignore_index=True)


def pick(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The columns asked for that a table has; a table with the reason where there is none."""
    if "reason" in table.attrs:
        return pd.DataFrame({"原因 reason": [table.attrs["reason"]]})
    return table[[column for column in columns if column in table]]


def first_of(*columns: pd.Series) -> str:
    """The first value of the first column that has one; raises ValueError where none has."""
    for column in columns:
        if len(column):
            return str(column.iloc[0])
    raise ValueError(style.say("这些讲话里没有词", "these speeches hold no word"))
