"""Figures of robustness: a specification curve of the headline, and whether agents know who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from beliefsim.figures.theme import (
    COLOURS,
    COLUMN,
    GREY,
    INK,
    MARKERS,
    PAGE,
    described,
    group_name,
    panels,
    short,
    span,
    theme,
)
from beliefsim.personas import title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_REACH = 1.5  # median lengths of an interval beyond the outermost estimates
_RESULTS = ("slope", "low", "high", "p", "per_sd", "per_sd_low", "per_sd_high", "median_rho", "n", "note")
_MOST_LINES = 24


def specification_curve(table: pd.DataFrame) -> Figure:
    """Draw estimates sorted by size with 95 % intervals, and below each the choices that led to it.

    In dollars per stated dollar where all specifications state dollars; else in dollars per s.d. of stated effects.
    Specifications that differ in a choice without consequence are drawn once, and the caption names that choice.

    Parameters
    ----------
    table : DataFrame
        From `multiverse`.

    Raises
    ------
    ValueError
        If no specification has a slope, or the choices would need more than 24 lines.

    Examples
    --------
    >>> from beliefsim.studies import robustness
    >>> table = robustness.multiverse(stated, decisions, people, permutations=20)
    >>> fig = robustness.specification_curve(table)
    >>> bs.outputs.figure(fig, "multiverse")
    """
    value, low, high = _scale(table)
    varying = [name for name in table if name not in _RESULTS and table[name].nunique() > 1]
    kept = table[table[value].notna()]
    shown, idle = _told_apart(kept, varying, value)
    rows = kept.drop_duplicates(shown or None).sort_values(value, kind="stable").reset_index(drop=True)
    lines = [(name, word) for name in shown for word in rows[name].unique()]
    if rows.empty or len(lines) > _MOST_LINES:
        raise ValueError(
            f"multiverse: {len(rows)} specifications, {len(lines)} lines of choices; it draws at least 1 and at most "
            f"{_MOST_LINES}; select rows of the table first"
        )
    with theme():
        ratios = [2.2, max(0.16 * len(lines), 0.3)]
        fig, axes = panels(2, 1, width=PAGE, height=sum(ratios) + 0.4, sharex=True, height_ratios=ratios)
        _curve(axes[0, 0], rows, (value, low, high))
        _matrix(axes[1, 0], rows, lines)
    return described(fig, *_texts(rows, idle, (value, low, high), len(table) - len(kept)))


def _scale(table: pd.DataFrame) -> tuple[str, str, str]:
    dollars = set(table["instrument"]) == {"CTX+$"}
    return ("slope", "low", "high") if dollars else ("per_sd", "per_sd_low", "per_sd_high")


def _told_apart(table: pd.DataFrame, varying: list[str], value: str) -> tuple[list[str], list[str]]:
    """Choices that change an estimate, and those that were crossed with them and change none."""
    shown, idle = list(varying), []
    for name in reversed(varying):  # what follows from an arm (its way of reading, who stated) goes before the arm
        others = [each for each in shown if each != name]
        groups = table.groupby(others, observed=True) if others else table.groupby(np.zeros(len(table)))
        if (groups[[value, "n"]].agg(np.ptp).to_numpy() < 1e-12).all():
            shown = others
            idle += [name] * bool((groups[name].nunique() > 1).any())
    return shown, idle[::-1]


def _curve(axes: Axes, rows: pd.DataFrame, names: tuple[str, str, str]) -> None:
    value, low, high = (rows[name].to_numpy() for name in names)
    clear = (low > 0) | (high < 0)
    for part, colour in ((clear, COLOURS[0]), (~clear, GREY)):
        x = np.flatnonzero(part)
        axes.vlines(x, low[part], high[part], color=colour, linewidth=1)
        axes.plot(x, value[part], "o", color=colour, markersize=3.2)
    axes.axhline(0, color=INK, linewidth=0.7, zorder=0)
    # An analysis that can hardly tell has an interval many times as long: it leaves the figure rather than flatten it.
    usual = np.nanmedian(high - low)
    if usual > 0:
        axes.set_ylim(np.nanmin(value) - _REACH * usual, np.nanmax(value) + _REACH * usual)
    unit = "$ done per $ stated" if names[0] == "slope" else "$ per s.d. of stated effects"
    axes.set_ylabel(f"Say–do slope\n({unit})".replace("$", r"\$"))
    axes.tick_params(axis="x", bottom=False)


def _matrix(axes: Axes, rows: pd.DataFrame, lines: list[tuple[str, str]]) -> None:
    for place, (name, word) in enumerate(lines):
        x = np.flatnonzero(rows[name] == word)
        axes.plot(x, np.full(len(x), place), "|", color=INK, markersize=6, markeredgewidth=1.4)
    labels = [f"{name.replace('_', ' ')}: {word or 'none'}".replace("$", r"\$") for name, word in lines]
    axes.set_yticks(range(len(lines)), labels)
    axes.set(ylim=(len(lines) - 0.4, -0.6), xticks=[], xlabel="Specifications, by size of the slope")
    for place in range(1, len(lines)):
        if lines[place][0] != lines[place - 1][0]:
            axes.axhline(place - 0.5, color=GREY, linewidth=0.5)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def _texts(rows: pd.DataFrame, idle: list[str], names: tuple[str, str, str], lost: int) -> tuple[str, str]:
    value, low, high = (rows[name] for name in names)
    above, below = int((low > 0).sum()), int((high < 0).sum())
    found = (
        f"{len(rows)} specifications: slopes from {short(value.min())} to {short(value.max())}, middle "
        f"{short(value.median())}; {above} intervals above 0, {below} below"
    )
    same = f" No difference: {', '.join(name.replace('_', ' ') for name in idle)}." if idle else ""
    gone = f" {lost} specifications have no slope." if lost else ""
    arms = ", ".join(rows["arm"].astype(str).unique())
    caption = (
        f"The say–do slope over analysis choices, with 95 % intervals over personas (grey: the interval holds 0). "
        f"Arms {arms}; {span(rows['n'])} personas. The specifications share their data, so they are no independent "
        f"tests. Intervals that leave the figure go on.{same}{gone}"
    )
    return caption, f"Sorted points with intervals above a matrix of choices. {found}.{same}{gone}"


def attributes_recovered(table: pd.DataFrame) -> Figure:
    """Draw how often agents say the level that their persona has, with chance as a tick, attribute by attribute.

    Parameters
    ----------
    table : DataFrame
        From `recovered_attributes`.

    Examples
    --------
    >>> from beliefsim.studies import robustness
    >>> asked = bs.instruments.own_attribute(game, people["openness"])
    >>> told = bs.elicit(asked, bs.instruments.OwnAttribute(), agent, people)
    >>> robustness.attributes_recovered(robustness.recovered_attributes(told, people)).alt
    'Points with intervals by attribute: scripted, openness 1.00.'
    """
    keys = [key for key in ("arm", "condition", "frame", "style", "read") if table[key].nunique() > 1] or ["arm"]
    names = table[keys].astype(str).agg(group_name, axis=1)
    order, series = list(dict.fromkeys(table["attribute"])), list(dict.fromkeys(names))
    with theme():
        fig, [[axes]] = panels(width=COLUMN, height=1.0 + 0.24 * len(order))
        for number, name in enumerate(series):
            part = table[names == name]
            y = part["attribute"].map(order.index).to_numpy()
            place = y + 0.6 * ((number + 0.5) / len(series) - 0.5)
            colour = COLOURS[number % len(COLOURS)]
            axes.hlines(place, part["low"], part["high"], color=colour)
            axes.plot(part["recovery"], place, MARKERS[number % len(MARKERS)], color=colour, label=name)
            axes.vlines(part["chance"], y - 0.4, y + 0.4, color=GREY, linestyle=(0, (2, 1.5)))
        axes.set_yticks(range(len(order)), [title(name) for name in order])
        axes.set(xlim=(-0.03, 1.05), ylim=(len(order) - 0.4, -0.6), xlabel="Share that say their own level")
        axes.tick_params(axis="y", length=0)
        fig.legend(loc="outside lower center", ncols=2, handletextpad=0.1)
    return described(fig, *_recovery_texts(table, names))


def _recovery_texts(table: pd.DataFrame, names: pd.Series) -> tuple[str, str]:
    above = int((table["low"] > table["chance"]).sum())
    said = "; ".join(
        f"{name}, {title(row.attribute)} {short(row.recovery)}"
        for name, row in zip(names, table.itertuples(), strict=True)
    )
    caption = (
        f"Agents asked which level of an attribute their persona has, with 95 % intervals; dashed: chance. "
        f"{', '.join(dict.fromkeys(names))}; {span(table['n'])} personas. {above} of {len(table)} lie above chance. "
        "Who does not know what it is cannot act on it."
    )
    return caption, f"Points with intervals by attribute: {said}."
