"""A made-up diagnosis: findings come in, and one of three disorders is behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..beliefs import Options
from .evidence import Array, Evidence

__all__ = ["Diagnosis"]

_DISORDERS = ("amber", "birch", "coral")
_FINDINGS = ("rash", "fever", "cough", "cramps", "pallor")
_PRIOR = (40, 35, 25)
_PRESENT = ((80, 60, 20, 30, 40), (20, 70, 75, 25, 50), (30, 25, 40, 85, 70))  # in 100, by disorder and finding


@dataclass(frozen=True)
class Diagnosis(Evidence):
    """Which disorder does a patient have? Findings are looked for one by one, and may mislead.

    The smallest Bayes net of a diagnosis: one disorder, and findings that are independent given it. In each round one
    of five findings, each as likely, is looked for anew. Disorders, findings and chances are invented: nothing here is
    medical knowledge, and nothing may be used as such.

    Parameters
    ----------
    rounds : int
        Findings looked for.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/diagnosis``.

    References
    ----------
    Warner, Toronto, Veasey & Stephenson (1961), doi:10.1001/jama.1961.03040290005002 (Bayes' rule over findings).

    Examples
    --------
    >>> case = bs.games.Diagnosis()
    >>> case.truth(case.question("disorder"), bs.games.State(("birch", "cough present"))).p.round(2).tolist()
    [[0.18, 0.59, 0.23]]
    """

    seats: ClassVar[tuple[str, ...]] = ("patient", "test", "doctor")

    @property
    def hidden(self) -> Options:
        """The disorders."""
        return Options(_DISORDERS, unit="disorder")

    @property
    def signals(self) -> Options:
        """Each finding, present or absent."""
        return Options(tuple(f"{name} {side}" for name in _FINDINGS for side in ("present", "absent")), unit="finding")

    @property
    def prior(self) -> Array:
        """Unequal."""
        return np.array(_PRIOR) / 100

    @property
    def likelihood(self) -> Array:
        """A finding as likely as the others is looked for, and there or not."""
        present = np.array(_PRESENT) / 100
        return np.stack([present, 1 - present], axis=-1).reshape(len(_DISORDERS), -1) / len(_FINDINGS)

    def values(self, state: object = None) -> dict[str, object]:
        """The chances in words, too."""
        common = ", ".join(f"{share} have {name}" for name, share in zip(_DISORDERS, _PRIOR, strict=True))
        lines = [f"{name}: {_listed(row)}" for name, row in zip(_DISORDERS, _PRESENT, strict=True)]
        return {**super().values(), "common": common, "chances": ". ".join(lines)}


def _listed(row: tuple[int, ...]) -> str:
    return ", ".join(f"{name} {share}" for name, share in zip(_FINDINGS, row, strict=True))
