"""Human and published numbers on the axes of this study's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from .theme import (
    COLOURS,
    GREY,
    INK,
    PAGE,
    described,
    panels,
    short,
    theme,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WHO = {
    "human": ("people", COLOURS[0], "o"),
    "model": ("published models", GREY, "s"),
    "here": ("here", COLOURS[1], "D"),
}


def yardsticks(table: pd.DataFrame) -> Figure:
    """Draw the mean share sent of people, published language-model runs and this study's arms on one axis.

    Parameters
    ----------
    table : DataFrame
        From `analysis.yardsticks`.

    Examples
    --------
    >>> fig = bs.figures.yardsticks(bs.analysis.yardsticks(decisions))
    >>> bs.outputs.figure(fig, "yardsticks")
    """
    rows = table.reset_index(drop=True)
    with theme():
        fig, [[axes]] = panels(width=PAGE, height=0.9 + 0.2 * len(rows))
        for y, row in enumerate(rows.itertuples()):
            _yardstick(axes, y, row)
        axes.set_yticks(range(len(rows)), [name.replace("$", r"\$") for name in rows["study"]])
        axes.set(xlim=(-0.02, 1.02), ylim=(len(rows) - 0.4, -0.6), xlabel="Share of the endowment sent")
        for last in np.flatnonzero(rows["who"].to_numpy()[1:] != rows["who"].to_numpy()[:-1]):
            axes.axhline(last + 0.5, color=GREY, linewidth=0.5)
        axes.tick_params(axis="y", length=0)
        fig.legend(*_handles(rows), loc="outside lower center", ncols=3)
    return described(fig, *_yardstick_texts(rows))


def _yardstick(axes: Axes, y: int, row: Any) -> None:
    mean, sd, between = row.mean, row.sd, row.sd_between
    _, colour, marker = _WHO[str(row.who)]
    if pd.notna(sd):
        dashes = (0, (2, 1.5)) if between == "studies" else "-"
        axes.hlines(y, max(mean - sd, 0), min(mean + sd, 1), color=colour, linewidth=0.9, linestyle=dashes)
        if between == "studies":
            axes.plot([row.lowest, row.highest], [y, y], "|", color=colour, markersize=7)
    if pd.notna(row.low):
        axes.hlines(y, row.low, row.high, color=colour, linewidth=3.2)
    axes.plot(mean, y, marker, color=colour, markersize=5, markeredgecolor=INK, markeredgewidth=0.5)


def _handles(rows: pd.DataFrame) -> tuple[list[Any], list[str]]:
    from matplotlib.lines import Line2D

    marks = [_WHO[who] for who in dict.fromkeys(rows["who"])]
    drawn: list[Any] = [Line2D([], [], color=colour, marker=marker, linestyle="none") for _, colour, marker in marks]
    words = [word for word, _, _ in marks] + ["95 % interval of the mean"]
    drawn.append(Line2D([], [], color=INK, linewidth=3.2))
    dashes: Any
    for between, dashes in (("persons", "-"), ("studies", (0, (2, 1.5)))):
        if (rows["sd_between"] == between).any():
            drawn.append(Line2D([], [], color=INK, linewidth=0.9, linestyle=dashes))
            words.append(f"± 1 s.d. between {between}")
    return drawn, words


def _yardstick_texts(rows: pd.DataFrame) -> tuple[str, str]:
    second = rows.loc[rows["mark"] == "secondary", "study"].unique()
    here = rows[rows["who"] == "here"]
    counts = sorted({int(n) for n in here["n"]})
    n = (
        f" This study: {', '.join(here['study'])}; {'–'.join(map(str, {counts[0]: 0, counts[-1]: 0}))} personas."
        if counts
        else ""
    )
    between = (
        " Dashed: s.d. between the means of studies, not between people; ticks: their range."
        if "studies" in set(rows["sd_between"])
        else ""
    )
    caption = (
        f"Mean share of the endowment that is sent. Where only a point stands, no s.d. is known to us.{between} "
        f"From secondary sources: {'; '.join(second)}. Models that send like people on average need not do so for the "
        f"same reasons.{n}"
    )
    said = "; ".join(f"{row.study} {short(row.mean)}" for row in rows.itertuples())
    return caption, f"Points on an axis from 0 to 1, one line a study: {said}."
