"""The lottery control of the Trust Game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..beliefs import Belief, Integers, Options
from .game import Game, State, check_whole


@dataclass(frozen=True)
class Lottery(Game):
    """Investment in a lottery: what is staked is multiplied or lost, by chance alone, so that trust has no part in it.

    Parameters
    ----------
    endowment : int
        What can be staked at most, dollars.
    multiplier : int
        What a staked dollar becomes if the lottery is won.
    percent : int
        Chance of winning, in a hundred.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/lottery``.

    References
    ----------
    Gneezy & Potters (1997), doi:10.1162/003355397555217 (a third of a chance, 2.5 times the stake on top).

    Examples
    --------
    >>> float(Lottery().payoffs(State(moves=(4, "won")))["investor"])
    18.0
    """

    endowment: int = 10
    multiplier: int = 3
    percent: int = 50
    seats: ClassVar[tuple[str, ...]] = ("investor", "lottery")
    chance: ClassVar[tuple[str, ...]] = ("lottery",)

    def __post_init__(self) -> None:
        check_whole("endowment", self.endowment, least=1)
        check_whole("multiplier", self.multiplier, least=1)
        check_whole("percent", self.percent, least=0, most=100)
        super().__post_init__()

    def moves(self, state: State) -> Integers | Options:
        """Whole dollars up to the endowment; then the lottery is won or lost."""
        return Options(("won", "lost"), unit="draw") if state.moves else Integers(0, self.endowment, unit="dollars")

    def odds(self, seat: str, state: State) -> Belief:
        """The chance of winning, whatever was staked."""
        won = self.percent / 100
        return Belief(Options(("won", "lost"), unit="draw"), np.array([[won, 1 - won]]))

    def payoffs(self, state: State) -> dict[str, Any]:
        """Dollars."""
        staked, drawn = state.moves
        return {"investor": self.endowment - staked + self.multiplier * staked * (np.asarray(drawn) == "won")}
