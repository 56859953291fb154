"""What sets groups of speeches apart?  Key terms with effect sizes, tests over speeches, and word shifts."""

from __future__ import annotations

from typing import Iterable, Mapping

import numpy as np
import pandas as pd
from scipy import sparse, stats
from scipy.special import xlogy

from analysis.statistics import (FEWEST, PER, benjamini_hochberg, block_interval, log_ratio_interval, permutation_test,
                         rate_interval, refuses_p)
from analysis.terms import dispersion, speech_groups, term_counts

COLUMNS = ["group", "term", "count", "reference_count", "rate", "reference_rate", "log_ratio", "low", "high", "lrc", "interval",
           "g2", "bic", "log_odds_z", "range", "reference_range", "dp_norm", "p", "p_adjusted", "p_max", "note"]


def keyness(tokens: pd.DataFrame, groups: Mapping | pd.Series, *, group: str | None = None,
            reference: pd.DataFrame | None = None, reference_total: float | None = None,
            terms: Iterable[str] | None = None, fewest: int = 5, range_at_least: int = 2, prior: float = 500,
            relabelings: int | None = None) -> pd.DataFrame:
    """Find the terms that a group of speeches uses more, or less, than the others.

    Each group of `groups` (speech -> group) against all other speeches that have one, or only `group`; against an
    external list when `reference` gives `term` and `count`: rates are then per 1,000 words, or per 1,000 Han characters
    when `reference_total` says how many the list was counted on.
    One row per group and term with at least `fewest` uses in at least `range_at_least` speeches in all, strongest
    first:

    - `log_ratio` = log2 of the ratio of the rates, a zero count taken as .5 (Hardie 2014); `low`, `high` over speeches
      (`interval` = `speeches`, from 8 speeches a side on; else `within_text`, which says nothing about other speeches;
      infinite at one end where a count is zero); `lrc`: the end of the interval nearer to 0, 0 where it holds 0;
    - `g2` of the four cells (Dunning 1993), negative where the group uses the term less; `bic` = |g2| - ln(all
      characters);
    - `log_odds_z`: weighted log-odds with an informative Dirichlet prior (Monroe, Colaresi and Quinn 2008), whose
      weight is `prior` words; `dp_norm`: dispersion in the group's speeches, 0 is even;
    - `p` by permuting speeches, `p_adjusted` (Benjamini and Hochberg over all terms of the group), `p_max` (over all
      terms, by the largest score); 4,999 relabelings for each of more than two groups.  Missing, with the reason in
      `note`, where too few speeches make a test impossible, and against an external list.

    `note` also marks terms that one speech alone, or few parts of the group, account for.

    >>> from analysis.words import document_of, tokenize
    >>> tokens = tokenize([document_of("我们要落实", "甲"), document_of("各地要落实", "乙")])
    >>> table = keyness(tokens, {"甲": "A", "乙": "B"}, group="A", fewest=1, range_at_least=1)
    >>> table[["term", "count", "reference_count", "log_ratio"]].values.tolist()[1]
    ['我们', 1, 0, 1.0]
    """
    counts, names, lengths, group_of = _grouped_counts(tokens, groups, terms, fewest, range_at_least, reference is not None)
    chosen = sorted(group_of.unique(), key=str) if group is None else [group]
    if chosen[0] not in set(group_of):
        raise ValueError(f"group: no speech is in {group!r}; the groups are {', '.join(map(str, sorted(set(group_of), key=str)))}")
    words = np.bincount(_speech_rows(tokens, group_of), minlength=len(group_of))
    several = group_of.nunique() > 2
    tables, tested = [], None
    for name in chosen:
        inside = (group_of == name).to_numpy()
        target = _side(counts[inside], lengths[inside], tokens, list(group_of.index[inside]), names, words[inside].sum())
        if reference is None:
            other = _side(counts[~inside], lengths[~inside], tokens, list(group_of.index[~inside]), names, words[~inside].sum())
            if tested is None or several:  # of two groups, one against the other is the same test
                tested = permutation_test(counts, lengths, inside, relabelings=relabelings or (4999 if several else None))
        else:
            other = _external_side(reference, names, reference_total)
            if reference_total is None:
                target = _per_word(target)
        tables.append(_compare(name, names, target, other, tested, prior))
    return pd.concat(tables, ignore_index=True)


