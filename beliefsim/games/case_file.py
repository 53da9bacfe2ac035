"""A case file: reports of unequal sources about one claim come in, and contradict each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..beliefs import Belief, Options
from .evidence import Array, Evidence
from .game import check_whole

__all__ = ["CaseFile"]

_SOURCES = ("audit", "witness", "director")
_DESIGNS = ("drawn", "retraction", "contradiction", "authority")


@dataclass(frozen=True)
class CaseFile(Evidence):
    """Is a claim true? Sources of known reliability report, and later reports may overturn earlier ones.

    In the design *drawn* each round a source, each as likely, is right as often as its reliability says. The other
    designs are written so that the first impression misleads, or the last one does, while all reports together
    favour the truth. *Retraction*: a witness errs, an audit puts it right in the last round. *Contradiction*: a
    witness errs, two others contradict it in the last two. *Authority*: an audit is right, and then a director of
    high standing and little reliability errs again and again. Rounds between are the director's, at random.

    Parameters
    ----------
    design : {"drawn", "retraction", "contradiction", "authority"}
        How updates come.
    audit, witness, director : int, 51 to 99
        Times in 100 that each source is right.
    rounds : int
        Reports.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/case_file``.

    Raises
    ------
    ValueError
        If a design's reports could favour what is false by their reliabilities: then nobody could be right.

    References
    ----------
    Johnson & Seifert (1994), doi:10.1037/0278-7393.20.6.1420 (the continued influence of what was retracted);
    Birnbaum & Stegner (1979), doi:10.1037/0022-3514.37.1.48 (sources of unequal credibility).

    Examples
    --------
    >>> from beliefsim.games import State
    >>> file = CaseFile()
    >>> file.truth(file.question("claim"), State(("true", "audit says true"))).p.round(2).tolist()
    [[0.9, 0.1]]
    """

    design: str = "drawn"
    audit: int = 90
    witness: int = 75
    director: int = 54
    seats: ClassVar[tuple[str, ...]] = ("case", "report", "analyst")

    def __post_init__(self) -> None:
        if self.design not in _DESIGNS:
            raise ValueError(f"design {self.design!r} is not among {', '.join(_DESIGNS)}")
        for name in _SOURCES:
            check_whole(name, getattr(self, name), least=51)
            if getattr(self, name) > 99:
                raise ValueError(f"{name} must be within 51..99, got {getattr(self, name)}")
        super().__post_init__()
        if self.design != "drawn" and (self.rounds < 3 or self._worst() <= 0):
            raise ValueError(
                f"design {self.design!r} with {self.rounds} rounds: the reports could favour what is false, or are "
                "fewer than 3; take other rounds or reliabilities"
            )

    @property
    def hidden(self) -> Options:
        """True or false."""
        return Options(("true", "false"), unit="claim")

    @property
    def signals(self) -> Options:
        """Who says what."""
        return Options(tuple(f"{name} says {side}" for name in _SOURCES for side in ("true", "false")), unit="report")

    @property
    def reliability(self) -> Array:
        """Chance that each source is right, shape (3,)."""
        return np.array([getattr(self, name) for name in _SOURCES]) / 100

    @property
    def prior(self) -> Array:
        """Even."""
        return np.array([0.5, 0.5])

    @property
    def likelihood(self) -> Array:
        """Each source is as likely to report."""
        right, wrong = self.reliability / 3, (1 - self.reliability) / 3
        return np.array([np.column_stack([right, wrong]).ravel(), np.column_stack([wrong, right]).ravel()])

    def odds(self, seat: str, state: Any) -> Belief:
        """Drawn reports come from the likelihood, written ones from the design."""
        if seat == "case" or self.design == "drawn":
            return super().odds(seat, state)
        source, right = self._written(state.round)
        false = np.atleast_1d(np.asarray(state.moves[0], dtype=object)) != "true"
        says_false = np.where(false, right, 1 - right)
        p = np.zeros((len(false), 6))
        p[:, 2 * source], p[:, 2 * source + 1] = 1 - says_false, says_false
        return Belief(self.signals, p)

    def _written(self, number: int) -> tuple[int, float]:
        """Which source reports in a round, and with what chance it is right (½ for padding)."""
        if self.design == "authority":
            return (0, 1.0) if number == 1 else (2, 0.0)
        if number == 1:
            return 1, 0.0
        source, closing = (0, 1) if self.design == "retraction" else (1, 2)
        return (source, 1.0) if number > self.rounds - closing else (2, 0.5)

    def _worst(self) -> float:
        """Log-odds of the truth after the last report when every padding errs."""
        weight = np.log(self.reliability / (1 - self.reliability))
        steps = [self._written(number) for number in range(1, self.rounds + 1)]
        return float(sum(weight[source] * (1 if right == 1 else -1) for source, right in steps))
