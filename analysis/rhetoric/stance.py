"""How does the speaker stand to hearers, faults and authority?  Address, appraisal, sanctions, appeals to those above."""

from __future__ import annotations

import re

import pandas as pd

from analysis.lexicons import alternation, read_lexicon, scan
from analysis.spans import Found, attribute
from analysis.units import Document
from analysis.rhetoric import device
from analysis.rhetoric.lexis import add_rates

# -- who is spoken to, and who speaks --------------------------------------------------------------------------------

_hearer = ("(?:尊敬的)?(?:各位(?:领导|代表|委员|同志|来宾|嘉宾|朋友|专家|企业家|乡亲|老师|同学|女士|先生)+|同志们|同学们|同胞们|女士们|先生们"
           "|(?:[^，。；：！？、\n]{1,6}的)?(?:青年)?(?:朋友们|乡亲们)|战友们|委员们)")
_hearers = f"{_hearer}(?:、{_hearer})*"  # 同志们、朋友们 is one call
_address = re.compile(
    f"(?P<vocative>(?:(?<=[\n。！？、，])|^){_hearers}(?=[：:，,！!、]))"
    "|(?P<institution>我(?:市(?!场|民|委常)|县(?!级)|区(?!分|别)|局(?!限|面|部)|厅|委(?!员|托|任|派|婉)|镇|乡(?!村|亲|镇)|省(?!得|去|会)|州|校|院|公司"
    "|单位|部门|系统|街道))"
    "|(?P<we>我们|咱们)|(?P<audience>(?<![好四])大家(?!庭|园|族|风范|闺|小家|好[，。”]|都好)|同志们|在座(?:的)?各位|各位(?:领导|代表|委员|同志|来宾|嘉宾|朋友|专家"
    "|企业家|乡亲|局长|书记|县长|主任|校长|老师|同学|家长)?(?![一二])|在座的人|在座(?:的)?每一位|诸位|你们|你(?!追我|中有|好我|争我|来我|一言|死我|情我))"
    "|(?P<first_person>(?<![自忘大小无唯敌与舍你即吾尔])我(?![们国党军行其方辈等华东西]|中有|好大家))")

_retold = re.compile("[他她人者问][^，。；！？\\n]{0,6}[说讲问道]，(?:那|如果|要是|因为)?$|我[就又也还]?[问说]她?他?，?$")

_address_start = re.compile("[尊各同朋乡女先青战委我咱大在你诸]")


@device("vocative", "呼语", "vocative", "直接呼唤听众：同志们，……", "Hearers called by name.")
@device("audience", "听众称谓", "audience", "大家、同志们、各位（作句子成分）。", "Hearers as part of the sentence.")
@device("we", "我们", "we", "我们、咱们。", "First person plural.")
@device("first_person", "自称", "first person", "我（不含我市、我局、自我）。", "First person singular.")
@device("institution", "机构自称", "institution", "我局、我市等机构自称。", "The institution names itself.")
def find_address(document: Document, found: list[Found]) -> list[Found]:
    """Find forms of address; 我 and 你 inside quotation marks are other people's."""
    others = {place for one in found if one.label == "quotation" for place in range(one.start, one.end)}
    view = document.view
    return [Found(match.lastgroup, match.start(), match.end()) for match in scan(_address_start, _address, view)
            if match[0] not in "我你" or match.start() not in others and not _is_retold(view, match.start())]


def _is_retold(view: str, place: int) -> bool:
    """Whether somebody else is speaking, without quotation marks: 他说，我怕。"""
    return bool(_retold.search(view, max(0, place - 16), place))


# -- how faults are spoken of ----------------------------------------------------------------------------------------

_fault = re.compile("问题|不足|不到位|不够|不力|不强|不高|不实|差距|滞后|薄弱|违规|违纪|违法|推诿|扯皮|敷衍|怕|懒|庸|拖|浮|差|乱|少数|个别|极|缺|弱|不严|不担当|消极|得过且过|没有"
                    "|不[^，。]{0,6}|隐患|困难|矛盾")
