"""What is each passage of a speech for?  Thirteen moves, from open cues, position and the outline, as one sequence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

import numpy as np
import pandas as pd

from analysis.numbering import CLOSING
from analysis.spans import MOVES, Found
from analysis.units import Document, count_han

_STRONG, _WEAK = 1.8, 0.7
# Words that speak for a move, the strong ones above; a sentence is judged by the sum of what it holds.
_CUES = {
    "occasion": ("召开 今天的会 这个会 这次会 本次会 会议的主要 会议主要 主要任务是 主要议题 请大家来 把大家请来 现在，我代表 请予审议 开会",
                 "今天 欢聚 相聚 在座 专题"),
    "endorsement": ("刚才 完全同意 我都同意 讲得很好 讲得都很好 表示热烈 表示衷心 表示诚挚 表示崇高 表示亲切 表示祝贺 表示感谢 表示欢迎 致以 转达", "书记的部署"),
    "preview": ("下面 重点抓好以下 重点做好以下 突出“一个 我想，", "着重 下一步"),
    "significance": ("意义重大 意义深远 重要举措 重大举措 重要意义 重大意义 重要保证 重要保障 重要基础 重要前提 重要途径 重要抓手 重大决策 重大战略 重要使命 根本保证 根本要求"
                     " 根本大计 事关 必然要求 迫切需要 客观需要 具体行动 有效途径 内在要求 生命线 责任重大 任务重大 决定着 就没有", "关系 离不开 法宝 越是 关键 根本 历史 使命"),
    "basis": ("已经印发 已经下发 已印发 已下发 指导思想、 指导思想是 总体要求是 已经明确 已经非常明确", "实施方案 基本原则 精神"),
    "achievement": ("取得 完成了 实现了 得到了 提高了 有所 新突破 新进展 新成效 新台阶 荣获 促进了 提升了 解决了 形成了 认可 超额 圆满 成功 喜人",
                    "增长 明显 月来 年来 以来 先后 累计 新增 建成 获得 稳步 顺利 显著 成绩 成效 成果 正在 达到 一批 印发了 采取了 开展了 亿元 去年 ％ %"),
    "problem": ("存在 不足 不到位 有的干部 有些干部 一些干部 一些单位 一些地方 有的地方 有些地方 有的同志 有些同志 有的单位 有些人 一些同志 一些部门 有些部门 薄弱 滞后 不高 不强 不够"
                " 不力 不严 不公 短板 松懈 推诿 扯皮 形式主义 官僚主义 违纪 违法 受贿 收受 不作为 不容忽视 表现为 比较多",
                "问题 有的 有些 个别 少数 困难 矛盾 缺乏 仍然 尚未 没有 反映 腐败 万元 不平衡 不愿 不敢 怕 躲 脱离 严重 但是 不认真 不负责 投诉 热点 有位 有一位 有个 我问 他说 她说 他问 结果 可是 却 跑了 等了 处分 立案 事故 死亡 撤职 开除 案子 推给 没人 只有 老百姓"),
    "diagnosis": ("原因 根源 根子 症结 病根 说到底 危害 必将 后果 相比 为什么 为何 靠什么 告诉我们 证明 教训 是因为 正处于 面临 反过来 归根 不够的 大的差距 很大关系 充分说明",
                  "在于 如果 说明 形势 机遇 挑战 复杂 压力 恰恰 本质 实质 可见 因为 由于 差距 关键时期 意味着 以上 影响 ？"),
    "resolve": ("决心 绝不 决不 说到做到 坚定不移 零容忍 动真的 有信心", "高度重视 承诺 态度 决定 坚定 精心"),
    "demand": ("一定要 都要 必须 应当 务必 不准 不得 严禁 不许 希望大家 希望同志 希望各",
               "应该 切实 认真 严格 深入 着力 加快 加强 强化 推进 健全 完善 确保 做到 坚持 落实 继续 大力 积极 努力 抓好 明年 今年 下一步"),
    "safeguard": ("领导小组 组织领导 加强领导 强化领导 第一责任人 督查 办公室设 建章立制 宣传报道",
                  "一把手 督导 监督检查 考核 宣传 舆论 牵头 专班 协调 报送 责任制 领导干部"),
    "mobilisation": ("让我们 携手 号召 奋斗 贡献！ 新篇章 新局面 再创 辉煌 谢谢 快乐 祝 而努力 再接再厉", "胜利 前进 团结 同志们， 各位代表 奋进 信心"),
}
# Cues that no fixed word tells: 要 at a clause's start (strong) and elsewhere, and 我讲几点. Each begins with a fixed sign, for speed.
_PATTERNS = [
    ("demand", _STRONG, r"要(?<![^，。；：！？\n”]要)(?![求素领点报害闻件目塞么是务案强])"),
    ("demand", _WEAK, r"要(?<![主重需吃拿卡只首摘纪扼概简纲必紧次不]要)(?![求素领点报害闻件目塞么是务案强])"),
    ("preview", _STRONG, r"我(?:再|想|主要|着重|就)?(?:讲|谈|说|强调|提|汇报)[^，。；]{0,12}[几一二三四五六七八九十两](?:点|个|条|件|层|句)"),
]


def _compile_cues() -> tuple[re.Pattern, dict[str, tuple[str, float]]]:
    """One alternation by first sign, so that the search skips every place where no cue can begin; and what each word says."""
    words = {word: (move, weight) for move, both in _CUES.items() for weight, some in zip((_WEAK, _STRONG), both[::-1])
             for word in some.split()}
    words |= {f"p{n}": (move, weight) for n, (move, weight, _) in enumerate(_PATTERNS)}
    by_sign: dict[str, list[str]] = {}
    for n, (_, _, pattern) in enumerate(_PATTERNS):
        by_sign.setdefault(pattern[0], []).append(f"(?P<p{n}>{pattern[1:]})")
    for word in sorted(words, key=len, reverse=True):
        if word[0] != "p":
            by_sign.setdefault(word[0], []).append(re.escape(word[1:]))
    return re.compile("|".join(f"{sign}(?:{'|'.join(rest)})" for sign, rest in by_sign.items())), words


_CUE, _SAYS = _compile_cues()
_HEADING = re.compile("|".join(f"(?P<{move}>{words})" for move, words in {
    "remedy": "解决|整治|整改|破解|克服|防止|杜绝|纠正|治(?=[“‘庸懒散])", "achievement": "回顾|成绩|成效|成就|总结|过去|取得|进展", "problem": "问题|不足|差距|短板|差在|教训", "diagnosis": "形势|原因|机遇|挑战",
    "safeguard": "组织领导|加强领导|强化领导|领导|保障|措施|督查|督导|落到实处|考核", "significance": "意义|认识|重要性|必要性|统一思想",
    "demand": "任务|要求|重点|目标|加快|加强|突出|推进|把握|安排|坚持|持续|着力|建设|努力"}.items()))
_FROM_HEADING = {"demand": 0.4, "significance": 0.5, "problem": 0.8}  # words of headings that say less than the others (1)
_STATES = MOVES[1:]  # the salutation is known
_INDEX = {move: n for n, move in enumerate(_STATES)}
_CHANGE = 1.0  # what a change of move costs; half of it where a paragraph or an item begins, nothing after a heading
_LEAD, _SIBLINGS = 0.2, 0.3  # how much of its first sentence's score an item shares, and of its siblings'
_SATURATION = 4.0  # a long sentence holds many cues: more than this says no more
# What a move costs in the absence of cues: the rare ones must be spoken for.
_BASE = {"demand": 0.1, "preview": -1.0, "endorsement": -0.5, "basis": -1.0, "resolve": -0.8, "safeguard": -1.0, "significance": -0.1, "diagnosis": -0.2}


def find_moves(document: Document, found: list[Found]) -> list[Found]:
    """Divide the sentences of the body, headings aside, into moves; one row per stretch, in the order of the text.

    `found` is what `find_structure` gave. Each row names the cues that decided.

    >>> import numpy as np
    >>> text = "同志们：\\n会前看了片子。\\n有的同志作风不实，推诿扯皮。\\n要认真整改，必须见效。"
    >>> document = Document("a", text, np.arange(len(text), dtype="int32"))
    >>> [one.label for one in find_moves(document, [Found("salutation", 0, 4)])][0]
    'salutation'
    """
    headings = [one for one in found if one.label.startswith("heading_")]
    rows = [Found("salutation", one.start, one.end, layer="move") for one in found if one.label == "salutation"]
    silent = sorted((one.start, one.end) for one in headings + rows)
    sentences = _pieces(document, silent)
    if not sentences:
        return rows
    cues, scores = _count_cues(document.view, sentences)
    _add_context(document, found, headings, sentences, scores)
    labels = _decode(scores, _costs(document, found, sentences))
    return rows + _stretches(sentences, labels, cues, [start for start, _ in silent])


def _pieces(document: Document, silent: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences outside headings and salutation."""
    starts = [start for start, _ in silent]
    return [(start, end) for start, end in document.sentences
            if (n := bisect_right(starts, start) - 1) < 0 or start >= silent[n][1]]


