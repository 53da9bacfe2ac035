"""Figures of decisions: curves with their theory line, what policies cost, and what each part of one saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .theme import COLOURS, COLUMN, GREY, MARKERS, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def curves(table: pd.DataFrame, x: str, y: str, by: str, *, labels: tuple[str, str], caption: str) -> Figure:
    """Draw a measure against a dial: a colour and mark per group, intervals, and theory as grey dashes.

    Parameters
    ----------
    table : DataFrame
        Columns `x`, `y` and `by`; ``low`` and ``high`` for intervals, ``theory`` for what is expected, where known.
    x, y, by : str
        Columns of the two axes and of the groups.
    labels : tuple of str
        What stands at the axes.
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> rows = pd.DataFrame({"dial": [0, 1], "auroc": [1.0, 0.5], "detector": "symbolic", "theory": [1.0, 0.5]})
    >>> bs.figures.curves(rows, "dial", "auroc", "detector", labels=("Dial", "AUROC"), caption="One arm.").alt
    'AUROC against Dial. symbolic: 0.00 → 1.00, 1.00 → 0.50. Dashed theory: 0.00 → 1.00, 1.00 → 0.50.'
    """
    if lacking := {x, y, by} - set(table.columns):
        raise ValueError(f"curves: columns {', '.join(sorted(lacking))} are not there; it has {', '.join(table)}")
    told = []
    with theme():
        fig, axes = panels(width=1.25 * COLUMN, height=3.0)
        place = axes[0, 0]
        for number, (name, part) in enumerate(table.groupby(by, sort=False)):
            colour, mark = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
            if "low" in part:
                place.vlines(part[x], part["low"], part["high"], color=colour, linewidth=0.8)
            place.plot(part[x], part[y], color=colour, marker=mark, label=str(name))
            told.append(f"{name}: {_points(part[x], part[y])}")
        if "theory" in table:
            for number, (_, part) in enumerate(table.dropna(subset="theory").groupby(by, sort=False)):
                line = {"color": GREY, "linestyle": (0, (4, 3)), "linewidth": 1.0, "zorder": 0}
                place.plot(part[x], part["theory"], label="theory" if number == 0 else None, **line)
                told.append(f"Dashed theory: {_points(part[x], part['theory'])}")
        if pd.api.types.is_integer_dtype(table[x]):
            place.xaxis.get_major_locator().set_params(integer=True)
        if table[y].min() < 0 < table[y].max():
            place.axhline(0, color=GREY, linewidth=0.6, zorder=0)
        place.set(xlabel=labels[0], ylabel=labels[1])
        fig.legend(loc="outside lower center", ncols=3 if table[by].astype(str).str.len().max() < 24 else 2)
    return described(fig, caption, f"{labels[1]} against {labels[0]}. {'. '.join(dict.fromkeys(told))}.")


def _points(x: pd.Series, y: pd.Series) -> str:
    return ", ".join(f"{short(a)} → {short(b)}" for a, b in zip(x, y, strict=True))
