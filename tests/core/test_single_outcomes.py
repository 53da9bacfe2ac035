import numpy as np
import pytest

import beliefsim as bs
from beliefsim import instruments
from beliefsim.agents import Bayes, Known
from beliefsim.beliefs import Belief, Integers, Options
from beliefsim.games import Coin, Returns, State, TrustGame, Urns
from beliefsim.models import Choice, Reply
from beliefsim.questions import Asking

URNS, COIN = Urns(rounds=3), Coin(rounds=3)
REPEATED = TrustGame(trustee=Returns(3), rounds=4)
SINGLE = [bs.Forecast(), bs.ChoiceProbabilities(), bs.Percent(), bs.Bet(), bs.OutcomeRanking()]
nan = np.nan


def asking(game=URNS, name="urn", n=1, **more):
    return Asking(game, "researcher", game.start(), np.arange(n), question=game.question(name), **more)


@pytest.mark.parametrize(
    ("reply", "values"),
    [
        ('{"A": 70, "B": 30}', [0.7, 0.3]),
        ('I think {"A": "70%", "B": "30 %"}', [0.7, 0.3]),
        ('{"A": 33.3, "B": 66.6}', [0.33, 0.67]),
        ('{"A": 70, "B": 70}', [nan, nan]),
        ('{"A": 0.7, "B": 0.3}', [nan, nan]),
        ('{"A": 120, "B": -20}', [nan, nan]),
        ('{"A": 100}', [nan, nan]),
        ("70 to 30", [nan, nan]),
        ("", [nan, nan]),
    ],
)
def test_percentages_that_do_not_sum_to_one_hundred_are_missing(reply, values):
    np.testing.assert_allclose(bs.Percent().read(reply, asking()), values, atol=0.005)


def test_percentages_are_renormalised_only_when_told():
    reply = '{"A": 90, "B": 60}'
    assert np.isnan(bs.Percent().read(reply, asking())).all()
    np.testing.assert_allclose(bs.Percent(renormalise=True).read(reply, asking()), [0.6, 0.4])
    assert np.isnan(bs.Percent(renormalise=True).read('{"A": 0, "B": 0}', asking())).all()


def test_matching_probabilities_need_not_sum_to_one_and_are_missing_one_by_one():
    np.testing.assert_allclose(bs.Bet().read('{"A": 60, "B": 30}', asking()), [0.6, 0.3])
    np.testing.assert_allclose(bs.Bet().read('{"A": 60, "B": "no"}', asking()), [0.6, nan])


def test_a_forecast_is_a_legal_number_or_the_median_of_the_distribution():
    asked = asking(COIN, "heads")
    assert bs.Forecast().read('{"heads": 4}', asked) == [4]
    assert np.isnan(bs.Forecast().read('{"heads": 12}', asked))
    p = np.array([0.3, 0.15, 0.1, 0.45, 0, 0, 0, 0, 0])
    assert bs.Forecast().express(Belief(asked.listed, p)) == [3]
    assert np.isnan(bs.Forecast().express(Belief(asked.listed, np.full(9, nan))))


def test_a_sampled_choice_puts_all_probability_on_what_was_said():
    assert bs.ChoiceProbabilities().read('{"urn": "B"}', asking()).tolist() == [0, 1]
    assert np.isnan(bs.ChoiceProbabilities().read('{"urn": "C"}', asking())).all()


def test_outcomes_are_ranked_by_name_with_ties():
    instrument = bs.OutcomeRanking()
    assert instrument.read('{"ranking": "B > A"}', asking()).tolist() == [2, 1]
    assert instrument.read("a = b", asking()).tolist() == [1.5, 1.5]
    assert np.isnan(instrument.read('{"ranking": "B"}', asking())).all()
    asked = asking(COIN, "heads")
    order = " > ".join("987654321")
    assert instrument.read(f'{{"ranking": "{order}"}}', asked).tolist() == list(range(9, 0, -1))


@pytest.mark.parametrize("instrument", SINGLE[1:], ids=lambda one: one.name)
def test_a_belief_is_expressed_for_every_session_and_read_back(instrument):
    asked = asking(n=3)
    belief = Belief(Options(("A", "B"), unit="urn"), np.array([[0.8, 0.2]] * 3))
    values = instrument.express(belief)
    assert values.shape == (3, len(instrument.cells(asked)))
    expected = [1, 2] if isinstance(instrument, bs.OutcomeRanking) else [0.8, 0.2]
    np.testing.assert_allclose(values, [expected] * 3)


def test_instruments_refuse_questions_that_do_not_suit_them():
    with pytest.raises(ValueError, match="forecast needs Integers; the outcomes of 'urn' are Options"):
        bs.elicit(URNS.question("urn"), bs.Forecast(), Bayes(URNS))
    with pytest.raises(ValueError, match=r"percent asks about one outcome; ask game.question\('sent'\) without by="):
        bs.elicit(TrustGame().question("sent", by=["age"]), bs.Percent(), None)
    with pytest.raises(ValueError, match="at most 12; 'sent' has 45"):
        bs.elicit(TrustGame(44).question("sent"), bs.Bet(), None)


