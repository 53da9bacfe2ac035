"""Instruments that go through the outcomes one by one: percentages, bets, and a ranking."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .. import answers
from ..beliefs import Belief
from ..questions import Asking, Question
from .instrument import Array, Cell
from .single import SingleOutcome

OF_100 = {"type": "integer", "minimum": 0, "maximum": 100}
_SLACK = 0.5  # percentage points by which a sum may miss 100 through rounding


@dataclass(frozen=True)
class PerOutcome(SingleOutcome):
    """Base of instruments that state a number for each outcome of a short list."""

    max_tokens = 120
    number: ClassVar[str] = ""  # what stands for each number where the form is shown
    most: ClassVar[int] = 12  # outcomes that a person would still go through one by one

    def check(self, question: Question) -> None:
        """It needs few outcomes."""
        super().check(question)
        if (outcomes := len(question.listed)) > self.most:
            raise ValueError(
                f"{self.name} goes through the outcomes one by one, at most {self.most}; {question.name!r} has "
                f"{outcomes}: ask with ChoiceProbabilities() or Forecast()"
            )

    def form(self, asking: Asking) -> str:
        """A number per outcome."""
        pairs = ", ".join(f'"{text}": <{self.number}>' for text in asking.listed.texts)
        return f"{{{pairs}}}"

    def schema(self, asking: Asking) -> dict[str, Any]:
        """Whole numbers up to 100."""
        return answers.schema(dict.fromkeys(asking.listed.texts, OF_100))

    def percentages(self, text: str, asking: Asking) -> Array:
        """The number between 0 and 100 that a reply states for each outcome, missing one by one."""
        stated = answers.last_object(text) or {}
        words = [str(stated.get(name, "")).strip().removesuffix("%") for name in asking.listed.texts]
        values = np.array([answers.number(word) for word in words])
        return np.where((values >= 0) & (values <= 100), values, np.nan)


@dataclass(frozen=True)
class Percent(PerOutcome):
    """A stated percentage for each outcome.

    Parameters
    ----------
    renormalise : bool
        Divide percentages by their sum where it is not 100; by default such an answer is missing.

    References
    ----------
    Manski (2004), doi:10.1111/j.1468-0262.2004.00537.x.

    Examples
    --------
    >>> urns = bs.games.Urns(prior_percent=80)
    >>> bs.elicit(urns.question("urn"), bs.Percent(), bs.Bayes(urns))[["outcome", "value", "unit"]]
      outcome  value         unit
    0       A    0.8  probability
    1       B    0.2  probability
    """

    renormalise: bool = False
    text = "percent"
    number = "percent"

    @property
    def name(self) -> str:
        """Says whether sums were forced to 100."""
        return "percent, renormalised" if self.renormalise else "percent"

    def read(self, text: str, asking: Asking) -> Array:
        """Percentages as probabilities; all missing where one is, or where they do not sum to 100."""
        stated = self.percentages(text, asking)
        total = stated.sum()
        fits = total > 0 if self.renormalise else abs(total - 100) <= _SLACK
        return stated / total if fits else np.full(len(stated), np.nan)


@dataclass(frozen=True)
class Bet(PerOutcome):
    """For each outcome, the chance in 100 from which a lottery is preferred to a bet on the outcome.

    A chance is drawn at random; the stated number decides whether the lottery or the bet is played. To state one's
    probability is then best whatever the attitude to risk. The numbers need not sum to 100: what they lack measures
    aversion to ambiguity, so nothing is renormalised.

    References
    ----------
    Karni (2009), doi:10.3982/ECTA7833; Holt & Smith (2009), doi:10.1016/j.jebo.2007.08.013; Baillon et al. (2018),
    doi:10.3982/ECTA14370.

    Examples
    --------
    >>> urns = bs.games.Urns()
    >>> bs.elicit(urns.question("urn"), bs.Bet(), bs.Bayes(urns))[["outcome", "value", "unit"]]
      outcome  value         unit
    0       A    0.5  probability
    1       B    0.5  probability
    """

    text = "bet"
    number = "chance in 100"

    def read(self, text: str, asking: Asking) -> Array:
        """Chances as probabilities; each missing by itself."""
        return self.percentages(text, asking) / 100


@dataclass(frozen=True)
class OutcomeRanking(PerOutcome):
    """Possible outcomes from the likeliest (rank 1) to the least likely; equal ones share the mean rank.

    References
    ----------
    Lichtenstein, Fischhoff & Phillips (1982), doi:10.1017/CBO9780511809477.023.

    Examples
    --------
    >>> urns = bs.games.Urns(prior_percent=80)
    >>> bs.elicit(urns.question("urn"), bs.OutcomeRanking(), bs.Bayes(urns))[["outcome", "value"]]
      outcome  value
    0       A    1.0
    1       B    2.0
    """

    text = "outcome_ranking"
    max_tokens = 80

    def cells(self, asking: Asking) -> list[Cell]:
        """A rank per outcome."""
        return [Cell("rank", "rank", outcome=text) for text in asking.listed.texts]

    def form(self, asking: Asking) -> str:
        """Outcomes with > between them."""
        listed = ", ".join(asking.listed.texts)
        return f'{{"ranking": "<{listed} from likeliest to least likely, with > between them>"}}'

    def schema(self, asking: Asking) -> dict[str, Any]:
        """A strict ranking."""
        return answers.schema({"ranking": answers.property_of_ranking(asking.listed.texts)})

    def read(self, text: str, asking: Asking) -> Array:
        """Ranks, all missing where the ranking is not complete."""
        found = answers.last_object(text) or {"ranking": text}
        names = [name.casefold() for name in asking.listed.texts]
        return answers.ranking(str(found.get("ranking", "")).casefold(), names)

    def express(self, belief: Belief) -> Array:
        """Outcomes by their believed probability."""
        from scipy.stats import rankdata

        ranks = rankdata(-np.round(belief.p, 9), axis=-1)
        return np.where(np.isnan(belief.p), np.nan, ranks)
