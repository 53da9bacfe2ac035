"""The headline: what was stated about each level of each attribute, against what its personas did."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from beliefsim.figures.theme import (
    COLOURS,
    COLUMN,
    GREY,
    INK,
    MARKERS,
    PAGE,
    described,
    group_name,
    panels,
    short,
    theme,
)
from beliefsim.personas import title

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from beliefsim.consistency import Comparison


_KEYS = ["arm", "condition", "frame", "terms", "style", "read", "stated_by"]
_MOST_ROWS = 4


def scatter(comparison: Comparison, **where: str) -> Figure:
    """Draw stated against done level means, a point per level of each attribute.

    One panel an instrument; a row of panels for each arm, condition or frame. Bars are 95 % intervals over personas.
    In dollars both axes have the same scale and the dashed line is where people do what they say; a ranking has no
    dollars, so its normalised rank stands on the x-axis. The solid line has the say–do slope.

    Parameters
    ----------
    comparison : Comparison
        From `bs.compare`.
    **where : str
        Draw only some groups: ``arm="scripted"``, ``instrument="CTX+$"``, ``frame="neutral"`` …

    Raises
    ------
    ValueError
        If a word of `where` does not occur, nothing can be drawn, or there are more than four rows of panels.

    Examples
    --------
    >>> fig = bs.figures.scatter(result)
    >>> bs.outputs.figure(fig, "stated_against_done")  # SVG and PNG, with caption and alternative text
    >>> fig.alt.split(".")[0]
    'Scatter plot of 7 level means for scripted'
    """
    levels = _chosen(comparison.levels, where)
    keys = [key for key in _KEYS if key in levels]
    rows, columns = levels[keys].drop_duplicates().astype(str).to_dict("records"), list(levels["instrument"].unique())
    if len(rows) > _MOST_ROWS:
        raise ValueError(f"scatter would have {len(rows)} rows of panels; choose with arm=…, condition=…, frame=…")
    varying = [key for key in keys if levels[key].nunique() > 1]
    with theme():
        width = COLUMN if len(columns) == 1 else PAGE
        side = 0.8 * width / max(len(columns), 1.15)
        height = (side + 0.8) * len(rows) + 0.18 * _legend_rows(levels, width)
        fig, axes = panels(len(rows), len(columns), width=width, height=height)
        slopes = []
        for i, group in enumerate(rows):
            name = group_name(group[key] for key in varying)
            for j, instrument in enumerate(columns):
                slope = _panel(axes[i, j], comparison, levels, {**group, "instrument": instrument})
                slopes.append((group_name([name, instrument]), slope))
            axes[i, 0].set_ylabel("Done, dollars" + (f"\n{_plain(name)}" if name else ""))
        _legend(fig, levels)
    return described(fig, *_texts(levels, slopes))


def _chosen(levels: pd.DataFrame, where: dict[str, str]) -> pd.DataFrame:
    for key, word in where.items():
        known = sorted(levels[key].astype(str).unique()) if key in levels else []
        if word not in known:
            raise ValueError(f"{key}={word!r} is not among {', '.join(map(repr, known)) or 'the columns of levels'}")
        levels = levels[levels[key] == word]
    levels = levels[levels["n"] > 0]
    if levels["stated"].isna().all():
        raise ValueError("nothing to draw: no stated value could be read; comparison.metrics says why in column 'note'")
    return levels


def _where(table: pd.DataFrame, group: dict[str, str]) -> pd.DataFrame:
    return table[np.logical_and.reduce([table[key].astype(str) == word for key, word in group.items()])]


def _panel(axes: Axes, comparison: Comparison, levels: pd.DataFrame, group: dict[str, str]) -> str:
    """Draw one panel and return its slope in words."""
    shown = _where(levels, group).dropna(subset=["stated", "done"])
    axes.set_title(_plain(group["instrument"]))
    if shown.empty:
        axes.text(0.5, 0.5, "nothing could be read", ha="center", transform=axes.transAxes, color=GREY)
        return ""
    dollars = bool((shown["unit"] == "dollars").all())
    for attribute, part in shown.groupby("attribute", sort=False, observed=True):
        colour, marker = _marks(levels)[str(attribute)]
        reach = np.abs(part[["done_low", "done_high"]].to_numpy(dtype=float).T - part["done"].to_numpy(dtype=float))
        bars = np.nan_to_num(reach)
        axes.errorbar(
            part["stated"], part["done"], yerr=bars, fmt=marker, color=colour, elinewidth=0.5, markeredgewidth=0
        )
    _scale(axes, shown, dollars)
    return _slope(axes, shown, _where(comparison.metrics, {**group, "metric": "slope", "attribute": ""}), dollars)


def _scale(axes: Axes, shown: pd.DataFrame, dollars: bool) -> None:
    done = shown[["done", "done_low", "done_high"]].to_numpy(dtype=float)
    if not dollars:
        low, high = np.nanmin(done), np.nanmax(done)
        pad = 0.08 * (high - low) or 0.5
        axes.set(xlim=(-0.55, 0.55), ylim=(low - pad, high + 2 * pad), xlabel="Stated rank, normalised")
        axes.set_xticks([-0.4, 0, 0.4], ["trusts\nleast", "0", "trusts\nmost"])
        return
    values = np.append(done, shown["stated"].to_numpy(dtype=float))
    low, high = np.nanmin(values), np.nanmax(values)
    pad = 0.08 * (high - low) or 0.5
    ends = low - pad, high + 2 * pad
    axes.set(xlim=ends, ylim=ends, xlabel="Stated, dollars", box_aspect=1, anchor="N")
    ticks = _ticks(*ends)
    axes.set(xticks=ticks, yticks=ticks)
    axes.plot(ends, ends, color=GREY, linewidth=0.8, linestyle=(0, (4, 3)), zorder=0, label="_said_is_done")


def _ticks(low: float, high: float) -> np.ndarray:
    from matplotlib.ticker import MaxNLocator

    ticks = np.asarray(MaxNLocator(5).tick_values(low, high))
    return ticks[(ticks >= low) & (ticks <= high)]


def _slope(axes: Axes, shown: pd.DataFrame, rows: pd.DataFrame, dollars: bool) -> str:
    if rows["value"].isna().all():
        text = "no slope" if rows.empty or not rows["note"].iloc[0] else str(rows["note"].iloc[0]).split(":")[0]
        axes.text(0.03, 0.98, text, transform=axes.transAxes, va="top", color=INK)
        return text
    row = rows.iloc[0]
    x, y, n = (shown[name].to_numpy(dtype=float) for name in ("stated", "done", "n"))
    ends = np.array([x.min(), x.max()])
    line = np.average(y, weights=n) + row["value"] * (ends - np.average(x, weights=n))
    axes.plot(ends, line, color=INK, zorder=3, label="_say_do_slope")
    text = f"{short(row['value'])} [{short(row['low'])}, {short(row['high'])}]"
    per = "" if dollars else "dollars per unit, "
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0}
    words = f"slope {text}\n{per}N = {int(row['n'])}"
    axes.text(0.03, 0.98, words, transform=axes.transAxes, va="top", color=INK, bbox=box)
    return text


def _marks(levels: pd.DataFrame) -> dict[str, tuple[str, str]]:
    names = levels["attribute"].astype(str).unique()
    return {name: (COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]) for i, name in enumerate(names)}


def _legend(fig: Figure, levels: pd.DataFrame) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=colour, marker=marker, linestyle="none", label=fill(title(name), 26))
        for name, (colour, marker) in _marks(levels).items()
    ]
    spacing = {"handletextpad": 0.1, "handlelength": 1.4, "columnspacing": 1.0, "fontsize": 7}
    fig.legend(handles=handles, loc="outside lower center", ncols=_legend_columns(fig.get_figwidth()), **spacing)


def _legend_columns(width: float) -> int:
    return 2 if width < PAGE else 4


def _legend_rows(levels: pd.DataFrame, width: float) -> int:
    return -(-levels["attribute"].nunique() // _legend_columns(width))


def _texts(levels: pd.DataFrame, slopes: list[tuple[str, str]]) -> tuple[str, str]:
    arms = ", ".join(levels["arm"].astype(str).unique())
    shown = levels.dropna(subset=["stated", "done"])
    size = shown.groupby(["attribute", *[key for key in _KEYS if key in shown], "instrument"], observed=True)["n"].sum()
    n = f"{size.min()}" if size.min() == size.max() else f"{size.min()}–{size.max()}"
    found = "; ".join(f"{name}: {text}" if len(slopes) > 1 else text for name, text in slopes if text)
    lost = len(levels) - len(shown)
    missing = f" {lost} level{'s' * (lost > 1)} could not be read, and not be drawn." if lost else ""
    dashed = " Dashed: done as stated." if (shown["unit"] == "dollars").any() else ""
    caption = (
        f"Stated against done mean amounts, a point per level of {shown['attribute'].nunique()} attributes; "
        f"arm {arms}, N = {n} personas. Bars: 95 % intervals over personas.{dashed} "
        f"Solid: say–do slope ({found}).{missing}"
    )
    alt = (
        f"Scatter plot of {len(shown)} level means for {arms}. Stated values run from {short(shown['stated'].min())} "
        f"to {short(shown['stated'].max())}, done means from {short(shown['done'].min())} to "
        f"{short(shown['done'].max())} dollars. Say–do slope {found}."
    )
    return caption, alt


def _plain(text: str) -> str:
    """Escape what matplotlib would read as mathematics: "CTX+$" holds a dollar sign."""
    return str(text).replace("$", r"\$")
