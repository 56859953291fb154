"""Which fixed pieces is it made of?  Quotations, titles, redactions, number labels, idioms, sayings, allusions, catchwords."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from functools import lru_cache

import pandas as pd

from analysis.lexicons import Matcher, read_lexicon, scan
from analysis.spans import Found, attribute
from analysis.units import Document
from analysis.rhetoric import device
from analysis.rhetoric.plain import plain_text

QUOTATION_KINDS = {"label": "标签", "numlabel": "数字标签", "folk_label": "俗语标签", "metaphor_label": "比喻标签", "theme": "活动主题",
                   "slogan": "口号", "principle": "原则要求", "name": "名称", "announce": "标数预告", "speech_citation": "转述",
                   "folk_saying": "俗语", "allusion": "引文", "grade": "等次", "redacted": "隐去", "colloquial": "口语"}
COINED = {"label", "numlabel", "folk_label", "metaphor_label"}
HAN, NUMERAL = "[\u4e00-\u9fff]", "[一二两三四五六七八九十百双]"

# -- quotation marks and titles --------------------------------------------------------------------------------------

_marks = re.compile("[“”「」『』《》〈〉\"\n]")
_PAIR = {"”": "“", "」": "「", "』": "『", "》": "《", "〉": "〈"}
_said = re.compile("(?:说|讲|指出|强调|提出|提到|写道|认为|表示|问|答|云|曰|道|名言|教导|告诫|嘱托|所言)(?:过|的|了|得好)?[：:，,]?$")
_speaker = re.compile("(?:书记|市长|省长|县长|主席|总理|总书记|同志|领导|市委|省委|中央|局长|主任)[^，。]{0,6}$")
_principle = re.compile("的?(?:总?要求|原则|方针|理念|思路|宗旨|总基调|精神(?!状态)|理论|定位|目标|标准|指示)")
_name = re.compile("的?(?:主题|专项|系列|集中|教育)*(?:活动|论坛|热线|工程|行动|计划|大厅|平台|品牌|称号|节|奖|大赛|讲堂|窗口|岗位|公司|项目|小组|专栏|栏目|系统|号)"
                   "|.*(?<=”)(?:“[^”]*”)*等[^，。]{0,6}活动")
_named = re.compile("(?:论坛|讲堂|课堂|热线|窗口|岗位|能手|标兵|卫士|明星|先锋号|工程|计划|行动|指数|地图|超市|驿站)$")
_grade = re.compile("(?:优秀|良好|一般|较差|差|好|合格|不合格|称职|基本称职|不称职|满意|基本满意|不满意|达标|不达标)$")
_DOCTYPES = ["意见", "方案", "决定", "条例", "办法", "通知", "规定", "纲要", "计划", "规划", "准则", "细则", "公报", "决议", "报告", "讲话", "法",
             "通报", "规则", "章程", "清单", "责任书", "承诺书", "批复", "函", "纪要", "标准", "规范", "制度", "指南", "公告", "通告", "宣言", "协议", "合同"]
_doctype = re.compile(f"({'|'.join(sorted(_DOCTYPES, key=len, reverse=True))})(?:（[^（）]*）)?$")
_punctuation = re.compile("[^\u4e00-\u9fffA-Za-z0-9×]")
_hidden_name, _grading, _persons = re.compile("[×✕ＸX]+"), re.compile("评|等|档|格|称职|满意"), frozenset("你我他")
_numerals = frozenset(NUMERAL.strip("[]"))
_announced = re.compile(f"{NUMERAL}(?:[条点件]|[个项](?!重在|必须|严禁|不|坚持))")


@device("quotation", "引号语", "quotation", "成对引号里的话，按作用分类（标签、口号、主题、名称、原则、转述……）。",
        "What stands in quotation marks, by what the marks do.")
@device("document_title", "文件引用", "document title", "书名号里的文件名；简称解析到前文全称。", "A title in 《》; a short form is tied to the title before.")
def find_quotations(document: Document, found: list[Found]) -> list[Found]:
    """Find quotations and document titles, marks included; a quotation inside a title is its child."""
    view, marks, named = document.view, [], {}
    pairs = _pairs(view)
    for start, end, mark in pairs:
        if mark in "《〈" and 4 <= end - start <= 120:
            marks.append(_title(view, start, end, named))
            named.setdefault(view[start + 1:end - 1], marks[-1])
    starts = [title.start for title in marks]
    quoted = [(start, end) for start, end, mark in pairs if mark not in "《〈" and end - start > 2]
    counts = Counter(_punctuation.sub("", view[start + 1:end - 1]) for start, end in quoted)
    repeated = [core for core, count in counts.items() if count > 2 and len(core) > 5][:50]
    for start, end in quoted:
        before = marks[max(0, bisect_left(starts, start) - 3):bisect_left(starts, start)]
        inside = next((title for title in reversed(before) if end <= title.end), None)
        kind = _quotation_kind(view, start, end, counts, repeated)
        marks.append(Found("quotation", start, end, parent=inside, attributes={"qtype": kind, "coined": kind in COINED}))
    return marks


def _pairs(view: str) -> list[tuple[int, int, str]]:
    """Pairs of marks, inner before outer; a paragraph's end closes nothing, it forgets what stayed open."""
    pairs, open_ = [], []
    for found in _marks.finditer(view):
        mark, at = found[0], found.start()
        if mark == "\n":
            open_.clear()
            continue
        wanted = '"' if mark == '"' else _PAIR.get(mark)
        depth = next((n for n in range(len(open_) - 1, -1, -1) if open_[n][0] == wanted), None) if wanted else None
        if depth is not None:
            pairs.append((open_[depth][1], at + 1, wanted))
            del open_[depth:]
        elif mark not in _PAIR:
            open_ = open_[-8:] + [(mark, at)]  # nobody nests deeper; what stays open must not pile up
    return sorted(pairs)


