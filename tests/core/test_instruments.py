import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import beliefsim as bs
from beliefsim import instruments
from beliefsim.beliefs import Belief, Integers
from beliefsim.games import TrustGame
from beliefsim.questions import Asking
from beliefsim.studies import case_files, topics
from beliefsim.studies.topics import Topic

GAME = TrustGame()
GROUPED = [bs.Ranking(), bs.Ranking(context=False), bs.GroupMeans()]


def asking(attribute="age", draw=0, game=GAME):
    question = game.question("sent", by=[attribute])
    return Asking(game, "researcher", game.start(), np.arange(1), draw=draw, question=question, attribute=attribute)


@given(st.permutations(range(4)), st.integers(0, 9))
def test_a_ranking_comes_back_whatever_the_order_of_the_list(order, draw):
    means = np.array(order, dtype=float)
    belief = Belief.certain(Integers(0, 10), means)
    asked = asking(draw=draw)
    instrument = bs.Ranking()
    expected = instrument.express(belief)
    listing = instrument._listing(asked)
    letters = sorted(listing, key=lambda letter: -means[asked.levels.index(listing[letter])])
    read = instrument.read(f'{{"ranking": "{" > ".join(letters)}", "effect": "large"}}', asked)
    assert read[:4].tolist() == expected[:4].tolist()


@pytest.mark.parametrize(
    ("reply", "ranks"),
    [
        ('{"ranking": "D > A = B > C", "effect": "small"}', [2.5, 2.5, 4, 1]),
        ('{"ranking": "65+ > 45-64 > 30-44 > 18-29", "effect": "none"}', [4, 3, 2, 1]),
        ("D > C > B > A", [4, 3, 2, 1]),
        ('{"ranking": "A > A > B > C"}', [np.nan] * 4),
        ('{"ranking": "A > B"}', [np.nan] * 4),
        ("I cannot rank people.", [np.nan] * 4),
        ("", [np.nan] * 4),
    ],
)
def test_rankings_are_read_with_ties_and_names_and_are_missing_when_incomplete(reply, ranks):
    np.testing.assert_array_equal(bs.Ranking().read(reply, asking())[:4], ranks)


def test_an_effect_label_becomes_its_share_of_variance_as_configured():
    reply = '{"ranking": "A > B > C > D", "effect": "Medium"}'
    assert bs.Ranking().read(reply, asking())[-1] == 0.06
    midpoints = {"none": 0.005, "small": 0.035, "medium": 0.1, "large": 0.2}
    assert bs.Ranking(effect_sizes=midpoints).read(reply, asking())[-1] == 0.1


def test_group_means_out_of_range_are_missing_one_by_one():
    reply = (
        '{"A": {"mean": 4, "sd": 2}, "B": {"mean": 14, "sd": 2}, "C": {"mean": "5.5", "sd": -1}, "D": {"mean": "x"}}'
    )
    nan = np.nan
    np.testing.assert_array_equal(bs.GroupMeans().read(reply, asking()), [4, 2, nan, 2, 5.5, nan, nan, nan])
    assert np.isnan(bs.GroupMeans().read("no", asking())).all()


@pytest.mark.parametrize("instrument", GROUPED, ids=lambda one: one.name)
def test_what_is_expressed_is_what_is_read_back(instrument):
    means = np.array([2.0, 5.0, 7.0, 3.0])
    spread = np.array([[abs(k - mean) < 1.5 for k in range(11)] for mean in means], dtype=float)
    belief = Belief.normalised(Integers(0, 10), spread)
    stated = instrument.express(belief)
    assert len(stated) == len(instrument.cells(asking()))
    if isinstance(instrument, bs.GroupMeans):
        np.testing.assert_allclose(stated[::2], belief.mean)
        np.testing.assert_allclose(stated[1::2], belief.sd)
    else:
        assert stated[:4].tolist() == [4, 2, 1, 3]


@pytest.mark.parametrize("instrument", GROUPED, ids=lambda one: one.name)
def test_the_prompts_of_an_instrument_read_as_in_the_transcript(instrument, transcript):
    asked = [instrument.messages(asking(draw=draw), "", context="", style="plain") for draw in range(5)]
    texts = ["\n\n".join(f"[{role}]\n{text}" for role, text in one) for one in asked]
    transcript(
        f"{instrument.text}_{instrument.name}".replace("$", "usd").replace("+", "_"), "\n\n======\n\n".join(texts)
    )
    assert len(set(texts)) == 5


def test_a_schema_admits_exactly_the_rankings():
    schema = bs.Ranking().schema(asking())
    said = schema["properties"]["ranking"]["enum"]
    assert said == [" > ".join(order) for order in itertools.permutations("ABCD")]


def test_an_instrument_that_does_not_suit_the_question_is_refused():
    with pytest.raises(ValueError, match=r"compares the levels of an attribute; ask game.question\('sent', by="):
        bs.elicit(GAME.question("sent"), bs.GroupMeans(), None)


def test_every_instrument_has_a_text_and_a_name():
    for kind in instruments.registry().values():
        if kind.text:
            assert kind().name


@pytest.mark.parametrize(
    ("reply", "values"),
    [
        ('{"B": 30}', [0.7, 0.3]),
        ('I would say {"A": 100}', [1.0, 0.0]),
        ('{"A": 40, "B": 60}', [np.nan] * 2),  # two ends are no place on a scale
        ('{"B": 130}', [np.nan] * 2),
        ("somewhere", [np.nan] * 2),
    ],
)
def test_a_place_on_a_scale_is_read_from_whichever_end_is_named(reply, values):
    stance = Topic("notes").question("stance")
    asked = Asking(stance.game, "holder", stance.game.start(), np.arange(1), question=stance)
    np.testing.assert_allclose(topics.Scale().read(reply, asked), values)


def test_a_scale_lies_between_two_answers():
    with pytest.raises(ValueError, match="scale lies between two answers"):
        topics.Scale().check(bs.games.Coin().question("heads"))


def test_a_question_about_oneself_is_asked_in_the_seat_also_without_a_persona():
    file = case_files.CaseFile()
    own, other = (
        instruments.preview(file.question("A", about=about), bs.ChoiceProbabilities()) for about in ("self", None)
    )
    assert "You take part" in own and "You read the reports" in own
    assert "You watch an experiment" in other
    told = bs.elicit(file.question("A", about="self"), bs.Percent(), bs.Bayes(file))
    assert told["teller"].tolist() == ["analyst", "analyst"]
