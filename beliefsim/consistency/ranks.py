"""Spearman's ρ of stacked levels, and the exact distribution of its median and weighted mean under random rankings."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_LARGEST = 7  # levels whose K! orders are enumerated


class Discrete:
    """A discrete distribution: sorted `values` with probabilities `p`.

    Examples
    --------
    >>> coin = Discrete([-1, 1], [.5, .5])
    >>> coin.at_least(1), coin.sd
    (0.5, 1.0)
    """

    def __init__(self, values: Sequence[float] | Array, p: Sequence[float] | Array) -> None:
        merged, inverse = np.unique(np.round(np.asarray(values, dtype=float), 9), return_inverse=True)
        mass = np.bincount(inverse.ravel(), np.asarray(p, dtype=float).ravel()).astype(float)
        self.values: Array = merged[mass > 1e-15]
        self.p: Array = mass[mass > 1e-15]

    @property
    def sd(self) -> float:
        """Standard deviation."""
        return float(np.sqrt(self.values**2 @ self.p - float(self.values @ self.p) ** 2))

    def at_least(self, value: float) -> float:
        """P(X ≥ value), one-sided."""
        return float(min(self.p[self.values >= value - 1e-6].sum(), 1.0))

    def quantile(self, q: float) -> float:
        """Smallest value whose cumulative probability reaches q."""
        reached = int(np.searchsorted(np.cumsum(self.p), q - 1e-12))
        return float(self.values[min(reached, len(self.values) - 1)])


def mean_ranks(values: Array, starts: NDArray[np.intp]) -> Array:
    """Ranks of stacked levels (..., L) within each attribute (1 = smallest), ties sharing the mean rank."""
    ranks = np.empty(values.shape)
    for first, last in zip(starts, [*starts[1:], values.shape[-1]], strict=True):
        block = values[..., first:last]
        rank = ranks[..., first:last]
        rank[...] = 0.5
        for other in range(last - first):
            gap = block - block[..., other : other + 1]
            rank += (gap > 1e-9) + 0.5 * (np.abs(gap) <= 1e-9)
    return ranks


def rank_scores(ranks: ArrayLike) -> Array:
    """What K ranks (1 = sends most) say of their levels: ((K + 1)/2 − rank)/K, larger sends more, 0 in the middle."""
    ranks = np.asarray(ranks, dtype=float)
    return ((len(ranks) + 1) / 2 - ranks) / max(len(ranks), 1)


def spearman(first: Array, second: Array, starts: NDArray[np.intp]) -> Array:
    """ρ per attribute from stacked values, shape (..., A); missing where either side is all ties."""
    sizes = np.diff(np.append(starts, first.shape[-1]))
    x, y = (mean_ranks(values, starts) - (sizes.repeat(sizes) + 1) / 2 for values in (first, second))
    along = np.add.reduceat(x * y, starts, axis=-1)
    spread = np.add.reduceat(x**2, starts, axis=-1) * np.add.reduceat(y**2, starts, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(spread > 0, along / np.sqrt(spread), np.nan)


def rho_null(first: Array, second: Array) -> Discrete:
    """ρ when one ranking's labels are permuted at random: exact up to 7 levels, 50,000 draws beyond."""
    ranks = (mean_ranks(np.asarray(values, dtype=float), np.array([0])) for values in (first, second))
    return _rho_null(*map(tuple, ranks))


