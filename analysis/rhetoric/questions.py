"""Which questions are not asked to be answered by others?  Hypophora 设问, rhetorical questions 反问."""

from __future__ import annotations

import re

from analysis.spans import Found
from analysis.units import HAN, Document
from analysis.rhetoric import device

_denied = re.compile(
    "难道|何尝|何曾|岂|孰|怎能|怎么能|怎么会|怎会|怎敢|怎么敢|怎么好|怎么对得起|怎么知道|哪能|哪里能|哪会|哪敢|何必|何苦|谈何|何谈|何以"
    "|有什么(?:资格|理由|脸)|凭什么|又有谁|谁家|谁(?:还|敢|不|能|愿|会)|哪一?[位个].{0,6}敢|跟谁.{0,2}$|还怎么|哪有|哪里还|不正是|不就是"
    "|如何.{0,3}得|(?<!能)能不(?!能)|这叫.{1,8}$|不是.{1,20}吗|还.{0,10}吗"
    "|(?:能|行|对得起|说得过去|称得上|配|算).{0,12}吗")
_asks = re.compile("什么|怎么|怎样|如何|为何|何在|何为|哪|谁|几|多少|多久|为啥|咋|靠啥|呢[？?]?$")
_weakly = re.compile(r"吗|(.)不\1|(.)没\2")  # asks as well, where the answer is brief
_opens_answer = re.compile("因为|就是|就在|是|靠|首先|第一|一是|一靠|答案|关键|我看|我认为|我说|我的|要|必须|不|没有|没|有|当然|很简单|说到底|根子|原因|归根|无非|其实|"
                           "我们|大家|今天|这")
_answer_end, _says = re.compile("[，；：]"), re.compile("(?:说|问|想|讲|问我|一句|议论|疑问)[，：]")
_gram = re.compile(f"(?=([{HAN}]{{2}}))")
_verb = re.compile(f"([{HAN}])(?:什么|谁|哪|啥|多少|几)")


@device("hypophora", "设问", "hypophora", "自问自答：提出问题，紧接着自己回答。", "The speaker asks and at once gives the answer.")
def find_hypophora(document: Document, found: list[Found]) -> list[Found]:
    """Find questions that the next sentence, up to its first ； or ：, answers; one row for question and answer.

    >>> import numpy as np
    >>> text = "路修通靠什么？靠大家一锹一镐。"
    >>> [one.attributes["echo"] for one in find_hypophora(Document("", text, np.arange(len(text))), [])]
    ['靠']
    """
    view, sentences, rows = document.view, document.sentences, []
    first = None  # where a row of questions began
    for (start, end), (next_start, next_end) in zip(sentences, sentences[1:]):
        if not asks(view, start, end) or "\n" in view[end:next_start]:
            first = None
            continue
        first = question_start(view, start, end) if first is None else first
        if asks(view, next_start, next_end) or view[next_end - 1] in "？?":
            continue
        echo = echoed(view[start:end], view[next_start:next_end])
        opener = _opens_answer.match(view, next_start, next_end)
        asked = _asks.search(view, start, end) or next_end - next_start <= 10 and _weakly.search(view, start, end)
        if (echo or opener or asked) and not _denied.search(view, start, end - 1):
            rows.append(Found("hypophora", first, answer_end(view, next_start, next_end),
                              confidence=.9 if echo or opener else .6,
                              attributes={"echo": echo, "opener": opener[0] if opener else ""}))
        first = None
    return rows


def question_start(view: str, start: int, end: int) -> int:
    """Where the question itself begins: a short 怎么办 stands alone, and so does what somebody is said to ask."""
    said = list(_says.finditer(view, start, end))
    if said:
        return said[-1].end()
    last = max(view.rfind(mark, start, end - 1) for mark in "，；：")
    alone = end - last < 7 or end - start > 20 and _asks.search(view, last, end)
    return last + 1 if last > start and alone else start


def answer_end(view: str, start: int, end: int) -> int:
    """An answer ends at the first ； or ：, a long one with its second clause."""
    marks = [mark for mark in _answer_end.finditer(view, start, end)]
    stop = next((mark.start() for mark in marks if mark[0] != "，"), end)
    if stop - start > 30 and len(marks) > 1:
        stop = min(stop, marks[1].start())
    return stop


def asks(view: str, start: int, end: int) -> bool:
    """Is a sentence a question?"""
    return "？" in view[max(start, end - 3):end] or "?" in view[max(start, end - 3):end]


def echoed(question: str, answer: str) -> str:
    """The verb before the question word, or two characters, that the answer takes up at its beginning."""
    verb = _verb.search(question)
    if verb and answer.startswith(verb[1]):
        return verb[1]
    head = answer[:12]
    return next((pair for pair in _gram.findall(question) if pair in head and not _asks.search(pair)), "")


@device("rhetorical_question", "反问", "rhetorical question", "用疑问的形式表达确定的意思，无需回答。",
        "A question whose asked-for answer is its denial.")
def find_rhetorical_questions(document: Document, found: list[Found]) -> list[Found]:
    """Find questions that deny themselves (难道 …？); one row per question."""
    view, rows = document.view, []
    for start, end in document.sentences:
        if asks(view, start, end) and (match := _denied.search(view, start, end - 1)):
            if end - start > 30:  # a long sentence: from the clause that asks
                start = 1 + max([start - 1, *(view.rfind(mark, start, match.start()) for mark in "，；：")])
            rows.append(Found("rhetorical_question", start, end, attributes={"anchor": match[0]}, confidence=.8))
    return rows
