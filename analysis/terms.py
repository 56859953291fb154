"""How often, where, beside what?  Rates with intervals, dispersion, n-grams, concepts, collocations.

Everything here counts a tokens table (words.py); n-grams, concepts and spans come in the same shape, so they count
alike.
"""

from __future__ import annotations

from typing import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.special import gammaln, xlogy

from analysis.statistics import PER, block_interval, rate_interval
from analysis.words import speech_lengths

DISPERSION = ["dp", "dp_norm", "dp_residual", "d_a", "juilland_d", "carroll_d2", "rosengren_s", "kld"]
WINDOWS = ("clause", "sentence", "paragraph")


# --- counts and rates -----------------------------------------------------------------------------------------------

def term_rates(tokens: pd.DataFrame, *, terms: Iterable[str] | None = None, groups: Mapping | pd.Series | None = None,
               fewest: int = 1, confidence: float = 0.95) -> pd.DataFrame:
    """Count terms, with rates per 1,000 Han characters, their intervals and their dispersion.

    One row per term, or per group and term when `groups` (speech -> group) is given; most frequent first.  `count`,
    `rate`, `low`, `high`, `interval` (`speeches`, `range`, `zero`, `within_text`: see statistics.rate_interval),
    `range` (speeches that use it), `n_speeches`, and the columns of `dispersion` over speeches (over paragraphs where
    there is one speech). `terms` picks and orders; one that does not occur gets a row of zeros.  `fewest` drops rarer
    ones.

    >>> from analysis.words import document_of, tokenize
    >>> table = term_rates(tokenize([document_of("要落实，要负责。", "甲"), document_of("要担当。", "乙")]), terms=["要"])
    >>> table[["term", "count", "rate", "low", "high", "range"]].round(1).values.tolist()
    [['要', 3, 333.3, 333.3, 333.3, 2]]
    """
    if groups is not None:
        parts = [term_rates(part, terms=terms, fewest=fewest, confidence=confidence).assign(group=group)
                 for group, part in split_by_group(tokens, groups)]
        table = pd.concat(parts, ignore_index=True)
        return table[["group", *table.columns.drop("group")]]
    counts, names, lengths = term_counts(tokens, terms=terms, fewest=fewest)
    table = rate_interval(counts, lengths, confidence=confidence)
    spread = counts
    if len(lengths) == 1 and len(tokens):
        spread, unit_lengths = _unit_counts(tokens, names, "paragraph")
        table = block_interval(*_unit_counts(tokens, names, "sentence"), confidence=confidence)
    else:
        unit_lengths = lengths.to_numpy()
    table.insert(0, "term", names)
    table.insert(1, "count", np.asarray(counts.sum(0)).ravel().astype(int))
    table["range"] = np.asarray((counts > 0).sum(0)).ravel().astype(int)
    table = pd.concat([table, dispersion(spread, unit_lengths)], axis=1)
    if terms is None:
        table = table.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)
    return table


def term_counts(tokens: pd.DataFrame, *, terms: Iterable[str] | None = None,
                fewest: int = 1) -> tuple[sparse.csr_matrix, list[str], pd.Series]:
    """Count terms by speech: a sparse matrix (a row per speech, a column per term), the terms, and the speeches' lengths.

    Speeches in the order of `speech_lengths`; those without any of the words count too.
    """
    lengths = speech_lengths(tokens)
    place = pd.Series(np.arange(len(lengths)), index=lengths.index)
    row = place[list(tokens.speech.cat.categories)].to_numpy()[tokens.speech.cat.codes]
    words = tokens.word.cat.categories
    cells = sparse.csr_matrix((np.ones(len(tokens)), (row, tokens.word.cat.codes)), shape=(len(lengths), len(words)))
    if terms is None:
        chosen = np.flatnonzero(np.asarray(cells.sum(0)).ravel() >= max(fewest, 1))
        return cells[:, chosen], list(words[chosen]), lengths
    names = list(dict.fromkeys([terms] if isinstance(terms, str) else terms))
    column = words.get_indexer(names)
    if not names or (column < 0).all():
        raise ValueError(f"terms: none of {', '.join(map(repr, names)) or 'the empty list'} occurs in these speeches")
    found = sparse.csr_matrix(cells[:, np.maximum(column, 0)] @ sparse.diags((column >= 0).astype(float)))
    return found, names, lengths