def _count_cues(view: str, sentences: list[tuple[int, int]]) -> tuple[list[list[tuple[str, str]]], list[list[float]]]:
    """Cues by sentence, with the move that each speaks for, and the score of each move; a score saturates."""
    base = [_BASE.get(move, 0.0) for move in _STATES]
    cues: list[list[tuple[str, str]]] = [[] for _ in sentences]
    scores = [list(base) for _ in sentences]
    n, last = 0, len(sentences) - 1
    for match in _CUE.finditer(view):
        place = match.start()
        while n < last and sentences[n][1] <= place:
            n += 1
        if sentences[n][0] <= place < sentences[n][1]:
            word = match[0]
            move, weight = _SAYS[match.lastgroup or word]
            cues[n].append((move, word))
            k = _INDEX[move]
            room = 1 - (scores[n][k] - base[k]) / _SATURATION
            if room > 0:
                scores[n][k] += weight * room
    return cues, scores


def _add_context(document: Document, found: list[Found], headings: list[Found], sentences: list[tuple[int, int]],
                 scores: list[list[float]]) -> None:
    """Add what position, the headings above, and the item that a sentence stands in say about it."""
    size = max(len(document.view), 1)
    first_heading = headings[0].start if headings else size
    opening = min(first_heading, max(size * 0.15, 200))
    closing = _closing(document)
    first_paragraph = document.lines[min(document.line_at(sentences[0][0]) + 1, len(document.lines) - 1)][0]
    starts = [one.start for one in headings]
    priors = [_heading_prior(document.view, one) for one in headings]
    last_part = [one for one in headings if one.parent is None][-1:]
    if last_part and any(move == "safeguard" for move, _ in _heading_prior(document.view, last_part[0])):
        priors = [prior + [("safeguard", 3.0)] * (one.start >= last_part[0].start) for one, prior in zip(headings, priors)]
    for (start, end), score in zip(sentences, scores):
        early, late = start < opening, start >= closing
        score[_INDEX["endorsement"]] -= 0 if early else 4
        score[_INDEX["occasion"]] += 0.5 if start < first_paragraph else -1 if early else -4
        score[_INDEX["mobilisation"]] += 2.5 if late else -3
        if start < first_heading and headings:
            score[_INDEX["demand"]] -= 0.8
        for move, weight in priors[bisect_right(starts, start) - 1] if start >= first_heading and not late else ():
            score[_INDEX[move]] += weight
    _share_in_items(found, sentences, scores)


