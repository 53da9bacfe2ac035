"""Specifications: each is what `compare` gives under the same choices."""

import numpy as np
import pandas as pd
import pytest

import beliefsim as bs
from beliefsim.consistency import Choices, compare
from beliefsim.studies import robustness
from beliefsim.studies.robustness import multiverse

GAME = bs.games.TrustGame()
PEOPLE = bs.personas.sample(120, seed=1)
AGENT = bs.ScriptedPopulation(PEOPLE, bs.Dials(coupling=0.7), seed=1)
DONE = bs.play(GAME, AGENT, PEOPLE, seed=1)
TRAITS = ["age", "openness", "work_status"]
STATED = pd.concat([bs.elicit(GAME.question("sent", by=TRAITS), how, AGENT) for how in (bs.Ranking(), bs.GroupMeans())])


@pytest.fixture(scope="module")
def table():
    return multiverse(STATED, DONE, PEOPLE, permutations=200)


def test_every_combination_is_there_once(table):
    named = ["instrument", "means", "implausible", "missing_levels", "ties"]
    assert len(table) == 32 and not table.duplicated(named).any()


@pytest.mark.parametrize("means", ["marginal", "adjusted"])
@pytest.mark.parametrize("implausible", ["keep", "drop"])
def test_a_specification_has_the_numbers_of_compare(table, means, implausible):
    result = compare(STATED, DONE, PEOPLE, permutations=200, choices=Choices(means=means, implausible=implausible))
    chosen = table[(table["means"] == means) & (table["implausible"] == implausible)]
    for instrument in ("CTX+TR", "CTX+$"):
        mine = chosen[chosen["instrument"] == instrument].iloc[0]
        theirs = result.row("slope", instrument=instrument)
        np.testing.assert_allclose(
            mine[["slope", "low", "high"]].astype(float), theirs[["value", "low", "high"]].astype(float)
        )
        assert mine["n"] == theirs["n"]
        assert mine["median_rho"] == pytest.approx(result.row("median_rho", instrument=instrument)["value"])
        assert abs(mine["p"] - theirs["p"]) < 0.1


def test_dollars_per_standard_deviation_do_not_depend_on_the_unit_of_the_statement(table):
    doubled = STATED.assign(value=STATED["value"].where(STATED["statistic"] != "mean", STATED["value"] * 2))
    other = multiverse(doubled, DONE, PEOPLE, permutations=20)
    dollars, twice = (each[each["instrument"] == "CTX+$"] for each in (table, other))
    np.testing.assert_allclose(twice["slope"], dollars["slope"] / 2)
    np.testing.assert_allclose(twice["per_sd"], dollars["per_sd"])


def test_what_cannot_be_compared_says_why():
    equal = multiverse(STATED, DONE.assign(amount=5.0), PEOPLE, grid={"means": ("marginal",)}, permutations=20)
    assert equal["slope"].isna().all() and set(equal["note"]) == {"all amounts are equal"}
    with pytest.raises(ValueError, match="multiverse: outliers not among the fields of Choices: labels, means"):
        multiverse(STATED, DONE, PEOPLE, grid={"outliers": ("keep",)})


def test_the_curve_is_sorted_and_its_matrix_marks_each_choice_once(table):
    fig = robustness.specification_curve(table)
    curve, matrix = fig.axes
    heights = np.concatenate([line.get_ydata() for line in curve.lines[:2]])
    kept = table.drop_duplicates(["instrument", "means", "implausible"])
    np.testing.assert_allclose(np.sort(heights), np.sort(kept["per_sd"]))
    labels = [label.get_text().replace("\\", "") for label in matrix.get_yticklabels()]
    words = {"instrument": ["CTX+TR", "CTX+$"], "means": ["marginal", "adjusted"], "implausible": ["keep", "drop"]}
    assert sorted(labels) == sorted(f"{name}: {word}" for name, both in words.items() for word in both)
    marks = [line for line in matrix.lines if line.get_marker() == "|"]
    assert sum(len(line.get_xdata()) for line in marks) == 3 * len(kept)
    assert "No difference: missing levels, ties" in fig.caption


def test_arms_are_told_apart_and_what_follows_from_an_arm_is_not_named(table):
    both = pd.concat([table, table.assign(arm="other", stated_by="other", read="exact", slope=0.0, per_sd=0.0)])
    fig = robustness.specification_curve(both[both["instrument"] == "CTX+$"])
    labels = " ".join(label.get_text() for label in fig.axes[1].get_yticklabels())
    assert "arm: other" in labels and "stated by" not in labels and "read" not in labels
    with pytest.raises(ValueError, match="0 specifications"):
        robustness.specification_curve(table.assign(per_sd=np.nan))
