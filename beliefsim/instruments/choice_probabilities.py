"""The distribution from which an agent's answer comes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..questions import Asking
from .instrument import Array
from .single import OneAnswer


@dataclass(frozen=True)
class ChoiceProbabilities(OneAnswer):
    """One answer is asked for, and the probability of each possible answer is read.

    A model's probabilities are read exactly where its log-probabilities are given; listed options are asked in every
    rotation and averaged. Where a reply is sampled, all probability is on what it says: average over draws.

    References
    ----------
    Santurkar et al. (2023), arXiv:2303.17548 (answers' log-probabilities as an opinion distribution); Zheng et al.
    (2024), arXiv:2309.03882 (models prefer some positions in a list, and rotation removes it).

    Examples
    --------
    >>> urns = bs.games.Urns()
    >>> bs.elicit(urns.question("urn"), bs.ChoiceProbabilities(), bs.Bayes(urns))[["outcome", "value", "unit"]]
      outcome  value         unit
    0       A    0.5  probability
    1       B    0.5  probability
    """

    text = "choice_probabilities"

    def read(self, text: str, asking: Asking) -> Array:
        """All probability on the outcome that was said."""
        said = self.said(text, asking)
        texts = asking.listed.texts
        return np.full(len(texts), np.nan) if said is None else np.array([float(said == text) for text in texts])

    def read_exact(self, p: Array, asking: Asking) -> Array:
        """The probabilities as they are."""
        return p
