"""A bandit: two machines of unknown chances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..beliefs import Belief, Integers, Options
from .game import Game, State
from .terms import whole


@dataclass(frozen=True)
class Bandit(Game):
    """Two-armed bandit: take a machine, see whether it pays a dollar, and again.

    Parameters
    ----------
    left, right : int, 0 to 100
        Times in a hundred that each machine pays; no seat is told.
    rounds : int
        How often a machine is taken.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/bandit``.

    References
    ----------
    Robbins (1952), doi:10.1090/S0002-9904-1952-09620-8; played by people in Steyvers, Lee & Wagenmakers (2009),
    doi:10.1016/j.jmp.2008.11.002.

    Examples
    --------
    >>> Bandit(left=30).odds("machine", State(moves=("left",))).p.tolist()
    [[0.7, 0.3]]
    """

    left: int = whole(30, least=0, most=100)
    right: int = whole(60, least=0, most=100)
    rounds: int = whole(10, least=1)
    seats = ("chooser", "machine")
    chance = ("machine",)
    sections = ("repetition", "history")

    def moves(self, state: State) -> Integers | Options:
        """A machine; then what it pays."""
        return Integers(0, 1, unit="dollars") if state.moves else Options(("left", "right"), unit="machine")

    def odds(self, seat: str, state: State) -> Belief:
        """Nothing, or a dollar, from the machine that was taken."""
        pays = np.where(np.atleast_1d(state.moves[0]) == "left", self.left, self.right) / 100
        return Belief(Integers(0, 1, unit="dollars"), np.column_stack([1 - pays, pays]))

    def payoffs(self, state: State) -> dict[str, Any]:
        """What the machine paid."""
        return {"chooser": state.moves[1]}
