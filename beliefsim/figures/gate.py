"""Figures of the gate: what came back of every planted dial, and whether probabilities are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from beliefsim.figures.theme import BAND, COLOURS, COLUMN, GREY, MARKERS, PAGE, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


_ACROSS = 3


def recoveries(table: pd.DataFrame, by: str = "instrument") -> Figure:
    """Draw planted dials against what came back: a panel per dial, a colour per group, dashes where the two agree.

    Parameters
    ----------
    table : DataFrame
        Columns ``dial``, ``planted``, ``value``, ``low``, ``high`` and `by`. Hollow marks: the interval misses.
    by : str
        Column that colours.

    Returns
    -------
    matplotlib.figure.Figure
        With `caption` and `alt`.

    Raises
    ------
    ValueError
        If a column is not there.

    Examples
    --------
    >>> table = pd.DataFrame({"dial": "lapse", "planted": [0.1, 0.2], "value": [0.12, 0.2], "low": 0.05, "high": 0.25})
    >>> bs.figures.recoveries(table.assign(instrument="percent")).alt[-40:]
    ': lapse: 0.10 gave 0.12, 0.20 gave 0.20.'
    """
    _check(table, {"dial", "planted", "value", "low", "high", by}, "recoveries")
    table = table.assign(covered=(table["low"] - 1e-9 <= table["planted"]) & (table["planted"] <= table["high"] + 1e-9))
    names, groups = list(dict.fromkeys(table["dial"])), list(dict.fromkeys(table[by]))
    rows = -(-len(names) // _ACROSS)
    with theme():
        fig, axes = panels(rows, min(_ACROSS, len(names)), width=PAGE, height=2.15 * rows + 0.35)
        for place in axes.flat[len(names) :]:
            place.set_axis_off()
        for place, name in zip(axes.flat, names, strict=False):
            part = table[table["dial"] == name]
            _dial(place, part, [groups.index(group) for group in part[by]])
            place.set_title(str(name).replace("_", " "))
        for row in axes:
            row[0].set_ylabel("Recovered")
        marks = [
            axes.flat[0].plot(
                [], [], MARKERS[number], color=COLOURS[number % len(COLOURS)], label=str(group).replace("_", " ")
            )[0]
            for number, group in enumerate(groups)
        ]
        fig.legend(handles=marks, loc="outside lower center", ncols=min(len(groups), 5))
    return described(fig, *_recovery_texts(table, by))


def reliability(points: pd.DataFrame, by: str = "arm") -> Figure:
    """Draw how often events happened against the probability stated: a panel per group.

    Parameters
    ----------
    points : DataFrame
        From `reliability`: columns ``confidence``, ``frequency``, ``n``, ``null_low``,
        ``null_high``; and `by`, where there are several groups.
    by : str
        Column whose values get a panel each.

    Returns
    -------
    matplotlib.figure.Figure
        With `caption` and `alt`.

    Raises
    ------
    ValueError
        If a column is not there.

    Examples
    --------
    >>> points = bs.measures.calibration.reliability([0.2] * 10 + [0.8] * 10, [0] * 8 + [1] * 12, bins=2)
    >>> bs.figures.reliability(points).alt[-28:]
    ':  0.20 → 0.20, 0.80 → 1.00.'
    """
    _check(points, {"confidence", "frequency", "n", "null_low", "null_high"}, "reliability")
    groups = list(points.groupby(by, sort=False)) if by in points else [("", points)]
    across = min(_ACROSS, len(groups))
    rows = -(-len(groups) // across)
    with theme():
        width = COLUMN if across == 1 else PAGE
        fig, axes = panels(rows, across, width=width, height=rows * (width / across + 0.25), sharex=True, sharey=True)
        for place in axes.flat[len(groups) :]:
            place.set_axis_off()
        for place, (name, part) in zip(axes.flat, groups, strict=False):
            _diagram(place, part)
            place.set_title(str(name))
        for row in axes:
            row[0].set_ylabel("Share that happened")
        for place in axes.flat[max(0, len(groups) - across) : len(groups)]:
            place.set_xlabel("Stated probability")
            place.tick_params(labelbottom=True)
    return described(fig, *_reliability_texts(groups))


def _dial(axes: Axes, part: pd.DataFrame, numbers: list[int]) -> None:
    values = np.unique(part["planted"])
    gap = float(np.diff(values).min()) if len(values) > 1 else max(abs(values[0]), 1.0) * 0.5
    reach, count = 0.3 * gap, max(numbers) + 1
    axes.hlines(values, values - 1.2 * reach, values + 1.2 * reach, color=GREY, linestyle=(0, (4, 3)), linewidth=1)
    for number, row in zip(numbers, part.itertuples(), strict=True):
        if np.isnan(row.value):
            continue
        x = row.planted + reach * (2 * (number + 0.5) / count - 1)
        colour = COLOURS[number % len(COLOURS)]
        face = colour if row.covered else "white"
        axes.plot([x, x], [row.low, row.high], color=colour, linewidth=0.8)
        axes.plot(x, row.value, MARKERS[number], color=colour, markerfacecolor=face)
    room = 0.12 * np.ptp(values)
    axes.set_xticks([value for place, value in enumerate(values) if not place or value - values[place - 1] >= room])
    axes.set_xlabel("Planted")


def _diagram(axes: Axes, part: pd.DataFrame) -> None:
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
    axes.vlines(part["confidence"], part["null_low"], part["null_high"], color=BAND, linewidth=6, zorder=1)
    size = 6 + 34 * part["n"] / part["n"].max()
    axes.plot(part["confidence"], part["frequency"], color=COLOURS[0], linewidth=0.7, zorder=2)
    axes.scatter(part["confidence"], part["frequency"], s=size, color=COLOURS[0], zorder=3)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])


def _check(table: pd.DataFrame, wanted: set[str], name: str) -> None:
    if lacking := wanted - set(table.columns):
        raise ValueError(f"{name}: columns {', '.join(sorted(lacking))} are not there; it has {', '.join(table)}")


def _recovery_texts(table: pd.DataFrame, by: str) -> tuple[str, str]:
    read = table["value"].notna()
    found = f"{int(table.loc[read, 'covered'].sum())} of {int(read.sum())} intervals contain the planted value"
    lost = f"; {int((~read).sum())} could not be estimated and are not drawn" if not read.all() else ""
    read_dials = table[read].groupby("dial", sort=False)
    each = "; ".join(
        f"{name}: " + ", ".join(f"{short(planted)} gave {short(mean)}" for planted, mean in means.items())
        for name, means in ((name, part.groupby("planted")["value"].mean()) for name, part in read_dials)
    )
    size = (
        f"N = {'–'.join(str(int(n)) for n in sorted({table['n'].min(), table['n'].max()}))} answers each"
        if "n" in table
        else "one run each"
    )
    caption = (
        f"Recovered against planted dials by {by}, arm scripted, {size}, with 95 % intervals; dashed: planted; hollow: "
        f"the interval misses. {found}{lost}."
    )
    return caption, f"A panel per dial. {found}{lost}. Means: {each}."


def _reliability_texts(groups: list[tuple[str, pd.DataFrame]]) -> tuple[str, str]:
    sizes = ", ".join(filter(None, [f"{name} N = {int(part['n'].sum())}".strip() for name, part in groups]))
    caption = (
        "Reliability: how often it happened against the stated probability, bins of equal mass. Grey: where 95 % of "
        f"the points lie if every probability is right; dashed: exactly right. {sizes}."
    )
    each = "; ".join(
        f"{name} " + ", ".join(f"{short(row.confidence)} → {short(row.frequency)}" for row in part.itertuples())
        for name, part in groups
    )
    return caption, f"Points near or off the diagonal, stated → happened: {each}."
