"""What is spoken of as something else?  Metaphors by their perceivable vehicle, similes, and, with care, two rarer figures."""

from __future__ import annotations

import re
from itertools import islice

import pandas as pd

from analysis.lexicons import read_lexicon, scan
from analysis.spans import Found, attribute
from analysis.units import Document
from analysis.rhetoric import device
from analysis.rhetoric.lexis import add_rates, stock_matches

_vehicles = read_lexicon("metaphor_vehicles")
_ABOUT = {row.term: {"source": row.domain_en, "domain": row.domain_zh, "conv": row.kind} for row in _vehicles.itertuples()}
_gapped = {term.partition("…")[0]: [] for term in _ABOUT if "…" in term}
for _term in _ABOUT:
    if "…" in _term:
        _gapped[_term.partition("…")[0]].append(_term)
_gap = re.compile("|".join(f"(?:{re.escape(head)})(?:[^，。；：！？、“”\n]{{0,10}}?)(?:{'|'.join(re.escape(term.partition('…')[2]) for term in terms)})"
                           for head, terms in _gapped.items()))

_gap_start = re.compile(f"[{''.join(head[0] for head in _gapped)}]")

# 像这样, 好像 (it seems), 像…等 (such as) and 像某人那样 (an example to follow) compare nothing that can be seen.
_mark, _stop = "，。；：！？、“”\n", "，。；：！？\n"
_simile = re.compile(f"(?<![好不偶画图影想录摄头肖佛雕来真])像(?!这|那|样|素|章|是在|模|话|我们|你们|×|[^{_stop}]{{0,14}}(?:等|这样|那样)|他|某|个样|个玩笑"
            f"|一回事)(?:[^{_stop}]{{1,18}}?(?:一样|似的|一般|般(?=[地的{_stop}]))"
                     f"|(?:是)?一[个条只块匹座把棵面艘盏朵场团片根头件粒颗张道阵股位名台部架滴行团缕束堵扇杆支盘窝锅][^{_stop}]{{1,20}}|个[^{_stop}]{{2,16}})"
                     f"|(?:如同|犹如|好比|恰似|宛如|仿佛|就像|好像|有如|正如|好似|恰如)(?!所|上|前|下|此|同志|市|书记|大家|[^{_stop}]{{0,12}}(?:指出"
                     f"|所[说讲言见]|说的|讲的?|强调|那样|看到)|没有|不|有人)"
                     f"[^{_stop}]{{2,24}}?(?:一样|似的|一般|(?=[{_stop}]))")
_before, _after = re.compile(f"[^{_mark}]{{0,8}}$"), re.compile(f"[^{_mark}]{{0,6}}(?=[{_mark}])")
_things = "时代|历史|祖国|大地|山河|江河|土地|城市|家乡|岁月|春天|春风|未来|梦想|机遇|胜利|希望"
_acts = "呼唤|召唤|选择了|见证|记得|不会忘记|不会辜负|向我们招手|招手|微笑|哭泣|诉说|拥抱|垂青|青睐|敲门"
_person = re.compile(f"(?:{_things})(?:[^，。；！？\n]{{0,4}}?)(?:{_acts})[^，。；！？\n]{{0,10}}")
_impossible = re.compile("(?:气吞山河|排山倒海|翻江倒海|惊天动地|感天动地|改天换地|战天斗地|移山填海|肝脑涂地|粉身碎骨|赴汤蹈火|上刀山|下火海|气壮山河|"
                         "万分之一秒|一万年太久|恨不得[^，。；！？\n]{2,14}|比[山海天命][^，。；！？\n]{0,3}还[重深大高][^，。；！？\n]{0,6}|磨破(?:了)?嘴皮"
                         "|跑断(?:了)?腿|唾沫星子淹死)")

_FIGURES = [("simile", re.compile("像|如同|犹如|好[比像似]|恰[似如]|宛如|仿佛|就像|有如|正如"), _simile, 0.7),
            ("personification", re.compile("[时历祖大山江土城家岁春未梦机胜希]"), _person, 0.5),
            ("hyperbole", re.compile("[气排翻惊感改战移肝粉赴上下万一恨比磨跑唾]"), _impossible, 0.5)]


@device("metaphor", "借喻暗喻", "metaphor", "以可感事物说抽象事物；只收词表中有来源域的喻体，不求全。",
        "A thing that can be perceived stands for one that cannot; listed vehicles only, no claim of recall.")