_hedges = read_lexicon("vague_agents_and_hedges")
_words = {kind: list(rows["term"]) for kind, rows in _hedges.groupby("kind")}
_people = "(?:村?干部|党员|同志|人员|领导|单位|部门|地方|班子|党组织|工作人员|公务人员|负责人|支部|科室|窗口|镇|乡|人(?![民才大社均口]))"
_quantity = alternation(_words["vague_agent"])
_appraisal = re.compile(
    f"(?P<negative_intensifier>{alternation(_words['negative_intensifier'])}|极端[^，。]{{2,4}}的(?:，也?是?(?:非常|十分"
    f"|极其)[^，。]{{2,4}}的)?)"
    f"|(?P<vague_agent>(?:有(?:的|些)?(?:人|同志)|(?:不少|很多|许多)(?:人|同志|干部))(?=[^，。；！？\n]{{0,4}}[会爱总说讲问觉认怕嫌以])(?!物)"
    f"|(?:{_quantity})(?:(?<!有的)[\u4e00-\u9fff]{{0,4}}?(?!人){_people}|{_people})(?:和(?:单位|部门|同志|干部))?"
    "|(?:(?<![^\n。；：，！？、“])|(?<=甚至)|(?<=还))有的(?=[\u4e00-\u9fff“])(?!放矢|是|反映|反应|涉及|企业|群众|时候|方面|问题|地区|已|正|刚))"
    f"|(?P<minimizer>极个别|极少数|个别(?:人(?!员|民)|同志|干部|单位|部门|地方)?(?![谈辅指化访])|(?<![民减不])少数(?!民族|服从|人说了算|几|字)"
    f"|(?<![大一各全组成内两三多四五这那哪])部分(?![的组分。，、是为和]|省|时间|地区)(?=[\u4e00-\u9fff]{{2}})|一些(?=[\u4e00-\u9fff]{{0,4}}(?:问题|不足"
    f"|差距|缺点|薄弱)))"
    f"|(?P<extent_hedge>{alternation(_words['extent_hedge'])})"
    f"|(?P<euphemism>{alternation(_words['euphemism'])}|(?:总体|总的|主流|整体)[^，。；]{{0,6}}是好的|不太(?:理想|到位|满意|高|够|好|强)"
    f"|比较突出的(?:问题|矛盾))"
    "|(?P<gap_to_peers>(?:还有|仍有|还存在|存在|有)?(?:着)?(?:很大|较大|不小|明显|一定|相当大|不少)的?(?:差距|距离)"
    "|倒数第[一二三四五六七八九十0-9]+名?|排(?:名|在|到)?(?:全[省市国])?(?:末位|最后|靠后|垫底)"
    "|(?:低于|落后于)(?:全[省市国]|周边|兄弟|先进|同类)[^，。；！？\\n]{0,10})")
_voiced = re.compile("有(?:的|些)?(?:人|同志)|(?:不少|很多|许多)(?:人|同志|干部)")  # whose opinion is at fault
_peers = re.compile("倒数|末位|最后|靠后|垫底|低于|落后|相比|比起|兄弟|先进|周边|发达|前列|标兵|同类|追兵")
_turn = re.compile("，(?P<turn>但是?|然而|却|可是|不过|仍|还是)[^。！？\n；，]{2,}|。(?P<anew>但是?|然而|可是|不过)[^。！？\n；，]{2,}")
_though = re.compile("(?:尽管|虽然|虽说|固然|诚然)[^。！？\n；]+$")
_granted = re.compile("(?:^|(?<=[。；！？\n]))[^。；！？\n]*(?:当然|确实|固然|诚然|承认|应该肯定|值得肯定|不反对|不否认|有道理|不容易|敬重|成绩)[^。；！？\n]*$")
_praise = re.compile("(?:^|(?<=，))[^，]{0,24}(?:当然|确实|固然|不反对|不否认|听着|听起来|看起来|表面上|[也都]有道理"
            "|不容易)[^，]{0,20}(?:，[^，]{0,20}){0,2}$"
                     "|(?:^|(?<=，))[^，]{0,24}(?:是好的|是主要的|值得肯定|取得了?[^，]{0,14}成[效绩]|有所[^，]{2,6}|可能[^，]{2,20})$")
