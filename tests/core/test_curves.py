"""Figures of decisions, by the data that reached the axes."""

import pandas as pd
import pytest

from beliefsim import figures


def test_curves_hold_the_table_their_theory_and_whole_numbers_where_the_dial_is_whole():
    rows = pd.DataFrame({"k": [1, 2, 4], "y": [0.1, 0.3, 0.2], "who": "x", "theory": [0.2] * 3, "low": 0, "high": 1})
    axes = figures.curves(rows, "k", "y", "who", labels=("K", "Y"), caption="One.").axes[0]
    drawn = {line.get_label(): line.get_ydata().tolist() for line in axes.get_lines()}
    assert drawn == {"x": [0.1, 0.3, 0.2], "theory": [0.2] * 3}
    assert all(float(tick).is_integer() for tick in axes.get_xticks())
    with pytest.raises(ValueError, match="columns z are not there"):
        figures.curves(rows, "k", "z", "who", labels=("K", "Y"), caption="One.")
