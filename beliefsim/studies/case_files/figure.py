"""Figures of case files: the reliability that beliefs imply of each source, and what makes a case hard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from beliefsim.figures.theme import DASHED, GREY, PAGE, described, panels, points, short, sizes, theme

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def implied_reliability(weights: pd.DataFrame) -> Figure:
    """Draw the reliability that stated beliefs imply against each source's true one; the dashed line is Bayes' rule.

    Parameters
    ----------
    weights : DataFrame
        From `source_weights`, with a column ``reader``.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile(rounds=6)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=30, seed=1)
    >>> told = bs.elicit(file.question("A"), bs.Percent(), bs.Bayes(file), at=filed)
    >>> fig = case_files.implied_reliability(case_files.source_weights(file, filed, told).assign(reader="bayes"))
    """
    with theme():
        fig, grid = panels(width=4.4, height=3.0)
        ax = grid[0][0]
        ax.plot([0.5, 1], [0.5, 1], color=GREY, linestyle=DASHED, linewidth=0.8)
        for number, (reader, part) in enumerate(weights.groupby("reader", sort=False)):
            line = part.rename(columns={"implied": "value"}).assign(low=part["implied_low"], high=part["implied_high"])
            points(ax, part["true"] + 0.006 * number, line, number, str(reader), "none")
        ax.set(xlabel="Reliability of the source", ylabel="Reliability implied by beliefs")
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    words = "; ".join(
        f"{reader}: " + ", ".join(f"{row.source} {short(row.implied)}" for row in part.itertuples())
        for reader, part in weights.groupby("reader", sort=False)
    )
    told = sizes(weights, "reader")
    said = f"Implied against true reliability, {told}; 95 % intervals over cases. Dashed: Bayes' rule."
    return described(fig, said, words)


def case_difficulty(right: pd.DataFrame, caption: str) -> Figure:
    """Draw the share of right final verdicts by number of reports, a panel per reader and a line per design.

    Parameters
    ----------
    right : DataFrame
        Columns ``reader``, ``design``, ``reports``, ``value``, ``low``, ``high`` (share of cases).
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> rows = pd.DataFrame({"reader": "latest", "design": "authority", "reports": [6, 8], "value": [0.0, 0.0]})
    >>> fig = case_files.case_difficulty(rows.assign(low=0.0, high=0.1), "Right in the end.")
    """
    readers = list(dict.fromkeys(right["reader"]))
    with theme():
        fig, grid = panels(1, len(readers), width=PAGE, height=2.6, sharey=True)
        for ax, reader in zip(grid[0], readers, strict=True):
            for number, (design, line) in enumerate(right[right["reader"] == reader].groupby("design", sort=False)):
                points(ax, line["reports"] + 0.15 * (number - 1), line, number, str(design), "-")
            ax.axhline(1, color=GREY, linestyle=DASHED, linewidth=0.8, zorder=0)
            ax.axhline(0.25, color=GREY, linewidth=0.8, zorder=0)
            ax.set(title=str(reader), xlabel="Reports", ylim=(-0.05, 1.08), xticks=sorted(right["reports"].unique()))
        grid[0][0].set_ylabel("Right in the end (share)")
        fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    means = right.groupby(["reader", "design"], sort=False)["value"].mean()
    words = "; ".join(f"{reader}, {design}: {short(value)}" for (reader, design), value in means.items())
    return described(fig, caption + " Bars: 95 % intervals. Dashed: Bayes' rule. Grey: guessing a set, ¼.", words)
