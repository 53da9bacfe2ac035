"""One number on a scale between two answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beliefsim import answers
from beliefsim.instruments.instrument import Array
from beliefsim.instruments.per_outcome import OF_100, PerOutcome
from beliefsim.questions import Asking, Question


@dataclass(frozen=True)
class Scale(PerOutcome):
    """A number from 0 (the first of two answers) over 50 (neither) to 100 (the second), as a probability of each.

    The answer is named after the end that 100 stands for, so that it can be read whichever end is listed first;
    sessions and draws take turns.

    References
    ----------
    Geng et al. (2025), arXiv:2511.01805 (a 0–100 scale with labelled ends and middle beside a forced choice).

    Examples
    --------
    >>> urns = bs.games.Urns(prior_percent=80)
    >>> from beliefsim.studies import topics
    >>> bs.elicit(urns.question("urn"), topics.Scale(), bs.Bayes(urns))[["outcome", "value"]]
      outcome  value
    0       A    0.8
    1       B    0.2
    """

    text = "scale"
    max_tokens = 24

    def check(self, question: Question) -> None:
        """It needs two outcomes."""
        super().check(question)
        if len(question.listed) != 2:
            raise ValueError(f"{self.name} lies between two answers; {question.name!r} has {question.space}")

    def form(self, asking: Asking) -> str:
        """A number for the end at 100."""
        return f'{{"{asking.listed.texts[1]}": <number from 0 to 100>}}'

    def schema(self, asking: Asking) -> dict[str, Any]:
        """A whole number up to 100."""
        return answers.schema({asking.listed.texts[1]: OF_100})

    def read(self, text: str, asking: Asking) -> Array:
        """The named end's probability, and the other's; both missing unless just one end is named."""
        stated = self.percentages(text, asking) / 100
        return np.where(np.isnan(stated), 1 - stated[::-1], stated) if np.isnan(stated).sum() == 1 else stated * np.nan
