import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim.studies import samples


def checked(consistency, items, draws=5):
    """One row per sum, by play: agreement, doubt, and whether the first answer is right."""
    solver, tables = samples.ScriptedSolver(knows=0.6, consistency=consistency), []
    for first, second in items:
        played = bs.play(samples.Addition(first, second), solver, sessions=draws, seed=first)
        tables.append(samples.sample_table(played, f"{first}+{second}", first + second))
    return samples.checked_samples(pd.concat(tables))


def test_row_13_detection_falls_from_certain_to_chance_as_errors_become_consistent():
    pairs = [(a, b) for a in range(11, 35) for b in (7,)]
    known = [(a, 90) for a in range(11, 23)]
    curve = {}
    for c in (0.0, 0.8, 1.0):
        items = checked(c, pairs)
        scores = samples.detectors(items, checked(c, known))
        curve[c] = {name: samples.detection(scores[name], items["right"])["auroc"] for name in scores}
    assert all(curve[0.0][name] > 0.95 for name in curve[0.0])
    assert all(curve[1.0][name] == 0.5 for name in curve[1.0])
    assert curve[0.0]["symbolic"] > curve[0.8]["symbolic"] > 0.5
    expected = samples.consistent_error_auroc([0.8], 5)[0]
    wrong = int((1 - items["right"]).sum())
    assert abs(curve[0.8]["symbolic"] - expected) < 2.5 * 0.5 * np.sqrt(0.33 * 0.67 / wrong)


def test_row_13_the_theory_line_is_what_simulated_samples_give():
    from sklearn.metrics import roc_auc_score

    rng, c, n = np.random.default_rng(1), 0.7, 4
    wrong = rng.choice(12, size=(20_000, n), p=[c] + [(1 - c) / 11] * 11)
    hidden = (wrong == wrong[:, :1]).all(axis=1)
    found = roc_auc_score([0] * 20_000 + [1] * 20_000, [0.0] * 20_000 + list(1.0 - hidden))
    assert found == pytest.approx(samples.consistent_error_auroc(c, n), abs=0.005)


def test_row_13_detectors_refuse_items_they_were_trained_on():
    rows = pd.DataFrame({"item": [1], "surprise": [0], "distinct": [1], "contextual": [0], "right": [1]})
    with pytest.raises(ValueError, match="other items"):
        samples.detectors(rows, rows)
    assert np.isnan(samples.detection([0.1, 0.2], [1, 1])["auroc"])
    with pytest.raises(ValueError, match="dial consistency must be within"):
        samples.ScriptedSolver(consistency=1.2)


def test_row_13_areas_and_scores_are_those_of_other_programs_and_the_belief_is_calibrated():
    from scipy.stats import pearsonr
    from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

    rng = np.random.default_rng(4)
    suspicion = rng.random(400)
    right = rng.random(400) > suspicion
    found = samples.detection(suspicion, right)
    assert found["auroc"] == pytest.approx(roc_auc_score(~right, suspicion))
    assert found["nonfact"] == pytest.approx(average_precision_score(~right, suspicion))
    assert found["factual"] == pytest.approx(average_precision_score(right, -suspicion))
    assert found["pearson"] == pytest.approx(pearsonr(suspicion, ~right).statistic)
    assert found["brier"] == pytest.approx(brier_score_loss(~right, suspicion))
    assert found["ece"] < 0.1 < samples.detection(np.sqrt(suspicion), right)["ece"]


def test_row_13_what_was_not_read_is_left_out_and_a_missing_verdict_is_no_opinion():
    rows = pd.DataFrame({"item": ["a"] * 3, "draw": [0, 1, 2], "answer": ["5", None, "5"], "verdict": [None] * 3})
    table = samples.checked_samples(rows.assign(right=True))
    assert table["samples"].item() == 2
    assert samples.detectors(table)["contextual"].item() == 0.5
    assert samples.checked_samples(rows.assign(right=True).iloc[1:]).empty
