"""A mind in which belief in a claim rests on counter-claims, and the best arguments against it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class BeliefNetwork:
    """Belief in a claim that rests on counter-claims: logit claim = bias − Σ weight · logit counter-claim.

    Attitudes to counter-claims have levels 0 to 4, that is 0, .25, … 1. An argument against one leaves the share
    1 − strength of it standing: what is not believed cannot be refuted. In log-odds an attitude a counts as .05 + .9a.

    Parameters
    ----------
    weights : tuple of three float
        How much each counter-claim counts, 0 or more.
    bias : float
        Log-odds of the claim where every counter-claim is even.
    strength : float, in (0, 1)
        What an argument takes away.

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> network = opponents.BeliefNetwork()
    >>> network.claim(np.array([4, 0, 2]), np.array([0, 0, 0])).round(2).item()
    0.09
    >>> network.plan(np.array([[4, 0, 2]]), 3).tolist()  # hits on each by the best three arguments
    [[2, 0, 1]]
    """

    weights: tuple[float, float, float] = (1.0, 0.9, 0.8)
    bias: float = -2.0
    strength: float = 0.7

    def __post_init__(self) -> None:
        if len(self.weights) != 3 or min(self.weights) < 0:
            raise ValueError(f"weights must be three numbers, 0 or more, got {self.weights!r}")
        if not 0 < self.strength < 1:
            raise ValueError(f"strength must lie between 0 and 1, got {self.strength!r}")

    def attitudes(self, levels: Whole, hits: Whole) -> Array:
        """Belief in counter-claims of these levels after so many arguments against each."""
        return levels / 4 * (1 - self.strength) ** hits

    def claim(self, levels: Whole, hits: Whole) -> Array:
        """Belief in the claim, shape (...), from levels and hits of shape (..., 3)."""
        return 1 / (1 + np.exp(-self.bias - (np.array(self.weights) * self._relief(levels, hits)).sum(axis=-1)))

    def target(self, p: Array, hits: Whole) -> Whole:
        """Counter-claim against which one more argument is expected to move the claim's log-odds most, shape (n,).

        Parameters
        ----------
        p : ndarray, shape (n, 3, 5)
            What is believed about the listener's levels: a second-order belief.
        hits : ndarray, shape (n, 3)
            Arguments so far against each.
        """
        level = np.arange(5)
        gain = self._relief(level, hits[..., None] + 1) - self._relief(level, hits[..., None])
        return (np.array(self.weights) * (p * gain).sum(axis=-1)).argmax(axis=-1)

    def plan(self, levels: Whole, arguments: int) -> Whole:
        """Hits on each counter-claim by so many arguments, each aimed at the best target, shape (n, 3).

        Each further hit on one counter-claim gains less, so that step by step is the best of all orders.

        Parameters
        ----------
        levels : ndarray of int, shape (n, 3)
            What the listeners' attitudes are taken to be.
        arguments : int
        """
        hits, certain = np.zeros(levels.shape, dtype=np.intp), np.eye(5)[levels]
        for _ in range(arguments):
            hits[np.arange(len(levels)), self.target(certain, hits)] += 1
        return hits

    def _relief(self, levels: Whole, hits: Whole) -> Array:
        held = 0.05 + 0.9 * self.attitudes(levels, hits)
        return np.log((1 - held) / held)