_attribution = re.compile("(?<=[讲说]，)是[^，。；！？\n]{2,8}(?=[，。；])|(?:问题|毛病|症结|关键|差距)(?:就)?(?:出在|在于"
            "|还是在)(?!哪)[^，。；！？\n]{2,24}"
                          "|由于[^。；！？\n]{2,40}?(?:导致|造成|致使|引发)[^，。；！？\n]{2,20}|(?:就|主要|都|正|不|而|还)?是因为[^，。；！？\n]{2,30}"
                          "|(?:究其原因|根本原因(?:在于|是)|主要原因(?:在于|是|有)|原因(?:主要)?在于|根子(?:在于|还是|在)(?!哪)|根源(?:在于|还是)|归根到底是"
                          "|归根结底是|说到底是)(?!哪|什么)[^。；！？\n]{2,40}"
                          "|与[^，。；\n]{2,24}(?:也|都)?有(?:着)?(?:很大|直接|密切|重要|一定)的?关系|可能[^，。；\n]{0,8}(?:客观"
                          "|主观)[^，。；\n]{0,12}|(?:有|既有)(?:客观|主观)[^，。；\n]{0,4}(?:原因|因素)")
_harm = ("影响|损害|危害|失去|丧失|丢[掉失]|失败|垮|亡|危险|乱|毁|落后|淘汰|掉队|出事|出问题|出[^，。]{0,4}事故|被动|葬送|断送|后果|恶化|不堪设想|枯|倒|塌|赔"
         "|没有[^，。]{0,8}(?:出路|前途|希望"
         "|明天|将来|退路)|前功尽弃|半途而废|追究|问责|错失|错过|贻误|耽误|滋长|蔓延|失掉|脱离|请不回|站不住|抬不起头|变质|腐败|破产|灭亡|完蛋|灾难|代价|历史罪人|辜负|不答应|无颜|死路")
_warning = re.compile(f"(?:(?:如果|若(?!干)|倘若|假如|要是|一旦|再不|再这样|任其|任由|长此以往|久而久之"
            f"|[^，。；！？\n]{{0,8}}要是)[^。！？\n；]{{2,60}}?(?:必将|就会|势必|必然|必定|将会|迟早|[就也]要|就(?=[是没有])|就可能"
                      f"|都会|[也就]请不|就站不)[^，。；！？\n]{{0,16}}?(?:{_harm})[^，。；！？\n]*"
                      f"|没有[^，。；！？\n]{{2,16}}，[^。！？\n；]{{0,10}}(?:也|就|便)(?:要|会"
                      f"|是)[^，。；！？\n]{{0,12}}?(?:{_harm})[^，。；！？\n]*"
                      "|(?:如果|若(?!干)|倘若|要是|一旦|再不|任其)[^。！？\n；]{2,50}?，?(?:必将|势必|后果不堪设想)[^，。；！？\n]*|(?:否则"
                      "|不然)(?:的话)?[^。！？\n；]{2,40})")

_appraisal_start = re.compile("|".join(sorted({term[:2] for term in _hedges["term"]})) + "|极端|还[有存]|仍有|存在|倒数"
            "|排[名在到全末最靠垫]|低于|落后于|不少|许多|很多|有[人同着很较不明一相些的]|很大|较大|不小|明显|总的|主流|整体|不太|一些")

_cause_start = re.compile("是|问题|毛病|症结|关键|差距|由于|就是因|主要是因|都是因|正是因|究其|根本原|主要原|原因|根[子源]|归根|说到底|与|可能|有[客主]观|既有")
_threat_start = re.compile("如果|若|倘若|假如|要是|一旦|再不|再这样|任[其由]|长此以往|久而久之|没有|否则|不然")