def split_by_group(tokens: pd.DataFrame, groups: Mapping | pd.Series) -> list[tuple[str, pd.DataFrame]]:
    """Split tokens by the speeches' group, in the order of the groups' names; speeches without a group are left out."""
    group_of = speech_groups(tokens, groups)
    parts = []
    for group in sorted(group_of.unique(), key=str):
        members = group_of.index[group_of == group]
        part = tokens[tokens.speech.isin(members)].copy()
        part["speech"] = part.speech.cat.set_categories(members)
        part.attrs = {**tokens.attrs, "han": {speech: int(length) for speech, length in speech_lengths(tokens)[members].items()}}
        parts.append((group, part))
    return parts


def speech_groups(tokens: pd.DataFrame, groups: Mapping | pd.Series) -> pd.Series:
    """Give the group of each speech that has one, in the order of the speeches."""
    given = groups if isinstance(groups, pd.Series) else pd.Series(dict(groups), dtype=object)
    if given.index.has_duplicates:
        raise ValueError("groups: a speech stands in two groups; give one group for each speech")
    group_of = given.reindex(speech_lengths(tokens).index).dropna()
    if not len(group_of):
        raise ValueError("groups: none of the speeches has a group; the keys must be the speeches' names")
    return group_of


def _unit_counts(tokens: pd.DataFrame, names: list[str], unit: str) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Count terms by a unit of one speech, with the Han characters of its words as lengths."""
    column = pd.Index(names).get_indexer(tokens.word.cat.categories)[tokens.word.cat.codes]
    row = pd.factorize(tokens[unit], sort=True)[0]
    n = row.max() + 1
    kept = column >= 0
    counts = sparse.csr_matrix((np.ones(kept.sum()), (row[kept], column[kept])), shape=(n, len(names)))
    return counts, np.bincount(row, weights=(tokens.end - tokens.start).to_numpy(), minlength=n)


def tf_idf(tokens: pd.DataFrame, *, top: int = 20) -> pd.DataFrame:
    """Weigh the terms of each speech by how few other speeches use them.

    One row per speech and term, the `top` ones of each speech: `count`, `rate` per 1,000 Han, `range`, `weight` = rate
    times ln(speeches / range) (Spärck Jones 1972, *J. Documentation* 28, 11-21).
    """
    counts, names, lengths = term_counts(tokens)
    ranges = np.asarray((counts > 0).sum(0)).ravel()
    cells = counts.tocoo()
    table = pd.DataFrame({"speech": lengths.index.to_numpy()[cells.row], "term": np.array(names, object)[cells.col],
                          "count": cells.data.astype(int), "rate": PER * cells.data / lengths.to_numpy()[cells.row],
                          "range": ranges[cells.col]})
    table["weight"] = table.rate * np.log(len(lengths) / table.range)
    order = pd.Series(np.arange(len(lengths)), index=lengths.index)
    table = table.sort_values(["weight", "term"], ascending=[False, True])
    return (table.groupby("speech", sort=False).head(top)
            .sort_values("speech", key=lambda speech: speech.map(order), kind="stable", ignore_index=True))


# --- dispersion -----------------------------------------------------------------------------------------------------

def dispersion(counts, lengths: Iterable[float]) -> pd.DataFrame:
    """Measure how evenly terms spread over parts (speeches, or sections of one).

    `counts` has a row per part, a column per term.  With v the counts, f their sum, s the parts' shares of all
    characters, p = v / n the rates.  One row per term:

    - `dp`: half the sum of |v/f - s|, 0 is even (Gries 2008, *Int. J. Corpus Linguistics* 13, 403-437); `dp_norm`: dp /
      (1 - min s) (Lijffijt and Gries 2012, ibid. 17, 147-149); `dp_residual`: dp less the dp of a word of this
      frequency scattered at random, since rare words cannot be even (mean absolute deviation of the binomial, De
      Moivre);
    - `d_a`: 1 - mean |p_i - p_j| / (2 mean p), 1 is even (Burch, Egbert and Biber 2017, *J. Research Design* 3,
      189-216);
    - `juilland_d`: 1 - (sd p / mean p) / sqrt(n - 1) (Juilland and Chang-Rodríguez 1964); `carroll_d2`: -sum q log2 q /
      log2 n with q = p / sum p (Carroll 1970); `rosengren_s`: (sum sqrt(s v))^2 / f (Rosengren 1971); all 1 is even;
    - `kld`: sum v/f log2((v/f) / s), 0 is even (Gries 2020).

    Terms without uses and texts of one part have no value.

    >>> dispersion([[1], [2], [3], [4], [5]], [9, 10, 10, 10, 11])[["dp", "dp_norm"]].round(5).values.tolist()
    [[0.18, 0.21951]]
    """
    lengths = np.asarray(lengths, float)
    counts = sparse.csr_matrix(counts, dtype=float)[lengths > 0].tocoo()
    lengths = lengths[lengths > 0]
    n, width = counts.shape
    row, term, v = counts.row, counts.col, counts.data
    share = lengths / lengths.sum()
    total = np.bincount(term, weights=v, minlength=width)
    with np.errstate(divide="ignore", invalid="ignore"):
        part, p = v / total[term], v / lengths[row]
        p_sum, p_square = (np.bincount(term, weights=p ** power, minlength=width) for power in (1, 2))
        dp = (1 + np.bincount(term, weights=np.abs(part - share[row]) - share[row], minlength=width)) / 2
        q = p / p_sum[term]
        mean = p_sum / n
        table = pd.DataFrame({
            "dp": dp, "dp_norm": dp / (1 - share.min()), "dp_residual": dp - _dp_at_random(total, share),
            "d_a": 1 - _mean_difference(term, p, n, width) / (2 * mean),
            "juilland_d": 1 - np.sqrt(np.maximum(p_square / n - mean ** 2, 0)) / mean / np.sqrt(n - 1),
            "carroll_d2": -np.bincount(term, weights=xlogy(q, q), minlength=width) / np.log(n),
            "rosengren_s": np.bincount(term, weights=np.sqrt(share[row] * v), minlength=width) ** 2 / total,
            "kld": np.bincount(term, weights=xlogy(part, part / share[row]), minlength=width) / np.log(2)})
    table[(total == 0) | (n < 2)] = np.nan
    return table


def _mean_difference(term: np.ndarray, p: np.ndarray, n: int, width: int) -> np.ndarray:
    """Mean of |p_i - p_j| over pairs of parts, from the ranks; parts without uses rank lowest and add nothing."""
    order = np.lexsort((p, term))
    term, p = term[order], p[order]
    uses = np.bincount(term, minlength=width)
    first = np.concatenate([[0], np.cumsum(uses)[:-1]])
    rank = np.arange(len(term)) - first[term] + (n - uses[term]) + 1
    return np.bincount(term, weights=(2 * rank - n - 1) * p, minlength=width) * 2 / (n * (n - 1))


def _dp_at_random(total: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Expected dp of a word whose uses fall on the parts by their lengths alone."""
    frequency, back = np.unique(total, return_inverse=True)
    f, s = np.maximum(frequency, 1)[:, None], np.clip(share, 1e-12, 1 - 1e-12)[None, :]
    k = np.floor(f * s) + 1
    log_choose = gammaln(f + 1) - gammaln(k + 1) - gammaln(f - k + 1)
    deviation = 2 * np.exp(np.log(k) + log_choose + k * np.log(s) + (f - k + 1) * np.log1p(-s))
    return (deviation / f).sum(1)[back] / 2


