"""What is each passage of a speech for?  Thirteen moves, from open cues, position and the outline, as one sequence."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from functools import cache

import numpy as np
import pandas as pd

from analysis.lexicons import read_lexicon
from analysis.numbering import CLOSING
from analysis.spans import MOVES, Found
from analysis.units import Document, count_han

Cue = tuple[int, str, int]  # place, word, and number of its class

# Words that speak for a move by what they mean, the strong ones above the weak.
_WORDS = {
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
# Words that speak for a move by the form of the sentence: who speaks, of whom, when, how. What each class says for which move,
# and how loudly, is written in data/lexicons/move_weights.csv; a sentence is judged by the sum of what it holds.
_FORMS = {
    "deadline": "今天起 今晚起 现在起 月起 日起 年起 月底 年底 以前 之前 日前 号前 天内 天之内 日内 日之内 工作日 小时内 小时以内",
    "ban": "一律 禁止 不要 不能 不可 别 凡 谁",
    "teller": "他说 她说 他讲 她讲 他问 她问 我问 我说 告诉我 问我 对我说 跟我说 他告诉",
    "somebody": "有位 有一位 有个 有一个 有家 那位 一位 某",
    "critic": "有人说 有人讲 有人问 有人会 有人认为 有人觉得 有人担心 有同志讲 有同志说 有同志问 有同志会 有同志担心 有同志私下 有的同志会 有的同志说 有的会想 有的人说 有的认为 有的觉得"
              " 也许有人 也许有 可能有人 大家可能",
    "correction": "不是 并非 而是",
    "judgement": "就是 这就 才是",
    "condition": "要是 假如 一旦",
    "turn": "不过 然而",
    "image": "像 好比 如同 仿佛 犹如",
    "charge": "负责 成立 组长 办公室 抽查 验收 公开 通报 监督员 回访 澄清 名次 排名 打分 提拔 撑腰 倒查 问责",
    "pledge": "我自己 我个人 我带头 我先 我负责 我保证 我承诺 我们承诺 从我做起 带个头 说到就 见底 监督我",
    "authority": "市委 县委 市政府 县政府 常委会",
    "thanks": "感谢 致敬 祝贺 慰问 欢迎 敬意 发了言 发言",
    "leave": "散会 讲完 就讲到 就说到 到这里",
    "past": "前年 上个月 上半年 昨天 过去 一年来 几年来",
    "source": "孔子 孟子 古人 《 老话",
    "plan": "接下来 先讲 先说 先把 先通报 再说 再讲 还有几 还有一 最后讲 最后说 我只讲 我就讲",
    "praise": "不容易 服气 公道话 敬重 值得肯定 感动 了不起 金奖 先进 表扬 榜样 标杆 第一次实现 好的开头 谢谢你",
}
# Single signs, which are counted.
_SIGNS = {"了": "done", "他": "third_person", "她": "third_person", "你": "second_person", "我": "first_person", "？": "question", "！": "exclamation"}

# Cues that no fixed word tells: 要 at a clause's start (strong) and elsewhere, and 我讲几点. Each begins with a fixed sign, for speed.
_PATTERNS = [
    ("demand strong", r"要(?<![^，。；：！？\n”]要)(?![求素领点报害闻件目塞么是务案强])"),
    ("demand weak", r"要(?<![主重需吃拿卡只首摘纪扼概简纲必紧次不]要)(?![求素领点报害闻件目塞么是务案强])"),
    ("preview strong", r"我(?:再|想|主要|着重|就)?(?:讲|谈|说|强调|提|汇报)[^，。；]{0,12}[几一二三四五六七八九十两](?:点|个|条|件|层|句)"),
]


def _compile_cues() -> tuple[re.Pattern, dict[str, int]]:
    """One alternation by first sign, so that the search skips every place where no cue can begin; and the class of each word."""
    words = {word: name for name, some in _FORMS.items() for word in some.split()}
    words |= {word: f"{move} {force}" for move, both in _WORDS.items() for force, some in zip(("weak", "strong"), both[::-1])
              for word in some.split()}
    words |= {f"p{n}": name for n, (name, _) in enumerate(_PATTERNS)}
    by_sign: dict[str, list[str]] = {}
    for n, (_, pattern) in enumerate(_PATTERNS):
        by_sign.setdefault(pattern[0], []).append(f"(?P<p{n}>{pattern[1:]})")
    for word in sorted(words, key=len, reverse=True):
        if word[0] != "p":
            by_sign.setdefault(word[0], []).append(re.escape(word[1:]))
    return (re.compile("|".join(f"{sign}(?:{'|'.join(rest)})" for sign, rest in by_sign.items())),
            {word: _CLASS[name] for word, name in words.items()})


_CLASSES = [f"{move} {force}" for move in _WORDS for force in ("strong", "weak")] + list(_FORMS) + list(dict.fromkeys(_SIGNS.values()))
_PLACES = ["opening paragraph", "opening", "before headings", "first half", "last third", "closing", "item", "announcement",
           "last part is safeguard"]
_HEADING = re.compile("|".join(f"(?P<{move}>{words})" for move, words in {
    "remedy": "解决|整治|整改|破解|克服|防止|杜绝|纠正|治(?=[“‘庸懒散])", "achievement": "回顾|成绩|成效|成就|总结|过去|取得|进展", "problem": "问题|不足|差距|短板|差在|教训", "diagnosis": "形势|原因|机遇|挑战",
    "safeguard": "组织领导|加强领导|强化领导|领导|保障|措施|督查|督导|落到实处|考核", "significance": "意义|认识|重要性|必要性|统一思想",
    "demand": "任务|要求|重点|目标|加快|加强|突出|推进|把握|安排|坚持|持续|着力|建设|努力"}.items()))
_HEADED = ["remedy", "achievement", "problem", "diagnosis", "safeguard", "significance", "demand"]
_CLASSES += _PLACES + [f"heading of {name}" for name in _HEADED] + ["every sentence"]
_CLASS = {name: n for n, name in enumerate(_CLASSES)}
_CUE, _SAYS = _compile_cues()
_IS_SIGN = np.zeros(0x10000, dtype=np.int16)  # the class of each single sign by code point
_IS_SIGN[[ord(sign) for sign in _SIGNS]] = [_CLASS[name] for name in _SIGNS.values()]
_N_WORDS = _CLASS[_PLACES[0]]  # classes before it are counted in the text
_STATES = MOVES[1:]  # the salutation is known
_INDEX = {move: n for n, move in enumerate(_STATES)}
_CHANGES = ["change in a paragraph", "change at an item", "change at a paragraph", "change at a heading"]
_PARAGRAPH, _LEAD, _SIBLINGS = 0.3, 0.4, 0.3  # the share of its paragraph, of its item's first sentence and of their siblings' in a score


@cache
def move_weights() -> tuple[np.ndarray, list[float]]:
    """What each class of cues says for each move, and what a change of move costs at each kind of place."""
    table = read_lexicon("move_weights", unique=False)
    weights, costs = np.zeros((len(_CLASSES), len(_STATES))), dict.fromkeys(_CHANGES, 1.0)
    for row in table.itertuples():
        if row.term in costs:
            costs[row.term] = float(row.weight)
        else:
            weights[_CLASS[row.term], _INDEX[row.move]] = float(row.weight)
    return weights, list(costs.values())


def find_moves(document: Document, found: list[Found]) -> list[Found]:
    """Divide the sentences of the body, headings aside, into moves; one row per stretch, in the order of the text.

    `found` is what `find_structure` gave. Each row names the cues that decided, and by how much each of their classes.

    >>> import numpy as np
    >>> text = "同志们：\\n会前看了片子。\\n有的同志作风不实，推诿扯皮。\\n要认真整改，必须见效。"
    >>> document = Document("a", text, np.arange(len(text), dtype="int32"))
    >>> [one.label for one in find_moves(document, [Found("salutation", 0, 4)])][0]
    'salutation'
    """
    rows = [Found("salutation", one.start, one.end, layer="move") for one in found if one.label == "salutation"]
    sentences, words, cues, places = move_cues(document, found)
    if not sentences:
        return rows
    weights, costs = move_weights()
    labels = decode(cues @ weights, [costs[place] for place in places])
    breaks = sorted(one.start for one in found if one.label.startswith("heading_") or one.label == "salutation")
    return rows + _stretches(sentences, labels, words, cues[:, :-1], breaks)


def move_cues(document: Document, found: list[Found]) -> tuple[list[tuple[int, int]], list[Cue], np.ndarray, list[int]]:
    """The sentences outside headings and salutation, the words that are cues, the strength of each class of cues, and the kind of place.

    One row per sentence. A class counts with the square root of its words: a long sentence holds many and says no more.
    """
    headings = [one for one in found if one.label.startswith("heading_")]
    silent = sorted((one.start, one.end) for one in found if one.label.startswith("heading_") or one.label == "salutation")
    sentences = _pieces(document, silent)
    if not sentences:
        return [], [], np.zeros((0, len(_CLASSES))), []
    starts = [start for start, _ in sentences]
    words, cues = _count_words(document.view, sentences)
    _share(document, found, starts, cues)
    _add_places(document, found, headings, starts, cues)
    cues[:, -1] = 1
    return sentences, words, cues, _kinds(document, found, headings, starts)


def _pieces(document: Document, silent: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences outside headings and salutation."""
    starts = [start for start, _ in silent]
    return [(start, end) for start, end in document.sentences
            if (n := bisect_right(starts, start) - 1) < 0 or start >= silent[n][1]]


