"""The figure used most: one dot a row, with its interval."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.style import GREY, SUBJECT, drawable

MOST_NAMES = 45  # more rows than this and their names would overlap: then they are left out and only the shape is shown


def plot_dots(table: pd.DataFrame, *, label: str, value: str, unit: str, title: str, low: str | None = None, high: str | None = None,
              colours: list[str] | None = None, reference: float | None = None, ax: Axes | None = None) -> Axes:
    """Draw one dot a row of a table, in its order from the top, with its interval where the table has one.

    Not for more rows than a reader can compare: above 45 the names are left out.
    """
    rows = table.reset_index(drop=True)
    ax = ax or new_axes(rows=min(len(rows), MOST_NAMES))
    places = np.arange(len(rows))[::-1]
    colours = colours or [SUBJECT] * len(rows)
    if low in rows and high in rows:
        known = rows[low].notna() & rows[high].notna()
        ax.hlines(places[known], rows[low][known], rows[high][known], colors=np.array(colours)[known], lw=1.6, alpha=.55)
    if reference is not None:
        ax.axvline(reference, color=GREY, lw=1, ls=":")
    ax.scatter(rows[value], places, c=colours, s=28 if len(rows) <= MOST_NAMES else 8, zorder=3)
    name_rows(ax, [str(name) for name in rows[label]], places)
    ax.set_xlabel(unit)
    ax.set_title(drawable(title))
    return ax


def new_axes(*, rows: int = 12, width: float = 8) -> Axes:
    """Open axes with room for so many named rows."""
    return plt.subplots(figsize=(width, max(2.2, 1.1 + .27 * rows)))[1]


def name_rows(ax: Axes, names: list[str], places) -> None:
    """Name the rows on the y axis where there is room for it."""
    if len(names) <= MOST_NAMES:
        ax.set_yticks(places, [drawable(name) for name in names])
    else:
        ax.set_yticks([])
        ax.set_ylabel(f"{len(names)} 行 rows")
    ax.set_ylim(-.8, len(names) - .2)
    ax.tick_params(axis="y", length=0)