# --- n-grams, concepts, anything countable --------------------------------------------------------------------------

def ngrams(tokens: pd.DataFrame, *, n: int = 2, skip: int = 0, window: str = "clause", fewest: int = 2) -> pd.DataFrame:
    """Join neighbouring words to n-grams, or to skip-grams with up to `skip` words left out between two neighbours.

    A tokens table with one row per n-gram, `word` being its words joined by a space: count it like words.  No n-gram
    crosses a delimiter (`clause`), or the sentence or paragraph.  Words that a filter dropped leave a gap that n-grams
    do not bridge. `fewest` drops n-grams that are rarer in all speeches together.

    >>> from analysis.words import document_of, tokenize
    >>> list(ngrams(tokenize([document_of("狠抓作风建设，狠抓作风建设。")]), fewest=2).word.unique())
    ['狠抓 作风', '作风 建设']
    """
    if n < 2 or skip < 0:
        raise ValueError(f"ngrams: n must be 2 or more and skip 0 or more; got n={n}, skip={skip}")
    _check_window(window)
    chains = np.arange(len(tokens))[:, None]
    place, unit = tokens.index.to_numpy(), _unit_numbers(tokens, window)
    for _ in range(n - 1):
        longer = []
        for step in range(1, skip + 2):
            following = chains[:, -1] + step
            inside = following < len(tokens)
            chain, following = chains[inside], following[inside]
            last = chain[:, -1]
            joined = (unit[last] == unit[following]) & (place[following] - place[last] <= skip + 1)
            longer.append(np.column_stack([chain[joined], following[joined]]))
        chains = np.concatenate(longer)
    chains = chains[np.lexsort(chains.T[::-1])]
    code, names = _name_chains(tokens, chains, fewest)
    kept = code >= 0
    first, last = chains[kept, 0], chains[kept, -1]
    table = tokens.iloc[first].copy()
    table["end"] = tokens.end.to_numpy()[last]
    table["word"] = pd.Categorical.from_codes(code[kept], categories=names)
    table["pos"] = pd.Categorical.from_codes(np.zeros(len(table), "int8"), categories=["ngram"])
    table.attrs = dict(tokens.attrs)
    return table


