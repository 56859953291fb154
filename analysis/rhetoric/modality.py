"""Who is told to do what, and how strongly?  Obligation, prohibition, exhortation, and whom they bind."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

import pandas as pd

from analysis.lexicons import read_lexicon, scan
from analysis.spans import Found, attribute
from analysis.units import Document
from analysis.rhetoric import device
from analysis.rhetoric.lexis import add_rates

LADDER = ["strong_obligation", "obligation", "weak_obligation", "exhortation", "prohibition", "manner_adverb"]
ADDRESSEES = {"units": "各级各部门", "leaders": "领导干部", "cadres": "党员干部", "we": "我们", "audience": "大家", "people": "群众企业",
              "all": "全市全社会", "unnamed": "未点名"}

# Each cue with what may not stand around it (modal_cues.csv): 要 is no word of its own in 主要 or 要求.
_cues = read_lexicon("modal_cues", unique=False)
_first = re.compile("|".join(sorted(set(_cues["term"].str[:2]))))
_rules: dict[str, list] = {}
for _cue in _cues.itertuples():
    _rules.setdefault(_cue.term, []).append((_cue.kind, re.compile(f"{_cue.behind}{_cue.term}{_cue.ahead}", re.M)))
_by_head = {head: sorted({cue for cue in _rules if cue[0] == head}, key=lambda cue: -len(cue)) for head in {cue[0] for cue in _rules}}
_reported = re.compile("反映|反应|诉求|求助|咨询|投诉")  # a need that others report is no demand

_actor = re.compile(
    "(?P<all>全(?:[市省县区国州镇乡局厅院校系社体党军]|系统|社会)(?:上下|[^，。；：、\n]{0,8}?(?=要|必须|应|都))|社会各界|方方面面)"
    "|(?P<leaders>(?:[各主][^，。；、\n]{0,6})?(?:领导干部|领导班子|主要领导|分管领导|一把手|主要负责(?:同志|人)|党政领导|领导小组|党组成员|班子成员|(?:的)?负责(?:同志"
    "|人)|书记))"
    "|(?P<cadres>(?:广大)?(?:党员(?:领导)?干部|机关干部|干部职工|干部(?:队伍)?|共产党员|党员|公务人员|公务员|工作人员|青年|同志))"
    "|(?P<units>各级各部门|各(?:级|地|县|市|区|镇|乡|街道|部门|单位|科室|支部|党委|系统|行业|战线|村|社区|委办|园区|企业|有关|相关|级党)[^，。；：\n要应]{0,14}|有关(?:部门"
    "|单位|方面)|相关(?:部门|单位)|(?:牵头|责任|职能|主管|监管)(?:部门|单位)|党委政府|政府部门|纪检监察机关)"
    "|(?P<people>广大(?:群众|市民|职工|企业家)|人民群众|企业家?|市民)|(?P<we>我们|咱们|我[市局省县区])|(?P<audience>大家|同志们|各位|你们)")

_actor_start = re.compile("全[市省县区国州镇乡局厅院校系社体党军]|社会各|方方|各|领导|主要|分管|一把手|党[员组政委]|班子|负责|书记|广大|机关|干部|共产|公务|工作人|青年|同志|有关"
                          "|相关|牵头"
                          "|责任[部单]|职能|主管|监管|政府部|纪检|人民群|企业|市民|我[们市局省县区]|咱们|大家|你们")


@device("strong_obligation", "强义务", "strong obligation", "必须、一定要、务必、确保、坚决/严格/严肃+动词。", "Must, without exception.")
@device("obligation", "义务", "obligation", "要、应当、应、须；不含主要、重要、只要等词里的“要”。", "Shall: 要 as a word of its own, 应当, 须.")
@device("weak_obligation", "弱义务", "weak obligation", "应该、需要（不含名词和转述他人的需要）。", "Should, need to.")
@device("exhortation", "希望", "exhortation", "希望、请。", "Hope and request.")
@device("prohibition", "禁止", "prohibition", "严禁、不得、不准、决不、不要、不能；否定的义务词归入禁止。", "Must not: negated cues are prohibition.")
@device("manner_adverb", "修饰副词", "manner adverb", "切实、认真、着力、努力、大力、扎实修饰动词。", "Adverbs of zeal before a verb.")
def find_modality(document: Document, found: list[Found]) -> list[Found]:
    """Find modal cues; `bound` says whom each binds: the nearest actor before it in the sentence, else of the sentence before."""
    view, marks = document.view, []
    for start, cue, label in _occurrences(view):
        if cue == "需要" and _reported.search(view, _clause_back(view, start), start):
            continue
        marks.append(Found(label, start, start + len(cue), attributes={"cue": cue, **_bound(document, start)}))
    return marks


_number = re.compile("(?:[一二三四五六七八九十]{1,3}[、，]|（[一二三四五六七八九十0-9]{1,3}）|[0-9]{1,2}[.、．]|[一二三四五六七八九十]{1,2}是"
                     "|第[一二三四五六七八九十](?:[个件类条点张层步项]|方面)?，?|首先，?|其次，?|再次，?|最后，?|同时，?|此外，?)")
_told = re.compile("[了过曾吗呢]|已经|正在|以来|我们?|[他她]|有的|有些|因为|取得|是")  # reports, asks or defines
_hastes = ("全面|大力|着力|扎实|全力|依法|主动|及时|精心|稳妥|牢固|广泛|大胆|准确|充分|深入|坚定|继续|重点|有序|精准|带头|优先|认真|切实|积极|努力|逐步|始终|不断|紧紧|进一步|"
           "坚决|严厉|严格|严肃|持续|自觉|统筹|科学|层层|定期|随时|公开|集中|尽快|立即|马上|从严|从快|统一|有效|加快|更加|充分")
_hasty = re.compile(f"(?:(?:{_hastes})地?)*")
_ORDERS = frozenset((
    "落实 开展 建立 健全 完善 加强 加大 加快 推进 推动 推行 实行 实施 强化 深化 优化 细化 量化 "
    "规范 统一 明确 严明 公开 公示 拓宽 拓展 扩大 畅通 打通 设立 设置 成立 组建 制定 制订 修订 "
    "编制 出台 印发 组织 安排 部署 召开 举办 抓好 抓住 抓紧 抓实 狠抓 紧抓 做好 做实 做细 搞好 "
    "管好 管住 用好 守住 守牢 筑牢 夯实 压实 压减 压缩 精简 简化 缩短 减少 降低 控制 严控 查找 "
    "查处 查清 排查 核查 整改 整治 治理 清理 清查 取消 停止 纠正 克服 杜绝 防止 防范 化解 解决 "
    "破解 坚持 坚守 树立 弘扬 发扬 发挥 激发 调动 营造 打造 培育 培养 选派 选拔 抽调 聘请 邀请 "
    "引导 鼓励 支持 帮助 督促 督查 督办 检查 考核 评比 评议 通报 曝光 问责 追究 严惩 打击 公布 "
    "报送 上报 填写 登记 建好 办好 办理 受理 答复 回复 反馈 走访 深入 倾听 征求 听取 收集 梳理 "
    "归并 整合 统筹 协调 配合 衔接 对接 学习 宣传 宣讲 贯彻 执行 遵守 厉行 牢记 树牢 提高 提升 "
    "增强 改进 改善 转变 创新 创建 突出 把握 围绕 紧扣 紧盯 聚焦 瞄准 对照 立足 保证 保障 "
    "确定 保持 维护 巩固 扛起 履行 开好 开齐 开放 开通 配齐 配强 用足 列出 亮出 晒出 拿出 倒排 "
    "挂图 销号").split())  # the verbs that orders open with
_not_verb = re.compile("[组员者人队]|结果|情况|实，")
_pause = re.compile("[，。；：！？\n]|\\Z")
_ORDERED = {"demand", "safeguard"}


@device("bare_command", "无标记指令", "command without a modal",
        "要求、保障部分里不用“要”“必须”等词、以动词起头的指令句（拓宽监督渠道，畅通投诉热线。）。",
        "A sentence among demands and safeguards that orders by its bare verb, without a modal.")
def find_bare_commands(document: Document, found: list[Found]) -> list[Found]:
    """Find sentences among demands that open with a verb, or an adverb and a verb, and hold no modal; whom each binds.

    A count of 要 alone misses them. Moves and modal cues must be known in `found`; without moves none is found.
    """
    ordered = [(one.start, one.end) for one in found if one.layer == "move" and one.label in _ORDERED]
    if not ordered:
        return []
    view = document.view
    modal = sorted(one.start for one in found if one.label in LADDER and one.label != "manner_adverb")
    marks, at = [], 0
    for start, end in document.sentences:
        while at < len(ordered) and ordered[at][1] <= start:
            at += 1
        if at == len(ordered):
            break
        number = _number.match(view, start)
        first = number.end() if number else start
        if first < ordered[at][0] or end - first < 7 or view[end - 1] not in "。；！":
            continue
        verb = _hasty.match(view, first).end()
        if view[verb:verb + 2] not in _ORDERS or _not_verb.match(view, verb + 2):
            continue
        stop = _pause.search(view, verb).start()
        if bisect_left(modal, start) == bisect_left(modal, stop) and not _told.search(view, first, stop):
            marks.append(Found("bare_command", first, end, confidence=.6, attributes={
                "verb": view[verb:verb + 2], **_bound(document, first)}))
    return marks


def _occurrences(view: str):
    """Place, cue and class of each cue that its neighbours allow, the longest at a place."""
    free = 0
    for first in _first.finditer(view):
        at = first.start()
        if at < free:
            continue
        for cue in _by_head[first[0][0]]:
            if view.startswith(cue, at):
                kind = next((kind for kind, rule in _rules[cue] if rule.match(view, at)), None)
                if kind:
                    free = at + len(cue)
                    yield at, cue, kind
                    break


def _clause_back(view: str, place: int) -> int:
    return max(view.rfind(mark, max(0, place - 60), place) for mark in "。；！？\n") + 1 or max(0, place - 60)


def _actors(document: Document) -> tuple[list[int], list[str]]:
    """Where hearers and others are named, and to which group each belongs; found once a document."""
    known = vars(document)
    if "actors" not in known:
        matches = list(scan(_actor_start, _actor, document.view))
        known["actors"] = [match.start() for match in matches], [match.lastgroup for match in matches]
    return known["actors"]


def _bound(document: Document, place: int) -> dict:
    places, groups = _actors(document)
    nearest = bisect_right(places, place) - 1
    if nearest < 0:
        return {"bound": "unnamed"}
    start, group = places[nearest], groups[nearest]
    apart = document.sentence_at(place) - document.sentence_at(start)
    if apart > 1 or document.line_at(start) != document.line_at(place):
        return {"bound": "unnamed"}
    return {"bound": group, "inherited": bool(apart)}


def modality_by_addressee(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Count modal cues, and commands without one, by class and by whom they bind.

    One row per speech, label and addressee, `rate` per 1,000 Han.
    """
    rows = spans[spans["layer"].astype(str).isin(["modality", "command"])]
    table = pd.DataFrame({"speech": rows["speech"].astype(str), "label": rows["label"].astype(str),
                          "bound": attribute(rows, "bound").fillna("unnamed").astype(str)})
    counted = table.value_counts().reset_index(name="count")
    counted.insert(3, "addressee", counted["bound"].map(ADDRESSEES))
    return add_rates(counted, speeches).sort_values(["speech", "label", "bound"], ignore_index=True)
