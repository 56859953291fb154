"""What is spoken of as something else?  Metaphors by their perceivable vehicle, similes, and, with care, two rarer figures."""

from __future__ import annotations

import re

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

# 像这样, 好像 (it seems) and 像…等 (such as) compare nothing.
_simile = re.compile("(?<![好不偶画图影想录摄头肖佛雕偶])像(?!这|那|样|素|章|是|模|话|我们|你们|×|[^，。；\n]{0,14}(?:等|这样|那样)|他"
                     "|某)[^，。；：！？\n]{1,16}?(?:一样|那样|似的|一般|般)|(?:如同|犹如|好比|恰似|宛如|仿佛|就像|有如|正如)(?!所|上|前|下|此|同志|市|书记"
                     "|[^，。；\n]{0,10}(?:指出|所说|说的|讲|强调))[^，。；：！？\n]{2,18}?(?:一样|那样|似的|一般|(?=[，。；！？\n]))")
_things = "时代|历史|祖国|大地|山河|江河|土地|城市|家乡|岁月|春天|春风|未来|梦想|机遇|胜利|希望"
_acts = "呼唤|召唤|选择了|见证|记得|不会忘记|不会辜负|向我们招手|招手|微笑|哭泣|诉说|拥抱|垂青|青睐|敲门"
_person = re.compile(f"(?:{_things})(?:[^，。；！？\n]{{0,4}}?)(?:{_acts})[^，。；！？\n]{{0,10}}")
_impossible = re.compile("(?:气吞山河|排山倒海|翻江倒海|惊天动地|感天动地|改天换地|战天斗地|移山填海|肝脑涂地|粉身碎骨|赴汤蹈火|上刀山|下火海|气壮山河|"
                         "万分之一秒|一万年太久|恨不得[^，。；！？\n]{2,14}|比[山海天命][^，。；！？\n]{0,3}还[重深大高][^，。；！？\n]{0,6}|磨破(?:了)?嘴皮"
                         "|跑断(?:了)?腿|唾沫星子淹死)")

_FIGURES = [("simile", re.compile("[像如犹好恰宛仿就有正]"), _simile, 0.7), ("personification", re.compile("[时历祖大山江土城家岁春未梦机胜希]"), _person, 0.5),
            ("hyperbole", re.compile("[气排翻惊感改战移肝粉赴上下万一恨比磨跑唾]"), _impossible, 0.5)]


@device("metaphor", "借喻暗喻", "metaphor", "以可感事物说抽象事物；只收词表中有来源域的喻体，不求全。",
        "A thing that can be perceived stands for one that cannot; listed vehicles only, no claim of recall.")
@device("simile", "明喻", "simile", "有比喻词（像、如同、好比）且喻体可感。", "An explicit word of comparison and a perceivable vehicle.")
@device("personification", "拟人", "personification", "以人的动作写事物，慎取。", "A human act given to a thing; taken with care.")
@device("hyperbole", "夸张", "hyperbole", "字面上不可能的程度，慎取。", "A degree that is literally impossible; taken with care.")
def find_metaphors(document: Document, found: list[Found]) -> list[Found]:
    """Find listed vehicles with their source domain, and the three figures that a closed shape gives away."""
    view, marks, free = document.view, [], 0
    gapped = [(match.start(), match.end(), _gapped_term(match[0])) for match in scan(_gap_start, _gap, view)]
    for start, end, term in sorted(stock_matches(view)["vehicle"] + gapped, key=lambda spot: (spot[0], -spot[1])):
        if start >= free and not _literal(view, start, end, term):
            start, free = _whole_label(view, start, end), end
            quoted = view[start - 1:start] == "“" and view[end:end + 1] == "”"
            marks.append(Found("metaphor", start, end, attributes=_ABOUT[term] | {"quoted": quoted}, confidence=0.9 if "live" in _ABOUT[term]["conv"] else 0.7))
    for label, starts, pattern, confidence in _FIGURES:
        marks += [Found(label, match.start(), match.end(), confidence=confidence) for match in scan(starts, pattern, view)]
    return marks


def _gapped_term(text: str) -> str:
    return next(term for head, terms in _gapped.items() for term in terms
                if text.startswith(head) and text.endswith(term.partition("…")[2]))


def _whole_label(view: str, start: int, end: int) -> int:
    """Where the coined label begins that the vehicle ends: “落实风暴” is one name."""
    mark = view.rfind("“", max(0, end - 7), start)
    return mark + 1 if mark >= 0 and view[end:end + 1] == "”" and "”" not in view[mark:start] else start


_literal_after = {"红线": "外|女", "舞台": "灯光|剧|美术|艺术", "龙头": "水", "把脉": "诊病|看病", "桥头堡": "村", "会诊": "制度|中心|平台|医", "硬骨头": "汤",
                  "热土": "路|街", "快车道": "改造|建设|施工", "短板": "凳", "门槛": "费", "保护伞": "公司"}
_literal_before = {"红线": "耕地保护|生态保护|生态|耕地|保护", "门槛": "木", "舞台": "露天|群众文化|文化", "高压线": "架设|输电|电力"}


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

