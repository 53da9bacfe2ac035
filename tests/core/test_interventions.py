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
from beliefsim.questions import Turn

GAME = TrustGame()


class Ascending(Known):
    """Expects more from each next level."""

    def believe(self, asking):
        return Belief.certain(asking.space, np.arange(len(asking.levels)))


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


# arXiv:2507.02197 asks for .8 and .2; what K levels allow follows from the values ρ can take.
@pytest.mark.parametrize(
    ("k", "wanted", "achieved"),
    [
        *((2, 0.8, 1.0), (2, 0.2, 1.0), (3, 0.8, 1.0), (3, 0.2, 0.5), (4, 0.8, 0.8), (4, 0.2, 0.2)),
        *((5, 0.8, 0.8), (5, 0.2, 0.2), (6, 0.8, 0.829), (6, 0.2, 0.2), (4, 1.0, 1.0), (4, -1.0, -1.0)),
    ],
)
def test_few_levels_allow_few_correlations(k, wanted, achieved):
    own = np.arange(1.0, k + 1)
    found = interventions.permuted(own, wanted, np.random.default_rng(1))
    assert np.corrcoef(found, own)[0, 1] == pytest.approx(achieved, abs=5e-4)


def test_of_two_equally_near_correlations_the_larger_is_taken():
    own = np.arange(1.0, 4)
    found = {tuple(interventions.permuted(own, 0.75, np.random.default_rng(seed))) for seed in range(20)}
    assert found == {(1.0, 2.0, 3.0)}


@given(st.lists(st.integers(1, 3), min_size=2, max_size=5), st.sampled_from([0.8, 0.2, None]), st.integers(0, 50))
def test_an_imposed_ranking_has_no_ties_and_its_correlation_with_a_tied_one_is_recorded(values, rho, seed):
    own = stats.rankdata(values)
    imposed = interventions.permuted(own, rho, np.random.default_rng(seed))
    assert sorted(imposed) == list(range(1, len(own) + 1))
    if rho is not None and np.ptp(own):
        attainable = [stats.spearmanr(own, order)[0] for order in itertools.permutations(range(len(own)))]
        distance = abs(stats.spearmanr(own, imposed)[0] - rho)
        assert distance == pytest.approx(min(abs(one - rho) for one in attainable), abs=1e-9)


def test_levels_never_read_are_left_out_and_so_is_an_attribute_with_one_level_left():
    told = stated()
    unread = (told["attribute"] == "age") & (told["level"] == "65+")
    lonely = (told["attribute"] == "openness") & (told["level"] != "High")
    prior = bs.Prior(told.assign(value=told["value"].mask(unread | lonely)))
    assert prior.ranks["age"] == {"18-29": 3, "30-44": 2, "45-64": 1}
    assert set(prior.ranks) == {"age", "family_structure_at_16", "us_citizenship_status"}


def test_a_prior_is_a_table_with_the_achieved_correlation_and_beliefs_to_compare():
    prior = bs.Prior(stated(), rho=0.2)
    table, beliefs = prior.table(), prior.beliefs()
    assert table.groupby("attribute")["achieved"].first().to_dict() == prior.achieved
    assert set(beliefs["condition"]) == {"imposed 0.2"}
    assert set(beliefs["arm"]) == {"scripted"}
    assert beliefs.set_index(["attribute", "level"])["value"].to_dict() == (
        table.set_index(["attribute", "level"])["imposed"].to_dict()
    )


def test_a_prior_from_means_ranks_by_the_means_and_ties_share_a_place():
    means = stated(by=["age"], instrument=bs.GroupMeans())
    assert bs.Prior(means).ranks["age"] == {"18-29": 4, "30-44": 3, "45-64": 2, "65+": 1}
    tied = means.assign(value=np.where(means["statistic"] == "mean", 5.0, 1.0))
    assert "18-29 and 30-44 and 45-64 and 65+" in bs.Prior(tied).text("trust")


def test_the_placebo_is_as_long_as_the_prior_and_says_nothing_about_trust():
    prior = bs.Prior(stated())
    turn = Turn(GAME, "trustor", GAME.start(), np.arange(1))
    text = bs.Placebo(prior).context(turn, 0)
    assert len(text.split()) == len(prior.context(turn, 0).split())
    assert "trust" not in text and "dollar" not in text


def test_a_game_prints_the_conditioned_prompt_as_the_agent_sees_it():
    prior = bs.Prior(stated())
    persona = bs.personas.sample(10, seed=1).iloc[0]
    shown = GAME.prompt("trustor", persona, context=prior.text(GAME.words["construct"]))
    assert prior.text(GAME.words["construct"]) in shown
    assert prior.text(GAME.words["construct"]) not in GAME.prompt("trustor", persona)


def test_priors_read_as_in_the_transcript(transcript):
    transcript("prior", bs.Prior(stated(), rho=0.2, seed=1).text("interpersonal trust"))


def test_a_bad_prior_is_refused():
    with pytest.raises(ValueError, match=r"rho must be within \[-1, 1\].*got 1.5"):
        bs.Prior(stated(), rho=1.5)
    with pytest.raises(ValueError, match="attribute 'shoe_size' is not among"):
        bs.Prior(stated(by={"shoe_size": ("38", "42")}))
    with pytest.raises(ValueError, match=r"rho must be within \[-1, 1\]"):
        bs.Prior(stated(), rho=float("nan"))
    with pytest.raises(ValueError, match="needs what one instrument stated"):
        bs.Prior(stated().iloc[:0])
    with pytest.raises(ValueError, match="what one arm stated; given: b, a"):
        two = stated()
        bs.Prior(two.assign(arm=np.where(np.arange(len(two)) % 2, "a", "b")))
    with pytest.raises(ValueError, match="at least two levels"):
        one = stated(by=["age"])
        bs.Prior(one[one["level"] == "65+"])
