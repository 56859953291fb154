import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.statistics import (COVERAGE, association_test, benjamini_hochberg, block_interval, bootstrap_interval, burstiness,
                                 log_ratio_interval, mann_kendall, mean_interval, permutation_test, position_test,
                                 proportion_trend, rate_interval, refuses_p, smallest_p)

SERIES = (4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69)


def test_rate_is_all_uses_over_all_characters():
    table = rate_interval([[2, 0], [4, 0]], [1000, 500])
    assert table.rate.tolist() == [4.0, 0.0]
    assert table.interval.tolist() == ["range", "range"] and table[["low", "high"]].iloc[0].tolist() == [2.0, 8.0]


def test_standard_error_is_that_of_a_ratio_estimator():
    generator = np.random.default_rng(3)
    x, y = generator.integers(800, 3000, 30), generator.poisson(6, 30)
    table = rate_interval(y[:, None], x)
    ratio = y.sum() / x.sum()
    error = math.sqrt(((y - ratio * x) ** 2).sum() * 30 / 29) / x.sum()
    spread = stats.t.ppf(0.975, 29) * error / ratio
    assert table.low[0] == pytest.approx(1000 * ratio * math.exp(-spread), rel=0.03)  # or Hall's, where it is wider
    assert table.high[0] >= 1000 * ratio * math.exp(spread) - 1e-9
    jackknife = [(y.sum() - y[i]) / (x.sum() - x[i]) for i in range(30)]
    assert error == pytest.approx(math.sqrt(29 / 30 * ((np.array(jackknife) - np.mean(jackknife)) ** 2).sum()), rel=0.1)


def test_interval_leans_to_the_long_tail():
    table = rate_interval([[1], [2], [1], [2], [1], [2], [1], [2], [1], [30]], [1000] * 10)
    assert table.high[0] - table.rate[0] > 2 * (table.rate[0] - table.low[0])


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(100, 5000)), min_size=8, max_size=30))
def test_interval_holds_the_rate_and_no_nan(rows):
    counts, lengths = zip(*rows)
    table = rate_interval(np.array(counts)[:, None], lengths)
    low, rate, high = table.loc[0, ["low", "rate", "high"]]
    assert 0 <= low <= rate <= high and np.isfinite(high)


def test_interval_does_not_depend_on_order():
    counts, lengths = np.array([1, 5, 2, 9, 4, 4, 0, 7])[:, None], np.array([900, 800, 1200, 700, 1000, 950, 400, 1100])
    order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    one, two = rate_interval(counts, lengths), rate_interval(counts[order], lengths[order])
    assert np.allclose(one[["low", "high"]], two[["low", "high"]])


def test_one_speech_has_no_interval_over_speeches_but_one_within():
    assert rate_interval([[5]], [1000]).interval[0] == "none"
    generator = np.random.default_rng(5)
    counts, lengths = generator.poisson(1, 200)[:, None], generator.integers(10, 60, 200)
    table = block_interval(counts, lengths)
    assert table.interval[0] == "within_text" and table.low[0] < table.rate[0] < table.high[0]


def test_block_variance_is_that_of_the_circular_block_bootstrap():
    generator = np.random.default_rng(7)
    counts, lengths = generator.poisson(2, 64).astype(float), np.full(64, 20.0)
    block, rate = 4, counts.sum() / lengths.sum()
    residual = counts - rate * lengths
    circle = np.concatenate([residual, residual])
    sums = np.array([circle[i:i + block].sum() for i in range(64)])
    drawn = sums[generator.integers(0, 64, (20000, 16))].sum(1)
    error = drawn.std() / lengths.sum() * math.sqrt(64 / 63)
    table = block_interval(counts[:, None], lengths)
    spread = stats.t.ppf(0.975, 63) * error / rate
    assert table.low[0] == pytest.approx(1000 * rate * math.exp(-spread), rel=0.02)