def _grouped_counts(tokens, groups, terms, fewest: int, range_at_least: int, external: bool):
    group_of = speech_groups(tokens, groups)
    if group_of.nunique() < 2 and not external:
        raise ValueError(f"groups: all speeches are in the one group {group_of.iloc[0]!r}; a comparison needs two")
    counts, names, lengths = term_counts(tokens, terms=terms)
    row = lengths.index.get_indexer(group_of.index)
    counts, lengths = counts[row], lengths.to_numpy(float)[row]
    if terms is None:
        total, spread = (np.asarray(each.sum(0)).ravel() for each in (counts, counts > 0))
        kept = np.flatnonzero((total >= fewest) & (spread >= min(range_at_least, len(row))))
        counts, names = counts[:, kept], [names[column] for column in kept]
    if not names:
        raise ValueError(f"fewest: no term has {fewest} uses in {range_at_least} speeches; lower `fewest` or `range_at_least`")
    return counts, names, lengths, group_of


def _speech_rows(tokens: pd.DataFrame, group_of: pd.Series) -> np.ndarray:
    """Row of each token's speech in `group_of`; tokens of other speeches are left out."""
    rows = group_of.index.get_indexer(tokens.speech.cat.categories)[tokens.speech.cat.codes]
    return rows[rows >= 0]


def _side(counts: sparse.csr_matrix, lengths: np.ndarray, tokens: pd.DataFrame, speeches: list, names: list,
          words: int) -> dict:
    """One side of a comparison: its counts, its rates with an interval, its spread."""
    intervals = rate_interval(counts, lengths)
    if len(lengths) < FEWEST and "sentence" in tokens:  # no interval over speeches: one over the sentences of those there are
        intervals = _within_text(tokens, speeches, names)
    return {"count": np.asarray(counts.sum(0)).ravel(), "total": lengths.sum(), "words": words, "speeches": len(lengths),
            "range": np.asarray((counts > 0).sum(0)).ravel(), "intervals": intervals,
            "dp_norm": dispersion(counts, lengths).dp_norm.to_numpy()}


def _within_text(tokens: pd.DataFrame, speeches: list, names: list) -> pd.DataFrame:
    own = tokens[tokens.speech.isin(speeches)]
    unit = pd.factorize(own.speech.cat.codes.to_numpy().astype("int64") * 2 ** 32 + own.sentence.to_numpy())[0]
    column = pd.Index(names).get_indexer(own.word.cat.categories)[own.word.cat.codes]
    kept = column >= 0
    cells = sparse.csr_matrix((np.ones(kept.sum()), (unit[kept], column[kept])), shape=(unit.max() + 1, len(names)))
    return block_interval(cells, np.bincount(unit, weights=(own.end - own.start).to_numpy()))


def _external_side(reference: pd.DataFrame, names: list, han: float | None) -> dict:
    missing = [column for column in ("term", "count") if column not in reference]
    if missing:
        raise ValueError(f"reference: the list has no column {' and no column '.join(missing)}")
    listed = reference.groupby("term")["count"].sum()
    if not len(listed) or (listed < 0).any() or listed.sum() <= 0:
        raise ValueError("reference: the counts must not be negative, and one at least must be above 0")
    count, total = listed.reindex(names).fillna(0).to_numpy(float), float(han or listed.sum())
    if total < listed.max():
        raise ValueError(f"reference_total: {total:g} is less than the count of one term, {listed.max():g}")
    rate = PER * count / total
    intervals = pd.DataFrame({"rate": rate, "low": rate, "high": rate, "interval": "speeches"})
    missing_values = np.full(len(names), np.nan)
    return {"count": count, "total": total, "words": float(listed.sum()), "speeches": 0, "range": missing_values,
            "intervals": intervals, "dp_norm": missing_values}


def _per_word(side: dict) -> dict:
    """Turn rates per character into rates per word."""
    intervals = side["intervals"].copy()
    intervals[["rate", "low", "high"]] *= side["total"] / side["words"]
    return {**side, "total": side["words"], "intervals": intervals}


