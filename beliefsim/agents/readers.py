"""Scripted readers of case files: by rule of thumb, or with a planted trust in each source."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..questions import Block
from .bayes import Array, ScriptedTeller

__all__ = ["CaseReader"]

_RULES = ("all", "latest", "first", "majority")


@dataclass(frozen=True)
class CaseReader(ScriptedTeller):
    """Reads a `CaseFile` by a rule; the dials of `ScriptedTeller` come on top.

    Parameters
    ----------
    rule : {"all", "latest", "first", "majority"}
        Which reports count: every one as its source deserves (Bayes' rule), only the latest, only the first, or all
        of them as if their sources were alike.
    trust : tuple of three float
        What the log-likelihood ratios of audit, witness and director are multiplied by; 1 is what they deserve.

    Raises
    ------
    ValueError
        For another rule.

    Examples
    --------
    >>> file = bs.games.CaseFile(design="authority", rounds=6)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=1, seed=1)
    >>> late = bs.agents.CaseReader(file, rule="latest")
    >>> told = bs.elicit(file.question("claim"), bs.ChoiceProbabilities(), late, at=filed)
    >>> told["value"].round(2).tolist()[:4]  # the audit's report, and then the director's
    [0.9, 0.1, 0.46, 0.54]
    """

    rule: str = "all"
    trust: tuple[float, float, float] = (1.0, 1.0, 1.0)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.rule not in _RULES:
            raise ValueError(f"rule {self.rule!r} is not among {', '.join(_RULES)}")

    def heard(self, block: Block) -> Array:
        """The reports that the rule lets count, weighed by trust."""
        told = super().heard(block)
        seen = [np.atleast_1d(self.game.signals.index(signal)) for signal in self.game.seen(block.state)]
        if seen:
            told = told * np.array(self.trust)[np.array(seen) // 2][..., None]
        counted = {"latest": told[-1:], "first": told[:1]}.get(self.rule, told)
        return np.sign(counted - counted.mean(axis=-1, keepdims=True)) if self.rule == "majority" else counted
