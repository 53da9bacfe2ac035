"""What chance looks like: drag N, and watch which null stays put."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from beliefsim.consistency import Plan
from beliefsim.consistency.planning import chance_panels

from .explorable import Slider, Steps, Words, explorable
from .panel import Panel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["chance"]

_SIZES = (10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000)
_MOST_LEVELS, _MOST_ATTRIBUTES = 7, 20


def chance(
    levels: Sequence[int] = (4, 3, 6, 5, 3, 4, 3, 2, 4),
    *,
    personas: int = 200,
) -> Panel:
    """Watch the null of the median ρ and the power of the slope while N, effects and coupling change.

    Parameters
    ----------
    levels : sequence of int
        Levels of each attribute; the default is the paper's nine.
    personas : int
        People at first.

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
        _drawn,
        "Drag the number of personas: the null of the median ρ stays put, and the power of the slope grows.",
        personas=Steps(personas, sorted({*_SIZES, personas}), "Personas N"),
        eta_squared=Slider(0.01, 0.002, 0.1, 0.002, "Effect of a trait, η²"),
        coupling=Slider(0.5, 0, 1, 0.05, "Coupling"),
        levels=Words(" ".join(map(str, levels)), "Levels of each attribute"),
    )


def _drawn(levels: str, **plan: float) -> Figure:
    try:
        numbers = tuple(int(word) for word in levels.replace(",", " ").split())
    except ValueError:
        message = f"Levels must be whole numbers such as 4 3 6, one for each attribute; given: {levels[:80]}"
        raise ValueError(message) from None
    if not 1 <= len(numbers) <= _MOST_ATTRIBUTES or not all(2 <= number <= _MOST_LEVELS for number in numbers):
        raise ValueError(f"Give 1 to {_MOST_ATTRIBUTES} attributes of 2 to {_MOST_LEVELS} levels each.")
    return chance_panels(Plan(levels=numbers, **plan))  # type: ignore[arg-type]
