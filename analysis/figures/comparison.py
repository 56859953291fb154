"""Figures of what sets speeches apart: keyness, word shift, profiles, likeness."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter, ScalarFormatter

from analysis.figures.dots import MOST_NAMES, name_rows, new_axes, plot_dots
from analysis.figures.terms import name_points, plot_word_cloud
from analysis.style import GREY, SUBJECT, colour, drawable, name

OTHER = "#b0592a"
FAMILIES = ["device", "move", "lexis", "modality", "address", "appraisal", "rhythm", "words", "diversity"]
MEASURES = {"han_per_piece": "分句长 Han per clause", "han_per_sentence": "句长 Han per sentence", "even_share": "与邻句等长 as long as neighbour",
            "four_character_share": "四字分句 clauses of four", "pause_share": "顿号份额 share of 、", "word_length": "词长 Han per word",
            "function_word_share": "虚词份额 function words", "mattr_50": "MATTR 50", "mattr_500": "MATTR 500", "hdd": "HD-D", "mtld": "MTLD"}


def _has(table: pd.DataFrame) -> pd.DataFrame:
    """The table, or a ValueError with the reason that an empty one carries."""
    if not len(table):
        raise ValueError(table.attrs.get("reason", "nothing to draw 没有可画的"))
    return table


def _short(target: str) -> str:
    """A group's name with room for the rest of a title; a speech without a date goes by its title."""
    return target if len(target) <= 14 else f"{target[:13].rstrip('…')}…"


def plot_keyness(keys: pd.DataFrame, *, target: str, ax: Axes | None = None) -> Axes:
    """Draw the log ratio of each term with its interval, the target's terms on top; beyond the ends lie infinite ends of intervals."""
    rows = _has(keys)
    bound = max(2.0, float(np.nanmax(np.abs(rows["log_ratio"]))) + 1)
    rows = rows.assign(low=rows["low"].clip(-bound, bound), high=rows["high"].clip(-bound, bound))
    colours = [SUBJECT if ratio > 0 else OTHER for ratio in rows["log_ratio"]]
    kind = "按篇区间 over speeches" if (rows["interval"] == "speeches").all() else "文内区间，不能推到别篇 within text, not beyond these speeches"
    return plot_dots(rows, label="term", value="log_ratio", low="low", high="high", colours=colours, reference=0,
                     unit=f"log2 比率之比 log ratio，1 = 两倍 twice（{kind}）", title=f"“{_short(target)}”多用（上）与少用（下）的词 Terms it uses more, and less", ax=ax)


def plot_funnel(keys: pd.DataFrame, *, target: str, ax: Axes | None = None) -> Axes:
    """Draw every term: how frequent (x, log) against how distinctive (y, weighted log-odds z); lines at ±1.96."""
    rows = _has(keys)
    total = rows["count"] + rows["reference_count"]
    ax = ax or plt.subplots(figsize=(8.5, 5.2))[1]
    strong = rows["log_odds_z"].abs() > 1.96
    ax.scatter(total[~strong], rows["log_odds_z"][~strong], s=10, color="#c8ccd0")
    ax.scatter(total[strong], rows["log_odds_z"][strong], s=14, c=np.where(rows["log_odds_z"][strong] > 0, SUBJECT, OTHER))
    for edge in (-1.96, 1.96):
        ax.axhline(edge, color=GREY, lw=.8, ls=":")
    ax.set_xscale("log")
    ax.xaxis.set_major_formatter(ScalarFormatter())
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("总次数 uses（对数 log）")
    ax.set_ylabel("log-odds z")
    ax.set_title(drawable(f"“{_short(target)}”与其余 against the others（虚线 dotted: ±1.96）"))
    named = pd.concat([rows.nlargest(16, "log_odds_z"), rows.nsmallest(16, "log_odds_z")]).drop_duplicates("term")
    name_points(ax, total[named.index].to_numpy(float), named["log_odds_z"].to_numpy(float), list(named["term"]))
    return ax


