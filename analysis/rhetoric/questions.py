"""Which questions are not asked to be answered by others?  Hypophora 设问, rhetorical questions 反问."""

from __future__ import annotations

import re

from analysis.spans import Found
from analysis.units import HAN, Document
from analysis.rhetoric import device

_denied = re.compile("难道|何尝|何曾|岂|怎能|怎么能|怎么会|怎会|哪能|哪里能|哪会|何必|何苦|谈何|何谈|有什么资格|凭什么|又有谁|谁还会|还怎么|能不(?!能)|哪有|不正是|不就是|不是.{1,20}吗"
                     "|(?:能|行|对得起|说得过去|称得上|配).{0,12}吗")
_asks = re.compile("什么|怎么|怎样|如何|为何|何在|何为|哪|谁|几|多少|为啥|咋|靠啥")
_opens_answer = re.compile("因为|就是|就在|是|靠|首先|第一|一是|一靠|答案|关键|我看|我认为|我说|我的|要|必须|不|没有|没|有|当然|很简单|说到底|根子|原因|归根|无非|其实|"
                           "我们|大家|今天|这")
_gram = re.compile(f"(?=([{HAN}]{{2}}))")
_verb = re.compile(f"([{HAN}])(?:什么|谁|哪|啥|多少|几)")


@device("hypophora", "设问", "hypophora", "自问自答：提出问题，紧接着自己回答。", "The speaker asks and at once gives the answer.")
def find_hypophora(document: Document, found: list[Found]) -> list[Found]:
    """Find questions that the next sentence answers; one row for the question, or questions, with the answer.

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
        first = start if first is None else first
        if asks(view, next_start, next_end) or view[next_end - 1] in "？?":
            continue
        if not _denied.search(view, start, end):
            echo = echoed(view[start:end], view[next_start:next_end])
            opener = _opens_answer.match(view, next_start, next_end)
            if echo or opener or _asks.search(view, start, end):
                rows.append(Found("hypophora", first, next_end, confidence=.9 if echo or opener else .6,
                                  attributes={"echo": echo, "opener": opener[0] if opener else ""}))
        first = None
    return rows


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
    view = document.view
    return [Found("rhetorical_question", start, end, attributes={"anchor": match[0]}, confidence=.8)
            for start, end in document.sentences if asks(view, start, end) and (match := _denied.search(view, start, end))]
