"""Figures, by the data that reached the axes."""

import numpy as np
import pandas as pd
import pytest

from beliefsim import figures, outputs, schema
from beliefsim.consistency import Plan, compare, power_table
from beliefsim.consistency.planning import power_curves
from beliefsim.run import Run
from beliefsim.studies import population

LEVELS = {"age": ["18-29", "30-44", "45-64", "65+"], "openness": ["Low", "Moderate", "High"]}
STATED = {"age": [2.0, 4.0, 5.0, 7.0], "openness": [3.0, 5.0, 6.0]}


def _people(size=120):
    rng = np.random.default_rng(3)
    columns = {name: pd.Categorical(rng.choice(levels, size), levels) for name, levels in LEVELS.items()}
    return pd.DataFrame(columns, index=pd.Index([f"p{i}" for i in range(size)], name="persona"))


def _decisions(people, arm="scripted"):
    rng = np.random.default_rng(4)
    said = sum(people[name].map(dict(zip(LEVELS[name], STATED[name], strict=True))).astype(float) for name in LEVELS)
    amount = np.clip(np.round(said / 2 + rng.normal(0, 1, len(people))), 0, 10)
    return schema.decisions(
        arm=arm, game="trust", terms="endowment=10 multiplier=3", frame="neutral", style="plain", player="trustor",
        session=np.arange(len(people)), persona=people.index.to_numpy(), move=amount.astype(int).astype(str),
        amount=amount, probability=1.0, read="exact", unit="dollars",
    )  # fmt: skip


def _stated(arm="scripted", instruments=("CTX+$",)):
    rows = []
    for instrument in instruments:
        for name, levels in LEVELS.items():
            if instrument == "CTX+$":
                rows += [(instrument, name, level, "mean", v) for level, v in zip(levels, STATED[name], strict=True)]
                rows += [(instrument, name, level, "sd", 2.0) for level in levels]
            else:
                ranks = range(len(levels), 0, -1)
                rows += [(instrument, name, level, "rank", r) for level, r in zip(levels, ranks, strict=True)]
                rows.append((instrument, name, "", "effect_size", 0.06))
    table = pd.DataFrame(rows, columns=["instrument", "attribute", "level", "statistic", "value"])
    return schema.beliefs(
        arm=arm, game="trust", terms="endowment=10 multiplier=3", style="plain", frame="neutral", **dict(table.items())
    )


@pytest.fixture(scope="module")
def comparison():
    people = _people()
    return compare(_stated(), _decisions(people), people, permutations=200)


@pytest.fixture(scope="module")
def several():
    people = _people()
    stated = schema.concat([_stated(arm, ("CTX+TR", "CTX+$")) for arm in ("scripted", "model-a")])
    decisions = schema.concat([_decisions(people, arm) for arm in ("scripted", "model-a")])
    return compare(stated, decisions, people, permutations=200)


def _points(axes):
    """Markers of error-bar containers."""
    return np.vstack([container.lines[0].get_xydata() for container in axes.containers])


def test_the_scatter_has_a_point_per_level_at_its_stated_and_done_mean(comparison):
    axes = figures.scatter(comparison).axes[0]
    expected = comparison.levels[["stated", "done"]].to_numpy(dtype=float)
    np.testing.assert_allclose(np.sort(_points(axes), axis=0), np.sort(expected, axis=0))


def test_error_bars_are_the_intervals_over_personas(comparison):
    axes = figures.scatter(comparison).axes[0]
    ends = np.vstack([segment for container in axes.containers for segment in container.lines[2][0].get_segments()])
    expected = comparison.levels[["done_low", "done_high"]].to_numpy(dtype=float)
    np.testing.assert_allclose(np.sort(ends[:, 1]), np.sort(expected.ravel()))


def test_both_axes_have_one_scale_in_dollars_and_a_line_of_equality(comparison):
    axes = figures.scatter(comparison).axes[0]
    assert axes.get_xlim() == axes.get_ylim()
    equality = next(line for line in axes.lines if line.get_label() == "_said_is_done")
    assert (equality.get_xdata() == equality.get_ydata()).all()


def test_the_slope_is_drawn_and_printed_with_its_interval(comparison):
    fig = figures.scatter(comparison)
    row = comparison.row("slope")
    printed = f"{row['value']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
    assert printed in fig.axes[0].texts[0].get_text() and "N = 120" in fig.axes[0].texts[0].get_text()
    solid = next(line for line in fig.axes[0].lines if line.get_label() == "_say_do_slope")
    (x0, x1), (y0, y1) = solid.get_xdata(), solid.get_ydata()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(row["value"])
    assert printed in fig.caption and "arm scripted" in fig.caption and "N = 120" in fig.caption


def test_a_ranking_gets_an_axis_of_its_own(several):
    fig = figures.scatter(several, arm="scripted")
    ranked, dollars = fig.axes
    assert ranked.get_xlabel() == "Stated rank, normalised" and dollars.get_xlabel() == "Stated, dollars"
    assert [axes.get_title("left") for axes in fig.axes] == ["CTX+TR", r"CTX+\$"]
    assert np.abs(_points(ranked)[:, 0]).max() < 0.5
    assert not any(line.get_label() == "_said_is_done" for line in ranked.lines)


def test_arms_are_rows_of_panels(several):
    fig = figures.scatter(several)
    assert len(fig.axes) == 4
    assert {axes.get_ylabel() for axes in fig.axes} >= {"Done, dollars\nscripted", "Done, dollars\nmodel-a"}


