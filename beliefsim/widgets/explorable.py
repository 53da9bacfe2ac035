"""Any figure with sliders; and what chance looks like: drag N, and watch which null stays put."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import beliefsim as bs
from beliefsim.consistency.planning import chance_panels

from .panel import FIELD, Draw, Panel, following, note, picture

_SIZES = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000)
_MOST_ATTRIBUTES = 20


@dataclass(frozen=True)
class Slider:
    """A number to drag.

    Parameters
    ----------
    start, low, high, step : float
        Where it begins, its ends, and how finely it moves.
    label : str
        What it is, with its unit.

    Examples
    --------
    >>> bs.widgets.Slider(start=0.3, low=0.05, high=0.95, step=0.05, label="Prior").start
    0.3
    """

    start: float
    low: float
    high: float
    step: float
    label: str


@dataclass(frozen=True)
class Steps:
    """One of several values: numbers to drag through, or names to choose from.

    Parameters
    ----------
    start : object
        Chosen at first; one of `options`.
    options : sequence
        In their order.
    label : str
        What it is, with its unit.

    Examples
    --------
    >>> bs.widgets.Steps("debate", ["debate", "vote"], "Protocol").options
    ['debate', 'vote']
    """

    start: Any
    options: Sequence[Any]
    label: str


@dataclass(frozen=True)
class Words:
    """A text to edit; the figure follows when the field is left.

    Examples
    --------
    >>> bs.widgets.Words("4 3 6", "Levels").start
    '4 3 6'
    """

    start: str
    label: str


def explorable(draw: Draw, sentence: str, **dials: Slider | Steps | Words) -> Panel:
    """Put sliders before a figure.

    Parameters
    ----------
    draw : callable
        Takes each dial's value by its name and gives a figure of `beliefsim.figures`. A ValueError that it raises is
        shown as a sentence in the figure's place.
    sentence : str
        What dragging shows.
    **dials : Slider, Steps or Words
        What can be changed, from top to bottom.

    Returns
    -------
    Panel
        A still picture at the starting values where nobody can drag.

    Examples
    --------
    >>> plan = lambda personas: bs.consistency.planning.chance_panels(bs.consistency.Plan(int(personas)))
    >>> explorable(plan, "Drag N.", personas=bs.widgets.Slider(50, 10, 90, 10, "Personas N")).sentence
    'Drag N.'
    """

    @lru_cache(maxsize=200)
    def drawn(**values: Any) -> str:
        try:
            return picture(draw(**values))
        except ValueError as error:
            return note(str(error))

    def still() -> str:
        return drawn(**{name: dial.start for name, dial in dials.items()})

    return Panel(sentence, still, lambda: following(drawn, {name: _control(dial) for name, dial in dials.items()}))


def _control(dial: Slider | Steps | Words) -> Any:
    import ipywidgets

    given: dict[str, Any] = {"value": dial.start, "description": dial.label, **FIELD}
    if isinstance(dial, Words):
        return ipywidgets.Text(continuous_update=False, **given)
    if isinstance(dial, Steps):
        kind = ipywidgets.Dropdown if isinstance(dial.start, str) else ipywidgets.SelectionSlider
        return kind(options=list(dial.options), **given)
    digits = len(f"{dial.step:g}".partition(".")[2])
    return ipywidgets.FloatSlider(min=dial.low, max=dial.high, step=dial.step, readout_format=f".{digits}f", **given)


def chance(
    levels: Sequence[int] = (4, 3, 6, 5, 3, 4, 3, 2, 4),
    *,
    personas: int = 200,
    figure: Draw = chance_panels,
) -> Panel:
    """Watch the null of the median ρ and the power of the slope while N, effects and coupling change.

    Parameters
    ----------
    levels : sequence of int
        Levels of each attribute; the default is the paper's nine.
    personas : int
        People at first.
    figure : callable
        Draws a `bs.consistency.Plan`.

    Returns
    -------
    Panel
        Its picture is ``bs.consistency.planning.chance_panels(bs.consistency.Plan(...))``.

    Examples
    --------
    >>> print(chance().sentence)
    Drag the number of personas: the null of the median ρ stays put, and the power of the slope grows.
    """
    return explorable(
        lambda levels, **plan: figure(bs.consistency.Plan(levels=_whole(levels), **plan)),
        "Drag the number of personas: the null of the median ρ stays put, and the power of the slope grows.",
        personas=Steps(personas, sorted({*_SIZES, personas}), "Personas N"),
        eta_squared=Slider(0.01, 0.002, 0.1, 0.002, "Effect of a trait, η²"),
        coupling=Slider(0.5, 0, 1, 0.05, "Coupling"),
        levels=Words(" ".join(map(str, levels)), "Levels of each attribute"),
    )


def _whole(levels: str) -> tuple[int, ...]:
    words = levels.replace(",", " ").split()
    if not 1 <= len(words) <= _MOST_ATTRIBUTES or not set(words) <= set("234567"):
        wanted = (
            f"Levels must be 1 to {_MOST_ATTRIBUTES} whole numbers from 2 to 7, one for each attribute, such as 4 3 6"
        )
        raise ValueError(f"{wanted}; given: {levels[:80]}")
    return tuple(map(int, words))
