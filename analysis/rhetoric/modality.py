"""Who is told to do what, and how strongly?  Obligation, prohibition, exhortation, and whom they bind."""

from __future__ import annotations

import re
from bisect import bisect_right

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
    actors = [(match.start(), match.lastgroup) for match in scan(_actor_start, _actor, view)]
    places = [start for start, _ in actors]
    for start, cue, label in _occurrences(view):
        if cue == "需要" and _reported.search(view, _clause_back(view, start), start):
            continue
        marks.append(Found(label, start, start + len(cue), attributes={"cue": cue, **_bound(document, start, actors, places)}))
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


def _bound(document: Document, place: int, actors: list[tuple[int, str]], places: list[int]) -> dict:
    nearest = bisect_right(places, place) - 1
    if nearest < 0:
        return {"bound": "unnamed"}
    start, group = actors[nearest]
    apart = document.sentence_at(place) - document.sentence_at(start)
    if apart > 1 or document.line_at(start) != document.line_at(place):
        return {"bound": "unnamed"}
    return {"bound": group, "inherited": bool(apart)}


def modality_by_addressee(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Count modal cues by class and by whom they bind; one row per speech, label and addressee, `rate` per 1,000 Han."""
    rows = spans[spans["layer"].astype(str) == "modality"]
    table = pd.DataFrame({"speech": rows["speech"].astype(str), "label": rows["label"].astype(str),
                          "bound": attribute(rows, "bound").fillna("unnamed").astype(str)})
    counted = table.value_counts().reset_index(name="count")
    counted.insert(3, "addressee", counted["bound"].map(ADDRESSEES))
    return add_rates(counted, speeches).sort_values(["speech", "label", "bound"], ignore_index=True)
