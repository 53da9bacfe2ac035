"""The Trust Game and its controls, in which a lottery, or nobody, answers what is sent."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..beliefs import Belief, Integers, Options
from .game import Game, State
from .terms import check_whole, whole


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

    endowment: int = whole(10, least=1)
    multiplier: int = whole(3, least=1)
    trustee: Returns | str = "absent"
    rounds: int = whole(1, least=1)
    sections = ("repetition", "history")

    def __post_init__(self) -> None:
        if not isinstance(self.trustee, Returns) and self.trustee not in ("absent", "player"):
            raise ValueError(f"trustee {self.trustee!r} is not among 'absent', 'player', Returns(dollars)")
        super().__post_init__()

    @property
    def seats(self) -> tuple[str, ...]:
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

    endowment: int = whole(10, least=1)
    multiplier: int = whole(3, least=1)
    percent: int = whole(50, least=0, most=100)
    seats = ("investor", "lottery")
    chance = ("lottery",)
    draws = Options(("won", "lost"), unit="draw")

    def moves(self, state: State) -> Integers | Options:
        """Whole dollars up to the endowment; then the lottery is won or lost."""
        return self.draws if state.moves else Integers(0, self.endowment, unit="dollars")

    def odds(self, seat: str, state: State) -> Belief:
        """The chance of winning, whatever was staked."""
        won = self.percent / 100
        return Belief(self.draws, np.array([[won, 1 - won]]))

    def payoffs(self, state: State) -> dict[str, Any]:
        """Dollars."""
        staked, drawn = state.moves
        return {"investor": self.endowment - staked + self.multiplier * staked * (np.asarray(drawn) == "won")}


@dataclass(frozen=True)
class Dictator(Game):
    """Dictator Game: one person divides the endowment. Forsythe et al. (1994), doi:10.1006/game.1994.1021.

    Examples
    --------
    >>> dictator = bs.games.Dictator(endowment=10)
    >>> dictator.payoffs(bs.games.State(moves=(4,)))
    {'dictator': 6}
    """

    endowment: int = whole(10, least=1)
    seats = ("dictator",)

    def moves(self, state: State) -> Integers:
        """Whole dollars up to the endowment."""
        return Integers(0, self.endowment, unit="dollars")

    def payoffs(self, state: State) -> dict[str, Any]:
        """Dollars kept."""
        return {"dictator": self.endowment - state.moves[0]}