def _title(view: str, start: int, end: int, named: dict[str, Found]) -> Found:
    inner = view[start + 1:end - 1]
    kind = _doctype.search(inner)
    longer = [title for name, title in list(named.items())[-100:] if len(name) > len(inner) and inner in name]
    return Found("document_title", start, end, parent=longer[-1] if longer else None,
                 attributes={"doctype": kind[1] if kind else "", "full_title": not longer})


def _quotation_kind(view: str, start: int, end: int, counts: Counter, repeated: list[str]) -> str:
    inner, before, after = view[start + 1:end - 1], view[max(0, start - 16):start], view[end:end + 12]
    core = _punctuation.sub("", inner)
    if _hidden_name.fullmatch(inner):
        return "redacted"
    if _grade.match(inner) and _grading.search(before[-10:] + after + view[max(0, start - 30):start]):
        return "grade"
    known = _known.get(inner) or _known.get(core)
    if known and known in _FOLK:
        return "folk_label" if len(core) <= 4 else "folk_saying"
    if inner[0] in _numerals and len(core) <= 12 and (not known or known in _NUMBERS):
        if inner[1:2] == "大":
            return "label"
        return "announce" if _announced.match(inner) else "numlabel"
    if known and known in _WORKS:
        return "allusion"
    if _said.search(before) and len(core) > 4 or len(core) > 20 and "，" in inner and (_speaker.search(before) or _principle.match(after)):
        return "speech_citation"
    if len(core) > 5 and any(core.startswith(other) or other.startswith(core) for other in repeated):
        return "theme"
    if _metaphor_end.search(inner) and len(core) <= 6:
        return "metaphor_label"
    if _principle.match(after) and len(core) > 4:
        return "principle"
    parted = "、" in inner or "，" in inner
    if not parted and (_name.match(after) or _named.search(inner)):
        return "name"
    if parted or len(core) > 6:
        return "slogan" if _persons.isdisjoint(inner) else "colloquial"
    return "label" if counts[core] > 1 or view[end:end + 1] in "“、" or view[start - 1:start] in "”、" else "colloquial" if len(core) <= 2 else "label"


# -- redactions ------------------------------------------------------------------------------------------------------

