"""Figures of decisions, by the data that reached the axes."""

import numpy as np
import pandas as pd
import pytest

from beliefsim import figures
from beliefsim.studies import screening
from beliefsim.studies.screening import policies


def test_policies_are_drawn_in_order_with_intervals_and_the_least_cost_dashed():
    true = np.array([0.5, 0.1, 0.9, 0.01])
    table = policies.scored({"a": true, "b": 1 - true}, [[9, 2], [0, 2]], true, true > 0.3)
    axes = screening.costs(table, "Two policies.").axes[0]
    least, marks = axes.get_lines()
    assert marks.get_xdata().tolist() == table["cost"].tolist()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert least.get_xdata() == pytest.approx([table["cost"][0]] * 2)
    assert axes.collections[0].get_segments()[1][:, 0] == pytest.approx(table.loc[1, ["low", "high"]].tolist())


def test_curves_hold_the_table_their_theory_and_whole_numbers_where_the_dial_is_whole():
    rows = pd.DataFrame({"k": [1, 2, 4], "y": [0.1, 0.3, 0.2], "who": "x", "theory": [0.2] * 3, "low": 0, "high": 1})
    axes = figures.curves(rows, "k", "y", "who", labels=("K", "Y"), caption="One.").axes[0]
    drawn = {line.get_label(): line.get_ydata().tolist() for line in axes.get_lines()}
    assert drawn == {"x": [0.1, 0.3, 0.2], "theory": [0.2] * 3}
    assert all(float(tick).is_integer() for tick in axes.get_xticks())
    with pytest.raises(ValueError, match="columns z are not there"):
        figures.curves(rows, "k", "z", "who", labels=("K", "Y"), caption="One.")


def test_savings_show_what_each_player_adds_alone_last_and_on_average():
    shares = policies.shapley(lambda some: np.array([3.0, 5.0]) * len(some) ** 2, ["a", "b"])
    axes = screening.savings(shares, "Two players.").axes[0]
    assert [bar.get_width() for bar in axes.patches] == [8.0, 8.0]
    alone, last = (line.get_xdata().tolist() for line in axes.get_lines()[:2])
    assert (alone, last) == ([4.0, 4.0], [12.0, 12.0])
