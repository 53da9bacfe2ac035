"""From a point of the say–do scatter to the replies behind it."""

from __future__ import annotations

import html
from typing import Any

import pandas as pd

from beliefsim import figures
from beliefsim.consistency import Comparison, rows_behind
from beliefsim.personas import title

from .panel import LABEL, Panel, note, picture
from .replies import Browser, first, recorded

__all__ = ["behind"]

_FACETS = ["instrument", "arm", "condition", "frame", "terms", "style", "read", "stated_by"]
# A click on a point chooses it from the list, which keyboards and screen readers use.
_CLICK = (
    "const list = this.closest('.beliefsim').querySelector('.beliefsim-points select');"
    "list.selectedIndex = {at}; list.dispatchEvent(new Event('change', {{bubbles: true}}))"
)
_SPOT = (
    '<button tabindex="-1" aria-label="{name}" title="{name}" onclick="{click}" style="position:absolute;opacity:0;'
    'left:{x:.2%};bottom:{y:.2%};width:24px;height:24px;transform:translate(-50%,50%);cursor:pointer"></button>'
)


def behind(comparison: Comparison, stated: pd.DataFrame, decisions: pd.DataFrame, people: pd.DataFrame) -> Panel:
    """Click a point of the scatter, or choose it from a list, and read what was said and done behind it.

    Parameters
    ----------
    comparison : Comparison
        From `bs.compare`.
    stated, decisions, people : DataFrame
        As `bs.compare` was given them.

    Returns
    -------
    Panel
        In a cell: ``bs.widgets.replies(where=bs.consistency.rows_behind(result.levels.iloc[0], …))``.

    Examples
    --------
    >>> print(behind(result, stated, decisions, people).sentence)
    Click one of the 7 points, or choose it from the list, and read the replies behind it.
    """
    levels = comparison.levels.dropna(subset=["stated", "done"]).reset_index(drop=True)
    desk = _Desk(comparison, levels, (stated, decisions, people))
    sentence = f"Click one of the {len(levels)} points, or choose it from the list, and read the replies behind it."
    return Panel(sentence, desk.still, lambda: _live(desk))


class _Desk:
    """The points, and what each was computed from."""

    def __init__(self, comparison: Comparison, levels: pd.DataFrame, tables: tuple[pd.DataFrame, ...]) -> None:
        self.comparison, self.levels, self.tables = comparison, levels, tables
        varying = [name for name in _FACETS if levels[name].nunique() > 1]
        where = levels[varying].astype(str).agg(", ".join, axis=1) if varying else pd.Series("", levels.index)
        self.names = [
            f"{title(point.attribute)}: {point.level}, stated {point.stated:.2f}, done {point.done:.2f}"
            + (f" ({where[point.Index]})" if varying else "")
            for point in levels.itertuples()
        ]

    def drawn(self, at: int) -> str:
        """The scatter of a point's panel, with a ring around it and a spot to click on each point."""
        point = self.levels.iloc[at]
        facet = point[_FACETS]
        fig = figures.scatter(self.comparison, **facet)
        axes = fig.axes[0]
        axes.plot(point["stated"], point["done"], "o", color="black", fillstyle="none", markersize=11)
        fig.canvas.draw()
        beside = self.levels[(self.levels[_FACETS] == facet).all(axis=1)]
        places = axes.transData.transform(beside[["stated", "done"]].to_numpy(dtype=float)) / fig.bbox.size
        spots = [
            _SPOT.format(name=html.escape(self.names[one]), click=_CLICK.format(at=one), x=x, y=y)
            for one, (x, y) in zip(beside.index, places, strict=True)
        ]
        return picture(fig, "".join(spots))

    def replies(self, at: int, everything: pd.DataFrame) -> pd.DataFrame:
        """What was said and done, as a recording's table."""
        rows = rows_behind(self.levels.iloc[at], *self.tables).merge(everything, on="reply")
        who = (rows["edge"] + " " + rows["persona"]).str.strip()
        return rows.assign(text=who + ": " + rows["text"])[everything.columns]

    def still(self) -> str:
        """The replies behind the first point."""
        return note(self.names[0]) + first(self.replies(0, _everything()))


def _everything() -> pd.DataFrame:
    return recorded().drop_duplicates("reply")


def _live(desk: _Desk) -> Any:
    import ipywidgets as widgets

    everything = _everything()
    shown = widgets.HTML()
    points = widgets.Dropdown(options=[(name, at) for at, name in enumerate(desk.names)], description="Point",
                              style=LABEL, layout={"width": "min(98%, 720px)"})  # fmt: skip
    points.add_class("beliefsim-points")
    browser = Browser(everything, "")

    def choose(_: Any = None) -> None:
        browser.show(desk.replies(points.value, everything))
        shown.value = desk.drawn(points.value)

    points.observe(choose, "value")
    choose()
    return widgets.VBox([points, shown, browser.box])
