"""Any figure with sliders: drag a dial and watch the figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from .panel import LABEL, Panel, latest, note, picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["Slider", "Steps", "Words", "explorable"]


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
    >>> bs.widgets.Slider(0.3, 0.05, 0.95, 0.05, "Prior").start
    0.3
    """

    start: float
    low: float
    high: float
    step: float
    label: str

    def control(self) -> Any:
        """The ipywidgets control."""
        import ipywidgets

        digits = len(f"{self.step:g}".partition(".")[2])
        return ipywidgets.FloatSlider(
            self.start, min=self.low, max=self.high, step=self.step, readout_format=f".{digits}f"
        )


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

    def control(self) -> Any:
        """The ipywidgets control."""
        import ipywidgets

        kind = ipywidgets.Dropdown if isinstance(self.start, str) else ipywidgets.SelectionSlider
        return kind(options=list(self.options), value=self.start)


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

    def control(self) -> Any:
        """The ipywidgets control."""
        import ipywidgets

        return ipywidgets.Text(self.start, continuous_update=False)


def explorable(draw: Callable[..., Figure], sentence: str, **dials: Slider | Steps | Words) -> Panel:
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
    def drawn(*values: Any) -> str:
        try:
            return picture(draw(**dict(zip(dials, values, strict=True))))
        except ValueError as error:
            return note(str(error))

    def live() -> Any:
        import ipywidgets

        controls = [dial.control() for dial in dials.values()]
        shown = ipywidgets.HTML(still())

        def update() -> None:
            values = (control.value for control in controls)
            shown.value = drawn(*(round(value, 9) if isinstance(value, float) else value for value in values))

        changed = latest(update)
        for dial, control in zip(dials.values(), controls, strict=True):
            control.description, control.style, control.layout.width = dial.label, LABEL, "min(98%, 520px)"
            control.observe(changed, "value")
        return ipywidgets.VBox([*controls, shown])

    def still() -> str:
        return drawn(*(dial.start for dial in dials.values()))

    return Panel(sentence, still, live)
