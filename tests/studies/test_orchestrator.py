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
        found = orchestrator.orchestrator_answers([p[0] for p in beliefs.values()], right, half)
        accuracy = [(found[how] == found["right"]).mean() for how in ("maximum confidence", "trust, temperature")]
        assert orchestrator.temperature(beliefs["weak"][0][half], right[half]) == pytest.approx(weight, rel=0.15)
        assert accuracy[1] >= accuracy[0]
        gains.append(accuracy[1] - accuracy[0])
    assert gains[0] == pytest.approx(0, abs=1e-9)
    assert gains[-1] > 0.02


def test_row_15_the_expected_accuracy_is_what_play_gives():
    beliefs, right = perceptions(2.0, n=1500)
    stated = np.stack([p[0] for p in beliefs.values()])
    answers = orchestrator.surest_answers(stated.argmax(axis=2), stated.max(axis=2))[0]
    looks = np.array(list(np.ndindex(3, 3, 3)))
    likely = [2 * confidence.Lookalikes(share=share).likelihood[:, :3] for share in (50, 65)]
    chances = [each[:, looks].prod(axis=2) for each in likely]
    said = [(each**weight / (each**weight).sum(axis=0)).T for each, weight in zip(chances, (2.0, 1.0), strict=True)]
    assert (answers == right).mean() == pytest.approx(orchestrator.expected_accuracy(said, chances), abs=0.04)
    with pytest.raises(ValueError, match="no item to learn from"):
        orchestrator.orchestrator_answers(stated, right, np.zeros(len(right), dtype=bool))


def test_row_15_agents_are_asked_about_the_same_items_and_neighbours_mend_more_than_they_spoil():
    beliefs, right = perceptions(1.0, n=600, rounds=(3, 5))
    alone = {name: (p[0].argmax(axis=1) == right).mean() for name, p in beliefs.items()}
    assert alone["strong"] > alone["weak"] > 0.5
    found = orchestrator.flip_shares(beliefs["weak"][0].argmax(axis=1), beliefs["weak"][1].argmax(axis=1), right)
    assert found["mended"] > 2 * found["spoiled"]
    assert found["gain"].low > 0
    assert found["gain"].value == pytest.approx(found["mended"] - found["spoiled"])
    both = [np.stack([p[at] for p in beliefs.values()]) for at in (0, 1)]
    table = orchestrator.orchestrator_answers(both[0], right, np.arange(len(right)) % 2 == 0, later=both[1])
    better = orchestrator.flip_shares(table["trust, temperature"], table["trust, re-evaluation"], table["right"])
    assert better["gain"].low > 0


def test_row_15_the_majority_decides_and_ties_go_to_the_surer():
    said = [[0, 0, 1], [0, 1, 2], [1, 2, 2]]
    sure = [[0.4, 0.9, 0.9], [0.4, 0.5, np.nan], [0.99, 0.6, 0.1]]
    assert orchestrator.majority(said, sure).tolist() == [0, 0, 2]
    assert orchestrator.surest_answers(said, sure)[0].tolist() == [1, 0, 1]


def test_row_15_recalibration_mends_planted_overconfidence_and_logistic_equals_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(2)
    odds = rng.normal(0, 2, 4000)
    right, said = rng.random(4000) < expit(odds / 2), expit(odds)
    for how in ("isotonic", "logistic"):
        mended = orchestrator.recalibrated(said[:2000], right[:2000], said[2000:], how)
        table = confidence.confidence_table(mended, right[2000:]).set_index("metric")["value"]
        assert table["ece"] < 0.045 < confidence.confidence_table(said, right).set_index("metric")["value"]["ece"]
    fit = sm.Logit(right[:2000].astype(float), sm.add_constant(odds[:2000])).fit(disp=0)
    np.testing.assert_allclose(mended, fit.predict(sm.add_constant(odds[2000:])), atol=1e-3)
    assert np.isnan(orchestrator.recalibrated([0.2, 0.8, 0.5], [0, 1, 1], [np.nan])[0])
    with pytest.raises(ValueError, match="is not among isotonic, logistic"):
        orchestrator.recalibrated([0.2], [1], [0.3], "magic")
