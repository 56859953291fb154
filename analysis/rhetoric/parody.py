"""Which stock saying is bent to a new purpose?  Parody 仿拟, for a small stock of sayings that officials like to bend."""

from __future__ import annotations

import re

from analysis.lexicons import scan
from analysis.spans import Found
from analysis.units import Document
from analysis.rhetoric import device

# The saying as everybody knows it, and a pattern that lets its filling vary.
STOCK = {
    "门难进、脸难看、话难听、事难办": "门.{1,2}进[、，]脸.{1,2}看(?:[、，]话.{1,2}听)?(?:[、，]事.{1,2}办)?",
    "世上无难事，只要肯登攀": "世上无.{2}[，、]只(?:要|怕).{2,4}",
    "只要思想不滑坡，办法总比困难多": "只要.{2}不滑坡[，、].{2}总比.{2}多",
    "当官不为民做主，不如回家卖红薯": "当官不.{2,5}[，、]不如回家.{3}",
}
_bent = re.compile("|".join(f"({pattern})" for pattern in STOCK.values()))
_start = re.compile("|".join(sorted({saying[0] for saying in STOCK})))
_sayings = list(STOCK)


@device("parody", "仿拟", "parody", "套用人们熟知的成句，更换其中的字词，翻出新意。", "A stock saying with some of its words changed.")
def find_parodies(document: Document, found: list[Found]) -> list[Found]:
    """Find stock sayings whose filling was changed; one row each, with the saying it bends. The saying itself is none.

    >>> import numpy as np
    >>> text = "如今门好进、脸好看、话好听。"
    >>> [one.attributes["source"] for one in find_parodies(Document("", text, np.arange(len(text))), [])]
    ['门难进、脸难看、话难听、事难办']
    """
    rows = []
    for match in scan(_start, _bent, document.view):
        source = _sayings[match.lastindex - 1]
        said = match[0].replace("，", "、")
        if not source.replace("，", "、").startswith(said):
            rows.append(Found("parody", match.start(), match.end(), confidence=.7, attributes={"source": source}))
    return rows
