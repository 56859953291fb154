import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.keyness import COLUMNS, keyness, log_likelihood, log_ratio, prior_sensitivity, weighted_log_odds, word_shift
from analysis.words import document_of, tokenize


def corpus(n: int, *, planted: float = 3.0, seed: int = 7):
    """2n speeches of 300 words in two groups; the first group uses 落实 `planted` times as often."""
    draw, documents, groups = np.random.default_rng(seed), [], {}
    for number in range(2 * n):
        share = .02 * (planted if number < n else 1) * draw.gamma(4, .25)
        words = np.where(draw.random(300) < share, "落实", draw.choice(["工作", "会议", "单位", "问题", "干部"], 300))
        documents.append(document_of("".join("，".join(row) + "。" for row in words.reshape(30, 10)), f"{number:02}"))
        groups[f"{number:02}"] = "A" if number < n else "B"
    return tokenize(documents), groups


def test_log_likelihood_reference():
    assert float(log_likelihood(100, 50, 10000, 10000)) == pytest.approx(17.1158, abs=1e-4)
    assert float(log_likelihood(100, 50, 10000, 10000, cells=2)) == pytest.approx(16.9899, abs=1e-4)
    assert float(log_likelihood(33, 2, 4380, 4120)) == pytest.approx(31.4296, abs=1e-4)
    assert float(log_likelihood(33, 2, 4380, 4120, cells=2)) == pytest.approx(31.3237, abs=1e-4)
    assert float(log_likelihood(33, 2, 4345, 4095)) == pytest.approx(31.4886, abs=1e-4)


def test_log_ratio_reference():
    assert float(log_ratio(100, 50, 10000, 10000)) == 1
    assert float(log_ratio(33, 2, 4380, 4120)) == pytest.approx(3.9561, abs=1e-4)
    assert float(log_ratio(33, 2, 4345, 4095)) == pytest.approx(3.9589, abs=1e-4)
    assert float(log_ratio(0, 4, 1000, 1000)) == -3


def test_log_likelihood_against_scipy():
    for a, b, c, d in np.random.default_rng(3).integers(1, 200, (50, 4)):
        c, d = c + 500, d + 500
        theirs = stats.chi2_contingency([[a, b], [c - a, d - b]], correction=False, lambda_="log-likelihood").statistic
        assert abs(float(log_likelihood(a, b, c, d))) == pytest.approx(theirs, abs=1e-9)
        assert np.sign(float(log_likelihood(a, b, c, d)) or 1) == np.sign(a / c - b / d or 1)


def test_weighted_log_odds_reference():
    """Nine words each of eleven types, .05 each: the published example of `fightin_words`."""
    one = [2, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0]
    two = [2, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1]
    table = weighted_log_odds(one, two, alpha=.05)
    assert table.z[[5, 8, 1]].tolist() == pytest.approx([0.6894227886807968, -0.6894227886807968, 0])
    assert table.log_odds[5] == pytest.approx(3.15575, abs=1e-5) and table.variance[5] == pytest.approx(20.95238, abs=1e-5)


def test_seeds_reference(shared):
    """With the bodies of 4,345 and 4,095 Han, counted by the gold's salutation and boilerplate."""
    import csv
    documents = []
    for seed in ("000", "004"):
        text = next((shared / "corpora" / "seed_speeches").glob(f"{seed}_*.txt")).read_text(encoding="utf-8")
        with open(shared / "gold" / f"seed_{seed}.csv", encoding="utf-8-sig") as file:
            rows = [row for row in csv.DictReader(file) if row["layer"] == "structure"]
        kept = np.zeros(len(text), bool)
        kept[min(int(row["start"]) for row in rows if row["label"] == "salutation"):] = True
        for row in rows:
            if row["label"] == "boilerplate":
                kept[int(row["start"]):int(row["end"])] = False
        documents.append(document_of("".join(text[at] for at in np.flatnonzero(kept)), seed))
    table = keyness(tokenize(documents), {"000": "one", "004": "other"}, group="one").set_index("term")
    row = table.loc["我们"]
    assert (row["count"], row.reference_count) == (33, 2)
    assert (row.g2, row.log_ratio) == (pytest.approx(31.4886, abs=1e-4), pytest.approx(3.9589, abs=1e-4))
    assert row.interval == "within_text" and np.isnan(row.p) and "one speech" in row.note