def test_mean_interval_covers_at_least_student():
    values = [1.0, 2, 2, 3, 3, 4, 5, 9, 14]
    low, high = mean_interval(values)
    student = stats.t.interval(0.95, 8, np.mean(values), stats.sem(values))
    assert low <= student[0] + 1e-9 and high >= student[1] - 1e-9
    assert all(math.isnan(end) for end in mean_interval([1, 2, 3]))
    assert mean_interval([2.0] * 9) == (2.0, 2.0)


def test_bootstrap_is_close_to_scipy_for_many_speeches():
    values = np.random.default_rng(11).gamma(2, size=200)
    own = bootstrap_interval(values, lambda rows: np.mean(rows))
    theirs = stats.bootstrap((values,), np.mean, n_resamples=5000, random_state=np.random.default_rng(2)).confidence_interval
    assert own == pytest.approx((theirs.low, theirs.high), abs=0.02)
    assert own == bootstrap_interval(values, lambda rows: np.mean(rows))


def test_log_ratio_interval_is_mover():
    one, two = rate_interval([[9]] * 6 + [[8], [12]], [1000] * 8), rate_interval([[3]] * 6 + [[2], [5]], [1000] * 8)
    bounds = log_ratio_interval(one, two)
    a, b = np.log2(one.loc[0, ["rate", "low", "high"]].astype(float)), np.log2(two.loc[0, ["rate", "low", "high"]].astype(float))
    assert bounds.low[0] == pytest.approx(a.iloc[0] - b.iloc[0] - math.hypot(a.iloc[0] - a.iloc[1], b.iloc[2] - b.iloc[0]))
    few = rate_interval([[9], [8]], [1000] * 2)
    assert log_ratio_interval(one, few).isna().all(axis=None)


def test_smallest_p():
    assert smallest_p(3, 3) == pytest.approx(0.10) and smallest_p(2, 4) == pytest.approx(1 / 15)
    assert refuses_p(3, 3) and not refuses_p(4, 4) and not refuses_p(3, 4) and refuses_p(1, 100)


def test_permutation_is_exact_for_few_speeches():
    counts, lengths = np.array([9, 8, 9, 3, 2, 1, 3, 2])[:, None], np.array([1000.0] * 8)
    table = permutation_test(counts, lengths, [True] * 3 + [False] * 5)
    ours = stats.permutation_test((counts[:3, 0], counts[3:, 0]), lambda a, b: abs(a.mean() - b.mean()), n_resamples=np.inf,
                                  alternative="greater")
    assert table.relabelings[0] == 56 and table.p[0] == pytest.approx(ours.pvalue)


def test_permutation_refuses():
    table = permutation_test([[9], [8], [9], [1], [2], [1]], [1000] * 6, [True] * 3 + [False] * 3)
    assert table.p.isna().all() and table.relabelings[0] == 20


def test_permutation_p_values_are_uniform_under_the_null():
    generator = np.random.default_rng(17)
    rates = generator.gamma(1.5, 2, (40, 400))
    table = permutation_test(generator.poisson(rates), np.full(40, 1000), np.arange(40) < 15, relabelings=999)
    assert 0.025 < (table.p <= 0.05).mean() < 0.08
    assert (table.p_max >= table.p - 1e-12).all() and (table.p_max <= 0.05).sum() <= 2


def test_permutation_does_not_depend_on_earlier_results():
    counts, lengths = np.random.default_rng(1).poisson(3, (30, 5)), np.full(30, 1000)
    first = permutation_test(counts, lengths, np.arange(30) < 12)
    assert first.equals(permutation_test(counts, lengths, np.arange(30) < 12))


def test_benjamini_hochberg_reference():
    adjusted = benjamini_hochberg([.50, .01, .001, .69, .02, .05, .0025])
    assert adjusted == pytest.approx([.58333, .02333, .007, .69, .035, .07, .00875], abs=1e-5)
    assert (adjusted <= .05).astype(int).tolist() == [0, 1, 1, 0, 1, 0, 1]


def test_burstiness_reference():
    assert burstiness([5, 5, 5, 5]) == pytest.approx((-1, -1))
    assert burstiness([1, 1, 1, 20, 1, 1, 30]) == pytest.approx((.17397, .39781), abs=1e-4)
    assert math.isnan(burstiness([3]).burstiness)


