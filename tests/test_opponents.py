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
from beliefsim.studies import appeals, opponents
from beliefsim.studies.appeals import Appeal, ScriptedSceptic
from beliefsim.studies.opponents import (
    AttitudePredictor,
    BeliefNetwork,
    ScriptedListener,
    ScriptedPersuader,
    ScriptedSpeaker,
    Talk,
)
from tests.servers import completion, serve

TALK = Talk("trees", rounds=3)  # two arguments, three objections
LISTENER = ScriptedListener(TALK, seed=3)
EVERY = np.array(list(product(range(5), repeat=3)))  # all attitudes to three counter-claims
FIXED = ScriptedSpeaker(tuple(f"against {name}" for name in TALK.counters))


def uplift(speaker, listener=LISTENER, sessions=400):
    """Change of agreement with the claim by a talk, per session, through play and elicit."""
    game = listener.game
    talk = bs.play(game, {"listener": listener, "speaker": speaker}, sessions=sessions, seed=1)
    told = opponents.attitudes(bs.elicit(game.question("claim"), bs.ChoiceProbabilities(), listener, at=talk))
    wide = told.pivot(index="session", columns="round", values="claim")
    return wide[game.rounds] - wide[1]


def planned(believed, true, network, arguments=2):
    """Uplift, exactly, of the plan that is best for what is believed."""
    hits = network.plan(np.eye(5)[believed], arguments)
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
    np.testing.assert_allclose(network.claim(EVERY, network.plan(np.eye(5)[EVERY], 3)), best, atol=1e-9)


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
        right.append(opponents.prediction(heard, before).set_index("metric"))
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
        assert (opponents.repetition(talk) > 0) == repeats
    assert uplift(FIXED).mean() < uplift(ScriptedPersuader(LISTENER)).mean()


def test_the_listener_has_the_last_word_and_its_reply_tells_what_it_thinks():
    talk = bs.play(TALK, {"listener": LISTENER, "speaker": FIXED}, sessions=2, seed=1)
    turns = talk[talk["session"] == 0].sort_values("round", kind="stable")["player"].tolist()
    assert turns == ["listener", "speaker"] * 2 + ["listener"]
    first = talk[(talk["player"] == "listener") & (talk["round"] == 1) & (talk["session"] == 0)]["move"].iloc[0]
    level = LISTENER.levels(np.arange(1))[0, 0]
    openings = prompts.section(opponents.MATERIAL, "attitudes", str(level)).splitlines()
    assert any(
        f"{opening} {clause}" in first
        for opening in openings
        for clause in prompts.section("claims", "trees", "first").splitlines()
    )


def test_elicited_attitudes_are_those_of_the_network_after_each_argument():
    talk = bs.play(TALK, {"listener": LISTENER, "speaker": FIXED}, sessions=30, seed=1)
    asks = [TALK.question(name) for name in ("claim", "opposite", *TALK.counters)]
    told = opponents.attitudes(
        pd.concat([bs.elicit(ask, bs.ChoiceProbabilities(), LISTENER, at=talk) for ask in asks])
    ).set_index(["round", "session"])
    levels = LISTENER.levels(np.arange(30))
    for number, hits in enumerate([[0, 0, 0], [1, 0, 0], [1, 1, 0]], start=1):
        np.testing.assert_allclose(told.loc[number, "claim"], LISTENER.network.claim(levels, np.array(hits)))
        np.testing.assert_allclose(told.loc[number, "second"], LISTENER.network.attitudes(levels, np.array(hits))[:, 1])
    np.testing.assert_allclose(told["claim"] + told["opposite"], 1)
    np.testing.assert_allclose(opponents.attitude_score(told["claim"], told["opposite"]), told["claim"])


WEIGHTS = dict(zip(Appeal.dimensions, [1.6, -1.2, 0.7, 1.1, 0.9, -1.6, 0.3, -0.1, -0.6, -0.9], strict=True))


