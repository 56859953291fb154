"""What in the file is not the speech?  Banners, watermarks, marks of the format: marked with a reason, never deleted.

A line is boilerplate by evidence: where it stands (before the title, after the end), what it holds (an account number, an
address, words of a text exchange), and whether it comes again in the file or in other files; never because a site is known.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Iterable, NamedTuple

from analysis.characters import simplified, traditional

REASONS = {  # id: Chinese, English
    "front_matter": ("文件头信息", "front matter"),
    "comment": ("注释标签", "comment of the format"),
    "markup": ("排版标记", "Markdown or HTML mark"),
    "footnote": ("脚注", "footnote"),
    "before_title": ("标题之前的文字", "stands before the title"),
    "contact": ("网站、联系方式或水印", "site, contact line or watermark"),
    "repeated": ("反复出现的页眉页脚", "running head, comes again and again"),
    "page": ("页码", "page number"),
    "rule": ("分隔线", "rule"),
    "contents": ("目录", "table of contents"),
    "navigation": ("网页导航", "navigation of a web page"),
    "editor": ("编者说明", "editor's note"),
    "glossary": ("附录或名词解释", "appendix or glossary"),
}
HEAD_LINES, HEAD_LENGTH = 60, 4000  # how far title and salutation are looked for
SURNAMES = set(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕"
    "殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅"
    "盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪解应宗丁宣邓郁单杭洪包诸左石崔吉龚程嵇邢裴陆荣翁荀羊惠曲家封储靳段富巫焦巴弓牧山谷车侯全班秋"
    "仲伊宫宁仇栾甘厉戎祖武符刘景詹束龙叶幸司韶黎薄印白蒲从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻党翟谭贡劳姬申扶堵冉宰雍桑桂牛寿通边扈燕冀尚农温庄晏柴瞿"
    "阎充慕连茹习艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚那简饶空曾沙养须丰巢关相查游竺权盖益桓公仉督岳帅佘佟"
    "楚闫法鄢涂钦归海覃亓仝肖代苟候原岩付逄迟滑郜揭刑岭隋问")
NO_NAMES = set("关于 党建 经济 项目 和平 方案 计划 谈话 车间 金融 水利 公安 宣传 应急 祝词 贺词 时政 温暖 明天 程序 文化 文明 司法 商务 国庆 安全 安排 高度 方面 任务 "
               "时候 成立 管理 应该 党委 严格 全面 全市 全县 全省 全国 全区 全局 单位 简介 简报 党课 时间 地点 易错 房产 农业 农村 纪委 强调 终稿 古代 支部 广东 广西 江西 宁夏".split())

# ---------------------------------------------------------------------------------------------------------------- patterns

_markup = re.compile(
    r"(?P<note>^\[\^[^\]\n]{1,20}\]:[^\n]*(?:\n[ \t]+[^\n]+)*)"
    r"|(?P<mark>\[\^[^\]\n]{1,20}\]|<br ?/?>|</?(?:p|div|span|b|i|u|em|strong|font|center|sup|sub|a|h[1-6])(?:\s[^<>\n]*)?>"
    r"|^[ \t]{0,3}(?:\#{1,6}[ \t]+|>[ \t]?){1,9}|^[ \t]{0,3}[-*+][ \t]+(?=\S)(?!\d+\s*[-*+—])|!\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)|\\(?=[”“\"*_#\[\]()>.!~-]))"
    r"|(?P<link>\[(?=[^\]\[\n]{1,200}\]\([^()\s\[]{1,500}\)))",
    re.M | re.X)
# `**` opens after a space, a mark or the start of the line; within a sentence unless it hides a name (张**同志, **书记) or place
_bold = re.compile(r"(?<![\w*])(\*\*\*?|__)(?=[^\s*_])((?:(?!\*\*|__|\n#).){1,400}?)(?<=\S)(\1)(?!\*)", re.S)
_any_bold = re.compile(r"(\*\*)(?!同志|书记|[省市县区镇乡村局]|主任|主席|先生|女士)([^\n*]+)(\*\*)")
_front_matter = re.compile(r"\A\ufeff?\s*---[ \t]*\n(?:[^\n]*\n){0,80}?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_front_field = re.compile(r"^([\w\u4e00-\u9fff -]{1,40}?)[ \t]*[:：][ \t]*(.*)$", re.M)

_contact = re.compile(
    r"QQ\D{0,6}\d{5,}|[QＱq企]{1,2}群\D{0,6}\d{5,}|(?:微信|VX|vx|威信)\w{0,3}[:：]?\s*[A-Za-z][\w-]{4,}|https?://|www\.\w|\w@\w+\.\w"
    r"|(?:电话|手机|热线|咨询)\D{0,4}1?\d{7,}|\w\.(?:com|cn|net|org)\b")
_exchange = re.compile(
    r"会员|订阅|公众号|加群|QQ群|微信群|免费QQ|扫码|二维码|转载|外传|下载|版权|本站|本网|整理|咨询|权益|倒卖|仅供|网站|文库|文稿|范文|天天更新|"
    r"上传|站长|客服|学习交流|内部资料|责任?编辑|责编|来源[:：]|作者[:：]|编辑[:：]|浏览次数|阅读次数|点击数|字号|字体[:：]|打印本页|关闭窗口|"
    r"上一篇|下一篇|返回顶部|分享到|发布时间|发布日期|信息来源|当前位置|首页\s*[>»]")
_editor = re.compile(
    r"^[（(【\[]?\s*(?:新华社|人民日报|《人民日报》|本报|中新社|编者按|编者注|编者的话|此稿|备注|本文|原载|原文|载于?《|根据|来源|标题为编者|责任编辑|责编|编辑|记者|"
    r"未经本人审阅|发布机构)[^\n]{0,120}[）)】\]]?$"
    r"|^[（(][^（）()\n]{0,60}(?:录音整理|审阅|有删节|略有删|摄影?|讯|第\d+[至、\-\d]*版)[^（）()\n]{0,20}[）)][（(（《\d版）\w》、至第)]*$")
_rule = re.compile(r"^[=\-_—–─━*#·~～.﹏＝*◆★☆\s]{4,}$|^(?:---+|\*\*\*+|===+)$")
_page = re.compile(r"^(?:[-—–－·~]+\s*\d{1,4}\s*[-—–－·~]+|第\s*[\d一二三四五六七八九十百]{1,4}\s*页(?:\s*[,，/]?\s*共\s*[\d一二三四五六七八九十百]{1,4}\s*页)?"
                   r"|\d{1,4}\s*/\s*\d{1,4}|[Pp]age\s*\d+(?:\s*of\s*\d+)?)$")
_number = re.compile(r"^\d{1,4}$")
_glossary = re.compile(
    r"^[（(\[【]?(?:附[件录]?[一二三\d]?[:：]?\s*)?(?:[^\s，。；]{0,12}?)(?:名词解释|名词注释|名词说明|用语说明|术语的?(?:说明|解释)|注释|附注|缩略语)[:：]?[）)\]】]?$"
    r"|^附[件录表]\s*[一二三四五六七八九十\d]{0,2}\s*(?:[:：].{0,40})?$|^\|.*\|$")

_GENRE = "讲话稿?|致辞|致词|报告|发言稿?|主持词|演讲稿?|谈话|答谢?[辞词]|贺[辞词信]|开幕[辞词]|闭幕[辞词]|献[辞词]|讲稿|党课|祝酒[辞词]|动员|说明|总结"
_title_end = re.compile(rf"(?:{_GENRE})(?:\s?[（(【\[][^（）()]{{1,16}}[）)】\]]|(?:摘要|节选|提纲|全文|要点|稿)){{0,2}}$")
_title_hold = re.compile(r"讲话|致辞|报告|发言|动员|主持词")
_salutation = re.compile(
    r"^(?:尊敬的|敬爱的|亲爱的|各位|名位|位代表|同志们|同学们|朋友们|乡亲们|女士们|先生们|老师们|战友们|代表们|委员们|主席团|主席同志|总书记|全[市县省区国州镇乡校局]\S{0,8}?(?:同胞|市民|同志)|"
    r"[^，。；：！]{1,16}?(?:同志们?|代表们?|委员们?|书记|主席|主任|市长|县长|区长|省长|局长|先生|女士|阁下|校长)(?=[:：，、！!]))"
    r"[^。；\n]{0,80}?(?:[:：!！,，]|(?<=们)|(?<=代表)|(?<=委员)|(?<=来宾)|(?<=领导)|(?<=嘉宾)|(?<=同志)|(?<=朋友))$")
_heading = re.compile(r"^(?:第?[一二三四五六七八九十]{1,3}(?:、|部分|章|[.．])|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[、.．]\s*\D|前言|引言)")
_contents = re.compile(r"^[\[【]?目\s*[录次][\]】]?$")
_where = re.compile(r"^[（(—－\-―─–\s]*(?:在|第|\d{1,2}日在)[^，。；]{3,50}(?:会议?|大会|仪式|典礼|论坛)[^，。；讲]{0,4}上[）)]?$")
_DIGIT = "零〇○ΟОＯO0０一二三四五六七八九1-9１-９"
DATE = re.compile(
    rf"(?P<year>(?<![\d.])[12１２]\d{{3}}|[一二][{_DIGIT}]{{3}})\s*(?:年\s*(?:(?P<month>[\d０-９]{{1,2}}|[一二三四五六七八九十]{{1,3}})\s*月\s*"
    r"(?:(?P<day>[\d０-９]{1,2}|[一二三四五六七八九十廿卅]{1,4})\s*[日号]?)?)?"
    r"|(?P<mark>[-－./／])(?P<month2>\d{1,2})(?:(?P=mark)(?P<day2>\d{1,2}))?(?!\d)"
    r"|(?P<month3>\d{2})(?P<day3>\d{2})(?!\d))")
_post = re.compile(
    r"^(?:[^，。；！？]{0,28}?)(?:书记|省长|市长|县长|区长|州长|镇长|乡长|总理|主席|主任|局长|部长|院长|校长|厅长|处长|科长|司长|会长|行长|社长|所长|队长|"
    r"董事长|总经理|经理|检察长|秘书长|委员长|常委|委员|司令员?|政委|组长|代表|讲话人|发言人|主讲人|领导)(?:[（(][^（）()]*[）)])?[\s:：]*(?P<name>\S(?:\s*\S){0,3})?$")
_place = re.compile(r"(?:在|中共|^|[\s（(—－\-―─日])((?!在?全[省市县区州])[\u4e00-\u9fff]{2,7}?(?:省|自治区|特区|市|自治州|州|盟|县|区|旗))"
                    r"(?=第|市委|县委|省委|委|人民|人大|政府|政协|代?市长|代?县长|代?区长|副|常|代理?市|乡村|干部)")


# ---------------------------------------------------------------------------------------------------------------- shapes

class Mark(NamedTuple):
    """A stretch of the text that is not the speech."""

    start: int
    end: int
    reason: str


@dataclass
class Cleaned:
    """What is known of one text: where its body lies, what is not the speech, and what its head says."""

    marks: list[Mark]
    title: tuple[int, int] | None = None
    body_start: int = 0
    body_end: int = 0
    fields: dict[str, str] = field(default_factory=dict)  # front matter, as written
    head: dict[str, str] = field(default_factory=dict)  # title, date, place, speaker, occasion as the text itself says


class Line(NamedTuple):
    """A line of the masked text: its place, and its words without white space at the ends."""

    start: int
    end: int
    words: str


# ---------------------------------------------------------------------------------------------------------------- the way

def clean(text: str, *, repeated: Iterable[str] = (), known: Iterable[Mark] = ()) -> Cleaned:
    """Find body, title and boilerplate of a text; `repeated` are lines that come in other files too, `known` what a reader saw.

    >>> found = clean("某网整理 QQ123456\\n在春耕会上的讲话\\n同志们：\\n开始吧。")
    >>> found.marks, found.title, found.body_start
    ([Mark(start=0, end=13, reason='before_title')], (14, 22), 23)
    """
    front = _front_matter.match(text)
    fields = front_fields(front[0]) if front else {}
    marks = list(known) + ([Mark(0, front.end(), "front_matter")] if fields else []) + markup(text)
    lines = visible_lines(simplified(mask(text, marks)))
    seen, repeated = Counter(line.words for line in lines if len(line.words) <= 60), set(repeated)
    reasons = {number: reason for number, line in enumerate(lines)
               if (reason := judge_line(line.words, seen[line.words] > 1 or line.words in repeated))}
    reasons.update(page_numbers(lines))
    head = read_head(lines, reasons)
    reasons.update(head.pop("reasons"))
    title, body = head.pop("title_at"), head.pop("body_at")
    if title and traditional(text):
        head["title"] = " ".join(text[slice(*trim(text, title))].split())
    reasons.update(read_tail(lines, reasons, body, repeated))
    reasons.update(running_heads(lines, reasons, body, head.get("title", "")))
    marks += line_marks(text, lines, reasons)
    marks += inline_copies(text, lines, reasons)
    marks = tidy(text, marks)
    kept = [number for number in range(body, len(lines)) if number not in reasons]
    if title:
        title = trim(text, title)
    start = lines[kept[0]].start if kept else len(text.rstrip())
    end = lines[kept[-1]].end if kept else start
    return Cleaned(marks, title, start, end, fields, head)


def front_fields(block: str) -> dict[str, str]:
    """Read `name: value` lines of front matter; a safe subset of YAML, values are plain text.

    >>> front_fields("---\\ntitle: 春耕\\n---\\n")
    {'title': '春耕'}
    """
    return {found[1].strip(): found[2].strip().strip("\"'") for found in _front_field.finditer(block.strip().strip("-."))}


def markup(text: str) -> list[Mark]:
    """Mark comments, footnotes and the marks of Markdown and HTML."""
    names = {"note": "footnote", "mark": "markup"}
    marks = comments(text) + [Mark(found.start(), found.end(), names[found.lastgroup]) for found in _markup.finditer(text) if found.lastgroup != "link"]
    for found in _markup.finditer(text) if "](" in text else ():
        if found.lastgroup == "link":
            middle = text.index("](", found.start())
            marks += [Mark(found.start(), found.end(), "markup"), Mark(middle, text.index(")", middle) + 1, "markup")]
    if "**" in text or "__" in text:
        pairs = [found for found in _bold.finditer(text) if found[2].count("\n") <= 3]
        taken = {place for found in pairs for place in (found.start(1), found.start(3))}
        blank = mask(text, [Mark(place, place + 2, "") for place in taken])
        pairs += [found for found in _any_bold.finditer(blank) if text[found.start() - 1:found.start()] not in SURNAMES]
        for found in pairs:
            marks += [Mark(*found.span(1), "markup"), Mark(*found.span(3), "markup")]
    return marks


def comments(text: str) -> list[Mark]:
    """Comments of HTML; found by hand, since a pattern takes quadratic time on a file full of openings."""
    marks, start = [], text.find("<!--")
    while start >= 0 and (end := text.find("-->", start + 4)) >= 0:
        marks.append(Mark(start, end + 3, "comment"))
        start = text.find("<!--", end + 3)
    return marks


def mask(text: str, marks: Iterable[Mark]) -> str:
    """Blank what is marked, line ends aside, so that places stay as they are."""
    pieces, at = [], 0
    for start, end, _ in sorted(marks):
        if end > at:
            start = max(start, at)
            pieces += [text[at:start], re.sub(r"[^\n]", " ", text[start:end])]
            at = end
    return "".join(pieces) + text[at:]


def visible_lines(masked: str) -> list[Line]:
    lines, at = [], 0
    for line in masked.split("\n"):
        if words := line.strip():
            start = at + line.index(words[0])
            lines.append(Line(start, start + len(words), " ".join(words.split())))
        at += len(line) + 1
    return lines


# ---------------------------------------------------------------------------------------------------------------- evidence

@lru_cache(4096)
def judge_line(words: str, again: bool) -> str | None:
    """Say why a line taken by itself is boilerplate, or None; `again`: it comes more than once."""
    if _rule.match(words):
        return "rule"
    if _page.match(words):
        return "page"
    if len(words) > 80 or words.endswith(("。", "；")) and not again:
        return None
    weight = 2 * len(_contact.findall(words)) + len(_exchange.findall(words)) + (again and len(words) >= 4)
    if weight >= 2 and (_contact.search(words) or _exchange.search(words)):
        return "contact"
    return None


def page_numbers(lines: list[Line]) -> dict[int, str]:
    """Lines that are a bare number, when at least three of them rise through the file."""
    found = [number for number, line in enumerate(lines) if _number.match(line.words)]
    values = [int(lines[number].words) for number in found]
    if len(values) >= 3 and all(1 <= b - a <= 3 for a, b in zip(values, values[1:])):
        return dict.fromkeys(found, "page")
    return {}


def running_heads(lines: list[Line], reasons: dict[int, str], body: int, title: str) -> dict[int, str]:
    """Lines of the body that repeat the title or stand beside a page number three times or more."""
    beside = {number + step for number, reason in reasons.items() if reason == "page" for step in (-1, 1)}
    places: dict[str, list[int]] = {}
    for number in range(body, len(lines)):
        if number not in reasons and len(lines[number].words) <= 40 and not lines[number].words.endswith(("。", "！", "？", "：", "；")):
            places.setdefault(lines[number].words, []).append(number)
    heads = [numbers for words, numbers in places.items() if len(numbers) >= 3 and not _heading.match(words) and (
        words == title or sum(number in beside for number in numbers) >= 3)]
    return {number: "repeated" for numbers in heads for number in numbers}


def inline_copies(text: str, lines: list[Line], reasons: dict[int, str]) -> list[Mark]:
    """A watermark that also stands inside a paragraph: exact copies of a contact line that holds a number or an address."""
    known = {text[lines[number].start:lines[number].end] for number, reason in reasons.items() if reason == "contact"}
    known = sorted(line for line in known if len(line) >= 8 and _contact.search(line))[:20]
    return [Mark(found.start(), found.end(), "contact") for line in known for found in re.finditer(re.escape(line), text)]


def read_tail(lines: list[Line], reasons: dict[int, str], body: int, repeated: set[str]) -> dict[int, str]:
    """Editors' notes and site lines after the end, and the glossary with all that follows it."""
    found: dict[int, str] = {}
    middle, end = body + (len(lines) - body) // 4, len(lines)
    for number in range(max(middle, body + 1), len(lines)):
        if _glossary.match(lines[number].words) and (number > middle * 2 or lines[number].words[0] != "|"):
            table = lines[number].words[0] == "|" and not lines[number - 1].words.endswith(("。", "！"))  # its caption stands before it
            end = number - table
            found = dict.fromkeys(range(end, len(lines)), "glossary")
            break
    for number in reversed(range(max(body + 1, end - 15), end)):
        words = lines[number].words
        if number in reasons:
            continue
        if _editor.match(words):
            found[number] = "editor"
        elif words in repeated and len(words) <= 30 and not re.search(r"[。！？：!]$|谢谢|散会|完$", words):
            found[number] = "repeated"
        else:
            break
    return found


