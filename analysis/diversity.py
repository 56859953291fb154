"""How varied and how readable is a speech?  Measures of vocabulary that survive length, and the parts of readability."""

from __future__ import annotations

import re
from collections import Counter
from typing import Iterable

import numpy as np
import pandas as pd
from scipy.special import gammaln

from analysis.characters import COMMON
from analysis.units import COMMA, HAN, Document, count_han
from analysis.words import han_words

_han_run = re.compile(f"[{HAN}]+")
FUNCTION_TAGS = ("u", "p", "c", "y", "d", "r", "f")  # particles, prepositions, conjunctions, adverbs, pronouns, localisers


def lexical_diversity(tokens: pd.DataFrame, documents: Iterable[Document] = ()) -> pd.DataFrame:
    """Measure how varied each speech's words are.

    Over the words that hold a Han character, in their order.  One row per speech: `n_tokens`, `n_types`, `mattr_50`,
    `mattr_500`, `hdd`, `mtld`, `entropy` (bits per word).  With `documents` also `bigram_mattr_500`, the
    MATTR of the running Han character bigrams, which no segmenter touches: where it disagrees with the words, distrust
    the words.  A measure that needs more words than the speech has is missing.

    >>> from analysis.words import document_of, tokenize
    >>> lexical_diversity(tokenize([document_of("要抓落实，要抓作风。")]))[["n_tokens", "n_types"]].values.tolist()
    [[6, 4]]
    """
    words = han_words(tokens)
    code = words.word.cat.codes.to_numpy()
    bounds = np.searchsorted(words.speech.cat.codes, np.arange(len(words.speech.cat.categories) + 1))
    bigrams = {document.speech: _han_bigrams(document.view) for document in documents}
    rows = []
    for place, speech in enumerate(words.speech.cat.categories):
        own = code[bounds[place]:bounds[place + 1]]
        row = {"speech": speech, "n_tokens": len(own), "n_types": len(np.unique(own)), "mattr_50": mattr(own, 50),
               "mattr_500": mattr(own, 500), "hdd": hdd(own), "mtld": mtld(own),
               "entropy": _entropy(np.unique(own, return_counts=True)[1])}
        if bigrams:
            row["bigram_mattr_500"] = mattr(bigrams.get(speech, []), 500)
        rows.append(row)
    return pd.DataFrame(rows)


def mattr(words, window: int) -> float:
    """Average the share of different words over all windows of a length (Covington and McFall 2010, *J. Quant. Ling.* 17).

    >>> mattr(["要", "抓", "要", "抓"], 3)
    0.6666666666666666
    """
    previous = _previous_use(words)
    n = len(previous)
    if n < window:
        return float("nan")
    place = np.arange(n)
    first, last = np.maximum(place - window + 1, 0), np.minimum(place, n - window)  # windows that hold the word
    new = np.maximum(last - np.maximum(first, previous + 1) + 1, 0)  # those in which it has not come before
    return float(new.sum() / window / (n - window + 1))


def hdd(words, draws: int = 42) -> float:
    """Expect the share of different words in 42 random draws: HD-D (McCarthy and Jarvis 2007, *Language Testing* 24, 459-488)."""
    uses = np.unique(np.asarray(words), return_counts=True)[1]
    n = uses.sum()
    if n < draws:
        return float("nan")
    left = np.maximum(n - uses, draws - 1)  # words that are not this one; too few of them, and it is drawn for certain
    missed = np.where(n - uses < draws, 0, np.exp(gammaln(left + 1) - gammaln(np.maximum(left - draws, 0) + 1)
                                                 - gammaln(n + 1) + gammaln(n - draws + 1)))
    return float((1 - missed).sum() / draws)


def mtld(words, *, threshold: float = 0.72, shortest: int = 10) -> float:
    """Average the length over which the share of different words stays above .72, in both directions.

    MTLD (McCarthy and Jarvis 2010, *Behavior Research Methods* 42, 381-392), partial last factor included.
    """
    codes = pd.factorize(np.asarray(words))[0].tolist()
    if len(codes) < shortest:
        return float("nan")
    return (_factor_length(codes, threshold, shortest) + _factor_length(codes[::-1], threshold, shortest)) / 2


def _factor_length(codes: list[int], threshold: float, shortest: int) -> float:
    factors, seen, length = 0.0, set(), 0
    for code in codes[:-1]:
        seen.add(code)
        length += 1
        if length >= shortest and len(seen) < threshold * length:
            factors, seen, length = factors + 1, set(), 0
    seen.add(codes[-1])
    factors += (1 - len(seen) / (length + 1)) / (1 - threshold)
    return len(codes) / factors if factors else float("nan")


