"""Outcomes in the order of their likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import answers
from ..beliefs import Belief
from ..questions import Asking
from .instrument import Array, Cell
from .single import PerOutcome, per_session


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

    def express(self, belief: Belief, asking: Asking) -> Array:
        """Outcomes by their believed probability."""
        from scipy.stats import rankdata

        ranks = rankdata(-np.round(belief.p, 9), axis=-1)
        return per_session(np.where(np.isnan(belief.p), np.nan, ranks), asking)
