import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim.agents import Bayes, ScriptedTeller
from beliefsim.games import Coin, Urns
from beliefsim.measures import updating
from beliefsim.measures.lapses import rounding

PLANTED = {"evidence_weight": 0.6, "prior_weight": 0.5, "order_bias": 0.3, "noise": 0.4}


def told(instrument=None, sessions=60, seed=1, priors=(20, 50, 80), shares=(60, 75), **dials):
    """Answers of a scripted teller over urns with several priors and likelihood ratios."""
    tables = []
    for number, (prior, share) in enumerate((prior, share) for prior in priors for share in shares):
        game = Urns(rounds=5, prior_percent=prior, share=share)
        decisions = bs.play(game, Bayes(game), sessions=sessions, seed=100 * seed + number)
        agent = ScriptedTeller(game, seed=100 * seed + number, **dials)
        said = bs.elicit(game.question("urn"), instrument or bs.Percent(), agent, at=decisions)
        tables.append(updating.updates(game, decisions, said))
    return pd.concat(tables, ignore_index=True)


def recovered(found, planted):
    found = found.set_index("dial")
    for dial, value in planted.items():
        row = found.loc[dial]
        assert row["low"] <= value <= row["high"], (dial, value, row.to_dict())
        assert row["high"] - row["low"] < 0.25, (dial, row.to_dict())


def test_evidence_is_summed_by_session_with_the_order_of_signals():
    game = Urns(rounds=3, prior_percent=20, share=75)
    decisions = bs.play(game, Bayes(game), sessions=5, seed=1)
    table = updating.updates(game, decisions, bs.elicit(game.question("urn"), bs.Percent(), Bayes(game), at=decisions))
    sign = decisions[decisions["player"] == "ball"].set_index(["session", "round"])["move"].eq("red").unstack() * 2 - 1
    last = table[table["round"] == 3]
    np.testing.assert_allclose(last["log_lr"], np.log(3) * sign.sum(axis=1))
    np.testing.assert_allclose(last["log_lr_order"], np.log(3) * (sign[3] - sign[1]), atol=1e-12)
    np.testing.assert_allclose(last["stated"], last["true"])
    np.testing.assert_allclose(table["logit_prior"], np.log(0.25))


def test_the_normative_teller_has_weights_of_one_exactly():
    found = updating.grether(told(sessions=20)).set_index("dial")["value"]
    np.testing.assert_allclose(
        found[["evidence_weight", "prior_weight", "order_bias", "intercept"]], [1, 1, 0, 0], atol=1e-6
    )


@pytest.mark.parametrize("instrument", [bs.Percent(), bs.Bet(), bs.ChoiceProbabilities()], ids=lambda one: one.name)
def test_grethers_regression_recovers_planted_weights_with_every_probability_instrument(instrument):
    weights = {name: PLANTED[name] for name in ("evidence_weight", "prior_weight", "order_bias")}
    recovered(updating.grether(told(instrument, seed=2, **PLANTED)), weights)


def test_the_regression_is_least_squares_with_cluster_robust_errors():
    import statsmodels.formula.api as smf

    table = told(sessions=15, **PLANTED)
    data = table.assign(y=np.log(table["stated"] / (1 - table["stated"])))
    groups = pd.factorize(data["session"])[0]
    fit = smf.ols("y ~ logit_prior + log_lr + log_lr_order", data).fit(
        cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
    )
    found = updating.grether(table).set_index("dial")
    low, high = fit.conf_int().loc["log_lr"]
    np.testing.assert_allclose(found.loc["evidence_weight", ["value", "low", "high"]].astype(float),
                               [fit.params["log_lr"], low, high])  # fmt: skip
    single = data[data["round"] == 5]
    hc3 = smf.ols("y ~ logit_prior + log_lr + log_lr_order", single).fit(cov_type="HC3", use_t=True)
    low, high = hc3.conf_int().loc["logit_prior"]
    found = updating.grether(table[table["round"] == 5]).set_index("dial")
    np.testing.assert_allclose(found.loc["prior_weight", ["low", "high"]].astype(float), [low, high])


@pytest.mark.parametrize(("rounding", "lapse"), [(0.1, 0.1), (0.05, 0.0), (0.0, 0.2), (0.01, 0.0)])
def test_maximum_likelihood_recovers_every_dial_under_rounding_and_lapses(rounding, lapse):
    found = updating.dials(told(seed=3, rounding=rounding, lapse=lapse, **PLANTED))
    recovered(found, {**PLANTED, "lapse": lapse, "rounding": rounding, "intercept": 0})


def test_rounding_and_lapses_bias_least_squares_which_is_why_there_is_likelihood():
    table = told(seed=3, lapse=0.2, noise=0.3)
    least_squares, likelihood = (each(table).set_index("dial") for each in (updating.grether, updating.dials))
    assert least_squares.loc["evidence_weight", "high"] < 0.95
    assert likelihood.loc["evidence_weight", "value"] == pytest.approx(1, abs=0.05)


def test_rankings_recover_the_relative_prior_weight_and_the_order_bias():
    # prior .5 over evidence .8; the order bias is relative to the evidence by definition
    table = told(bs.OutcomeRanking(), sessions=300, seed=4,
                 evidence_weight=0.8, prior_weight=0.4, order_bias=0.3, noise=0.8)  # fmt: skip
    assert set(table["stated"]) <= {0.0, 0.5, 1.0}
    recovered(updating.relative_weights(table), {"prior_weight_relative": 0.5, "order_bias": 0.3})
    certain = updating.relative_weights(told(bs.OutcomeRanking(), sessions=10))
    assert certain["value"].isna().all()
    assert "without noise no scale" in certain["note"].iloc[0]


@pytest.mark.parametrize(("p", "step"), [([0.5, 1.0, 0], 0.5), ([0.3, 0.6], 0.1), ([0.33, 0.61], 0.01), ([0.333], 0)])
def test_rounding_is_the_coarsest_step_that_fits(p, step):
    assert rounding([*p, np.nan]) == step


def test_weights_that_the_design_does_not_identify_are_missing_with_the_reason():
    one_prior = updating.grether(told(priors=(50,), noise=0.2)).set_index("dial")
    assert np.isnan(one_prior.loc["prior_weight", "value"])
    assert one_prior.loc["prior_weight", "note"] == "needs several priors"
    assert one_prior.loc["evidence_weight", "value"] == pytest.approx(1, abs=0.1)
    nothing = updating.dials(told(sessions=1, priors=(50,), shares=(60,)))
    assert nothing["value"].isna().all()
    assert nothing["note"].str.contains("five answers for each dial").all()


def test_answers_that_were_not_read_are_left_out_and_other_games_refused():
    table = told(sessions=20, noise=0.2)
    holes = table.assign(stated=table["stated"].where(table.index % 3 > 0))
    assert updating.grether(holes)["n"].iloc[0] == holes["stated"].notna().sum()
    game = Coin()
    decisions = bs.play(game, Bayes(game), sessions=3)
    said = bs.elicit(game.question("heads"), bs.Percent(), Bayes(game), at=decisions)
    with pytest.raises(ValueError, match="needs two hidden things, not the 9"):
        updating.updates(game, decisions, said)
    urns = Urns()
    with pytest.raises(ValueError, match="no row of beliefs is about outcome 'A' of question 'urn'"):
        updating.updates(urns, bs.play(urns, Bayes(urns)), said)
