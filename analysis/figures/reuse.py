"""Figures of what speeches share."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.figures.dots import MOST_NAMES, name_rows, new_axes
from analysis.style import GREY, drawable

KINDS = {"copy": ("照抄 copy", "#c0392b"), "passage": ("段落 passage", "#d68910"), "formula": ("套语 formula", GREY)}


def plot_containment(contained: pd.DataFrame, speeches: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how much of each speech (row) stands in each other (column), in the corpus's order. Names only up to 45 speeches."""
    if len(speeches) < 2:
        raise ValueError("one speech has nothing to be compared with 只有一篇，无从比较")
    names = list(speeches["speech"])
    grid = contained.pivot(index="speech_a", columns="speech_b", values="containment").reindex(index=names, columns=names)
    side = max(3.4, min(9, 1.8 + .26 * len(names)))
    ax = ax or plt.subplots(figsize=(side + 1.2, side))[1]
    top = max(.05, float(np.nanmax(grid.to_numpy(float))))
    image = ax.imshow(grid.astype(float), cmap="Reds", vmin=0, vmax=top)
    ax.set_facecolor("#eeeeee")
    if len(names) <= MOST_NAMES:
        labels = [drawable(label) for label in speeches["label"]]
        ax.set_xticks(range(len(names)), labels, rotation=90, fontsize=8)
        ax.set_yticks(range(len(names)), labels, fontsize=8)
    else:
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_ylabel(f"{len(names)} 篇 speeches")
    ax.figure.colorbar(image, ax=ax, shrink=.7).ax.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_title("行中的讲话有多少也在列中 Share of the row that stands in the column", fontsize=11)
    return ax


def plot_shares(shares: pd.DataFrame, speeches: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw for each speech how much of it stands in others, by kind, most first; the first 45 are named."""
    wide = shares.pivot(index="speech", columns="kind", values="share")[list(KINDS)]
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False, kind="stable").index].head(MOST_NAMES)
    if not len(wide) or not wide.to_numpy().sum():
        raise ValueError("these speeches share no passage 这些讲话没有共同的段落")
    ax = ax or new_axes(rows=len(wide))
    places, left = np.arange(len(wide))[::-1], np.zeros(len(wide))
    for kind, (label, colour) in KINDS.items():
        ax.barh(places, wide[kind], left=left, color=colour, height=.7, label=label)
        left = left + wide[kind].to_numpy()
    name_rows(ax, list(speeches.set_index("speech")["label"].reindex(wide.index)), places)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    ax.set_xlabel("占正文的份额 share of the body")
    ax.legend(loc="lower right")
    ax.set_title("与别篇共有的文字 What stands in other speeches too")
    return ax
