"""Figures of screening: what policies cost, and what each part of one saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from beliefsim.figures.theme import COLOURS, COLUMN, GREY, MARKERS, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def costs(policies: pd.DataFrame, caption: str) -> Figure:
    """Draw what each policy costs, with intervals; dashes at the least possible.

    Parameters
    ----------
    policies : DataFrame
        From `policy_table`, all of them on the same cases.
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> from beliefsim.studies import screening
    >>> table = screening.policy_table({"a": [0.5, 0.1]}, [[9, 2], [0, 2]], [0.5, 0.1], [True, False])
    >>> screening.costs(table, "One policy.").alt
    'Cost by policy: a 1.45. Dashed, the least possible: 1.45.'
    """
    rows, least = range(len(policies))[::-1], float((policies["cost"] - policies["regret"]).mean())
    with theme():
        fig, axes = panels(width=1.25 * COLUMN, height=0.7 + 0.24 * len(policies))
        place = axes[0, 0]
        place.axvline(least, color=GREY, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
        place.hlines(rows, policies["low"], policies["high"], color=COLOURS[0], linewidth=0.8)
        place.plot(policies["cost"], rows, MARKERS[0], color=COLOURS[0])
        place.set_yticks(list(rows), policies["policy"])
        place.set_ylim(-0.6, len(policies) - 0.4)
        place.set_xlabel("Cost per applicant, dollars (dashed: the least possible)")
    each = "; ".join(f"{row.policy} {short(row.cost)}" for row in policies.itertuples())
    return described(fig, caption, f"Cost by policy: {each}. Dashed, the least possible: {short(least)}.")


def savings(shares: pd.DataFrame, caption: str) -> Figure:
    """Draw what each part saves: alone (hollow), last of all (filled grey), and Shapley's share (bar, 95 %), dollars.

    Parameters
    ----------
    shares : DataFrame
        From `shapley`.
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> from beliefsim.studies import screening
    >>> shares = screening.shapley(lambda some: 10.0 * (len(some) == 2), ["a", "b"])
    >>> screening.savings(shares, "Two parts.").alt
    'Saved by: a 5.00 (alone 0.00, last 10.00); b 5.00 (alone 0.00, last 10.00).'
    """
    with theme():
        fig, axes = panels(width=1.25 * COLUMN, height=0.6 + 0.45 * len(shares))
        place, rows = axes[0, 0], range(len(shares))[::-1]
        place.barh(rows, shares["value"], height=0.5, color=COLOURS[5], label="Shapley share")
        place.hlines(rows, shares["low"], shares["high"], color=GREY, linewidth=0.8)
        place.plot(shares["alone"], rows, "o", color=COLOURS[6], markerfacecolor="white", label="added alone")
        place.plot(shares["last"], rows, "s", color=COLOURS[6], label="added last")
        place.use_sticky_edges = False
        place.axvline(0, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)))
        place.set_yticks(list(rows), shares["player"])
        place.set_xlabel("Saved per applicant, dollars (dashed: nothing)")
        fig.legend(loc="outside lower center", ncols=3)
    each = "; ".join(
        f"{row.player} {short(row.value)} (alone {short(row.alone)}, last {short(row.last)})"
        for row in shares.itertuples()
    )
    return described(fig, caption, f"Saved by: {each}.")
