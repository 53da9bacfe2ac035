"""The individual level: forecasts of own play, and acting on own beliefs."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import beliefsim as bs
from beliefsim.agents import Known
from beliefsim.beliefs import Belief
from beliefsim.games import Returns, TrustGame
from beliefsim.studies import forecast

PAIR, ONE = TrustGame(trustee="player"), TrustGame()


def crowd(n=60, seed=1):
    return bs.personas.sample(n, design="factorial", seed=seed)


def forecasts(game, agent, people, horizons=range(6), **options):
    played = bs.play(game, agent, people, seed=1)
    told = [
        bs.elicit(game.question("sent", about="self", horizon=h), bs.Forecast(), agent, people, at=played, **options)
        for h in horizons
    ]
    return played, bs.schema.concat(told)


# forecasts


@pytest.mark.parametrize("slope", [0.0, 0.2, 0.4])
def test_row_01_a_planted_horizon_slope_comes_back(slope):
    game = TrustGame(endowment=40, trustee=Returns(3), rounds=6)
    agent, people = forecast.ScriptedForecaster(error=0.5, slope=slope), crowd(120)
    played, told = forecasts(game, agent, people)
    errors = forecast.forecast_errors(told, played)
    found = forecast.horizon_slopes(errors).iloc[0]
    assert found["low"] < slope < found["high"] and found["high"] - found["low"] < 0.12
    assert found["same_low"] < slope < found["same_high"]
    mae = forecast.forecast_mae(errors).set_index("horizon")
    assert (mae["mae"] - (0.5 + slope * mae.index)).abs().max() < 0.4


def test_the_horizon_slope_is_that_of_scipy_on_the_same_errors():
    played, told = forecasts(TrustGame(trustee=Returns(3), rounds=6), forecast.ScriptedForecaster(), crowd(20))
    errors = forecast.forecast_errors(told, played)
    found = forecast.horizon_slopes(errors)["slope"].iloc[0]
    assert found == pytest.approx(stats.linregress(errors["horizon"], errors["error"]).slope)


class Mixed(Known):
    """Sends 0 with .3, 4 with .7, and forecasts 3."""

    def decide(self, turn):
        p = np.zeros((len(turn), 11))
        p[:, 0], p[:, 4] = 0.3, 0.7
        return Belief(turn.space, p)

    def believe(self, asking):
        return Belief(asking.space, np.eye(11)[[3] * len(asking)])


def test_errors_are_expected_over_the_distribution_and_the_median_is_irreducible():
    game = TrustGame(trustee=Returns(3), rounds=2)
    played, told = forecasts(game, Mixed(), crowd(6), horizons=(0, 1))
    errors = forecast.forecast_errors(told, played, {game.terms: 1})
    assert np.allclose(errors["error"], 0.3 * 3 + 0.7 * 1)
    assert np.allclose(errors["irreducible"], 0.3 * 4)  # the best point is 4
    assert np.allclose(errors["best_response"], 0.3 * 1 + 0.7 * 3)
    assert errors.loc[errors["issued"] == 1, "persistence"].isna().all()
    skill = forecast.forecast_skill(errors).query("reference == 'best_response'")
    assert np.allclose(skill["skill"], 1 - 1.6 / 2.4)


def test_the_best_sends_are_those_of_the_published_benchmarks():
    found = {m: forecast.best_sends(TrustGame(trustee=Returns(m))) for m in (1, 3, 5)}
    assert [found[m][0] for m in (1, 3, 5)] == [0, 1, 2]
    assert [found[m][1][found[m][0]] - 10 for m in (1, 3, 5)] == [0, 2, 3]
    assert found[1][1][1] == 10 and found[5][1][1] == 12


def test_a_retest_compares_two_wordings():
    game = TrustGame(trustee=Returns(3), rounds=6)
    _, told = forecasts(game, forecast.ScriptedForecaster(error=1.0, slope=0.0), crowd(120), horizons=(1,), draws=2)
    found = forecast.retest(told).iloc[0]
    assert found["low"] > 0.5 and set(told["item"]) == {"ask 1", "ask 2"}
    with pytest.raises(ValueError, match="two draws"):
        forecast.retest(told[told["draw"] == 0])


def test_a_forecast_of_a_round_that_does_not_exist_is_refused():
    game = TrustGame(trustee=Returns(3), rounds=6)
    with pytest.raises(ValueError, match=r"horizon 6: the game has 6 rounds, so 0..5"):
        game.question("sent", about="self", horizon=6)
    played, told = forecasts(game, forecast.ScriptedForecaster(), crowd(6), horizons=(5,))
    with pytest.raises(ValueError, match="rounds that were not played"):
        forecast.forecast_errors(told, played[played["round"] < 6])


def test_a_play_that_ended_with_an_unreadable_move_leaves_errors_missing_and_says_so():
    game = TrustGame(trustee=Returns(3), rounds=3)
    played, told = forecasts(game, forecast.ScriptedForecaster(), crowd(6), horizons=(0, 1))
    first = played["session"] == 0
    cut = played[~(first & (played["round"] > 2))].copy()
    cut["move"] = cut["move"].astype(object)
    cut.loc[first & (cut["round"] == 2), ["move", "amount", "probability"]] = np.nan
    errors = forecast.forecast_errors(told, cut)
    assert errors.loc[errors["session"] == 0, "error"].isna().sum() == 4
    assert errors.loc[errors["session"] > 0, "error"].notna().all()
    assert (forecast.forecast_mae(errors)["read_rate"] < 1).all()
    nothing = forecast.forecast_mae(errors[errors["error"].isna()])
    assert set(nothing["note"]) == {"nothing could be read"} and nothing["n"].eq(0).all()


def test_a_trustee_cannot_return_more_than_it_has():
    game = TrustGame(trustee=Returns(99), rounds=1)
    played = bs.play(game, forecast.ScriptedForecaster(), crowd(20), seed=1)
    assert (played["payoff"] == 10 + 2 * played["amount"]).all()
    with pytest.raises(ValueError, match="amount must be a whole number of at least 0"):
        Returns(-1)


@pytest.mark.parametrize(
    ("given", "words"),
    [({"sent": 11}, "within"), ({"returned": 3}, "moves before"), ({"sent": 1, "x": 2}, "one of the moves")],
)
def test_only_a_legal_earlier_move_can_be_supposed(given, words):
    with pytest.raises(ValueError, match=words):
        PAIR.question("returned", about="trustor/trustee", given=given)


# intervals


def test_the_jackknife_of_a_mean_is_its_student_interval():
    x = np.random.default_rng(1).normal(size=12)
    rows = pd.DataFrame({"persona": [f"p{k}" for k in range(12)], "x": x})
    found = bs.measures.ratio_over_personas(rows, "x")
    low, high = stats.t.interval(0.95, 11, x.mean(), stats.sem(x))
    assert (found.low, found.high) == pytest.approx((low, high))


def test_a_lottery_pays_as_often_as_it_says():
    game = bs.games.Lottery(percent=25)
    played = bs.play(game, forecast.ScriptedForecaster(), crowd(6), draws=200, seed=1)
    stakes = played[(played["player"] == "investor") & (played["amount"] > 0)]
    assert 0.2 < (stakes["payoff"] > 10).mean() < 0.3
