"""The Trust Game."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..beliefs import Integers
from .game import Game, State, check_whole


@dataclass(frozen=True)
class Returns:
    """A trustee's fixed rule: give back `amount` dollars, or everything received where that is less.

    Examples
    --------
    >>> TrustGame(trustee=Returns(5)).terms
    'endowment=10 multiplier=3 trustee=returns_5 rounds=1'
    """

    amount: int

    def __post_init__(self) -> None:
        check_whole("amount", self.amount, least=0)

    def __str__(self) -> str:
        return f"returns_{self.amount}"


@dataclass(frozen=True)
class TrustGame(Game):
    """Trust Game (investment game): the trustor sends s, the trustee receives multiplier × s and sends r back.

    Parameters
    ----------
    endowment : int
        What the trustor can send at most, dollars.
    multiplier : int
        What a sent dollar becomes.
    trustee : {"absent", "player"} or Returns
        Nobody (only the sending is played), a player, or a fixed rule.
    rounds : int
        Rounds with a fresh endowment each.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/trust``.

    References
    ----------
    Berg, Dickhaut & McCabe (1995), doi:10.1006/game.1995.1027.

    Examples
    --------
    >>> game = TrustGame(trustee=Returns(3))
    >>> game.payoffs(State(moves=(2, 3)))
    {'trustor': 11, 'trustee': 3}
    """

    endowment: int = 10
    multiplier: int = 3
    trustee: Returns | str = "absent"
    rounds: int = 1

    def __post_init__(self) -> None:
        check_whole("endowment", self.endowment, least=1)
        check_whole("multiplier", self.multiplier, least=1)
        if not isinstance(self.trustee, Returns) and self.trustee not in ("absent", "player"):
            raise ValueError(f"trustee {self.trustee!r} is not among 'absent', 'player', Returns(dollars)")
        super().__post_init__()

    @property
    def name(self) -> str:
        """The game's name in tables."""
        return "trust"

    @property
    def seats(self) -> tuple[str, ...]:  # type: ignore[override]
        """Who moves: without a trustee, the trustor alone."""
        return ("trustor",) if self.trustee == "absent" else ("trustor", "trustee")

    def moves(self, state: State) -> Integers:
        """Whole dollars: up to the endowment, then up to what was received."""
        most = self.multiplier * int(np.max(state.moves[0])) if state.moves else self.endowment
        return Integers(0, most, unit="dollars")

    def rule(self, seat: str, state: State) -> Any:
        """The fixed trustee's move."""
        if seat == "trustor" or not isinstance(self.trustee, Returns):
            return None
        return np.minimum(self.trustee.amount, self.multiplier * np.asarray(state.moves[0]))

    def payoffs(self, state: State) -> dict[str, Any]:
        """Dollars; the trustor's is missing where nobody can send back."""
        sent = state.moves[0]
        if self.trustee == "absent":
            return {"trustor": np.full(np.shape(sent), np.nan)}
        returned = state.moves[1]
        return {"trustor": self.endowment - sent + returned, "trustee": self.multiplier * sent - returned}
