"""One look for all figures: legible at column width, in print, without colour, and to colour-blind readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


COLUMN, PAGE = 3.5, 7.2  # inches: a journal's column and both of them

# Okabe & Ito (2008), without their yellow, which is too light on white; shapes differ too, for grey print.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "h", "*")
INK, GREY, BAND = "#1a1a1a", "#767676", "#e3e3e3"
DASHED = (0, (4, 3))
KEYS = ["arm", "condition", "frame", "terms", "style", "read", "instrument", "stated_by"]  # of a comparison's rows


@contextmanager
def theme() -> Iterator[None]:
    """Draw within beliefsim's look, whatever a notebook has set."""
    from matplotlib import style

    with style.context(["default", Path(__file__).with_suffix(".mplstyle")]):
        yield


def panels(
    rows: int = 1, columns: int = 1, *, width: float = COLUMN, height: float = 2.8, **options: Any
) -> tuple[Figure, Any]:
    """Return a figure and its axes, shape (rows, columns); sizes in inches.

    pyplot makes the figure, so that notebooks know how to show it, and forgets it, so that they show it once.
    """
    from matplotlib import pyplot

    fig, axes = pyplot.subplots(rows, columns, figsize=(width, height), squeeze=False, layout="constrained", **options)
    pyplot.close(fig)
    return fig, axes


def described(fig: Figure, caption: str, alt: str) -> Figure:
    """Give a figure its caption and alternative text."""
    fig.caption = caption  # type: ignore[attr-defined]
    fig.alt = alt  # type: ignore[attr-defined]
    return fig


def require(table: pd.DataFrame, columns: Iterable[str], form: str) -> None:
    """Refuse a table that lacks one of the columns that a form draws."""
    if lacking := {*columns} - set(table.columns):
        raise ValueError(f"{form}: columns {', '.join(sorted(lacking))} are not there; it has {', '.join(table)}")


def short(value: float) -> str:
    """Two decimals, a true minus sign."""
    return f"{value + 0.0:.2f}".replace("-", "−")


def estimate(row: Any) -> str:
    """A value with its interval, where there is one."""
    return short(row.value) + ("" if pd.isna(row.low) else f" [{short(row.low)}, {short(row.high)}]")


def arrows(x: Iterable[float], y: Iterable[float]) -> str:
    """Points in words: what each x leads to."""
    return ", ".join(f"{short(a)} → {short(b)}" for a, b in zip(x, y, strict=True))


def span(n: pd.Series) -> str:
    """The smallest and the largest N, or the one that both are."""
    return "–".join(str(int(end)) for end in sorted({n.min(), n.max()}))


def sizes(table: pd.DataFrame, by: str = "arm") -> str:
    """Each arm (or reader …) with its N, for a caption."""
    most = table.groupby(by, sort=False, observed=True)["n"].max()
    return ", ".join(f"{name} N = {int(n)}" for name, n in most.items())


def group_name(words: Iterable[str]) -> str:
    """Return a group's name: each word once (who states is mostly who plays), empty ones left out."""
    return ", ".join(dict.fromkeys(filter(None, map(str, words))))


def mark(number: int) -> dict[str, Any]:
    """Colour and shape of a group, by its number."""
    return {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}


def mark_legend(fig: Figure, labels: Iterable[str], columns: int, **options: Any) -> None:
    """Give a figure a legend below it: the mark of each group, in order."""
    from matplotlib.lines import Line2D

    handles = [Line2D([], [], linestyle="none", label=label, **mark(number)) for number, label in enumerate(labels)]
    fig.legend(handles=handles, loc="outside lower center", ncols=columns, **options)


def reference(axes: Axes, x: float) -> None:
    """Draw a thin vertical line behind the data."""
    axes.axvline(x, color=GREY, linewidth=0.8, linestyle=DASHED, zorder=0)


def reaches(table: pd.DataFrame, value: str = "value", low: str = "low", high: str = "high") -> np.ndarray:
    """How far intervals reach below and above their values, shape (2, N); 0 where there is none."""
    return np.nan_to_num(np.abs(table[[low, high]].sub(table[value], axis=0).to_numpy(dtype=float).T))


def points(axes: Axes, x: pd.Series, line: pd.DataFrame, number: int, label: str, style: str) -> None:
    """Values with intervals where there are some."""
    axes.errorbar(x, line["value"], reaches(line), linestyle=style, label=label, **mark(number))
