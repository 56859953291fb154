"""Speeches whose true rates are known: what the intervals of analysis.statistics are tried on."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.statistics import (bootstrap_interval, log_ratio_interval, mean_interval, permutation_test, rate_interval)

SCENARIOS = {  # name: mean uses per 1,000 Han, and how the speeches' own rates vary around it
    "lognormal .6": (2.0, lambda draw, size: draw.lognormal(-.18, .6, size)),
    "lognormal 1.0": (2.0, lambda draw, size: draw.lognormal(-.5, 1.0, size)),
    "exponential": (2.0, lambda draw, size: draw.gamma(1, 1, size)),
    "gamma 2, rare": (0.3, lambda draw, size: draw.gamma(2, .5, size)),
    "half without": (2.0, lambda draw, size: 2 * (draw.random(size) < .5) * draw.gamma(2, .5, size)),
}


def speeches(scenario: str, n: int, terms: int, draw: np.random.Generator, factor: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Draw the counts of some terms in n speeches of about 4,000 Han, and the speeches' lengths."""
    mean, vary = SCENARIOS[scenario]
    lengths = np.round(draw.lognormal(np.log(4000), .4, n))
    return draw.poisson(factor * mean * vary(draw, (n, terms)) * lengths[:, None] / 1000), lengths


def _share_held(tables, truth: float) -> float:
    return float(np.mean([((table.low <= truth) & (truth <= table.high)).mean() for table in tables]))


def coverage_of_rates(scenario: str, n: int, repetitions: int, draw) -> float:
    """Share of the intervals over speeches that hold the true rate; 50 terms a draw of lengths."""
    drawn = (speeches(scenario, n, 50, draw) for _ in range(repetitions // 50))
    return _share_held((rate_interval(*each) for each in drawn), SCENARIOS[scenario][0])


def coverage_of_log_ratios(scenario: str, n: int, repetitions: int, draw) -> float:
    """Share of the intervals of a log ratio that hold it; two groups of n speeches, the first with twice the rate."""
    pairs = ((speeches(scenario, n, 50, draw, 2.0), speeches(scenario, n, 50, draw)) for _ in range(repetitions // 50))
    return _share_held((log_ratio_interval(rate_interval(*one), rate_interval(*two)) for one, two in pairs), 1.0)


def coverage_of_means(scenario: str, n: int, repetitions: int, draw) -> float:
    """Share of mean_interval that hold the mean of the speeches' rates."""
    mean, vary = SCENARIOS[scenario]
    return _share(mean_interval, mean * vary(draw, (repetitions, n)), mean)


def coverage_of_bootstrap(scenario: str, n: int, repetitions: int, draw) -> float:
    """Share of bootstrap_interval (BCa, expanded) that hold the mean; a fifth of the repetitions, as it is slow."""
    mean, vary = SCENARIOS[scenario]
    values = mean * vary(draw, (repetitions // 5, n))
    return _share(lambda row: bootstrap_interval(row, np.mean, resamples=999), values, mean)


def coverage_of_plain_bca(scenario: str, n: int, repetitions: int, draw) -> float:
    """Share of scipy's BCa over speeches that hold the mean: why it is not used as it is."""
    mean, vary = SCENARIOS[scenario]
    values = mean * vary(draw, (repetitions // 5, n))
    return _share(lambda row: stats.bootstrap((row,), np.mean, n_resamples=999, random_state=draw).confidence_interval, values, mean)


def _share(interval, rows: np.ndarray, truth: float) -> float:
    bounds = np.array([tuple(interval(row)) for row in rows])
    return float(((bounds[:, 0] <= truth) & (truth <= bounds[:, 1])).mean())


def rejections(scenario: str, n: int, repetitions: int, draw) -> float:
    """Share of terms that the permutation test calls different at .05 where nothing differs; a third of the speeches in the group."""
    tables = [permutation_test(*speeches(scenario, n, 50, draw), np.arange(n) < n // 3, relabelings=999, seed=int(draw.integers(2 ** 31)))
              for _ in range(repetitions // 50)]
    return float(np.mean([(table.p <= .05).mean() for table in tables]))


MEASURES = {"speeches": coverage_of_rates, "log_ratio": coverage_of_log_ratios, "mean": coverage_of_means,
            "bootstrap": coverage_of_bootstrap, "plain BCa": coverage_of_plain_bca, "permutation": rejections}


def measure(method: str, scenario: str, n: int, *, repetitions: int, seed: int) -> dict:
    """Measure one method on one scenario: a row of coverage.csv. The seed is the same for every row, whatever was run before."""
    draw = np.random.default_rng([seed, list(MEASURES).index(method), list(SCENARIOS).index(scenario), n])
    quantity = "rejections" if method == "permutation" else "interval"
    return {"quantity": quantity, "method": method, "scenario": scenario, "n": n,
            "asked": .05 if quantity == "rejections" else .95,
            "value": round(MEASURES[method](scenario, n, repetitions, draw), 4), "repetitions": repetitions}
