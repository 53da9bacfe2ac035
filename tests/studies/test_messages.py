from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy

import beliefsim as bs
from beliefsim.agents.bayes import rounded
from beliefsim.games import State
from beliefsim.measures import ratio_over_personas
from beliefsim.studies import messages
from beliefsim.studies.messages import Relay, ScriptedMessenger

FORMS = ("prose", "words", "code")
GAME = Relay()


def relayed(game, agent, sessions=400, seed=1, receiver=None):
    """Losses of a play, one row per session, by the path that language agents take."""
    talk = bs.play(game, {"sender": agent, "receiver": receiver or agent}, sessions=sessions, seed=seed)
    ask = game.question("place")
    sent, received = (bs.elicit(ask, bs.Percent(), each, at=talk) for each in (bs.Bayes(game), receiver or agent))
    table = messages.transmission_table(sent, received)
    return talk, table[table["round"] == game.rounds].assign(persona=lambda rows: rows["session"])


@pytest.mark.parametrize(("form", "grain"), [("prose", 20), ("code", 20)])
def test_row_35_a_lossless_code_loses_nothing(form, grain):
    game = Relay(frame=form)
    _, table = relayed(game, ScriptedMessenger(game, grain=grain))
    np.testing.assert_allclose(table["loss"], 0, atol=1e-12)
    assert messages.code_loss(game.shares, rounded(game.shares, grain)) == (pytest.approx(np.log2(231)), 0)
    assert table["moved"].sum() == pytest.approx(table["apart"].sum())


def test_row_35_coarser_codes_lose_more_as_worked_out_exactly_and_stay_above_the_bottleneck():
    game, bound = GAME, messages.bottleneck(GAME.shares)
    assert (np.diff(bound["bits"]) >= -1e-9).all() and (np.diff(bound["loss"]) <= 1e-9).all()
    losses = []
    for grain in (1, 2, 4, 5, 10, 20):
        agent = ScriptedMessenger(game, grain=grain)
        bits, exact = messages.code_loss(game.shares, agent.code(game.shares))
        _, table = relayed(game, agent)
        found = ratio_over_personas(table, "loss")
        assert abs(found.value - exact) <= 1.6 * (found.high - found.value) + 1e-9, grain  # six at once
        assert exact >= np.interp(bits, bound["bits"], bound["loss"]) - 1e-9
        losses.append(exact)
    assert losses == sorted(losses, reverse=True)
    assert losses[0] < bound["loss"].iloc[0]


@pytest.mark.parametrize("trust", [0.0, 0.4, 1.0])
def test_row_35_the_planted_trust_of_a_receiver_comes_back_and_costs_what_it_must(trust):
    game = Relay(frame="code")
    _, table = relayed(game, ScriptedMessenger(game), receiver=ScriptedMessenger(game, trust=trust))
    found = ratio_over_personas(table, "moved", "apart")
    assert found.value == pytest.approx(trust)
    believed = trust * game.shares + (1 - trust) / 3
    assert table["loss"].mean() == pytest.approx(entropy(game.shares.T, believed.T).mean(), abs=0.03)


def test_row_35_what_a_code_and_its_reader_lose_add_up():
    agent = ScriptedMessenger(GAME, grain=4)
    cells = agent.code(GAME.shares)
    _, which = np.unique(cells, axis=0, return_inverse=True)
    means = np.stack([GAME.shares[which.ravel() == cell].mean(axis=0) for cell in which.ravel()])
    believed = 0.6 * means + 0.4 / 3
    whole = entropy(GAME.shares.T, believed.T).mean()
    assert whole == pytest.approx(messages.code_loss(GAME.shares, cells)[1] + entropy(means.T, believed.T).mean())


def test_row_35_no_code_of_few_beliefs_beats_the_bottleneck():
    beliefs = np.array([[0.9, 0.1], [0.7, 0.3], [0.4, 0.6], [0.2, 0.8]])
    bound = messages.bottleneck(beliefs, slopes=np.geomspace(1.5, 1000, 40), steps=100)
    for written in product(range(4), repeat=4):
        bits, loss = messages.code_loss(beliefs, written)
        assert loss >= np.interp(bits, bound["bits"], bound["loss"]) - 1e-4


def test_row_35_the_bottleneck_of_certain_beliefs_is_a_straight_line():
    bound = messages.bottleneck(np.eye(2), slopes=[0.9, 1.1, 2, 50], steps=300)
    np.testing.assert_allclose(bound["bits"] * np.log(2) + bound["loss"], np.log(2), atol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(FORMS), st.integers(0, 230))
def test_what_is_written_is_heard(form, which):
    game = Relay(frame=form)
    agent = ScriptedMessenger(game, grain=4 if form == "words" else 20)
    belief = agent.code(game.shares[[which]])[0]
    np.testing.assert_allclose(game.belief_of(game.message_of(belief)), belief, atol=1e-12)


