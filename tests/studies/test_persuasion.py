import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

import beliefsim as bs
from beliefsim.agents import Acts, Known, Told
from beliefsim.games import State
from beliefsim.measures import updating
from beliefsim.studies import persuasion
from beliefsim.studies.persuasion import Persuasion, Pitch, ScriptedBuyer, ScriptedSeller, needed_posterior

chances = st.floats(0.02, 0.98)


def met(game, buyer, sessions=2000, seed=1):
    """What a buyer said and did with sellers of one kind, through play and elicit."""
    sold = bs.play(game, buyer, sessions=sessions, seed=seed)
    told = bs.elicit(game.question("item"), bs.Percent(), buyer, at=sold, seed=seed)
    return persuasion.session_table(game, sold, told)


def measured(game, buyer, threshold=None, **how):
    return persuasion.persuasion_metrics(game, met(game, buyer, **how), threshold).set_index("metric")


def best_shop(prior, threshold, needs=None):
    """A shop whose sellers narrate the best types for a buyer who needs a posterior."""
    honest = persuasion.best_honesty(prior, threshold if needs is None else needs)
    return shop_of(100 * prior, 100 * honest, 100 * threshold)


def shop_of(prior, honest, threshold=50):
    return Persuasion(prior_percent=prior, threshold_percent=threshold, honest_percent=honest)


def test_row_08_a_bayesian_buyer_attains_the_optimum_over_the_whole_range_of_priors():
    misses = plausible = 0
    priors = np.arange(0.05, 1, 0.05).round(2)
    for number, prior in enumerate(priors):
        shop = best_shop(prior, 0.6)
        found = measured(shop, ScriptedBuyer(shop), seed=number)
        most = min(1.0, prior / 0.6)
        assert found.loc["success", "value"] == pytest.approx(most, abs=4 * np.sqrt(most * (1 - most) / 2000))
        misses += not found.loc["success", "low"] - 1e-9 <= most <= found.loc["success", "high"] + 1e-9
        plausible += found.loc["residual", "low"] - 1e-9 <= 0 <= found.loc["residual", "high"] + 1e-9
        assert found.loc["residual_l1", "value"] == pytest.approx(0, abs=0.06)
        assert found.loc["obedience", "value"] == 1
    assert misses <= 3 and plausible >= len(priors) - 3


@pytest.mark.parametrize(("weights", "reaches"), [((0.5, 1.0), 0.3 / 0.7), ((1.0, 0.0), 1.0), ((2.0, 1.0), 0.7583)])
def test_row_08_who_weighs_otherwise_shifts_the_optimum_as_computed(weights, reaches):
    needs = needed_posterior(0.3, 0.5, *weights)
    shop = best_shop(0.3, 0.5, needs)
    buyer = ScriptedBuyer(shop, evidence_weight=weights[0], prior_weight=weights[1])
    found = measured(shop, buyer, needs, sessions=4000)
    assert found.loc["success", "value"] == pytest.approx(reaches, abs=0.03)
    assert found.loc["efficiency", "value"] == pytest.approx(1, abs=0.08) or reaches == 1
    assert min(1, 0.3 / needs) == pytest.approx(reaches, abs=0.001)
    wise = best_shop(0.3, 0.5)
    naive = measured(wise, ScriptedBuyer(wise, evidence_weight=weights[0], prior_weight=weights[1]))
    assert naive.loc["success", "value"] <= found.loc["success", "value"] + 0.03
    if weights == (0.5, 1.0):
        assert naive.loc["success", "value"] == 0  # aimed at Bayes, it leaves the conservative unmoved


def test_row_08_the_credulous_are_exploited_and_the_sceptical_not_reached():
    shop = shop_of(30, 0)
    fooled = measured(shop, ScriptedBuyer(shop, honesty=0.9), sessions=500)
    assert fooled.loc["success", "value"] == 1 and fooled.loc["exploitability", "low"] > 0
    assert fooled.loc["residual", "low"] > 0.4
    honest = shop_of(30, 60)
    deaf = measured(honest, ScriptedBuyer(honest, honesty=0.1), sessions=500)
    assert deaf.loc["success", "value"] == 0 and deaf.loc["residual", "high"] < 0
    wise = measured(shop, ScriptedBuyer(shop), sessions=500)
    assert wise.loc["success", "value"] == 0 and wise.loc["residual", "value"] == pytest.approx(0, abs=1e-9)


@given(chances, chances)
def test_envelope_linear_programme_and_closed_form_agree(prior, threshold):
    grid = np.unique(np.append(np.linspace(0, 1, 101), [prior, threshold]))
    line = persuasion.concave_envelope(grid, grid >= threshold)[np.searchsorted(grid, prior)]
    found = persuasion.optimum([prior, 1 - prior], [[1, 0]] * 2, [[1 - threshold, 0], [-threshold, 0]])
    assert found.value == pytest.approx(min(1, prior / threshold), abs=1e-7)
    assert line == pytest.approx(min(1, prior / threshold), abs=1e-9)
    np.testing.assert_allclose(found.joint.sum(axis=1), [prior, 1 - prior], atol=1e-7)
    honest = persuasion.best_honesty(prior, threshold)
    assert prior + (1 - prior) * (1 - honest) == pytest.approx(min(1, prior / threshold))


