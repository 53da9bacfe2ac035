"""Intervals of shares and of their differences, against other programs' and against what was planted."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from beliefsim.measures import ratio_over_personas, ratio_over_units
from beliefsim.studies.review.shares import share_difference


@pytest.mark.parametrize("right", [0, 1, 7, 20])
def test_a_share_of_one_answer_a_unit_is_wilsons(right):
    answers = np.arange(20) < right
    found = ratio_over_units(answers, np.ones(20), share=True)
    assert (found.low, found.high) == pytest.approx(proportion_confint(right, 20, method="wilson"), abs=1e-6)
    table = pd.DataFrame({"persona": np.arange(20), "x": answers.astype(float)})
    assert ratio_over_personas(table, "x", share=True) == found


def test_answers_that_repeat_in_a_unit_are_no_more_than_one_of_it():
    once = (np.arange(12) < 4).astype(float)
    fivefold = ratio_over_units(np.repeat(once[:, None], 5, axis=1), np.ones((12, 5)), share=True)
    alone = ratio_over_units(once, np.ones(12), share=True)
    assert fivefold.high - fivefold.low > 0.95 * (alone.high - alone.low)
    even = ratio_over_units(np.tile([1, 0, 0, 0, 0], (12, 1)), np.ones((12, 5)))
    assert even.high - even.low < 1e-9  # each unit says the same: the jackknife knows no doubt
    share = ratio_over_units(np.tile([1, 0, 0, 0, 0], (12, 1)), np.ones((12, 5)), share=True)
    assert (share.low, share.high) == pytest.approx(proportion_confint(12, 60, method="wilson"), abs=1e-6)


def test_a_share_of_probabilities_far_from_its_ends_is_the_jackknifes():
    p = np.random.default_rng(1).normal(0.5, 0.02, (40, 3))
    share, mean = ratio_over_units(p, np.ones_like(p), share=True), ratio_over_units(p, np.ones_like(p))
    assert (share.low, share.high) == pytest.approx((mean.low, mean.high), abs=1e-4)


def test_few_reports_hold_the_planted_share_nineteen_times_in_twenty():
    rng, inside = np.random.default_rng(1), {True: 0, False: 0}
    for _ in range(600):
        planted = rng.random((8, 4)) < 0.5
        found = planted & (rng.random((8, 4)) < 0.9375)
        for share in inside:
            one = ratio_over_units(found, planted, share=share)
            inside[share] += one.low <= 0.9375 <= one.high
    assert inside[True] > 0.93 * 600 > 0.8 * 600 > inside[False]  # the jackknife's alone would not


def test_a_difference_of_paired_shares_is_newcombes():
    before = np.r_[np.ones(36), np.zeros(12), np.ones(2)]
    after = np.r_[np.ones(48), np.zeros(2)]
    found, phi = share_difference((after, np.ones(50)), (before, np.ones(50))), np.corrcoef(before, after)[0, 1]
    (low, high), (down, up) = (proportion_confint(count, 50, method="wilson") for count in (48, 38))
    ends = [np.sqrt(a**2 - 2 * phi * a * b + b**2) for a, b in ((0.96 - low, up - 0.76), (high - 0.96, 0.76 - down))]
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.2 - ends[0], 0.2 + ends[1]), abs=1e-6)


def test_a_judges_bias_in_few_reports_is_held_nineteen_times_in_twenty():
    rng, inside = np.random.default_rng(2), 0
    for _ in range(600):
        real, named = rng.random((8, 4)) < 0.77, rng.random((8, 4)) < 0.4
        agrees = rng.random((8, 4)) < np.where(real, 0.8, 0.3)
        one = share_difference((named & agrees, named), (named & real, named))
        inside += one.low <= 0.77 * 0.8 + 0.23 * 0.3 - 0.77 <= one.high
    assert inside > 0.93 * 600


def test_a_share_beyond_its_whole_is_refused():
    with pytest.raises(ValueError, match="between 0 and the whole, got 0 to 2"):
        ratio_over_units([0, 1, 2], np.ones(3), share=True)
