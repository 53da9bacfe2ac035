"""How many personas a question needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from beliefsim.figures.theme import BAND, COLOURS, COLUMN, GREY, INK, MARKERS, PAGE, described, panels, short, theme

from .power import Plan, needed_personas, power, power_table, slope_error
from .ranks import random_medians

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_LINES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)))
_WANTED = 0.8  # power, a thin line


def power_curves(
    table: pd.DataFrame,
    by: Sequence[str] = ("eta_squared", "coupling"),
    panel: str = "",
) -> Figure:
    """Draw power against the number of personas, a line per group.

    Parameters
    ----------
    table : DataFrame
        Columns `power` (0 to 1), `personas` and those of `by` and `panel`: from `power_table`,
        or from simulations.
    by : sequence of str
        What the lines differ in: the first decides colour and marker, the second (if any) the dashes.
    panel : str
        What the panels differ in, for example ``"frames"``; "" for one panel.

    Raises
    ------
    ValueError
        If a column is not there, `by` has more than two, or a line would have two values at one number of personas.

    Examples
    --------
    >>> table = bs.consistency.power_table(bs.consistency.Plan(personas=50, levels=[4, 3, 5]), frames=[1])
    >>> bs.consistency.planning.power_curves(table).caption[-17:]
    ' Thin line: 0.80.'
    """
    _check(table, by, panel)
    parts = list(table.groupby(panel, sort=False)) if panel else [("", table)]
    lines = len(table[list(by)].drop_duplicates())
    with theme():
        width = COLUMN if len(parts) == 1 else PAGE
        height = 2.6 + 0.17 * -(-lines // _legend_columns(width))
        fig, axes = panels(1, len(parts), width=width, height=height, sharey=True)
        for place, (value, part) in zip(axes[0], parts, strict=True):
            _curves(place, table, part, by)
            place.axhline(_WANTED, color=GREY, linewidth=0.8, zorder=0)
            place.set_title(_named(panel, value) if panel else "")
        axes[0, 0].set(ylabel="Power", ylim=(-0.02, 1.02))
        handles, labels = axes[0, 0].get_legend_handles_labels()
        fig.legend(
            handles, labels, loc="outside lower center", ncols=_legend_columns(width), handlelength=3.2, fontsize=7
        )
    return described(fig, *_texts(table, by, panel))


def _check(table: pd.DataFrame, by: Sequence[str], panel: str) -> None:
    keys = [*by, *filter(None, [panel])]
    lacking = {"power", "personas", *keys} - set(table.columns)
    if lacking or not 1 <= len(by) <= 2:
        missing = ", ".join(sorted(lacking)) or "none"
        raise ValueError(f"power: by={tuple(by)} must be one or two columns; columns that are not there: {missing}")
    if table.duplicated([*keys, "personas"]).any():
        raise ValueError(
            f"power: several rows have the same {', '.join([*keys, 'personas'])}; filter them, or use panel=…"
        )


def _curves(axes: Axes, table: pd.DataFrame, part: pd.DataFrame, by: Sequence[str]) -> None:
    known = [list(dict.fromkeys(table[key])) for key in by]
    for keys, line in part.groupby(list(by), sort=False):
        first, *rest = (values.index(key) for values, key in zip(known, keys, strict=True))
        line = line.sort_values("personas")
        axes.plot(
            line["personas"],
            line["power"],
            label=_line_name(by, keys),
            color=COLOURS[first % len(COLOURS)],
            marker=MARKERS[first % len(MARKERS)],
            linestyle=_LINES[rest[0] % len(_LINES)] if rest else "-",
        )
    axes.set(xscale="log", xlabel="Personas (logarithmic)")
    sizes = sorted(table["personas"].unique())
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()


def _legend_columns(width: float) -> int:
    return 1 if width < PAGE else 3


def _line_name(by: Sequence[str], keys: Any) -> str:
    return ", ".join(_named(key, value) for key, value in zip(by, keys, strict=True))


def _named(key: str, value: Any) -> str:
    return value if isinstance(value, str) else f"{key.replace('eta_squared', 'η²')} {value:g}"


def _texts(table: pd.DataFrame, by: Sequence[str], panel: str) -> tuple[str, str]:
    keys = [*by, *filter(None, [panel])]
    needed = []
    for values, part in table.groupby(keys, sort=False):
        enough = part.loc[part["power"] >= _WANTED, "personas"]
        reached = f"{enough.min():,}" if len(enough) else f"more than {part['personas'].max():,}"
        needed.append(f"{_line_name(keys, values)}: {reached}")
    caption = (
        "Power to tell a relation from none, against the number of personas; computed for a plan, no arm has played. "
        f"Thin line: {short(_WANTED)}."
    )
    return caption, f"Curves of power over N. Smallest N drawn with a power of {short(_WANTED)}: {'; '.join(needed)}."


_SIZES = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000)


def chance_panels(plan: Plan) -> Figure:
    """Draw, for a plan: the null of the median ρ, the slope with and without coupling, and power over N.

    Parameters
    ----------
    plan : Plan
        Number of personas, levels, effect size, coupling.

    Returns
    -------
    matplotlib.figure.Figure
        With `caption` and `alt`.

    Examples
    --------
    >>> chance_panels(Plan(200, eta_squared=0.01, coupling=0.5)).caption[:52]
    'Computed for 200 personas and 9 attributes, no arm h'
    """
    null = random_medians(list(plan.levels))
    band = null.quantile(0.025), null.quantile(0.975)
    with theme():
        fig, axes = panels(1, 3, width=PAGE, height=2.4)
        _medians(axes[0, 0], null, band)
        _slopes(axes[0, 1], plan)
        _power(axes[0, 2], plan)
    return described(fig, *_chance_texts(plan, band))


def _medians(axes: Axes, null: Any, band: tuple[float, float]) -> None:
    edges = np.linspace(-1.05, 1.05, 22)
    mass, _ = np.histogram(null.values, edges, weights=null.p)
    axes.axvspan(*band, color=BAND, zorder=0, linewidth=0)
    axes.bar((edges[:-1] + edges[1:]) / 2, mass, width=0.085, color=GREY)
    axes.set(xlim=(-1.05, 1.05), xlabel="Median ρ, rankings random", ylabel="Probability")
    axes.set_title("Stays put, whatever N")


def _slopes(axes: Axes, plan: Plan) -> None:
    x = np.linspace(-2, 3, 501)
    curves = [(replace(plan, coupling=0.0), GREY, "no coupling"), (plan, COLOURS[0], f"coupling {plan.coupling:g}")]
    for each, colour, label in curves:
        error = slope_error(each)
        y = np.exp(-((x - each.slope) ** 2) / (2 * error**2)) / (error * np.sqrt(2 * np.pi))
        axes.plot(x, y, color=colour, linestyle="-" if colour != GREY else (0, (4, 2)), label=label)
        axes.fill_between(x, y, color=colour, alpha=0.2, linewidth=0)
    axes.set(xlim=(-2, 3), xticks=[-1, 0, 1, 2], yticks=[], xlabel="Say–do slope that you would find")
    axes.set_ylim(0, 1.35 * axes.get_ylim()[1])
    axes.spines["left"].set_visible(False)
    axes.legend(loc="upper right", handlelength=1.4, borderaxespad=0)
    axes.set_title(f"Narrows: N = {plan.personas:,}")


def _power(axes: Axes, plan: Plan) -> None:
    table = power_table(plan, _SIZES, (plan.frames,), (plan.eta_squared,), (plan.coupling,))
    axes.axhline(0.8, color=GREY, linewidth=0.8, zorder=0)
    axes.plot(table["personas"], table["power"], color=COLOURS[0])
    axes.plot(plan.personas, power(plan), "D", color=COLOURS[1], markersize=6, markeredgecolor=INK)
    axes.set(xscale="log", ylim=(-0.02, 1.04), xlabel="Personas (logarithmic)", ylabel="Power of the slope")
    axes.set_xticks([10, 100, 1000], ["10", "100", "1,000"])
    axes.minorticks_off()
    axes.set_title(f"Grows: power {short(power(plan))}")


def _chance_texts(plan: Plan, band: tuple[float, float]) -> tuple[str, str]:
    needed = needed_personas(plan)
    enough = "no number of people" if needed is None else f"{needed:,} personas"
    found = (
        f"Computed for {plan.personas:,} personas and {len(plan.levels)} attributes, no arm has played. By chance the "
        f"median ρ lies between {short(band[0])} and {short(band[1])} in 95 % of cases, whatever the number of people. "
        f"Coupling {plan.coupling:g} with η² = {plan.eta_squared:g} each is found with power {short(power(plan))}; "
        f"power .8 takes {enough}."
    )
    alt = "Three panels: histogram of a null, two bell curves of slopes with and without coupling, power over N. "
    return found, alt + found
