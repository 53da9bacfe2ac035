"""Estimates with their intervals: a line per group, along a dial, or in rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from . import theme as look

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TITLES = {
    "pull": "pull (\\$ per unit of imposed score)",
    "own_shift": "own shift (\\$ per unit of own score)",
    "slope": "Say–do slope",
    "coupling": "Coupling",
    "amplitude": "Amplitude",
    "median_rho": "Median ρ",
    "weighted_rho": "Weighted mean ρ",
}
_TOLD = 8  # estimates that an alternative text tells; a table has them all
_AS_SAID = {"coupling": 1.0, "amplitude": 1.0}  # not the slope: of a ranking it is in dollars per unit of rank


def forest(metrics: pd.DataFrame) -> Figure:
    """Draw estimates as points with intervals: a line per group, a panel per metric, the null's 95 % band in grey.

    Parameters
    ----------
    metrics : DataFrame
        Rows of `Comparison.metrics`, for example `Comparison.headline`. Of several nulls the first is drawn.

    Raises
    ------
    ValueError
        If there is no row.

    Examples
    --------
    >>> fig = bs.figures.forest(result.headline)
    >>> fig.caption.split(";")[0]
    'Estimates with 95 % intervals'
    """
    if metrics.empty:
        raise ValueError("forest: no rows; choose metrics that comparison.metrics has")
    keys = [key for key in [*look.KEYS, "attribute"] if key in metrics]
    table = metrics.drop_duplicates([*keys, "metric"])
    named = [key for key in keys if table[key].nunique() > 1] or ["arm"]
    table = table.assign(group=table[named].astype(str).agg(look.group_name, axis=1))
    rows, columns = list(dict.fromkeys(table["group"])), list(dict.fromkeys(table["metric"]))
    width, height = look.COLUMN if len(columns) == 1 else look.PAGE, 0.75 + 0.26 * len(rows)
    with look.theme():
        fig, [axes] = look.panels(1, len(columns), width=width, height=height, sharey=True)
        for panel, metric in zip(axes, columns, strict=True):
            _forest_panel(panel, table[table["metric"] == metric], rows)
            panel.set_xlabel(_TITLES.get(metric, metric.replace("_", " ")))
        axes[0].set_yticks(range(len(rows)), [row.replace("$", r"\$") for row in rows])
        axes[0].set_ylim(len(rows) - 0.4, -0.6)
    n = table["n"].replace(0, np.nan).dropna()
    caption = (
        f"Estimates with 95 % intervals; grey: the null's central 95 %; dashed: no relation (0), for coupling and "
        f"amplitude what an agent has that does as it says (1). Arms {', '.join(table['arm'].astype(str).unique())}; "
        f"N {f'= {look.span(n)}' if len(n) else 'unknown'} personas."
    )
    each = [
        f"{row.group} {_TITLES.get(row.metric, row.metric)} "
        + (str(row.note or "missing") if pd.isna(row.value) else look.estimate(row))
        for row in table.itertuples()
    ]
    more = f"; and {len(each) - _TOLD} more" if len(each) > _TOLD else ""
    return look.described(fig, caption, f"Points with intervals, one line a group. {'; '.join(each[:_TOLD])}{more}.")


def _forest_panel(axes: Axes, table: pd.DataFrame, rows: list[str]) -> None:
    across = axes.get_yaxis_transform()
    for row in table.itertuples():
        y = rows.index(row.group)
        if pd.notna(row.null_low):
            axes.barh(y, row.null_high - row.null_low, left=row.null_low, height=0.7, color=look.BAND, zorder=0)
        if pd.isna(row.value):
            words = str(row.note or "missing").split(":")[0]
            axes.text(0.5, y, words, transform=across, ha="center", va="center", color=look.GREY)
            continue
        axes.plot([row.low, row.high], [y, y], color=look.INK)
        axes.plot(row.value, y, "o", color=look.COLOURS[0], markersize=5)
    axes.tick_params(axis="y", length=0)
    if table["value"].isna().all():
        axes.set_xticks([])
        return
    look.reference(axes, _AS_SAID.get(str(table["metric"].iloc[0]), 0.0))
    axes.use_sticky_edges = False
    axes.autoscale_view(scaley=False)


def curves(table: pd.DataFrame, x: str, y: str, by: str, *, labels: tuple[str, str], caption: str) -> Figure:
    """Draw a measure against a dial: a colour and mark per group, intervals, and theory as grey dashes.

    Parameters
    ----------
    table : DataFrame
        Columns `x`, `y` and `by`; ``low`` and ``high`` for intervals, ``theory`` for what is expected, where known.
    x, y, by : str
        Columns of the two axes and of the groups.
    labels : tuple of str
        What stands at the axes.
    caption : str
        What it shows; arm and N belong in it.

    Examples
    --------
    >>> rows = pd.DataFrame({"dial": [0, 1], "auroc": [1.0, 0.5], "detector": "symbolic", "theory": [1.0, 0.5]})
    >>> bs.figures.curves(rows, "dial", "auroc", "detector", labels=("Dial", "AUROC"), caption="One arm.").alt
    'AUROC against Dial. symbolic: 0.00 → 1.00, 1.00 → 0.50. Dashed theory: 0.00 → 1.00, 1.00 → 0.50.'
    """
    look.require(table, (x, y, by), "curves")
    told = []
    with look.theme():
        fig, [[axes]] = look.panels(width=1.25 * look.COLUMN, height=3.0)
        for number, (name, part) in enumerate(table.groupby(by, sort=False)):
            style = look.mark(number)
            if "low" in part:
                axes.vlines(part[x], part["low"], part["high"], color=style["color"], linewidth=0.8)
            axes.plot(part[x], part[y], label=str(name), **style)
            told.append(f"{name}: {look.arrows(part[x], part[y])}")
        if "theory" in table:
            line = {"color": look.GREY, "linestyle": look.DASHED, "linewidth": 1.0, "zorder": 0}
            for number, (_, part) in enumerate(table.dropna(subset="theory").groupby(by, sort=False)):
                axes.plot(part[x], part["theory"], label="theory" if number == 0 else None, **line)
                told.append(f"Dashed theory: {look.arrows(part[x], part['theory'])}")
        if pd.api.types.is_integer_dtype(table[x]):
            axes.xaxis.get_major_locator().set_params(integer=True)
        if table[y].min() < 0 < table[y].max():
            axes.axhline(0, color=look.GREY, linewidth=0.6, zorder=0)
        axes.set(xlabel=labels[0], ylabel=labels[1])
        fig.legend(loc="outside lower center", ncols=3 if table[by].astype(str).str.len().max() < 24 else 2)
    return look.described(fig, caption, f"{labels[1]} against {labels[0]}. {'. '.join(dict.fromkeys(told))}.")


def intervals(
    table: pd.DataFrame, rows: str, groups: str, *, panel: str, label: str, caption: str, line: float = 0.0
) -> Figure:
    """Draw values with 95 % intervals in rows, a panel each for the values of one column and a colour for another's.

    Parameters
    ----------
    table : DataFrame
        ``value``, ``low``, ``high``; ``null``, where there, is a black tick: a null or published value.
    rows, groups, panel : str
        Columns: what stands in rows, what has a colour each, and what has a panel each.
    label : str
        Of the x axes.
    caption : str
        What it shows; arm and N belong in it, and what `line` and ticks are.
    line : float
        Where a dashed line stands.

    Examples
    --------
    >>> table = pd.DataFrame({"kind": ["norms", "elite"], "what": "said", "arm": "scripted", "value": [0.5, 1]})
    >>> table = table.assign(low=0.0, high=2.0)
    >>> intervals(table, "kind", "what", panel="arm", label="Shift", caption="Shift.").alt
    'A row per kind. scripted, norms: said 0.50; scripted, elite: said 1.00.'
    """
    names, series, places = (list(dict.fromkeys(table[column])) for column in (rows, groups, panel))
    width, height = min(look.PAGE, 2.4 * len(places) + 1.4), (0.15 + 0.055 * len(series)) * len(names) + 1.1
    with look.theme():
        fig, [grid] = look.panels(1, len(places), width=width, height=height, sharey=True)
        for axes, name in zip(grid, places, strict=True):
            for number, one in enumerate(series):
                part = table[(table[panel] == name) & (table[groups] == one)]
                y = part[rows].map(names.index) + 0.7 * ((number + 0.5) / len(series) - 0.5)
                style = {"linestyle": "none", "elinewidth": 0.9, **look.mark(number)}
                axes.errorbar(part["value"], y, xerr=look.reaches(part), label=str(one), **style)
                if "null" in part:
                    axes.plot(part["null"], y, "|", color="black", markersize=8, zorder=3)
            look.reference(axes, line)
            axes.grid(axis="y", linewidth=0.3)
            axes.set(title=str(name), xlabel=label, yticks=range(len(names)), yticklabels=names)
            axes.set_ylim(len(names) - 0.5, -0.5)
        if len(series) > 1:
            fig.legend(*grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    told = [f"{name} {look.short(value)}".strip() for name, value in zip(table[groups], table["value"], strict=True)]
    parts = table.assign(told=told).groupby([panel, rows], sort=False)["told"]
    words = "; ".join(f"{where}, {name}: {', '.join(part)}" for (where, name), part in parts)
    return look.described(fig, caption, f"A row per {rows}. {words}.")