def _closing(document: Document) -> int:
    """Where the end of the speech begins: the first of the last paragraphs that takes leave, or the last of all."""
    leaves = [start for start, _ in document.lines[-5:] if start > 0.8 * len(document.view) and CLOSING.match(document.view, start)]
    return leaves[0] if leaves else document.lines[-1][0]


def _heading_prior(view: str, heading: Found | None) -> list[tuple[str, float]]:
    """What a heading and those above it promise; a level up, half as much."""
    prior, weight = [], 1.0
    while heading is not None:
        moves = {match.lastgroup for match in _HEADING.finditer(view, heading.start, heading.end)}
        if "remedy" in moves:  # 整治作风问题 is a task
            moves = moves - {"remedy", "problem"} | {"demand"}
        prior += [(move, weight * _FROM_HEADING.get(move, 1.0)) for move in moves]
        heading, weight = heading.parent, weight / 2
    return prior


def _share_in_items(found: list[Found], sentences: list[tuple[int, int]], scores: list[list[float]]) -> None:
    """Sentences of an item share what its first sentence says, and siblings what their first sentences say together."""
    starts = [start for start, _ in sentences]
    leads: dict[int, list[int]] = {}
    items = [one for one in found if one.label == "enumeration_item"]
    for one in items:
        leads.setdefault(id(one.parent), []).append(max(bisect_right(starts, one.start) - 1, 0))
    means = {key: [_SIBLINGS * sum(column) / len(some) for column in zip(*(scores[n] for n in some))] for key, some in leads.items()}
    shared = {n: [_LEAD * score for score in scores[n]] for some in leads.values() for n in some}
    added = []
    for one in items:
        first, last = max(bisect_right(starts, one.start) - 1, 0), bisect_right(starts, one.end - 1) - 1
        added += [(n, shared[first] if n != first else None, means[id(one.parent)]) for n in range(first, last + 1)]
    for n, lead, mean in added:
        scores[n] = [score + more for score, more in zip(scores[n], mean)]
        if lead:
            scores[n] = [score + more for score, more in zip(scores[n], lead)]