@device("vague_agent", "泛指责任者", "vague agent", "有些干部、一些单位、有的……：犯错者不指名。", "Those at fault left unnamed.")
@device("minimizer", "缩小语", "minimizer", "个别、少数、部分：把问题说小。", "Words that make a fault small.")
@device("extent_hedge", "程度缓和", "extent hedge", "不同程度、一定程度。", "Softened degree.")
@device("euphemism", "委婉", "euphemism", "以较轻的说法称呼缺点。", "A softer name for a fault.")
@device("concession", "让步", "concession", "先肯定后转折：尽管……但……", "Praise first, then the turn.")
@device("attribution", "归因", "attribution", "把原因归于人或客观条件。", "A cause assigned.")
@device("gap_to_peers", "差距", "gap to peers", "与先进地区相比的差距。", "Ground lost to others.")
@device("negative_intensifier", "负面强化", "negative intensifier", "影响恶劣、极端危险。", "A fault made large.")
@device("warning", "后果警示", "warning", "若不……必将……", "What will follow if not.")
def find_appraisal(document: Document, found: list[Found]) -> list[Found]:
    """Find how faults are graded; small words count only in a sentence that names a fault."""
    view, marks = document.view, []
    for match in scan(_appraisal_start, _appraisal, view):
        label = match.lastgroup
        if label in ("minimizer", "gap_to_peers", "vague_agent") and not _voiced.fullmatch(match[0]):
            start, end = document.sentences[document.sentence_at(match.start())]
            if not (_peers if label == "gap_to_peers" else _fault).search(view, start, end):
                continue
        lead = {"vague_agent": "我们", "negative_intensifier": "是"}.get(label, "")  # 我们有些干部 is one name
        start = match.start() - len(lead) * view.endswith(lead, 0, match.start())
        marks.append(Found(label, start, match.end(), attributes={"cue": match[0]}))
    marks += _concessions(document)
    for label, starts, pattern in (("attribution", _cause_start, _attribution), ("warning", _threat_start, _warning)):
        marks += [Found(label, match.start(), match.end()) for match in scan(starts, pattern, view)]
    return marks


def _concessions(document: Document) -> list[Found]:
    """Look back from each turn (，但…) for what was granted before it in the sentence, 200 characters at most."""
    view, marks, free = document.view, [], 0
    for turn in _turn.finditer(view):
        begin = max(free, turn.start() - 200, document.sentences[document.sentence_at(turn.start())][0])
        begin = max(begin, view.rfind("；", begin, turn.start()) + 1)
        before = view[begin:turn.start()]
        granted = (_granted.search(before) if turn["anew"] else
                   _though.search(before) or turn["turn"][0] in "但然可不" and _praise.search(before))
        if granted:
            free = turn.end()
            marks.append(Found("concession", begin + granted.start(), free))
    return marks


# -- sanctions, authority, the speaker's own voice -------------------------------------------------------------------

_penalty = ("通报批评|全[市县省区]通报|处分|撤职|免职|停职|问责|追责|责任追究|追究[^，。；]{0,12}责任|追究[^，。；]{0,8}的人|严惩|惩处|一票否决|严肃处理|从严从重处理|组织处理|查处"
            "|曝光|立案|移送|移交司法|降职|降级|诫勉"
            "|约谈|谈话|就地免职|取消[^，。；]{0,10}资格|辞退|开除|双规|双开|清退|清出|清除|调离|调整岗位|班子调整|黄牌|红牌|摘牌|摘帽|扣发|扣分|扣罚|罚款|不得分|不算数"
            "|一律[^，。；]{0,6}处理|处理处分|惩戒|作检查|作检讨"
            "|说明情况|说清楚|去说明|收回|退出|按[^，。；]{0,8}处理|不得[^，。；]{0,6}(?:提拔|评先|评优|任用)|倒查|倒追|严办|法办|判刑|绳之以法|电视上")