def _compare(group: str, names: list, target: dict, other: dict, tested: pd.DataFrame | None, prior: float) -> pd.DataFrame:
    a, b, c, d = target["count"], other["count"], target["total"], other["total"]
    bounds = log_ratio_interval(_half_for_zero(target), _half_for_zero(other))
    low, high = bounds.low.to_numpy(), bounds.high.to_numpy()
    kinds = {*target["intervals"]["interval"], *other["intervals"]["interval"]}
    g2 = log_likelihood(a, b, c, d)
    odds = weighted_log_odds(a, b, totals=(target["words"], other["words"]), prior=prior)
    table = pd.DataFrame({
        "group": group, "term": names, "count": a.astype(int), "reference_count": b.astype(int), "rate": PER * a / c,
        "reference_rate": PER * b / d, "log_ratio": log_ratio(a, b, c, d), "low": low, "high": high,
        "lrc": np.where(low > 0, low, np.where(high < 0, high, np.where(np.isnan(low), np.nan, 0.0))),
        "interval": np.where(np.isnan(low), "none", "within_text" if "within_text" in kinds else "speeches"),
        "g2": g2, "bic": np.abs(g2) - np.log(c + d), "log_odds_z": odds.z.to_numpy(),
        "range": target["range"], "reference_range": other["range"], "dp_norm": target["dp_norm"]})
    table["p"] = tested.p if tested is not None else np.nan
    table["p_adjusted"] = benjamini_hochberg(table.p)
    table["p_max"] = tested.p_max if tested is not None else np.nan
    table["note"] = _notes(table, target["speeches"], other["speeches"])
    table = table[COLUMNS]
    return table.iloc[np.lexsort((table.term, -table.g2.abs()))].reset_index(drop=True)


def _half_for_zero(side: dict) -> pd.DataFrame:
    """Take half a use for none, as the log ratio does; the interval then runs from zero to the upper limit."""
    intervals = side["intervals"].reset_index(drop=True).copy()
    zero = side["count"] == 0
    intervals.loc[zero, "rate"] = PER * 0.5 / side["total"]
    return intervals


def _notes(table: pd.DataFrame, first: int, second: int) -> np.ndarray:
    reason = _why_no_p(first, second)
    spread = np.where(table["range"] + table.reference_range.fillna(2) < 2, "in one speech only",
                      np.where(table.dp_norm >= 0.8, "in few of the group's speeches", ""))
    return np.array(["; ".join(filter(None, parts)) for parts in zip([reason] * len(table), spread)], dtype=object)


def _why_no_p(first: int, second: int) -> str:
    if not second:
        return "effect sizes only: an external list has no speeches to relabel"
    if min(first, second) < 2:
        return "effect sizes only: a group of one speech"
    if refuses_p(first, second):
        return f"effect sizes only: {first} against {second} speeches cannot reach p = .05"
    return ""


def log_likelihood(count, reference_count, total, reference_total, *, cells: int = 4):
    """Compute G², signed: negative where the first text uses the term less (Dunning 1993, *Comp. Linguistics* 19, 61-74).

    Over the four cells of the table; `cells=2` gives the shortcut of Rayson and Garside (2000), close to it for rare
    terms.

    >>> round(float(log_likelihood(100, 50, 10000, 10000)), 4), round(float(log_likelihood(100, 50, 10000, 10000, cells=2)), 4)
    (17.1158, 16.9899)
    """
    a, b, c, d = (np.asarray(value, float) for value in (count, reference_count, total, reference_total))
    both = a + b
    e_a, e_b = c * both / (c + d), d * both / (c + d)
    g2 = _gain(a, e_a) + _gain(b, e_b)
    if cells == 4:
        g2 = g2 + _gain(c - a, c - e_a) + _gain(d - b, d - e_b)
    return np.where(a / c < b / d, -1, 1) * np.maximum(2 * g2, 0)


def _gain(observed, expected):
    return xlogy(observed, observed / np.where(expected > 0, expected, 1))


def log_ratio(count, reference_count, total, reference_total):
    """Compute log2 of the ratio of two rates; a count of zero is taken as .5 (Hardie 2014, *CASS blog*).

    >>> log_ratio([100, 1], [50, 0], 10000, 10000).round(4).tolist()
    [1.0, 1.0]
    """
    a, b = (np.where(np.asarray(value) == 0, 0.5, value) for value in (count, reference_count))
    return np.log2(a / np.asarray(total, float)) - np.log2(b / np.asarray(reference_total, float))


