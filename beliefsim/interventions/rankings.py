"""Rankings that correlate with a given one as wanted."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

_ENUMERATED = 7  # up to 7! rankings are searched completely; beyond, random ones
_SEARCHED = 20_000


def permuted(ranks: NDArray[np.float64], rho: float | None, rng: np.random.Generator) -> NDArray[np.float64]:
    """A ranking whose Spearman correlation with the given one is nearest to `rho`.

    Parameters
    ----------
    ranks : ndarray, shape (K,)
        Ranks of K levels; ties have their mean rank.
    rho : float or None
        Wanted correlation; of two equally near ones the larger is taken. 1 gives the same ranks and -1 their mirror,
        ties included; every other ranking is without ties. None draws one independently.
    rng : numpy.random.Generator
        Chooses among rankings of the same correlation.

    Examples
    --------
    >>> permuted(np.array([1.0, 2, 3]), 0.2, np.random.default_rng(1))
    array([1., 3., 2.])
    """
    size = len(ranks)
    if rho == 1:
        return ranks.copy()
    if rho == -1:
        return size + 1 - ranks
    centred = ranks - ranks.mean()
    if rho is None or not centred.any():  # a ranking that is all ties goes together with none
        return rng.permutation(np.arange(1.0, size + 1))
    orders = _orders(size, rng)
    found = (orders - orders.mean(axis=1, keepdims=True)) @ centred
    found /= np.sqrt((centred @ centred) * ((orders[0] - orders[0].mean()) ** 2).sum())
    gap = np.round(np.abs(found - rho), 9)
    near = np.flatnonzero(gap == gap.min())
    return orders[rng.choice(near[np.isclose(found[near], found[near].max())])]


def _orders(size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Rankings to choose from: all of them where they are few."""
    if size <= _ENUMERATED:
        return np.array(list(itertools.permutations(range(1, size + 1))), dtype=float)
    return rng.permuted(np.tile(np.arange(1.0, size + 1), (_SEARCHED, 1)), axis=1)


def spearman(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Correlation of two columns of ranks, missing where one is all ties."""
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return float("nan")
    return float(np.corrcoef(first, second)[0, 1])
