"""The figure of drift: shifts of what is said and done by the number of texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from beliefsim.figures.theme import COLOURS, DASHED, GREY, PAGE, described, panels, points, short, sizes, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WORDS = {"said": "stance (stated)", "did": "tool (done)"}


def drift_curves(
    curves: pd.DataFrame, theory: Mapping[tuple[str, str], Sequence[float]], caption: str, dashed: str = "planted"
) -> Figure:
    """Draw shifts by number of texts, a panel per arm; grey: no drift; dashed: theory.

    Parameters
    ----------
    curves : DataFrame
        From `drift_by_round` with a column ``arm``.
    theory : mapping of (arm, what) to sequence of float
        The shift after 1, 2, … texts that theory gives for what is said or did.
    caption : str
        What it shows; arm and N belong in it.
    dashed : str
        What the theory is.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0, 1, 2], "round": 2, "said": [1.0, 2, 3], "did": 0.0})
    >>> from beliefsim.studies import topics
    >>> table = topics.drift_by_round(rows).assign(arm="scripted")
    >>> topics.drift_curves(table, {("scripted", "said"): [2.0]}, "Shift.").alt
    'A panel per arm. After the last text scripted, stance (stated): 2.00 (n = 3); scripted, tool (done): 0.00 (n = 3).'
    """
    arms = list(dict.fromkeys(curves["arm"]))
    with theme():
        fig, grid = panels(1, len(arms), width=min(PAGE, 2.6 * len(arms) + 0.8), height=2.8, sharey=True)
        for ax, arm in zip(grid[0], arms, strict=True):
            part = curves[curves["arm"] == arm]
            for number, (what, line) in enumerate(part.groupby("what", sort=False)):
                points(ax, line["round"] - 1 + 0.08 * (number - 0.5), line, number, _WORDS[str(what)], "none")
                expected = theory.get((arm, str(what)), ())
                if len(expected):
                    ax.plot([0, *range(1, len(expected) + 1)], [0, *expected], color=COLOURS[number], linestyle=DASHED)
            ax.axhline(0, color=GREY, linewidth=0.8, zorder=0)
            ax.set(title=str(arm), xlabel="Steps at which texts came in", xticks=sorted(part["round"].unique() - 1))
            ax.set_xlim(0, part["round"].max() - 0.7)
        grid[0][0].set_ylabel("Shift towards the text's side\n(log-odds)")
        fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    ends = curves[curves["round"] == curves["round"].max()]
    words = "; ".join(f"{row.arm}, {_WORDS[row.what]}: {short(row.value)} (n = {row.n})" for row in ends.itertuples())
    caption += f" Bars: 95 % intervals over units ({sizes(ends)}). Dashed: {dashed}. Grey: no drift."
    return described(fig, caption, f"A panel per arm. After the last text {words}.")
