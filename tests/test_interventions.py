import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import beliefsim as bs
from beliefsim import interventions
from beliefsim.agents import Known
from beliefsim.beliefs import Belief
from beliefsim.games import TrustGame
from beliefsim.questions import Block

GAME = TrustGame()


class Ascending(Known):
    """Expects more from each next level."""

    def believe(self, block):
        return Belief.certain(block.space, np.arange(len(block.levels)))


def stated(by=("age", "openness", "family_structure_at_16", "us_citizenship_status"), instrument=None):
    return bs.elicit(GAME.question("sent", by=by), instrument or bs.Ranking(), Ascending(), draws=2)


@given(st.integers(2, 5), st.sampled_from([0.8, 0.2, 0.0, -0.5]), st.integers(0, 100))
def test_a_perturbed_ranking_is_the_nearest_attainable(levels, rho, seed):
    own = np.arange(1.0, levels + 1)
    imposed = interventions.permuted(own, rho, np.random.default_rng(seed))
    attainable = [stats.spearmanr(own, order)[0] for order in itertools.permutations(own)]
    achieved = stats.spearmanr(own, imposed)[0]
    assert abs(achieved - rho) == pytest.approx(min(abs(one - rho) for one in attainable), abs=1e-9)


def test_achieved_correlations_are_recorded_where_the_wanted_one_is_unattainable():
    weak, strong = (bs.Prior(stated(), rho=rho).achieved for rho in (0.8, 0.2))
    assert [round(value, 3) for value in weak.values()] == [0.8, 1.0, 0.829, 1.0]
    assert [round(value, 3) for value in strong.values()] == [0.2, 0.5, 0.2, 1.0]


def test_self_and_reversed_priors_are_the_own_ranking_and_its_mirror():
    own, reverse = bs.Prior(stated()), bs.Prior(stated(), rho=-1)
    assert {round(value, 12) for value in own.achieved.values()} == {1.0}
    assert {round(value, 12) for value in reverse.achieved.values()} == {-1.0}
    assert own.text("trust").splitlines()[1] == "age: 65+ over 45-64 over 30-44 over 18-29."
    assert [bs.Prior(stated(), rho=rho).condition for rho in (1, -1, 0.2, None)] == [
        "self",
        "reversed",
        "imposed 0.2",
        "random",
    ]


def test_random_priors_are_independent_of_the_own_ranking_on_average():
    told = stated(by=["age"])
    achieved = [bs.Prior(told, rho=None, seed=seed).achieved["age"] for seed in range(400)]
    assert abs(np.mean(achieved)) < 4 * np.std(achieved) / 20
    assert len({round(value, 3) for value in achieved}) > 5


def test_a_prior_from_means_ranks_by_the_means_and_ties_share_a_place():
    means = stated(by=["age"], instrument=bs.GroupMeans())
    assert bs.Prior(means).ranks["age"] == {"18-29": 4, "30-44": 3, "45-64": 2, "65+": 1}
    tied = means.assign(value=np.where(means["statistic"] == "mean", 5.0, 1.0))
    assert "18-29 and 30-44 and 45-64 and 65+" in bs.Prior(tied).text("trust")


def test_the_placebo_is_as_long_as_the_prior_and_says_nothing_about_trust():
    prior = bs.Prior(stated())
    block = Block(GAME, "trustor", GAME.start(), np.arange(1))
    text = bs.Placebo(prior).context(block, 0)
    assert len(text.split()) == len(prior.context(block, 0).split())
    assert "trust" not in text and "dollar" not in text


def test_priors_read_as_in_the_transcript(transcript):
    transcript("prior", bs.Prior(stated(), rho=0.2, seed=1).text("interpersonal trust"))


def test_a_bad_prior_is_refused():
    with pytest.raises(ValueError, match=r"rho must be within \[-1, 1\].*got 1.5"):
        bs.Prior(stated(), rho=1.5)
    with pytest.raises(ValueError, match="attribute 'shoe_size' is not among"):
        bs.Prior(stated(by={"shoe_size": ("38", "42")}))
    with pytest.raises(ValueError, match="needs what one instrument stated"):
        bs.Prior(stated().iloc[:0])
