import numpy as np
import pytest
from scipy.special import expit

import beliefsim as bs
from beliefsim.studies import confidence


def test_row_15_measures_are_those_written_out():
    rng = np.random.default_rng(1)
    stated_, right = rng.random(300), rng.random(300) < 0.5
    found = confidence.confidence_table(stated_, right, threshold=0.7).set_index("metric")["value"]
    assert found["ocr"] == pytest.approx(np.mean((stated_ >= 0.7) & ~right))
    assert found["ccc"] == pytest.approx(np.corrcoef(stated_, right)[0, 1])
    assert found["mcip"] == pytest.approx(stated_[~right].mean())
    from scipy.stats import binomtest, pearsonr

    rows = confidence.confidence_table(stated_, right, threshold=0.7).set_index("metric")
    ends = pearsonr(stated_, right.astype(float)).confidence_interval()
    np.testing.assert_allclose(rows.loc["ccc", ["low", "high"]].astype(float), ends, atol=1e-9)
    wilson = binomtest(int(((stated_ >= 0.7) & ~right).sum()), 300).proportion_ci(method="wilson")
    np.testing.assert_allclose(rows.loc["ocr", ["low", "high"]].astype(float), wilson, atol=1e-9)


def passages(noise, n, seed):
    """A constant and a passage's length, which tells nothing; and whether the passage was right."""
    rng = np.random.default_rng(seed)
    return np.column_stack([np.ones(n), rng.normal(size=n)]), rng.random(n) > noise


def test_row_21_proper_rewards_recover_calibration_and_reward_for_accuracy_does_not():
    x, right = passages(0.3, 2000, seed=1)
    new, happened = passages(0.3, 2000, seed=2)
    ece, null = {}, {}
    for reward in ("accuracy", "brier", "log", "margin"):
        weights = confidence.trained_confidence(x, right, reward, start=[0.0, 1.0], steps=5000)
        row = confidence.confidence_table(expit(new @ weights), happened).set_index("metric").loc["ece"]
        ece[reward], null[reward] = row["value"], row["null_high"]
    for reward in ("brier", "log", "margin"):
        assert ece[reward] < 0.05
    assert ece["accuracy"] > 0.2 > null["accuracy"]
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=np.inf, fit_intercept=False).fit(x, right)
    weights = confidence.trained_confidence(x, right, "log", start=[0.0, 1.0])
    np.testing.assert_allclose(weights, fit.coef_[0], atol=1e-3)


def test_row_21_transfer_to_other_noise_costs_the_difference_of_the_noises():
    x, right = passages(0.2, 4000, seed=3)
    weights = confidence.trained_confidence(x[:, :1], right, "brier", start=[0.0])
    for noise in (0.1, 0.4):
        new, happened = passages(noise, 4000, seed=4)
        found = (
            confidence.confidence_table(expit(new[:, :1] @ weights), happened).set_index("metric").loc["ece", "value"]
        )
        assert found == pytest.approx(abs(noise - 0.2), abs=0.03)


def test_row_21_a_teller_who_takes_passages_for_proof_shows_the_dichotomy_and_bayes_does_not():
    over = {}
    for tool, share in (("neutral", 60), ("check", 95)):
        game = bs.games.Lookup(share=share, rounds=3, frame=tool)
        drawn = bs.play(game, bs.Bayes(game), sessions=500, seed=5)
        for name, weight in (("bayes", 1.0), ("credulous", 3.0 if tool == "neutral" else 1.0)):
            told = bs.elicit(
                game.question("answer"), bs.Percent(), bs.ScriptedTeller(game, evidence_weight=weight), at=drawn
            )
            best = confidence.answer_table(told, drawn).query("round == 3")
            table = confidence.confidence_table(best["confidence"], best["right"], seed=1).set_index("metric")
            over[name, tool] = table.loc["ece", "value"] - table.loc["ece", "null_high"]
    assert over["credulous", "neutral"] > 0.1
    assert max(over["bayes", "neutral"], over["bayes", "check"], over["credulous", "check"]) < 0.02
