"""Which of a few lettered answers is right, when a tool speaks for one, or informants give tips?"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..beliefs import Options
from .evidence import Array, Evidence
from .game import State
from .terms import check_whole, whole

_LETTERS = ("A", "B", "C", "D", "E", "F")


@dataclass(frozen=True)
class Lettered(Evidence):
    """Base: one of 2 to 6 answers, named by letters, is right, each as likely.

    Examples
    --------
    >>> bs.games.Lookup(answers=3).hidden.names
    ('A', 'B', 'C')
    """

    answers: int = whole(2, least=2, most=len(_LETTERS))

    @property
    def hidden(self) -> Options:
        """The answers."""
        return Options(_LETTERS[: self.answers], unit="answer")

    def values(self, state: State | None = None) -> dict[str, Any]:
        """The answers as a list, too."""
        return {**super().values(state), "listed": ", ".join(self.hidden.texts)}


def naming(right: int, kinds: int) -> Array:
    """Chances that each kind (columns) is named, given each (rows): `right` in 100, else a wrong one, each as likely.

    Examples
    --------
    >>> naming(70, 3)[0].round(2).tolist()
    [0.7, 0.15, 0.15]
    """
    return np.where(np.eye(kinds) > 0, right / 100, (100 - right) / 100 / (kinds - 1))


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

    share: int = whole(70, least=1, most=99)
    rounds: int = whole(1, least=1)
    seats = ("key", "tool", "answerer")

    @property
    def signals(self) -> Options:
        """What the tool may give."""
        return Options(self.hidden.names, unit="result")

    @property
    def likelihood(self) -> Array:
        """The right answer, or any wrong one."""
        return naming(self.share, self.answers)


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

    answers: int = whole(4, least=2, most=len(_LETTERS))
    share: int = whole(36, least=1, most=99)
    sure: int = 70
    unsure: int = 30
    rounds: int = whole(3, least=1)
    seats = ("key", "informant", "guesser")

    def __post_init__(self) -> None:
        super().__post_init__()
        above = 100 // self.answers + 1  # below chance a tip speaks against what it names
        for name in ("sure", "unsure"):
            check_whole(name, getattr(self, name), least=above, most=99)

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
