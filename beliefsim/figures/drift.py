"""Figures of drift and revision: shifts by round, motifs of inquiries, implied sources, difficulty of case files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from beliefsim.figures.theme import COLOURS, GREY, MARKERS, PAGE, described, panels, short, sizes, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["case_difficulty", "drift_curves", "drift_kinds", "implied_reliability", "motif_prevalence"]

_WORDS = {"said": "stance (stated)", "did": "tool (done)"}
_DASHED = (0, (4, 3))


def drift_curves(
    curves: pd.DataFrame, theory: Mapping[tuple[str, str], Sequence[float]], caption: str, dashed: str = "planted"
) -> Figure:
    """Draw shifts by number of texts, a panel per arm; grey: no drift; dashed: theory.

    Parameters
    ----------
    curves : DataFrame
        From `analysis.drift.curve` with a column ``arm``.
    theory : mapping of (arm, what) to sequence of float
        The shift after 1, 2, … texts that theory gives for what is said or did.
    caption : str
        What it shows; arm and N belong in it.
    dashed : str
        What the theory is.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0, 1, 2], "round": 2, "said": [1.0, 2, 3], "did": 0.0})
    >>> table = bs.analysis.drift.curve(rows).assign(arm="scripted")
    >>> drift_curves(table, {("scripted", "said"): [2.0]}, "Shift.").alt
    'A panel per arm. After the last text scripted, stance (stated): 2.00 (n = 3); scripted, tool (done): 0.00 (n = 3).'
    """
    arms = list(dict.fromkeys(curves["arm"]))
    with theme():
        fig, grid = panels(1, len(arms), width=min(PAGE, 2.6 * len(arms) + 0.8), height=2.8, sharey=True)
        for place, arm in zip(grid[0], arms, strict=True):
            part = curves[curves["arm"] == arm]
            for number, (what, line) in enumerate(part.groupby("what", sort=False)):
                _points(place, line["round"] - 1 + 0.08 * (number - 0.5), line, number, _WORDS[str(what)], "none")
                expected = theory.get((arm, str(what)), ())
                if len(expected):
                    place.plot(
                        [0, *range(1, len(expected) + 1)], [0, *expected], color=COLOURS[number], linestyle=_DASHED
                    )
            place.axhline(0, color=GREY, linewidth=0.8, zorder=0)
            place.set(title=str(arm), xlabel="Texts read", xticks=sorted(part["round"].unique() - 1))
            place.set_xlim(0, part["round"].max() - 0.7)
        grid[0][0].set_ylabel("Shift towards the text's side\n(log-odds)")
        fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    ends = curves[curves["round"] == curves["round"].max()]
    words = "; ".join(f"{row.arm}, {_WORDS[row.what]}: {short(row.value)} (n = {row.n})" for row in ends.itertuples())
    caption += f" Bars: 95 % intervals over units ({sizes(ends)}). Dashed: {dashed}. Grey: no drift."
    return described(fig, caption, f"A panel per arm. After the last text {words}.")


def drift_kinds(shifts: pd.DataFrame, caption: str) -> Figure:
    """Draw the shift by kind of text, a panel per arm; grey: no drift.

    Parameters
    ----------
    shifts : DataFrame
        From `analysis.drift.curve`, with columns ``arm`` and ``kind``; one round each.
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0, 1, 2], "round": 2, "said": [1.0, 2, 3], "did": 0.0})
    >>> drift_kinds(bs.analysis.drift.curve(rows).assign(arm="scripted", kind="norms"), "Shift.").alt
    'A row per kind of text. scripted, norms: stance (stated) 2.00, tool (done) 0.00.'
    """
    arms, kinds = (list(dict.fromkeys(shifts[name])) for name in ("arm", "kind"))
    with theme():
        fig, grid = panels(
            1, len(arms), width=min(PAGE, 2.6 * len(arms) + 1), height=0.24 * len(kinds) + 1.1, sharey=True
        )
        for place, arm in zip(grid[0], arms, strict=True):
            for number, (what, line) in enumerate(shifts[shifts["arm"] == arm].groupby("what", sort=False)):
                y = line["kind"].map(kinds.index) + 0.2 * (number - 0.5)
                gaps = np.nan_to_num(np.abs(line[["low", "high"]].sub(line["value"], axis=0).to_numpy().T))
                style = {"color": COLOURS[number], "marker": MARKERS[number], "linestyle": "none"}
                place.errorbar(line["value"], y, xerr=gaps, label=_WORDS[str(what)], **style)
            place.axvline(0, color=GREY, linewidth=0.8, zorder=0)
            place.set(title=str(arm), xlabel="Shift (log-odds)", yticks=range(len(kinds)), yticklabels=kinds)
            place.set_ylim(len(kinds) - 0.5, -0.5)
        fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    words = "; ".join(
        f"{arm}, {kind}: " + ", ".join(f"{_WORDS[row.what]} {short(row.value)}" for row in part.itertuples())
        for (arm, kind), part in shifts.groupby(["arm", "kind"], sort=False)
    )
    return described(
        fig, caption + " Bars: 95 % intervals over units. Grey: no drift.", f"A row per kind of text. {words}."
    )


def motif_prevalence(
    prevalence: pd.DataFrame, published: Mapping[str, float] | None = None, title: str = "Share of traces"
) -> Figure:
    """Draw how many traces show each motif, a mark per kind of inquirer; black ticks are published shares.

    Parameters
    ----------
    prevalence : DataFrame
        Index: motifs in order; a column per inquirer, shares 0 to 1.
    published : mapping of motif to share, optional
    title : str
        Of the x axis.

    Examples
    --------
    >>> shares = pd.DataFrame({"Bayes": [1.0, 0.0]}, index=["explore then test", "fixed belief"])
    >>> fig = motif_prevalence(shares, {"fixed belief": 0.7})
    """
    y = np.arange(len(prevalence))[::-1]
    with theme():
        fig, grid = panels(width=PAGE * 0.8, height=0.22 * len(y) + 0.9)
        place = grid[0][0]
        for number, name in enumerate(prevalence.columns):
            lift = 0.5 * (number / max(len(prevalence.columns) - 1, 1) - 0.5)
            style = {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number], "linestyle": "none"}
            place.plot(prevalence[name], y - lift, label=str(name), **style)
        shown = published or {}
        for motif in shown:
            at = y[list(prevalence.index).index(motif)]
            place.plot([shown[motif]] * 2, [at - 0.42, at + 0.42], color="black", linewidth=1.6)
        place.set(xlim=(-0.03, 1.03), xlabel=title, yticks=y, yticklabels=list(prevalence.index))
        place.grid(axis="y", linewidth=0.3)
        place.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    caption = f"Share of traces that show each motif, by inquirer: {', '.join(map(str, prevalence))}."
    caption += " Black tick: published share." if shown else ""
    most = "; ".join(f"{name}: most often {prevalence[name].idxmax()}" for name in prevalence if prevalence[name].any())
    return described(fig, caption, f"A row per motif. {most}.")


def implied_reliability(weights: pd.DataFrame) -> Figure:
    """Draw the reliability that stated beliefs imply against each source's true one; the dashed line is Bayes' rule.

    Parameters
    ----------
    weights : DataFrame
        From `analysis.revision.source_weights`, with a column ``reader``.

    Examples
    --------
    >>> file = bs.games.CaseFile(rounds=6)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=30, seed=1)
    >>> told = bs.elicit(file.question("A"), bs.Percent(), bs.Bayes(file), at=filed)
    >>> fig = implied_reliability(bs.analysis.revision.source_weights(file, filed, told).assign(reader="bayes"))
    """
    with theme():
        fig, grid = panels(width=4.4, height=3.0)
        place = grid[0][0]
        place.plot([0.5, 1], [0.5, 1], color=GREY, linestyle=_DASHED, linewidth=0.8)
        for number, (reader, part) in enumerate(weights.groupby("reader", sort=False)):
            line = part.rename(columns={"implied": "value"}).assign(low=part["implied_low"], high=part["implied_high"])
            _points(place, part["true"] + 0.006 * number, line, number, str(reader), "none")
        place.set(xlabel="Reliability of the source", ylabel="Reliability implied by beliefs")
        place.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    words = "; ".join(
        f"{reader}: " + ", ".join(f"{row.source} {short(row.implied)}" for row in part.itertuples())
        for reader, part in weights.groupby("reader", sort=False)
    )
    told = sizes(weights, "reader")
    said = f"Implied against true reliability, answers of {told}; 95 % intervals over cases. Dashed: Bayes' rule."
    return described(fig, said, words)


def case_difficulty(right: pd.DataFrame) -> Figure:
    """Draw the share of right final verdicts by number of reports, a panel per reader and a line per design.

    Parameters
    ----------
    right : DataFrame
        Columns ``reader``, ``design``, ``reports``, ``right`` (share); 1 is what Bayes' rule reaches, ½ is guessing.

    Examples
    --------
    >>> rows = pd.DataFrame({"reader": "latest", "design": "authority", "reports": [4, 6], "right": [0.0, 0.0]})
    >>> fig = case_difficulty(rows)
    """
    readers = list(dict.fromkeys(right["reader"]))
    with theme():
        fig, grid = panels(1, len(readers), width=PAGE, height=2.4, sharey=True)
        for place, reader in zip(grid[0], readers, strict=True):
            for number, (design, line) in enumerate(right[right["reader"] == reader].groupby("design", sort=False)):
                lift = 0.01 * number
                place.plot(
                    line["reports"], line["right"] + lift, color=COLOURS[number], marker=MARKERS[number], label=design
                )
            place.axhline(1, color=GREY, linestyle=_DASHED, linewidth=0.8, zorder=0)
            place.axhline(0.5, color=GREY, linewidth=0.8, zorder=0)
            place.set(title=str(reader), xlabel="Reports", ylim=(-0.05, 1.08), xticks=sorted(right["reports"].unique()))
        grid[0][0].set_ylabel("Right in the end (share)")
        fig.legend(*grid[0][0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
    means = right.groupby(["reader", "design"], sort=False)["right"].mean()
    words = "; ".join(f"{reader}, {design}: {short(value)}" for (reader, design), value in means.items())
    who = ", ".join(map(str, readers))
    said = f"Right final verdicts by design and number of reports; {who}. Dashed: Bayes. Grey: guessing."
    return described(fig, said, words)


def _points(place: Axes, x: pd.Series, line: pd.DataFrame, number: int, label: str, style: str) -> None:
    """Values with intervals where there are some."""
    gaps = np.abs(line[["low", "high"]].sub(line["value"], axis=0).to_numpy().T)
    colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number]
    place.errorbar(x, line["value"], np.nan_to_num(gaps), color=colour, marker=marker, linestyle=style, label=label)
