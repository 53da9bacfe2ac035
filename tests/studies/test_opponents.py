import json
from dataclasses import dataclass
from itertools import product
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim import prompts
from beliefsim.games import State
from beliefsim.studies import opponents
from beliefsim.studies.opponents import (
    AttitudePredictor,
    BeliefNetwork,
    ScriptedListener,
    ScriptedPersuader,
    ScriptedSpeaker,
    Talk,
)
from beliefsim.studies.opponents.game import MATERIAL
from tests.platform.servers import completion, serve

TALK = Talk("trees", rounds=3)  # two arguments, three objections
LISTENER = ScriptedListener(TALK, seed=3)
EVERY = np.array(list(product(range(5), repeat=3)))  # all attitudes to three counter-claims
FIXED = ScriptedSpeaker(tuple(f"against {name}" for name in TALK.counters))


def uplift(speaker, listener=LISTENER, sessions=400):
    """Change of agreement with the claim by a talk, per session, through play and elicit."""
    game = listener.game
    talk = bs.play(game, {"listener": listener, "speaker": speaker}, sessions=sessions, seed=1)
    told = opponents.attitude_table(bs.elicit(game.question("claim"), bs.ChoiceProbabilities(), listener, at=talk))
    wide = told.pivot(index="session", columns="round", values="claim")
    return wide[game.rounds] - wide[1]


def planned(believed, true, network, arguments=2):
    """Uplift, exactly, of the plan that is best for what is believed."""
    hits = network.plan(believed, arguments)
    return network.claim(true, hits) - network.claim(true, 0 * hits)


def test_row_16_a_persuader_who_sees_the_mind_reaches_the_optimum_of_all_orders_of_arguments():
    found = uplift(ScriptedPersuader(LISTENER), sessions=125)
    orders = [np.bincount(order, minlength=3) for order in product(range(3), repeat=TALK.rounds - 1)]
    levels = LISTENER.levels(np.arange(125))
    best = np.max([LISTENER.network.claim(levels, hits) for hits in orders], axis=0)
    np.testing.assert_allclose(found, best - LISTENER.network.claim(levels, 0 * levels), atol=1e-9)


@given(st.tuples(*[st.floats(0, 3)] * 3), st.floats(0.05, 0.95), st.floats(-2, 2))
def test_row_16_step_by_step_is_the_best_plan_for_any_network(weights, strength, bias):
    network = BeliefNetwork(weights, bias, strength)
    orders = {tuple(np.bincount(order, minlength=3)) for order in product(range(3), repeat=3)}
    best = np.max([network.claim(EVERY, np.array(hits)) for hits in orders], axis=0)
    np.testing.assert_allclose(network.claim(EVERY, network.plan(EVERY, 3)), best, atol=1e-9)


def test_row_16_uplift_rises_with_insight_along_the_line_of_the_theory():
    network = LISTENER.network
    white = planned(EVERY, EVERY, network).mean()
    blind = np.mean([planned(np.broadcast_to(guess, EVERY.shape), EVERY, network).mean() for guess in EVERY])
    found = []
    for insight in (0.0, 0.25, 0.5, 0.75, 1.0):
        gain = uplift(ScriptedPersuader(LISTENER, insight=insight), sessions=800)
        line = insight * white + (1 - insight) * blind
        assert gain.mean() == pytest.approx(line, abs=4 * gain.std() / np.sqrt(800))
        found.append(gain.mean())
    assert np.all(np.diff(found) > 0)


