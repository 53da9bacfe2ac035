"""What players said they would do against what they did, a point per player."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from beliefsim.figures.theme import COLOURS, COLUMN, GREY, INK, MARKERS, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["stated_done"]


def stated_done(table: pd.DataFrame) -> Figure:
    """Draw what was done against what was stated; on the dashed line players do what they said.

    Parameters
    ----------
    table : DataFrame
        From `analysis.stated_done`: a row per player, columns `arm`, `stated`, `done`, `unit`.

    Raises
    ------
    ValueError
        If no player has both, or units are mixed.

    Examples
    --------
    >>> players = pd.DataFrame({"arm": "human", "stated": [4.0, 6.0], "done": [5.0, 5.0], "unit": "dollars"})
    >>> bs.figures.stated_done(players).alt[-55:]
    '. Means: human: stated 5.00, done 5.00 dollars (n = 2).'
    """
    rows = table.dropna(subset=["stated", "done"])
    if rows.empty or rows["unit"].nunique() != 1:
        units = ", ".join(rows["unit"].astype(str).unique()) or "no player who both stated and did something"
        raise ValueError(f"stated_done draws players of one unit; given: {units}")
    unit, most = str(rows["unit"].iloc[0]), max(1.0, rows[["stated", "done"]].to_numpy().max())
    with theme():
        fig, [[axes]] = panels(width=COLUMN, height=3.1)
        axes.plot([0, most], [0, most], color=GREY, linestyle=(0, (4, 3)), linewidth=0.9, zorder=0)
        for place, (arm, part) in enumerate(rows.groupby("arm", sort=False)):
            axes.plot(
                part["stated"], part["done"], MARKERS[place % len(MARKERS)], color=COLOURS[place % len(COLOURS)],
                label=f"{arm} ({len(part)})", markersize=6, markeredgecolor=INK, markeredgewidth=0.5, alpha=0.85,
            )  # fmt: skip
        axes.set(xlabel=f"Stated ({unit})", ylabel=f"Done ({unit})", aspect="equal")
        fig.legend(loc="outside lower center", ncols=2, handletextpad=0.1)
    return described(fig, *_player_texts(rows, unit))


def _player_texts(rows: pd.DataFrame, unit: str) -> tuple[str, str]:
    said = "; ".join(
        f"{arm}: stated {short(part['stated'].mean())}, done {short(part['done'].mean())} {unit} (n = {len(part)})"
        for arm, part in rows.groupby("arm", sort=False)
    )
    return (
        f"What was stated against what was done, a point per player. {said}.",
        f"Points around a dashed diagonal, a marker per arm. Means: {said}.",
    )
