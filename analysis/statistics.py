"""How sure are we?  Intervals over speeches, permutation of speeches, false discoveries, trends, burstiness.

The unit of sampling is the speech: words of one speech are not independent of each other, so nothing here resamples
words.
"""

from __future__ import annotations

from itertools import combinations, islice
from math import comb, erfc, sqrt
from typing import Callable, Iterable, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse, stats

PER = 1000  # rates are per 1,000 Han characters
FEWEST = 8  # speeches for an interval; below, the speeches and their range are shown
EXACT = 5000  # up to as many relabelings all are tried
SEED = 20031

# How often a 95 % interval held the truth, lowest and highest of the five scenarios of benchmarks/coverage.csv, by speeches.
COVERAGE: dict[str, dict[int, tuple[float, float]]] = {
    "speeches": {8: (0.943, 0.982), 12: (0.935, 0.977), 24: (0.928, 0.967), 60: (0.943, 0.962)},
    "log_ratio": {8: (0.980, 0.993), 12: (0.970, 0.991), 24: (0.961, 0.977), 60: (0.958, 0.961)},
    "mean": {8: (0.930, 0.980), 12: (0.950, 0.986), 24: (0.955, 0.982), 60: (0.967, 0.975)},
    "bootstrap": {8: (0.868, 0.932), 12: (0.882, 0.934), 24: (0.901, 0.939), 60: (0.920, 0.951)},
}


# --- intervals ------------------------------------------------------------------------------------------------------

def rate_interval(counts, lengths: Iterable[float], *, confidence: float = 0.95) -> pd.DataFrame:
    """Estimate rates per 1,000 Han characters, with an interval over speeches.

    `counts` has a row per speech and a column per term (array or sparse matrix); `lengths` are the speeches' Han
    characters. One row per term: `rate` (all uses over all characters), `low`, `high`, `n_speeches`, `interval`:
    `speeches` from 8 speeches on, `range` (lowest and highest speech, no interval) for 2 to 7, `zero` where the term
    never occurs (Poisson's upper limit), `none` for one speech.

    The interval needs no resampling.  With e = y - r x the rate's standard error is that of a ratio estimator (Cochran
    1977, *Sampling Techniques*, 6.4).  Two intervals are computed, Student's t on the logarithm of the rate and Hall's
    t corrected for skewness (Hall 1992, *J. R. Statist. Soc. B* 54, 221-228), both with a quantile widened by 1 / n,
    and the wider bound is taken at either end: BCa over 8 speeches covers .86; what this one was measured to cover is
    in `COVERAGE`.

    >>> rate_interval([[4], [6], [8], [4], [5], [9], [6], [6]], [1000] * 8).iloc[:, :3].round(2).values.tolist()
    [[6.0, 4.54, 8.24]]
    """
    counts, lengths = _checked_counts(counts, lengths)
    n = len(lengths)
    table = pd.DataFrame({"rate": PER * _columns(counts) / lengths.sum()})
    if n < FEWEST:
        each = PER * (counts.toarray() / lengths[:, None])
        table["low"], table["high"] = (each.min(0), each.max(0)) if n > 1 else (np.nan, np.nan)
        return table.assign(n_speeches=n, interval="range" if n > 1 else "none")
    rate, error, skewness = _ratio_moments(counts, lengths)
    table["low"], table["high"] = _two_sided(PER * rate, PER * error, skewness, n, confidence)
    zero = rate == 0
    table.loc[zero, ["low", "high"]] = 0.0, PER * -np.log((1 - confidence) / 2) / lengths.sum()
    return table.assign(n_speeches=n, interval=np.where(zero, "zero", "speeches"))


def block_interval(counts, lengths: Iterable[float], *, confidence: float = 0.95) -> pd.DataFrame:
    """Estimate rates within one speech, with an interval over its sentences: it says nothing about other speeches.

    `counts` has a row per sentence in the order of the text, a column per term.  The variance is that of the circular
    block bootstrap (Politis and Romano 1992) with blocks of the cube root of n sentences, computed exactly instead of
    by resampling: the bootstrap draws blocks independently, so its variance is the variance of the block sums.
    One row per term: `rate`, `low`, `high`, `n_speeches` (1), `interval` (`within_text`).
    """
    counts, lengths = _checked_counts(counts, lengths)
    n = len(lengths)
    table = pd.DataFrame({"rate": PER * _columns(counts) / lengths.sum()})
    if n < FEWEST:
        return table.assign(low=np.nan, high=np.nan, n_speeches=1, interval="none")
    rate, error, skewness = _block_moments(counts.toarray(), lengths)
    table["low"], table["high"] = _two_sided(PER * rate, PER * error, skewness, n, confidence)
    zero = rate == 0
    table.loc[zero, ["low", "high"]] = 0.0, PER * -np.log((1 - confidence) / 2) / lengths.sum()
    return table.assign(n_speeches=1, interval="within_text")


