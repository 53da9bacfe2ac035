import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim.agents import Bayes, ScriptedTeller
from beliefsim.agents.bayes import rounded
from beliefsim.games import Coin, State, TrustGame, Urns


def play(game, sessions=400, seed=1):
    return bs.play(game, Bayes(game), sessions=sessions, seed=seed)


def told(game, agent, decisions, outcome="A"):
    rows = bs.elicit(game.question(game.key(game.seats[0])), bs.ChoiceProbabilities(), agent, at=decisions)
    return rows[rows["outcome"] == outcome].set_index(["session", "round"])["value"]


@given(st.integers(1, 99), st.integers(51, 99), st.lists(st.sampled_from(["red", "blue"]), min_size=1, max_size=8))
def test_the_posterior_is_bayes_rule_written_out(prior, share, balls):
    game = Urns(rounds=8, prior_percent=prior, share=share)
    state = State(("A", balls[-1]), tuple(("A", ball, "A") for ball in balls[:-1]))
    surplus = balls.count("red") - balls.count("blue")
    odds = prior / (100 - prior) * (share / (100 - share)) ** surplus
    assert game.truth(game.question("urn"), state).p[0, 0] == pytest.approx(odds / (1 + odds))


def test_phillips_and_edwards_example_of_twelve_chips_is_97_percent():
    # Edwards (1968): 8 red and 4 blue chips from bags of 70 % and 30 %: the posterior is .97, people say .7 to .8
    game = Urns(rounds=12, share=70)
    balls = ["red"] * 8 + ["blue"] * 4
    state = State(("A", balls[-1]), tuple(("A", ball, "A") for ball in balls[:-1]))
    assert game.truth(game.question("urn"), state).p[0, 0].round(2) == 0.97


def test_a_coins_posterior_is_normalised_likelihood():
    game = Coin(rounds=3)
    state = State((1, "heads"), ((1, "heads", 1), (1, "tails", 1)))
    bias = np.arange(1, 10) / 10
    weight = bias**2 * (1 - bias)
    np.testing.assert_allclose(game.truth(game.question("heads"), state).p[0], weight / weight.sum())


def test_what_chance_draws_has_the_odds_of_the_game_and_stays_hidden():
    game = Urns(rounds=3, prior_percent=30, share=80)
    decisions = play(game, 4000)
    urn = decisions[decisions["player"] == "urn"].set_index("session")["move"].astype(str)
    assert len(urn) == 4000
    assert (urn == "A").mean() == pytest.approx(0.3, abs=0.03)
    balls = decisions[decisions["player"] == "ball"]
    red = (balls["move"] == "red").groupby(balls["session"].map(urn)).mean()
    assert red["A"] == pytest.approx(0.8, abs=0.03)
    assert red["B"] == pytest.approx(0.2, abs=0.03)
    seen = game.prompt("guesser", None, State(("B", "red")))
    assert seen == game.prompt("guesser", None, State(("A", "red")))


def test_the_normative_teller_is_calibrated_and_its_guess_earns_most():
    game = Urns(rounds=3, prior_percent=40, share=65)
    decisions = play(game, 6000)
    urn = decisions[decisions["player"] == "urn"].set_index("session")["move"]
    p = told(game, Bayes(game), decisions).xs(3, level="round")
    happened = (urn.loc[p.index] == "A").to_numpy()
    for value in p.round(6).unique():
        part = (p.round(6) == value).to_numpy()
        assert happened[part].mean() == pytest.approx(value, abs=4 * np.sqrt(value * (1 - value) / part.sum()))
    payoff = decisions.loc[(decisions["player"] == "guesser") & decisions["chosen"], "payoff"]
    assert payoff[decisions["round"] == 3].mean() == pytest.approx(np.maximum(p, 1 - p).mean(), abs=0.03)


def test_a_teller_without_departures_is_the_normative_one():
    for game, outcome in ((Urns(), "A"), (Coin(), "3")):
        decisions = play(game, 50)
        np.testing.assert_allclose(
            told(game, ScriptedTeller(game), decisions, outcome), told(game, Bayes(game), decisions, outcome)
        )


def test_planted_dials_change_the_log_odds_as_documented():
    game = Urns(rounds=2, prior_percent=20, share=75)
    agent = ScriptedTeller(game, evidence_weight=0.5, prior_weight=2, order_bias=0.4)
    decisions = play(game, 60)
    balls = decisions[decisions["player"] == "ball"].set_index(["session", "round"])["move"].eq("red")
    sign = balls.unstack() * 2 - 1
    expected = 2 * np.log(0.2 / 0.8) + 0.5 * np.log(3) * (0.6 * sign[1] + 1.4 * sign[2])
    p = told(game, agent, decisions).xs(2, level="round")
    np.testing.assert_allclose(np.log(p / (1 - p)), expected.loc[p.index])


def test_rounding_noise_and_lapses_repeat_with_the_seed_and_keep_sums():
    game = Coin(rounds=3)
    agent = ScriptedTeller(game, noise=0.5, lapse=0.3, rounding=0.05, seed=2)
    decisions = play(game, 100)
    question = game.question("heads")
    first, again, other = (bs.elicit(question, bs.Percent(), agent, at=decisions, seed=seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first["value"], again["value"])
    assert (first["value"].to_numpy() != other["value"].to_numpy()).any()
    np.testing.assert_allclose(first.groupby(["session", "round"])["value"].sum(), 1)
    np.testing.assert_allclose(first["value"] * 20, (first["value"] * 20).round(), atol=1e-9)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6), st.sampled_from([2, 10, 20, 100]))
def test_rounded_probabilities_are_within_one_unit_and_sum_to_one(weights, units):
    p = np.array([weights]) / sum(weights)
    found = rounded(p, units)
    assert found.sum() == pytest.approx(1)
    assert np.abs(found - p).max() <= 1 / units + 1e-9


def test_bad_terms_dials_and_questions_are_refused():
    with pytest.raises(ValueError, match=r"share must be within 51..99, got 100"):
        Urns(share=100)
    with pytest.raises(ValueError, match="prior_percent must be a whole number of at least 1, got 0"):
        Urns(prior_percent=0)
    with pytest.raises(ValueError, match=r"dial lapse must be within \[0, 1\], got 2"):
        ScriptedTeller(Urns(), lapse=2)
    with pytest.raises(ValueError, match="dial rounding must divide 1"):
        ScriptedTeller(Urns(), rounding=0.3)
    with pytest.raises(ValueError, match="no truth here: the trust game has no right answer to 'sent'"):
        bs.elicit(TrustGame().question("sent"), bs.Forecast(), Bayes(TrustGame()))
    with pytest.raises(ValueError, match="no truth here: the urns game has no right answer to 'guess'"):
        bs.elicit(Urns().question("guess"), bs.Percent(), Bayes(Urns()))
    with pytest.raises(ValueError, match="is asked about"):
        bs.elicit(Urns().question("urn"), bs.Percent(), Bayes(Urns(share=60)))
    with pytest.raises(ValueError, match="sessions must be a whole number of at least 1"):
        play(Urns(), 0)