@device("simile", "明喻", "simile", "有比喻词（像、如同、好比）且喻体可感。", "An explicit word of comparison and a perceivable vehicle.")
@device("personification", "拟人", "personification", "以人的动作写事物，慎取。", "A human act given to a thing; taken with care.")
@device("hyperbole", "夸张", "hyperbole", "字面上不可能的程度，慎取。", "A degree that is literally impossible; taken with care.")
def find_metaphors(document: Document, found: list[Found]) -> list[Found]:
    """Find listed vehicles with their source domain, and the three figures that a closed shape gives away."""
    view, marks, free = document.view, [], 0
    at_war = _at_war(view)
    gapped = [(match.start(), match.end(), _gapped_term(match[0])) for match in scan(_gap_start, _gap, view)]
    for start, end, term in sorted(stock_matches(view)["vehicle"] + gapped, key=lambda spot: (spot[0], -spot[1])):
        if start >= free and not _literal(view, start, end, term) and not (at_war and _ABOUT[term]["source"] == "war"):
            start, free = _whole_label(view, start, end), end
            quoted = view[start - 1:start] == "“" and view[end:end + 1] == "”"
            marks.append(Found("metaphor", start, end, attributes=_ABOUT[term] | {"quoted": quoted}, confidence=0.9 if "live" in _ABOUT[term]["conv"] else 0.7))
    for label, starts, pattern, confidence in _FIGURES:
        for match in scan(starts, pattern, view):
            start, end = match.span() if label == "hyperbole" else _clause(view, *match.span())
            marks.append(Found(label, start, end, confidence=confidence))
    return marks


def _clause(view: str, start: int, end: int) -> tuple[int, int]:
    """Widen a figure to its clause where that is short: 它像一匹马 is one simile, with who is like it."""
    before, after = _before.search(view, max(0, start - 9), start), _after.match(view, end)
    begin = before.start() if before else start
    return begin if begin == 0 or view[begin - 1] in _mark else start, after.end() if after else end


_battle = re.compile("抗战|敌军|日寇|日军|敌人|八路军|新四军|我军|解放区|作战|侵略者|法西斯|反动派")


def _at_war(view: str) -> bool:
    """Whether a speech is about a war, whose battles are no figures."""
    return sum(1 for _ in islice(_battle.finditer(view), 8)) == 8


def _gapped_term(text: str) -> str:
    return next(term for head, terms in _gapped.items() for term in terms
                if text.startswith(head) and text.endswith(term.partition("…")[2]))


def _whole_label(view: str, start: int, end: int) -> int:
    """Where the coined label begins that the vehicle ends: “落实风暴” is one name."""
    mark = view.rfind("“", max(0, end - 7), start)
    return mark + 1 if mark >= 0 and view[end:end + 1] == "”" and "”" not in view[mark:start] else start


_literal_after = {"红线": "外|女", "舞台": "灯光|剧|美术|艺术", "龙头": "水", "把脉": "诊病|看病", "桥头堡": "村", "硬骨头": "汤",
                  "热土": "路|街", "高地": "方|区|势", "曙光": "路|街|村|社区|小学|计划|集团", "春风": "送|行动|路|村", "灯塔": "工厂|市|路", "桥梁": "工程"
                  "|建设|隧道|施工|和隧|、隧|垮|坍",
                  "会诊": "制度|中心|平台|医", "造血": "干细胞", "输血": "科", "摇篮": "曲", "号角": "手", "癌症": "筛|患|防|早|发|死", "韭菜": "种|大棚"
                  "|基地", "征途": "公司", "风暴": "潮", "大潮": "汛",
                  "油门": "踏", "浪潮": "集团|信息|软件", "起跑线": "上跌", "新长征": "突击手", "快车道": "改造|建设|施工",
                  "短板": "凳", "门槛": "费", "保护伞": "公司"}
_literal_before = {"高地": "提|最|较|更|升", "排毒": "偷|污|中", "风暴": "沙尘|雷|台", "会诊": "远程|专家|疑难",
                   "造血": "骨髓", "桥梁": "座|公路|铁路|道路|立交|隧道|危旧", "红利": "股|分", "曙光": "江", "高原": "青藏", "洼地": "低|涝",
                   "癌症": "患", "蛋糕": "生日|吃", "韭菜": "种", "红线": "耕地保护|生态保护|生态|耕地|保护", "门槛": "木",
                   "舞台": "露天|群众文化|文化", "高压线": "架设|输电|电力"}


def _literal(view: str, start: int, end: int, term: str) -> bool:
    """Whether the neighbours say that the thing itself is meant (生态保护红线 is a line on a map)."""
    after, before = _literal_after.get(term), _literal_before.get(term)
    return bool(after and re.match(after, view[end:end + 4])) or bool(before and re.search(f"(?:{before})$", view[max(0, start - 6):start]))


def metaphor_domains(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Count metaphors by source domain; one row per speech and domain, `rate` per 1,000 Han of the body, conventional ones apart.

    >>> from analysis.spans import span_table
    >>> metaphor_domains(span_table([]), pd.DataFrame({"speech": ["a"], "n_han": [100]})).columns.tolist()
    ['speech', 'domain', 'source', 'count', 'live', 'rate']
    """
    rows = spans[spans["label"].astype(str) == "metaphor"]
    table = pd.DataFrame({"speech": rows["speech"].astype(str), **{name: attribute(rows, name) for name in ("domain", "source", "conv")}})
    table = table.assign(live=table["conv"].astype(str).str.contains("live"))
    counted = table.groupby(["speech", "domain", "source"], as_index=False).agg(count=("live", "size"), live=("live", "sum"))
    return add_rates(counted, speeches).sort_values(["speech", "count", "domain"], ascending=[True, False, True], ignore_index=True)

