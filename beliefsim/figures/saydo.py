"""The headline: what was stated about each level of each attribute, against what its personas did."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from beliefsim.personas import title

from . import theme as look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from beliefsim.consistency import Comparison

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
    keys = [key for key in look.KEYS if key in levels and key != "instrument"]
    rows, columns = levels[keys].drop_duplicates().astype(str).to_dict("records"), list(levels["instrument"].unique())
    if len(rows) > _MOST_ROWS:
        raise ValueError(f"scatter would have {len(rows)} rows of panels; choose with arm=…, condition=…, frame=…")
    varying = [key for key in keys if levels[key].nunique() > 1]
    attributes = list(levels["attribute"].astype(str).unique())
    width, across = (look.COLUMN, 2) if len(columns) == 1 else (look.PAGE, 4)
    side = 0.8 * width / max(len(columns), 1.15)
    height = (side + 0.8) * len(rows) + 0.18 * -(-len(attributes) // across)
    slopes = []
    with look.theme():
        fig, axes = look.panels(len(rows), len(columns), width=width, height=height)
        for i, group in enumerate(rows):
            name = look.group_name(group[key] for key in varying)
            for j, instrument in enumerate(columns):
                slope = _panel(axes[i, j], comparison, levels, {**group, "instrument": instrument})
                slopes.append((look.group_name([name, instrument]), slope))
            axes[i, 0].set_ylabel("Done, dollars" + (f"\n{_plain(name)}" if name else ""))
        spacing = {"handletextpad": 0.1, "handlelength": 1.4, "columnspacing": 1.0, "fontsize": 7}
        look.mark_legend(fig, [fill(title(name), 26) for name in attributes], across, **spacing)
    return look.described(fig, *_texts(levels, slopes, [*keys, "instrument"]))


def _chosen(levels: pd.DataFrame, where: dict[str, str]) -> pd.DataFrame:
    for key, word in where.items():
        known = sorted(levels[key].astype(str).unique()) if key in levels else []
        if word not in known:
            raise ValueError(f"{key}={word!r} is not among {', '.join(map(repr, known)) or 'the columns of levels'}")
    levels = _where(levels, where)
    levels = levels[levels["n"] > 0]
    if levels["stated"].isna().all():
        raise ValueError("nothing to draw: no stated value could be read; comparison.metrics says why in column 'note'")
    return levels


def _where(table: pd.DataFrame, group: dict[str, str]) -> pd.DataFrame:
    return table[(table[[*group]].astype(str) == pd.Series(group, dtype=object)).all(axis=1)]


def _panel(axes: Axes, comparison: Comparison, levels: pd.DataFrame, group: dict[str, str]) -> str:
    """Draw one panel and return its slope in words."""
    shown = _where(levels, group).dropna(subset=["stated", "done"])
    axes.set_title(_plain(group["instrument"]))
    if shown.empty:
        axes.text(0.5, 0.5, "nothing could be read", ha="center", transform=axes.transAxes, color=look.GREY)
        return ""
    attributes = list(levels["attribute"].astype(str).unique())
    for name, part in shown.groupby("attribute", sort=False, observed=True):
        style = {"linestyle": "none", "elinewidth": 0.5, "markeredgewidth": 0, **look.mark(attributes.index(str(name)))}
        axes.errorbar(part["stated"], part["done"], look.reaches(part, "done", "done_low", "done_high"), **style)
    dollars = bool((shown["unit"] == "dollars").all())
    _scale(axes, shown, dollars)
    return _slope(axes, shown, _where(comparison.metrics, {**group, "metric": "slope", "attribute": ""}), dollars)


def _scale(axes: Axes, shown: pd.DataFrame, dollars: bool) -> None:
    from matplotlib.ticker import MaxNLocator

    values = shown[["done", "done_low", "done_high", *(["stated"] if dollars else [])]].to_numpy(dtype=float)
    low, high = np.nanmin(values), np.nanmax(values)
    pad = 0.08 * (high - low) or 0.5
    ends = low - pad, high + 2 * pad
    if not dollars:
        axes.set(xlim=(-0.55, 0.55), ylim=ends, xlabel="Stated rank, normalised")
        axes.set_xticks([-0.4, 0, 0.4], ["trusts\nleast", "0", "trusts\nmost"])
        return
    ticks = [tick for tick in MaxNLocator(5).tick_values(*ends) if ends[0] <= tick <= ends[1]]
    axes.set(xlim=ends, ylim=ends, xlabel="Stated, dollars", box_aspect=1, anchor="N", xticks=ticks, yticks=ticks)
    axes.plot(ends, ends, color=look.GREY, linewidth=0.8, linestyle=look.DASHED, zorder=0, label="_said_is_done")


def _slope(axes: Axes, shown: pd.DataFrame, rows: pd.DataFrame, dollars: bool) -> str:
    place: dict[str, Any] = {"transform": axes.transAxes, "va": "top", "color": look.INK}
    if rows["value"].isna().all():
        text = "no slope" if rows.empty or not rows["note"].iloc[0] else str(rows["note"].iloc[0]).split(":")[0]
        axes.text(0.03, 0.98, text, **place)
        return text
    row = rows.iloc[0]
    x, y, n = (shown[name].to_numpy(dtype=float) for name in ("stated", "done", "n"))
    ends = np.array([x.min(), x.max()])
    line = np.average(y, weights=n) + row["value"] * (ends - np.average(x, weights=n))
    axes.plot(ends, line, color=look.INK, zorder=3, label="_say_do_slope")
    words = f"slope {look.estimate(row)}\n{'' if dollars else 'dollars per unit, '}N = {int(row['n'])}"
    box = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1.0}
    axes.text(0.03, 0.98, words, bbox=box, **place)
    return look.estimate(row)


def _texts(levels: pd.DataFrame, slopes: list[tuple[str, str]], keys: list[str]) -> tuple[str, str]:
    arms = ", ".join(levels["arm"].astype(str).unique())
    shown = levels.dropna(subset=["stated", "done"])
    n = look.span(shown.groupby(["attribute", *keys], observed=True)["n"].sum())
    told = "; ".join(f"{name}: {text}" if len(slopes) > 1 else text for name, text in slopes if text)
    lost = len(levels) - len(shown)
    missing = f" {lost} level{'s' * (lost > 1)} could not be read, and not be drawn." if lost else ""
    dashed = " Dashed: done as stated." if (shown["unit"] == "dollars").any() else ""
    caption = (
        f"Stated against done mean amounts, a point per level of {shown['attribute'].nunique()} attributes; "
        f"arm {arms}, N = {n} personas. Bars: 95 % intervals over personas.{dashed} "
        f"Solid: say–do slope ({told}).{missing}"
    )
    ends = {name: [look.short(end) for end in (shown[name].min(), shown[name].max())] for name in ("stated", "done")}
    alt = (
        f"Scatter plot of {len(shown)} level means for {arms}. Stated values run from {' to '.join(ends['stated'])}, "
        f"done means from {' to '.join(ends['done'])} dollars. Say–do slope {told}."
    )
    return caption, alt


def _plain(text: str) -> str:
    """Escape what matplotlib would read as mathematics: "CTX+$" holds a dollar sign."""
    return str(text).replace("$", r"\$")