def plot_clouds(keys: pd.DataFrame, *, target: str, most: int = 50) -> Axes:
    """Draw two word clouds, the target's terms and the others', sizes by |log-odds z|; for a glance, not for reading values off."""
    rows = _has(keys)
    sides = [(rows[rows["log_odds_z"] > 0].nlargest(most, "log_odds_z"), _short(target), SUBJECT),
             (rows[rows["log_odds_z"] < 0].nsmallest(most, "log_odds_z"), "其余 the others", OTHER)]
    if not all(len(side[0]) for side in sides):
        raise ValueError("one of the two sides has no term of its own 有一方没有自己的词")
    axes = plt.subplots(1, 2, figsize=(12, 3.6))[1]
    for ax, (side, title, shade) in zip(axes, sides):
        plot_word_cloud(side.assign(rate=side["log_odds_z"].abs()), title=title, colour=shade, ax=ax)
    return axes[0]


def plot_shift(shift: pd.DataFrame, *, target: str, most: int = 30, ax: Axes | None = None) -> Axes:
    """Draw how much each word gives to the difference: to the right the target uses it more, to the left the others."""
    rows = _has(shift).head(most)
    ax = ax or new_axes(rows=len(rows))
    places = np.arange(len(rows))[::-1]
    ax.barh(places, rows["contribution"], color=np.where(rows["contribution"] > 0, SUBJECT, OTHER), height=.7)
    ax.axvline(0, color=GREY, lw=.8)
    name_rows(ax, list(rows["term"]), places)
    ax.set_xlabel(f"对散度的贡献 contribution, bits（总散度 divergence {shift.attrs.get('divergence', float('nan')):.3f}）")
    ax.set_title(drawable(f"词移：右为“{_short(target)}”多用 Word shift: right, it uses more"))
    return ax


def _named(measure: str) -> str:
    """A measure in both languages; shares of moves carry the move's name."""
    return MEASURES.get(measure) or (f"语步 {name(measure[5:])}" if measure.startswith("move_") else name(measure))


def _ordered(profile: pd.DataFrame) -> list[str]:
    """Measures by family, then by how much they vary."""
    rows = profile.dropna(subset=["z"]).drop_duplicates("measure")
    return list(rows.sort_values("family", key=lambda families: families.map({one: place for place, one in enumerate(FAMILIES)}), kind="stable")["measure"])


def plot_profile(profile: pd.DataFrame, *, title: str, most: int = 40, ax: Axes | None = None) -> Axes:
    """Draw one speech's z-scores, with intervals within its text, by family; 0 is the mean of all speeches."""
    rows = profile.dropna(subset=["z"])
    if not len(rows):
        raise ValueError("one speech cannot be compared with itself: no z-scores 只有一篇，无从比较")
    order = _ordered(rows)[:most]
    rows = rows.set_index("measure").loc[order].reset_index()
    rows = rows.assign(name=[_named(measure) for measure in rows["measure"]])
    return plot_dots(rows, label="name", value="z", low="z_low", high="z_high", reference=0, unit="标准差 standard deviations from the mean",
                     title=title, colours=[colour(measure.removeprefix("move_")) for measure in rows["measure"]], ax=ax)


def plot_profiles(profile: pd.DataFrame, names: pd.Series, *, most: int = 36, ax: Axes | None = None) -> Axes:
    """Draw the profile of every speech as a heat map: one row a speech, one column a measure, red above the mean, blue below."""
    rows = profile.dropna(subset=["z"])
    if rows["speech"].nunique() < 2:
        raise ValueError("one speech cannot be compared with itself: no z-scores 只有一篇，无从比较")
    order = _ordered(rows)[:most]
    speeches = list(dict.fromkeys(rows["speech"]))
    grid = rows.pivot(index="speech", columns="measure", values="z").reindex(index=speeches, columns=order)
    ax = ax or plt.subplots(figsize=(2.5 + .27 * len(order), 2.2 + min(8, .24 * len(speeches))))[1]
    image = ax.imshow(grid.astype(float), cmap="RdBu_r", vmin=-3, vmax=3, aspect="auto", interpolation="nearest")
    ax.set_xticks(range(len(order)), [_named(measure) for measure in order], rotation=90, fontsize=8)
    if len(speeches) <= MOST_NAMES:
        ax.set_yticks(range(len(speeches)), [drawable(str(names[speech])) for speech in speeches], fontsize=8)
    else:
        ax.set_yticks([])
        ax.set_ylabel(f"{len(speeches)} 篇 speeches")
    ax.figure.colorbar(image, ax=ax, shrink=.6).set_label("标准差 z")
    ax.set_title("风格 Style profiles")
    return ax


