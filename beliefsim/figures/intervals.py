"""Figures of drift and revision: shifts by round, estimates in rows, implied sources, difficulty of case files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .theme import COLOURS, DASHED, GREY, MARKERS, PAGE, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def intervals(
    table: pd.DataFrame, rows: str, groups: str, *, panel: str, label: str, caption: str, line: float = 0.0
) -> Figure:
    """Draw values with 95 % intervals in rows, a panel each for the values of one column and a colour for another's.

    Parameters
    ----------
    table : DataFrame
        ``value``, ``low``, ``high``; ``null``, where there, is a black tick: a null or published value.
    rows, groups, panel : str
        Columns: what stands in rows, what has a colour each, and what has a panel each.
    label : str
        Of the x axes.
    caption : str
        What it shows; arm and N belong in it, and what `line` and ticks are.
    line : float
        Where a dashed line stands.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["norms", "elite"], "what": "said", "arm": "scripted", "value": [0.5, 1]})
    >>> table = table.assign(low=0.0, high=2.0)
    >>> intervals(table, "kind", "what", panel="arm", label="Shift", caption="Shift.").alt
    'A row per kind. scripted, norms: said 0.50; scripted, elite: said 1.00.'
    """
    names, series, places = (list(dict.fromkeys(table[column])) for column in (rows, groups, panel))
    height = (0.15 + 0.055 * len(series)) * len(names) + 1.1
    with theme():
        fig, grid = panels(1, len(places), width=min(PAGE, 2.4 * len(places) + 1.4), height=height, sharey=True)
        for place, name in zip(grid[0], places, strict=True):
            for number, one in enumerate(series):
                part = table[(table[panel] == name) & (table[groups] == one)]
                y = part[rows].map(names.index) + 0.7 * ((number + 0.5) / len(series) - 0.5)
                gaps = np.nan_to_num(np.abs(part[["low", "high"]].sub(part["value"], axis=0).to_numpy().T))
                style = {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number], "linestyle": "none"}
                place.errorbar(part["value"], y, xerr=gaps, label=str(one), elinewidth=0.9, **style)
                if "null" in part:
                    place.plot(part["null"], y, "|", color="black", markersize=8, zorder=3)
            place.axvline(line, color=GREY, linewidth=0.8, linestyle=DASHED, zorder=0)
            place.grid(axis="y", linewidth=0.3)
            place.set(title=str(name), xlabel=label, yticks=range(len(names)), yticklabels=names)
            place.set_ylim(len(names) - 0.5, -0.5)
        if len(series) > 1:
            fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    words = "; ".join(
        f"{where}, {name}: " + ", ".join(f"{row[groups]} {short(row['value'])}".strip() for _, row in part.iterrows())
        for (where, name), part in table.groupby([panel, rows], sort=False)
    )
    return described(fig, caption, f"A row per {rows}. {words}.")
