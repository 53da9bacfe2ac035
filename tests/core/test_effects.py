import numpy as np
import pytest
from scipy import stats

from beliefsim.consistency import Choices
from beliefsim.consistency.effects import (
    LABELS,
    effects,
    effects_from_sums,
    eta_squared_from_groups,
    rank_epsilon_squared,
    relabelled,
)

RNG = np.random.default_rng(1)
CODES = RNG.integers(0, 4, 90)
SENDS = np.clip(np.rint(5 + 0.8 * CODES + RNG.normal(0, 2, 90)), 0, 10)


def test_stated_means_and_sds_give_the_papers_eta_squared_to_the_last_digit():
    # Sample reply in arXiv:2507.02197, appendix C.2.
    assert eta_squared_from_groups([3.5, 6.5, 4.5, 5.5], [1.5, 2.5, 1.8, 2.2], 100) == 0.23348992724453865


def test_eta_squared_is_that_of_scipys_one_way_anova():
    found = effects(SENDS, CODES)
    f = stats.f_oneway(*(SENDS[k == CODES] for k in range(4))).statistic
    eta, n, k = found.eta_squared[0], len(SENDS), 4
    assert eta / (1 - eta) * (n - k) / (k - 1) == pytest.approx(f)
    assert found.epsilon_squared[0] == pytest.approx((k - 1) * (f - 1) / ((k - 1) * f + n - k))
    assert found.omega_squared[0] == pytest.approx((k - 1) * (f - 1) / ((k - 1) * (f - 1) + n))


def test_rank_epsilon_squared_is_that_of_scipys_kruskal_wallis_with_ties():
    h = stats.kruskal(*(SENDS[k == CODES] for k in range(4))).statistic
    assert rank_epsilon_squared(SENDS, CODES) == pytest.approx(h / (len(SENDS) - 1))


def test_without_effects_eta_squared_is_biased_and_epsilon_and_omega_squared_are_not_truncated():
    n, k = 50, 5
    sends = RNG.normal(size=(4000, n))
    onehot = np.eye(k)[np.arange(n) % k]
    found = effects_from_sums(onehot.sum(axis=0), sends @ onehot, (sends**2).sum(axis=1)[:, None], np.array([0]))
    assert found.eta_squared.mean() == pytest.approx((k - 1) / (n - 1), abs=0.004)
    assert found.epsilon_squared.mean() == pytest.approx(0, abs=0.004)
    assert found.omega_squared.min() < 0
    assert found.epsilon_squared.min() < 0


def test_equal_amounts_have_no_effect_size():
    found = effects(np.full(12, 0.1), np.arange(12) % 3)
    assert np.isnan([found.eta_squared[0], found.epsilon_squared[0], found.omega_squared[0]]).all()
    assert np.isnan(rank_epsilon_squared(np.full(12, 0.1), np.arange(12) % 3))


def test_as_many_levels_as_people_leave_no_error_variance():
    found = effects([1.0, 2.0, 3.0], ["a", "b", "c"])
    assert found.eta_squared[0] == 1
    assert np.isnan([found.epsilon_squared[0], found.omega_squared[0]]).all()


def test_verbal_labels_are_lower_edges_or_midpoints():
    assert LABELS["lower edges"] == {"none": 0, "small": 0.01, "medium": 0.06, "large": 0.14}
    assert LABELS["midpoints"]["medium"] == pytest.approx(0.10)
    np.testing.assert_allclose(relabelled([0.01, 0.14, 0.2, np.nan], "midpoints"), [0.035, 0.20, 0.2, np.nan])
    assert all(table["none"] == 0 for table in LABELS.values())


@pytest.mark.parametrize(
    ("choice", "possible"),
    [({"labels": "upper edges"}, "lower edges, midpoints"), ({"means": "mean"}, "marginal, adjusted")],
)
def test_an_unknown_analysis_choice_is_refused_with_the_possible_ones(choice, possible):
    with pytest.raises(ValueError, match=f"is not among {possible}"):
        Choices(**choice)
