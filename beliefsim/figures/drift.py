"""Figures of drift and revision: shifts by round, estimates in rows, implied sources, difficulty of case files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .theme import COLOURS, DASHED, GREY, MARKERS, PAGE, described, panels, points, short, sizes, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WORDS = {"said": "stance (stated)", "did": "tool (done)"}


def drift_curves(
    curves: pd.DataFrame, theory: Mapping[tuple[str, str], Sequence[float]], caption: str, dashed: str = "planted"
) -> Figure:
    """Draw shifts by number of texts, a panel per arm; grey: no drift; dashed: theory.

    Parameters
    ----------
    curves : DataFrame
        From `analysis.drift.curve` with a column ``arm``.
    theory : mapping of (arm, what) to sequence of float
        The shift after 1, 2, … texts that theory gives for what is said or did.
    caption : str
        What it shows; arm and N belong in it.
    dashed : str
        What the theory is.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0, 1, 2], "round": 2, "said": [1.0, 2, 3], "did": 0.0})
    >>> table = bs.analysis.drift.curve(rows).assign(arm="scripted")
    >>> drift_curves(table, {("scripted", "said"): [2.0]}, "Shift.").alt
    'A panel per arm. After the last text scripted, stance (stated): 2.00 (n = 3); scripted, tool (done): 0.00 (n = 3).'
    """
    arms = list(dict.fromkeys(curves["arm"]))
    with theme():
        fig, grid = panels(1, len(arms), width=min(PAGE, 2.6 * len(arms) + 0.8), height=2.8, sharey=True)
        for place, arm in zip(grid[0], arms, strict=True):
            part = curves[curves["arm"] == arm]
            for number, (what, line) in enumerate(part.groupby("what", sort=False)):
                points(place, line["round"] - 1 + 0.08 * (number - 0.5), line, number, _WORDS[str(what)], "none")
                expected = theory.get((arm, str(what)), ())
                if len(expected):
                    place.plot(
                        [0, *range(1, len(expected) + 1)], [0, *expected], color=COLOURS[number], linestyle=DASHED
                    )
            place.axhline(0, color=GREY, linewidth=0.8, zorder=0)
            place.set(title=str(arm), xlabel="Steps at which texts came in", xticks=sorted(part["round"].unique() - 1))
            place.set_xlim(0, part["round"].max() - 0.7)
        grid[0][0].set_ylabel("Shift towards the text's side\n(log-odds)")
        fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    ends = curves[curves["round"] == curves["round"].max()]
    words = "; ".join(f"{row.arm}, {_WORDS[row.what]}: {short(row.value)} (n = {row.n})" for row in ends.itertuples())
    caption += f" Bars: 95 % intervals over units ({sizes(ends)}). Dashed: {dashed}. Grey: no drift."
    return described(fig, caption, f"A panel per arm. After the last text {words}.")


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