_sign = re.compile("[×✕╳XＸxｘ某*＊（_○□〇]")  # a cheap look first: the full rule is tried only where a sign stands
_redaction = re.compile("(?<!要素)[×✕╳]+(?!\\d)|(?<![A-Za-z0-9+＋])(?:[XＸ]+|[xｘ]{2,})(?![A-Za-z0-9])|某某+|某(?=[市县区镇乡局]"
                        "|书记|同志)"
                        "|(?<=[王李张刘陈杨黄赵周吴徐孙朱马胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
                        "姜崔钟谭陆汪范石廖贾夏韦傅邹孟熊秦邱尹薛段侯陶黎贺顾毛郝龚邵钱乔])某(?![个些种一])"
                        "|[*＊]{2,}|[*＊](?=[市县区镇乡村省局委]|书记|同志)|x(?=[年月日市县区])|（略）|_{2,}|○{2,}|□+"
                        "|(?<![一二三四五六七八九〇])〇{2,}(?![一二三四五六七八九〇])")
_HIDES = [("person", "书记|市长|县长|区长|省长|局长|主席|主任|部长|厅长|同志|副[书市县局主]|老师|总(?:经理)?(?=[^体的])|等同志|女士|先生"),
          ("date", "年|月(?!末)|日|号(?=[，。上下])|点钟?|时(?=[许，。])"),
          ("amount", "[余多]?(?:个|条|封|家|名|万|亿|千|百|元|起|件|人|项|次|亩|公里|户|处|宗|台|%|％|个百分点|位|场|份|篇|吨|只|辆|套|平方|期|批|天|小时|分)"),
          ("firm", "[^，。]{0,4}(?:企业|公司|集团|厂|反映|对其)"),
          ("place", "[^，。]{0,2}?(?:市|县|区|镇|乡|村|省|街道|路|社区|开发区|集聚区)|(?:的)?(?:发展|产业|新兴|特色|加快|还是)|到"), ("unit", "[^，。]{0,2}(?:局|委|科|办|处|院|厅)")]
_hides = [(name, re.compile(pattern)) for name, pattern in _HIDES]


@device("redaction", "隐去符", "redaction", "以×、XX、某某等代替的内容，及其所隐去的种类。", "A sign in place of a name, number or date, and what it hides.")
def find_redactions(document: Document, found: list[Found]) -> list[Found]:
    view = document.view
    return [Found("redaction", match.start(), match.end(), attributes={"hides": _hidden(view, match.start(), match.end()), "length": len(match[0])})
            for match in scan(_sign, _redaction, view)]


def _hidden(view: str, start: int, end: int) -> str:
    before, after = view[max(0, start - 4):start], view[end:end + 10]
    if before[-1:] in ("“", "《") or after[:1] == "论":
        return "topic"
    if re.search("(?:成员|人员)(?:有|为|包括)$", before):
        return "person_list"
    if re.search("设在$", before):
        return "unit"
    if re.search("[0-9一二三四五六七八九十]$", before) and not re.match("[年月日]", after):
        return "amount"
    return next((name for name, pattern in _hides if pattern.match(after)), "place" if re.search("(?:我们|全|来到|在)$", before) else "unknown")


# -- number labels ---------------------------------------------------------------------------------------------------

_GROUP = f"{NUMERAL}{{1,2}}(?:[^一二两三四五六七八九十百双，。；：、！？“”《》\n\\d\\sA-Za-z+]{{1,6}})"
_label = re.compile(f"(?:{_GROUP}[、]?){{1,4}}$")
_YEARS = re.compile("九二|两岸|双重|十[一二三四五]五|[一二]五(?:规划)?$|九五|[八七]五|五四|五一|七一|八一|十一|三八|六一|九一八|一二九|十[四五六七八九]大|二十大"
                    "|[一二三四五六七八九十]{3,}")
_MEASURE = "个年月日天次点项人名条家件种户村县市省区位层级批块张把句段度期代届岁倍成亿万千来方边样般些直定起旦切时再律向线直道番手路心本大众亩元吨里分组座部番片步会届等班孔线流系国宝门府"
_plural = re.compile(f"(?:{NUMERAL}[^一二两三四五六七八九十百双{_MEASURE}，。；：、！？“”《》\n\\d\\sA-Za-z×的了是在和]{{1,3}}){{2,4}}(?={HAN}{{0,6}}?(?:活动|工程|行动|战略|制度|机制|教育|工作法|总体|格局|专项|精神|会议|要求))")
_OTHER = f"[^一二两三四五六七八九十百双{_MEASURE}，。；：、！？“”《》\n\d\sA-Za-z×的了是在和（）()．.]"
_twin = re.compile(f"(?P<n>[两三四五六七八九双])(?:{_OTHER}(?P=n){_OTHER}"
                   f"|{_OTHER}{{2}}(?P=n){_OTHER}{{2}})")  # 五看五比: the same numeral twice