def _name_chains(tokens: pd.DataFrame, chains: np.ndarray, fewest: int) -> tuple[np.ndarray, list[str]]:
    """Number the chains that occur often enough, in the order of their names; -1 for the others."""
    words = tokens.word.cat.categories
    codes = tokens.word.cat.codes.to_numpy().astype("int64")[chains]
    key = codes[:, 0]
    for column in codes.T[1:]:
        key = pd.factorize(key * len(words) + column)[0].astype("int64")
    distinct, first, back, count = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    often = np.flatnonzero(count >= fewest)
    named = np.array([" ".join(words[code] for code in codes[row]) for row in first[often]], dtype=object)
    order = np.argsort(named) if len(named) else np.array([], int)
    number = np.full(len(distinct), -1)
    number[often[order]] = np.arange(len(often))
    return number[back], list(named[order])


def concept_tokens(tokens: pd.DataFrame, dictionary: pd.DataFrame | Mapping[str, Iterable[str]], *,
                   level: int | None = None) -> pd.DataFrame:
    """Find the terms of a user's dictionary and name them by category, to be counted like words.

    `dictionary` is a table with the columns `term` and `category`, or a mapping category -> terms; nested categories
    are written `作风/问题`, and `level=1` counts the outermost only.  A term may be several words as the segmenter cuts,
    but must begin and end where words do (人民 is not found in 人民币); the longest term wins.  A tokens table, `word` =
    category.

    >>> from analysis.words import document_of, tokenize
    >>> found = concept_tokens(tokenize([document_of("狠抓作风建设，转变作风。")]), {"作风": ["作风", "作风建设"]})
    >>> list(zip(found.word, found.start, found.end))
    [('作风', 2, 6), ('作风', 9, 11)]
    """
    category_of = _category_of(dictionary, level)
    text, starts, ends = _joined(tokens)
    word_from, word_to = (np.full(len(text) + 1, -1) for _ in range(2))
    word_from[starts], word_to[ends] = np.arange(len(tokens)), np.arange(len(tokens))
    taken, hits = np.zeros(len(text), bool), []
    for term in sorted(category_of, key=lambda term: (-len(term), term)):
        place = text.find(term)
        while place >= 0:
            stop = place + len(term)
            if word_from[place] >= 0 and word_to[stop] >= 0 and not taken[place:stop].any():
                taken[place:stop] = True
                hits.append((word_from[place], word_to[stop], category_of[term]))
            place = text.find(term, place + 1)
    if not hits:
        raise ValueError("dictionary: none of its terms occurs in these speeches")
    first, last, category = zip(*sorted(hits))
    return _relabelled(tokens, list(first), list(last), list(category), "concept")


