"""Human and published numbers on the axes of this study's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from beliefsim.figures.theme import (
    BAND,
    COLOURS,
    COLUMN,
    GREY,
    INK,
    MARKERS,
    PAGE,
    described,
    group_name,
    panels,
    reference,
    short,
    theme,
)
from beliefsim.personas import title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["attribute_effects", "attributes_recovered", "yardsticks"]

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
    return described(fig, *_texts(rows))


def attribute_effects(table: pd.DataFrame) -> Figure:
    """Draw what attributes explain: of survey trust among people (hollow), of dollars sent here (filled).

    Parameters
    ----------
    table : DataFrame
        From `analysis.attribute_effects`.

    Examples
    --------
    >>> fig = bs.figures.attribute_effects(bs.analysis.attribute_effects(result.metrics))
    >>> bs.outputs.figure(fig, "attribute_effects")
    """
    means = table.groupby(["attribute", "who"])["value"].mean().unstack()
    order = means.sort_values(by=list(means.columns[::-1]), ascending=False, na_position="last").index.tolist()
    series = list(dict.fromkeys(table["series"]))
    with theme():
        fig, [[axes]] = panels(width=PAGE, height=1.0 + 0.22 * len(order))
        for number, name in enumerate(series):
            part = table[table["series"] == name]
            y = _rows(part, order) + _aside(number, series)
            human = part["who"].iloc[0] == "human"
            if not human:
                axes.hlines(y, part["null_low"], part["null_high"], color=BAND, linewidth=5, zorder=0)
            axes.plot(
                part["value"], y, linestyle="none", marker=MARKERS[number % len(MARKERS)], label=name,
                color=COLOURS[number % len(COLOURS)], markerfacecolor="white" if human else None,
            )  # fmt: skip
        _name_rows(axes, order, "Share of variance that the attribute explains")
        reference(axes, 0)
        fig.legend(loc="outside lower center", ncols=3, handletextpad=0.1)
    return described(fig, *_effect_texts(table))


def attributes_recovered(table: pd.DataFrame) -> Figure:
    """Draw how often agents say the level that their persona has, with chance as a tick, attribute by attribute.

    Parameters
    ----------
    table : DataFrame
        From `analysis.recovered_attributes`.

    Examples
    --------
    >>> told = bs.elicit(bs.instruments.own_attribute(game, people["openness"]), bs.OwnAttribute(), agent, people)
    >>> bs.figures.attributes_recovered(bs.analysis.recovered_attributes(told, people)).alt
    'Points with intervals by attribute: scripted, openness 1.00.'
    """
    keys = [key for key in ("arm", "condition", "frame", "style", "read") if table[key].nunique() > 1] or ["arm"]
    names = table[keys].astype(str).agg(group_name, axis=1)
    order, series = list(dict.fromkeys(table["attribute"])), list(dict.fromkeys(names))
    with theme():
        fig, [[axes]] = panels(width=COLUMN, height=1.0 + 0.24 * len(order))
        for number, name in enumerate(series):
            part = table[names == name]
            y = _rows(part, order)
            place = y + _aside(number, series)
            colour = COLOURS[number % len(COLOURS)]
            axes.hlines(place, part["low"], part["high"], color=colour)
            axes.plot(part["recovery"], place, MARKERS[number % len(MARKERS)], color=colour, label=name)
            axes.vlines(part["chance"], y - 0.4, y + 0.4, color=GREY, linestyle=(0, (2, 1.5)))
        axes.set_xlim(-0.03, 1.05)
        _name_rows(axes, order, "Share that say their own level")
        fig.legend(loc="outside lower center", ncols=2, handletextpad=0.1)
    return described(fig, *_recovery_texts(table, names))


def _rows(part: pd.DataFrame, order: list[str]) -> np.ndarray:
    return np.array([order.index(each) for each in part["attribute"]])


def _aside(number: int, series: list[str]) -> float:
    """Shift that sets several series side by side within a row."""
    return 0.6 * ((number + 0.5) / len(series) - 0.5)


def _name_rows(axes: Axes, order: list[str], label: str) -> None:
    axes.set_yticks(range(len(order)), [title(name) for name in order])
    axes.set(ylim=(len(order) - 0.4, -0.6), xlabel=label)
    axes.tick_params(axis="y", length=0)


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


def _texts(rows: pd.DataFrame) -> tuple[str, str]:
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


def _recovery_texts(table: pd.DataFrame, names: pd.Series) -> tuple[str, str]:
    sizes = sorted({int(n) for n in table["n"]})
    n = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]}–{sizes[-1]}"
    above = int((table["low"] > table["chance"]).sum())
    said = "; ".join(
        f"{name}, {title(row.attribute)} {short(row.recovery)}"
        for name, row in zip(names, table.itertuples(), strict=True)
    )
    caption = (
        f"Agents asked which level of an attribute their persona has, with 95 % intervals; dashed: chance. "
        f"{', '.join(dict.fromkeys(names))}; {n} personas. {above} of {len(table)} lie above chance. Who does not know "
        "what it is cannot act on it."
    )
    return caption, f"Points with intervals by attribute: {said}."


def _effect_texts(table: pd.DataFrame) -> tuple[str, str]:
    sides = [
        f"{series}: {', '.join(f'{title(row.attribute)} {short(row.value)}' for row in part.itertuples())}"
        for series, part in table.groupby("series", sort=False)
    ]
    arms = ", ".join(dict.fromkeys(table.loc[table["who"] == "here", "series"]))
    caption = (
        "Two different constructs: hollow, η² of survey trust among people in the United States (“most people can be "
        "trusted”); filled, ε² of dollars sent by simulated people, with the central 95 % that chance gives in grey. "
        "Survey trust hardly predicts sending, so only the order of magnitude can be compared. "
        + (f"Arms: {arms}." if arms else "No arm has played.")
    )
    return caption, f"Points by attribute. {'; '.join(sides)}."