_big = re.compile("(?<!十)[三四五六七八九十](?:大(?!学|家|量|约|队|型|街|会|楼)(?:[^一二三四五六七八九十，。；：、！？“”\n的了]{0,6}?)(?:攻坚战|发展理念|工程|行动|战略"
                  "|举措|体系|板块|产业集群|支柱产业|不良作风|问题|任务|抓手|关系|机制)|不准(?=$|[，。、；的”])|个不放过)"
                  "|[两三四五六七八九十]个(?:坚持|着力|确保|必须|注重|突出|更加|一律|严禁|不准|务必|狠抓|重在|到位|转变|结合|统筹|优先)(?=[，。；：、！的”\n]|$)")
_numeral = re.compile(f"{NUMERAL}(?=[^，。；：、！？一二两三四五六七八九十百双{_MEASURE}])")
_counted = re.compile("[两三四五六七八九十][大不个]")
_LITERAL = re.compile("[一二两三四五六七八九十](?:个(?:月|多月|年|人|小时|企业|单位|部门|地方|村|县|市|乡|镇|国家|项目(?!.)|百分点|点)|年|月|日|天|次|点|名|家|户|人|万"
                      "|亿|千|百|位|届|定|般|些|样|起|切|直|旦|系列|把手|刀切|言堂|阵风|窝蜂|律|流|线|把|条龙|盘棋|站式|体化|肩挑|老|本|股|锅|家亲|码|网|窗|趟|票否决|公里"
                      "|码通|卡通|村一品|把尺子|本账|张网|张图|张蓝图|竿子|锤子|团和气|哄而|味|门心思|手抓$)")


@device("numeric_abbreviation", "数字略语", "numeric abbreviation", "“数词+共同语素”的缩略（三严三实、四项活动），标明在文中展开或不展开。",
        "Numeral and shared morpheme standing for a list; expanded in the speech, or opaque.")
def find_numeric_abbreviations(document: Document, found: list[Found]) -> list[Found]:
    """Find number labels: in quotation marks, known ones, unquoted ones of a closed shape, and later uses of all of them."""
    view = document.view
    spots = [(one.start + 1, one.end - 1) for one in found if one.label == "quotation" and _is_number_label(view[one.start + 1:one.end - 1])]
    spots += [(start, end) for start, end, term in stock_matches(view)["stock"] if term in _NUMBERS]
    spots += [match.span() for starts, pattern in ((_numeral, _plural), (_numeral, _twin), (_counted, _big))
              for match in scan(starts, pattern, view)]
    labels = {view[start:end] for start, end in spots}
    if labels:
        again = re.compile("|".join(map(re.escape, sorted(labels, key=lambda label: (-len(label), label)))))
        spots += [match.span() for match in again.finditer(view)]
    promises = {one.start: one for one in found if one.label == "announcement"}
    series = {one.start: one for one in found if one.label == "enumeration"}
    return [Found("numeric_abbreviation", start, end, attributes=_expansion(view, start, end, promises, series)) for start, end in _outermost(spots)
            if view[start:end] not in _idioms]


def _is_number_label(inner: str) -> bool:
    bare = inner.replace("、", "").replace("，", "")
    if not 2 <= len(bare) <= 12 or "，" in inner or not re.match(NUMERAL, bare) or inner in _idioms or _known.get(bare) in _FOLK:
        return False
    numbers = len(re.findall(f"{NUMERAL}(?!大[学家])", bare))
    if not _label.match(inner) or _YEARS.match(bare) or numbers < 2 and _LITERAL.match(bare):
        return False
    return numbers > 1 or not bare.startswith("一") or bare[1] in "个项"


