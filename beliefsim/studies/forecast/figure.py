"""Figures of forecasts: error by horizon, skill against references, and payoffs by round."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from beliefsim.figures.theme import (
    COLOURS,
    COLUMN,
    GREY,
    MARKERS,
    PAGE,
    described,
    panels,
    short,
    sizes,
    theme,
)
from beliefsim.schema import term

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_NAMES = {"own_mean": "own past mean", "best_response": "best response"}


def horizons(mae: pd.DataFrame, by: str = "horizon") -> Figure:
    """Draw the error of forecasts: a panel per trustee, a line per arm; dotted: what no point forecast could avoid.

    Parameters
    ----------
    mae : DataFrame
        From `forecast_mae`.
    by : {"horizon", "target"}
        Column on the x axis: rounds ahead, or the absolute round.

    Examples
    --------
    >>> from beliefsim.studies import forecast
    >>> fig = forecast.horizons(forecast.forecast_mae(errors))
    """
    label = {"horizon": "Rounds ahead", "target": "Round"}[by]
    with theme():
        fig, axes = _per_trustee(mae, 2.4)
        for place, (_, part) in zip(axes, mae.groupby("terms", sort=False), strict=True):
            for number, (arm, line) in enumerate(part.groupby("arm", sort=False)):
                _line(place, line[by], line, "mae", number, str(arm))
                place.plot(line[by], line["irreducible"], ":", color=COLOURS[number], linewidth=1)
            place.set(xlabel=label, xticks=sorted(part[by].unique()))
        axes[0].set(ylabel="Mean absolute error (dollars)", ylim=(0, None))
        _legend(fig, axes[0])
    first, last = (
        mae[mae[by] == end].groupby("arm", sort=False)["mae"].mean() for end in (mae[by].min(), mae[by].max())
    )
    change = "; ".join(f"{arm}: {short(first[arm])} to {short(last.get(arm, np.nan))}" for arm in first.index)
    caption = (
        f"Error of forecasts of the own send by {label.lower()}; 95 % intervals over personas ({sizes(mae)}). Dotted: "
        "irreducible error of the best point forecast."
    )
    return described(fig, caption, f"A panel per trustee. Mean error from the first to the last: {change}.")


def skills(skill: pd.DataFrame) -> Figure:
    """Draw skill by horizon: a panel per simple forecaster, a line per arm; below 0 the simple one is better.

    Parameters
    ----------
    skill : DataFrame
        From `forecast_skill`; of several trustees, each has its line's mark.

    Examples
    --------
    >>> from beliefsim.studies import forecast
    >>> fig = forecast.skills(forecast.forecast_skill(errors))
    """
    names = list(dict.fromkeys(skill["reference"]))
    with theme():
        fig, axes = panels(1, len(names), width=PAGE, height=2.5, sharey=True)
        for place, name in zip(axes[0], names, strict=True):
            rows = skill[skill["reference"] == name]
            for number, (arm, part) in enumerate(rows.groupby("arm", sort=False)):
                for shape, (terms, line) in enumerate(part.groupby("terms", sort=False)):
                    label = f"{arm}, {_trustee(str(terms))}"
                    x = line["horizon"] + 0.08 * (shape - 1)
                    style = {"linestyle": "-", "linewidth": 0.8, "markersize": 3.5, "color": COLOURS[number]}
                    place.plot(x, line["skill"].clip(-2.2), MARKERS[shape], label=label, **style)
                    place.vlines(
                        x, line["low"].clip(-2.2), line["high"].clip(-2.2), color=COLOURS[number], linewidth=0.5
                    )
            place.axhline(0, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
            place.set(title=f"against {_NAMES.get(name, name)}", xlabel="Rounds ahead", ylim=(-2.3, 1.05))
        axes[0][0].set_ylabel("Skill (1: no error)")
        _legend(fig, axes[0][0], 3)
    above = skill.groupby(["arm", "reference"], sort=False)["low"].apply(lambda low: int((low > 0).sum()))
    told = "; ".join(f"{arm} against {_NAMES.get(ref, ref)}: {count}" for (arm, ref), count in above.items())
    caption = (
        "Skill of forecasts, 1 − MAE/MAE of a simple forecaster, by rounds ahead, 95 % intervals over personas "
        f"({sizes(skill)}); dashed: as good as the simple one. Values below −2 are drawn at the lower edge."
    )
    return described(fig, caption, f"Cases whose interval lies above 0: {told}.")


def payoffs(decisions: pd.DataFrame, benchmarks: Mapping[str, Mapping[int, float]]) -> Figure:
    """Draw what trustors earn by round: a panel per trustee, a line per arm, and what fixed sends would earn.

    Parameters
    ----------
    decisions : DataFrame
        Repeated play against fixed trustees.
    benchmarks : mapping of terms to {send: payoff}
        From `best_sends`.

    Examples
    --------
    >>> from beliefsim.studies import forecast
    >>> fig = forecast.payoffs(rounds, {fixed.terms: forecast.best_sends(fixed)[1]})
    """
    paid = decisions[(decisions["player"] == decisions["player"].iloc[0]) & decisions["chosen"]].dropna(subset="payoff")
    by_round = paid.groupby(["terms", "arm", "round"], sort=False, observed=True)["payoff"].mean().reset_index()
    with theme():
        fig, axes = _per_trustee(by_round, 2.4)
        for place, (terms, part) in zip(axes, by_round.groupby("terms", sort=False, observed=True), strict=True):
            for number, (arm, line) in enumerate(part.groupby("arm", sort=False, observed=True)):
                place.plot(
                    line["round"], line["payoff"], MARKERS[number], linestyle="-", color=COLOURS[number], label=arm
                )
            pays = benchmarks[str(terms)]
            for send in dict.fromkeys((max(pays, key=lambda s: (pays[s], -s)), 0, max(pays))):
                place.axhline(pays[send], color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0)
                place.annotate(f"always ${send}", (1, pays[send]), xycoords=("axes fraction", "data"), va="bottom",
                               ha="right", color=GREY, fontsize=6.5)  # fmt: skip
            place.set(xlabel="Round", xticks=sorted(part["round"].unique()))
        axes[0].set_ylabel("Payoff of the trustor (dollars)")
        _legend(fig, axes[0])
    means = by_round.groupby("arm", sort=False, observed=True)["payoff"].mean()
    told = "; ".join(f"{arm} {short(mean)}" for arm, mean in means.items())
    n = paid.groupby("arm", observed=True)["persona"].nunique().max()
    caption = f"Mean payoff by round against each fixed trustee, N = {n} personas an arm; dashed: the same send always."
    return described(fig, caption, f"Mean over rounds and trustees: {told}.")


def _per_trustee(table: pd.DataFrame, height: float) -> tuple[Figure, Any]:
    terms = list(dict.fromkeys(table["terms"].astype(str)))
    fig, axes = panels(1, len(terms), width=PAGE if len(terms) > 1 else COLUMN, height=height, sharey=True)
    for place, name in zip(axes[0], terms, strict=True):
        place.set_title(_trustee(name))
    return fig, axes[0]


def _trustee(terms: str) -> str:
    """``returns $3`` from the terms of a game."""
    rule = term(terms, "trustee")
    return rule.replace("returns_", "returns $") if rule else terms


def _line(axes: Axes, x: pd.Series, line: pd.DataFrame, column: str, number: int, label: str) -> None:
    colour = COLOURS[number % len(COLOURS)]
    x = x + 0.06 * number
    axes.plot(x, line[column], MARKERS[number], linestyle="-", color=colour, label=label)
    axes.vlines(x, line["low"], line["high"], color=colour, linewidth=0.8)


def _legend(fig: Figure, axes: Axes, columns: int = 4) -> None:
    handles, labels = axes.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), columns))