_penalty_word = re.compile(_penalty + "|惩治|法办|降职|诫勉")
# whom it threatens: 对…的, 凡…的, 谁…谁…; or a head that ends in 的 before the comma (超过的，先停职)
_sanction = re.compile(f"(?:我们[^，。；]{{0,3}}要)?(?:对(?!照|于[^，。；]{{0,4}}来说|党|人民|标|接|此高度)|凡是?|谁"
                       f"|哪个)(?:(?!，对)[^。；！？\n]){{2,60}}?(?:{_penalty})"
                       f"[^，。；！？\n]{{0,12}}(?:，[^，。；！？\n]{{0,24}}?(?:{_penalty})[^，。；！？\n]{{0,16}})*"
                       f"|[^，。；：！？“（）\n]{{1,24}}(?:[的者]|的(?:单位|部门|干部|人|同志|企业|村|县区)"
                       f"|不[了上到过])，(?:[^。；！？\n]{{0,24}}?)(?:{_penalty})"
                       f"[^，。；！？\n]{{0,12}}(?:，[^，。；！？\n]{{0,24}}?(?:{_penalty})[^，。；！？\n]{{0,16}})*"
                       f"|[^，。；：！？“（）\n]{{0,24}}?(?:(?:严肃|从严|坚决|依法|依规|依纪|严厉|一律|一并|决不姑息|将要?|就要?|必须|也要"
                       f"|都要)[^，。；：！？“\n]{{0,8}}?(?:追究[^，。；]{{0,12}}责任"
                       f"|查处|问责(?!制|机制|办法)|追责|严惩|惩处|惩治|处分|处理|法办|撤职|免职|曝光|通报批评)[^，。；！？\n]{{0,10}})"
                       f"|[^，。；：！？“\n]{{0,16}}?(?:立案|查处|处分|移送|问责|通报批评|诫勉谈话?"
                       f"|开除)[^，。；！？\n]{{0,12}}?[0-9×一二两三四五六七八九十百]+[余多]?[^，。；！？\n]{{0,2}}[起件人名个][^，。；！？\n]{{0,6}}")
_tail = re.compile("，[^，。；！？\n]{2,10}(?=[。；！？”\n])")  # …曝光，形成震慑。 ends with its sentence
_above = "(?:党中央|中央|国务院|省委|省政府|市委|市政府|县委|县政府|区委|区政府|上级|总书记|书记|市长|省长|总理|主席|局党组|党组|党委)"
_authority = re.compile(
    f"(?:按照|根据|遵照|依据|落实|贯彻落实|贯彻|传达贯彻|传达|学习贯彻|围绕|响应)(?:[^，。；！？\n《]{{0,12}}?(?:{_above}|[×XＸ]{{1,3}}(?:书记|市长|同志"
    f"|主席)))[^，。；！？\n]{{0,16}}?(?:部署|要求|精神|指示|讲话|决策|意见|号召|决定|安排|批示)"
    f"|传达[^，。；！？\n]{{0,20}}精神|结合[×XＸ]{{1,3}}(?:副?书记|市长|同志|主席)"
    f"|(?:切实)?把思想和?、?行动[^，。；！？\n]{{0,6}}统一到[^，。；！？\n]{{2,40}}?(?:上来|部署上|精神上|要求上)来?"
    f"|由(?:[×XＸ]{{1,3}}|[\u4e00-\u9fff]{{1,2}})(?:副?书记|市长|同志)(?:亲自|牵头|主持|挂帅)[^，。；！？\n《]{{0,6}}"
    f"|在[^，。；！？\n]{{0,12}}(?:党委|党组|省局|市局|{_above})[^，。；！？\n]{{0,14}}领导下"
    "|按照?(?:国家|中央|省里|省|上级|有关|市里)[^，。；！？\n]{0,4}(?:规定|要求|政策|部署)(?:办)?|(?:按照|根据|落实|贯彻|贯彻落实|学习贯彻"
    "|以)党的[一二三四五六七八九十]+大[^，。；！？\n]{0,14}精神"
    "|(?:毛主席|毛泽东(?:同志)?|邓小平(?:同志)?|江泽民(?:同志)?|胡锦涛(?:同志)?|习近平(?:总书记|同志|主席)?|列宁|马克思|恩格斯|孙中山(?:先生)?"
    "|周总理)[^，。；！？“\n]{0,10}(?:指出|强调|教导|要求|讲过?|说过?|告诫)[^，。；：！？\n“]{0,14}"
    "|(?:总书记|[×XＸ]{1,3}(?:书记|市长|省长|主席|总理|同志)|(?:书记|市长|省长|主席|总理)(?:同志)?)(?:多次|反复|明确|深刻)?(?:指出|强调|要求|提出|讲过?|说过?"
    "|作了)[^，。；：！？\n“]{0,14}")
