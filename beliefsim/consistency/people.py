"""What players said they would do against what they did, a point per player."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from beliefsim.figures.theme import COLOURS, COLUMN, DASHED, GREY, INK, MARKERS, PAGE, described, panels, short, theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def own_gaps(table: pd.DataFrame) -> Figure:
    """Draw what was done against what was stated; on the dashed line players do what they said.

    Parameters
    ----------
    table : DataFrame
        From `stated_done`: a row per player, columns `arm`, `stated`, `done`, `unit`.

    Raises
    ------
    ValueError
        If no player has both, or units are mixed.

    Examples
    --------
    >>> players = pd.DataFrame({"arm": "human", "stated": [4.0, 6.0], "done": [5.0, 5.0], "unit": "dollars"})
    >>> bs.consistency.people.own_gaps(players).alt[-55:]
    '. Means: human: stated 5.00, done 5.00 dollars (n = 2).'
    """
    rows = table.dropna(subset=["stated", "done"])
    if rows.empty or rows["unit"].nunique() != 1:
        units = ", ".join(rows["unit"].astype(str).unique()) or "no player who both stated and did something"
        raise ValueError(f"stated_done draws players of one unit; given: {units}")
    unit, most = str(rows["unit"].iloc[0]), max(1.0, rows[["stated", "done"]].to_numpy().max())
    means = []
    with theme():
        fig, [[axes]] = panels(width=COLUMN, height=3.1)
        axes.plot([0, most], [0, most], color=GREY, linestyle=DASHED, linewidth=0.9, zorder=0)
        for number, (arm, players) in enumerate(rows.groupby("arm", sort=False)):
            stated, done, n = players["stated"], players["done"], len(players)
            axes.plot(
                stated, done, MARKERS[number % len(MARKERS)], color=COLOURS[number % len(COLOURS)],
                label=f"{arm} ({n})", markersize=6, markeredgecolor=INK, markeredgewidth=0.5, alpha=0.85,
            )  # fmt: skip
            means.append(f"{arm}: stated {short(stated.mean())}, done {short(done.mean())} {unit} (n = {n})")
        axes.set(xlabel=f"Stated ({unit})", ylabel=f"Done ({unit})", aspect="equal")
        fig.legend(loc="outside lower center", ncols=2, handletextpad=0.1)
    return described(
        fig,
        f"What was stated against what was done, a point per player. {'; '.join(means)}.",
        f"Points around a dashed diagonal, a marker per arm. Means: {'; '.join(means)}.",
    )


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
    >>> bs.consistency.people.distribution(decisions).caption[:22]
    'scripted, 200 sessions'
    """
    known = decisions.dropna(subset=["amount", "probability"])
    arms = known["arm"].astype(str).unique()
    if len(arms) != 1:
        raise ValueError(f"distribution needs readable amounts of one arm; given: {', '.join(arms) or 'none'}")
    weight = known.groupby("amount")["probability"].sum()
    share = weight / weight.sum()
    mean, most = float((share.index.to_numpy() * share).sum()), int(share.index.max())
    unit, sessions = str(known["unit"].iloc[0]), int(known["session"].nunique())
    with theme():
        fig, [[axes]] = panels(width=COLUMN, height=2.3)
        axes.bar(share.index, share, width=0.8, color=COLOURS[0])
        axes.axvline(mean, color=GREY, linewidth=1)
        axes.annotate(f"mean {mean:.1f}", (mean, 1), (3, -2), xycoords=("data", "axes fraction"), va="top",
                      textcoords="offset points", color=GREY)  # fmt: skip
        ticks = np.arange(0, most + 1, max(1, most // 10))
        axes.set(xlabel=f"Amount ({unit})", ylabel="Probability", xticks=ticks)
    who = "one session" if sessions == 1 else f"{sessions} sessions"
    text, ways = f"{arms[0]}, {who}: amounts have mean {mean:.2f} {unit}", sorted(known["read"].astype(str).unique())
    likeliest = f"likeliest {share.idxmax():g} ({share.max():.0%})"
    return described(fig, f"{text}; read {' and '.join(ways)}.", f"Bars of probability by amount. {text}, {likeliest}.")


_WHO = {
    "human": ("people", COLOURS[0], "o"),
    "model": ("published models", GREY, "s"),
    "here": ("here", COLOURS[1], "D"),
}
_DASHES: dict[str, Any] = {"persons": "-", "studies": (0, (2, 1.5))}  # what an s.d. is between


def yardstick_axis(table: pd.DataFrame) -> Figure:
    """Draw the mean share sent of people, published language-model runs and this study's arms on one axis.

    Parameters
    ----------
    table : DataFrame
        From `yardsticks`.

    Examples
    --------
    >>> fig = bs.consistency.people.yardstick_axis(bs.consistency.yardsticks(decisions))
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
    _, colour, marker = _WHO[str(row.who)]
    if pd.notna(row.sd):
        ends, dashes = (max(row.mean - row.sd, 0), min(row.mean + row.sd, 1)), _DASHES[row.sd_between]
        axes.hlines(y, *ends, color=colour, linewidth=0.9, linestyle=dashes)
        if row.sd_between == "studies":
            axes.plot([row.lowest, row.highest], [y, y], "|", color=colour, markersize=7)
    if pd.notna(row.low):
        axes.hlines(y, row.low, row.high, color=colour, linewidth=3.2)
    axes.plot(row.mean, y, marker, color=colour, markersize=5, markeredgecolor=INK, markeredgewidth=0.5)


def _handles(rows: pd.DataFrame) -> tuple[list[Any], list[str]]:
    from matplotlib.lines import Line2D

    marks = [_WHO[who] for who in dict.fromkeys(rows["who"])]
    lines = {word: Line2D([], [], color=colour, marker=marker, linestyle="none") for word, colour, marker in marks}
    lines["95 % interval of the mean"] = Line2D([], [], color=INK, linewidth=3.2)
    for between, dashes in _DASHES.items():
        if (rows["sd_between"] == between).any():
            lines[f"± 1 s.d. between {between}"] = Line2D([], [], color=INK, linewidth=0.9, linestyle=dashes)
    return [*lines.values()], [*lines]


def _yardstick_texts(rows: pd.DataFrame) -> tuple[str, str]:
    second, here = rows.loc[rows["mark"] == "secondary", "study"].unique(), rows[rows["who"] == "here"]
    n = between = ""
    if len(here):
        counts = sorted({int(here["n"].min()), int(here["n"].max())})
        n = f" This study: {', '.join(here['study'])}; {'–'.join(map(str, counts))} personas."
    if "studies" in set(rows["sd_between"]):
        between = " Dashed: s.d. between the means of studies, not between people; ticks: their range."
    caption = (
        f"Mean share of the endowment that is sent. Where only a point stands, no s.d. is known to us.{between} "
        f"From secondary sources: {'; '.join(second)}. Models that send like people on average need not do so for the "
        f"same reasons.{n}"
    )
    means = "; ".join(f"{row.study} {short(row.mean)}" for row in rows.itertuples())
    return caption, f"Points on an axis from 0 to 1, one line a study: {means}."
