"""Reckoning with two numbers: an answer with a known truth, and a checker's verdict on it."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beliefsim.beliefs import Belief, Integers, Options
from beliefsim.games import Game, State
from beliefsim.games.terms import check_whole
from beliefsim.questions import Question


@dataclass(frozen=True)
class Addition(Game):
    """A solver states the sum of two numbers; a checker says whether it is right.

    Parameters
    ----------
    first, second : int, 0 to 99
        What is added.
    frame : str
        The wording, a file in ``texts/addition``.

    References
    ----------
    Sums as questions on which confidence can be checked: Lin, Hilton & Evans (2022), arXiv:2205.14334; a solver whose
    samples are compared: Manakul, Liusie & Gales (2023), doi:10.18653/v1/2023.emnlp-main.557.

    Examples
    --------
    >>> from beliefsim.studies import samples
    >>> samples.Addition(17, 25).right
    42
    """

    first: int = 17
    second: int = 25
    seats = ("solver", "checker")

    def __post_init__(self) -> None:
        for name in ("first", "second"):
            check_whole(name, getattr(self, name), least=0, most=99)
        super().__post_init__()

    @property
    def right(self) -> int:
        """The sum."""
        return int(self.first) + int(self.second)

    @property
    def results(self) -> Integers:
        """What two numbers up to 99 may give."""
        return Integers(0, 198, unit="sum")

    def moves(self, state: State) -> Integers | Options:
        """A number; then yes or no."""
        return Options(("yes", "no"), unit="verdict") if state.moves else self.results

    def truth(self, question: Question, state: State) -> Belief:
        """The sum, or whether a supposed sum is right.

        Raises
        ------
        ValueError
            For a verdict on no particular sum.
        """
        if question.name == self.key("solver"):
            return Belief.certain(self.results, np.array([self.right]))
        if not question.given:
            return super().truth(question, state)
        verdict = "yes" if question.given[self.key("solver")] == self.right else "no"
        return Belief.certain(Options(("yes", "no"), unit="verdict"), np.array([verdict]))

    def payoffs(self, state: State) -> dict[str, Any]:
        """One point for a right sum, one for a right verdict."""
        right = np.asarray(state.moves[0]) == self.right
        return {"solver": right + 0.0, "checker": (right == (np.asarray(state.moves[1]) == "yes")) + 0.0}


@dataclass(frozen=True)
class Multiplication(Addition):
    """The same with a product, which small models get wrong more often; its wordings are in ``texts/multiplication``.

    References
    ----------
    As `Addition`: Lin, Hilton & Evans (2022), arXiv:2205.14334; Manakul, Liusie & Gales (2023),
    doi:10.18653/v1/2023.emnlp-main.557.

    Examples
    --------
    >>> from beliefsim.studies import samples
    >>> samples.Multiplication(17, 25).right
    425
    """

    @property
    def right(self) -> int:
        """The product."""
        return int(self.first) * int(self.second)

    @property
    def results(self) -> Integers:
        """What two numbers up to 99 may give."""
        return Integers(0, 9801, unit="product")
