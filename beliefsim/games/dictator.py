"""The Dictator Game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..beliefs import Integers
from .game import Game, State, check_whole


@dataclass(frozen=True)
class Dictator(Game):
    """Dictator Game: one person divides the endowment. Forsythe et al. (1994), doi:10.1006/game.1994.1021.

    Examples
    --------
    >>> dictator = bs.games.Dictator(endowment=10)
    >>> dictator.payoffs(bs.games.State(moves=(4,)))
    {'dictator': 6}
    """

    endowment: int = 10
    seats = ("dictator",)

    def __post_init__(self) -> None:
        check_whole("endowment", self.endowment, least=1)
        super().__post_init__()

    def moves(self, state: State) -> Integers:
        """Whole dollars up to the endowment."""
        return Integers(0, self.endowment, unit="dollars")

    def payoffs(self, state: State) -> dict[str, Any]:
        """Dollars kept."""
        return {"dictator": self.endowment - state.moves[0]}
