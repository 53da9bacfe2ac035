"""Figures of the gate, by the data that reached the axes."""

import numpy as np
import pandas as pd
import pytest

from beliefsim import figures
from beliefsim.measures import calibration


def table():
    rows = [("lapse", 0.1, 0.12, 0.05, 0.2, "bet"), ("lapse", 0.2, 0.5, 0.4, 0.6, "percent"),
            ("noise", 0.3, np.nan, np.nan, np.nan, "bet")]  # fmt: skip
    return pd.DataFrame(rows, columns=["dial", "planted", "value", "low", "high", "instrument"])


def test_a_panel_per_dial_holds_what_came_back_and_misses_are_hollow():
    fig = figures.recoveries(table())
    first, second = fig.axes[:2]
    assert [first.get_title(loc="left"), second.get_title(loc="left")] == ["lapse", "noise"]
    marks = [line for line in first.get_lines() if len(line.get_ydata()) == 1]
    assert [float(line.get_ydata()[0]) for line in marks] == [0.12, 0.5]
    assert [line.get_markerfacecolor() == "white" for line in marks] == [False, True]
    assert "1 of 2 intervals contain the planted value; 1 could not be estimated" in fig.caption
    assert "0.10 gave 0.12" in fig.alt


def test_a_reliability_diagram_has_a_panel_per_arm_with_its_points_and_null():
    rng = np.random.default_rng(0)
    p = rng.random(400)
    points = pd.concat(
        calibration.reliability(p, rng.random(400) < q, bins=5, draws=50).assign(arm=arm)
        for arm, q in (("right", p), ("wrong", np.full(400, 0.5)))
    )
    fig = figures.reliability(points)
    for axes, (arm, part) in zip(fig.axes, points.groupby("arm"), strict=True):
        assert axes.get_title(loc="left") == arm
        drawn = axes.collections[-1].get_offsets()
        np.testing.assert_allclose(drawn, part[["confidence", "frequency"]])
    assert "right N = 400, wrong N = 400" in fig.caption


def test_a_table_without_the_columns_is_refused():
    with pytest.raises(ValueError, match="recoveries: columns planted are not there"):
        figures.recoveries(table().drop(columns="planted"))
    with pytest.raises(ValueError, match="reliability: columns confidence, frequency"):
        figures.reliability(table())