def _costs(document: Document, found: list[Found], sentences: list[tuple[int, int]]) -> list[float]:
    """What a change of move costs before each sentence."""
    lines = set(document.line_starts)
    items = {one.start for one in found if one.label == "enumeration_item"}
    headings = [one.start for one in found if one.label.startswith("heading_")]
    costs, before = [], 0
    for start, _ in sentences:
        past = bisect_right(headings, start)
        costs.append(0.0 if past != before else _CHANGE / 2 if start in lines or start in items else _CHANGE)
        before = past
    return costs


def _decode(scores: list[list[float]], costs: list[float]) -> list[str]:
    """Find the best sequence of moves (Viterbi with one cost for every change: linear in the number of moves)."""
    best, back = list(scores[0]), []
    for score, cost in zip(scores[1:], costs[1:]):
        top = max(range(len(best)), key=best.__getitem__)
        change = best[top] - cost
        back.append([k if stay >= change else top for k, stay in enumerate(best)])
        best = [max(stay, change) + gain for stay, gain in zip(best, score)]
    state = max(range(len(best)), key=best.__getitem__)
    path = [state]
    for step in reversed(back):
        state = step[state]
        path.append(state)
    return [_STATES[state] for state in reversed(path)]


def _stretches(sentences: list[tuple[int, int]], labels: list[str], cues: list[list[tuple[str, str]]], breaks: list[int]) -> list[Found]:
    """Join neighbouring sentences of one move between two headings."""
    rows: list[Found] = []
    evidence: list[Counter] = []
    for (start, end), label, counts in zip(sentences, labels, cues):
        joined = rows and rows[-1].label == label and bisect_right(breaks, rows[-1].start) == bisect_right(breaks, start)
        if joined:
            rows[-1].end = end
        else:
            rows.append(Found(label, start, end, layer="move", order=len(rows) + 1))
            evidence.append(Counter())
        evidence[-1].update(word for move, word in counts if move == label)
    for row, counts in zip(rows, evidence):
        row.attributes = {"cues": [word for word, _ in counts.most_common(5)]}
        row.confidence = 0.6 if counts else 0.3
    return rows


# -- tables -------------------------------------------------------------------------------------------------------------------