# ---------------------------------------------------------------------------------------------------------------- the head

def kind_of(words: str) -> str:
    """What a line of the head is: salutation, date, title, speaker, editor, heading, prose or other."""
    if _salutation.match(words):
        return "salutation"
    if _contents.match(words):
        return "contents"
    if _heading.match(words):
        return "heading"
    if len(words) <= 70 and (DATE.search(words) and not words.endswith("。") and date_line(words) or _where.match(words)):
        return "date"
    if len(words) <= 60 and _title_end.search(words):
        return "title"
    if speaker_of(words) is not None:
        return "speaker"
    if _editor.match(words):
        return "editor"
    if len(words) > 60 or re.search(r"[。；！？][”’）]?$", words):
        return "prose"
    return "other"


def date_line(words: str) -> bool:
    """A line that only says when and where: （2015年3月6日）, ——2020年5月22日在某会议上, 2004年2月17日."""
    found = DATE.search(words)
    before, rest = words[:found.start()], DATE.sub("", words, count=2).strip(" 　（）()[]【】—－-―─–、和至,，*:：星期一二三四五六日")
    if not rest:
        return True
    if _title_end.search(rest) or not re.match(r"^(?:[（(—－\-―─–\s]|日期|时间|发布)*[^，。；]{0,6}?$", before):
        return False
    return bool(re.search(r"上$|会|通过|审议|讲话|报告", rest)) or len(rest) <= 8