def mean_interval(values: Iterable[float], *, confidence: float = 0.95) -> tuple[float, float]:
    """Bound a mean over speeches that may be negative: Student's t and Hall's skewness-corrected t, the wider bound each.

    Quantiles widened by 1 / n as in `rate_interval`.  Missing at both ends below 8 speeches.

    >>> low, high = mean_interval([3, 4, 5, 6, 7, 8, 9, 30])
    >>> round(low, 1), round(high, 1)
    (0.8, 30.5)
    """
    values = np.asarray(values, float)
    n = len(values)
    if n < FEWEST:
        return np.nan, np.nan
    mean, error = values.mean(), values.std(ddof=1) / sqrt(n)
    if error == 0:
        return float(mean), float(mean)
    quantile = _quantile(n, confidence)
    hall = _hall_bounds(mean, error, np.array(stats.skew(values)), n, quantile)
    return float(min(mean - quantile * error, hall[0])), float(max(mean + quantile * error, hall[1]))


def bootstrap_interval(speeches: np.ndarray, statistic: Callable[[np.ndarray], float], *, confidence: float = 0.95,
                       resamples: int = 5000, seed: int = SEED) -> tuple[float, float]:
    """Bound any statistic of the speeches by resampling them: BCa, expanded for few speeches.

    `statistic` takes rows of `speeches`.  BCa after Efron (1987, *JASA* 82, 171-185); levels from Student's t and
    widened by n / (n - 1) after Hesterberg (2015, *The American Statistician* 69, 371-386).  Missing at both ends below
    8 speeches.
    """
    speeches = np.asarray(speeches)
    n = len(speeches)
    if n < FEWEST:
        return np.nan, np.nan
    draw = np.random.default_rng(seed).integers(0, n, (resamples, n))
    drawn = np.array([statistic(speeches[rows]) for rows in draw], float)
    left_out = np.array([statistic(np.delete(speeches, row, axis=0)) for row in range(n)], float)
    observed = float(statistic(speeches))
    if drawn.std() == 0:
        return observed, observed
    share_below = (drawn < observed).mean() + (drawn == observed).mean() / 2
    bias = stats.norm.ppf(np.clip(share_below, 1 / resamples, 1 - 1 / resamples))
    pull = left_out.mean() - left_out
    skew = (pull ** 3).sum() / (6 * (pull ** 2).sum() ** 1.5) if pull.any() else 0.0
    shift = bias + stats.t.ppf([(1 - confidence) / 2, (1 + confidence) / 2], n - 1) * sqrt(n / (n - 1))
    low, high = np.quantile(drawn, stats.norm.cdf(bias + shift / (1 - skew * shift)))
    return float(low), float(high)


