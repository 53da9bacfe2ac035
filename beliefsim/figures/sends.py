"""What was played: the distribution of amounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from beliefsim.figures.theme import COLOURS, COLUMN, GREY, described, panels, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["distribution"]


def distribution(decisions: pd.DataFrame) -> Figure:
    """Draw the probability of each amount, averaged over sessions; the vertical line is the mean.

    Parameters
    ----------
    decisions : DataFrame
        Decisions of one arm, with amounts.

    Raises
    ------
    ValueError
        If no amount could be read, or several arms are mixed.

    Examples
    --------
    >>> bs.figures.distribution(decisions).caption[:22]
    'scripted, 200 sessions'
    """
    read = decisions.dropna(subset=["amount", "probability"])
    arms = read["arm"].astype(str).unique()
    if len(arms) != 1:
        raise ValueError(f"distribution needs readable amounts of one arm; given: {', '.join(arms) or 'none'}")
    weight = read.groupby("amount")["probability"].sum()
    share = weight / weight.sum()
    mean = float((share.index.to_numpy() * share).sum())
    unit, sessions = str(read["unit"].iloc[0]), int(read["session"].nunique())
    with theme():
        fig, [[axes]] = panels(width=COLUMN, height=2.3)
        axes.bar(share.index, share, width=0.8, color=COLOURS[0])
        axes.axvline(mean, color=GREY, linewidth=1)
        axes.annotate(f"mean {mean:.1f}", (mean, 1), (3, -2), xycoords=("data", "axes fraction"), va="top",
                      textcoords="offset points", color=GREY)  # fmt: skip
        axes.set(xlabel=f"Amount ({unit})", ylabel="Probability", xticks=_ticks(share.index.to_numpy()))
    who = "one session" if sessions == 1 else f"{sessions} sessions"
    text = f"{arms[0]}, {who}: amounts have mean {mean:.2f} {unit}"
    likeliest = f"likeliest {share.idxmax():g} ({share.max():.0%})"
    return described(fig, f"{text}; read {_read(read)}.", f"Bars of probability by amount. {text}, {likeliest}.")


def _ticks(amounts: np.ndarray) -> np.ndarray:
    high = int(amounts.max())
    return np.arange(0, high + 1, max(1, high // 10))


def _read(read: pd.DataFrame) -> str:
    return " and ".join(sorted(read["read"].astype(str).unique()))