def appealed(sceptic, names, sessions):
    """What each argument did to each sceptic, through play and elicit."""
    game, rows = sceptic.game, []
    for name in names:
        crew = {"listener": sceptic, "speaker": ScriptedSpeaker((name,))}
        heard = bs.play(game, crew, sessions=sessions, seed=1)
        asks = [game.question(each) for each in ("change", "opinion")]
        told = pd.concat([bs.elicit(ask, bs.ChoiceProbabilities(), sceptic, at=heard) for ask in asks])
        rows.append(appeals.heard_appeals(game, heard, told))
    return pd.concat(rows, ignore_index=True)


def test_row_26_planted_weights_of_dimensions_come_back_in_rank_and_size():
    sceptic = ScriptedSceptic(Appeal("trees"), WEIGHTS, stubbornness=0.5, spread=1.2, seed=2)
    rows = appealed(sceptic, Appeal.dimensions, 200)
    found = appeals.strengths_of(rows, "argument", "session", "change")
    planted = found["argument"].map(WEIGHTS) - np.mean(list(WEIGHTS.values()))
    assert found["strength"].corr(planted, method="spearman") > 0.9
    covered = (found["low"] <= planted) & (planted <= found["high"])
    assert covered.sum() >= 8
    assert np.polyfit(planted, found["strength"], 1)[0] == pytest.approx(1, abs=0.2)


def test_row_26_strengths_do_not_hang_on_how_stubborn_the_sceptics_are():
    means = []
    for stubborn in (-0.5, 1.0):
        sceptic = ScriptedSceptic(Appeal(), WEIGHTS, stubbornness=stubborn, spread=1.5, seed=5)
        found = appeals.strengths_of(appealed(sceptic, Appeal.dimensions, 250), "argument", "session", "change")
        means.append(found.set_index("argument")[["strength", "changed"]])
    assert means[0]["changed"].mean() > means[1]["changed"].mean() + 0.15
    np.testing.assert_allclose(means[0]["strength"], means[1]["strength"].reindex(means[0].index), atol=0.75)


@pytest.mark.parametrize("coupling", [0.0, 0.5, 1.0])
def test_row_26_the_costly_act_follows_the_changed_mind_as_far_as_planted(coupling):
    sceptic = ScriptedSceptic(Appeal(stake=5), WEIGHTS, coupling=coupling, seed=2)
    found = appeals.slope_within(appealed(sceptic, Appeal.dimensions[:5], 150), "change", "gave", "session")
    assert found.value == pytest.approx(3 * coupling, abs=1e-9)  # $4 instead of $1


def test_before_an_argument_nothing_has_changed_and_opinions_follow_changed_minds():
    rows = appealed(ScriptedSceptic(Appeal(), WEIGHTS, seed=2), ["trust", "neutral"], 60)
    assert (rows["change_1"] == 0).all() and (rows["opinion_1"] == 3).all() and (rows["gave_1"] == 1).all()
    np.testing.assert_allclose(rows["opinion"], 3 + 2 * rows["change"])
    assert rows.groupby("argument")["change"].mean()["neutral"] < 0.2


def test_row_26_the_share_of_changed_minds_falls_with_stubbornness_along_the_logistic_line():
    sceptic = ScriptedSceptic(Appeal(), WEIGHTS, spread=2.0, seed=4)
    rows = appealed(sceptic, ["trust"], 4000)
    stubborn = sceptic.stubborn(np.arange(4000))
    bins = np.digitize(stubborn, [-2, -1, 0, 1, 2])
    line = 1 / (1 + np.exp(stubborn - WEIGHTS["trust"]))
    for each in range(6):
        assert rows["change"][bins == each].mean() == pytest.approx(line[bins == each].mean(), abs=0.06)


@given(st.integers(2, 6), st.integers(0, 10_000))
def test_strengths_are_those_of_a_logistic_regression(k, seed):
    import statsmodels.api as sm

    wins = np.random.default_rng(seed).integers(1, 20, size=(k, k)) * (1 - np.eye(k))
    pairs = [(a, b) for a in range(k) for b in range(a)]
    x = np.array([np.eye(k)[a] - np.eye(k)[b] for a, b in pairs])[:, 1:]
    y = np.array([(wins[a, b], wins[b, a]) for a, b in pairs])
    other = np.append(0, np.asarray(sm.GLM(y, x, family=sm.families.Binomial()).fit().params))
    np.testing.assert_allclose(appeals.strengths(wins), other - other.mean(), atol=1e-5)


