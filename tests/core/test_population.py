"""The natural population: a tree of conditional tables that stands for the bank."""

import numpy as np
import pandas as pd
import pytest

from beliefsim import personas
from beliefsim.personas import codebook, sampling
from data.population.fit_population import cramers_v, mutual_information


def association(people, one, other):
    return cramers_v(pd.crosstab(people[one], people[other]).to_numpy(dtype=float))


def test_natural_people_have_the_banks_marginals():
    n = 100_000
    people = personas.sample(n, design="natural", seed=8, attributes="all")
    book = personas.attributes().dropna(subset="count")
    for attribute, rows in book.groupby("attribute"):
        expected = rows.set_index("level")["count"].astype(float) / rows["count"].sum()
        seen = people[attribute].value_counts(normalize=True).reindex(expected.index, fill_value=0.0)
        # five standard errors per level, and a little for levels that a tree path draws through others
        assert (abs(seen - expected) < 5 * np.sqrt(expected / n) + 1e-4).all(), attribute


def test_natural_people_have_the_associations_that_the_tree_implies():
    people = personas.sample(100_000, design="natural", seed=9, attributes="all")
    pairs = codebook.read_table("population/pairs.csv").head(80)
    seen = np.array([association(people, row["attribute"], row["other"]) for row in pairs.to_dict("records")])
    assert np.abs(seen - pairs["cramers_v_tree"]).max() < 0.03


def test_the_tree_keeps_the_banks_association_along_its_edges():
    pairs = codebook.read_table("population/pairs.csv")
    edges = pairs[pairs["edge"] == "yes"]
    assert len(edges) == len(sampling.tree()) - 1
    np.testing.assert_allclose(edges["cramers_v_tree"], edges["cramers_v"], atol=2e-4)


def test_added_traits_are_independent_of_the_rest_and_uniform():
    people = personas.sample(60_000, design="natural", seed=10, attributes="all")
    for added in personas.AUGMENTED:
        shares = people[added].value_counts(normalize=True)
        assert abs(shares - 1 / len(shares)).max() < 0.01
        assert max(association(people, added, other) for other in ("age", "sex", "religion")) < 0.02


def test_years_lie_in_their_band():
    people = personas.sample(5_000, design="natural", seed=11)
    bands = people.groupby("age", observed=True)["age_years"].agg(["min", "max"])
    assert bands.to_dict("index") == {
        "18-29": {"min": 18, "max": 29},
        "30-44": {"min": 30, "max": 44},
        "45-64": {"min": 45, "max": 64},
        "65+": {"min": 65, "max": 89},
    }


def test_a_node_draws_by_its_parents_row_and_by_the_marginal_where_the_bank_has_nobody():
    node = sampling.Node("child", "parent", np.array([[3.0, 0.0, 1.0], [0.0, 0.0, 0.0], [0.0, 4.0, 0.0]]))
    parents = np.repeat([0, 1, 2], 20_000).astype(np.int8)
    drawn = node.draw(parents, np.random.default_rng(1))
    shares = [np.bincount(drawn[parents == parent], minlength=3) / 20_000 for parent in range(3)]
    np.testing.assert_allclose(shares, [[0.75, 0, 0.25], [0.375, 0.5, 0.125], [0, 1, 0]], atol=0.02)


def test_cramers_v_and_mutual_information_are_known_in_simple_tables():
    function = np.diag([50.0, 50.0])
    assert cramers_v(function) == pytest.approx(1.0)
    assert mutual_information(function) == pytest.approx(np.log(2) - 1 / 200)
    assert cramers_v(np.full((3, 2), 7.0)) == pytest.approx(0.0)
    assert mutual_information(np.full((3, 2), 7.0)) == pytest.approx(-2 / 84)