def test_three_states_reach_what_a_search_over_splits_reaches():
    from scipy.optimize import linprog

    prior, persuader = np.array([0.5, 0.3, 0.2]), np.array([[0, 1, 3]] * 3)
    persuaded = np.array([[2.0, 0, -4], [0, 1, 0], [-1, 0, 2.0]])
    found = persuasion.optimum(prior, persuader, persuaded)
    ticks = np.array([(a, b, 40 - a - b) for a in range(41) for b in range(41 - a)]) / 40
    worth = ticks @ persuaded
    value = np.where(worth >= worth.max(axis=1, keepdims=True) - 1e-9, persuader[0], -np.inf).max(axis=1)
    split = linprog(-value, A_eq=ticks.T, b_eq=prior)  # max Σ τ v(μ) over splits of the prior on a grid
    assert found.value >= -split.fun - 1e-7
    assert found.value == pytest.approx(-split.fun, abs=0.02)


def test_the_envelope_of_a_concave_function_is_itself_and_lies_above_any():
    grid = np.linspace(0, 1, 50)
    np.testing.assert_allclose(persuasion.concave_envelope(grid, np.sqrt(grid)), np.sqrt(grid))
    noise = np.random.default_rng(1).normal(size=50)
    hull = persuasion.concave_envelope(grid, noise)
    assert (hull >= noise - 1e-12).all() and (np.diff(hull, 2) <= 1e-9).all()


@pytest.mark.parametrize("obedience", [0.6, 0.8, 1.0])
def test_a_planted_obedience_comes_back_from_statements_and_purchases(obedience):
    shop = shop_of(40, 60)
    found = measured(shop, ScriptedBuyer(shop, obedience=obedience, noise=1.0), sessions=800)
    assert found.loc["obedience", "value"] == pytest.approx(obedience)
    assert found.loc["refusal", "value"] == pytest.approx(obedience)


def test_weights_of_evidence_and_prior_come_back_from_what_buyers_say():
    tables = []
    for number, (prior, honest) in enumerate([(20, 40), (20, 80), (60, 40), (60, 80), (40, 60)]):
        shop = shop_of(prior, honest)
        buyer = ScriptedBuyer(shop, evidence_weight=0.6, prior_weight=0.8, noise=0.3)
        sold = bs.play(shop, buyer, sessions=300, seed=number)
        told = bs.elicit(shop.question("item"), bs.Percent(), buyer, at=sold, seed=number)
        tables.append(updating.updates(shop, sold, told))
    good = pd.concat(tables).query("log_lr > 0")  # "bad" is proof
    found = updating.grether(good).set_index("dial")
    for dial, planted in (("evidence_weight", 0.6), ("prior_weight", 0.8)):
        assert found.loc[dial, "low"] <= planted <= found.loc[dial, "high"]
        assert found.loc[dial, "value"] == pytest.approx(planted, abs=0.08)


def test_the_belief_about_the_sellers_type_is_bayes_rule():
    shop = shop_of(30, 60)
    for said, expected in (("good", 0.6 * 0.3 / (0.3 + 0.7 * 0.4)), ("bad", 1.0)):
        assert shop.truth(shop.question("type"), State(("bad", said))).p[0, 0] == pytest.approx(expected)
    assert shop.truth(shop.question("type"), State()).p[0, 0] == pytest.approx(0.6)
    told = bs.elicit(shop.question("type"), bs.Percent(), ScriptedBuyer(shop, honesty=0.9))
    assert told["value"].iloc[0] == pytest.approx(0.9)


@pytest.mark.parametrize("prior", [0.1, 0.3, 0.5, 0.8])
def test_a_scripted_seller_picks_the_best_of_ten_and_noise_costs(prior):
    pitch = Pitch(100 * prior)
    moves = bs.play(pitch, ScriptedSeller(pitch), sessions=1)
    best = moves.loc[moves["probability"] > 1e-9, "amount"].to_numpy(dtype=float)
    sales = pitch.payoffs(State((np.arange(11),)))["seller"]
    assert set(best) == set(np.flatnonzero(sales == sales.max()))
    assert sales.max() <= min(1, prior / 0.5) + 1e-9
    shy = bs.play(pitch, ScriptedSeller(pitch, rationality=2.0), sessions=1)
    assert (shy["probability"] * sales).sum() < sales.max() or np.ptp(sales) == 0
    shop = shop_of(100 * prior, 10 * best[0])
    assert measured(shop, bs.Bayes(shop), sessions=3000).loc["success", "value"] == pytest.approx(sales.max(), abs=0.04)


def test_a_seller_who_knows_of_conservative_buyers_is_more_honest():
    pitch = Pitch(30)
    chosen = [
        bs.play(pitch, ScriptedSeller(pitch, evidence_weight=weight)).query("chosen")["amount"].item()
        for weight in (1.0, 0.5)
    ]
    assert chosen == [6, 9]


