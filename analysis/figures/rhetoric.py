"""Figures of devices: where they stand, how dense they are, in which moves, in what rhythm."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import TwoSlopeNorm

from analysis.figures.dots import MOST_NAMES, name_rows, new_axes, plot_dots
from analysis.spans import MOVES
from analysis.style import GREY, MOVE_COLOURS, SUBJECT, colour, drawable, name


def plot_rates(rates: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the rate of each device with its interval, in its own colour. Not for one device."""
    if not len(rates):
        raise ValueError("no device was found in these speeches 没有找到辞格")
    shown = rates.assign(name=[name(label) for label in rates["label"]])
    note = {"speeches": "95% 区间 interval", "within_text": "文内区间 within-text interval", "range": "各篇的最低与最高 range over speeches"}
    kind = next((note[one] for one in rates["interval"] if one in note), "无区间 no interval")
    return plot_dots(shown, label="name", value="rate", low="low", high="high", colours=[colour(label) for label in rates["label"]],
                     unit=f"每千字 per 1,000 Han（{kind}）", title=f"辞格密度 Devices, {rates['n_speeches'].max()} 篇 speeches", ax=ax)


def plot_barcode(placed: pd.DataFrame, moves: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw one speech as a barcode: a mark where each device stands, one row a device, the moves as a ribbon on top.

    `placed` as of `densities.positions` for one speech, `moves` with `label`, `from` and `to` between 0 and 1.
    """
    labels = list(placed["label"].value_counts(sort=False).sort_values(ascending=False, kind="stable").index)
    ax = ax or new_axes(rows=len(labels) + 2, width=9)
    for row in moves.itertuples():
        ax.barh(len(labels) + .3, row.to - row.begin, left=row.begin, height=.9, color=MOVE_COLOURS[row.label], edgecolor="white", lw=.4)
    for place, label in enumerate(labels[::-1]):
        at = placed.loc[placed["label"] == label, "position"]
        ax.vlines(at, place - .38, place + .38, color=colour(label), lw=1.5)
    ax.set_yticks([*range(len(labels)), len(labels) + .3], [*(name(label) for label in labels[::-1]), "语步 moves"])
    ax.set_xlim(0, 1)
    ax.set_ylim(-.7, len(labels) + 1)
    ax.set_xticks([0, .25, .5, .75, 1], ["开头 start", "¼", "½", "¾", "结尾 end"])
    ax.tick_params(axis="y", length=0)
    ax.set_title(drawable(title))
    present = [move for move in MOVES if move in set(moves["label"])]
    handles = [plt.Rectangle((0, 0), 1, 1, color=MOVE_COLOURS[move]) for move in present]
    ax.legend(handles, [name(move) for move in present], loc="upper center", bbox_to_anchor=(.5, -.12), ncols=5, fontsize=8)
    return ax


def plot_by_move(table: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw a heat map of device by move: how many times as often as chance gives; a dot where the adjusted p is below .05.

    `table` as of `densities.device_by_move`. Cells with an expectation below 1 stay grey: too little to say.
    """
    labels, present = list(dict.fromkeys(table["label"])), list(dict.fromkeys(table["move"]))
    if not labels or not present:
        raise ValueError("no device or no move was found: nothing to compare 没有可比的辞格或语步")
    ratio = table.assign(ratio=table["ratio"].where(table["expected"] >= 1)).pivot(index="label", columns="move", values="ratio").loc[labels, present]
    shown = np.log2(ratio.clip(.25, 4).astype(float))
    ax = ax or plt.subplots(figsize=(3 + .62 * len(present), 1.8 + .36 * len(labels)))[1]
    ax.set_facecolor("#eeeeee")
    image = ax.imshow(shown, cmap="RdBu_r", norm=TwoSlopeNorm(0, -2, 2), aspect="auto")
    for row in table[(table["p_adjusted"] < .05) & (table["expected"] >= 1)].itertuples():
        ax.plot(present.index(row.move), labels.index(row.label), "o", color="black", ms=3.5)
    ax.set_xticks(range(len(present)), [name(move).replace(" ", "\n") for move in present], rotation=45, ha="right", fontsize=8)
    ax.set_yticks(range(len(labels)), [name(label) for label in labels])
    bar = ax.figure.colorbar(image, ax=ax, ticks=[-2, -1, 0, 1, 2], shrink=.8)
    bar.ax.set_yticklabels(["¼×", "½×", "1×", "2×", "4×"])
    ax.set_title("辞格在哪些语步里多于偶然 Devices by move, times chance（• 校正后 adjusted p < .05）", fontsize=11)
    return ax


def plot_rhythm(clauses: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw the length of each clause of one speech in order; clauses as long as their neighbour before stand out."""
    if not len(clauses):
        raise ValueError("this speech has no clause 没有分句")
    ax = ax or plt.subplots(figsize=(9, 2.6))[1]
    lengths = clauses["n_han"].to_numpy()
    even = np.r_[False, lengths[1:] == lengths[:-1]]
    even |= np.r_[even[1:], False]
    ax.vlines(np.arange(len(lengths)), 0, lengths, color=np.where(even, SUBJECT, "#c8ccd0"), lw=max(.6, min(2.5, 700 / len(lengths))))
    ax.set_xlabel("分句序号 clause")
    ax.set_ylabel("汉字数 Han")
    ax.set_ylim(0)
    ax.set_title(drawable(f"{title}（蓝：与邻句等长 blue: as long as its neighbour）"))
    return ax


def plot_company(table: pd.DataFrame, *, least: int = 3, ax: Axes | None = None) -> Axes:
    """Draw the pairs of devices that stand in one sentence, by how many times as often as if independent; pairs below `least` left out."""
    rows = table[table["sentences"] >= least].sort_values("lift", ascending=False).head(25)
    if not len(rows):
        raise ValueError("no two devices meet in a sentence often enough 没有足够的同句共现")
    rows = rows.assign(pair=[f"{name(a)} + {name(b)}" for a, b in zip(rows["label_a"], rows["label_b"])])
    return plot_dots(rows, label="pair", value="lift", unit="实际／独立时的期望 observed / expected if independent", reference=1,
                     title="同句共现 Devices in one sentence", ax=ax)


def plot_modality(bound: pd.DataFrame, *, most: int = 25, ax: Axes | None = None) -> Axes:
    """Draw how often each addressee is bound, by class of modality, most often on top."""
    order = ["prohibition", "strong_obligation", "obligation", "weak_obligation", "exhortation", "bare_command"]
    colours = ["#7f0000", "#d7301f", "#fc8d59", "#fdcc8a", "#c7d7e8", "#9aa0a6"]
    wide = bound.pivot_table(index="addressee", columns="label", values="count", aggfunc="sum", fill_value=0, observed=True).reindex(columns=order, fill_value=0)
    if not len(wide):
        raise ValueError("no modal cue was found 没有情态词")
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False, kind="stable").index].head(most)
    ax = ax or new_axes(rows=len(wide))
    places, left = np.arange(len(wide))[::-1], np.zeros(len(wide))
    for label, shade in zip(order, colours):
        ax.barh(places, wide[label], left=left, color=shade, height=.72, label=name(label))
        left = left + wide[label].to_numpy()
    name_rows(ax, [str(one) for one in wide.index], places)
    ax.set_xlabel("次数 uses")
    ax.legend(loc="lower right", fontsize=8)
    ax.set_title("谁被要求 Whom modality binds")
    return ax


def plot_domains(domains: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many metaphors each source domain gives, live and conventional apart."""
    if not len(domains):
        raise ValueError("no metaphor of the lexicon was found 没有找到词表里的隐喻")
    rows = domains.groupby(["domain", "source"], as_index=False)[["count", "live"]].sum()
    rows = rows.sort_values(["count", "domain"], ascending=[False, True]).head(25)
    ax = ax or new_axes(rows=len(rows))
    places = np.arange(len(rows))[::-1]
    ax.barh(places, rows["count"], color="#c9c6e3", height=.72, label="惯用 conventional")
    ax.barh(places, rows["live"], color=colour("metaphor"), height=.72, label="鲜活 live")
    name_rows(ax, [f"{row.domain} {row.source}" for row in rows.itertuples()], places)
    ax.set_xlabel("次数 uses")
    ax.legend(loc="lower right")
    ax.set_title("隐喻的来源 Source domains of metaphors")
    return ax


def plot_groups(rates: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw the rates of devices side by side in each group of speeches, a panel a device, with intervals where there are any."""
    labels, groups = list(dict.fromkeys(rates["label"])), list(dict.fromkeys(rates["group"]))
    if len(groups) < 2:
        raise ValueError("all speeches are in one group: nothing to compare 只有一组，无从比较")
    groups = groups[:MOST_NAMES]
    wide = min(4, len(labels))
    deep = -(-len(labels) // wide)
    axes = plt.subplots(deep, wide, figsize=(2.2 + 2.2 * wide, deep * (1 + .24 * len(groups))), sharey=True, squeeze=False)[1]
    for place, label in enumerate(labels):
        panel, own = axes[place // wide][place % wide], rates[rates["label"] == label].set_index("group").reindex(groups)
        at = np.arange(len(groups))[::-1]
        panel.hlines(at, own["low"], own["high"], color=colour(label), alpha=.5, lw=1.5)
        panel.scatter(own["rate"], at, color=colour(label), s=24, zorder=3)
        panel.set_title(name(label), fontsize=9)
        panel.set_xlim(0)
        panel.tick_params(axis="y", length=0)
        panel.set_yticks(at, [drawable(str(group)) for group in groups])
    for place in range(len(labels), deep * wide):
        axes[place // wide][place % wide].axis("off")
    axes[0][0].figure.supxlabel("每千字 per 1,000 Han（线：区间或各篇最低与最高 lines: interval, or lowest and highest speech）", fontsize=9)
    return axes[0][0]


def plot_card(card: pd.DataFrame, *, title: str, ax: Axes | None = None) -> Axes:
    """Draw one speech's rates (dots) against the middle half of all speeches (bars) and their median (tick)."""
    if not len(card):
        raise ValueError("no device was found in these speeches 没有找到辞格")
    ax = ax or new_axes(rows=len(card))
    places = np.arange(len(card))[::-1]
    ax.barh(places, card["q3"] - card["q1"], left=card["q1"], color="#e3e7ea", height=.7)
    ax.vlines(card["median"], places - .35, places + .35, color=GREY, lw=1.5)
    ax.scatter(card["rate"], places, c=[colour(label) for label in card["id"]], s=40, zorder=3)
    name_rows(ax, list(card["label"]), places)
    ax.set_xlim(0)
    ax.set_xlabel("每千字 per 1,000 Han\n灰：各篇中间一半与中位数 grey: middle half and median of all speeches")
    ax.set_title(drawable(title))
    return ax