def move_shares(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """How much of each speech each move takes: one row per speech and move, zeros included.

    `han` counts the Han characters of the move's stretches, `share` divides by those of all moves, `stretches` counts them.
    """
    texts = dict(zip(speeches["speech"].astype(str), speeches["text"]))
    rows = _move_rows(spans)
    rows["han"] = [count_han(texts[row.speech][row.start:row.end]) for row in rows.itertuples()]
    index = pd.MultiIndex.from_product([list(dict.fromkeys(rows["speech"])), MOVES], names=["speech", "move"])
    sums = rows.groupby(["speech", "label"])["han"].agg(han="sum", stretches="size").rename_axis(["speech", "move"])
    table = sums.reindex(index, fill_value=0).reset_index()
    table["share"] = table["han"] / table.groupby("speech")["han"].transform("sum").clip(lower=1)
    return table


def move_transitions(spans: pd.DataFrame) -> pd.DataFrame:
    """Which move follows which, within speeches: one row per pair; `share` is that of all that follows the first.

    Neighbouring stretches of one move (a heading between them) count as one.
    """
    pairs = [pair for moves in _sequences(spans).values() for pair in zip(moves, moves[1:])]
    table = pd.DataFrame(pairs, columns=["move", "next"]).value_counts(sort=False).rename("count").reset_index()
    table["share"] = table["count"] / table.groupby("move")["count"].transform("sum")
    return table.sort_values(["count", "move", "next"], ascending=[False, True, True], ignore_index=True)


def move_distances(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """How far speeches are from one another in their moves: one row per pair of speeches.

    `alignment` is the Needleman–Wunsch distance of the sequences (a mismatch or gap costs 1), over the longer length;
    `divergence` the Jensen–Shannon distance of the shares (base 2). Both run from 0, the same, to 1.
    """
    sequences = _sequences(spans)
    names = list(sequences)
    first, second = np.triu_indices(len(names), 1)
    shares = move_shares(spans, speeches).pivot(index="speech", columns="move", values="share").reindex(names).to_numpy()
    return pd.DataFrame({
        "speech_a": [names[n] for n in first], "speech_b": [names[n] for n in second],
        "alignment": _align([[MOVES.index(move) for move in moves] for moves in sequences.values()], first, second),
        "divergence": _divergence(shares[first], shares[second])})


def _move_rows(spans: pd.DataFrame) -> pd.DataFrame:
    rows = spans.loc[spans["layer"] == "move", ["speech", "start", "end", "label"]].astype({"speech": str, "label": str})
    return rows.sort_values(["speech", "start"], kind="stable", ignore_index=True)


def _sequences(spans: pd.DataFrame) -> dict[str, list[str]]:
    """The moves of each speech in order, repeats dropped."""
    return {speech: [label for n, label in enumerate(labels) if not n or labels[n - 1] != label]
            for speech, labels in _move_rows(spans).groupby("speech")["label"].agg(list).items()}


def _align(sequences: list[list[int]], first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Needleman–Wunsch distances of many pairs at once: the table is filled cell by cell, each cell for all pairs."""
    lengths = np.array([len(one) for one in sequences], dtype=int)
    if not len(first):
        return np.array([], dtype=float)
    padded = np.full((len(sequences), lengths.max()), -1, dtype=np.int8)
    for n, one in enumerate(sequences):
        padded[n, :len(one)] = one
    one, other = padded[first].T, padded[second].T
    pairs, result = np.arange(len(first)), np.zeros(len(first))
    row = np.repeat(np.arange(len(other) + 1, dtype=np.int16)[:, None], len(first), axis=1)
    for i in range(1, len(one) + 1):
        above, row = row, np.empty_like(row)
        row[0] = i
        for j in range(1, len(other) + 1):
            row[j] = np.minimum(np.minimum(above[j], row[j - 1]) + 1, above[j - 1] + (one[i - 1] != other[j - 1]))
        done = lengths[first] == i
        result[done] = row[lengths[second][done], pairs[done]]
    return result / np.maximum(lengths[first], lengths[second])


def _divergence(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Jensen–Shannon distance, base 2, of the rows of two tables of shares."""
    middle = (one + other) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = [np.nansum(np.where(p > 0, p * np.log2(p / middle), 0), axis=1) for p in (one, other)]
    return np.sqrt(np.clip(sum(parts) / 2, 0, 1))
