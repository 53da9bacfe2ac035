import numpy as np
import pandas as pd
import pytest
from scipy import stats

from beliefsim import paths
from beliefsim.consistency import random_medians
from beliefsim.consistency.ranks import Discrete, mean_ranks, median_null, rho_null, spearman, weighted_null
from beliefsim.studies.population import against_chance
from beliefsim.studies.population.tables import attainable_rho

NINE = [4, 3, 6, 5, 3, 4, 3, 2, 4]  # levels of the nine attributes of Table 3
TABLE = pd.read_csv(paths.data() / "mannekote2025" / "table3.csv")
# arXiv:2507.02197, Table 3, rows "Median": |Δη²| and ρ
PRINTED = {
    ("NOCTX+TR", "gemma-2-27b"): (0.02, 0.80),
    ("NOCTX+TR", "llama-3.1-70b"): (0.01, 0.49),
    ("NOCTX+TR", "llama-3.1-8b"): (0.09, 0.80),
    ("CTX+TR", "gemma-2-27b"): (0.06, 0.40),
    ("CTX+TR", "llama-3.1-70b"): (0.01, 0.50),
    ("CTX+TR", "llama-3.1-8b"): (0.09, 0.40),
    ("CTX+$", "gemma-2-27b"): (0.10, 0.83),
    ("CTX+$", "llama-3.1-70b"): (0.03, 0.50),
    ("CTX+$", "llama-3.1-8b"): (0.21, 0.00),
}


def test_spearman_is_scipys_with_ties_and_missing_where_one_side_is_all_ties():
    rng = np.random.default_rng(0)
    first, second = rng.integers(0, 4, (2, 50, 9)).astype(float)
    starts = np.array([0, 5])
    found = spearman(first, second, starts)
    for row in range(50):
        for part, block in enumerate((slice(0, 5), slice(5, 9))):
            tied = np.ptp(first[row, block]) == 0 or np.ptp(second[row, block]) == 0
            expected = np.nan if tied else stats.spearmanr(first[row, block], second[row, block]).statistic
            np.testing.assert_allclose(found[row, part], expected, atol=1e-12)
    np.testing.assert_array_equal(mean_ranks(first[0, :5], np.array([0])), stats.rankdata(first[0, :5]))


def test_random_medians_of_nine_attributes_have_the_known_spread_and_tail():
    null = random_medians(NINE)
    assert null.sd == pytest.approx(0.370, abs=5e-4)
    assert [null.quantile(0.025), null.quantile(0.975)] == pytest.approx([-0.5, 0.5])
    assert [null.at_least(rho) for rho in (0.4, 0.5, 0.8)] == pytest.approx([0.26, 0.13, 0.008], abs=5e-3)


def test_an_even_number_of_attributes_takes_the_mean_of_the_middle_two():
    null = random_medians([*NINE, 5])
    assert null.p.sum() == pytest.approx(1)
    assert null.sd == pytest.approx(0.323, abs=5e-4)
    two = median_null([Discrete([-1, 1], [0.5, 0.5]), Discrete([-1, 0.5], [0.25, 0.75])])
    np.testing.assert_allclose(two.values, [-1, -0.25, 0, 0.75])
    np.testing.assert_allclose(two.p, [0.125, 0.375, 0.125, 0.375])


def test_a_null_with_ties_enumerates_the_tied_ranks():
    null = rho_null(np.array([1.0, 2, 3]), np.array([5.0, 5, 7]))
    expected = {round(stats.spearmanr(order, [5, 5, 7]).statistic, 9) for order in ([1, 2, 3], [1, 3, 2], [3, 2, 1])}
    assert set(null.values) == expected


def test_few_levels_cannot_reach_significance():
    assert rho_null(np.arange(2.0), np.arange(2.0)).at_least(1) == pytest.approx(1 / 2)
    assert rho_null(np.arange(3.0), np.arange(3.0)).at_least(1) == pytest.approx(1 / 6)


def test_the_weighted_mean_has_null_sd_one_over_the_root_of_its_weights():
    parts = [rho_null(np.arange(float(k)), np.arange(float(k))) for k in NINE]
    null = weighted_null(parts, [k - 1 for k in NINE])
    assert null.sd == pytest.approx(1 / np.sqrt(sum(NINE) - len(NINE)), rel=1e-6) == 0.2


def test_row_01_the_eighteen_medians_of_table_3_are_recomputed_from_its_rows():
    found = against_chance(TABLE).set_index(["elicitation", "model"])
    assert len(found) == len(PRINTED) == 9
    for cell, (distance, rho) in PRINTED.items():
        assert found.loc[cell, "median_abs_delta_eta_squared"] == pytest.approx(distance)
        assert found.loc[cell, "median_rho"] == pytest.approx(rho)


def test_row_01_only_three_cells_of_table_3_are_beyond_random_rankings_by_weighted_mean():
    p = against_chance(TABLE).set_index(["elicitation", "model"])["weighted_rho_p"]
    known = {("NOCTX+TR", "gemma-2-27b"): 0.005, ("CTX+$", "gemma-2-27b"): 0.0001, ("CTX+$", "llama-3.1-70b"): 0.03}
    for cell, value in known.items():
        assert round(p[cell], 4 if value < 0.001 else 3 if value < 0.01 else 2) == value
    assert (p.drop(list(known)) > 0.08).all()


def test_printed_correlations_are_snapped_to_attainable_ones():
    assert attainable_rho(0.83, 6) == pytest.approx(1 - 6 * 6 / 210)
    assert attainable_rho(0.5, 3) == 0.5
    # All levels in the paper's tables are confirmed by what ρ can be with them.
    for rho, levels in zip(TABLE["spearman_rho"], TABLE["levels"], strict=True):
        assert abs(attainable_rho(rho, levels) - rho) < 0.0051


def test_published_rows_without_the_needed_columns_are_refused():
    with pytest.raises(ValueError, match=r"lack columns .*levels"):
        against_chance(TABLE.drop(columns="levels"))
