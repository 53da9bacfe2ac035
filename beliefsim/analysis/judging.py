"""Judging items together: neighbours' evidence, learned codes, and belief propagation on small graphs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Cohort", "cohort", "enumerated", "learned_codes", "neighbours", "propagated"]

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class Cohort:
    """Items to be judged: `truth` (N,) of ±1, `evidence` (N,) in log-odds, `codes` (N, B) of bits, `looks` (N, D).

    Items with the same code share a hidden quirk of the rubric, from which an item's truth departs by chance.

    Examples
    --------
    >>> list(Cohort.__dataclass_fields__)
    ['truth', 'evidence', 'codes', 'looks']
    """

    truth: Array
    evidence: Array
    codes: Whole
    looks: Array

    @property
    def group(self) -> Whole:
        """Number of each item's code."""
        return np.asarray(self.codes @ (1 << np.arange(self.codes.shape[1])), dtype=np.intp)


def cohort(
    n: int, relatedness: float, *, rng: np.random.Generator, bits: int = 5, signal: float = 1.2, blur: float = 0.5
) -> Cohort:
    """Generate items whose truth equals their code's quirk with probability (1 + relatedness)/2.

    Evidence is a log likelihood ratio, so that a judge who reads it alone is calibrated; `blur` is the noise of the
    embedding in which codes can be seen.

    Examples
    --------
    >>> cohort(100, 1.0, rng=np.random.default_rng(1)).looks.shape
    (100, 16)
    """
    if not 0 <= relatedness <= 1:
        raise ValueError(f"relatedness must be within [0, 1], got {relatedness!r}")
    codes = rng.integers(2, size=(n, bits))
    quirk = rng.choice([-1.0, 1.0], size=2**bits)[codes @ (1 << np.arange(bits))]
    truth = quirk * np.where(rng.random(n) < (1 + relatedness) / 2, 1, -1)
    evidence = truth * signal**2 / 2 + signal * rng.standard_normal(n)
    plane = np.random.default_rng(0).standard_normal((bits, 16)) / np.sqrt(bits)  # the same embedding for all cohorts
    return Cohort(truth, evidence, codes, (2 * codes - 1) @ plane + blur * rng.standard_normal((n, 16)))


def neighbours(looks: ArrayLike, k: int) -> Whole:
    """The k nearest other items of each, shape (N, k).

    Examples
    --------
    >>> neighbours([[0.0], [1.0], [5.0]], 1).ravel().tolist()
    [1, 0, 1]
    """
    from sklearn.neighbors import NearestNeighbors

    return np.asarray(NearestNeighbors(n_neighbors=k).fit(looks).kneighbors(return_distance=False), dtype=np.intp)


def learned_codes(known: Cohort, looks: ArrayLike) -> Whole:
    """Binary codes of items, learned bit by bit from a cohort whose predicates are known, as numbers, shape (N,).

    Examples
    --------
    >>> known, new = (cohort(400, 1.0, rng=np.random.default_rng(seed), blur=0.1) for seed in (1, 2))
    >>> bool((learned_codes(known, new.looks) == new.group).all())
    True
    """
    from sklearn.linear_model import LogisticRegression

    bits = [LogisticRegression().fit(known.looks, bit).predict(looks) for bit in known.codes.T]
    return np.asarray(np.column_stack(bits) @ (1 << np.arange(len(bits))), dtype=np.intp)


def propagated(
    evidence: ArrayLike, edges: ArrayLike, coupling: float | ArrayLike, *, steps: int = 100, damping: float = 0.3
) -> Array:
    """Log-odds of each item after sum-product belief propagation; exact on trees, approximate on loops.

    The joint is exp(½ Σ evidenceᵢ sᵢ + Σ couplingᵢⱼ sᵢ sⱼ), s being ±1.

    Parameters
    ----------
    evidence : array_like, shape (N,)
        Each item's own log-odds.
    edges : array_like of int, shape (E, 2)
        Pairs of different items, each once.
    coupling : float or array_like, shape (E,)
        Above 0: the pair tends to be alike.
    steps, damping : int, float
        Rounds of messages, and the share of the old message kept in each.

    References
    ----------
    Pearl (1988), ISBN 1558604790; Murphy, Weiss & Jordan (1999), arXiv:1301.6725 (on graphs with loops).

    Examples
    --------
    >>> propagated([2.0, 0.0], [[0, 1]], 0.5).round(2).tolist()  # the second learns from the first
    [2.0, 0.74]
    """
    own, pairs = np.asarray(evidence, dtype=float), np.asarray(edges, dtype=np.intp).reshape(-1, 2)
    if len(pairs) and (pairs[:, 0] == pairs[:, 1]).any():
        raise ValueError("edges must join two different items")
    e = len(pairs)
    source, target = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])
    back = np.concatenate([np.arange(e) + e, np.arange(e)])  # the same edge the other way
    strength = np.tile(np.tanh(np.broadcast_to(np.asarray(coupling, dtype=float), e)), 2)
    sent = np.zeros(2 * e)
    for _ in range(steps):
        belief = own + np.bincount(target, sent, minlength=len(own))
        new = 2 * np.arctanh(strength * np.tanh((belief[source] - sent[back]) / 2))
        sent = damping * sent + (1 - damping) * new
    return own + np.bincount(target, sent, minlength=len(own))


def enumerated(evidence: ArrayLike, edges: ArrayLike, coupling: float | ArrayLike) -> Array:
    """The same log-odds by going through all 2ᴺ states, for at most 20 items.

    Examples
    --------
    >>> enumerated([2.0, 0.0], [[0, 1]], 0.5).round(2).tolist()
    [2.0, 0.74]
    """
    own, pairs = np.asarray(evidence, dtype=float), np.asarray(edges, dtype=np.intp).reshape(-1, 2)
    if len(own) > 20:
        raise ValueError(f"{len(own)} items have too many states to go through; use propagated")
    states = np.array(list(product([-1.0, 1.0], repeat=len(own))))
    pull = np.broadcast_to(np.asarray(coupling, dtype=float), len(pairs))
    logs = states @ own / 2 + (states[:, pairs[:, 0]] * states[:, pairs[:, 1]]) @ pull
    weights = np.exp(logs - logs.max())
    yes = (weights[:, None] * (states > 0)).sum(axis=0)
    return np.asarray(np.log(yes / (weights.sum() - yes)))
