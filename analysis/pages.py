"""What stands in the book beside the notebooks?  Cover, reading pages, search, font, and the record of how it was made."""

from __future__ import annotations

import importlib.metadata
import json
import platform
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader

from analysis import reading, workbench
from analysis.detection import code_fingerprint
from analysis.show import csv_text, escape, excerpt, show_table
from analysis.style import font_path, name

_book = Path(__file__).parent / "book"
PACKAGES = ["pandas", "numpy", "scipy", "matplotlib", "jieba", "rjieba", "wordcloud", "nbconvert", "lxml", "pypdfium2", "pypdf"]


def prepare(folder: Path):
    """Load the speeches and find everything in them, once for all notebooks: (corpus, spans, accuracy of the detectors)."""
    corpus = workbench.open_corpus(folder)
    spans = workbench.open_spans(corpus)
    workbench.open_tokens(corpus)
    return corpus, spans, workbench.accuracy()


def write_book(building: Path, pages: list, corpus, spans: pd.DataFrame, accuracy: pd.DataFrame, *, chosen: dict, language: str,
               text: bool) -> None:
    """Write every page and file of the book into `building`; the notebooks' pages come rendered."""
    entries = [{"file": "index.html", "chinese": "封面", "english": "cover", "failed": None}]
    entries += [{"file": page.file, "chinese": page.chinese, "english": page.file[3:-5], "failed": page.failed} for page in pages]
    template = Environment(loader=FileSystemLoader(_book), autoescape=False).get_template("page.html.j2")
    foot = f"{len(corpus.speeches)} 篇 speeches · {int(corpus.speeches['n_han'].sum()):,} 汉字 Han · {workbench.fingerprint(corpus)}"

    def write(file: str, title: str, body: str, failed: dict | None = None) -> None:
        top = "../" if "/" in file else ""
        failed = failed and {"cell": failed["cell"], "reason": escape(failed["reason"])}
        page = template.render(title=escape(title), body=body, here=file, top=top, pages=entries, failed=failed, language=language, corpus=foot)
        (building / file).write_text(page, encoding="utf-8", newline="\n")

    (building / "speeches").mkdir()
    (building / "book").mkdir()
    search = [[page.file, page.chinese, plain_text(page.body)] for page in pages]
    for page in pages:
        write(page.file, f"{page.chinese} {page.english}", page.body, page.failed)
    by_speech = dict(tuple(spans.groupby("speech", observed=True)))
    for place, row in enumerate(corpus.speeches.itertuples(), 1):
        own = by_speech.get(row.speech, spans.iloc[:0])
        if text:
            search.append([f"speeches/{place:03}.html", row.label, row.text])
        write(f"speeches/{place:03}.html", row.label, _speech_body(row, own, text))
    write("index.html", "讲话修辞 Speech rhetoric", _cover(corpus, pages, accuracy))
    (building / "data").mkdir(exist_ok=True)
    _write_csv(building / "data" / "problems.csv", corpus.problems)
    _write_csv(building / "data" / "accuracy.csv", accuracy)
    data = json.dumps(search, ensure_ascii=False).replace("<", "\\u003c")
    (building / "book" / "search.js").write_text(f"window.SPEECH_SEARCH={data};\n", encoding="utf-8", newline="\n")
    _write_style(building / "book")
    _write_provenance(building, corpus, accuracy, chosen)
    _write_font(building)


def _write_csv(path: Path, table: pd.DataFrame) -> None:
    path.write_text(csv_text(table), encoding="utf-8-sig", newline="\n")


def plain_text(body: str) -> str:
    """The words of a page, for the search: no code, no marks."""
    from lxml import html

    tree = html.fromstring(f"<div>{body}</div>")
    for part in tree.xpath("//details|//script|//style|//svg"):
        part.drop_tree()
    return " ".join(tree.text_content().split())


def _speech_body(row, spans: pd.DataFrame, text: bool) -> str:
    facts = [row.date, row.place, row.speaker, row.occasion]
    about = " · ".join(escape(fact) for fact in facts if isinstance(fact, str) and fact)
    heading = f"<h1>{escape(excerpt(str(row.title or row.label)))}</h1><p>{about} · {row.n_han:,} 汉字 Han · <code>{escape(row.speech)}</code></p>"
    if not text:
        return heading + '<p lang="zh">本书不含讲话原文（--no-text）。</p><p lang="en">This book leaves the texts out (--no-text).</p>'
    return heading + reading.reading_markup(row.text, spans)


