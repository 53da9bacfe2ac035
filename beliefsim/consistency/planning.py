"""How many personas a question needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from beliefsim.figures.theme import BAND, COLOURS, COLUMN, GREY, INK, PAGE, described, panels, short, theme

from .power import Plan, needed_personas, power, power_table, slope_error
from .ranks import Discrete, random_medians

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_KEYS = ["eta_squared", "coupling"]
_WANTED = 0.8  # power, a thin line


def power_curves(table: pd.DataFrame) -> Figure:
    """Draw power against the number of personas, a line per η² (colour) and coupling (marker and dashes).

    Parameters
    ----------
    table : DataFrame
        Columns `power` (0 to 1), `personas`, `eta_squared`, `coupling`: from `power_table`, or from simulations.

    Raises
    ------
    ValueError
        If a column is not there, or a line would have two values at one number of personas.

    Examples
    --------
    >>> table = bs.consistency.power_table(bs.consistency.Plan(personas=50, levels=[4, 3, 5]), frames=[1])
    >>> bs.consistency.planning.power_curves(table).caption[-17:]
    ' Thin line: 0.80.'
    """
    import seaborn as sns

    if lacking := {"power", "personas", *_KEYS} - set(table.columns):
        raise ValueError(f"power_curves needs what power_table gives; columns that are not there: {sorted(lacking)}")
    if table.duplicated([*_KEYS, "personas"]).any():
        raise ValueError(f"power_curves: several rows have the same {', '.join(_KEYS)} and personas; filter them")
    shown = table.rename(columns={"eta_squared": "η²", "coupling": "Coupling"})
    colours = [COLOURS[number % len(COLOURS)] for number in range(shown["η²"].nunique())]
    with theme():
        fig, [[axes]] = panels(width=1.3 * COLUMN, height=2.6)
        look = {"palette": colours, "markers": True, "errorbar": None}
        sns.lineplot(shown, x="personas", y="power", hue="η²", style="Coupling", ax=axes, **look)
        axes.axhline(_WANTED, color=GREY, linewidth=0.8, zorder=0)
        axes.set(ylabel="Power", ylim=(-0.02, 1.02))
        _personas_axis(axes, sorted(shown["personas"].unique()))
        fig.legend(*axes.get_legend_handles_labels(), loc="outside right upper", handlelength=3.2)
        axes.get_legend().remove()
    return described(fig, *_curves_texts(table))


def _personas_axis(axes: Axes, ticks: Sequence[int]) -> None:
    axes.set(xscale="log", xlabel="Personas (logarithmic)")
    axes.set_xticks(ticks, [f"{size:,}" for size in ticks])
    axes.minorticks_off()


def _curves_texts(table: pd.DataFrame) -> tuple[str, str]:
    needed = []
    for (eta, coupling), line in table.groupby(_KEYS, sort=False):
        enough = line.loc[line["power"] >= _WANTED, "personas"]
        reached = f"{enough.min():,}" if len(enough) else f"more than {line['personas'].max():,}"
        needed.append(f"η² {eta:g}, coupling {coupling:g}: {reached}")
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


def _medians(axes: Axes, null: Discrete, band: tuple[float, float]) -> None:
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
    axes.axhline(_WANTED, color=GREY, linewidth=0.8, zorder=0)
    axes.plot(table["personas"], table["power"], color=COLOURS[0])
    axes.plot(plan.personas, power(plan), "D", color=COLOURS[1], markersize=6, markeredgecolor=INK)
    axes.set(ylim=(-0.02, 1.04), ylabel="Power of the slope")
    _personas_axis(axes, [10, 100, 1000])
    axes.set_title(f"Grows: power {short(power(plan))}")


def _chance_texts(plan: Plan, band: tuple[float, float]) -> tuple[str, str]:
    needed = needed_personas(plan)
    enough = "no number of people" if needed is None else f"{needed:,} personas"
    caption = (
        f"Computed for {plan.personas:,} personas and {len(plan.levels)} attributes, no arm has played. By chance the "
        f"median ρ lies between {short(band[0])} and {short(band[1])} in 95 % of cases, whatever the number of people. "
        f"Coupling {plan.coupling:g} with η² = {plan.eta_squared:g} each is found with power {short(power(plan))}; "
        f"power .8 takes {enough}."
    )
    alt = "Three panels: histogram of a null, two bell curves of slopes with and without coupling, power over N. "
    return caption, alt + caption
