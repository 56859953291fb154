"""Figures of words: how often, how evenly, where, beside what."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, ScalarFormatter
from scipy.sparse.csgraph import shortest_path

from analysis.figures.dots import name_rows, new_axes, plot_dots
from analysis.statistics import SEED
from analysis.style import GREY, SUBJECT, drawable, font_path

INTERVALS = {"speeches": "按篇区间 interval over speeches", "within_text": "文内区间 within-text interval", "range": "各篇最低与最高 lowest and highest speech",
             "zero": "零次时的上限 upper limit", "none": "无区间 no interval"}


def plot_term_rates(rates: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw the rate of each term with its interval, most frequent on top. Not for more than forty terms."""
    if not len(rates):
        raise ValueError("no term to draw 没有可画的词")
    kind = rates["interval"].mode()[0]
    return plot_dots(rates, label="term", value="rate", low="low", high="high", unit=f"每千字 per 1,000 Han（{INTERVALS.get(kind, kind)}）", title=title, ax=ax)


def plot_word_cloud(rates: pd.DataFrame, *, title: str, colour: str = SUBJECT, ax: Axes | None = None) -> Axes:
    """Draw words in sizes that follow their rates, the same numbers as in the table beside it. Not for reading values off: see the dots."""
    from wordcloud import WordCloud

    sizes = {drawable(term): float(rate) for term, rate in zip(rates["term"], rates["rate"]) if rate > 0}
    if not sizes:
        raise ValueError("no term to draw 没有可画的词")
    cloud = WordCloud(font_path=str(font_path()), width=1400, height=700, background_color="white", prefer_horizontal=1, relative_scaling=1,
                      random_state=SEED, max_words=len(sizes), color_func=lambda *_, **__: colour).generate_from_frequencies(sizes)
    ax = ax or plt.subplots(figsize=(9, 4.7))[1]
    ax.imshow(cloud, interpolation="bilinear")
    ax.axis("off")
    ax.set_title(drawable(title))
    return ax


def plot_where(tokens: pd.DataFrame, speeches: pd.DataFrame, *, terms: list[str], ax: Axes | None = None) -> Axes:
    """Draw where in the corpus each term stands: one row a term, the speeches side by side, a mark a use.

    Uneven rows show terms that belong to few speeches. Not for terms with many thousand uses: the marks run together.
    """
    rows = tokens[tokens["word"].isin(terms)]
    size = speeches.set_index("speech")
    ends = size["n_characters"].cumsum()
    begins = ends - size["n_characters"]
    ax = ax or new_axes(rows=len(terms), width=9)
    for edge in ends if len(ends) <= 60 else []:
        ax.axvline(edge, color="#e4e6e8", lw=.7, zorder=0)
    for place, term in enumerate(terms[::-1]):
        own = rows[rows["word"] == term]
        at = own["speech"].astype(str).map(begins).to_numpy(float) + own["start"].to_numpy()
        ax.vlines(at, place - .36, place + .36, color=SUBJECT, lw=max(.25, min(1, 400 / max(1, len(at)))))
    name_rows(ax, terms[::-1], np.arange(len(terms)))
    ax.set_xlim(0, max(1, float(ends.max())))
    ax.set_xlabel(f"{len(speeches)} 篇首尾相接 speeches end to end（字符 characters）")
    ax.set_title("词在哪里出现 Where the terms stand")
    return ax