def _cover(corpus, pages: list, accuracy: pd.DataFrame) -> str:
    speeches = corpus.speeches
    dates = speeches["date"].dropna().astype(str).loc[lambda column: column != ""]
    span = f"{dates.min()} – {dates.max()}" if len(dates) else "无日期 no dates"
    cards = "".join(f'<li><a href="{page.file}"><b>{page.chinese}</b><br>{page.english}</a></li>' for page in pages)
    table = speeches.assign(汉字_Han=speeches["n_han"])[["label", "date", "place", "speaker", "occasion", "汉字_Han"]]
    links = [f"speeches/{place:03}.html" for place in range(1, len(speeches) + 1)]
    outcome = corpus.problems["outcome"].value_counts()
    problems = ", ".join(f"{kind} {count}" for kind, count in sorted(outcome.items())) or "0"
    return (f'<h1>讲话修辞之书 A book of evidence</h1><p>{len(speeches)} 篇讲话 speeches · {int(speeches["n_han"].sum()):,} 汉字 Han · {escape(span)}</p>'
            '<p lang="zh">每页回答一个问题；每个数字旁有公式、样本量和区间，每个论断都能点开原文。</p>'
            '<p lang="en">Each page answers one question; numbers stand with formula, sample size and interval, and claims open on their passage.</p>'
            f'<ul class="cards">{cards}</ul><h2>讲话 Speeches</h2>'
            f'{show_table(table, rows=len(table), link={"label": links}).markup}'
            f'<h2>载入备注 Remarks on loading</h2><p>{escape(problems)} · <a href="data/problems.csv" download>problems.csv</a></p>'
            f'{show_table(corpus.problems, rows=20).markup if len(corpus.problems) else ""}'
            f'<h2>识别的准确度 How good are the detectors?</h2>{_accuracy_body(accuracy)}')


def _accuracy_body(accuracy: pd.DataFrame) -> str:
    if not len(accuracy):
        return '<p lang="zh">没有可用的标注。</p><p lang="en">No annotation to score against.</p>'
    shown = accuracy[~accuracy["label"].str.endswith("_member")]  # groups are scored as a whole
    columns = ["label", "measure", "n_speeches", "n_gold", "precision", "recall", "f1", "partial_f1"]
    shown = shown.assign(label=[name(label) for label in shown["label"]])[columns]
    return ('<p lang="zh">在本项目自编、手工标注的讲话上测得（不是真实讲话）；有些规则是读过这些讲话后改进的，所以是开发集的成绩。F1 为严格匹配，partial 为重叠过半。</p>'
            '<p lang="en">Measured on the project’s own invented, hand-annotated speeches (not real ones); some rules were improved after reading them, so these are development scores. F1 is strict, partial asks for half an overlap.</p>'
            f'{show_table(shown, rows=len(shown)).markup}<p class="data"><a href="data/accuracy.csv" download>数据 data (CSV)</a></p>')


def _write_style(folder: Path) -> None:
    from pygments.formatters import HtmlFormatter

    style = (_book / "book.css").read_text(encoding="utf-8") + (_book / "reading.css").read_text(encoding="utf-8")
    style += reading.colour_rules() + "\n" + HtmlFormatter(style="default").get_style_defs(".highlight")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".highlight")
    style += f"\n@media (prefers-color-scheme:dark){{{dark}}}\n"
    (folder / "book.css").write_text(style, encoding="utf-8", newline="\n")
    script = (_book / "book.js").read_text(encoding="utf-8") + (_book / "reading.js").read_text(encoding="utf-8")
    (folder / "book.js").write_text(script, encoding="utf-8", newline="\n")


def _write_provenance(building: Path, corpus, accuracy: pd.DataFrame, chosen: dict) -> None:
    scores = {row.label: {"measure": row.measure, "precision": row.precision, "recall": row.recall, "f1": row.f1, "partial_f1": row.partial_f1}
              for row in accuracy.itertuples()}
    record = {
        "corpus": {"fingerprint": workbench.fingerprint(corpus), "speeches": len(corpus.speeches), "n_han": int(corpus.speeches["n_han"].sum()),
                   "sha256": {row.speech: row.sha256 for row in corpus.speeches.itertuples()}},
        "parameters": chosen, "code": code_fingerprint(), "python": platform.python_version(),
        "versions": {package: importlib.metadata.version(package) for package in PACKAGES},
        "detector_accuracy": {"measured_on": "the project's own invented, hand-annotated speeches (data/gold); development data: some rules were improved on them", "labels": scores}}
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True, default=lambda value: None if pd.isna(value) else float(value))
    (building / "provenance.json").write_text(text.replace("NaN", "null") + "\n", encoding="utf-8", newline="\n")


def _write_font(building: Path) -> None:
    """Cut the Chinese font to the characters that the book uses; a machine without Chinese fonts shows boxes otherwise."""
    from fontTools import subset

    used = {mark for path in sorted(building.rglob("*")) if path.suffix in (".html", ".js", ".json") for mark in path.read_text(encoding="utf-8")}
    options = subset.Options(flavor="woff2", hinting=False, desubroutinize=True, recalc_timestamp=False, layout_features=[], notdef_outline=True)
    font = subset.load_font(str(font_path()), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[ord(mark) for mark in used])
    cutter.subset(font)
    subset.save_font(font, str(building / "book" / "font.woff2"), options)
