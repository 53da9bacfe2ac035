import numpy as np
import pytest
from scipy.special import expit

import beliefsim as bs
from beliefsim.studies import confidence, orchestrator


def perceptions(weight, n=1200, rounds=(3,)):
    """Beliefs of a weak and a strong agent that look at the same leaves apart from each other, and what was right."""
    told = {}
    for seed, (name, share, w) in enumerate([("weak", 50, weight), ("strong", 65, 1.0)], start=1):
        game = confidence.Lookalikes(share=share, looks=3, rounds=5)
        seen = bs.play(game, bs.Bayes(game), sessions=n, seed=seed)
        teller = bs.ScriptedTeller(game, evidence_weight=w)
        told[name] = bs.elicit(game.question("tree"), bs.Percent(), teller, at=seen), seen
    return orchestrator.same_items(told, rounds)


def test_row_15_trust_beats_boldness_at_every_overconfidence_and_equals_it_when_calibrated():
    gains = []
    for weight in (1.0, 1.5, 2.5, 5.0):
        beliefs, right = perceptions(weight)
        half = np.arange(len(right)) % 2 == 0
        found = orchestrator.orchestrated([p[0] for p in beliefs.values()], right, half)
        accuracy = [(found[how] == found["right"]).mean() for how in ("maximum confidence", "trust, temperature")]
        assert orchestrator.temperature(beliefs["weak"][0][half], right[half]) == pytest.approx(weight, rel=0.15)
        assert accuracy[1] >= accuracy[0]
        gains.append(accuracy[1] - accuracy[0])
    assert gains[0] == pytest.approx(0, abs=1e-9)
    assert gains[-1] > 0.02


def test_row_15_the_expected_accuracy_is_what_play_gives():
    beliefs, right = perceptions(2.0, n=1500)
    stated = np.stack([p[0] for p in beliefs.values()])
    answers = orchestrator.trusted(stated.argmax(axis=2), stated.max(axis=2))[0]
    looks = np.array(list(np.ndindex(3, 3, 3)))
    likely = [2 * confidence.Lookalikes(share=share).likelihood[:, :3] for share in (50, 65)]
    chances = [each[:, looks].prod(axis=2) for each in likely]
    said = [(each**weight / (each**weight).sum(axis=0)).T for each, weight in zip(chances, (2.0, 1.0), strict=True)]
    assert (answers == right).mean() == pytest.approx(orchestrator.expected_accuracy(said, chances), abs=0.04)
    with pytest.raises(ValueError, match="no item to learn from"):
        orchestrator.orchestrated(stated, right, np.zeros(len(right), dtype=bool))


def test_row_15_agents_are_asked_about_the_same_items_and_neighbours_mend_more_than_they_spoil():
    beliefs, right = perceptions(1.0, n=600, rounds=(3, 5))
    alone = {name: (p[0].argmax(axis=1) == right).mean() for name, p in beliefs.items()}
    assert alone["strong"] > alone["weak"] > 0.5
    found = orchestrator.flips(beliefs["weak"][0].argmax(axis=1), beliefs["weak"][1].argmax(axis=1), right)
    assert found["mended"] > 2 * found["spoiled"]
    assert found["gain"].low > 0
    assert found["gain"].value == pytest.approx(found["mended"] - found["spoiled"])
    both = [np.stack([p[at] for p in beliefs.values()]) for at in (0, 1)]
    table = orchestrator.orchestrated(both[0], right, np.arange(len(right)) % 2 == 0, later=both[1])
    better = orchestrator.flips(table["trust, temperature"], table["trust, re-evaluation"], table["right"])
    assert better["gain"].low > 0


def test_row_15_the_majority_decides_and_ties_go_to_the_surer():
    said = [[0, 0, 1], [0, 1, 2], [1, 2, 2]]
    sure = [[0.4, 0.9, 0.9], [0.4, 0.5, np.nan], [0.99, 0.6, 0.1]]
    assert orchestrator.majority(said, sure).tolist() == [0, 0, 2]
    assert orchestrator.trusted(said, sure)[0].tolist() == [1, 0, 1]


def test_row_15_measures_are_those_written_out():
    rng = np.random.default_rng(1)
    stated_, right = rng.random(300), rng.random(300) < 0.5
    found = confidence.confidence(stated_, right, threshold=0.7).set_index("metric")["value"]
    assert found["ocr"] == pytest.approx(np.mean((stated_ >= 0.7) & ~right))
    assert found["ccc"] == pytest.approx(np.corrcoef(stated_, right)[0, 1])
    assert found["mcip"] == pytest.approx(stated_[~right].mean())
    from scipy.stats import binomtest, pearsonr

    rows = confidence.confidence(stated_, right, threshold=0.7).set_index("metric")
    ends = pearsonr(stated_, right.astype(float)).confidence_interval()
    np.testing.assert_allclose(rows.loc["ccc", ["low", "high"]].astype(float), ends, atol=1e-9)
    wilson = binomtest(int(((stated_ >= 0.7) & ~right).sum()), 300).proportion_ci(method="wilson")
    np.testing.assert_allclose(rows.loc["ocr", ["low", "high"]].astype(float), wilson, atol=1e-9)


def test_row_15_recalibration_mends_planted_overconfidence_and_logistic_equals_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    odds = rng.normal(0, 2, 4000)
    right, said = rng.random(4000) < expit(odds / 2), expit(odds)
    for how in ("isotonic", "logistic"):
        mended = orchestrator.recalibrated(said[:2000], right[:2000], said[2000:], how)
        table = confidence.confidence(mended, right[2000:]).set_index("metric")["value"]
        assert table["ece"] < 0.045 < confidence.confidence(said, right).set_index("metric")["value"]["ece"]
    fit = sm.Logit(right[:2000].astype(float), sm.add_constant(odds[:2000])).fit(disp=0)
    np.testing.assert_allclose(mended, fit.predict(sm.add_constant(odds[2000:])), atol=1e-3)
    assert np.isnan(orchestrator.recalibrated([0.2, 0.8, 0.5], [0, 1, 1], [np.nan])[0])
    with pytest.raises(ValueError, match="is not among isotonic, logistic"):
        orchestrator.recalibrated([0.2], [1], [0.3], "magic")


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
        row = confidence.confidence(expit(new @ weights), happened).set_index("metric").loc["ece"]
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
        found = confidence.confidence(expit(new[:, :1] @ weights), happened).set_index("metric").loc["ece", "value"]
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
            best = confidence.answered(told, drawn).query("round == 3")
            table = confidence.confidence(best["confidence"], best["right"], seed=1).set_index("metric")
            over[name, tool] = table.loc["ece", "value"] - table.loc["ece", "null_high"]
    assert over["credulous", "neutral"] > 0.1
    assert max(over["bayes", "neutral"], over["bayes", "check"], over["credulous", "check"]) < 0.02