def _outermost(spots: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spots), key=lambda spot: (spot[0], -spot[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


_VALUE = {char: value for value, char in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "双": 2, "百": 100}
_lead = re.compile("[”」]?(?:[^，。；：\n]{0,12}?(?:即|就是|是指|分别是|包括|指的是|也就是)|[（(：:—]|[，,]即)[：:，,（(—]*")


def _expansion(view: str, start: int, end: int, promises: dict[int, Found], series: dict[int, Found]) -> dict:
    """Whether the items that a label counts are spelt out within 400 characters, and how: a list, an enumeration, or not at all."""
    numbers = [_VALUE[char] for char in view[start:end].replace("十八", "八") if char in _VALUE]
    wanted = {sum(numbers), len(numbers)} if len(numbers) > 1 else set(numbers)
    about = {"nums": numbers, "form": re.sub(f"(?!{NUMERAL}|、).", "N", view[start:end])}
    promise = next((promises[place] for place in range(max(0, start - 4), end) if place in promises and start < promises[place].end), None)
    if promise and promise.attributes.get("verdict") == "kept":
        return about | {"expanded": "kept_promise", "expanded_n": promise.attributes.get("delivered", 0), "opaque": False}
    if lead := _lead.match(view, end):
        items = re.split("[、；，]", re.split("[。\n）)]", view[lead.end():lead.end() + 160])[0])
        if len(items) in wanted and len(items) > 1:
            return about | {"expanded": "list_after", "expanded_n": len(items), "opaque": False}
    before = re.split("[。；：，\n]", view[max(0, start - 80):start])[-1].rstrip("“「")
    items = re.split("、|和|以及", before)
    if len(items) in wanted and "、" in before and len(items) > 1 and max(map(len, items[1:])) < 12 and before[-1:] not in "的了是把等":
        return about | {"expanded": "list_before", "expanded_n": len(items), "opaque": False}
    if any(series[place].attributes.get("n") == sum(numbers) for place in range(end, end + 21) if place in series):
        return about | {"expanded": "enumeration", "expanded_n": sum(numbers), "opaque": False}
    return about | {"expanded": "no", "opaque": True}


# -- stock phrases ---------------------------------------------------------------------------------------------------

_idioms = read_lexicon("idioms").set_index("term")[["kind", "variant_of"]].to_dict("index")
_FOLK = dict(zip(read_lexicon("folk_sayings")["term"], read_lexicon("folk_sayings")["kind"]))
_WORKS = {row.term: (row.kind, row.work) for row in read_lexicon("classical_sayings").itertuples()}
_terms = read_lexicon("genre_terms")
_CATCHWORDS = set(_terms.loc[_terms["kind"] == "套语标签", "term"])
_NUMBERS = set(_terms.loc[_terms["kind"] == "数字略语", "term"])
_VEHICLES = [term for term in read_lexicon("metaphor_vehicles")["term"] if "…" not in term]
_SET = read_lexicon("formulas")["term"]
_recent = _terms[(_terms["kind"] == "提法") & (_terms["since"] >= "2002")]["term"]  # older ones are words like any other
_FORMULAS = dict.fromkeys(_SET[_SET.str.len() > 4], "set phrase") | dict.fromkeys(_recent, "formulation")
_stock = Matcher({"stock": [*_idioms, *_FOLK, *_WORKS, *_CATCHWORDS, *_NUMBERS], "vehicle": _VEHICLES,
                  "formula": _FORMULAS})
_known = _stock.terms["stock"]


@lru_cache(maxsize=2)
def stock_matches(view: str) -> dict[str, list[tuple[int, int, str]]]:
    """Words of all lists in a view, walked over once for the detectors that ask (two here, one in metaphor.py)."""
    return _stock.find(view)


_metaphor_end = re.compile("(?:杠|梗阻|风暴|绊脚石|拦路虎|硬骨头|紧箍咒|高压线|牛鼻子|挡箭牌|保护伞|防火墙|定心丸|金钥匙|瓶颈|短板|顽疾|毒瘤|病灶|病根|肠|阀|总开关|主心骨|压舱石"
                           "|试金石|指挥棒|风向标|晴雨表|助推器|发动机|引擎|桥头堡|排头兵|领头羊|领头雁|敲门砖|遮羞布|烫手山芋|定盘星|放大镜|显微镜|手术刀|药方|良方|堡垒|篱笆|笼子"
                           "|火药桶|马蜂窝|牵引绳|接力棒|答卷|考题|坐标)$")
_catchword = re.compile("不(?:作为|担当)(?:、[慢乱假难软虚]作为|、不(?:作为|担当))+|[庸慵]懒散[奢浮拖软冷贪浮混推硬]{0,4}")


@device("idiom", "成语", "idiom", "词典成语与固定四字语（kind=quasi）；异形注明正体。", "Dictionary idioms and fixed four-character phrases (kind=quasi).")
@device("folk_saying", "俗语", "folk saying", "谚语、俗语、惯用语、顺口溜。", "Proverbs, sayings and set phrases of everyday speech.")
@device("allusion", "引用/用典", "allusion", "经典语句、典故与领袖名言，注明出处。", "Words of a classic or canon, with their source.")
@device("formula", "提法", "formula", "不加引号的固定提法与套话。",
        "A fixed formulation or set phrase of official speech, outside quotation marks.")
@device("catchword", "套语标签", "catchword", "某项整治、工作的固定标签（吃拿卡要、不作为慢作为）。", "A fixed label of a campaign or fault.")
def find_stock_phrases(document: Document, found: list[Found]) -> list[Found]:
    """Find phrases of the word lists; the longest wins: an idiom inside a saying is part of it, inside a quoted classic it counts."""
    view, marks = document.view, []
    for match in _catchword.finditer(view):
        marks.append(Found("catchword", match.start(), match.end(), attributes={"quoted": view[match.start() - 1:match.start()] == "“"}))
    caught = {(one.start, one.end) for one in marks}
    for start, end, term in stock_matches(view)["stock"]:
        if term in _FOLK:
            marks.append(Found("folk_saying", start, end, attributes={"kind": _FOLK[term]}))
        if term in _WORKS:
            kind, work = _WORKS[term]
            marks.append(Found("allusion", start, end, attributes={"kind": kind, "work": work}))
        if term in _CATCHWORDS and not any(s <= start and end <= e for s, e in caught):
            marks.append(Found("catchword", start, end, attributes={"quoted": view[start - 1:start] == "“"}))
        if term in _idioms and term not in _FOLK:
            marks.append(_idiom(start, end, term))
        elif term in _WORKS and term not in _FOLK:
            marks += [_idiom(start + s, start + e, word) for s, e, word in _stock.find(view[start:end - 1])["stock"] if word in _idioms]
    return marks + [Found("formula", start, end, confidence=0.6, attributes={"kind": _FORMULAS[term]})
                    for start, end, term in stock_matches(view)["formula"] if view[start - 1:start] not in ("“", "《")]


def _idiom(start: int, end: int, term: str) -> Found:
    return Found("idiom", start, end, confidence=0.7 if _idioms[term]["kind"] == "quasi" else 0.9, attributes={key: value for key, value in _idioms[term].items() if value})


# -- four-character chains -------------------------------------------------------------------------------------------

_edge = re.compile("(?:[要地着是对]|一批|进一步|保持|坚持|做到|形成|破除|克服|防止|避免|弘扬|发扬|树立|倡导|有的|方面|抓落实|“)$")
_EDGES = frozenset("要地着是对批步持到成除服止免扬立导的面实“")
_BORDERS = frozenset("、，,；;：:。！？!?…\n“”‘’「」《》 \u3000")
_frame = re.compile("有的|这个|这些|我们|就是|只有|要|也|还|并|在|把|对|为|以及|等等")
_between = re.compile(f"[、，,](?={HAN}{{4}})(?<={HAN}{{4}}[、，,])")


@device("four_character_chain", "四字格连用", "four-character chain", "两个以上相邻的四字述谓单位。", "Two or more neighbouring predicates of four characters.")
def find_four_character_chains(document: Document, found: list[Found]) -> list[Found]:
    """Find runs of four-character units between 、 and ，; what stands before the first or after the last unit is cut off."""
    view, marks, chains = document.view, [], []
    for match in _between.finditer(view):
        at = match.start()
        if _opens(view, at + 1) and _closes(view, at - 4):
            if chains and chains[-1][-1] + 4 == at:
                chains[-1].append(at + 1)
            else:
                chains.append([at - 4, at + 1])
    for chain in chains:
        _keep(document, chain, marks)
    return marks


def _closes(view: str, start: int) -> bool:
    """Whether the four characters before a comma are a unit, or stand for themselves at the end of a longer one.

    That is an idiom, or what follows a verb or mark that parts.
    """
    if start == 0 or view[start - 1] in _BORDERS:
        return not _frame.match(view, start)
    return view[start:start + 4] in _idioms or view[start - 1] in _EDGES and _edge.search(view, max(0, start - 4), start) is not None


def _opens(view: str, start: int) -> bool:
    """Whether the four characters behind a comma are a unit, or begin a longer one as an idiom or before 的."""
    after = view[start + 4:start + 5]
    whole = not after or after in _BORDERS
    return (whole or after == "的" or view[start:start + 4] in _idioms) and not _frame.match(view, start)


def _keep(document: Document, chain: list[int], marks: list[Found]) -> None:
    view, plain = document.view, plain_text(document)
    words = [view[start:start + 4] for start in chain]
    quoted = chain and view[chain[0] - 1:chain[0]] == "“" and view[chain[-1] + 4:chain[-1] + 5] == "”"
    if quoted or _predicative(words, [plain.codes(*plain.from_view(start, start + 4)) for start in chain]):
        marks.append(Found("four_character_chain", chain[0], chain[-1] + 4, confidence=0.7,
                           attributes={"n": len(words), "idioms": sum(word in _idioms for word in words)}))


def _predicative(words: list[str], codes: list[str]) -> bool:
    """A chain says something of someone: half of its units are idioms, begin with a verb or adverb, or end in a verb or adjective."""
    if len(set(words)) < 2:
        return False
    score = sum(word in _idioms or code[:1] in ("I", "V", "D", "A", "P") or len(code) > 1 and code[-1] in "VADI"
                for word, code in zip(words, codes))
    return score * 2 >= len(words)


# -- tables ----------------------------------------------------------------------------------------------------------


def add_rates(counted: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Add `rate`, the count per 1,000 Han of the speech's body."""
    han = speeches.set_index(speeches["speech"].astype(str))["n_han"]
    return counted.assign(rate=1000 * counted["count"].astype(float) / counted["speech"].map(han).astype(float))


def quotation_kinds(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Count quotations by what the marks do; one row per speech and kind, `coined` those that name, `rate` per 1,000 Han."""
    rows = spans[spans["label"].astype(str) == "quotation"]
    table = pd.DataFrame({"speech": rows["speech"].astype(str), "qtype": attribute(rows, "qtype").astype(str)})
    counted = table.value_counts().reset_index(name="count")
    counted.insert(2, "kind", counted["qtype"].map(QUOTATION_KINDS).fillna(counted["qtype"]))
    counted.insert(3, "coined", counted["qtype"].isin(COINED))
    return add_rates(counted, speeches).sort_values(["speech", "count", "qtype"], ascending=[True, False, True], ignore_index=True)


def abbreviation_table(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """List number labels with their expansion; one row per speech and label, `opaque` where no use of it is spelt out."""
    rows = spans[spans["label"].astype(str) == "numeric_abbreviation"]
    texts = speeches.set_index(speeches["speech"].astype(str))["text"]
    table = pd.DataFrame({"speech": rows["speech"].astype(str), "start": rows["start"].astype(int), "end": rows["end"].astype(int),
                          "expanded": attribute(rows, "expanded"), "opaque": attribute(rows, "opaque").astype(bool)})
    table["label"] = [texts[speech][start:end] for speech, start, end in zip(table["speech"], table["start"], table["end"])]
    grouped = table.groupby(["speech", "label"], as_index=False)
    listed = grouped.agg(count=("start", "size"), first=("start", "min"), opaque=("opaque", "all"),
                         expanded=("expanded", lambda how: next((one for one in how if one != "no"), "no")))
    return listed.sort_values(["speech", "first"], ignore_index=True)