@pytest.mark.parametrize(
    ("form", "message", "heard"),
    [
        ("prose", "North: 55%, south: 25%, east: 20%.", [0.55, 0.25, 0.2]),
        ("prose", "East has 20 percent, north 55.0 and south 25.", [0.55, 0.25, 0.2]),
        ("prose", "It is 33 percent each: north 33, south 33, east 33.", None),  # four numbers
        ("prose", "north 33, south 33, east 33", [1 / 3] * 3),  # whole percentages may sum to 99
        ("prose", "north 90, south 90, east 20", None),
        ("prose", "Northern lights 55, south 25, east 20", None),
        ("prose", "", None),
        ("code", "belief(north: 55, south: 25, east: 20)", [0.55, 0.25, 0.2]),
        ("code", '{"east": 20, "north": 55, "south": 25}', [0.55, 0.25, 0.2]),
        ("words", "The north is likely, the south unlikely, the east ruled out.", [0.75, 0.25, 0]),
        ("words", "All three are unlikely.", None),
    ],
)
def test_awkward_messages_are_heard_or_missing(form, message, heard):
    np.testing.assert_allclose(Relay(frame=form).belief_of(message), np.full(3, np.nan) if heard is None else heard)


def test_the_records_are_the_senders_truth_and_the_parcel_is_where_they_say():
    talk = bs.play(GAME, ScriptedMessenger(GAME), sessions=3000, seed=2)
    drawn = talk[talk["round"] == 1].pivot(index="session", columns="player", values="move").astype(str)
    north = drawn["records"].str.split().str[0].astype(int) / 20
    assert (drawn["parcel"] == "north")[north > 0.7].mean() == pytest.approx(north[north > 0.7].mean(), abs=0.04)
    told = bs.elicit(GAME.question("place"), bs.Percent(), bs.Bayes(GAME), at=talk)
    first = told[(told["outcome"] == "north") & (told["round"] == 2)].set_index("session")["value"]
    np.testing.assert_allclose(first, north.loc[first.index])
    best = talk[(talk["player"] == "receiver") & talk["chosen"]]
    assert best["payoff"].mean() == pytest.approx(GAME.shares.max(axis=1).mean(), abs=0.03)


def test_a_chain_loses_more_at_each_hand_that_does_not_trust_it():
    loss = {
        (rounds, trust): relayed(Relay(rounds=rounds), ScriptedMessenger(Relay(rounds=rounds), trust=trust))[1]["loss"]
        for rounds, trust in product((2, 5), (0.9, 1.0))
    }
    assert max(loss[2, 1.0].max(), loss[5, 1.0].max()) < 1e-12
    assert loss[5, 0.9].mean() > 2 * loss[2, 0.9].mean() > 0


def test_a_receiver_sees_the_message_and_nothing_of_the_records():
    state = State(("north", "10 6 4"), (("north", "10 6 4", "A\n---\nmessage {north}"),))
    sent = GAME.messages("receiver", "", state)
    assert "A --- message {north}" in sent[1][1] and not any("10" in text or "records:" in text for _, text in sent[1:])
    assert "10 were in the north" in GAME.messages("sender", "", State(("north", "10 6 4")))[1][1]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="rounds must be a whole number of at least 2, got 1"):
        Relay(rounds=1)
    with pytest.raises(ValueError, match="grain must be a divisor of 100 in frame 'prose', got 3"):
        ScriptedMessenger(GAME, grain=3)
    with pytest.raises(ValueError, match=r"grain must be 4 \(its words\) in frame 'words', got 20"):
        ScriptedMessenger(Relay(frame="words"))
    with pytest.raises(ValueError, match="dial trust must be within"):
        ScriptedMessenger(GAME, trust=1.5)
    one, other = (bs.schema.beliefs(statistic="probability", outcome=[a, "x"], value=[0.5, 0.5]) for a in "yz")
    with pytest.raises(ValueError, match="must be of one question"):
        messages.transmission_table(one, other)


def test_moves_that_were_sampled_or_unread_count_as_such():
    sent = bs.schema.beliefs(statistic="probability", outcome=["x", "y"] * 3, value=0.5, session=[0, 0, 1, 1, 2, 2])
    drawn = bs.schema.decisions(player="receiver", session=[0, 1, 2], move=["x", None, "x"], probability=[1, np.nan, 1])
    table = messages.transmission_table(sent.assign(round=0), messages.move_probabilities(drawn, "receiver"))
    assert table["success"].round(9).tolist()[::2] == [0.5, 0.5] and np.isnan(table["success"][1])
    assert table["session"].tolist() == [0, 1, 2]


def test_an_unread_answer_is_missing_and_a_stated_zero_costs_no_infinity():
    sent = bs.schema.beliefs(
        statistic="probability", outcome=["x", "y"] * 2, value=[0.5, 0.5] * 2, session=[0, 0, 1, 1]
    )
    heard = sent.assign(value=[np.nan, np.nan, 1.0, 0.0])
    table = messages.transmission_table(sent, heard)
    assert np.isnan(table["loss"][0]) and np.isnan(table["apart"][0])
    assert table["loss"][1] == pytest.approx(0.5 * np.log(0.5 / 1) + 0.5 * np.log(0.5 / 0.005))
