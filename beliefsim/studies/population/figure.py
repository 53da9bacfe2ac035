"""Figures around the core study: who states for whom, published medians over their null, what attributes explain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from beliefsim.consistency import random_medians
from beliefsim.datasets import load
from beliefsim.figures.theme import (
    BAND,
    COLOURS,
    COLUMN,
    GREY,
    INK,
    MARKERS,
    PAGE,
    described,
    panels,
    reference,
    short,
    theme,
)
from beliefsim.personas import title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from beliefsim.consistency.ranks import Discrete


def crossed(matrix: pd.DataFrame) -> Figure:
    """Draw the cross-model matrix: statements of each arm (rows) against play of each arm (columns).

    Parameters
    ----------
    matrix : DataFrame
        `matrix` of `cross_model`.

    Examples
    --------
    >>> other = bs.ScriptedPopulation(people, bs.Dials(coupling=0.8), seed=2)
    >>> said = {"one": stated, "two": bs.elicit(game.question("sent", by=["age", "openness"]), bs.GroupMeans(), other)}
    >>> from beliefsim.studies import population
    >>> found = population.cross_model(said, {"one": decisions, "two": bs.play(game, other, people, seed=2)}, people)
    >>> fig = population.crossed(found.matrix)
    """
    size = len(matrix)
    with theme():
        fig, [[axes]] = panels(width=COLUMN, height=0.9 + 0.55 * size)
        axes.imshow(matrix, cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
        for row in range(size):
            for column in range(size):
                value = matrix.iloc[row, column]
                ink, weight = "white" if abs(value) > 0.6 else "black", "bold" if row == column else "normal"
                axes.text(column, row, short(value), ha="center", va="center", color=ink, fontweight=weight)
        axes.set_xticks(range(size), [_wrapped(name) for name in matrix.columns])
        axes.set_yticks(range(size), [_wrapped(name) for name in matrix.index])
        axes.set(xlabel="Played by", ylabel="Stated by")
        axes.spines[:].set_visible(False)
    arms = ", ".join(map(str, matrix.index))
    caption = f"Correlation of stated and done level effects: statements of each arm against the play of each; {arms}."
    told = "; ".join(f"{name} with itself {short(matrix.loc[name, name])}" for name in matrix.index)
    return described(fig, caption, f"A square table of numbers between −1 and 1; {told}.")


def _wrapped(name: Any) -> str:
    return str(name).replace("-", "-\n", 1) if len(str(name)) > 12 else str(name)


_NINE = (4, 3, 6, 5, 3, 4, 3, 2, 4)  # levels of the nine attributes of the paper's Table 3
_CONDITIONS = {
    "self_conditioned": "self-conditioned",
    "imposed_weak_rho_0.8": "imposed, ρ = .8",
    "imposed_strong_rho_0.2": "imposed, ρ = .2",
}


def published_medians() -> pd.DataFrame:
    """Return the paper's 18 median ρ: three elicitation strategies and three conditions for three models.

    Returns
    -------
    DataFrame
        Columns `row` (strategy or condition), `series` (model) and `value`.

    References
    ----------
    Mannekote et al. (2025), arXiv:2507.02197, Tables 3 and 4. The unconditioned row of Table 4 repeats CTX+TR.

    Examples
    --------
    >>> from beliefsim.studies import population
    >>> population.published_medians().head(2)
            row         series  value
    0  NOCTX+TR    gemma-2-27b   0.80
    1  NOCTX+TR  llama-3.1-70b   0.49
    """
    rows = load("mannekote2025/table3").groupby(["elicitation", "model"], sort=False)["spearman_rho"].median()
    third = rows.rename("value").reset_index().rename(columns={"elicitation": "row", "model": "series"})
    fourth = load("mannekote2025/table4").set_axis(["row", "series", "value"], axis=1)
    fourth = fourth[fourth["row"].isin(_CONDITIONS)].replace({"row": _CONDITIONS})
    return pd.concat([third, fourth], ignore_index=True)


def null_medians(ours: pd.DataFrame | None = None) -> Figure:
    """Draw the distribution of the median ρ under random rankings, with the paper's medians, and ours, beneath it.

    The distribution is exact for the nine attributes of the paper.

    Parameters
    ----------
    ours : DataFrame, optional
        Metrics of a Comparison, whose rows of metric ``median_rho`` are drawn.

    Examples
    --------
    >>> from beliefsim.studies import population
    >>> population.null_medians().alt[-62:]
    ' below it 18 published medians, of which 5 lie above the band.'
    """
    null = random_medians(_NINE)
    published = published_medians()
    mine = _ours(ours) if ours is not None else published.iloc[:0]
    rows = list(dict.fromkeys([*published["row"], *mine["row"]]))
    with theme():
        fig, axes = panels(
            2, 1, width=COLUMN, height=1.9 + 0.3 * len(rows), sharex=True,
            height_ratios=[1.1, 0.3 * len(rows)],
        )  # fmt: skip
        band = null.quantile(0.025), null.quantile(0.975)
        for part in axes[:, 0]:
            part.axvspan(*band, color=BAND, zorder=0, linewidth=0)
        _distribution(axes[0, 0], null, band)
        _points(axes[1, 0], rows, published, mine)
    return described(fig, *_texts(published, mine, band))


def _ours(table: pd.DataFrame) -> pd.DataFrame:
    table = table[(table["metric"] == "median_rho") & table["value"].notna()]
    table = table.drop_duplicates([key for key in ("arm", "condition", "frame", "instrument") if key in table])
    names = [" ".join(filter(None, (str(a), str(b)))) for a, b in zip(table["arm"], table["condition"], strict=True)]
    return pd.DataFrame({"row": table["instrument"].astype(str), "series": names, "value": table["value"]})


def _distribution(axes: Axes, null: Discrete, band: tuple[float, float]) -> None:
    # Many values of ρ lie close together where numbers of levels differ: mass within a bin of .1 is what one can see.
    edges = np.linspace(-1.05, 1.05, 22)
    mass, _ = np.histogram(null.values, edges, weights=null.p)
    axes.bar((edges[:-1] + edges[1:]) / 2, mass, width=0.085, color=GREY)
    axes.set(ylabel="Probability", yticks=[0, 0.05, 0.1, 0.15], ylim=(0, mass.max() * 1.3))
    axes.set_title("If rankings were random")
    axes.tick_params(labelbottom=False)
    axes.text(0, mass.max() * 1.13, "95 %", ha="center", color=INK)


def _points(axes: Axes, rows: list[str], published: pd.DataFrame, mine: pd.DataFrame) -> None:
    series = [*dict.fromkeys(published["series"]), *dict.fromkeys(mine["series"])]
    theirs = set(published["series"])
    for place, name in enumerate(series):
        points = pd.concat([table[table["series"] == name] for table in (published, mine)])
        shift = 0.7 * ((place + 0.5) / len(series) - 0.5)
        y = [rows.index(row) + shift for row in points["row"]]
        face: dict[str, Any] = {} if name in theirs else {"markeredgecolor": INK, "markersize": 5.5}
        axes.plot(
            points["value"], y, linestyle="none", marker=MARKERS[place % len(MARKERS)],
            color=COLOURS[place % len(COLOURS)], label=name if name in theirs else f"{name} (here)", **face,
        )  # fmt: skip
    names = [row.replace("$", r"\$") for row in rows]
    axes.set_yticks(range(len(rows)), names)
    axes.set(xlim=(-1.05, 1.05), ylim=(len(rows) - 0.5, -0.5), xlabel="Median ρ over attributes")
    axes.axvline(0, color=GREY, linewidth=0.6, zorder=0)
    axes.tick_params(axis="y", length=0)
    axes.figure.legend(loc="outside lower center", ncols=2, handletextpad=0.1, columnspacing=0.8)


def _texts(published: pd.DataFrame, mine: pd.DataFrame, band: tuple[float, float]) -> tuple[str, str]:
    low, high = band
    outside = int((published["value"] > high + 1e-9).sum())
    ours: Mapping[str, float] = {
        f"{series}, {row}": value for row, series, value in mine[["row", "series", "value"]].itertuples(index=False)
    }
    here = "".join(f" {name}: {short(value)}." for name, value in ours.items())
    caption = (
        f"Median ρ over {len(_NINE)} attributes if rankings were random (exact), and medians that were found. Grey: "
        f"central 95 %, from {short(low)} to {short(high)}; it does not shrink with N. {outside} of "
        f"{len(published)} published medians lie above it.{here}"
    )
    alt = (
        f"Histogram of the null distribution, symmetric around 0, 95 % between {short(low)} and {short(high)}; below "
        f"it {len(published)} published medians, of which {outside} lie above the band.{here}"
    )
    return caption, alt


def attribute_effects(table: pd.DataFrame) -> Figure:
    """Draw what attributes explain: of survey trust among people (hollow), of dollars sent here (filled).

    Parameters
    ----------
    table : DataFrame
        From `attribute_effects`.

    Examples
    --------
    >>> from beliefsim.studies import population
    >>> fig = population.attribute_effects(bs.consistency.attribute_effects(result.metrics))
    >>> bs.outputs.figure(fig, "attribute_effects")
    """
    means = table.groupby(["attribute", "who"])["value"].mean().unstack()
    order = means.sort_values(by=list(means.columns[::-1]), ascending=False, na_position="last").index.tolist()
    series = list(dict.fromkeys(table["series"]))
    with theme():
        fig, [[axes]] = panels(width=PAGE, height=1.0 + 0.22 * len(order))
        for number, name in enumerate(series):
            part = table[table["series"] == name]
            y = part["attribute"].map(order.index).to_numpy() + 0.6 * ((number + 0.5) / len(series) - 0.5)
            human = part["who"].iloc[0] == "human"
            if not human:
                axes.hlines(y, part["null_low"], part["null_high"], color=BAND, linewidth=5, zorder=0)
            axes.plot(
                part["value"], y, linestyle="none", marker=MARKERS[number % len(MARKERS)], label=name,
                color=COLOURS[number % len(COLOURS)], markerfacecolor="white" if human else None,
            )  # fmt: skip
        axes.set_yticks(range(len(order)), [title(name) for name in order])
        axes.set(ylim=(len(order) - 0.4, -0.6), xlabel="Share of variance that the attribute explains")
        axes.tick_params(axis="y", length=0)
        reference(axes, 0)
        fig.legend(loc="outside lower center", ncols=3, handletextpad=0.1)
    return described(fig, *_effect_texts(table))


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