_voice = re.compile("我(?:(?:[最更也都还就只真很一直]{0,2})(?:不?(?:同意|赞成|反对|主张)(?!你)|不想|想要|怕|担心|敬重|佩服|想说|想了|理想|深感|深受|感动|感触|感谢不|猜"
            "|知道大家|等着|有信心|坚信|深信|记得|忘不了|睡不着)(?<!完全同意)"
                    "|(?:表个态|说句|说一句|坦率|实话|心里|也认)"
                    "|(?:经常|常常?|多次|一直|总是?)(?:讲|说|想|强调|提)|讲过(?!“)|当时就想|想(?![起给请找])|认为|觉得|感到|体会|相信|看(?![见过了着到一])|常想|在想"
                    "|琢磨|主张|有个(?:想法|体会|观点))(?:，[^，。；！？\n]{2,40}|[^，。；！？\n]{0,40})")

_authority_start, _i = re.compile("[按根遵依落贯传学围响结切把由总×XＸ书市省主在以毛邓江胡习列马恩孙周]"), re.compile("我")


_opening = re.compile("(?:^|(?<=[\n。；，！？：）]))(?=[^\n。；，！？：）])")


def _sanctions(document: Document):
    """Try the rule at each clause of the sentences that name a penalty."""
    view, free = document.view, 0
    for word in _penalty_word.finditer(view):
        if word.start() < free:
            continue
        start, end = document.sentences[document.sentence_at(word.start())]
        for opening in _opening.finditer(view, max(free, start, word.start() - 120), word.start() + 1):
            if opening.start() >= free and (match := _sanction.match(view, opening.start())):
                free = match.end()
                yield match
        free = max(free, word.end())


def _tail_end(view: str, end: int) -> int:
    tail = _tail.match(view, end)
    return tail.end() if tail else end


def _opens(view: str, place: int) -> bool:
    return place == 0 or view[place - 1] in "\n。；，！？："


@device("sanction", "惩处", "sanction", "宣布或预告对人的处理。", "A penalty announced or reported.")
@device("authority_reference", "援引上级", "authority reference", "以上级或领导为依据。", "A higher body or leader named as reason.")
@device("personal_voice", "个人口吻", "personal voice", "“我”加看法或习惯。", "The speaker's own view or habit.")
def find_submoves(document: Document, found: list[Found]) -> list[Found]:
    view = document.view
    marks = [Found("sanction", match.start(), _tail_end(view, match.end()), confidence=0.7,
                   attributes={"tense": "past" if re.search("了|已", match[0][-26:]) else "future"}) for match in _sanctions(document)]
    marks += [Found("authority_reference", match.start(), match.end(), confidence=0.7) for match in scan(_authority_start, _authority, view)]
    return marks + [Found("personal_voice", match.start(), match.end()) for match in scan(_i, _voice, view) if _opens(view, match.start())]


# -- slips that a closed rule can name -------------------------------------------------------------------------------

_slip = re.compile("(?<!目)的的(?![确士])|全([市县省区镇局])\\1(?![场政域区级直长民容值里镇直情域委])(?=[\u4e00-\u9fff])|(?<![不未为])了了(?![解然之事])"
                   "|[，。；：、]{2,}|我们我们")
_slip_start = re.compile("的的|了了|我们我|全[市县省区镇局]|，[，。；：、]|。[，。；：、]|；[，。；：、]|：[，。；：、]|、[，。；：、]")


@device("textual_issue", "文字问题", "textual issue", "叠字、叠标点等可确定的文字疏漏。", "Slips that need no reading: doubled words and marks.")
def find_slips(document: Document, found: list[Found]) -> list[Found]:
    return [Found("textual_issue", match.start(), match.end(), attributes={"kind": "doubled"}) for match in scan(_slip_start, _slip, document.view)]


# -- tables ----------------------------------------------------------------------------------------------------------