def speaker_of(words: str) -> str | None:
    """The name in a speaker line, "" for a line that has only the post, None where the line is no speaker line.

    >>> speaker_of("砚州市市长　何 清"), speaker_of("市长"), speaker_of("我们要实干")
    ('何清', '', None)
    """
    if len(words) > 32 or re.search(r"[，。；！？：]$", words):
        return None
    alone = re.sub(r"\s", "", words)
    if 2 <= len(alone) <= 3 and is_name(alone):
        return alone
    found = _post.match(words)
    if not found:
        return None
    name = re.sub(r"\s", "", found["name"] or "")
    return name if not name or is_name(name) else None


def is_name(name: str) -> bool:
    """Whether a word can be the name of a person: a surname and one or two characters, hidden ones (何××) too; no everyday word."""
    double = name[:2] in {"欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "司徒", "夏侯", "慕容"}
    return bool(re.fullmatch(r"[\u4e00-\u9fff×ｘXx*＊]{2,4}|[\u4e00-\u9fff]{2,5}·[\u4e00-\u9fff]{2,6}", name)) and (
        name[0] in SURNAMES and len(name) <= 3 or double and len(name) <= 4 or "·" in name) and name not in NO_NAMES and name[-1] not in "会区局"


def read_head(lines: list[Line], reasons: dict[int, str]) -> dict:
    """Find title, date, speaker and the first line of the body; lines before the title are boilerplate."""
    count = sum(1 for line in lines[:HEAD_LINES] if line.start < lines[0].start + HEAD_LENGTH) if lines else 0
    kinds = {number: kind_of(lines[number].words) for number in range(count) if number not in reasons}
    body = body_line(lines, kinds)
    before = [number for number in kinds if number < body]
    title = title_lines(lines, before, kinds)
    head: dict = {"reasons": {}, "title_at": None, "body_at": body}
    if title:
        head["title_at"] = (lines[title[0]].start, lines[title[-1]].end)
        head["title"] = title_words([lines[number].words for number in title])
    first = title[0] if title else min((n for n in before if kinds[n] in ("date", "speaker", "title")), default=body)
    head["reasons"].update(contents(lines, kinds))
    head["reasons"].update({n: "before_title" for n in range(first) if kinds.get(n) not in ("date", "speaker")})
    head["reasons"].update({n: "editor" for n in before if n > first and kinds[n] in ("editor", "prose")})
    said = [lines[n].words for n in before if kinds[n] in ("date", "speaker") or n in title]
    head.update(head_facts(said, [lines[n].words for n in before if kinds[n] == "speaker"]))
    return head


def body_line(lines: list[Line], kinds: dict[int, str]) -> int:
    """Number of the first line of the body: the salutation, else the first line after title, date and speaker."""
    leading, clear = False, True  # clear: nothing but short lines so far, or since title, date or speaker
    for number, kind in kinds.items():
        if kind == "salutation" and clear:
            return number
        if kind in ("title", "date", "speaker", "contents"):
            leading = clear = True
        elif kind in ("prose", "heading"):
            clear = False
            if leading and kind == "heading" and "contents" not in kinds.values():
                break
    last, prose = -1, 0
    whole = lines[-1].end - lines[0].start if lines else 0
    for number, kind in kinds.items():
        if kind in ("prose", "heading") and last >= 0 or prose > 200 and prose > .3 * whole:
            break  # nobody writes a third of a speech before its title: this one has none, or an appendix has one
        prose += len(lines[number].words) * (kind == "prose")
        if kind in ("title", "date", "speaker"):
            last = number
    following = [number for number in range(last + 1, len(lines)) if kinds.get(number) != "editor" and (number in kinds or number >= len(kinds))]
    if last < 0 and len(following) > 1 and looks_like_title(lines, following, kinds):
        return following[1]
    return following[0] if following else len(lines)


def contents(lines: list[Line], kinds: dict[int, str]) -> dict[int, str]:
    """A table of contents: the line 目录 and those after it that come again further down."""
    start = next((number for number, kind in kinds.items() if kind == "contents"), None)
    if start is None:
        return {}
    later: dict[str, int] = {}
    for number, line in enumerate(lines):
        later[_entry(line.words)] = number
    salutation = next((number for number, kind in kinds.items() if kind == "salutation" and number > start), 0)
    if salutation and all(kinds.get(number) != "prose" for number in range(start, salutation)):
        return dict.fromkeys(range(start, salutation), "contents")
    end = start + 1
    while end < len(lines) and later[_entry(lines[end].words)] > end and kinds.get(end) != "salutation":
        end += 1
    return dict.fromkeys(range(start, end), "contents")


def _entry(words: str) -> str:
    """An entry of a table of contents without leaders and page number."""
    return re.sub(r"[.…·\s]*[（(]?\d*[）)]?$", "", words)


def looks_like_title(lines: list[Line], following: list[int], kinds: dict[int, str]) -> bool:
    """A short line without a full stop, alone before a paragraph of prose."""
    first, second = following[:2]
    return kinds.get(first) == "other" and 4 <= len(lines[first].words) <= 40 and kinds.get(second) == "prose" \
        and not re.search(r"[，：:、]$", lines[first].words)


def title_lines(lines: list[Line], before: list[int], kinds: dict[int, str]) -> list[int]:
    """Numbers of the lines of the title, [] where there is none: the last line before the body that ends like a title."""
    for test in (lambda n: kinds[n] == "title", lambda n: kinds[n] == "other" and len(lines[n].words) <= 60 and
                 _title_hold.search(lines[n].words) is not None):
        for number in reversed(before):
            if test(number):
                return _with_neighbours(lines, before, kinds, number)
    rest = [n for n in before if kinds[n] == "other"]
    if not rest or len(lines[rest[-1]].words) > 60:
        return []
    return rest[-2:] if rest[-2:] == [rest[-1] - 1, rest[-1]] and len(lines[rest[-2]].words) <= 40 else rest[-1:]


def _with_neighbours(lines: list[Line], before: list[int], kinds: dict[int, str], number: int) -> list[int]:
    """A title over two lines: its first half opens with 在, 关于 or 中共, or its second half is a subtitle after a dash."""
    previous = number - 1
    if previous in before and kinds[previous] in ("other", "title") and len(lines[previous].words) <= 60:
        subtitle = re.match(r"[—－―─–-]{1,3}", lines[number].words)
        half = kinds[previous] == "other" and re.match(r"在|关于|中共|中国共产党", lines[previous].words) \
            and lines[number].start - lines[previous].end <= 8
        twin = kinds[previous] == "title" and lines[number].start - lines[previous].end <= 5
        if subtitle or half or twin:
            return [previous, number]
    return [number]


def title_words(lines: list[str]) -> str:
    """Join the lines of a title; a subtitle keeps its dash, a place and date after a dash are no part of it."""
    whole = lines[0]
    for line in lines[1:]:
        whole += line if re.match(r"[—－―─–-]", line) or not _title_end.search(whole) and re.match("在|关于|中共", whole) else " " + line
    return re.sub(r"\s*[—－―─–-]{1,2}\s*[12]\d{3}年.{4,50}上$", "", whole).lstrip("—－―─–- ")


def head_facts(said: list[str], speakers: list[str]) -> dict[str, str]:
    facts = {}
    dates = [found[0] for words in said if (found := DATE.search(words))]
    if dates:
        facts["date"] = max(dates, key=lambda date: ("月" in date or len(date) > 5, -dates.index(date)))
    names = [name for words in speakers if (name := speaker_of(words))]
    if names:
        facts["speaker"] = names[0]
    places = [found[1] for words in said for found in [_place.search(DATE.sub("日", words))] if found]
    if places:
        facts["place"] = places[0]
    occasions = [found[1] for words in said for found in
                 [re.search(r"在([^，。]{2,50}?(?:会议?|大会|仪式|典礼|论坛|座谈会|推进会|动员会)[^，。]{0,6}?)上", words)] if found]
    if occasions:
        facts["occasion"] = occasions[0]
    return facts


# ---------------------------------------------------------------------------------------------------------------- spans

def line_marks(text: str, lines: list[Line], reasons: dict[int, str]) -> list[Mark]:
    """Whole lines, white space at their ends included; neighbours with nothing between become one mark."""
    marks: list[Mark] = []
    last = -2
    for number in sorted(reasons):
        start, end = text.rfind("\n", 0, lines[number].start) + 1, text.find("\n", lines[number].end)
        end = len(text) if end < 0 else end
        if marks and number == last + 1 and marks[-1].reason == reasons[number]:
            marks[-1] = marks[-1]._replace(end=end)
        else:
            marks.append(Mark(start, end, reasons[number]))
        last = number
    return marks


def tidy(text: str, marks: list[Mark]) -> list[Mark]:
    """Sort, and let no mark overlap the one before it."""
    kept: list[Mark] = []
    for mark in sorted(set(marks), key=lambda mark: (mark.start, -mark.end)):
        if kept and mark.start < kept[-1].end:
            if mark.end <= kept[-1].end:
                continue
            mark = mark._replace(start=kept[-1].end)
        kept.append(mark)
    return kept


def trim(text: str, place: tuple[int, int]) -> tuple[int, int]:
    """Take off a title the dashes that open it, and a place and date that follow it on its line."""
    start, end = place
    if found := re.search(r"[\s*]*[—－―─–-]{1,2}\s*[12]\d{3}年[^\n]{4,50}上$", text[start:end]):
        end = start + found.start() if found.start() else end
    while start < end and text[start] in "—－―─–- \u3000":
        start += 1
    return start, end
