"""Tips about an answer, some of which sound sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..beliefs import Options
from .evidence import Array, Lettered
from .game import check_whole


@dataclass(frozen=True)
class Tips(Lettered):
    """Which answer is right, when informants name one, and some of them sound sure?

    How often a sure and an unsure informant are right are two dials: confidence may go with being right, or against.

    Parameters
    ----------
    answers : int, 2 to 6
        Possible answers, equally likely.
    share : int, 1 to 99
        Informants in 100 who sound sure.
    sure, unsure : int, up to 99
        Times in 100 that each kind names the right answer; above chance, else a wrong one, each as likely.
    rounds : int
        Informants heard.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/tips``.

    References
    ----------
    Sniezek & Van Swol (2001), doi:10.1006/obhd.2000.2926 (confidence as a cue to another's expertise).

    Examples
    --------
    >>> tips = bs.games.Tips(answers=2, sure=80, unsure=60)
    >>> tips.truth(tips.question("answer"), bs.games.State(("A", "B sure"))).p.round(2).tolist()
    [[0.2, 0.8]]
    """

    answers: int = 4
    share: int = 36
    sure: int = 70
    unsure: int = 30
    rounds: int = 3
    seats: ClassVar[tuple[str, ...]] = ("key", "informant", "guesser")

    def __post_init__(self) -> None:
        super().__post_init__()
        above = 100 // self.answers + 1  # below chance a tip speaks against what it names
        for name, least in (("share", 1), ("sure", above), ("unsure", above)):
            check_whole(name, getattr(self, name), least=least, most=99)

    @property
    def signals(self) -> Options:
        """An answer, sure or unsure."""
        return Options(tuple(f"{name} {tone}" for name in self.hidden.names for tone in ("sure", "unsure")), unit="tip")

    @property
    def tones(self) -> tuple[str, ...]:
        """Sure and unsure in turn."""
        return ("sure", "unsure") * self.answers

    @property
    def likelihood(self) -> Array:
        """The right answer, or any wrong one, in either tone."""
        said = [self._said(share, right) for share, right in ((self.share, self.sure), (100 - self.share, self.unsure))]
        return np.stack(said, axis=-1).reshape(self.answers, -1)

    def _said(self, share: int, right: int) -> Array:
        wrong = (100 - right) / (self.answers - 1)
        return share / 10_000 * np.where(np.eye(self.answers) > 0, float(right), wrong)
