"""A consultation: each finding gives an argument, a critic may object to it, and a replier may defend it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from ..beliefs import Options
from .diagnosis import Diagnosis
from .evidence import Evidence
from .game import State
from .panel import Panel

__all__ = ["Consultation"]

_KINDS = ("proposer", "critic", "replier")


@dataclass(frozen=True)
class Consultation(Panel):
    """For each signal of a case: what does it speak for, does that argument fail, and if a critic says so, rightly?

    The argument is one from sign ("this finding, so that disorder"); the critic puts its critical question (does the
    finding fit another one better?), and the replier answers the objection, if there is one. Each sees one argument.

    Parameters
    ----------
    case, size, candidates, panel
        As in `Panel`; a signal is an argument.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/consultation``; the case brings its own rules.

    References
    ----------
    Hong et al. (2024), arXiv:2403.06294 (ArgMed-Agents); Walton, Reed & Macagno (2008), doi:10.1017/CBO9780511802034
    (schemes and critical questions).

    Examples
    --------
    >>> bs.games.Consultation(size=2).seats[3:]
    ('proposer 1', 'critic 1', 'replier 1', 'proposer 2', 'critic 2', 'replier 2')
    """

    case: Evidence = field(default_factory=Diagnosis)
    verdicts: ClassVar[Options] = Options(("yes", "no"), unit="verdict")

    @property
    def members(self) -> tuple[str, ...]:
        """A proposer, a critic and a replier for each signal."""
        return tuple(f"{kind} {number}" for number in range(1, self.size + 1) for kind in _KINDS)

    def moves(self, state: State) -> Any:
        """After the signals: what one speaks for; whether there is an objection; whether the argument stands."""
        said = len(state.moves) - len(self.chance)
        if said < 0:
            return super().moves(state)
        return self.verdicts if said % 3 else self.case.hidden

    def payoffs(self, state: State) -> dict[str, Any]:
        """A point for each right argument, objection and defence."""
        said = [np.asarray(move) for move in state.moves[len(self.chance) :]]
        hidden = np.asarray(state.moves[0])
        paid: dict[str, Any] = {}
        for number in range(self.size):
            proposed, objected, stands = said[3 * number : 3 * number + 3]
            good = proposed == hidden
            right = (good, (objected == "no") == good, (stands == "yes") == good)
            paid |= {f"{kind} {number + 1}": each.astype(float) for kind, each in zip(_KINDS, right, strict=True)}
        return paid

    def values(self, state: State | None = None) -> dict[str, Any]:
        """With the argument that a critic and a replier see."""
        said = list((state or State()).moves[len(self.chance) :])
        return {**super().values(state), "proposed": said[len(said) // 3 * 3] if len(said) % 3 else ""}

    def history(self, state: State) -> str:
        """Nothing: each argument is judged by itself."""
        return ""