def mtld_ma(words, *, threshold: float = 0.72, shortest: int = 10) -> float:
    """Average MTLD's factor from every word on, in both directions (McCarthy and Jarvis 2010); no partial factors."""
    codes = np.asarray(pd.factorize(np.asarray(words))[0])
    both = [_moving_factor(each, threshold, shortest) for each in (codes, codes[::-1])]
    return float(np.mean(both))


def _moving_factor(codes: np.ndarray, threshold: float, shortest: int) -> float:
    previous, start = _previous_use(codes), np.arange(len(codes))
    types, lengths = np.zeros(len(codes)), []
    for step in range(len(codes)):
        inside = start + step < len(codes)
        start, types = start[inside], types[inside]
        if not len(start):
            break
        types = types + (previous[start + step] < start)
        done = (types < threshold * (step + 1)) & (step + 1 >= shortest)
        lengths.append(np.full(done.sum(), step + 1))
        start, types = start[~done], types[~done]
    lengths = np.concatenate(lengths) if lengths else np.array([])
    return float(lengths.mean()) if len(lengths) else float("nan")


def _previous_use(words) -> np.ndarray:
    """Place of each word's last use before, -1 for none."""
    codes = pd.factorize(np.asarray(words))[0] if len(words) else np.array([], int)
    order = np.argsort(codes, kind="stable")
    previous = np.full(len(codes), -1)
    same = codes[order[1:]] == codes[order[:-1]]
    previous[order[1:][same]] = order[:-1][same]
    return previous


def _han_bigrams(text: str) -> np.ndarray:
    pairs = [run[place:place + 2] for run in _han_run.findall(text) for place in range(len(run) - 1)]
    return np.asarray(pairs, dtype=object)


def _entropy(counts: Iterable[int]) -> float:
    counts = np.asarray(list(counts), float)
    share = counts / counts.sum() if len(counts) else counts
    return float(-(share * np.log2(share)).sum())


def readability(documents: Iterable[Document], tokens: pd.DataFrame) -> pd.DataFrame:
    """Give the components of readability; there is no validated formula for political Chinese, so none is computed.

    One row per speech: `n_han`, `n_sentences`, `han_per_sentence`, `han_per_clause` (clauses end at ， and stronger
    marks), `pause_share` (、 among 、，；：。！？), `longest_sentence` (Han), `common_share` (Han characters among
    the 500 most frequent of Chinese), `character_entropy` (bits), `function_word_share` (of words, by part of speech),
    `word_length` (Han per word), `de_chain` (的 per clause that has one) and `longest_de_chain`.  After
    AlphaReadabilityChinese (Lei, Wei and Liu 2024), which keeps its indices apart too.
    """
    documents = list(documents)
    characters = {document.speech: Counter("".join(_han_run.findall(document.view))) for document in documents}
    by_word = _word_components(tokens)
    rows = [{**_text_components(document, characters[document.speech]), **by_word.get(document.speech, {})}
            for document in documents]
    return pd.DataFrame(rows)


def _text_components(document: Document, characters: Counter) -> dict:
    view, n_han = document.view, sum(characters.values())
    sentences = [han for start, end in document.sentences if (han := count_han(view[start:end]))]
    clauses = sum(clause.level >= COMMA for clause in document.clauses)
    marks = Counter(character for character in view if character in "、，；：。！？")
    pieces = re.split("[，；：。！？\n]", view)
    chains = [count for piece in pieces if (count := piece.count("的"))]
    return {"speech": document.speech, "n_han": n_han, "n_sentences": len(sentences),
            "han_per_sentence": n_han / max(len(sentences), 1), "han_per_clause": n_han / max(clauses, 1),
            "pause_share": marks["、"] / max(marks.total(), 1), "longest_sentence": max(sentences, default=0),
            "common_share": sum(characters[han] for han in COMMON) / max(n_han, 1),
            "character_entropy": _entropy(characters.values()),
            "de_chain": float(np.mean(chains)) if chains else 0.0, "longest_de_chain": max(chains, default=0)}


def _word_components(tokens: pd.DataFrame) -> dict[str, dict]:
    words = han_words(tokens)
    grammatical = np.array([tag.startswith(FUNCTION_TAGS) for tag in words.pos.cat.categories])[words.pos.cat.codes]
    table = pd.DataFrame({"function_word_share": grammatical, "word_length": (words.end - words.start).to_numpy()})
    return table.groupby(words.speech.to_numpy()).mean().to_dict("index")
