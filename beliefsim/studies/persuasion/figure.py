"""Figures of persuasion: sales below the concave envelope, and how a scheme splits a prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from beliefsim.figures.theme import COLOURS, COLUMN, GREY, INK, MARKERS, described, panels, short, theme

from .measures import best_honesty, concave_envelope

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def sales_by_prior(points: pd.DataFrame, threshold: float, caption: str) -> Figure:
    """Draw chances of a sale against the prior: silence as steps, the optimum as dashes, persuaders as points.

    Parameters
    ----------
    points : DataFrame
        Columns ``prior``, ``success``, ``low``, ``high`` and ``persuader``.
    threshold : float
        Belief from which on is bought.
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> points = pd.DataFrame({"prior": [0.25], "success": 0.5, "low": 0.4, "high": 0.6, "persuader": "best"})
    >>> from beliefsim.studies import persuasion
    >>> persuasion.sales_by_prior(points, 0.5, "One point.").alt
    'Chance of a sale against the prior. best: 0.25 → 0.50 (optimum 0.50).'
    """
    told = []
    with theme():
        fig, axes = panels(width=1.25 * COLUMN, height=3.2)
        _lines(axes[0, 0], threshold)
        middle = (points["persuader"].nunique() - 1) / 2
        for number, (name, part) in enumerate(points.groupby("persuader", sort=False)):
            colour, mark = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
            x = part["prior"] + 0.012 * (number - middle)  # side by side
            axes[0, 0].vlines(x, part["low"], part["high"], color=colour, linewidth=0.8)
            axes[0, 0].plot(x, part["success"], mark, color=colour, label=str(name))
            each = (
                f"{short(row.prior)} → {short(row.success)} (optimum {short(min(1.0, row.prior / threshold))})"
                for row in part.itertuples()
            )
            told.append(f"{name}: {', '.join(each)}")
        fig.legend(loc="outside lower center", ncols=2)
    return described(fig, caption, f"Chance of a sale against the prior. {'; '.join(told)}.")


def prior_split(prior: float, threshold: float, honest: float) -> Figure:
    """Draw how a share of honest sellers splits the prior into two posteriors, and what a wise buyer then buys.

    Parameters
    ----------
    prior, threshold, honest : float, in (0, 1); `honest` in [0, 1]
        Chance of a good item, the belief from which on is bought, the share of honest sellers.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> persuasion.prior_split(0.3, 0.5, 1.0).alt[:68]
    'Prior 0.30 is split into 0.00 (chance 0.70) and 1.00 (chance 0.30): '
    """
    best = best_honesty(prior, threshold)
    good = prior + (1 - prior) * (1 - honest)
    after = prior / good
    sold = good * (after >= threshold - 1e-9)
    most = min(1.0, prior / threshold)
    with theme():
        fig, axes = panels(width=1.25 * COLUMN, height=3.2)
        ax = axes[0, 0]
        _lines(ax, threshold)
        ax.plot([0, after], [0, float(after >= threshold - 1e-9)], color=COLOURS[0], linewidth=0.9)
        ends = [0, after] if good < 1 else [after]
        ax.plot(ends, [float(x >= threshold - 1e-9) for x in ends], "o", color=COLOURS[0], label="posteriors")
        ax.plot([prior], [sold], "D", color=COLOURS[1], label="this scheme")
        ax.plot([prior], [most], "*", color=INK, markersize=8, label="optimum")
        ax.axvline(prior, color=GREY, linewidth=0.5, zorder=0)
        fig.legend(loc="outside lower center", ncols=3)
    split = (
        f"Prior {short(prior)} is split into 0.00 (chance {short(1 - good)}) and {short(after)} (chance {short(good)})"
    )
    caption = f"{split}: {sold:.0%} sold, at most {most:.0%} (with {best:.0%} honest). Steps: silence; dashes: optimum."
    return described(fig, caption, f"{split}: sold {short(sold)}, optimum {short(most)} at honesty {short(best)}.")


def _lines(ax: Axes, threshold: float) -> None:
    belief = np.unique(np.append(np.linspace(0, 1, 201), [threshold - 1e-9, threshold]))
    value = (belief >= threshold).astype(float)
    ax.plot(belief, value, color=GREY, linewidth=1.0, label="silence")
    best = concave_envelope(belief, value)
    ax.plot(belief, best, color=INK, linewidth=1.0, linestyle=(0, (4, 3)), label="optimum (concave envelope)")
    ax.set(xlabel="Prior chance of a good item", ylabel="Chance of a sale", xlim=(0, 1), ylim=(-0.04, 1.06))