def test_row_16_uplift_rises_with_the_quality_of_a_predictor_that_reads_what_is_said():
    gains, right = [], []
    for size in (5, 30, 200):
        speaker = ScriptedPersuader(LISTENER, predictor=AttitudePredictor.trained_elsewhere(TALK, size))
        talk = bs.play(TALK, {"listener": LISTENER, "speaker": speaker}, sessions=90, seed=1)
        asks = [(TALK.question(name, about="speaker/listener"), TALK.question(name)) for name in TALK.counters]
        guess = pd.concat([bs.elicit(ask, bs.ChoiceProbabilities(), speaker, at=talk) for ask, _ in asks])
        own = pd.concat([bs.elicit(ask, bs.ChoiceProbabilities(), LISTENER, at=talk) for _, ask in asks])
        heard, before = guess[guess["round"] == 2], own[own["round"] == 1]  # words, and what was behind them
        right.append(opponents.prediction_scores(heard, before).set_index("metric"))
        gains.append(uplift(speaker, sessions=90).mean())
    accuracy = [each.loc["accuracy", "value"] for each in right]
    assert accuracy[0] < accuracy[1] < accuracy[2] and accuracy[2] > 0.9
    assert right[2].loc["brier", "value"] < right[1].loc["brier", "value"] < right[1].loc["brier", "null"]
    best, blind = (uplift(ScriptedPersuader(LISTENER, insight=each), sessions=90).mean() for each in (1.0, 0.0))
    assert gains[0] < gains[1] < gains[2] and blind < gains[2] <= best + 1e-9
    assert (gains[2] - blind) / (best - blind) > 0.85


def test_speaking_in_a_fixed_order_never_repeats_and_seeing_may():
    for speaker, repeats in ((FIXED, False), (ScriptedPersuader(LISTENER), True)):
        talk = bs.play(TALK, {"listener": LISTENER, "speaker": speaker}, sessions=50, seed=1)
        assert (opponents.repetition_rate(talk) > 0) == repeats
    assert uplift(FIXED).mean() < uplift(ScriptedPersuader(LISTENER)).mean()


def test_the_listener_has_the_last_word_and_its_reply_tells_what_it_thinks():
    talk = bs.play(TALK, {"listener": LISTENER, "speaker": FIXED}, sessions=2, seed=1)
    turns = talk[talk["session"] == 0].sort_values("round", kind="stable")["player"].tolist()
    assert turns == ["listener", "speaker"] * 2 + ["listener"]
    first = talk[(talk["player"] == "listener") & (talk["round"] == 1) & (talk["session"] == 0)]["move"].iloc[0]
    level = LISTENER.levels(np.arange(1))[0, 0]
    openings = prompts.section(MATERIAL, "attitudes", str(level)).splitlines()
    assert any(
        f"{opening} {clause}" in first
        for opening in openings
        for clause in prompts.section("claims", "trees", "first").splitlines()
    )


def test_elicited_attitudes_are_those_of_the_network_after_each_argument():
    talk = bs.play(TALK, {"listener": LISTENER, "speaker": FIXED}, sessions=30, seed=1)
    asks = [TALK.question(name) for name in ("claim", "opposite", *TALK.counters)]
    told = opponents.attitude_table(
        pd.concat([bs.elicit(ask, bs.ChoiceProbabilities(), LISTENER, at=talk) for ask in asks])
    ).set_index(["round", "session"])
    levels = LISTENER.levels(np.arange(30))
    for number, hits in enumerate([[0, 0, 0], [1, 0, 0], [1, 1, 0]], start=1):
        np.testing.assert_allclose(told.loc[number, "claim"], LISTENER.network.claim(levels, np.array(hits)))
        np.testing.assert_allclose(told.loc[number, "second"], LISTENER.network.attitudes(levels, np.array(hits))[:, 1])
    np.testing.assert_allclose(told["claim"] + told["opposite"], 1)
    np.testing.assert_allclose(opponents.attitude_score(told["claim"], told["opposite"]), told["claim"])


def test_the_prompts_of_a_talk_read_as_in_the_transcript(transcript):
    people = bs.personas.sample(4, seed=1, attributes=["age", "openness"]).iloc[0]
    talk = State(("I doubt that there would be nowhere left to park.",))
    asks = [(TALK.question("first", about="speaker/listener"), None)]
    asks += [(TALK.question(name), people) for name in ("claim", "opposite", "first")]
    seen = [TALK.prompt("listener", people), TALK.prompt("speaker", None, talk)]
    seen += [bs.instruments.preview(ask, bs.ChoiceProbabilities(), who, talk) for ask, who in asks]
    transcript("talk_neutral", "\n\n======\n\n".join(seen))