@pytest.mark.parametrize("frame", bs.prompts.names(Persuasion().folder))
def test_frames_share_rules_and_only_those_that_narrate_tell_of_types(frame):
    prompt = Persuasion(frame=frame).prompt("buyer", state=State(("bad", "good")))
    assert ("honest" in prompt) == (frame in ("neutral", "prose"))
    assert ("60" in prompt.split("[user]")[1]) == (frame == "neutral")
    assert "this bicycle is good" in prompt.lower()


@pytest.mark.parametrize("frame", bs.prompts.names(Persuasion().folder))
def test_the_prompts_of_the_shop_read_as_in_the_transcript(frame, transcript):
    game = Persuasion(frame=frame)
    asks = [("item", State()), ("item", State(("bad", "good"))), ("type", State(("bad", "good")))]
    seen = [bs.instruments.preview(game.question(name), bs.Percent(), state=state) for name, state in asks]
    acts = game.prompt("buyer", state=State(("bad", "good")))
    transcript(f"persuasion_{frame}", "\n\n======\n\n".join([acts, *seen]))


def test_the_prompt_of_the_pitch_reads_as_in_the_transcript(transcript):
    transcript("pitch_neutral", Pitch().prompt("seller"))


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Persuasion(prior_percent=0), "prior_percent must lie between 0 and 100, got 0"),
        (lambda: Persuasion(prior_percent=100), "prior_percent must lie between"),
        (lambda: Persuasion(threshold_percent=0), "threshold_percent must lie between"),
        (lambda: Persuasion(threshold_percent=100), "threshold_percent must lie between"),
        (lambda: Persuasion(honest_percent=101), r"honest_percent must be within 0\.\.100"),
        (lambda: Persuasion(honest_percent=float("nan")), "honest_percent must be within"),
        (lambda: Persuasion(rounds=2), "rounds must be 1"),
        (lambda: Pitch(prior_percent=-1), "prior_percent must lie between"),
        (lambda: persuasion.best_honesty(0.3, 1.0), "must lie between 0 and 1, got 0.3 and 1.0"),
        (lambda: persuasion.best_honesty(0.0, 0.5), "must lie between 0 and 1"),
        (lambda: persuasion.optimum([0.3, 0.3], [[1], [1]], [[1], [1]]), "sum to 1"),
        (lambda: persuasion.optimum([0.3, 0.7], [[1], [1]], [[1, 2], [1, 2]]), "payoffs need 2 rows"),
        (lambda: persuasion.concave_envelope([0, 0], [1, 2]), "beliefs must rise"),
        (lambda: ScriptedBuyer(Persuasion(), honesty=1.5), "dial honesty must be within"),
        (lambda: ScriptedBuyer(Persuasion(), obedience=-0.1), "dial obedience must be within"),
        (lambda: needed_posterior(0.3, 0.5, evidence_weight=0.0), "evidence_weight must be positive"),
        (lambda: Persuasion().question("type", given={"item": "good"}), "no by=, horizon= or given="),
    ],
)
def test_bad_input_is_refused_with_what_is_possible(make, match):
    with pytest.raises(ValueError, match=match):
        make()


class Mumbling(Known):
    """Never answers in the form that is asked for."""

    def act(self, turn):
        return Acts(np.full(len(turn), -1))

    def tell(self, instrument, askings):
        for asking in askings:
            yield Told(asking, np.full((len(asking), len(instrument.cells(asking))), np.nan))


def test_a_buyer_who_never_answers_in_format_is_missing_not_zero():
    found = measured(Persuasion(), Mumbling(), sessions=20)
    assert found.loc["read_rate", "value"] == 0
    assert np.isnan(found.loc["success", "value"]) and "nothing could be read" in found.loc["success", "note"]


def test_the_needed_posterior_is_where_a_distorted_belief_reaches_the_threshold():
    for prior, threshold, a, b in [(0.2, 0.6, 0.5, 1.0), (0.7, 0.4, 1.5, 0.3)]:
        posterior = needed_posterior(prior, threshold, a, b)
        assert b * logit(prior) + a * (logit(posterior) - logit(prior)) == pytest.approx(logit(threshold))


def test_the_figures_show_the_points_the_optimum_and_the_split():
    points = pd.DataFrame({"prior": [0.25, 0.5], "success": [0.5, 1.0], "low": 0.4, "high": 1.0, "persuader": "best"})
    fig = persuasion.sales_by_prior(points, 0.5, "caption")
    dashes = next(line for line in fig.axes[0].lines if "envelope" in str(line.get_label()))
    x, y = dashes.get_data()
    np.testing.assert_allclose(y, np.minimum(1, x / 0.5), atol=1e-6)
    split = persuasion.prior_split(0.3, 0.5, persuasion.best_honesty(0.3, 0.5))
    assert "60% sold, at most 60% (with 57% honest)" in split.caption