def weighted_log_odds(count, reference_count, *, totals: tuple[float, float] | None = None, prior: float = 500,
                      alpha: float | None = None) -> pd.DataFrame:
    """Compute the log-odds ratio of each word, weighted by an informative Dirichlet prior.

    Monroe, Colaresi and Quinn (2008, *Political Analysis* 16, 372-403), equations 16, 20 and 22.  The prior gives each
    word its part of `prior` pseudo-words, in proportion to its use in both texts; `alpha` instead gives every word the
    same. `totals` are the words of both texts (by default the sums of the counts).  One row per word: `log_odds`,
    `variance`, `z`.

    >>> weighted_log_odds([1, 0, 1, 7], [0, 1, 1, 7], alpha=.05).z.round(4).tolist()
    [0.6904, -0.6904, 0.0, 0.0]
    """
    y1, y2 = np.asarray(count, float), np.asarray(reference_count, float)
    n1, n2 = totals or (y1.sum(), y2.sum())
    prior_of = prior * (y1 + y2) / (n1 + n2) if alpha is None else np.full(len(y1), alpha, float)
    weight = prior if alpha is None else alpha * len(y1)
    odds = [np.log(y + prior_of) - np.log(np.maximum(n + weight - y - prior_of, 1e-9)) for y, n in ((y1, n1), (y2, n2))]
    variance = 1 / (y1 + prior_of) + 1 / (y2 + prior_of)
    return pd.DataFrame({"log_odds": odds[0] - odds[1], "variance": variance, "z": (odds[0] - odds[1]) / np.sqrt(variance)})


def prior_sensitivity(tokens: pd.DataFrame, groups: Mapping | pd.Series, *, group: str, top: int = 20,
                      priors: Iterable[float] = (100, 500, 2000), fewest: int = 5) -> pd.DataFrame:
    """Show how far the weight of the prior decides which terms lead: z and rank of the leading terms under each prior.

    One row per term and prior: `prior`, `term`, `z`, `rank`; the terms are the `top` of any prior.
    """
    counts, names, _, group_of = _grouped_counts(tokens, groups, None, fewest, 1, False)
    words = np.bincount(_speech_rows(tokens, group_of), minlength=len(group_of))
    if group not in set(group_of):
        raise ValueError(f"group: no speech is in {group!r}")
    inside = (group_of == group).to_numpy()
    a, b = (np.asarray(counts[rows].sum(0)).ravel() for rows in (inside, ~inside))
    totals = words[inside].sum(), words[~inside].sum()
    tables = [pd.DataFrame({"prior": prior, "term": names, "z": weighted_log_odds(a, b, totals=totals, prior=prior).z})
              for prior in priors]
    table = pd.concat(tables, ignore_index=True)
    table["rank"] = table.groupby("prior").z.rank(ascending=False, method="first").astype(int)
    leading = table[table["rank"] <= top].term.unique()
    return table[table.term.isin(leading)].sort_values(["prior", "rank"], ignore_index=True)


def word_shift(tokens: pd.DataFrame, groups: Mapping | pd.Series, *, group: str, other: str | None = None,
               top: int | None = None) -> pd.DataFrame:
    """Show which words make one group differ from another and by how much.

    Jensen-Shannon divergence in bits, shared out to the words (Gallagher et al. 2021, *EPJ Data Science* 10, 4).
    Against the group `other`, or all other speeches.  One row per word: `share`, `reference_share` (of all words),
    `contribution` (positive where `group` uses it more; the absolute values sum to the divergence, in
    attrs["divergence"]), `part` of the divergence.

    >>> from analysis.words import document_of, tokenize
    >>> tokens = tokenize([document_of("要落实", "甲"), document_of("要负责", "乙")])
    >>> shift = word_shift(tokens, {"甲": "A", "乙": "B"}, group="A")
    >>> shift[["term", "contribution"]].values.tolist()
    [['落实', 0.25], ['负责', -0.25], ['要', 0.0]]
    """
    counts, names, _, group_of = _grouped_counts(tokens, groups, None, 1, 1, False)
    sides = group_of == group, (group_of != group) if other is None else (group_of == other)
    for choice, name, side in (("group", group, sides[0]), ("other", other, sides[1])):
        if not side.any():
            raise ValueError(f"{choice}: no speech is in {name!r}; the groups are {', '.join(map(str, sorted(set(group_of), key=str)))}")
    p, q = (np.asarray(counts[side.to_numpy()].sum(0)).ravel() for side in sides)
    if not p.sum() or not q.sum():
        raise ValueError("word_shift: one of the two groups has no words")
    p, q = p / p.sum(), q / q.sum()
    middle = np.where(p + q > 0, (p + q) / 2, 1)
    gain = (xlogy(p, p / middle) + xlogy(q, q / middle)) / 2 / np.log(2)
    table = pd.DataFrame({"term": names, "share": p, "reference_share": q, "contribution": np.where(p < q, -gain, gain)})
    table["part"] = np.abs(gain) / max(gain.sum(), 1e-300)
    table = table.iloc[np.lexsort((table.term, -np.abs(gain)))].head(top).reset_index(drop=True)
    table.attrs["divergence"] = float(gain.sum())
    return table
