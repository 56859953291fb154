"""Which questions does the speaker not expect to be answered?  Hypophora 设问, rhetorical questions 反问."""

from __future__ import annotations

import re

from ..spans import Found
from ..units import Document
from . import device

_denied = re.compile("难道|何尝|岂|怎能|怎么能|怎会|哪能|哪里能|何必|何苦|谈何|又有谁|能不|不正是|不就是|不是.{1,20}吗")
_asks = re.compile("什么|怎么|怎样|如何|为何|哪|谁|何|几|多少|吗|呢|是否|能不能|是不是|该不该")


@device("hypophora", "设问", "hypophora", "自问自答：提出问题，紧接着自己回答。", "The speaker asks and at once gives the answer.")
def find_hypophora(document: Document, found: list[Found]) -> list[Found]:
    """Find questions that the next sentence answers; one row for question and answer."""
    view, sentences, rows = document.view, document.sentences, []
    for (start, end), (next_start, next_end) in zip(sentences, sentences[1:]):
        if view[end - 1] not in "？?" or _denied.search(view, start, end) or view[next_end - 1] in "？?":
            continue
        if _asks.search(view, start, end) and "\n" not in view[end:next_start]:
            rows.append(Found("hypophora", start, next_end, confidence=.8))
    return rows


@device("rhetorical_question", "反问", "rhetorical question", "用疑问的形式表达确定的意思，无需回答。",
        "A question whose asked-for answer is its denial.")
def find_rhetorical_questions(document: Document, found: list[Found]) -> list[Found]:
    """Find questions that deny themselves (难道 …？); one row per question."""
    view = document.view
    return [Found("rhetorical_question", start, end, attributes={"anchor": match[0]}, confidence=.8)
            for start, end in document.sentences if view[end - 1] in "？?" and (match := _denied.search(view, start, end))]
