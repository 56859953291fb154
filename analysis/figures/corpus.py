"""Figures of what the corpus holds: lengths, dates, what was cleaned away."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.cleaning import REASONS
from analysis.figures.dots import MOST_NAMES, name_rows, new_axes
from analysis.style import GREY, SUBJECT, drawable


def plot_lengths(speeches: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw each speech's length in Han characters, longest first; a histogram where there are too many to name."""
    rows = speeches.sort_values("n_han", ascending=False, kind="stable")
    ax = ax or new_axes(rows=min(len(rows), MOST_NAMES) if len(rows) <= MOST_NAMES else 10)
    if len(rows) > MOST_NAMES:
        ax.hist(rows["n_han"], bins=30, color=SUBJECT)
        ax.set_ylabel("讲话篇数 speeches")
    else:
        places = np.arange(len(rows))[::-1]
        ax.hlines(places, 0, rows["n_han"], color=GREY, lw=1)
        ax.scatter(rows["n_han"], places, color=SUBJECT, s=30, zorder=3)
        name_rows(ax, list(rows["label"]), places)
        ax.set_xlim(0)
    ax.set_xlabel("汉字数 Han characters")
    ax.set_title(f"篇幅 Lengths, {len(rows)} 篇 speeches")
    return ax


def plot_timeline(speeches: pd.DataFrame, *, rows: str = "speaker", ax: Axes | None = None) -> Axes:
    """Draw a point per dated speech, time on the x axis, one row for each value of a column. Raises ValueError without dates."""
    dated = speeches.assign(when=decimal_year(speeches)).dropna(subset=["when"])
    if not len(dated):
        raise ValueError("no speech has a date: nothing to draw over time 没有日期")
    groups = dated[rows].fillna("（不详 unknown）").astype(str)
    order = dated["when"].groupby(groups).min().sort_values(ascending=False, kind="stable").index
    ax = ax or new_axes(rows=min(len(order), MOST_NAMES))
    for place, group in enumerate(order):
        when = dated.loc[groups == group, "when"]
        ax.hlines(place, when.min(), when.max(), color=GREY, lw=1)
        ax.scatter(when, np.full(len(when), place), color=SUBJECT, s=26, alpha=.8, zorder=3)
    name_rows(ax, list(order), np.arange(len(order)))
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlabel("年 year")
    ax.set_title(drawable(f"讲话的日期，按{rows}分行 Dates by {rows}, {len(dated)} 篇 speeches"))
    return ax


def decimal_year(speeches: pd.DataFrame) -> pd.Series:
    """Turn dates (2015-03-06) and years (2015) into a decimal year; missing where there is neither."""
    dates = pd.to_datetime(speeches["date"].astype("string"), errors="coerce", format="%Y-%m-%d")
    exact = dates.dt.year + (dates.dt.dayofyear - 1) / 365.25
    year = pd.to_numeric(speeches["year"], errors="coerce") if "year" in speeches else exact
    return exact.fillna(year.astype("float64"))


def plot_removed(boilerplate: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many characters of the files are not the speech, by reason."""
    sizes = (boilerplate["end"] - boilerplate["start"]).groupby(boilerplate["reason"].astype(str)).sum().sort_values()
    ax = ax or new_axes(rows=len(sizes))
    ax.barh(np.arange(len(sizes)), sizes, color=SUBJECT, height=.6)
    ax.set_yticks(np.arange(len(sizes)), [" ".join(REASONS.get(reason, (reason,))) for reason in sizes.index])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("字符数 characters")
    ax.set_title("文件里不属于讲话的部分 What in the files is not the speech")
    return ax
