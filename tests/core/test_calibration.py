import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from beliefsim.beliefs import Belief, Options, brier
from beliefsim.measures import calibration
from beliefsim.measures.calibration import (
    CALIBRATED,
    auroc,
    brier_parts,
    expected_calibration_error,
    recalibration,
    reliability,
)


def world(n=2000, slope=1.0, shift=0.0, seed=0):
    """Statements whose true probabilities have `slope` times the stated log-odds, plus `shift`."""
    rng = np.random.default_rng(seed)
    stated = rng.beta(1.5, 1.5, n)
    logits = slope * np.log(stated / (1 - stated)) + shift
    return stated, rng.random(n) < 1 / (1 + np.exp(-logits))


@given(arrays.arrays(float, 30, elements=st.floats(0, 1)), st.lists(st.booleans(), min_size=30, max_size=30))
def test_the_brier_score_is_the_sum_of_its_parts(stated, happened):
    parts = brier_parts(stated, happened)
    score = np.mean((stated - np.array(happened)) ** 2)
    total = parts["reliability"] - parts["resolution"] + parts["uncertainty"] + parts["within"]
    assert parts["brier"] == pytest.approx(score)
    assert total == pytest.approx(score)
    assert parts["within"] == 0
    both = Belief(Options(("yes", "no")), np.column_stack([stated, 1 - stated]))
    assert brier(both, np.where(happened, "yes", "no")).mean() == pytest.approx(2 * score)


def test_murphys_parts_agree_with_a_worked_example():
    # ten forecasts: .9 five times (4 came true), .3 five times (1 came true); base rate .5
    parts = brier_parts([0.9] * 5 + [0.3] * 5, [1, 1, 1, 1, 0, 1, 0, 0, 0, 0])
    assert parts["reliability"] == pytest.approx(0.5 * 0.1**2 + 0.5 * 0.1**2)
    assert parts["resolution"] == pytest.approx(0.3**2)
    assert parts["uncertainty"] == pytest.approx(0.25)


def test_the_auroc_is_that_of_scikit_learn_ties_included():
    from sklearn.metrics import roc_auc_score

    stated, happened = world(300, seed=3)
    for p in (stated, stated.round(1)):
        found = auroc(p, happened)
        assert found.value == pytest.approx(roc_auc_score(happened, p))
        assert found.low < found.value < found.high


def test_the_auroc_interval_is_as_wide_as_the_spread_over_samples():
    found = [auroc(*world(400, seed=seed)) for seed in range(200)]
    spread = np.std([one.value for one in found])
    assert np.mean([one.high - one.low for one in found]) / 2 / 1.97 == pytest.approx(spread, rel=0.15)


def test_recalibration_recovers_planted_slope_and_intercept_and_is_a_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    stated, happened = world(slope=0.5, shift=0.4, seed=1)
    found = recalibration(stated, happened)
    slope, intercept = found["recalibration_slope"], found["recalibration_intercept"]
    assert slope.low <= 0.5 <= slope.high
    assert slope.high < 1
    assert intercept.low <= 0.4 <= intercept.high
    p = np.clip(stated, 0.005, 0.995)
    other = LogisticRegression(C=np.inf, tol=1e-8).fit(np.log(p / (1 - p))[:, None], happened)
    assert slope.value == pytest.approx(other.coef_[0, 0], abs=1e-4)
    assert intercept.value == pytest.approx(other.intercept_[0], abs=1e-4)


def test_the_null_of_the_calibration_error_holds_calibrated_statements_and_not_overconfident_ones():
    inside = []
    for seed in range(40):
        found, (low, high) = expected_calibration_error(*world(500, seed=seed), draws=200, seed=seed)
        inside.append(low <= found.value <= high)
    assert np.mean(inside) > 0.85
    found, (_, high) = expected_calibration_error(*world(2000, slope=0.3), draws=200)
    assert found.low > high


def test_the_calibration_error_is_the_weighted_gap_of_its_bins():
    stated, happened = world(1000, slope=0.5)
    found, _ = expected_calibration_error(stated, happened, draws=10)
    points = reliability(stated, happened, draws=10)
    assert points["n"].tolist() == [100] * 10
    gap = (points["n"] * (points["confidence"] - points["frequency"]).abs()).sum() / 1000
    assert found.value == pytest.approx(gap)


def test_persons_resampled_together_widen_the_interval():
    rng = np.random.default_rng(0)
    bias = np.repeat(rng.normal(0, 0.25, 40), 25)
    truth = rng.random(1000)
    stated, happened = np.clip(truth + bias, 0, 1), rng.random(1000) < truth
    persons = np.repeat(np.arange(40), 25)
    apart, _ = expected_calibration_error(stated, happened, draws=300)
    together, _ = expected_calibration_error(stated, happened, groups=persons, draws=300)
    assert together.value == apart.value
    assert together.high - together.low > apart.high - apart.low


def test_points_of_a_calibrated_teller_lie_within_the_band():
    points = reliability(*world(5000, seed=5), draws=300)
    inside = points["frequency"].between(points["null_low"], points["null_high"])
    assert inside.mean() >= 0.8
    bent = reliability(*world(5000, slope=0.3, seed=5), draws=300)
    assert not bent["frequency"].between(bent["null_low"], bent["null_high"]).iloc[[0, -1]].any()


def test_statements_that_repeat_share_a_bin():
    points = reliability([0.5] * 90 + [0.9] * 10, [1, 0] * 45 + [1] * 10, draws=10)
    assert points["n"].tolist() == [90, 10]
    assert points["confidence"].tolist() == pytest.approx([0.5, 0.9])


def test_all_measures_in_one_table_count_what_was_not_read():
    stated, happened = world(400)
    stated[:40] = np.nan
    table = calibration.calibration(stated, happened).set_index("metric")
    assert table.loc["read_rate", "value"] == pytest.approx(0.9)
    assert (table["n"] == 360).all()
    assert table.loc["expected_calibration_error", "null"] == CALIBRATED
    assert table["value"].notna().all()


def test_what_cannot_be_computed_is_missing_with_the_reason():
    table = calibration.calibration([0.5, 0.5, 0.5], [True, True, True]).set_index("metric")
    assert table.loc["recalibration_slope", "note"] == "all statements or all outcomes are equal"
    assert np.isnan(table.loc["auroc", "value"])
    apart = recalibration([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1])["recalibration_slope"]
    assert np.isnan(apart.value)
    assert apart.note == "the statements separate the outcomes perfectly"
    nothing = calibration.calibration([np.nan, np.nan], [True, False]).set_index("metric")
    assert nothing["value"].drop("read_rate").isna().all()


def test_probabilities_and_outcomes_that_are_none_are_refused():
    with pytest.raises(ValueError, match=r"statements must be within \[0, 1\]"):
        auroc([70, 30], [1, 0])
    with pytest.raises(ValueError, match="two lists of one length"):
        auroc([0.7, 0.3], [1])
