"""Estimates with their intervals: planted against recovered, and one line a group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from beliefsim.figures.theme import (
    BAND,
    COLOURS,
    COLUMN,
    GREY,
    INK,
    PAGE,
    described,
    group_name,
    panels,
    reference,
    short,
    theme,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


_KEYS = ["arm", "condition", "frame", "terms", "style", "read", "instrument", "stated_by"]
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


def recovery(planted: ArrayLike, recovered: ArrayLike, low: ArrayLike, high: ArrayLike, dial: str = "dial") -> Figure:
    """Draw what came back of a planted dial: a dashed line marks each planted value.

    Runs with the same planted value are set side by side; those whose interval misses the truth are hollow.

    Parameters
    ----------
    planted, recovered, low, high : array_like, shape (R,)
        True value, estimate and 95 % interval of each run.
    dial : str
        The dial's name, in words.

    Examples
    --------
    >>> bs.figures.recovery([0.5], [0.4], [0.2], [0.6], "coupling").alt[-40:]
    'alue. planted 0.50, mean recovered 0.40.'
    """
    truth, value, lower, upper = (np.asarray(part, dtype=float) for part in (planted, recovered, low, high))
    read = ~np.isnan(value)
    covered = (lower <= truth) & (truth <= upper)
    x = truth + _spread(truth)
    with theme():
        fig, [[axes]] = panels(width=COLUMN, height=3.1)
        for part, face in ((read & covered, COLOURS[0]), (read & ~covered, "white")):
            reach = np.abs(np.array([lower, upper])[:, part] - value[part])
            style = {"markerfacecolor": face, "markeredgecolor": COLOURS[0], "elinewidth": 0.8}
            axes.errorbar(x[part], value[part], yerr=reach, fmt="o", color=COLOURS[0], **style)
        values, reach = np.unique(truth), 0.4 * _gap(truth)
        axes.hlines(values, values - reach, values + reach, color=GREY, linestyle=(0, (4, 3)), linewidth=1, zorder=0)
        axes.set(xlabel=f"Planted {dial}", ylabel=f"Recovered {dial}")
        axes.set_xticks(values if len(values) < 8 else np.linspace(values[0], values[-1], 5))
    return described(fig, *_recovery_texts(truth, value, covered, dial))


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
    keys = [key for key in [*_KEYS, "attribute"] if key in metrics]
    table = metrics.drop_duplicates([*keys, "metric"])
    named = [key for key in keys if table[key].nunique() > 1] or ["arm"]
    names = table[named].astype(str).agg(group_name, axis=1)
    rows, columns = list(dict.fromkeys(names)), list(dict.fromkeys(table["metric"]))
    with theme():
        fig, axes = panels(
            1, len(columns), width=COLUMN if len(columns) == 1 else PAGE, height=0.75 + 0.26 * len(rows), sharey=True
        )
        for panel, metric in zip(axes[0], columns, strict=True):
            part = table["metric"] == metric
            _forest_panel(panel, table[part], [rows.index(name) for name in names[part]])
            panel.set_xlabel(_TITLES.get(metric, metric.replace("_", " ")))
        axes[0, 0].set_yticks(range(len(rows)), [row.replace("$", r"\$") for row in rows])
        axes[0, 0].set_ylim(len(rows) - 0.4, -0.6)
    return described(fig, *_forest_texts(table, names))


def _forest_panel(axes: Axes, table: pd.DataFrame, y: list[int]) -> None:
    for place, row in zip(y, table.itertuples(), strict=True):
        if pd.notna(row.null_low):
            axes.barh(place, row.null_high - row.null_low, left=row.null_low, height=0.7, color=BAND, zorder=0)
        if pd.isna(row.value):
            axes.text(0.5, place, str(row.note or "missing").split(":")[0], transform=axes.get_yaxis_transform(),
                      ha="center", va="center", color=GREY)  # fmt: skip
            continue
        axes.plot([row.low, row.high], [place, place], color=INK)
        axes.plot(row.value, place, "o", color=COLOURS[0], markersize=5)
    axes.tick_params(axis="y", length=0)
    if table["value"].isna().all():
        axes.set_xticks([])
        return
    reference(axes, _AS_SAID.get(str(table["metric"].iloc[0]), 0.0))
    axes.use_sticky_edges = False
    axes.autoscale_view(scaley=False)


def _forest_texts(table: pd.DataFrame, names: pd.Series) -> tuple[str, str]:
    n = table["n"].replace(0, np.nan).dropna()
    size = f"N = {int(n.min())}" + (f"–{int(n.max())}" if n.max() > n.min() else "") if len(n) else "N unknown"
    arms = ", ".join(table["arm"].astype(str).unique())
    each = [
        f"{name} {_TITLES.get(row.metric, row.metric)} {_said(row)}"
        for name, row in zip(names, table.itertuples(), strict=True)
    ]
    more = f"; and {len(each) - _TOLD} more" if len(each) > _TOLD else ""
    found = "; ".join(each[:_TOLD]) + more
    caption = (
        f"Estimates with 95 % intervals; grey: the null's central 95 %; dashed: no relation (0), for coupling and "
        f"amplitude what an agent has that does as it says (1). Arms {arms}; {size} personas."
    )
    return caption, f"Points with intervals, one line a group. {found}."


def _said(row: object) -> str:
    value = getattr(row, "value", np.nan)
    if pd.isna(value):
        return str(getattr(row, "note", "") or "missing")
    low, high = getattr(row, "low", np.nan), getattr(row, "high", np.nan)
    return short(value) + ("" if pd.isna(low) else f" [{short(low)}, {short(high)}]")


def _recovery_texts(truth: np.ndarray, value: np.ndarray, covered: np.ndarray, dial: str) -> tuple[str, str]:
    read = ~np.isnan(value)
    found = f"{int((covered & read).sum())} of {int(read.sum())} intervals contain the planted value"
    lost = f"; {_runs(int((~read).sum()))} cannot tell" if not read.all() else ""
    means = "; ".join(
        f"planted {short(planted)}, mean recovered {short(float(value[read & (truth == planted)].mean()))}"
        for planted in np.unique(truth)
        if (read & (truth == planted)).any()
    )
    caption = (
        f"Recovered against planted {dial}, arm scripted, {_runs(len(truth))}, with 95 % intervals. Dashed: planted; "
        f"hollow: the interval misses the truth. {found}{lost}."
    )
    return caption, f"Points beside dashed lines at the planted values. {found}{lost}. {means}."


def _runs(number: int) -> str:
    return f"{number} run" + "s" * (number != 1)


def _spread(truth: np.ndarray) -> np.ndarray:
    """Small shifts that set equal planted values side by side."""
    order = pd.Series(truth).groupby(truth).cumcount().to_numpy()
    size = pd.Series(truth).groupby(truth).transform("size").to_numpy()
    return 0.6 * _gap(truth) * ((order + 0.5) / size - 0.5)


def _gap(truth: np.ndarray) -> float:
    values = np.unique(truth)
    return float(np.diff(values).min()) if len(values) > 1 else 1.0
