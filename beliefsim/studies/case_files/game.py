"""A case file: reports of unequal sources about two claims come in, and contradict each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from beliefsim import prompts
from beliefsim.beliefs import Belief, Integers, Options, Space, Text
from beliefsim.games import Evidence, State
from beliefsim.games.evidence import Array
from beliefsim.games.terms import check_whole
from beliefsim.questions import Question

MATERIAL = str(Path(__file__).parent / "material")
SOURCES, CLAIMS = ("audit", "witness", "director"), ("A", "B")
_DESIGNS = ("drawn", "retraction", "contradiction", "authority")
_SETS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])  # which claims are true, by hidden set


@dataclass(frozen=True)
class CaseFile(Evidence):
    """Which of two claims are true? Sources of known reliability report, and later reports may overturn earlier ones.

    In the design *drawn* each round a source reports on a claim, each as likely, and is right as often as its
    reliability says. In the others claims A and B take turns. Reports on B all agree, so that weak ones only have to be
    put together. Those on A are written so that the first impression misleads, or the last one does, while all
    together favour the truth. *Retraction*: a witness errs, an audit puts it right in the end. *Contradiction*: a
    witness errs, two others contradict it in the end. *Authority*: an audit is right, and then a director of high
    standing, an interest and little reliability errs again and again. Reports between are the director's, at random.

    In the frame *filing* a program reads a file that is written after each verdict.

    Parameters
    ----------
    story : str
        What the claims say, one of `stories`.
    design : {"drawn", "retraction", "contradiction", "authority"}
        How updates come.
    audit, witness, director : int, 51 to 99
        Times in 100 that each source is right.
    rounds : int
        Reports.
    frame : str
        The wording, a file in ``texts/case_file``.

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
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile()
    >>> file.truth(file.question("A"), bs.games.State(("A", "audit: A is true"))).p.round(2).tolist()
    [[0.9, 0.1]]
    """

    story: str = "parcel"
    design: str = "drawn"
    audit: int = 90
    witness: int = 75
    director: int = 54
    filing: ClassVar[tuple[str, ...]] = ("filing",)  # frames in which a file is written after each verdict
    asked: ClassVar[Mapping[str, tuple[str, Integers | Options]]] = MappingProxyType(
        dict.fromkeys(CLAIMS, ("analyst/case", Options(("true", "false"), unit="claim")))  # is the claim true?
    )

    def __post_init__(self) -> None:
        for name, known in (("story", stories()), ("design", _DESIGNS)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} {getattr(self, name)!r} is not among {', '.join(known)}")
        for name in SOURCES:
            check_whole(name, getattr(self, name), least=51, most=99)
        super().__post_init__()
        if self.design != "drawn" and (self.rounds < 5 or self._worst() <= 0):
            raise ValueError(
                f"design {self.design!r} with {self.rounds} rounds: the reports could favour what is false, or are "
                "fewer than 5; take other rounds or reliabilities"
            )

    @property
    def seats(self) -> tuple[str, ...]:
        """The clerk, who is the analyst one step later, moves in the frames that are `filing`."""
        return ("case", "report", "analyst", "clerk") if self.frame in self.filing else ("case", "report", "analyst")

    @property
    def hidden(self) -> Options:
        """The set of true claims."""
        return Options(("none", "A", "B", "A and B"), unit="set of claims")

    @property
    def signals(self) -> Options:
        """Who says what of which claim."""
        said = ((name, claim, side) for name in SOURCES for claim in CLAIMS for side in ("true", "false"))
        return Options(tuple(f"{name}: {claim} is {side}" for name, claim, side in said), unit="report")

    @property
    def reliability(self) -> Array:
        """Chance that each source is right, shape (3,)."""
        return np.array([getattr(self, name) for name in SOURCES]) / 100

    @property
    def likelihood(self) -> Array:
        """Each source and claim is as likely to be reported on, shape (4, 12)."""
        right = np.stack([1 - self.reliability, self.reliability])[_SETS]  # a report "true", (4, claims, sources)
        return np.stack([right, 1 - right], axis=-1).swapaxes(1, 2).reshape(4, -1) / (len(SOURCES) * len(CLAIMS))

    def moves(self, state: State) -> Space:
        """The true claims, then a report, a verdict on the set of true claims, and the file's text."""
        return Text(words=20) if len(state.moves) == 3 else super().moves(state)

    def truth(self, question: Question, state: State) -> Belief:
        """The posterior of the set of true claims, or of one claim."""
        return self.marginal(question, super().truth(question, state))

    def marginal(self, question: Question, joint: Belief) -> Belief:
        """What a belief about the set of true claims says to a question about one of them."""
        if question.name not in CLAIMS:
            return joint
        true = joint.p @ _SETS[:, CLAIMS.index(question.name)]
        return Belief(question.listed, np.stack([true, 1 - true], axis=-1))

    def odds(self, seat: str, state: Any) -> Belief:
        """Drawn reports come from the likelihood, written ones from the design."""
        if seat == "case" or self.design == "drawn":
            return super().odds(seat, state)
        claim, source, right = self._written(state.round)
        true = _SETS[self.hidden.index(np.atleast_1d(np.asarray(state.moves[0], dtype=object))), claim]
        says_true = np.where(true == 1, right, 1 - right)
        p = np.zeros((len(true), len(self.signals)))
        first = 2 * (len(CLAIMS) * source + claim)
        p[:, first], p[:, first + 1] = says_true, 1 - says_true
        return Belief(self.signals, p)

    def values(self, state: State | None = None) -> dict[str, Any]:
        """With what the claims say."""
        said = {name: prompts.section(MATERIAL, self.story, name) for name in ("title", *CLAIMS)}
        return {**super().values(state), "title": said["title"], "claim_a": said["A"], "claim_b": said["B"]}

    def _written(self, number: int) -> tuple[int, int, float]:
        """In a round: about which claim, which source reports, and with what chance it is right (½ for padding)."""
        claim, turn = (number - 1) % 2, (number + 1) // 2
        if claim:
            return 1, 1 + turn % 2, 1.0
        if self.design == "authority":
            return (0, 0, 1.0) if turn == 1 else (0, 2, 0.0)
        if turn == 1:
            return 0, 1, 0.0
        source, closing = (0, 1) if self.design == "retraction" else (1, 2)
        return (0, source, 1.0) if turn > (self.rounds + 1) // 2 - closing else (0, 2, 0.5)

    def _worst(self) -> float:
        """Log-odds of the truth of A after the last report when every padding errs."""
        weight = np.log(self.reliability / (1 - self.reliability))
        steps = [self._written(number) for number in range(1, self.rounds + 1, 2)]
        return float(sum(weight[source] * (1 if right == 1 else -1) for _, source, right in steps))


def stories() -> list[str]:
    """Names of the stories, files in ``material``.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> case_files.stories()
    ['archive', 'bridge', 'ferry', 'orchard', 'parcel']
    """
    return prompts.names(MATERIAL)
