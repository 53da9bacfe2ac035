"""A made-up diagnosis: findings come in, and one of three disorders is behind them."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from beliefsim.beliefs import Options, Space
from beliefsim.games import Evidence, Panel, State
from beliefsim.games.evidence import Array

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
        The wording, a file in ``texts/diagnosis``.

    References
    ----------
    Warner, Toronto, Veasey & Stephenson (1961), doi:10.1001/jama.1961.03040290005002 (Bayes' rule over findings).

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> case = consultation.Diagnosis()
    >>> case.truth(case.question("disorder"), bs.games.State(("birch", "cough present"))).p.round(2).tolist()
    [[0.18, 0.59, 0.23]]
    """

    seats = ("patient", "test", "doctor")

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
        The wording, a file in ``texts/consultation``; the case brings its own rules.

    References
    ----------
    Hong et al. (2024), arXiv:2403.06294 (ArgMed-Agents); Walton, Reed & Macagno (2008), doi:10.1017/CBO9780511802034
    (schemes and critical questions).

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> consultation.Consultation(size=2).seats[3:]
    ('proposer 1', 'critic 1', 'replier 1', 'proposer 2', 'critic 2', 'replier 2')
    """

    case: Evidence = field(default_factory=Diagnosis)
    verdicts: ClassVar[Options] = Options(("yes", "no"), unit="verdict")

    @property
    def members(self) -> tuple[str, ...]:
        """A proposer, a critic and a replier for each signal."""
        return tuple(f"{kind} {number}" for number in range(1, self.size + 1) for kind in _KINDS)

    def moves(self, state: State) -> Space:
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
