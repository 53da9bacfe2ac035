"""Probabilities in words: a percentage for each outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import answers
from ..questions import Asking
from .instrument import Array
from .single import PerOutcome

_SLACK = 0.5  # percentage points by which a sum may miss 100 through rounding


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
        stated = percentages(text, asking)
        total = stated.sum()
        fits = total > 0 if self.renormalise else abs(total - 100) <= _SLACK
        return stated / total if fits else np.full(len(stated), np.nan)


def percentages(text: str, asking: Asking) -> Array:
    """The number between 0 and 100 stated for each outcome, missing one by one."""
    found = answers.last_object(text) or {}
    said = [str(found.get(name, "")).strip().removesuffix("%") for name in asking.listed.texts]
    values = np.array([answers.number(value) for value in said])
    return np.where((values >= 0) & (values <= 100), values, np.nan)
