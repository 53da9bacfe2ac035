import hashlib

import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim import schema
from beliefsim.agents import Acts, Known
from beliefsim.beliefs import Belief, Integers
from beliefsim.games import Dictator, Returns, State, TrustGame
from beliefsim.questions import Turn

PEOPLE = bs.personas.sample(60, design="factorial", seed=1)


class Uniform(Known):
    """Sends any amount with equal probability."""

    def decide(self, turn):
        return Belief(turn.space, np.full((len(turn), len(turn.space)), 1 / len(turn.space)))

    def believe(self, asking):
        return Belief(asking.space, np.full((len(asking), len(asking.space)), 1 / len(asking.space)))


class Blocky(Uniform):
    block_size = 7


class Even(Known):
    """Sends 4, but cannot be read in every third session."""

    def act(self, turn):
        return Acts(np.where(turn.sessions % 3 == 0, -1, 4))


def test_the_two_tables_have_the_documented_columns_and_types():
    decisions = bs.play(TrustGame(), Uniform(), PEOPLE, seed=1)
    assert list(decisions) == list(schema.DECISIONS)
    assert decisions.attrs["schema"] == schema.VERSION
    stated = bs.elicit(TrustGame().question("sent", by=["age"]), bs.Ranking(), Ranked())
    assert list(stated) == list(schema.BELIEFS)


class Ranked(Known):
    """Expects more from each next level."""

    def believe(self, asking):
        return Belief.certain(asking.space, np.arange(len(asking.levels)))


def test_probabilities_of_a_session_sum_to_one_and_one_move_is_chosen():
    decisions = bs.play(TrustGame(), Uniform(), PEOPLE, draws=2, seed=1)
    by_session = decisions.groupby("session")
    np.testing.assert_allclose(by_session["probability"].sum(), 1)
    assert (by_session["chosen"].sum() == 1).all()
    assert len(by_session) == 2 * len(PEOPLE)


def test_play_in_blocks_equals_play_at_once():
    game = TrustGame(trustee=Returns(3), rounds=4)
    whole, parts = (bs.play(game, agent, PEOPLE, draws=2, seed=5) for agent in (Uniform(), Blocky()))
    keys = ["session", "round", "move"]
    pd.testing.assert_frame_equal(
        whole.astype({"move": str}).sort_values(keys, ignore_index=True)[["session", "round", "chosen", "payoff"]],
        parts.astype({"move": str}).sort_values(keys, ignore_index=True)[["session", "round", "chosen", "payoff"]],
    )


def test_asking_in_blocks_equals_asking_at_once():
    game = TrustGame(trustee=Returns(3), rounds=2)
    played = bs.play(game, Uniform(), PEOPLE, seed=5)
    question = game.question("sent", about="self", horizon=1)
    whole, parts = (
        bs.elicit(question, bs.ChoiceProbabilities(), agent, PEOPLE, at=played, draws=2)
        for agent in (Uniform(), Blocky())
    )
    pd.testing.assert_frame_equal(whole.astype({"persona": str}), parts.astype({"persona": str}))


def test_random_numbers_of_sessions_are_as_they_were_when_replies_were_recorded():
    digest = hashlib.sha256()
    for state in (State(), State((), ((4,),))):
        turn = Turn(TrustGame(rounds=3), "trustor", state, np.arange(5, 1005), draw=2, seed=7)
        for stream in (0, 1, 1001, 2003):
            digest.update(turn.uniform(stream).tobytes())
    assert digest.hexdigest() == "61cbaffc56f69a69a886f73ed83d75b0ac80c1e53d6ae3b88df9d7c2e8dc5ae3"


