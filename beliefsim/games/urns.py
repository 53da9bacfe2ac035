"""The classic tasks of chance: from which urn, with which coin, at which machine?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..beliefs import Belief, Integers, Options
from .evidence import Array, Evidence
from .game import Game, State
from .terms import whole


@dataclass(frozen=True)
class Urns(Evidence):
    """Book bags and poker chips: from which of two urns do the balls come?

    Also known as the two-urn or beads task. Urn A holds `share` red balls in 100, urn B as many blue ones.

    Parameters
    ----------
    prior_percent : int, 1 to 99
        Chance in 100 that urn A was chosen.
    share : int, 51 to 99
        Balls of the own colour in 100; one ball's likelihood ratio is share/(100 − share).
    rounds : int
        Balls drawn, with replacement.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/urns``.

    References
    ----------
    Phillips & Edwards (1966), doi:10.1037/h0023653; Grether (1980), doi:10.2307/1885092.

    Examples
    --------
    >>> from beliefsim.games import State
    >>> game = Urns(prior_percent=50, share=60)
    >>> game.truth(game.question("urn"), State(("A", "red"))).p.round(2).tolist()
    [[0.6, 0.4]]
    """

    prior_percent: int = whole(50, least=1, most=99)
    share: int = whole(70, least=51, most=99)
    seats = ("urn", "ball", "guesser")
    hidden = Options(("A", "B"), unit="urn")
    signals = Options(("red", "blue"), unit="ball")

    @property
    def prior(self) -> Array:
        """Chances of the urns."""
        return np.array([self.prior_percent, 100 - self.prior_percent]) / 100

    @property
    def likelihood(self) -> Array:
        """Red from A as often as blue from B."""
        return np.array([[self.share, 100 - self.share], [100 - self.share, self.share]]) / 100


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

    seats = ("coin", "toss", "guesser")
    hidden = Integers(1, 9, unit="heads in ten")
    signals = Options(("heads", "tails"), unit="side")

    @property
    def likelihood(self) -> Array:
        """Heads and tails of each coin."""
        heads = self.hidden.values / 10
        return np.column_stack([heads, 1 - heads])


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