def _category_of(dictionary, level: int | None) -> dict[str, str]:
    if not isinstance(dictionary, pd.DataFrame):
        dictionary = pd.DataFrame([(term, category) for category, terms in dict(dictionary).items() for term in terms],
                                  columns=["term", "category"])
    missing = [name for name in ("term", "category") if name not in dictionary]
    if missing:
        raise ValueError(f"dictionary: the table has no column {' and no column '.join(missing)}")
    rows = dictionary.dropna(subset=["term", "category"]).astype({"term": str, "category": str})
    rows = rows[rows.term.str.strip() != ""]
    twice = rows.groupby("term").category.nunique()
    if (twice > 1).any():
        raise ValueError(f"dictionary: {twice.index[twice > 1][0]!r} stands in two categories; a term is counted once")
    return {term.strip(): "/".join(category.split("/")[:level]) for term, category in zip(rows.term, rows.category)}


def _joined(tokens: pd.DataFrame) -> tuple[str, np.ndarray, np.ndarray]:
    """Write all words as one string, a line break wherever two are not neighbours; the words' starts and ends in it."""
    unit = _unit_numbers(tokens, "clause")
    apart = np.ones(len(tokens), bool)
    apart[1:] = (np.diff(unit) != 0) | (np.diff(tokens.index.to_numpy()) != 1)
    words = tokens.word.cat.categories
    pieces = np.concatenate([words, "\n" + words])[tokens.word.cat.codes + apart * len(words)]
    ends = np.cumsum(np.array([len(word) for word in words])[tokens.word.cat.codes] + apart)
    starts = np.concatenate([[0], ends[:-1]])[:len(ends)] + apart
    return "".join(pieces), starts, ends


def _relabelled(tokens: pd.DataFrame, first: list[int], last: list[int], names: list[str], pos: str) -> pd.DataFrame:
    table = tokens.iloc[first].copy()
    table["end"] = tokens.end.to_numpy()[last]
    table["word"] = pd.Categorical(names, categories=sorted(set(names)))
    table["pos"] = pd.Categorical([pos] * len(names))
    table.attrs = dict(tokens.attrs)
    return table


def countable(spans: pd.DataFrame, tokens: pd.DataFrame, *, by: str = "label") -> pd.DataFrame:
    """Bring a table of spans (with speech, start, end and a column to count by) into the shape of tokens.

    Then `term_rates`, `keyness` and the rest count devices like words.  `tokens` lends the speeches and their lengths.
    """
    lengths = speech_lengths(tokens)
    if by not in spans:
        raise ValueError(f"by: the spans have no column {by!r}; their columns are {', '.join(spans.columns)}")
    kept = spans[spans.speech.isin(lengths.index) & spans[by].notna()]
    names = kept[by].astype(str)
    table = pd.DataFrame({"speech": pd.Categorical(kept.speech.astype(str), categories=list(lengths.index)),
                          "start": kept.start.to_numpy("int32"), "end": kept.end.to_numpy("int32"),
                          "word": pd.Categorical(names, categories=sorted(set(names)))})
    table.attrs = {"han": {speech: int(length) for speech, length in lengths.items()}}
    return table


