"""How does a table or a figure reach a page?  Escaped, with its data, its parameters and a description beside it."""

from __future__ import annotations

import hashlib
import html
import io
import numbers
import os
import re
from typing import Iterable

import pandas as pd

FIGURE = "application/vnd.speech-rhetoric.figure+json"
VIEW = "application/vnd.speech-rhetoric.view+json"
_formula = re.compile(r"^[=+\-@\t\r]")


def escape(value) -> str:
    """Make any value from a file safe inside HTML; every page goes through this one function."""
    return html.escape(str(value), quote=True)


def csv_text(table: pd.DataFrame) -> str:
    """Write a table as CSV that a spreadsheet opens as it is: cells of text that begin like a formula get a `'` in front.

    >>> csv_text(pd.DataFrame({"term": ["=1+1", "落实"]})).split()
    ['term', "'=1+1", '落实']
    """
    safe = table.copy()
    for column in safe.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in safe.dtypes]]:
        safe[column] = [_safe(excerpt(value)) if isinstance(value, str) else value for value in safe[column].astype(object)]
    safe.columns = [_safe(str(column)) for column in safe.columns]
    return safe.to_csv(index=False, lineterminator="\n", float_format="%.6g")


def _safe(text: str) -> str:
    return f"'{text}" if _formula.match(text) else text


def describe(table: pd.DataFrame, *, label: str | None, value: str | None) -> str:
    """Say in words what a figure shows, from its data: how many rows, the largest and the smallest.

    >>> describe(pd.DataFrame({"term": ["要", "抓"], "rate": [9.0, 2.5]}), label="term", value="rate")
    '2 行 rows; rate 最大 largest 要 9, 最小 smallest 抓 2.5'
    """
    size = f"{len(table)} 行 rows"
    if not len(table) or value not in table or not pd.api.types.is_numeric_dtype(table[value]) or table[value].isna().all():
        return size
    def named(place):
        return f"{table[label][place]} " if label in table else ""
    top, low = table[value].idxmax(), table[value].idxmin()
    return (f"{size}; {value} 最大 largest {named(top)}{table[value][top]:.4g}, "
            f"最小 smallest {named(low)}{table[value][low]:.4g}")


class Figure:
    """A drawn figure with its data: what `show_figure` hands to the page."""

    def __init__(self, axes, table: pd.DataFrame, *, name: str, label: str | None = None, value: str | None = None, about: str = ""):
        import matplotlib.pyplot as plt

        figure = axes.get_figure()
        title = next((one.get_title(loc="left") or one.get_title() for one in figure.axes if one.get_title(loc="left") or one.get_title()), name)
        image = io.StringIO()
        figure.savefig(image, format="svg", metadata={"Date": None, "Creator": None})
        plt.close(figure)
        # Ids must differ between figures of one page, and not between runs.
        mark = hashlib.sha256(name.encode()).hexdigest()[:8]
        svg = image.getvalue()[image.getvalue().index("<svg"):]
        self.svg = re.sub(r'(id="|"#|url\(#)(?=[A-Za-z])', rf"\g<1>{mark}-", svg)
        self.name, self.table, self.about = name, table, about
        self.alt = f"{title}。{describe(table.reset_index(drop=True), label=label, value=value)}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        page = {"name": self.name, "svg": self.svg, "csv": csv_text(self.table), "alt": self.alt, "about": self.about}
        lab = f'<figure role="img" aria-label="{escape(self.alt)}">{self.svg}<figcaption>{escape(self.about)}</figcaption></figure>'
        bundle = {"text/plain": self.alt, "text/html": lab}
        return {**bundle, FIGURE: page} if in_book() else bundle


class View:
    """A piece of HTML built by this project from escaped values; `script` runs in JupyterLab, the book has its own."""

    def __init__(self, markup: str, *, plain: str, style: str = "", script: str = "", name: str = "", csv: str = ""):
        self.markup, self.plain, self.style, self.script = markup, plain, style, script
        self.name, self.csv = name, csv

    def _repr_mimebundle_(self, include=None, exclude=None):
        if in_book():
            return {"text/plain": self.plain, VIEW: {"html": self.markup, "name": self.name, "csv": self.csv}}
        style = f"<style>{self.style}</style>" if self.style else ""
        script = f"<script>{self.script}</script>" if self.script else ""
        return {"text/plain": self.plain, "text/html": style + self.markup + script}


def in_book() -> bool:
    """Tell whether a report is being made: then figures and views go to the page's own files."""
    return bool(os.environ.get("SPEECH_BOOK"))


def show_figure(axes, table: pd.DataFrame, *, name: str, label: str | None = None, value: str | None = None, about: str = "") -> Figure:
    """Show a figure with its data (CSV), its vector file (SVG) and a description for those who do not see it.

    `name` is the file's name; `label` and `value` are the columns that the description reads.
    """
    return Figure(axes, table, name=name, label=label, value=value, about=about)


def show_table(table: pd.DataFrame, *, rows: int = 30, link: dict[str, Iterable[str]] | None = None, name: str | None = None) -> View:
    """Show a table, at most `rows` rows, everything escaped; `link` maps a column to one address for each row."""
    shown = table.head(rows)
    link = {column: list(addresses)[:rows] for column, addresses in (link or {}).items()}
    head = "".join(f"<th scope=col>{escape(column)}</th>" for column in shown.columns)
    body = []
    for number, row in enumerate(shown.itertuples(index=False)):
        cells = []
        for column, value in zip(shown.columns, row):
            text = escape(_cell(value))
            address = link.get(column, [None] * len(shown))[number]
            text = f'<a href="{escape(address)}">{text}</a>' if address else text
            cells.append(f"<td class=number>{text}</td>" if isinstance(value, numbers.Real) and not isinstance(value, bool) else f"<td>{text}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    more = f"<p class=more>{len(shown)} / {len(table)} 行 rows</p>" if len(table) > len(shown) else ""
    markup = f"<div class=table tabindex=0><table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>{more}"
    return View(markup, plain=shown.to_string(index=False, max_colwidth=40), name=name or "", csv=csv_text(table) if name else "")


def _cell(value) -> str:
    if isinstance(value, numbers.Real) and not isinstance(value, numbers.Integral):
        return "" if value != value else f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    return "" if value is None or value is pd.NA or value is pd.NaT else excerpt(str(value))


def excerpt(text: str) -> str:
    """Cut a text to 15 characters where the book must not pass the texts on (`report --no-text`)."""
    limit = 15 if os.environ.get("SPEECH_NO_TEXT") else None
    return text if limit is None or len(text) <= limit else text[:limit - 1] + "…"