def test_an_unknown_group_is_refused(comparison):
    with pytest.raises(ValueError, match="arm='human' is not among 'scripted'"):
        figures.scatter(comparison, arm="human")


def test_levels_that_were_not_read_are_counted_not_drawn(comparison):
    levels = comparison.levels.copy()
    levels.loc[0, "stated"] = np.nan
    fig = figures.scatter(type(comparison)(comparison.metrics, levels))
    assert len(_points(fig.axes[0])) == len(levels) - 1
    assert "1 level could not be read" in fig.caption


def test_nothing_read_is_an_error_that_says_where_to_look(comparison):
    levels = comparison.levels.assign(stated=np.nan)
    with pytest.raises(ValueError, match=r"no stated value could be read; comparison\.metrics says why"):
        figures.scatter(type(comparison)(comparison.metrics, levels))


def test_all_eighteen_published_medians_stand_on_their_null(several):
    table = population.published_medians()
    assert len(table) == 18
    fig = population.null_medians(ours=several.metrics)
    distribution, points = fig.axes
    assert sum(bar.get_height() for bar in distribution.patches if bar.get_height() < 1) == pytest.approx(1)
    drawn = np.concatenate([line.get_xdata() for line in points.lines if line.get_linestyle() == "None"])
    ours = several.metrics.query("metric == 'median_rho'").drop_duplicates(["arm", "instrument"])["value"]
    np.testing.assert_allclose(np.sort(drawn), np.sort([*table["value"], *ours]))
    assert "from −0.50 to 0.50" in fig.caption and "5 of 18 published medians lie above it" in fig.caption


def test_a_forest_has_a_line_per_group_and_a_panel_per_metric(several):
    fig = figures.forest(several.headline)
    assert [axes.get_xlabel() for axes in fig.axes] == ["Say–do slope", "Coupling", "Amplitude"]
    slopes = several.headline.query("metric == 'slope'")
    drawn = [line.get_xdata()[0] for line in fig.axes[0].lines if line.get_marker() == "o"]
    np.testing.assert_allclose(drawn, slopes["value"])
    assert len(fig.axes[0].get_yticklabels()) == 4


def test_a_forest_says_what_is_missing_and_why(comparison):
    metrics = comparison.headline.copy()
    metrics.loc[metrics["metric"] == "coupling", ["value", "low", "high", "note"]] = [np.nan] * 3 + ["cannot tell: no"]
    axes = figures.forest(metrics).axes[1]
    assert [text.get_text() for text in axes.texts] == ["cannot tell"]
    with pytest.raises(ValueError, match="no rows"):
        figures.forest(metrics.iloc[:0])


def test_recovery_marks_intervals_that_miss_the_truth():
    planted, recovered = np.array([0, 0, 1, 1]), np.array([0.1, 0.5, 0.9, 1.0])
    fig = figures.recovery(planted, recovered, recovered - 0.2, recovered + 0.2, "coupling")
    filled, hollow = (container.lines[0] for container in fig.axes[0].containers)
    assert filled.get_ydata().tolist() == [0.1, 0.9, 1.0] and hollow.get_ydata().tolist() == [0.5]
    assert hollow.get_markerfacecolor() == "white"
    assert "3 of 4 intervals contain the planted value" in fig.caption
    assert fig.axes[0].get_xlabel() == "Planted coupling"


def test_recovery_counts_runs_that_cannot_tell():
    fig = figures.recovery([0, 1], [np.nan, 1.0], [np.nan, 0.9], [np.nan, 1.1])
    assert "1 of 1 intervals" in fig.caption and "1 run cannot tell" in fig.caption


def test_power_curves_hold_the_table():
    table = power_table(Plan(50), personas=(50, 200), frames=(1, 8), eta_squared=(0.01, 0.05), coupling=(0.5, 1.0))
    one = table[table["frames"] == 1]
    fig = power_curves(one)
    drawn = {tuple(line.get_ydata()) for line in fig.axes[0].lines if len(line.get_xdata()) == len({*line.get_xdata()})}
    assert drawn >= {tuple(line["power"]) for _, line in one.groupby(["eta_squared", "coupling"])}
    words = [text.get_text() for text in fig.legends[0].get_texts()]
    assert words == ["η²", "0.01", "0.05", "Coupling", "0.5", "1.0"]
    assert "η² 0.01, coupling 0.5: more than 200; η² 0.01, coupling 1: 200" in fig.alt
    with pytest.raises(ValueError, match="several rows have the same"):
        power_curves(table)
    with pytest.raises(ValueError, match=r"columns that are not there: \['coupling'\]"):
        power_curves(one.drop(columns="coupling"))


def test_every_figure_can_be_saved_as_it_is(comparison, several, tmp_path, monkeypatch):
    monkeypatch.setenv("BELIEFSIM_RESULTS", str(tmp_path))
    monkeypatch.setenv(*Run(study="99_test").setting)
    drawn = {
        "scatter": figures.scatter(several),
        "medians": population.null_medians(),
        "forest": figures.forest(several.headline),
        "recovery": figures.recovery([0, 1], [0, 1], [0, 1], [0, 1]),
    }
    for name, fig in drawn.items():
        outputs.figure(fig, name)
    assert len(list((tmp_path / "figures/99_test").iterdir())) == 8


def test_a_notebook_keeps_its_own_look(comparison):
    import matplotlib

    with matplotlib.rc_context({"font.size": 23}):
        figures.scatter(comparison)
        assert matplotlib.rcParams["font.size"] == 23
