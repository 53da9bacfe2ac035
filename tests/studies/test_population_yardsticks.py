"""People and published models on this study's axes."""

import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim import schema
from beliefsim.consistency import attribute_effects, compare, yardsticks
from beliefsim.studies import population

GAME = bs.games.TrustGame()
PEOPLE = bs.personas.sample(200, seed=1)
AGENT = bs.ScriptedPopulation(PEOPLE, bs.Dials(coupling=0.7), seed=1)
DONE = bs.play(GAME, AGENT, PEOPLE, seed=1)


def moves(amounts, probabilities, personas, endowment=10):
    return schema.decisions(
        arm="m", terms=f"endowment={endowment} multiplier=3", persona=np.array(personas), read="exact",
        amount=np.array(amounts, dtype=float), probability=np.array(probabilities),
    )  # fmt: skip


def test_the_published_rows_follow_from_the_pairs():
    pairs = bs.load("berg1995").groupby("treatment")["sent"].agg(["mean", "std", "count"])
    table = yardsticks()
    berg = table[table["study"].str.startswith("Berg")]
    np.testing.assert_allclose(berg["mean"] * 10, pairs["mean"], atol=0.005)
    np.testing.assert_allclose(berg["sd"] * 10, pairs["std"], atol=0.005)
    np.testing.assert_allclose(berg["high"] - berg["mean"], [0.106, 0.137], atol=5e-4)  # t(31), t(27) at 97.5 %
    assert table["mean"].between(0, 1).all() and set(table["who"]) == {"human", "model"}


def test_a_standard_deviation_between_studies_is_no_interval_over_persons():
    review = yardsticks().set_index("study").filter(like="Johnson", axis=0).iloc[0]
    assert review["sd_between"] == "studies" and review["sd"] == 0.12
    assert np.isnan(review["low"]) and (review["lowest"], review["highest"]) == (0.22, 0.89)


def test_an_exact_choice_has_the_spread_of_single_sends_and_the_interval_of_personas():
    decisions = moves([0, 10, 0, 10], [0.5, 0.5, 0.5, 0.5], ["a", "a", "b", "b"])
    here = yardsticks(decisions).iloc[-1]
    assert (here["mean"], here["sd"], here["n"]) == (0.5, 0.5, 2)
    assert here["low"] == here["high"] == 0.5  # personas do not differ


def test_shares_do_not_depend_on_the_endowment_nor_on_what_was_not_read():
    ten, hundred = moves([2, 6], [1, 1], ["a", "b"]), moves([20, 60, np.nan], [1, 1, np.nan], ["a", "b", "c"], 100)
    found = yardsticks(pd.concat([ten, hundred])).tail(2)
    assert found["mean"].tolist() == pytest.approx([0.4, 0.4]) and found["n"].tolist() == [2, 2]
    assert found["study"].tolist() == ["m, endowment=10 multiplier=3", "m, endowment=100 multiplier=3"]
    with pytest.raises(ValueError, match="terms '' name none"):
        yardsticks(moves([2], [1], ["a"]).assign(terms=""))


def test_epsilon_squared_comes_with_the_band_of_chance():
    stated = bs.elicit(GAME.question("sent", by=["age", "openness"]), bs.GroupMeans(), AGENT)
    metrics = compare(stated, DONE, PEOPLE, permutations=400).metrics
    table = attribute_effects(metrics)
    here = table[table["who"] == "here"].set_index("attribute")
    epsilon = metrics[metrics["metric"] == "epsilon_squared"].set_index("attribute")["value"]
    np.testing.assert_allclose(here["value"], epsilon.loc[here.index])
    # Without an effect ε² is 0 on average, so 0 lies within the band; a p below .025 puts the value above it.
    assert ((here["null_low"] < 0) & (here["null_high"] > 0)).all()
    assert ((here["value"] > here["null_high"]) == (here["p"] < 0.025)).all()
    human = table[table["who"] == "human"]
    assert human.set_index(["attribute", "series"]).loc[("highest_degree_received", "GSS 2018"), "value"] == 0.13
    assert attribute_effects()["who"].unique().tolist() == ["human"]


def test_the_figure_marks_what_a_standard_deviation_is_between():
    table = yardsticks(DONE)
    fig = bs.consistency.people.yardstick_axis(table)
    [axes] = fig.axes
    assert len(axes.get_yticklabels()) == len(table)
    words = [text.get_text() for text in fig.legends[0].get_texts()]
    assert {"± 1 s.d. between persons", "± 1 s.d. between studies"} < set(words)
    assert "Johnson & Mislin 2011" in fig.caption and "200 personas" in fig.caption


def test_the_figure_of_effects_says_that_the_constructs_differ():
    table = attribute_effects()
    fig = population.attribute_effects(table)
    [axes] = fig.axes
    drawn = sorted(float(x) for line in axes.lines for x in line.get_xdata() if line.get_marker() != "None")
    assert drawn == sorted(table["value"])
    assert axes.get_yticklabels()[0].get_text() == "highest degree received"
    assert "different constructs" in fig.caption and "No arm has played" in fig.caption