def median_null(nulls: Sequence[Discrete]) -> Discrete:
    """Exact distribution of the median over independent attributes.

    An odd number: P(median ≤ x) is P(at least half of them ≤ x). An even number: the joint distribution of the two
    middle order statistics, from P(X₍ₕ₎ ≤ u, X₍ₕ₊₁₎ ≥ v), which needs exactly half of them ≤ u and half ≥ v.
    """
    grid = np.unique(np.concatenate([null.values for null in nulls]))
    below = np.stack([_cumulative(null, grid) for null in nulls])
    half = (len(nulls) + 1) // 2
    middle = _at_least(below, half)
    if len(nulls) % 2:
        return Discrete(grid, np.diff(middle, prepend=0))
    above = 1 - np.concatenate([np.zeros((len(nulls), 1)), below[:, :-1]], axis=1)
    joint = _exactly(below, above, half)  # P(X₍ₕ₎ ≤ grid[u], X₍ₕ₊₁₎ ≥ grid[v]) for u < v
    mass = np.diff(np.diff(np.column_stack([joint, np.zeros(len(grid))]), axis=1) * -1, axis=0, prepend=0)
    mass = np.triu(mass, 1)
    np.fill_diagonal(mass, np.diff(middle, prepend=0) - mass.sum(axis=1))
    return Discrete(((grid[:, None] + grid) / 2).ravel(), np.maximum(mass, 0).ravel())


def weighted_null(nulls: Sequence[Discrete], weights: Sequence[float]) -> Discrete:
    """Distribution of Σ w·ρ / Σ w over independent attributes, by convolution."""
    total = Discrete([0.0], [1.0])
    for null, weight in zip(nulls, weights, strict=True):
        total = Discrete(np.add.outer(total.values, weight * null.values), np.outer(total.p, null.p))
        if len(total.values) > 50_000:  # ties make the lattice fine; a grid of 1e-4 changes no p in the third digit
            total = Discrete(np.round(total.values, 4), total.p)
    return Discrete(total.values / np.sum(weights), total.p)


def random_medians(levels: Sequence[int]) -> Discrete:
    """Exact distribution of the median ρ over attributes with these numbers of levels, rankings being random.

    Examples
    --------
    >>> nine = random_medians([4, 3, 6, 5, 3, 4, 3, 2, 4])
    >>> round(nine.sd, 3), round(nine.at_least(.4), 2)
    (0.37, 0.26)
    """
    return median_null([untied(k) for k in levels])


def untied(levels: int) -> Discrete:
    """Exact distribution of ρ between two random rankings of so many levels, without ties."""
    order = np.arange(levels, dtype=float)
    return rho_null(order, order)


@lru_cache(maxsize=4096)
def _rho_null(x: tuple[float, ...], y: tuple[float, ...]) -> Discrete:
    first, second = np.array(x) - np.mean(x), np.array(y) - np.mean(y)
    scale = np.sqrt((first**2).sum() * (second**2).sum())
    if scale == 0:
        raise ValueError("ρ is undefined: one ranking is all ties")
    if len(x) <= _LARGEST:
        orders = np.array(list(permutations(range(len(x)))))
    else:
        orders = np.random.default_rng(0).permuted(np.tile(np.arange(len(x)), (50_000, 1)), axis=1)
    rho = first[orders] @ second / scale
    return Discrete(rho, np.full(len(rho), 1 / len(rho)))


def _cumulative(null: Discrete, grid: Array) -> Array:
    steps = np.concatenate([[0.0], np.cumsum(null.p)])
    return np.minimum(steps[np.searchsorted(null.values, grid + 1e-9)], 1.0)


def _at_least(chances: Array, count: int) -> Array:
    """P(at least `count` of independent events), events on the first axis (Poisson-binomial)."""
    number = np.zeros((len(chances) + 1, chances.shape[1]))
    number[0] = 1
    for chance in chances:
        number[1:] = number[1:] * (1 - chance) + number[:-1] * chance
        number[0] *= 1 - chance
    return number[count:].sum(axis=0)


def _exactly(below: Array, above: Array, half: int) -> Array:
    """P(exactly `half` events ≤ u and the others ≥ v) for every pair (u, v) of grid points."""
    size = below.shape[1]
    number = np.zeros((half + 1, size, size))
    number[0] = 1
    for low, high in zip(below, above, strict=True):
        taken = number[:-1] * low[:, None]
        number *= high[None, :]
        number[1:] += taken
    return number[half]