# --- collocation ----------------------------------------------------------------------------------------------------

def collocations(tokens: pd.DataFrame, *, node: str | None = None, window: str | int = "clause",
                 fewest: int = 3) -> pd.DataFrame:
    """Find words that keep company: beside one word (`node`), or all pairs.

    `window` is a unit, counted once each (`clause` here ends at ， and stronger marks, as lists joined by 、 are one), or
    a number of words to either side that does not cross such a clause, with the expectation adjusted to the window
    (Evert 2008). One row per pair: `word`, `other`, `together`, `n_word`, `n_other`, `range` (speeches where they
    meet), and the columns of `association`.  Strongest log-Dice first.

    >>> from analysis.words import document_of, tokenize
    >>> tokens = tokenize([document_of("改进作风。改进作风。改进工作。发展经济。")])
    >>> collocations(tokens, node="作风", fewest=2)[["other", "together", "log_dice"]].round(4).values.tolist()
    [['改进', 2, 13.6781]]
    """
    if node is not None and (node not in tokens.word.cat.categories or not (tokens.word == node).any()):
        raise ValueError(f"node: {node!r} does not occur as a word in these speeches")
    if isinstance(window, int) and not isinstance(window, bool):
        return _window_collocations(tokens, node, window, fewest)
    _check_window(window)
    unit = pd.factorize(_unit_numbers(tokens, "comma_clause" if window == "clause" else window))[0]
    words = tokens.word.cat.categories
    present = sparse.csr_matrix((np.ones(len(tokens)), (unit, tokens.word.cat.codes)),
                                shape=(unit.max() + 1, len(words)))
    present.data[:] = 1
    frequent = np.flatnonzero(np.asarray(present.sum(0)).ravel() >= fewest)
    present = present[:, frequent].tocsc()
    size = np.asarray(present.sum(0)).ravel()
    rows = np.arange(len(frequent)) if node is None else np.flatnonzero(words[frequent] == node)
    pairs = (present[:, rows].T @ present).tocoo()
    one, other, together = rows[pairs.row], pairs.col, pairs.data
    kept = (together >= fewest) & ((one < other) if node is None else (one != other))
    one, other, together = one[kept], other[kept], together[kept]
    table = pd.DataFrame({"word": words[frequent[one]], "other": words[frequent[other]], "together": together.astype(int),
                          "n_word": size[one].astype(int), "n_other": size[other].astype(int)})
    speech_of_unit = np.zeros(unit.max() + 1, int)
    speech_of_unit[unit] = tokens.speech.cat.codes
    table["range"] = _speeches_together(present, speech_of_unit, one, other)
    return _rank_pairs(table, association(together, size[one], size[other], present.shape[0]))