@dataclass(frozen=True)
class Voice:
    """A model that says given texts in turn."""

    texts: tuple[str, ...]
    name: str = "voice"

    def ask(self, requests):
        for number, request in enumerate(requests):
            assert request.schema is None and "JSON" not in request.messages[-1][1]  # words are asked for as words
            yield SimpleNamespace(text=self.texts[number % len(self.texts)], id=f"r{number}")


def test_what_a_language_model_says_is_its_move_and_silence_ends_its_talk():
    agent = bs.LanguageAgent(Voice(("It costs too much.", " ")))
    said = bs.play(Talk("trees", rounds=2), {"listener": agent, "speaker": FIXED}, sessions=2)
    first = said[(said["player"] == "listener") & (said["round"] == 1)].set_index("session")
    assert first.loc[0, "move"] == "It costs too much." and pd.isna(first.loc[1, "move"])
    assert first.loc[1, "reply"] == "r1"  # what was said is kept
    assert set(said.loc[said["round"] == 2, "session"]) == {0}
    own = bs.play(Talk("trees", rounds=2), {"listener": agent, "speaker": bs.LanguageAgent(Voice(("Not so.",)))})
    assert own.loc[own["player"] == "speaker", "move"].tolist() == ["Not so."]


def test_a_persona_is_the_first_seats_and_no_other_seat_sees_it_in_play(tmp_path):
    person = bs.personas.sample(4, seed=1, attributes=["age", "openness"]).iloc[:1]
    prose = bs.personas.describe(person.iloc[0])
    with serve(lambda body: completion("Not so.")) as server:
        agent = bs.LanguageAgent(bs.Model("voice", base_url=server.address, recording=tmp_path / "voice.jsonl"))
        bs.play(Talk("trees", rounds=2), agent, person)
    seen = {role: [body for body in server.bodies if f"You are the {role}" in json.dumps(body["messages"])]
            for role in ("listener", "speaker")}  # fmt: skip
    assert len(seen["listener"]) == 2 and all(prose in json.dumps(body) for body in seen["listener"])
    assert len(seen["speaker"]) == 1 and prose not in json.dumps(seen["speaker"])


class Mute(ScriptedSpeaker):
    """Says nothing."""

    def decide(self, turn):
        return np.full(len(turn), " ", dtype=object)


class Stranger(ScriptedSpeaker):
    """Says something of its own."""

    def decide(self, turn):
        return np.full(len(turn), "Why not?", dtype=object)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Talk("moon"), r"claim 'moon' is not among bus, garden, nine"),
        (lambda: Talk(rounds=1), "rounds must be a whole number of at least 2"),
        (lambda: BeliefNetwork((1.0, -1.0, 0.0)), "weights must be three numbers"),
        (lambda: BeliefNetwork(strength=1.0), "strength must lie between 0 and 1"),
        (lambda: ScriptedPersuader(LISTENER, insight=-0.1), "dial insight must be within"),
        (lambda: ScriptedSpeaker(()), "at least one"),
        (lambda: ScriptedSpeaker("fun"), "must be a tuple"),
        (lambda: AttitudePredictor.learned(["yes", "no"], [0, 1]), "3 sentences of 2 levels"),
        (lambda: bs.play(TALK, {"listener": LISTENER, "speaker": Mute(("x",))}), "an argument needs words"),
        (lambda: bs.play(TALK, {"listener": LISTENER, "speaker": Stranger(("x",))}), "knows only the arguments"),
        (lambda: bs.elicit(TALK.question("claim", about="speaker/listener"), bs.ChoiceProbabilities(),
                           ScriptedPersuader(LISTENER)), "beliefs about the listener's counter-claims"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_what_is_possible(make, match):
    with pytest.raises(ValueError, match=match):
        make()
