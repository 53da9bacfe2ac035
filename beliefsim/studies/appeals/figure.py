"""A ranking of arguments by strength, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from beliefsim.figures.theme import COLOURS, COLUMN, GREY, PAGE, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def ranking(table: pd.DataFrame, item: str, caption: str) -> Figure:
    """Draw strengths of items with intervals, a panel per arm; orange ticks: what was planted.

    Parameters
    ----------
    table : DataFrame
        Columns ``arm``, `item`, ``strength``, ``low``, ``high``, and ``planted`` where it is known.
    item : str
        Column of what is ranked; the first arm gives the order.
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> rows = pd.DataFrame({"arm": "scripted", "dimension": ["fun", "trust"], "strength": [0.5, -0.5]})
    >>> from beliefsim.studies import appeals
    >>> appeals.ranking(rows.assign(low=-1.0, high=1.0), "dimension", "Two.").alt
    'Strengths in log-odds. scripted: fun 0.50, trust −0.50.'
    """
    arms = list(dict.fromkeys(table["arm"]))
    order = list(dict.fromkeys(table[item]))
    told = []
    with theme():
        height = 0.9 + 0.2 * len(order)
        fig, axes = panels(1, len(arms), width=COLUMN if len(arms) == 1 else PAGE, height=height, sharey=True)
        for place, arm in zip(axes[0], arms, strict=True):
            part = table[table["arm"] == arm]
            y = [-order.index(name) for name in part[item]]
            place.axvline(0, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
            place.hlines(y, part["low"], part["high"], color=COLOURS[0], linewidth=0.9)
            place.plot(part["strength"], y, "o", color=COLOURS[0])
            if "planted" in part:
                place.plot(part["planted"], y, "|", color=COLOURS[1], markersize=9, markeredgewidth=1.5)
            place.set_title(str(arm))
            place.set_xlabel("Strength, log-odds (0: the mean)")
            told.append(f"{arm}: " + ", ".join(f"{row[item]} {short(row['strength'])}" for _, row in part.iterrows()))
        axes[0, 0].set_yticks([-number for number in range(len(order))], order)
    return described(fig, caption, f"Strengths in log-odds. {'; '.join(told)}.")