def _window_collocations(tokens: pd.DataFrame, node: str | None, span: int, fewest: int) -> pd.DataFrame:
    if span < 1:
        raise ValueError(f"window: {span} words; give 1 or more, or one of {', '.join(WINDOWS)}")
    code, place = tokens.word.cat.codes.to_numpy().astype("int64"), tokens.index.to_numpy()
    unit, words = _unit_numbers(tokens, "comma_clause"), tokens.word.cat.categories
    wanted = None if node is None else words.get_loc(node)
    near = []
    for step in range(1, span + 1):
        left = np.flatnonzero((unit[:-step] == unit[step:]) & (place[step:] - place[:-step] <= span))
        for one, other in ((left, left + step), (left + step, left)):
            kept = slice(None) if wanted is None else code[one] == wanted
            near.append(code[one[kept]] * len(tokens) + other[kept])
    one, at = np.divmod(pd.unique(np.concatenate(near)), len(tokens))  # a word near two uses of another counts once
    in_window = np.bincount(one, minlength=len(words))
    speech, speeches = tokens.speech.cat.codes.to_numpy()[at], len(tokens.speech.cat.categories)
    pair, pairs = pd.factorize(one * len(words) + code[at])
    together = np.bincount(pair)
    in_speeches = np.bincount(pd.unique(pair * speeches + speech) // speeches)
    one, other = np.divmod(pairs, len(words))
    kept = (together >= fewest) & ((one < other) if node is None else (one != other))
    one, other, together = one[kept], other[kept], together[kept]
    count = np.bincount(code, minlength=len(words))
    table = pd.DataFrame({"word": words[one], "other": words[other], "together": together, "n_word": count[one],
                          "n_other": count[other], "range": in_speeches[kept]})
    measures = association(together, in_window[one], count[other], len(tokens))
    measures["log_dice"] = 14 + np.log2(2 * together / (count[one] + count[other]))
    return _rank_pairs(table, measures)


def association(together, f_word, f_other, n) -> pd.DataFrame:
    """Measure how strongly two words attract each other, from their joint and single frequencies among `n` units.

    One row per pair: `expected` = f_x f_y / n; `mi` = log2(f_xy / expected) (Church and Hanks 1990); `mi3` with f_xy
    cubed (Daille 1994); `t` = (f_xy - expected) / sqrt(f_xy) (Church et al. 1991); `log_dice` = 14 + log2(2 f_xy / (f_x
    + f_y)) (Rychlý 2008); `g2` (Dunning 1993), negative for pairs that avoid each other; `delta_p_other` = P(other |
    word) - P(other | not word) and `delta_p_word` the other way round (Gries 2013).

    >>> association([20], [100], [80], 10000)[["mi", "log_dice", "g2"]].round(4).values.tolist()
    [[4.6439, 11.8301, 99.4589]]
    """
    both, x, y, n = (np.asarray(value, float) for value in (together, f_word, f_other, n))
    expected = x * y / n
    cells = np.array([both, x - both, y - both, np.maximum(n - x - y + both, 0)])
    margins = np.array([expected, x - expected, y - expected, n - x - y + expected])
    with np.errstate(divide="ignore", invalid="ignore"):
        g2 = 2 * (xlogy(cells, cells) - xlogy(cells, np.maximum(margins, 1e-12))).sum(0)
        return pd.DataFrame({
            "expected": expected, "mi": np.log2(both / expected), "mi3": np.log2(both ** 3 / expected),
            "t": (both - expected) / np.sqrt(both), "log_dice": 14 + np.log2(2 * both / (x + y)),
            "g2": np.sign(both - expected) * np.maximum(g2, 0),
            "delta_p_other": both / x - np.divide(y - both, n - x, out=np.zeros_like(expected), where=n > x),
            "delta_p_word": both / y - np.divide(x - both, n - y, out=np.zeros_like(expected), where=n > y)})


def _speeches_together(present: sparse.csc_matrix, speech_of_unit: np.ndarray, one: np.ndarray, other: np.ndarray):
    """Count the speeches in which two words share a unit."""
    units_of = [present.indices[present.indptr[word]:present.indptr[word + 1]] for word in range(present.shape[1])]
    return [len(np.unique(speech_of_unit[np.intersect1d(units_of[a], units_of[b], assume_unique=True)]))
            for a, b in zip(one, other)]


def _rank_pairs(table: pd.DataFrame, measures: pd.DataFrame) -> pd.DataFrame:
    table = pd.concat([table, measures], axis=1)
    return table.sort_values(["log_dice", "together", "word", "other"], ascending=[False, False, True, True], ignore_index=True)


def _unit_numbers(tokens: pd.DataFrame, unit: str) -> np.ndarray:
    """Number the units through all speeches."""
    return tokens.speech.cat.codes.to_numpy().astype("int64") * 2 ** 32 + tokens[unit].to_numpy()


def _check_window(window: str) -> None:
    if window not in WINDOWS:
        raise ValueError(f"window: {window!r} is not one of {', '.join(WINDOWS)}")
