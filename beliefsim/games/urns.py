"""The classic tasks of judging from samples: from which urn, or with which coin?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..beliefs import Integers, Options
from .evidence import Array, Evidence
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
