"""What chance looks like: a null that stays put, and a slope that is found the better the more people play."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from beliefsim.analysis import Plan, power_table, random_medians
from beliefsim.analysis.power import needed_personas, power, slope_error
from beliefsim.figures.theme import BAND, COLOURS, GREY, INK, PAGE, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["chance_panels"]

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
    >>> chance(Plan(200, eta_squared=0.01, coupling=0.5)).caption[:52]
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