def _count_words(view: str, sentences: list[tuple[int, int]]) -> tuple[list[Cue], np.ndarray]:
    """Words that are cues, in order, and the strength of each class of cues; one row per sentence."""
    words = [(match.start(), match[0], _SAYS[match.lastgroup or match[0]]) for match in _CUE.finditer(view)]
    signs = np.frombuffer(view.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    signs = _IS_SIGN[np.minimum(signs, len(_IS_SIGN) - 1)]
    single = np.flatnonzero(signs)
    places = np.concatenate([np.array([place for place, _, _ in words], dtype=np.int64), single])
    classes = np.concatenate([np.array([name for _, _, name in words], dtype=np.int64), signs[single]])
    starts, ends = np.array(sentences).T
    holders = np.searchsorted(starts, places, side="right") - 1
    inside = (holders >= 0) & (places < ends[holders])
    counts = np.bincount(holders[inside] * len(_CLASSES) + classes[inside], minlength=len(sentences) * len(_CLASSES))
    return words, np.sqrt(counts.reshape(len(sentences), len(_CLASSES)))


def _share(document: Document, found: list[Found], starts: list[int], cues: np.ndarray) -> None:
    """Sentences share in what their paragraph says, their item's first sentence, and the first sentences of its siblings together."""
    own = cues[:, :_N_WORDS].copy()
    lines = np.searchsorted(document.line_starts, starts, side="right")
    firsts = np.flatnonzero(np.diff(lines, prepend=-1))
    sizes = np.diff(firsts, append=len(starts))
    cues[:, :_N_WORDS] += np.repeat(np.add.reduceat(own, firsts, axis=0) * (_PARAGRAPH / sizes)[:, None], sizes, axis=0)
    groups: dict[int, list[tuple[int, int]]] = {}
    for one in found:
        if one.label == "enumeration_item":
            first = max(bisect_right(starts, one.start) - 1, 0)
            groups.setdefault(id(one.parent), []).append((first, max(bisect_right(starts, one.end - 1), first + 1)))
    for group in groups.values():
        together = own[[first for first, _ in group]].mean(axis=0) * _SIBLINGS
        for first, last in group:
            cues[first:last, :_N_WORDS] += together
            cues[first + 1:last, :_N_WORDS] += _LEAD * own[first]
            cues[first:last, _CLASS["item"]] = 1


def _add_places(document: Document, found: list[Found], headings: list[Found], starts: list[int], cues: np.ndarray) -> None:
    """Add where each sentence stands: in the speech, below which headings, and with an announcement."""
    size = max(len(document.view), 1)
    first_heading, closing = headings[0].start if headings else size, _closing(document)
    second = document.lines[min(document.line_at(starts[0]) + 1, len(document.lines) - 1)][0]
    n = [bisect_right(starts, place - 1) for place in (second, max(size * 0.15, 200), first_heading, closing)]
    cues[:n[0], _CLASS["opening paragraph"]] = 1
    cues[:n[1], _CLASS["opening"]] = 1
    cues[:n[2] if headings else 0, _CLASS["before headings"]] = 1
    cues[n[1]:bisect_right(starts, size * 0.4), _CLASS["first half"]] = 1
    cues[bisect_right(starts, size * 0.7):n[3], _CLASS["last third"]] = 1
    cues[n[3]:, _CLASS["closing"]] = 1
    ends = [one.start for one in headings[1:]] + [size]
    for one, end in zip(headings, ends):
        first, last = bisect_right(starts, one.start), min(bisect_right(starts, end - 1), n[3])
        for name, weight in _heading_prior(document.view, one) if first < last else ():
            column = _CLASS[f"heading of {name}"]
            cues[first:last, column] = np.maximum(cues[first:last, column], weight)
    last_part = [one for one in headings if one.parent is None][-1:]
    if last_part and any(name == "safeguard" for name, _ in _heading_prior(document.view, last_part[0])):
        cues[bisect_right(starts, last_part[0].start):n[3], _CLASS["last part is safeguard"]] = 1
    for one in found:
        if one.label == "announcement" and one.attributes["direction"] == "forward":
            cues[max(bisect_right(starts, one.start) - 1, 0), _CLASS["announcement"]] = 1


def _closing(document: Document) -> int:
    """Where the end of the speech begins: the first of the last paragraphs that takes leave, or the last of all."""
    leaves = [start for start, _ in document.lines[-5:] if start > 0.8 * len(document.view) and CLOSING.match(document.view, start)]
    return leaves[0] if leaves else document.lines[-1][0]


def _heading_prior(view: str, heading: Found | None) -> list[tuple[str, float]]:
    """What a heading and those above it promise; a level up, half as much."""
    prior, weight = [], 1.0
    while heading is not None:
        names = {match.lastgroup for match in _HEADING.finditer(view, heading.start, heading.end)}
        if "remedy" in names:  # 整治作风问题 is a task
            names.discard("problem")
        if "significance" in names:  # 加强 … 的重要意义 is about the meaning
            names.discard("demand")
        prior += [(name, weight) for name in names]
        heading, weight = heading.parent, weight / 2
    return prior


def _kinds(document: Document, found: list[Found], headings: list[Found], starts: list[int]) -> list[int]:
    """At what kind of place each sentence begins: one of `_CHANGES`, by number."""
    lines = set(document.line_starts)
    items = {one.start for one in found if one.label == "enumeration_item"}
    heads = [one.start for one in headings]
    kinds, before = [], 0
    for start in starts:
        past = bisect_right(heads, start)
        kinds.append(3 if past != before else 2 if start in lines else 1 if start in items else 0)
        before = past
    return kinds


def decode(scores: np.ndarray, costs: list[float]) -> list[str]:
    """Find the best sequence of moves (Viterbi with one cost for every change: linear in the number of moves)."""
    best, back = scores[0], []
    for gain, cost in zip(scores[1:], costs[1:]):
        top = best.argmax()
        change = best[top] - cost
        back.append((top, best >= change))
        best = np.maximum(best, change) + gain
    path = [int(best.argmax())]
    for top, stays in reversed(back):
        path.append(path[-1] if stays[path[-1]] else int(top))
    return [_STATES[state] for state in reversed(path)]


def _stretches(sentences: list[tuple[int, int]], labels: list[str], words: list[Cue], cues: np.ndarray, breaks: list[int]) -> list[Found]:
    """Join neighbouring sentences of one move between two headings; `why` is what each class of cues added, summed."""
    sections = [bisect_right(breaks, start) for start, _ in sentences]
    firsts = [n for n in range(len(labels)) if not n or labels[n] != labels[n - 1] or sections[n] != sections[n - 1]]
    says = move_weights()[0][:-1, [_INDEX[labels[n]] for n in firsts]].T
    added = np.add.reduceat(cues, firsts, axis=0) * says
    most, added, speaks = np.argsort(-added, axis=1)[:, :3].tolist(), added.round(1).tolist(), (says > 0).tolist()
    rows, begins = [], [place for place, _, _ in words]
    for n, (first, last) in enumerate(zip(firsts, firsts[1:] + [len(labels)])):
        start, end = sentences[first][0], sentences[last - 1][1]
        said: dict[str, int] = {}
        for _, word, name in words[bisect_left(begins, start):bisect_left(begins, end)]:
            if speaks[n][name]:
                said[word] = said.get(word, 0) + 1
        rows.append(Found(labels[first], start, end, layer="move", order=n + 1, confidence=0.6 if said else 0.3, attributes={
            "cues": sorted(said, key=said.get, reverse=True)[:5], "why": {_CLASSES[k]: added[n][k] for k in most[n] if added[n][k] > 0}}))
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
