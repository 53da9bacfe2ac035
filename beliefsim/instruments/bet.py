"""Matching probabilities: the chance at which a lottery is as good as a bet on the outcome."""

from __future__ import annotations

from dataclasses import dataclass

from ..questions import Asking
from .instrument import Array
from .percent import percentages
from .single import PerOutcome


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
        return percentages(text, asking) / 100
