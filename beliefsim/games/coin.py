"""A coin of unknown bias."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..beliefs import Integers, Options
from .evidence import Array, Evidence


@dataclass(frozen=True)
class Coin(Evidence):
    """How biased is a coin? One of nine coins was taken, which give 1 to 9 heads in ten tosses on average.

    Parameters
    ----------
    rounds : int
        Tosses seen.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/coin``.

    References
    ----------
    Peterson & Beach (1967), doi:10.1037/h0024722.

    Examples
    --------
    >>> from beliefsim.games import State
    >>> game = Coin()
    >>> float(game.truth(game.question("heads"), State((3, "heads"))).mean[0].round(2))
    6.33
    """

    seats: ClassVar[tuple[str, ...]] = ("coin", "toss", "guesser")

    @property
    def hidden(self) -> Integers:
        """Heads in ten tosses on average."""
        return Integers(1, 9, unit="heads in ten")

    @property
    def signals(self) -> Options:
        """The sides."""
        return Options(("heads", "tails"), unit="side")

    @property
    def likelihood(self) -> Array:
        """Heads and tails of each coin."""
        heads = self.hidden.values / 10
        return np.column_stack([heads, 1 - heads])
