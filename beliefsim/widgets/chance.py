"""What chance looks like: drag N, and watch which null stays put."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from beliefsim import figures
from beliefsim.analysis import Plan

from .panel import LABEL, Panel, latest, note, picture

__all__ = ["chance"]

_SIZES = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000)
_MOST_LEVELS, _MOST_ATTRIBUTES = 7, 20


def chance(
    levels: Sequence[int] = (4, 3, 6, 5, 3, 4, 3, 2, 4),
    *,
    personas: int = 200,
    eta_squared: float = 0.01,
    coupling: float = 0.5,
) -> Panel:
    """Watch the null of the median ρ and the power of the slope while N, effects and coupling change.

    Parameters
    ----------
    levels : sequence of int
        Levels of each attribute; the default is the paper's nine.
    personas : int
        People at first.
    eta_squared : float
        Each attribute's share of the variance of sends, at first.
    coupling : float
        Of stated with done effects, at first.

    Returns
    -------
    Panel
        Its picture is ``bs.figures.chance(bs.analysis.Plan(...))``.

    Examples
    --------
    >>> print(chance().sentence)
    Drag the number of personas: the null of the median ρ stays put, and the power of the slope grows.
    """
    text = " ".join(map(str, levels))
    sentence = "Drag the number of personas: the null of the median ρ stays put, and the power of the slope grows."
    first = (text, personas, eta_squared, coupling)
    return Panel(sentence, lambda: drawn(*first), lambda: _live(*first))


@lru_cache(maxsize=200)
def drawn(levels: str, personas: int, eta_squared: float, coupling: float) -> str:
    """The picture as HTML, or a sentence that says what cannot be drawn."""
    try:
        numbers = tuple(int(word) for word in levels.replace(",", " ").split())
    except ValueError:
        return note(f"Levels must be whole numbers such as 4 3 6, one for each attribute; given: {levels[:80]}")
    if not 1 <= len(numbers) <= _MOST_ATTRIBUTES or not all(2 <= number <= _MOST_LEVELS for number in numbers):
        return note(f"Give 1 to {_MOST_ATTRIBUTES} attributes of 2 to {_MOST_LEVELS} levels each.")
    try:
        return picture(figures.chance(Plan(personas, levels=numbers, eta_squared=eta_squared, coupling=coupling)))
    except ValueError as error:
        return note(str(error))


def _live(levels: str, personas: int, eta_squared: float, coupling: float) -> Any:
    import ipywidgets as widgets

    sizes = sorted({*_SIZES, personas})
    people = widgets.SelectionSlider(options=sizes, value=personas, description="Personas N", style=LABEL)
    effect = widgets.FloatSlider(eta_squared, min=0.002, max=0.1, step=0.002, readout_format=".3f",
                                 description="Effect of a trait, η²", style=LABEL)  # fmt: skip
    coupled = widgets.FloatSlider(coupling, min=0, max=1, step=0.05, description="Coupling", style=LABEL)
    words = widgets.Text(levels, description="Levels of each attribute", continuous_update=False, style=LABEL)
    shown = widgets.HTML(drawn(levels, personas, eta_squared, coupling))

    def update() -> None:
        shown.value = drawn(words.value, people.value, round(effect.value, 6), round(coupled.value, 6))

    changed = latest(update)
    for control in (people, effect, coupled, words):
        control.layout.width = "min(100%, 520px)"
        control.observe(changed, "value")
    return widgets.VBox([people, effect, coupled, words, shown])
