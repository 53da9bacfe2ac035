"""Effect sizes of a trait on an amount: η², its bias-corrected relatives, ranks, and verbal labels."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beliefsim.instruments import EFFECT_SIZES

Array = NDArray[np.float64]
# How a verbal effect size becomes a number is not stated in the paper, so it is a choice. Cohen's (1988) benchmarks
# .01, .06, .14 are lower edges of bands; a midpoint lies halfway to the next edge, and "large" is taken to end at .26.
LABELS: Mapping[str, Mapping[str, float]] = {
    "lower edges": EFFECT_SIZES,
    "midpoints": {"none": 0.0, "small": 0.035, "medium": 0.10, "large": 0.20},
}


@dataclass(frozen=True)
class Effects:
    """One-way effect sizes, one entry per attribute on the last axis; ε² and ω² may be negative."""

    eta_squared: Array  # SSB/SST, missing (as the next two) where all amounts are equal
    epsilon_squared: Array  # (SSB − (K − 1)·MSE)/SST
    omega_squared: Array  # (SSB − (K − 1)·MSE)/(SST + MSE)
    total: Array  # SST

    @property
    def signal(self) -> Array:
        """SSB − (K − 1)·MSE: the between sum of squares without what chance puts there."""
        return self.epsilon_squared * self.total


def effects(amounts: ArrayLike, levels: ArrayLike) -> Effects:
    """Effect sizes of one attribute.

    Parameters
    ----------
    amounts : array_like, shape (N,)
    levels : array_like, shape (N,)
        Level of each persona, any labels.

    Returns
    -------
    Effects
        With arrays of shape (1,).

    Examples
    --------
    >>> found = effects([1, 2, 3, 4], ["low", "low", "high", "high"])
    >>> float(found.eta_squared[0].round(3)), float(found.epsilon_squared[0].round(3))
    (0.8, 0.7)
    """
    amounts = np.asarray(amounts, dtype=float)
    codes = np.unique(np.asarray(levels), return_inverse=True)[1]
    n, sums = (np.bincount(codes, weights).astype(float) for weights in (None, amounts))
    return effects_from_sums(n, sums, np.array([(amounts**2).sum()]), np.array([0]))


def effects_from_sums(n: Array, sums: Array, squares: Array, starts: NDArray[np.intp]) -> Effects:
    """Effect sizes from level sums, for many permutations at once.

    `n` (L,) and `sums` (..., L) are personas and amounts per level, all attributes stacked; `squares` (..., A) are of
    the personas that an attribute covers; `starts` (A,) is each attribute's first level.
    """
    size = np.add.reduceat(n, starts)
    k = np.diff(np.append(starts, len(n)))
    correction = np.add.reduceat(sums, starts, axis=-1) ** 2 / size
    between = np.add.reduceat(sums**2 / n, starts, axis=-1) - correction
    total = np.maximum(squares - correction, 0)
    # Rounding leaves about 1e-16 of the squares when all amounts are equal; that is no variance.
    total = np.where(total <= 1e-12 * np.abs(squares), 0.0, total)
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.where(size > k, np.maximum(total - between, 0) / (size - k), np.nan)  # MSE = SSW/(N − K)
        signal = between - (k - 1) * error
        some = np.where(total > 0, total, np.nan)
        return Effects(between / some, signal / some, signal / (some + error), total)


def eta_squared_from_groups(means: ArrayLike, sds: ArrayLike, n: int = 100) -> float:
    """η² implied by stated group means and standard deviations.

    Parameters
    ----------
    means, sds : array_like, shape (K,)
    n : int
        Individuals in each group; the CTX+$ question speaks of 100 individuals per group.

    Returns
    -------
    float
        SSB/(SSB + Σ(n − 1)·sd²); missing when a mean or s.d. is missing or nothing varies.

    References
    ----------
    The sample reply in Mannekote et al. (2025), arXiv:2507.02197, comes out to the last digits.

    Examples
    --------
    >>> eta_squared_from_groups([3.5, 6.5, 4.5, 5.5], [1.5, 2.5, 1.8, 2.2])
    0.23348992724453865
    """
    means, sds = np.asarray(means, dtype=float), np.asarray(sds, dtype=float)
    between = float((n * (means - means.mean()) ** 2).sum())
    total = between + float(((n - 1) * sds**2).sum())
    return between / total if total > 0 else float("nan")


def rank_epsilon_squared(amounts: ArrayLike, levels: ArrayLike) -> float:
    """Kruskal–Wallis ε² = H/(N − 1), H corrected for ties: the share of variance in the ranks of the amounts.

    Parameters
    ----------
    amounts, levels : array_like, shape (N,)

    Returns
    -------
    float
        Missing when all amounts are equal.

    References
    ----------
    Kruskal & Wallis (1952), doi:10.1080/01621459.1952.10483441; Tomczak & Tomczak (2014).
    """
    values, inverse, counts = np.unique(np.asarray(amounts, dtype=float), return_inverse=True, return_counts=True)
    if len(values) < 2:
        return float("nan")
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    # With mean ranks, SSB/SST of the ranks equals H_corrected/(N − 1).
    return float(effects(ranks, levels).eta_squared[0])


def relabelled(values: ArrayLike, labels: str) -> Array:
    """η² that the default label map gave, under another map; other numbers stay (ambiguity 1: the paper is silent)."""
    values = np.asarray(values, dtype=float)
    changed = values.copy()
    for word, value in LABELS["lower edges"].items():
        changed[np.isclose(values, value)] = LABELS[labels][word]
    return changed