def plot_dispersion(rates: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how unevenly each term is spread against how frequent it is; DPnorm 0 = even, 1 = in one place (Gries 2008)."""
    rows = rates.dropna(subset=["dp_norm"])
    if len(rows) < 2:
        raise ValueError("dispersion needs two terms and two parts 分布需要至少两个词、两个部分")
    ax = ax or plt.subplots(figsize=(8, 4.8))[1]
    ax.scatter(rows["count"], rows["dp_norm"], s=14, color=GREY)
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(ScalarFormatter())  # the usual powers of ten are written as mathematics, which is off
    ax.xaxis.set_minor_formatter(NullFormatter())
    named = pd.concat([rows.head(8), rows.nlargest(8, "dp_norm"), rows.nsmallest(4, "dp_norm")]).drop_duplicates("term")
    ax.scatter(named["count"], named["dp_norm"], s=18, color=SUBJECT)
    name_points(ax, named["count"].to_numpy(float), named["dp_norm"].to_numpy(float), list(named["term"]))
    ax.set_xlabel("次数 uses（对数 log）")
    ax.set_ylabel("DPnorm（0 均匀 even, 1 集中 in one place）")
    ax.set_ylim(-.03, 1.06)
    ax.set_title("分布 Dispersion")
    return ax


def name_points(ax: Axes, x: np.ndarray, y: np.ndarray, names: list[str]) -> None:
    """Name points beside them, and leave out a name that would lie over an earlier one."""
    ax.figure.canvas.draw()
    taken = []
    for place, name in enumerate(names):
        text = ax.annotate(drawable(name), (x[place], y[place]), xytext=(4, 2), textcoords="offset points", fontsize=9)
        box = text.get_window_extent()
        if any(box.overlaps(other) for other in taken):
            text.remove()
        else:
            taken.append(box)


def plot_collocations(pairs: pd.DataFrame, *, title: str, most: int = 40, ax: Axes | None = None) -> Axes:
    """Draw words that keep company as a network: wider lines for a stronger log-Dice. Not for more than about forty pairs."""
    rows = pairs.head(most)
    if not len(rows):
        raise ValueError("no two words meet often enough 没有足够的搭配")
    words = sorted(set(rows["word"].astype(str)) | set(rows["other"].astype(str)))
    at = _spread(rows, words)
    ax = ax or plt.subplots(figsize=(9, 6))[1]
    strength = rows["log_dice"].to_numpy(float)
    width = .5 + 2.5 * (strength - strength.min()) / max(1e-9, np.ptp(strength))
    for row, line in zip(rows.itertuples(), width):
        ends = at[[words.index(str(row.word)), words.index(str(row.other))]]
        ax.plot(ends[:, 0], ends[:, 1], color="#b9c6d3", lw=line, zorder=1)
    for word, (x, y) in zip(words, at):
        ax.text(x, y, drawable(word), ha="center", va="center", fontsize=9, color=SUBJECT, zorder=2,
                bbox={"boxstyle": "round,pad=.15", "fc": "white", "ec": "none", "alpha": .8})
    ax.set_xlim(at[:, 0].min() - .12, at[:, 0].max() + .12)
    ax.set_ylim(at[:, 1].min() - .08, at[:, 1].max() + .08)
    ax.axis("off")
    ax.set_title(drawable(title))
    return ax


def _spread(rows: pd.DataFrame, words: list[str]) -> np.ndarray:
    """Place words so that distance on the page follows distance in the network (Kamada and Kawai 1989), clusters side by side."""
    size, place = len(words), {word: number for number, word in enumerate(words)}
    links = np.zeros((size, size))
    for row in rows.itertuples():
        a, b = place[str(row.word)], place[str(row.other)]
        links[a, b] = links[b, a] = 1
    distance = shortest_path(links, unweighted=True)
    distance[np.isinf(distance)] = distance[np.isfinite(distance)].max() + 1.5
    distance += 1e-9
    angle = np.linspace(0, 2 * np.pi, size, endpoint=False)
    at = np.column_stack([np.cos(angle), np.sin(angle)]) * distance.max() / 2
    for step in range(300):  # stress majorisation by gradient, its steps shrinking; starts on a circle, so it is the same each time
        gap = at[:, None, :] - at[None, :, :]
        length = np.maximum(np.linalg.norm(gap, axis=2), 1e-3)
        pull = ((length - distance) / distance ** 2 / length)[:, :, None] * gap
        np.einsum("iik->ik", pull)[:] = 0
        at = at - .6 / (1 + step / 60) * pull.sum(axis=1) / max(1, size / 4)
    return (at - at.min(axis=0)) / np.maximum(np.ptp(at, axis=0), 1e-9)
