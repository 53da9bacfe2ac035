import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim.beliefs import Integers
from beliefsim.consistency import Choices, Dials, ScriptedPopulation, compare
from beliefsim.consistency.rounded import clipped_normal

GAME = bs.games.TrustGame()
PEOPLE = bs.personas.sample(3000, design="factorial", seed=1)
TRAITS = list(bs.personas.TEST_ATTRIBUTES)
QUESTION = GAME.question("sent", by=TRAITS)


def told(agent, instrument=None, **options):
    return bs.elicit(QUESTION, instrument or bs.GroupMeans(), agent, **options)


@pytest.mark.parametrize("coupling", [-0.5, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("amplitude", [0.5, 2.0])
def test_planted_effects_have_exactly_the_coupling_amplitude_and_shares_of_the_dials(coupling, amplitude):
    natural = bs.personas.sample(500, design="natural", seed=2)
    truth = ScriptedPopulation(natural, Dials(coupling=coupling, amplitude=amplitude), seed=4).truth
    p, w, stated = truth["share"], truth["done"], truth["stated"]
    assert (p * w * stated).sum() / np.sqrt((p * w**2).sum() * (p * stated**2).sum()) == pytest.approx(coupling)
    assert np.sqrt((p * stated**2).sum() / (p * w**2).sum()) == pytest.approx(amplitude)
    weighted = (p * w).groupby(truth["attribute"]).sum()
    np.testing.assert_allclose(weighted, 0, atol=1e-12)
    np.testing.assert_allclose((p * w**2).groupby(truth["attribute"]).sum(), 0.05 * 0.2**2)


def test_a_clipped_normal_has_the_wanted_mean_anywhere_within_the_space():
    means = np.linspace(0, 10, 41)
    for sd in (0.0, 0.3, 2.0, 6.0):
        belief = clipped_normal(Integers(0, 10), means, sd)
        inside = (means > 0.2) & (means < 9.8) if sd else (means > 0.5) & (means < 9.5)
        np.testing.assert_allclose(belief.mean[inside], means[inside], atol=1e-6)


def test_sends_are_legal_whole_dollars_and_a_person_is_the_same_person_in_any_block():
    agent = ScriptedPopulation(PEOPLE, Dials(stability=1.0), seed=3)
    decisions = bs.play(GAME, agent, PEOPLE, draws=2, seed=5)
    assert decisions["amount"].isin(range(11)).all()
    first, second = (decisions.loc[decisions["draw"] == draw, "amount"].to_numpy() for draw in (0, 1))
    assert (first == second).all()
    part = bs.play(GAME, agent, PEOPLE.iloc[1000:1010], seed=9)
    assert (part["amount"].to_numpy() == first[1000:1010]).all()


def test_stability_is_the_share_of_noise_that_stays_with_the_person():
    agent = ScriptedPopulation(PEOPLE, Dials(stability=0.5, eta_squared=0.0), seed=3)
    decisions = bs.play(GAME, agent, PEOPLE, draws=2, seed=5)
    first, second = (decisions.loc[decisions["draw"] == draw, "amount"].to_numpy() for draw in (0, 1))
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.5, abs=0.04)


def test_a_larger_endowment_keeps_shares():
    big = bs.games.TrustGame(endowment=100)
    agent = ScriptedPopulation(PEOPLE, seed=3)
    small, large = (bs.play(game, agent, PEOPLE, seed=5)["amount"].mean() for game in (GAME, big))
    assert large == pytest.approx(10 * small, rel=0.01)


def test_eta_squared_comes_back_by_attribute():
    planted = dict.fromkeys(TRAITS, 0.0) | {"age": 0.3, "openness": 0.1}
    agent = ScriptedPopulation(PEOPLE, Dials(eta_squared=planted), seed=3)
    found = compare(told(agent), bs.play(GAME, agent, PEOPLE, seed=5), PEOPLE, permutations=100)
    assert found.row("epsilon_squared", "age")["value"] == pytest.approx(0.3, abs=0.04)
    assert found.row("epsilon_squared", "openness")["value"] == pytest.approx(0.1, abs=0.03)
    assert found.row("epsilon_squared", "religion")["value"] == pytest.approx(0.0, abs=0.01)
    assert found.row("eta_squared_stated", "age")["value"] == pytest.approx(0.3, abs=0.04)


@pytest.mark.parametrize("coupling", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("amplitude", [1.0, 2.0])
def test_row_01_planted_coupling_and_amplitude_come_back_within_their_intervals(coupling, amplitude):
    dials = Dials(coupling=coupling, amplitude=amplitude, eta_squared=0.03)
    hits = {"slope": 0, "coupling": 0, "amplitude": 0}
    for seed in range(4):
        agent = ScriptedPopulation(PEOPLE, dials, seed=seed)
        result = compare(told(agent), bs.play(GAME, agent, PEOPLE, seed=seed), PEOPLE, seed=seed, permutations=200)
        truth = {"slope": coupling / amplitude, "coupling": coupling, "amplitude": amplitude}
        for name, value in truth.items():
            row = result.row(name)
            assert row["value"] == pytest.approx(value, abs=0.12 if name != "amplitude" else 0.25)
            hits[name] += row["low"] <= value <= row["high"]
    assert min(hits.values()) >= 2


def test_rankings_recover_the_sign_and_full_coupling_of_rank_order():
    agent = ScriptedPopulation(PEOPLE, Dials(coupling=1.0), seed=1)
    result = compare(told(agent, bs.Ranking()), bs.play(GAME, agent, PEOPLE, seed=1), PEOPLE, permutations=200)
    assert result.row("slope")["low"] > 0
    assert result.row("coupling")["value"] > 0.8
    assert result.row("median_rho")["value"] > 0.7


def test_elicitation_noise_lowers_coupling_and_the_correction_brings_it_back():
    agent = ScriptedPopulation(PEOPLE, Dials(coupling=0.8, elicitation_noise=1.0), seed=2)
    decisions = bs.play(GAME, agent, PEOPLE, seed=2)
    once = compare(told(agent), decisions, PEOPLE, permutations=200)
    # One reply is one draw of the noise; over many attributes coupling/√2 is the target.
    assert once.row("coupling")["value"] == pytest.approx(0.8 / np.sqrt(2), abs=0.25)
    often = compare(told(agent, draws=5), decisions, PEOPLE, permutations=200)
    corrected = often.row("coupling_corrected")["value"]
    assert corrected == pytest.approx(0.8, abs=0.15)
    assert corrected > often.row("coupling")["value"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"coupling": 1.5}, "coupling must be within"),
        ({"stability": -0.1}, "stability must be within"),
        ({"amplitude": -1}, "amplitude must be within"),
    ],
)
def test_impossible_dials_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        Dials(**change)


def test_bad_populations_are_refused_with_the_reason():
    with pytest.raises(ValueError, match=r"sums to 2\.00 over 10"):
        ScriptedPopulation(PEOPLE, Dials(eta_squared=0.2))
    with pytest.raises(ValueError, match="needs attributes"):
        ScriptedPopulation(pd.DataFrame({"age": [1, 2]}))
    with pytest.raises(ValueError, match="'shoe_size' is not among"):
        ScriptedPopulation(PEOPLE, Dials(eta_squared={"shoe_size": 0.1}))
    with pytest.raises(ValueError, match="more than one attribute"):
        _ = ScriptedPopulation({"a": ("x", "y")}, Dials(coupling=0.5)).truth
    agent = ScriptedPopulation({"age": ("young", "old")}, Dials(eta_squared=0.1))
    with pytest.raises(ValueError, match="acts for people"):
        bs.play(GAME, agent)


def test_choices_are_checked():
    with pytest.raises(ValueError, match="means 'raw' is not among marginal, adjusted"):
        Choices(means="raw")
