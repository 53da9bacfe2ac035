"""Figures of the gate: what came back of every planted dial, and whether probabilities are right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from . import theme as look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ACROSS = 3


def recovery(planted: ArrayLike, recovered: ArrayLike, low: ArrayLike, high: ArrayLike, dial: str = "dial") -> Figure:
    """Draw what came back of a planted dial: a dashed line marks each planted value.

    Runs with the same planted value are set side by side; those whose interval misses the truth are hollow.

    Parameters
    ----------
    planted, recovered, low, high : array_like, shape (R,)
        True value, estimate and 95 % interval of each run.
    dial : str
        The dial's name, in words.

    Examples
    --------
    >>> bs.figures.recovery([0.5], [0.4], [0.2], [0.6], "coupling").alt[-40:]
    'alue. planted 0.50, mean recovered 0.40.'
    """
    columns = {"planted": planted, "value": recovered, "low": low, "high": high}
    runs = _judged(pd.DataFrame({name: np.asarray(each, dtype=float) for name, each in columns.items()}))
    values, gap = _planted(runs, 1.0)
    equal = runs.groupby("planted")["planted"]
    x = runs["planted"] + 0.6 * gap * ((equal.cumcount() + 0.5) / equal.transform("size") - 0.5)
    with look.theme():
        fig, [[axes]] = look.panels(width=look.COLUMN, height=3.1)
        for covered, face in ((True, look.COLOURS[0]), (False, "white")):
            part = runs[runs["value"].notna() & (runs["covered"] == covered)]
            style = {"markerfacecolor": face, "markeredgecolor": look.COLOURS[0], "elinewidth": 0.8}
            axes.errorbar(x[part.index], part["value"], look.reaches(part), fmt="o", color=look.COLOURS[0], **style)
        dashes = {"color": look.GREY, "linestyle": look.DASHED, "linewidth": 1, "zorder": 0}
        axes.hlines(values, values - 0.4 * gap, values + 0.4 * gap, **dashes)
        ticks = values if len(values) < 8 else np.linspace(values[0], values[-1], 5)
        axes.set(xlabel=f"Planted {dial}", ylabel=f"Recovered {dial}", xticks=ticks)
    count = _covered_words(runs, f"{_runs(int(runs['value'].isna().sum()))} cannot tell")
    means = runs.dropna(subset="value").groupby("planted")["value"].mean()
    each = "; ".join(f"planted {look.short(truth)}, mean recovered {look.short(mean)}" for truth, mean in means.items())
    caption = (
        f"Recovered against planted {dial}, arm scripted, {_runs(len(runs))}, with 95 % intervals. Dashed: planted; "
        f"hollow: the interval misses the truth. {count}."
    )
    return look.described(fig, caption, f"Points beside dashed lines at the planted values. {count}. {each}.")


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
    look.require(table, ("dial", "planted", "value", "low", "high", by), "recoveries")
    table = _judged(table)
    names, groups = list(dict.fromkeys(table["dial"])), list(dict.fromkeys(table[by]))
    with look.theme():
        fig, grid = _grid(len(names), "Recovered", look.PAGE, 2.15, 0.35)
        for axes, name in zip(grid, names, strict=True):
            part = table[table["dial"] == name]
            _dial(axes, part, [groups.index(group) for group in part[by]])
            axes.set_title(str(name).replace("_", " "))
        look.mark_legend(fig, [str(group).replace("_", " ") for group in groups], min(len(groups), 5))
    count = _covered_words(table, f"{int(table['value'].isna().sum())} could not be estimated and are not drawn")
    means = table.dropna(subset="value").groupby(["dial", "planted"])["value"].mean()
    each = "; ".join(
        f"{name}: " + ", ".join(f"{look.short(truth)} gave {look.short(mean)}" for truth, mean in means[name].items())
        for name in dict.fromkeys(table.dropna(subset="value")["dial"])
    )
    size = f"N = {look.span(table['n'])} answers each" if "n" in table else "one run each"
    caption = (
        f"Recovered against planted dials by {by}, arm scripted, {size}, with 95 % intervals; dashed: planted; hollow: "
        f"the interval misses. {count}."
    )
    return look.described(fig, caption, f"A panel per dial. {count}. Means: {each}.")


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
    look.require(points, ("confidence", "frequency", "n", "null_low", "null_high"), "reliability")
    groups = list(points.groupby(by, sort=False)) if by in points else [("", points)]
    across = min(_ACROSS, len(groups))
    width = look.COLUMN if across == 1 else look.PAGE
    with look.theme():
        fig, grid = _grid(len(groups), "Share that happened", width, width / across + 0.25, sharex=True, sharey=True)
        for axes, (name, part) in zip(grid, groups, strict=True):
            _diagram(axes, part)
            axes.set_title(str(name))
        for axes in grid[-across:]:
            axes.set_xlabel("Stated probability")
            axes.tick_params(labelbottom=True)
    told = ", ".join(f"{name} N = {int(part['n'].sum())}".strip() for name, part in groups)
    caption = (
        "Reliability: how often it happened against the stated probability, bins of equal mass. Grey: where 95 % of "
        f"the points lie if every probability is right; dashed: exactly right. {told}."
    )
    each = "; ".join(f"{name} {look.arrows(part['confidence'], part['frequency'])}" for name, part in groups)
    return look.described(fig, caption, f"Points near or off the diagonal, stated → happened: {each}.")


def _judged(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs with ``covered``: whether the interval contains what was planted."""
    planted, low, high = runs["planted"], runs["low"] - 1e-9, runs["high"] + 1e-9
    return runs.assign(covered=(low <= planted) & (planted <= high))