def test_mann_kendall_reference():
    trend = mann_kendall(SERIES)
    assert (trend.s, trend.variance) == (5, 125)
    assert (trend.z, trend.p, trend.tau, trend.slope) == pytest.approx((.35777, .72051, .11111, .04), abs=1e-4)


def test_mann_kendall_against_scipy():
    values = np.random.default_rng(23).normal(size=25)
    tau = stats.kendalltau(np.arange(25), values)
    slope = stats.theilslopes(values, np.arange(25)).slope
    assert (mann_kendall(values).tau, mann_kendall(values).slope) == pytest.approx((tau.statistic, slope))


def test_mann_kendall_corrects_for_autocorrelation():
    steps = np.cumsum(np.random.default_rng(29).normal(size=60))
    assert mann_kendall(steps, correct=True).p > mann_kendall(steps, correct=False).p
    assert mann_kendall([1, 2, 3, 4, 5, 6]).p < 0.01  # no noise left to correlate


def test_mann_kendall_takes_uneven_years():
    assert mann_kendall([1, 3, 4, 9], times=[2001, 2003, 2004, 2009]).slope == 1
    assert mann_kendall([9, 1, 4, 3], times=[2009, 2001, 2004, 2003]).slope == 1


def test_proportion_trend_against_statsmodels():
    contingency = pytest.importorskip("statsmodels.stats.contingency_tables")
    successes, trials = np.array([1, 3, 4, 7]), np.array([10, 11, 9, 10])
    theirs = contingency.Table(np.column_stack([trials - successes, successes])).test_ordinal_association(np.arange(4), np.arange(2))
    z, p = proportion_trend(successes, trials, range(4))
    assert z == pytest.approx(theirs.zscore * math.sqrt(40 / 39))  # theirs divides by n - 1
    assert p == pytest.approx(math.erfc(abs(z) / math.sqrt(2)))


def test_position_test_finds_the_crowded_region():
    regions = ["problem"] * 10 + ["demand"] * 80
    counts = [2] * 9 + [0] + [1] * 6 + [0] * 74
    table = position_test(counts, regions, relabelings=999).set_index("region")
    assert table.loc["problem", "share"] == 18 / 24 and table.loc["problem", "p_max"] == 0.001 < table.loc["demand", "p"]


def test_association_against_chi_square():
    generator = np.random.default_rng(31)
    first, second = generator.choice(list("abc"), 300), generator.choice(list("xy"), 300)
    result = association_test(first, second, relabelings=999)
    table = [[((first == a) & (second == b)).sum() for b in "xy"] for a in "abc"]
    theirs = stats.chi2_contingency(table, correction=False)
    assert result["chi_square"] == pytest.approx(theirs.statistic) and result["p"] == pytest.approx(theirs.pvalue, abs=0.06)


@pytest.mark.parametrize("choice, message", [
    (lambda: rate_interval([[1], [2]], [1000]), "2 rows for 1 lengths"), (lambda: rate_interval([[0]], [0]), "no speech has a Han"),
    (lambda: permutation_test([[1], [2]], [10, 10], [True, True]), "one side"), (lambda: mann_kendall([1, 2]), "at least four"),
    (lambda: association_test("aaa", "xyz"), "two different values"), (lambda: position_test([0, 0], "ab"), "does not occur")])
def test_bad_input_is_named(choice, message):
    with pytest.raises(ValueError, match=message):
        choice()


def test_coverage_is_what_the_benchmark_measured():
    with open(Path(__file__).parents[1] / "benchmarks" / "coverage.csv", encoding="utf-8-sig") as file:
        rows = [row for row in csv.DictReader(file) if row["quantity"] == "interval"]
    for method, by_n in COVERAGE.items():
        for n, (low, high) in by_n.items():
            measured = [float(row["value"]) for row in rows if row["method"] == method and int(row["n"]) == n]
            assert len(measured) == 5 and (min(measured), max(measured)) == pytest.approx((low, high), abs=6e-4), (method, n)
