import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from beliefsim import beliefs
from beliefsim.beliefs import Belief, Integers, Options

SENDS = Integers(0, 10, unit="dollars")
weights = hnp.arrays(float, 11, elements=st.floats(0.01, 1))


@given(weights, st.integers(0, 10))
def test_a_certain_belief_in_what_happens_scores_highest(some, outcome):
    other = Belief.normalised(SENDS, some)
    certain = Belief.certain(SENDS, outcome)
    assert beliefs.brier(certain, outcome) <= beliefs.brier(other, outcome)


@given(weights, weights)
def test_honesty_is_the_best_policy_by_the_brier_score(true, said):
    honest, other = Belief.normalised(SENDS, true), Belief.normalised(SENDS, said)
    expected = [sum(honest.p[k] * beliefs.brier(belief, k) for k in range(len(SENDS))) for belief in (honest, other)]
    assert expected[0] <= expected[1] + 1e-12


@given(weights, weights)
def test_distances_agree_with_scipy(first, second):
    one, two = Belief.normalised(SENDS, first), Belief.normalised(SENDS, second)
    assert beliefs.wasserstein(one, two) == pytest.approx(
        stats.wasserstein_distance(SENDS.values, SENDS.values, one.p, two.p), abs=1e-9
    )
    assert beliefs.total_variation(one, two) == pytest.approx(0.5 * np.abs(one.p - two.p).sum())
    assert one.sd == pytest.approx(np.sqrt(np.cov(SENDS.values, aweights=one.p, ddof=0)), abs=1e-9)


def test_draws_follow_the_distribution():
    belief = Belief(SENDS, np.tile(np.arange(11) / 55, (20_000, 1)))
    drawn = belief.draw(np.random.default_rng(1))
    assert stats.chisquare(np.bincount(drawn, minlength=11)[1:], belief.p[0, 1:] * 20_000).pvalue > 0.001


def test_probabilities_that_do_not_sum_to_one_are_refused_unless_told_to_renormalise():
    with pytest.raises(ValueError, match="sum to 1"):
        Belief(Options(("a", "b")), np.array([0.5, 0.6]))
    assert Belief.normalised(Options(("a", "b")), [2, 2]).p.tolist() == [0.5, 0.5]
    assert np.isnan(Belief.normalised(Options(("a", "b")), [0, 0]).p).all()


def test_moves_outside_a_space_are_refused():
    for bad in (-1, 11, 2.5):
        with pytest.raises(ValueError, match=r"whole numbers 0\.\.10"):
            SENDS.index(bad)
    with pytest.raises(ValueError, match="not among keep, trust"):
        Options(("keep", "trust")).index("steal")


def test_beliefs_over_different_spaces_cannot_be_compared():
    with pytest.raises(ValueError, match="different spaces"):
        beliefs.total_variation(Belief.uniform(SENDS), Belief.uniform(Integers(0, 5)))
