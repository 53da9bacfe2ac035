"""Looking an answer up with a tool that may be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..beliefs import Options
from .evidence import Array, Lettered, naming
from .game import check_whole


@dataclass(frozen=True)
class Lookup(Lettered):
    """Which answer is right, when a tool speaks for one? Frame ``neutral`` is a search, ``check`` a program.

    Parameters
    ----------
    answers : int, 2 to 6
        Possible answers, equally likely.
    share : int, 1 to 99
        Times in 100 that the tool gives the right answer; else a wrong one, each as likely.
    rounds : int
        Results seen.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/lookup``.

    References
    ----------
    The bag and chip task of Phillips & Edwards (1966), doi:10.1037/h0023653, with tools for bags: one that brings
    evidence and one that verifies, as in "The Confidence Dichotomy" (2026).

    Examples
    --------
    >>> game = bs.games.Lookup(answers=3, share=70)
    >>> game.truth(game.question("answer"), bs.games.State(("A", "B"))).p.round(2).tolist()
    [[0.15, 0.7, 0.15]]
    """

    share: int = 70
    rounds: int = 1
    seats: ClassVar[tuple[str, ...]] = ("key", "tool", "answerer")

    def __post_init__(self) -> None:
        check_whole("share", self.share, least=1, most=99)
        super().__post_init__()

    @property
    def signals(self) -> Options:
        """What the tool may give."""
        return Options(self.hidden.names, unit="result")

    @property
    def likelihood(self) -> Array:
        """The right answer, or any wrong one."""
        return naming(self.share, self.answers)
