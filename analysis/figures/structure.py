"""Figures of how a speech is built: outline, moves, promises."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from analysis.figures.dots import MOST_NAMES, name_rows, new_axes
from analysis.show import excerpt
from analysis.spans import MOVES
from analysis.style import GREY, MOVE_COLOURS, drawable, name

DEPTH_COLOURS = ["#0b3c6f", "#2f6fa8", "#6ba3cf", "#a9cbe4", "#d7e6f2"]
VERDICTS = {"kept": ("兑现 kept", "#2a7f62"), "short": ("少讲 short", "#c0392b"), "over": ("多讲 over", "#d68910"), "unknown": ("不定 unknown", GREY)}


def _shade(depth: int) -> str:
    return DEPTH_COLOURS[min(depth, len(DEPTH_COLOURS)) - 1]


def plot_outline(outline: pd.DataFrame, *, title: str, most: int = 60, ax: Axes | None = None) -> Axes:
    """Draw one speech's outline as an indented tree: marker and lead of each heading and item, a bar for its share of the text.

    `outline` as of `structure.outline_table`, one speech. Beyond `most` rows the deepest levels are left out.
    """
    rows = outline
    while len(rows) > most and rows["depth"].max() > 1:
        rows = rows[rows["depth"] < rows["depth"].max()]
    rows = rows.head(most)
    if not len(rows):
        raise ValueError("this speech has no headings and no enumerations: a flat text 这篇没有标题和列举")
    ax = ax or new_axes(rows=len(rows), width=10)
    for place, row in enumerate(rows[::-1].itertuples()):
        weight = "bold" if row.label.startswith("heading") else "normal"
        words = excerpt(f"{row.marker}{row.lead}".strip())
        words = words if len(words) <= 34 else words[:33] + "…"
        ax.text(.02 + .035 * (row.depth - 1), place, drawable(words), va="center", fontsize=9, weight=weight)
        ax.barh(place, row.share * .3, left=.68, height=.62, color=_shade(row.depth))
        ax.text(.68 + row.share * .3 + .006, place, f"{row.share:.0%}", va="center", fontsize=8, color="#5f6368")
    ax.set_xlim(0, 1.04)
    ax.set_ylim(-.8, len(rows) - .2)
    ax.axis("off")
    more = f"，前 {len(rows)} 行 of {len(outline)}" if len(rows) < len(outline) else ""
    ax.set_title(drawable(f"{title}（条形：占正文的份额 bars: share of the text{more}）"), fontsize=11)
    return ax


def plot_icicle(outline: pd.DataFrame, *, body: tuple[int, int], title: str, ax: Axes | None = None) -> Axes:
    """Draw one speech's outline as an icicle: the speech from left to right, one level below the other, width is length."""
    if not len(outline):
        raise ValueError("this speech has no headings and no enumerations: a flat text 这篇没有标题和列举")
    depth = int(outline["depth"].max())
    ax = ax or plt.subplots(figsize=(10, 1.1 + .55 * depth))[1]
    start, size = body[0], max(1, body[1] - body[0])
    for row in outline.itertuples():
        left, width = (row.start - start) / size, (row.end - row.start) / size
        ax.barh(depth - row.depth, width, left=left, height=.94, color=_shade(row.depth), edgecolor="white", lw=.8)
        words = row.marker.strip("，、.．： ") or row.lead[:2]
        if width > .012 * len(words):
            ax.text(left + width / 2, depth - row.depth, drawable(words), ha="center", va="center", fontsize=8,
                    color="white" if row.depth < 3 else "black")
    ax.set_xlim(0, 1)
    ax.set_yticks(range(depth), [f"第{level}层 level" for level in range(depth, 0, -1)])
    ax.set_xticks([0, .5, 1], ["开头 start", "½", "结尾 end"])
    ax.tick_params(axis="y", length=0)
    ax.set_title(drawable(title), fontsize=11)
    return ax