def test_intervals_of_strengths_cover_what_was_planted():
    planted, covered = np.array([0.8, 0.2, -0.3, -0.7]), []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        odds = planted - rng.normal(0.3, 1.0, size=(80, 1))
        changed = rng.random((80, 4)) < 1 / (1 + np.exp(-odds))
        rows = pd.DataFrame(changed.astype(float)).rename_axis("who").reset_index().melt("who", var_name="what")
        found = appeals.strengths_of(rows, "what", "who", "value").sort_values("what")
        covered.append(((found["low"] <= planted) & (planted <= found["high"])).to_numpy())
    assert 0.91 <= np.mean(covered) <= 0.98


def test_units_of_one_cluster_are_left_out_together():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame(rng.random((12, 4))).rename_axis("who").reset_index().melt("who", var_name="what")
    alone = appeals.strengths_of(rows, "what", "who", "value")
    pairs = appeals.strengths_of(rows.assign(text=rows["who"] // 2), "what", "who", "value", cluster="text")
    assert set(alone["n"]) == {12} and set(pairs["n"]) == {6}
    np.testing.assert_allclose(pairs["strength"], alone["strength"])
    # Six texts, each read twice in the very same way, are six units however many readers there were.
    once = rows[rows["who"] < 6]
    twice = pd.concat([once, once.assign(who=once["who"] + 6)]).assign(text=lambda each: each["who"] % 6)
    for column in ("low", "high"):
        single = appeals.strengths_of(once, "what", "who", "value")[column]
        double = appeals.strengths_of(twice, "what", "who", "value", cluster="text")[column]
        np.testing.assert_allclose(single, double, atol=1e-8)


def test_an_item_that_never_won_has_no_strength_and_missing_answers_leave_a_unit_out():
    assert np.isnan(appeals.strengths([[0, 2, 1], [0, 0, 0], [1, 1, 0]])).all()
    np.testing.assert_array_equal(appeals.discordant_wins([[1, 0], [np.nan, 1]]), [[0, 1], [0, 0]])
    with pytest.raises(ValueError, match=r"within \[0, 1\]"):
        appeals.discordant_wins([[2, 0]])
    with pytest.raises(ValueError, match="square table"):
        appeals.strengths([[0, 1, 2]])


@pytest.mark.parametrize("claim", prompts.names("claims"))
def test_arguments_of_a_claim_are_of_one_length_and_complete(claim):
    game = Appeal(claim)
    assert {len(words.split()) for words in game.arguments.values()} == {23}
    wanted = {*Appeal.dimensions, "neutral", "other side", "against first", "against second", "against third"}
    assert wanted <= set(game.arguments) and len(set(game.arguments.values())) == len(game.arguments)
    assert all(len(prompts.section("claims", claim, name).splitlines()) == 2 for name in Talk.counters)


def test_the_prompts_of_appeal_and_talk_read_as_in_the_transcripts(transcript):
    appeal = Appeal("trees", firmness=3)
    people = bs.personas.sample(4, seed=1, attributes=["age", "openness"]).iloc[0]
    after = State((), ((2, appeal.argument("trust")),))
    seen = [appeal.prompt("listener", people, after), appeal.prompt("speaker")]
    seen += [
        bs.instruments.preview(appeal.question(name), bs.ChoiceProbabilities(), people, state)
        for name, state in (("opinion", State()), ("change", after))
    ]
    transcript("appeal_neutral", "\n\n======\n\n".join(seen))
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
        (lambda: Appeal(stake=0), "stake must be a whole number of at least 1"),
        (lambda: Appeal(firmness=6), r"firmness must be within 0\.\.5"),
        (lambda: Appeal().argument("trst"), "did you mean 'trust'"),
        (lambda: Appeal().question("change", horizon=1), "no by=, horizon= or given="),
        (lambda: Appeal().question("changed"), "opinion, change"),
        (lambda: ScriptedSceptic(Appeal(), {"charm": 1.0}), "argument 'charm' is not among"),
        (lambda: ScriptedSceptic(Appeal(), {}, coupling=2.0), "dial coupling must be within"),
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
