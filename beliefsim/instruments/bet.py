"""Matching probabilities: the chance at which a lottery is as good as a bet on the outcome."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .. import answers
from ..questions import Block
from .instrument import Array
from .percent import percentages
from .single import PerOutcome, space_of

__all__ = ["Bet"]


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
    max_tokens = 120

    def form(self, block: Block) -> str:
        """A chance per outcome."""
        pairs = ", ".join(f'"{text}": <chance in 100>' for text in space_of(block).texts)
        return f"{{{pairs}}}"

    def schema(self, block: Block) -> dict[str, Any]:
        """Whole numbers up to 100."""
        chance = {"type": "integer", "minimum": 0, "maximum": 100}
        return answers.schema(dict.fromkeys(space_of(block).texts, chance))

    def read(self, text: str, block: Block) -> Array:
        """Chances as probabilities; each missing by itself."""
        return percentages(text, block) / 100