def test_finds_the_planted_word():
    tokens, groups = corpus(12)
    table = keyness(tokens, groups)
    assert list(table.columns) == COLUMNS and set(table.group) == {"A", "B"}
    row = table[(table.group == "A") & (table.term == "落实")].iloc[0]
    assert row.p_adjusted < .01 and row.lrc > 0 and row.interval == "speeches" and row.low < row.log_ratio < row.high
    mirror = table[(table.group == "B") & (table.term == "落实")].iloc[0]
    assert mirror.p == row.p and mirror.g2 == pytest.approx(-row.g2) and mirror.log_ratio == pytest.approx(-row.log_ratio)


def test_no_p_where_relabelings_are_too_few():
    tokens, groups = corpus(3)
    table = keyness(tokens, groups)
    assert table.p.isna().all() and table.note.str.contains("3 against 3 speeches cannot").all()
    assert (table.interval == "within_text").all()


def test_several_groups():
    tokens, groups = corpus(8)
    groups = {speech: "C" if speech < "04" else group for speech, group in groups.items()}
    table = keyness(tokens, groups)
    assert set(table.group) == {"A", "B", "C"} and table.p.notna().all()


def test_external_reference():
    tokens, groups = corpus(8)
    listed = pd.DataFrame({"term": ["落实", "会议"], "count": [10, 990]})
    row = keyness(tokens, groups, group="A", reference=listed).set_index("term").loc["落实"]
    own = tokens[tokens.speech.astype(str) < "08"]
    expected = np.log2((own.word == "落实").mean() / (10 / 1000))
    assert row.log_ratio == pytest.approx(expected) and np.isnan(row.p) and "external list" in row.note
    in_han = keyness(tokens, groups, group="A", reference=listed, reference_total=2000).set_index("term").loc["落实"]
    assert in_han.reference_rate == 5


def test_a_term_that_one_side_lacks_is_bounded_below():
    documents = [document_of("要落实。" * 9 + ("要创新。" * 5 if number < 8 else ""), f"{number:02}") for number in range(16)]
    table = keyness(tokenize(documents), {f"{number:02}": "AB"[number >= 8] for number in range(16)}, group="A")
    row = table.set_index("term").loc["创新"]
    assert row.reference_count == 0 and np.isfinite(row.low) and row.lrc > 0


def test_order_of_groups_and_speeches_changes_nothing():
    tokens, groups = corpus(6)
    one, two = keyness(tokens, groups), keyness(tokens, dict(reversed(groups.items())))
    pd.testing.assert_frame_equal(one, two)


def test_prior_sensitivity():
    tokens, groups = corpus(4)
    table = prior_sensitivity(tokens, groups, group="A", top=2)
    assert table.prior.unique().tolist() == [100, 500, 2000] and table[table.term == "落实"]["rank"].tolist() == [1, 1, 1]
    assert table[table.term == "落实"].z.is_monotonic_decreasing


def test_word_shift_sums_to_the_divergence():
    from scipy.spatial.distance import jensenshannon
    tokens, groups = corpus(4)
    shift = word_shift(tokens, groups, group="A")
    assert shift.contribution.abs().sum() == pytest.approx(shift.attrs["divergence"]) and shift.part.sum() == pytest.approx(1)
    assert shift.attrs["divergence"] == pytest.approx(jensenshannon(shift.share, shift.reference_share, base=2) ** 2)
    assert shift.term[0] == "落实" and shift.contribution[0] > 0


@pytest.mark.parametrize("choice, message", [
    (lambda t, g: keyness(t, {speech: "A" for speech in g}), "one group 'A'"), (lambda t, g: keyness(t, g, group="Z"), "group: no speech is in 'Z'"),
    (lambda t, g: keyness(t, {"x": "A", "y": "B"}), "groups: none"), (lambda t, g: keyness(t, g, fewest=9999), "fewest: no term"),
    (lambda t, g: keyness(t, g, terms=["高铁"]), "none of '高铁'"), (lambda t, g: word_shift(t, g, group="Z"), "group: no speech"),
    (lambda t, g: keyness(t, g, reference=pd.DataFrame({"word": ["要"]})), "no column term and no column count"),
    (lambda t, g: keyness(t, g, reference=pd.DataFrame({"term": ["要"], "count": [-1]})), "must not be negative")])
def test_bad_choices_are_named(choice, message):
    tokens, groups = corpus(2)
    with pytest.raises(ValueError, match=message):
        choice(tokens, groups)


def test_false_alarms_are_few():
    """Where the groups do not differ, hardly a term survives Benjamini and Hochberg."""
    alarms = [keyness(*corpus(8, planted=1, seed=seed), group="A").p_adjusted.le(.05).any() for seed in range(12)]
    assert sum(alarms) <= 3
