"""The individual level: forecasts of own play, and acting on own beliefs."""

import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim.games import Returns, TrustGame
from beliefsim.studies import belief_act, forecast

PAIR, ONE = TrustGame(trustee="player"), TrustGame()


def crowd(n=60, seed=1):
    return bs.personas.sample(n, design="factorial", seed=seed)


def believed(agent, people, sends=range(1, 11), instrument=None):
    asks = [PAIR.question("returned", about="trustor/trustee", given={"sent": sent}) for sent in sends]
    return pd.concat([bs.elicit(ask, instrument or bs.ChoiceProbabilities(), agent, people) for ask in asks])


# acting on own beliefs


def test_row_01_regret_falls_and_best_responses_rise_with_planted_rationality():
    people, metrics = crowd(80), []
    for kappa in (0.0, 0.5, 2.0, 50.0):
        agent = belief_act.ScriptedTrustor(expects=0.4, rationality=kappa)
        done = bs.play(ONE, agent, people, seed=1)
        edge = belief_act.belief_act_edge(believed(agent, people), done, ONE, permutations=200)
        metrics.append(edge.metrics.set_index("metric"))
    regret = [each.loc["regret", "value"] for each in metrics]
    rate = [each.loc["best_response", "value"] for each in metrics]
    assert regret == sorted(regret, reverse=True) and regret[-1] < 0.02
    assert rate == sorted(rate) and rate[0] == pytest.approx(1 / 11) and rate[-1] > 0.9
    assert metrics[0].loc["regret", "value"] == pytest.approx(metrics[0].loc["regret", "chance"])
    assert metrics[2].loc["regret", "p"] < 0.01 < metrics[0].loc["regret", "p"]


def test_regret_of_one_person_is_what_a_loop_gives():
    agent, people = belief_act.ScriptedTrustor(expects=0.5, rationality=1.0), crowd(6)
    told, done = believed(agent, people), bs.play(ONE, agent, people, seed=1)
    found = belief_act.belief_act_edge(told, done, ONE).personas.set_index("persona")
    name = people.index[2]
    mine = told[told["persona"] == name]
    payoff = [10.0]
    for sent in range(1, 11):
        rows = mine[mine["level"] == str(sent)]
        payoff.append(10 - sent + sum(float(row.outcome) * row.value for row in rows.itertuples()))
    p = done[done["persona"] == name].sort_values("amount")["probability"].to_numpy()
    assert found.loc[name, "regret"] == pytest.approx(max(payoff) - p @ payoff)


def test_points_do_as_well_as_probabilities_and_gaps_are_interpolated():
    agent, people = belief_act.ScriptedTrustor(expects=0.3, rationality=3.0), crowd(30)
    done = bs.play(ONE, agent, people, seed=1)
    whole = belief_act.belief_act_edge(believed(agent, people), done, ONE).metrics["value"]
    points = believed(agent, people, (1, 4, 7, 10), bs.Forecast())
    some = belief_act.belief_act_edge(points, done, ONE).metrics["value"]
    assert (whole - some).abs().max() < 0.5


def test_beliefs_and_sends_of_different_people_are_refused():
    agent = belief_act.ScriptedTrustor()
    told, done = believed(agent, crowd(6)), bs.play(ONE, agent, crowd(6), seed=1)
    with pytest.raises(ValueError, match="no persona has both"):
        belief_act.belief_act_edge(told.assign(persona="somebody else"), done, ONE)


# the own answer in view


def test_an_agent_is_shown_its_own_answer_in_the_words_of_the_frame():
    people, agent = crowd(6), belief_act.ScriptedTrustor()
    did = bs.play(ONE, agent, people, seed=1)
    seen = belief_act.TellFirst(did)
    assert seen.condition == "did first" and set(seen.shown) == set(people.index)
    said = bs.elicit(ONE.question("sent", about="self"), bs.Forecast(), forecast.ScriptedForecaster(), people)
    assert belief_act.TellFirst(said).condition == "said first"
    from beliefsim.questions import Turn

    turn = Turn(ONE, "trustor", ONE.start(), np.arange(6), people)
    amount = did[did["chosen"]].set_index("persona").loc[people.index[1], "amount"]
    assert seen.context(turn, 1).endswith(f"You chose: {amount:g}.")
    assert "the number of dollars that you send to Player B" in belief_act.TellFirst(said).context(turn, 0)
    assert belief_act.TellFirst(said.assign(value=np.nan)).context(turn, 0) == ""


def test_several_answers_of_a_person_cannot_be_shown():
    game = TrustGame(trustee=Returns(3), rounds=2)
    played = bs.play(game, forecast.ScriptedForecaster(), crowd(6), seed=1)
    with pytest.raises(ValueError, match="one point or one move per persona"):
        belief_act.TellFirst(played)