@pytest.mark.parametrize("instrument", SINGLE, ids=lambda one: one.name)
def test_the_prompts_of_an_instrument_read_as_in_the_transcript(instrument, transcript):
    persona = bs.personas.sample_persona()
    state = State((3, "heads"), ((3, "tails", 2),))
    texts = [
        instruments.preview(COIN.question("heads"), instrument, None, state, draw=draw).split("[user]")[draw > 0]
        if draw
        else instruments.preview(COIN.question("heads"), instrument, None, state)
        for draw in range(5)
    ]
    own = REPEATED.question("sent", about="self", horizon=2)
    texts.append(instruments.preview(own, instrument, persona, State((), ((5, 3),))))
    if not isinstance(instrument, bs.Forecast):
        texts.append(instruments.preview(URNS.question("urn"), instrument))
    transcript(instrument.text, "\n\n======\n\n".join(text.strip() for text in texts))
    assert len(set(texts)) == len(texts)


class Ahead(Known):
    """Sends 4 and forecasts 5."""

    def decide(self, turn):
        return np.full(len(turn), 4)

    def believe(self, asking):
        return Belief.certain(asking.space, np.full(len(asking), 5))


def test_a_forecast_is_asked_of_each_persona_in_rounds_whose_target_is_played():
    people = bs.personas.sample(6, seed=1)
    decisions = bs.play(REPEATED, Ahead(), people)
    own = bs.elicit(REPEATED.question("sent", about="self", horizon=2), bs.Forecast(), Ahead(), people, at=decisions)
    assert sorted(own["round"].unique()) == [1, 2]
    assert (own["value"] == 5).all()
    assert set(own["statistic"]) == {"point"}
    assert set(own["teller"]) == {"trustor"}
    assert own.groupby("round")["persona"].nunique().eq(6).all()
    with pytest.raises(ValueError, match="at lacks moves of round 1, seat 'trustor'"):
        bs.elicit(REPEATED.question("sent"), bs.Forecast(), Ahead(), people, at=decisions[decisions["round"] > 1])
    last = decisions[decisions["round"] == 4]
    with pytest.raises(ValueError, match="2 rounds ahead; no recorded round has such a target"):
        bs.elicit(REPEATED.question("sent", horizon=2), bs.Forecast(), Ahead(), people, at=last)


class Positional:
    """A model that prefers the option listed first, and replies with it."""

    name = "positional"

    def choose(self, requests):
        for request in requests:
            p = np.full(len(request.options), 0.2 / (len(request.options) - 1))
            p[0] = 0.8
            yield Choice("", p, 1.0, "exact")

    def ask(self, requests):
        for request in requests:
            listed = request.messages[-1][1].rsplit('"<', 1)[1].split(" or ")[0]
            yield Reply("", (request.prefill or '{"guess": "') + listed + '"}')


def test_an_exact_choice_averages_over_the_orders_of_its_options():
    agent = bs.LanguageAgent(Positional())
    decisions = bs.play(URNS, agent, sessions=4, seed=1)
    guesses = decisions[decisions["player"] == "guesser"]
    np.testing.assert_allclose(guesses["probability"], 0.5)
    told = bs.elicit(URNS.question("urn"), bs.ChoiceProbabilities(), agent, at=decisions)
    np.testing.assert_allclose(told["value"], 0.5)
    assert len(told) == 4 * 3 * 2


@pytest.mark.parametrize("read", ["sampled", "prefilled"])
def test_a_sampled_choice_sees_the_options_in_turn(read):
    agent = bs.LanguageAgent(Positional(), read=read)
    decisions = bs.play(URNS, agent, sessions=10, seed=1)
    guesses = decisions[decisions["player"] == "guesser"]
    assert guesses["move"].astype(str).value_counts().tolist() == [15, 15]
    assert (guesses["read"] == "sampled").all()


def test_numbers_keep_their_natural_order_in_one_request():
    agent = bs.LanguageAgent(Positional())
    told = bs.elicit(COIN.question("heads"), bs.ChoiceProbabilities(), agent)
    np.testing.assert_allclose(told["value"], [0.8, *[0.025] * 8])
    point = bs.elicit(COIN.question("heads"), bs.Forecast(), agent)
    assert point["value"].tolist() == [1]


def test_a_median_is_the_first_outcome_that_half_of_the_mass_does_not_exceed():
    belief = Belief(Integers(0, 3), np.array([[0.5, 0.5, 0, 0], [0.49, 0.02, 0.49, 0], [nan] * 4]))
    np.testing.assert_array_equal(belief.median, [0, 1, nan])