_who = re.compile(f"(?:有的|有些|有一些|一些)(?P<agent>{_people}(?:和(?:单位|部门))?)?")
_bare = re.compile("(?:^|(?<=[。；：，！？、“])|(?<=[。；，、][还也]))有的(?!放矢|是?反映|反应|涉及)")
_list = re.compile("[^，。；！？：\n]{2,16}(?:、[^、，。；！？：\n]{2,16}){1,10}")
_fault_word = re.compile("[^、，。]{0,8}(?:不作为|慢作为|乱作为|不担当|不强|不够|不力|不实|不高|不严|不优|不佳|不振|不敢|不愿|不会|不足|不到位|低下|涣散|漂浮|滞后|推诿|扯皮"
                         "|腐败|敷衍|难$|慢$|懒$|差$|浮$)|吃拿卡要|[庸懒散冷浮拖贪奢]{2,}")
_stop = re.compile("[。；！？\n]|[，、](?:还|也)?(?=有(?:的|些|一些))|\\Z")  # the next 有的 names the next fault
_lead_in = re.compile("[呢嘛啊，]*")
_marker = re.compile("(?:（[一二三四五六七八九十0-9]+）|[一二三四五六七八九十0-9]+[.．])*")
_lead_verb = re.compile("^.*(?:解决|存在|整治|治理|查处|反对|纠正|克服|防止|对这些|对|有|是)")


def criticism_table(documents: list[Document]) -> pd.DataFrame:
    """List the faults that speeches name: in 有的…有的… series and in lists such as 不作为、慢作为; one row per fault.

    `agent` is who is said to be at fault (empty where nobody is), `start` and `end` point into the text as loaded.

    >>> import numpy as np
    >>> text = "有的干部怕担责；有的推诿扯皮。整治不作为、慢作为。"
    >>> criticism_table([Document("a", text, np.arange(len(text)))])[["fault", "agent"]].values.tolist()
    [['怕担责', '干部'], ['推诿扯皮', ''], ['不作为', ''], ['慢作为', '']]
    """
    rows = []
    for document in documents:
        for start, end, agent, distributive, fault in sorted(_faults(document.view)):
            first, last = document.to_text(start, end)
            rows.append((document.speech, first, last, agent, distributive, fault))
    return pd.DataFrame(rows, columns=["speech", "start", "end", "agent", "distributive", "fault"])


def _faults(view: str) -> list[tuple[int, int, str, bool, str]]:
    rows = []
    for who in _who.finditer(view):
        if who["agent"] or _bare.match(view, who.start()):
            start = _lead_in.match(view, who.end()).end()
            stop = _stop.search(view, start).start()
            if stop - start > 1 and not view.startswith(("反映", "是反映"), start) and (
                    not who["agent"] or _fault.search(view, start, stop)):
                rows.append((start, stop, who["agent"] or "", True, view[start:stop]))
    spans = [(start, end) for start, end, *_ in rows]
    for series in _list.finditer(view):
        for part in re.finditer("[^、]+", "" if "让" in series[0] else series[0]):
            bare = part[0][_marker.match(part[0]).end():]
            fault = re.split("等|的问题|问题|现象|行为|(?<=作为)", _lead_verb.sub("", bare) or bare)[0]
            at = series.start() + part.start() + part[0].find(fault)
            if _fault_word.match(fault) and not fault.endswith("的") and not any(start <= at < end for start, end in spans):
                rows.append((at, at + len(fault), "", False, fault))
    return rows


def address_table(spans: pd.DataFrame, speeches: pd.DataFrame) -> pd.DataFrame:
    """Count the forms of address; one row per speech and form, `rate` per 1,000 Han."""
    rows = spans[spans["layer"].astype(str) == "address"]
    counted = pd.DataFrame({"speech": rows["speech"].astype(str), "label": rows["label"].astype(str)}).value_counts().reset_index(name="count")
    return add_rates(counted, speeches).sort_values(["speech", "label"], ignore_index=True)


def sanction_table(spans: pd.DataFrame) -> pd.DataFrame:
    """List sanctions with their tense; one row per sanction."""
    rows = spans[spans["label"].astype(str) == "sanction"]
    return pd.DataFrame({"speech": rows["speech"].astype(str), "start": rows["start"], "end": rows["end"],
                         "tense": attribute(rows, "tense")}).reset_index(drop=True)
