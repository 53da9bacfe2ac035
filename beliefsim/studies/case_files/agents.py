"""Scripted readers of case files: by rule of thumb, or with a planted trust in each source."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim.agents import ScriptedTeller
from beliefsim.agents.bayes import Array
from beliefsim.beliefs import Belief
from beliefsim.questions import Asking, Turn

from .game import CLAIMS, CaseFile

_RULES = ("all", "latest", "first", "majority")


@dataclass(frozen=True)
class CaseReader(ScriptedTeller):
    """Reads a `CaseFile` by a rule; the dials of `ScriptedTeller` come on top.

    Parameters
    ----------
    rule : {"all", "latest", "first", "majority"}
        Which reports on a claim count: every one as its source deserves (Bayes' rule), only the latest, only the
        first, or all of them as if their sources were alike.
    trust : tuple of three float
        What the log-likelihood ratios of audit, witness and director are multiplied by; 1 is what they deserve.

    Raises
    ------
    ValueError
        For another rule.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile(design="authority", rounds=6)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=1, seed=1)
    >>> late = case_files.CaseReader(file, rule="latest")
    >>> told = bs.elicit(file.question("A"), bs.ChoiceProbabilities(), late, at=filed)
    >>> told.loc[told["outcome"] == "true", "value"].round(2).tolist()[:3]  # the audit, nothing new, the director
    [0.1, 0.1, 0.54]
    """

    game: CaseFile
    rule: str = "all"
    trust: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rule not in _RULES:
            raise ValueError(f"rule {self.rule!r} is not among {', '.join(_RULES)}")

    def believe(self, asking: Asking) -> Belief:
        """The planted belief about all claims, or about the one that is asked about."""
        return self.game.marginal(asking.question, super().believe(asking))

    def decide(self, turn: Turn) -> Belief | NDArray[Any]:  # type: ignore[override]
        """The likeliest set of claims; or a file that says so of each."""
        if turn.seat != "clerk":
            return super().decide(turn)
        files = [{claim: claim in str(verdict).split() for claim in CLAIMS} for verdict in turn.state.moves[2]]
        return np.array([json.dumps(file) for file in files], dtype=object)

    def heard(self, turn: Turn) -> Array:
        """The reports that the rule lets count, weighed by trust."""
        told = super().heard(turn)
        seen = [np.atleast_1d(self.game.signals.index(signal)) for signal in self.game.seen(turn.state)]
        if seen:
            told = told * np.array(self.trust)[np.array(seen) // 4][..., None]
        if self.rule == "majority":
            return np.sign(np.round(told - told.mean(axis=-1, keepdims=True), 9))
        return told * self._counted(np.array(seen))[..., None] if seen and self.rule != "all" else told

    def _counted(self, seen: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Which reports are the first, or the latest, on their claim, shape (T, n)."""
        about = (seen // 2) % 2
        order = about if self.rule == "first" else about[::-1]
        new = np.array([~(order[:number] == now).any(axis=0) for number, now in enumerate(order)])
        return new if self.rule == "first" else new[::-1]