def plot_icicles(outline: pd.DataFrame, speeches: pd.DataFrame, *, pair: list[str]) -> Axes:
    """Draw the outlines of two speeches one above the other, to the same scale."""
    axes = plt.subplots(len(pair), 1, figsize=(10, 2.6 * len(pair)), squeeze=False)[1][:, 0]
    about = speeches.set_index("speech")
    for ax, speech in zip(axes, pair):
        row = about.loc[speech]
        own = outline[outline["speech"] == speech]
        if len(own):
            plot_icicle(own, body=(row["body_start"], row["body_end"]), title=row["label"], ax=ax)
        else:
            ax.axis("off")
            ax.set_title(drawable(f"{row['label']}：没有标题和列举 no headings or enumerations"), fontsize=11)
    return axes[0]


def move_ribbons(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Place the moves of each speech between 0 (salutation) and 1 (end): one row per stretch, `begin`, `to`."""
    about = speeches.set_index("speech")
    rows = spans[spans["layer"] == "move"]
    speech = rows["speech"].astype(str)
    start = speech.map(about["body_start"]).astype(float)
    size = (speech.map(about["body_end"]).astype(float) - start).clip(lower=1)
    return pd.DataFrame({"speech": speech, "label": rows["label"].astype(str), "start": rows["start"], "end": rows["end"],
                         "begin": (rows["start"] - start) / size, "to": (rows["end"] - start) / size}).reset_index(drop=True)


def plot_moves(ribbons: pd.DataFrame, names: pd.Series, *, order: list[str], ax: Axes | None = None) -> Axes:
    """Draw each speech as a ribbon of moves, one row a speech, in the order given; gaps are heading lines.

    `names` maps speech to the name shown. Above 45 speeches the rows are thin and unnamed, and drawn as one picture.
    """
    if not len(ribbons):
        raise ValueError("no move was found 没有语步")
    ax = ax or (new_axes(rows=len(order), width=9) if len(order) <= MOST_NAMES else plt.subplots(figsize=(9, 7))[1])
    by_speech = dict(tuple(ribbons.groupby("speech")))
    if len(order) <= MOST_NAMES:
        for place, speech in enumerate(order[::-1]):
            for row in by_speech.get(speech, ribbons.iloc[:0]).itertuples():
                ax.barh(place, row.to - row.begin, left=row.begin, height=.8, color=MOVE_COLOURS[row.label])
        name_rows(ax, [names[speech] for speech in order[::-1]], np.arange(len(order)))
    else:
        wide = 600
        grid = np.full((len(order), wide), len(MOVES))
        for place, speech in enumerate(order):
            for row in by_speech.get(speech, ribbons.iloc[:0]).itertuples():
                grid[place, int(row.begin * wide):max(int(row.begin * wide) + 1, int(row.to * wide))] = MOVES.index(row.label)
        colours = ListedColormap([MOVE_COLOURS[move] for move in MOVES] + ["white"])
        ax.imshow(grid, cmap=colours, vmin=-.5, vmax=len(MOVES) + .5, aspect="auto", extent=(0, 1, len(order), 0), interpolation="nearest")
        ax.set_yticks([])
        ax.set_ylabel(f"{len(order)} 篇 speeches")
    ax.set_xlim(0, 1)
    ax.set_xticks([0, .25, .5, .75, 1], ["开头 start", "¼", "½", "¾", "结尾 end"])
    present = [move for move in MOVES if move in set(ribbons["label"])]
    ax.figure.legend([plt.Rectangle((0, 0), 1, 1, color=MOVE_COLOURS[move]) for move in present], [name(move) for move in present],
                     loc="outside lower center", ncols=5, fontsize=8)
    ax.set_title(f"语步 Moves, {len(order)} 篇 speeches")
    return ax


def plot_transitions(transitions: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw which move follows which: a cell's shade is the share of all that follows the move of its row, its number the count."""
    present = [move for move in MOVES if move in set(transitions["move"]) | set(transitions["next"])]
    if not present:
        raise ValueError("fewer than two moves: no transition 少于两个语步，没有转换")
    share = transitions.pivot(index="move", columns="next", values="share").reindex(index=present, columns=present)
    count = transitions.pivot(index="move", columns="next", values="count").reindex(index=present, columns=present)
    ax = ax or plt.subplots(figsize=(2.6 + .58 * len(present), 1.6 + .45 * len(present)))[1]
    ax.imshow(share.fillna(0).astype(float), cmap="Blues", vmin=0, vmax=1, aspect="auto")
    for y, x in zip(*np.nonzero(count.notna().to_numpy())):
        ax.text(x, y, int(count.iat[y, x]), ha="center", va="center", fontsize=8, color="white" if share.iat[y, x] > .55 else "black")
    ax.set_xticks(range(len(present)), [name(move).replace(" ", "\n") for move in present], rotation=45, ha="right", fontsize=8)
    ax.set_yticks(range(len(present)), [name(move) for move in present], fontsize=9)
    ax.set_xlabel("下一语步 next move")
    ax.set_ylabel("语步 move")
    ax.set_title("语步的转换 Transitions（数字：次数 numbers: counts）", fontsize=11)
    return ax


def plot_promises(promises: pd.DataFrame, names: pd.Series, *, most: int = 40, ax: Axes | None = None) -> Axes:
    """Draw each announced count (ring) beside what was delivered (dot), coloured by verdict; broken promises first."""
    rows = promises.dropna(subset=["announced", "delivered"])
    if not len(rows):
        raise ValueError("no counted announcement was found 没有标数预告")
    rank = rows["verdict"].map({"short": 0, "over": 1, "unknown": 2, "kept": 3})
    rows = rows.assign(rank=rank).sort_values(["rank", "speech", "start"], kind="stable").head(most)
    ax = ax or new_axes(rows=len(rows), width=9)
    places = np.arange(len(rows))[::-1]
    announced, delivered = rows["announced"].to_numpy(float), rows["delivered"].to_numpy(float)
    colours = [VERDICTS[verdict][1] for verdict in rows["verdict"]]
    ax.hlines(places, announced, delivered, color=colours, lw=1.2)
    ax.scatter(announced, places, s=90, facecolors="none", edgecolors="#5f6368")
    ax.scatter(delivered, places, s=26, c=colours, zorder=3)
    said = [f"{names[speech]} “{excerpt(text)[:14].strip('“”')}”" for speech, text in zip(rows["speech"], rows["text"])]
    name_rows(ax, said, places)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set_xlim(0)
    ax.set_xlabel("预告数 announced（圈 ring）与实讲数 delivered（点 dot）")
    counts = promises["verdict"].value_counts()
    ax.set_title("说了几点，讲了几点 Promises: " + ", ".join(f"{VERDICTS[one][0]} {counts[one]}" for one in VERDICTS if one in counts), fontsize=11)
    return ax


def plot_families(enumerations: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Draw how many enumerations each family of markers has, and how many items they hold."""
    table = enumerations.groupby("family")["items"].agg(["size", "sum"]).sort_values("sum")
    if not len(table):
        raise ValueError("no enumeration was found 没有列举")
    ax = ax or new_axes(rows=len(table))
    places = np.arange(len(table))
    ax.barh(places, table["sum"], color="#a9cbe4", height=.7, label="项 items")
    ax.barh(places, table["size"], color="#0b3c6f", height=.35, label="组 groups")
    ax.set_yticks(places, [FAMILIES.get(family, family) for family in table.index])
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("数量 count")
    ax.legend(loc="lower right")
    ax.set_title("列举标记的家族 Families of enumeration markers")
    return ax


FAMILIES = {"dun": "一、", "shi": "一是", "shiyao": "一是要", "yao": "一要", "di": "第一", "shouxian": "首先／其次", "yifangmian": "一方面／另一方面",
            "youde": "有的……有的", "topic_frame": "在……方面（反复的框架 frame）", "topic_label": "“某”表现为（反复的框架 frame）", "anaphora": "首语反复 anaphora",
            "yao_sentence": "要……。要……。", "run_in_heading": "段内小标题 run-in heading", "runin_head": "段内小标题 run-in heading",
            "paren": "（一）", "arabic": "1.", "paren_arabic": "（1）", "qi": "其一", "yige": "一个……一个", "arabic_paren": "1）", "shouxian_mixed": "首先／其次（混合 mixed）", "dash": "——", "bare": "一 二 三"}
