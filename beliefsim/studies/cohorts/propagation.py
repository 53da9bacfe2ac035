"""Belief propagation among items that tend to be alike."""

from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_KEPT = 0.3  # share of an old message in the next, so that loops settle


def propagated(evidence: ArrayLike, edges: ArrayLike, coupling: float | ArrayLike, *, steps: int = 100) -> Array:
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
    steps : int
        Rounds of messages.

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
        sent = _KEPT * sent + (1 - _KEPT) * new
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