def _covered_words(runs: pd.DataFrame, lost: str) -> str:
    read = runs["value"].notna()
    words = f"{int((runs['covered'] & read).sum())} of {int(read.sum())} intervals contain the planted value"
    return words if read.all() else f"{words}; {lost}"


def _runs(number: int) -> str:
    return f"{number} run" + "s" * (number != 1)


def _planted(runs: pd.DataFrame, alone: float) -> tuple[np.ndarray, float]:
    """Return the planted values, and the smallest gap between them (`alone` for a single one)."""
    values = np.unique(runs["planted"])
    return values, float(np.diff(values).min()) if len(values) > 1 else alone


def _grid(count: int, ylabel: str, width: float, side: float, more: float = 0.0, **options: Any) -> tuple[Figure, Any]:
    """Return a figure and its panels, at most three in a row, each row as high as `side`."""
    rows = -(-count // _ACROSS)
    fig, axes = look.panels(rows, min(_ACROSS, count), width=width, height=side * rows + more, **options)
    for spare in axes.flat[count:]:
        spare.set_axis_off()
    for row in axes:
        row[0].set_ylabel(ylabel)
    return fig, axes.flat[:count]


def _dial(axes: Axes, part: pd.DataFrame, numbers: list[int]) -> None:
    values, gap = _planted(part, 0.5 * max(abs(part["planted"].iloc[0]), 1.0))
    reach, count = 0.3 * gap, max(numbers) + 1
    axes.hlines(values, values - 1.2 * reach, values + 1.2 * reach, color=look.GREY, linestyle=look.DASHED, linewidth=1)
    for number, row in zip(numbers, part.itertuples(), strict=True):
        if np.isnan(row.value):
            continue
        x, style = row.planted + reach * (2 * (number + 0.5) / count - 1), look.mark(number)
        axes.plot([x, x], [row.low, row.high], color=style["color"], linewidth=0.8)
        axes.plot(x, row.value, markerfacecolor=style["color"] if row.covered else "white", linestyle="none", **style)
    room = 0.12 * np.ptp(values)
    axes.set_xticks([value for k, value in enumerate(values) if not k or value - values[k - 1] >= room])
    axes.set_xlabel("Planted")


def _diagram(axes: Axes, part: pd.DataFrame) -> None:
    axes.plot([0, 1], [0, 1], color=look.GREY, linewidth=0.8, linestyle=look.DASHED, zorder=0)
    axes.vlines(part["confidence"], part["null_low"], part["null_high"], color=look.BAND, linewidth=6, zorder=1)
    size = 6 + 34 * part["n"] / part["n"].max()
    axes.plot(part["confidence"], part["frequency"], color=look.COLOURS[0], linewidth=0.7, zorder=2)
    axes.scatter(part["confidence"], part["frequency"], s=size, color=look.COLOURS[0], zorder=3)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