def test_seeds_repeat_and_other_seeds_differ():
    game = TrustGame()
    first, again, other = (bs.play(game, Uniform(), PEOPLE, seed=seed)["chosen"].to_numpy() for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any()


def test_payoffs_stand_on_the_chosen_row_of_each_round():
    decisions = bs.play(TrustGame(trustee=Returns(3), rounds=3), Uniform(), PEOPLE, seed=1)
    chosen = decisions[decisions["chosen"]]
    sent = chosen["amount"].to_numpy()
    np.testing.assert_allclose(chosen["payoff"], 10 - sent + np.minimum(3, 3 * sent))
    assert decisions.loc[~decisions["chosen"], "payoff"].isna().all()
    assert sorted(chosen["round"].unique()) == [1, 2, 3]


def test_an_unread_move_is_a_missing_row_and_ends_only_its_session():
    decisions = bs.play(TrustGame(trustee=Returns(3), rounds=2), Even(), PEOPLE.iloc[:9], seed=1)
    lost = decisions[decisions["session"] % 3 == 0]
    assert len(lost) == 3
    assert lost["amount"].isna().all()
    assert lost["move"].isna().all()
    assert (decisions[decisions["session"] % 3 > 0].groupby("session").size() == 2).all()


def test_a_question_at_recorded_rounds_sees_the_recorded_moves():
    seen = []

    class Watcher(Uniform):
        def believe(self, asking):
            seen.append(asking.state)
            return Belief.certain(asking.space, np.arange(len(asking.levels)))

    game = TrustGame(trustee=Returns(3), rounds=3)
    decisions = bs.play(game, Uniform(), PEOPLE, seed=3)
    question = game.question("sent", by={"age": ("18-29", "65+")})
    bs.elicit(question, bs.Ranking(), Watcher(), PEOPLE, at=decisions)
    chosen = decisions[decisions["chosen"]].set_index(["round", "session"])["amount"]
    last = seen[-1]
    assert [state.round for state in seen] == [1, 2, 3]
    np.testing.assert_array_equal(last.past[0][0], chosen.loc[1].sort_index())
    np.testing.assert_array_equal(last.past[1][1], np.minimum(3, 3 * chosen.loc[2].sort_index()))


def test_sessions_of_one_persona_are_each_asked():
    decisions = bs.play(TrustGame(), Uniform(), PEOPLE.iloc[:3], draws=2, seed=1)
    told = bs.elicit(TrustGame().question("sent"), bs.ChoiceProbabilities(), Uniform(), PEOPLE, at=decisions)
    sessions = told.groupby("session")["persona"].agg(lambda each: "".join(each.astype(str).unique()))
    assert sessions.to_dict() == dict(enumerate(["p00", "p01", "p02"] * 2))


def test_a_second_game_is_played_by_the_same_loop():
    decisions = bs.play(Dictator(), Uniform(), PEOPLE, seed=1)
    chosen = decisions[decisions["chosen"]]
    np.testing.assert_allclose(chosen["payoff"], 10 - chosen["amount"])
    assert set(decisions["player"]) == {"dictator"}


def test_seats_without_an_agent_and_draws_below_one_are_refused():
    with pytest.raises(ValueError, match=r"agents for seats \['trustor'\], but the trust game needs"):
        bs.play(TrustGame(trustee="player"), {"trustor": Uniform()}, PEOPLE)
    with pytest.raises(ValueError, match="draws must be a whole number of at least 1, got 0"):
        bs.play(TrustGame(), Uniform(), PEOPLE, draws=0)
    with pytest.raises(ValueError, match="are not in people"):
        decisions = bs.play(TrustGame(), Uniform(), PEOPLE)
        bs.elicit(TrustGame().question("sent", by=["age"]), bs.Ranking(), Ranked(), PEOPLE.iloc[:5], at=decisions)


def test_two_players_meet_with_their_own_agents():
    game = TrustGame(trustee="player")
    decisions = bs.play(game, {"trustor": Even(), "trustee": Uniform()}, PEOPLE.iloc[1:3], seed=1)
    assert set(decisions["player"]) == {"trustor", "trustee"}


def test_columns_that_do_not_exist_or_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="are not among arm"):
        schema.decisions(model="x")
    with pytest.raises(ValueError, match="different lengths"):
        schema.decisions(amount=[1.0, 2.0], session=[1])
    assert Integers(0, 1) != Integers(0, 2)
