"""Urns: from which of two do the balls come?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..beliefs import Options
from .evidence import Array, Evidence
from .game import check_whole


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

    prior_percent: int = 50
    share: int = 70
    seats: ClassVar[tuple[str, ...]] = ("urn", "ball", "guesser")

    def __post_init__(self) -> None:
        check_whole("prior_percent", self.prior_percent, least=1, most=99)
        check_whole("share", self.share, least=51, most=99)
        super().__post_init__()

    @property
    def hidden(self) -> Options:
        """The urns."""
        return Options(("A", "B"), unit="urn")

    @property
    def signals(self) -> Options:
        """The balls' colours."""
        return Options(("red", "blue"), unit="ball")

    @property
    def prior(self) -> Array:
        """Chances of the urns."""
        return np.array([self.prior_percent, 100 - self.prior_percent]) / 100

    @property
    def likelihood(self) -> Array:
        """Red from A as often as blue from B."""
        return np.array([[self.share, 100 - self.share], [100 - self.share, self.share]]) / 100