def log_ratio_interval(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Bound log2 of the ratio of two tables of rates, row by row, from the intervals of each.

    MOVER (Zou and Donner 2008, *Statistics in Medicine* 27, 1693-1702): no variance needs to be assumed equal.  A rate
    of lower end of zero makes one end infinite; without both intervals (below 8 speeches) there is none.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        one, two = (np.log2(table[["rate", "low", "high"]].to_numpy(float)).T for table in (first, second))
        middle = one[0] - two[0]
        low = middle - np.hypot(one[0] - one[1], two[2] - two[0])
        high = middle + np.hypot(one[2] - one[0], two[0] - two[1])
    usable = ["speeches", "within_text", "zero"]
    both = first["interval"].isin(usable).to_numpy() & second["interval"].isin(usable).to_numpy()
    return pd.DataFrame({"low": np.where(both, low, np.nan), "high": np.where(both, high, np.nan)})


def _checked_counts(counts, lengths) -> tuple[sparse.csr_matrix, np.ndarray]:
    lengths = np.asarray(lengths, float)
    counts = sparse.csr_matrix(counts, dtype=float)
    if counts.shape[0] != len(lengths):
        raise ValueError(f"counts: {counts.shape[0]} rows for {len(lengths)} lengths; one row per speech is needed")
    if not len(lengths) or lengths.sum() <= 0:
        raise ValueError("lengths: no speech has a Han character, so there is no rate")
    return counts[lengths > 0], lengths[lengths > 0]


def _columns(matrix) -> np.ndarray:
    return np.asarray(matrix.sum(axis=0)).ravel()


def _ratio_moments(counts: sparse.csr_matrix, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rate, its standard error, and the skewness of the residuals e = y - r x, from sums over the cells that are not zero."""
    n, x = len(lengths), lengths
    yy, y2x = counts.power(2), counts.power(2).T @ x
    y1, y2, y3 = _columns(counts), _columns(yy), _columns(counts.power(3))
    xy, x2y = counts.T @ x, counts.T @ x ** 2
    rate = y1 / x.sum()
    second = np.maximum(y2 - 2 * rate * xy + rate ** 2 * (x ** 2).sum(), 0)
    third = y3 - 3 * rate * y2x + 3 * rate ** 2 * x2y - rate ** 3 * (x ** 3).sum()
    return rate, np.sqrt(n / (n - 1) * second) / x.sum(), _skewness(second, third, n)


def _block_moments(counts: np.ndarray, lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    n = len(lengths)
    block = int(np.ceil(n ** (1 / 3)))
    rate = counts.sum(0) / lengths.sum()
    residual = counts - lengths[:, None] * rate
    running = np.cumsum(np.vstack([np.zeros_like(rate), residual, residual[:block - 1]]), axis=0)
    sums = running[block:] - running[:-block]  # of every block of the circle
    second, third = (sums ** 2).sum(0) / block, (sums ** 3).sum(0) / block
    return rate, np.sqrt(n / (n - 1) * second) / lengths.sum(), _skewness(second, third, n)


def _skewness(second: np.ndarray, third: np.ndarray, n: int) -> np.ndarray:
    safe = np.where(second > 1e-12, second, 1.0)
    return np.where(second > 1e-12, sqrt(n) * third / safe ** 1.5, 0.0)


def _two_sided(rate, error, skewness, n: int, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    quantile = _quantile(n, confidence)
    spread = quantile * np.divide(error, rate, out=np.zeros_like(rate), where=rate > 0)
    low, high = rate * np.exp(-spread), rate * np.exp(spread)
    hall_low, hall_high = _hall_bounds(rate, error, skewness, n, quantile)
    return np.where(hall_low > 0, np.minimum(low, hall_low), low), np.maximum(high, hall_high)


def _quantile(n: int, confidence: float) -> float:
    """Student's quantile, widened by 1 / n: what skewed rates of few speeches need to be covered (benchmarks/coverage.ipynb)."""
    return stats.t.ppf((1 + confidence) / 2, n - 1) * (1 + 1 / n)


def _hall_bounds(middle, error, skewness, n: int, quantile: float):
    """Hall's cubic transformation of t, turned round: its bounds lean to the side of the long tail.

    A small sample shows less skewness than there is, so it is taken 1.3 times (calibrated in
    benchmarks/coverage.ipynb).
    """
    skewness = np.clip(1.3 * skewness, -0.95 * sqrt(n), 0.95 * sqrt(n))

    def turned(value):
        steep = np.where(np.abs(skewness) < 1e-6, 1e-6, skewness)
        inner = 1 + steep * (value / sqrt(n) - steep / (6 * n))
        return 3 / steep * (np.cbrt(inner) - 1) * sqrt(n)

    return middle - error * turned(quantile), middle - error * turned(-quantile)


# --- permutation ----------------------------------------------------------------------------------------------------

def smallest_p(first: int, second: int) -> float:
    """Give the smallest two-sided p-value that relabeling so many speeches can reach.

    >>> smallest_p(3, 3), round(smallest_p(3, 4), 3)
    (0.1, 0.029)
    """
    return (2 if first == second else 1) / comb(first + second, first)


def refuses_p(first: int, second: int, *, level: float = 0.05) -> bool:
    """Say whether a p-value must not be printed: a group of one speech, or too few relabelings to reach the level.

    >>> refuses_p(3, 3), refuses_p(4, 4), refuses_p(1, 30)
    (True, False, True)
    """
    return min(first, second) < 2 or smallest_p(first, second) > level


def permutation_test(counts, lengths: Iterable[float], in_group: Iterable[bool], *, relabelings: int | None = None,
                     seed: int = SEED) -> pd.DataFrame:
    """Test for each term whether its rate in a group of speeches differs from that in the others.

    Permutes whole speeches (after `keyperm`, Mildenberger 2023, arXiv:2308.13383): every relabeling when there are at
    most 5,000, else 20 for each term, at least 4,999 and at most 49,999.  The statistic is the score of a common rate:
    the sum of the residuals y - r x of the group, over its exact standard deviation under relabeling.  One row per
    term: `score` (its sign tells the direction), `p` = (1 + #{T* >= T}) / (1 + B), two-sided, `p_max` adjusted for all
    terms by the largest score (Westfall and Young 1993), `relabelings`; `p` is missing where `refuses_p`.

    >>> table = permutation_test([[9], [8], [9], [7], [2], [1], [3], [2]], [1000] * 8, [True] * 4 + [False] * 4)
    >>> round(float(table.p[0]), 4), int(table.relabelings[0])
    (0.0286, 70)
    """
    counts, lengths = _checked_counts(counts, lengths)
    in_group = np.asarray(in_group, bool)
    if len(in_group) != len(lengths):
        raise ValueError(f"in_group: {len(in_group)} marks for {len(lengths)} speeches with text")
    n, inside = len(lengths), int(in_group.sum())
    if inside in (0, n):
        raise ValueError("in_group: one side of the comparison has no speech")
    residual = (counts - sparse.csr_matrix(lengths[:, None]) @ sparse.csr_matrix(_columns(counts) / lengths.sum())).toarray()
    spread = np.sqrt(inside * (n - inside) / (n * (n - 1)) * (residual ** 2).sum(0))
    scaled = (residual / np.where(spread > 1e-12, spread, np.inf)).astype("float32")
    score = scaled[in_group].sum(0)
    table = pd.DataFrame({"score": score.astype(float)})
    if refuses_p(inside, n - inside):
        return table.assign(p=np.nan, p_max=np.nan, relabelings=comb(n, inside))
    wanted = relabelings or min(max(4999, 20 * len(score)), 49999)
    as_large, max_as_large, tried = _count_exceeding(scaled, np.abs(score) - 1e-4, _relabel(n, inside, wanted, seed))
    exact = comb(n, inside) <= EXACT  # the observed labeling is then among those tried
    table["p"] = as_large / tried if exact else (1 + as_large) / (1 + tried)
    table["p_max"] = max_as_large / tried if exact else (1 + max_as_large) / (1 + tried)
    return table.assign(relabelings=tried)


def _relabel(n: int, inside: int, wanted: int, seed: int):
    """Yield relabelings in chunks of 0/1 rows: all of them where they are few, else drawn at random."""
    if comb(n, inside) <= EXACT:
        every = combinations(range(n), inside)
        while chosen := list(islice(every, 1000)):
            rows = np.zeros((len(chosen), n), "float32")
            np.put_along_axis(rows, np.array(chosen), 1, axis=1)
            yield rows
        return
    generator = np.random.default_rng(seed)
    labels = np.zeros(n, "float32")
    labels[:inside] = 1
    for done in range(0, wanted, 1000):
        yield generator.permuted(np.tile(labels, (min(1000, wanted - done), 1)), axis=1)


def _count_exceeding(scaled: np.ndarray, observed: np.ndarray, relabelings) -> tuple[np.ndarray, np.ndarray, int]:
    as_large, largest, tried = np.zeros(len(observed), int), [], 0
    for rows in relabelings:
        scores = rows @ scaled
        np.abs(scores, out=scores)
        as_large += (scores >= observed).sum(0)
        largest.append(scores.max(1))
        tried += len(rows)
    ordered = np.sort(np.concatenate(largest))
    return as_large, tried - np.searchsorted(ordered, observed, side="left"), tried


def benjamini_hochberg(p_values: Iterable[float]) -> np.ndarray:
    """Adjust p-values for the share of false discoveries (Benjamini and Hochberg 1995); missing ones stay missing.

    >>> benjamini_hochberg([.01, .04, float("nan")]).round(3).tolist()
    [0.02, 0.04, nan]
    """
    p_values = np.asarray(p_values, float)
    adjusted, known = np.full(p_values.shape, np.nan), ~np.isnan(p_values)
    if known.any():
        adjusted[known] = stats.false_discovery_control(p_values[known])
    return adjusted


# --- position and burstiness ----------------------------------------------------------------------------------------

class Burstiness(NamedTuple):
    """`burstiness` of Goh and Barabási, and `finite` after Kim and Jo, which does not depend on the number of events."""

    burstiness: float
    finite: float


def burstiness(gaps: Iterable[float]) -> Burstiness:
    """Measure whether events come evenly (-1), at random (0) or in bursts (towards 1), from the gaps between them.

    Goh and Barabási (2008, *EPL* 81, 48002); Kim and Jo (2016, *Phys. Rev. E* 94, 032311).  Fewer than two gaps:
    missing.

    >>> burstiness([5, 5, 5, 5])
    Burstiness(burstiness=-1.0, finite=-1.0)
    """
    gaps = np.asarray(gaps, float)
    if len(gaps) < 2 or gaps.mean() == 0:
        return Burstiness(np.nan, np.nan)
    r, n = gaps.std() / gaps.mean(), len(gaps) + 1
    finite = (sqrt(n + 1) * r - sqrt(n - 1)) / ((sqrt(n + 1) - 2) * r + sqrt(n - 1))
    return Burstiness(float((r - 1) / (r + 1)), float(finite))


def position_test(counts: Iterable[int], regions: Iterable, *, relabelings: int = 10000, seed: int = SEED) -> pd.DataFrame:
    """Test whether a device gathers in some region of a speech more than its clauses would by chance.

    `counts` gives the device's uses in each clause, `regions` the clause's move.  Permutes the counts over the clauses.
    One row per region: `uses`, `share`, `expected` (the region's share of the clauses), `p` (one-sided), `p_max`
    (adjusted for all regions).  `attrs["p_largest_share"]` is the p-value of the largest share in any region.
    """
    counts = np.asarray(counts, float)
    codes, names = pd.factorize(pd.Series(list(regions)), sort=True)
    if len(codes) != len(counts):
        raise ValueError(f"regions: {len(codes)} regions for {len(counts)} clauses")
    if not counts.sum():
        raise ValueError("counts: the device does not occur in this text")
    membership = np.eye(len(names))[codes]
    share = counts @ membership / counts.sum()
    expected = membership.mean(0)
    generator = np.random.default_rng(seed)
    drawn = generator.permuted(np.tile(counts, (relabelings, 1)), axis=1) @ membership / counts.sum()
    spread = np.maximum(drawn.std(0), 1e-12)
    largest = ((drawn - expected) / spread).max(1)
    table = pd.DataFrame({"region": names, "uses": (counts @ membership).astype(int), "share": share, "expected": expected})
    table["p"] = (1 + (drawn >= share - 1e-12).sum(0)) / (1 + relabelings)
    table["p_max"] = [(1 + (largest >= z - 1e-9).sum()) / (1 + relabelings) for z in (share - expected) / spread]
    table.attrs["p_largest_share"] = (1 + (drawn.max(1) >= share.max() - 1e-12).sum()) / (1 + relabelings)
    return table


def association_test(first: Iterable, second: Iterable, *, within: Iterable | None = None, relabelings: int = 9999,
                     seed: int = SEED) -> dict:
    """Test whether two labels of the same things (device and move) go together, by permuting the second.

    `within` (the speech) keeps each label in its speech.  Gives `chi_square` (Pearson), `p` by permutation, Cramér's
    `v`.
    """
    rows, columns = (pd.factorize(pd.Series(list(labels)), sort=True) for labels in (first, second))
    if len(rows[1]) < 2 or len(columns[1]) < 2:
        raise ValueError("association_test: each of the two columns needs at least two different values")
    blocks = np.zeros(len(rows[0]), int) if within is None else pd.factorize(pd.Series(list(within)))[0]
    places = [np.flatnonzero(blocks == block) for block in np.unique(blocks)]
    observed = _chi_square(rows[0], columns[0])
    generator, as_large = np.random.default_rng(seed), 0
    for _ in range(relabelings):
        shuffled = columns[0].copy()
        for place in places:
            shuffled[place] = generator.permutation(shuffled[place])
        as_large += _chi_square(rows[0], shuffled) >= observed - 1e-9
    smaller = min(len(rows[1]), len(columns[1])) - 1
    return {"chi_square": observed, "p": (1 + as_large) / (1 + relabelings), "v": sqrt(observed / len(rows[0]) / smaller)}


def _chi_square(rows: np.ndarray, columns: np.ndarray) -> float:
    width = columns.max() + 1
    table = np.bincount(rows * width + columns, minlength=(rows.max() + 1) * width).reshape(-1, width)
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    return float(((table - expected) ** 2 / expected).sum())


# --- trend ----------------------------------------------------------------------------------------------------------

class Trend(NamedTuple):
    """Mann-Kendall's test with Sen's slope; `corrected` says whether Hamed and Rao's correction was applied."""

    s: int
    variance: float
    z: float
    p: float
    tau: float
    slope: float
    corrected: bool


def mann_kendall(values: Iterable[float], times: Iterable[float] | None = None, *, correct: bool | None = None) -> Trend:
    """Test a series for a rise or fall, and estimate its slope per unit of time.

    Mann (1945, *Econometrica* 13, 245-259), Kendall (1975), slope after Sen (1968, *JASA* 63, 1379-1389).  The variance
    is corrected for autocorrelation after Hamed and Rao (1998, *J. Hydrology* 204, 182-196) when lag 1 is significant,
    or as `correct` says.  Needs four values.

    >>> trend = mann_kendall([4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69])
    >>> trend.s, trend.variance, round(trend.p, 5), round(trend.slope, 2)
    (5, 125.0, 0.72051, 0.04)
    """
    values = np.asarray(values, float)
    times = np.arange(len(values), dtype=float) if times is None else np.asarray(times, float)
    if len(values) < 4:
        raise ValueError(f"values: a trend needs at least four points in time, there are {len(values)}")
    order = np.argsort(times, kind="stable")
    values, times = values[order], times[order]
    n = len(values)
    i, j = np.triu_indices(n, 1)
    apart = times[j] > times[i]
    i, j = i[apart], j[apart]
    s = int(np.sign(values[j] - values[i]).sum())
    slope = float(np.median((values[j] - values[i]) / (times[j] - times[i])))
    ties = np.unique(values, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    rho = _autocorrelation(stats.rankdata(values - slope * times))
    corrected = abs(rho[0]) > stats.norm.ppf(0.975) / sqrt(n) if correct is None else correct
    if corrected:
        variance *= _hamed_rao(rho, n)
    z = 0.0 if s == 0 or variance <= 0 else (s - np.sign(s)) / sqrt(variance)
    return Trend(s, float(variance), float(z), float(erfc(abs(z) / sqrt(2))), s / (n * (n - 1) / 2), slope, bool(corrected))


def _autocorrelation(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean()
    total = (centred ** 2).sum()
    return np.array([(centred[lag:] * centred[:-lag]).sum() / total if total else 0.0 for lag in range(1, len(values))])


def _hamed_rao(rho: np.ndarray, n: int) -> float:
    lags = np.arange(1, n)
    counted = np.where(np.abs(rho) > stats.norm.ppf(0.975) / sqrt(n), rho, 0)
    return 1 + 2 / (n * (n - 1) * (n - 2)) * ((n - lags) * (n - lags - 1) * (n - lags - 2) * counted).sum()


def proportion_trend(successes: Iterable[int], trials: Iterable[int], times: Iterable[float]) -> tuple[float, float]:
    """Test shares over time for a linear trend (Cochran 1954, *Biometrics* 10; Armitage 1955, *Biometrics* 11): z and p.

    One entry per year; the trials are speeches, not words.
    """
    successes, trials, times = (np.asarray(each, float) for each in (successes, trials, times))
    share = successes.sum() / trials.sum()
    middle = (trials * times).sum() / trials.sum()
    variance = share * (1 - share) * (trials * (times - middle) ** 2).sum()
    if variance <= 0:
        return 0.0, 1.0
    z = ((times - middle) * (successes - trials * share)).sum() / sqrt(variance)
    return float(z), float(erfc(abs(z) / sqrt(2)))