def plot_group_profile(averages: pd.DataFrame, *, most: int = 12) -> Axes:
    """Draw the measures in which groups differ most: a panel a measure, a dot a group, with its interval or its lowest and highest speech."""
    rows = _has(averages)
    spread = rows.groupby("measure")["z"].agg(lambda values: values.max() - values.min()).sort_values(ascending=False, kind="stable")
    order, groups = list(spread.index[:most]), sorted(rows["group"].unique(), key=str)[:MOST_NAMES]
    wide = min(4, len(order))
    deep = -(-len(order) // wide)
    axes = plt.subplots(deep, wide, figsize=(2.2 + 2.2 * wide, deep * (1 + .24 * len(groups))), sharey=True, sharex=True, squeeze=False)[1]
    at = np.arange(len(groups))[::-1]
    for place, measure in enumerate(order):
        panel, own = axes[place // wide][place % wide], rows[rows["measure"] == measure].set_index("group").reindex(groups)
        panel.axvline(0, color=GREY, lw=.8, ls=":")
        panel.hlines(at, own["low"], own["high"], color=SUBJECT, alpha=.5)
        panel.scatter(own["z"], at, color=SUBJECT, s=22, zorder=3)
        panel.set_title(_named(measure), fontsize=9)
        panel.set_yticks(at, [drawable(str(group)) for group in groups])
        panel.tick_params(axis="y", length=0)
    for place in range(len(order), deep * wide):
        axes[place // wide][place % wide].axis("off")
    axes[0][0].figure.supxlabel("标准差 z（线：95% 区间，不足 8 篇时为最低与最高 lines: interval, below 8 speeches lowest and highest）", fontsize=9)
    return axes[0][0]


def plot_map(likeness: pd.DataFrame, names: pd.Series, groups: pd.Series, *, ax: Axes | None = None) -> Axes:
    """Draw speeches near those they are like; the ring is how far a point wanders under resampling, colours are groups (up to ten)."""
    rows = _has(likeness)
    ax = ax or plt.subplots(figsize=(8.5, 6.4))[1]
    group = rows["speech"].map(groups).fillna("").astype(str)
    kinds = list(group.value_counts().sort_index().sort_values(ascending=False, kind="stable").index[:10])
    palette = dict(zip(kinds, plt.get_cmap("tab10").colors)) if 1 < len(kinds) < len(rows) else {}
    shade = [palette.get(one, (.6, .63, .65)) if palette else SUBJECT for one in group]
    if len(rows) <= 60:
        for row, one in zip(rows.itertuples(), shade):
            ax.add_patch(plt.Circle((row.x, row.y), row.spread, color=one, alpha=.08, lw=0))
    ax.scatter(rows["x"], rows["y"], c=shade, s=28 if len(rows) <= 60 else 10)
    if len(rows) <= 60:
        name_points(ax, rows["x"].to_numpy(float), rows["y"].to_numpy(float), [str(names[speech]) for speech in rows["speech"]])
    if palette:
        ax.legend([plt.Line2D([], [], marker="o", ls="", color=palette[one]) for one in kinds], [drawable(one) for one in kinds],
                  loc="center left", bbox_to_anchor=(1, .5), fontsize=8)
    ax.set_aspect("equal", adjustable="datalim")
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_title(f"谁像谁 A map of likeness（平面显示差异的 {likeness.attrs.get('shown', float('nan')):.0%} of the differences shown）", fontsize=11)
    return ax
