"""What to read a statistic against: two named nulls below it, two ceilings above.

The nulls are "no trait effects" (sends permuted across personas) and "rankings unrelated" (labels permuted); the
ceilings are personas who act exactly as stated, and how well one half of the personas predicts the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .cells import Cells
from .effects import Effects, effects_from_sums
from .ranks import Discrete, spearman
from .slopes import centred, slope_from_means

Array = NDArray[np.float64]
NO_EFFECTS = "no trait effects"
UNRELATED = "rankings unrelated"
LARGE = 5_000  # personas from which sums of permuted sends are drawn from their normal limit
_BLOCK = 4_000_000  # numbers permuted at once: 32 MB


@dataclass(frozen=True)
class Null:
    """A null's name, central band and p-value for one statistic: columns of the metrics table."""

    null: str = ""
    null_low: float = float("nan")
    null_high: float = float("nan")
    p: float = float("nan")


def permuted_sends(cells: Cells, permutations: int, rng: np.random.Generator) -> Iterator[tuple[Array, Effects]]:
    """Level sums and effect sizes when whole rows of sends change hands, jointly for all attributes.

    Valid with attributes that go together and levels of different sizes. From `LARGE` personas on, the sums are drawn
    from the normal distribution with the permutation distribution's exact mean and covariance.
    """
    if len(cells.amounts) >= LARGE:
        yield _normal_sums(cells, permutations, rng)
        return
    matrix, size = cells.onehot(), len(cells.amounts)
    step = max(1, _BLOCK // size)
    for first in range(0, permutations, step):
        rows = min(step, permutations - first)
        sends = rng.permuted(np.broadcast_to(cells.amounts, (rows, size)), axis=1)
        sums = sends @ matrix
        if cells.covered:
            squares = np.full((1, len(cells.starts)), (cells.amounts**2).sum())
        else:
            squares = np.add.reduceat((sends**2) @ matrix, cells.starts, axis=-1)
        yield sums, effects_from_sums(cells.n, sums, squares, cells.starts)


def permuted_labels(cells: Cells, number: int, rng: np.random.Generator) -> Array:
    """Stated values with the labels of each attribute's levels permuted, shape (number, L)."""
    stated = np.broadcast_to(cells.stated, (number, len(cells.stated))).copy()
    for first, size in zip(cells.starts, cells.sizes, strict=True):
        stated[:, first : first + size] = rng.permuted(stated[:, first : first + size], axis=1)
    return stated


def null_name(cells: Cells) -> str:
    """Name of the first null, saying when its normal limit was used."""
    return NO_EFFECTS + (" (normal limit)" if len(cells.amounts) >= LARGE else "")


def summary(name: str, value: float, draws: Array, side: str = "greater") -> Null:
    """Central band of a null's draws, and p = (1 + as extreme)/(1 + draws).

    `greater` counts draws ≥ value, `less` draws ≤ value, `both` draws at least as far from 0.
    """
    draws = draws[np.isfinite(draws)]
    if not len(draws) or not np.isfinite(value):
        return Null(name)
    low, high = np.quantile(draws, [0.025, 0.975])
    near = 1e-9 * max(1.0, abs(value))
    extreme = {
        "greater": draws >= value - near,
        "less": draws <= value + near,
        "both": np.abs(draws) >= abs(value) - near,
    }[side]
    return Null(name, float(low), float(high), float((1 + extreme.sum()) / (1 + len(draws))))


def exact_band(value: float, null: Discrete) -> Null:
    """Central 95 % band and one-sided p of a statistic whose null with unrelated rankings is known exactly."""
    return Null(UNRELATED, null.quantile(0.025), null.quantile(0.975), null.at_least(value))


def _normal_sums(cells: Cells, permutations: int, rng: np.random.Generator) -> tuple[Array, Effects]:
    size = len(cells.amounts)
    # Sampling without replacement: Cov(S_j, S_k) = σ²·(n_jk − n_j·n_k/N)·N/(N − 1).
    covariance = (cells.pairs - np.outer(cells.n, cells.n) / size) * cells.amounts.var() * size / (size - 1)
    values, vectors = np.linalg.eigh(covariance)
    noise = rng.standard_normal((permutations, len(values))) * np.sqrt(np.maximum(values, 0))
    sums = cells.n * cells.amounts.mean() + noise @ vectors.T
    squares = np.add.reduceat(cells.n, cells.starts) * (cells.amounts**2).mean()
    return sums, effects_from_sums(cells.n, sums, squares[None], cells.starts)


def stated_in_dollars(cells: Cells, eta_squared: Array) -> tuple[Array, Array]:
    """Level means and s.d.s in dollars that a ranking and its labelled η² imply at the personas' overall s.d.

    `eta_squared` (A,) is the label's; missing counts as 0.
    """
    spread = cells.amounts.std()
    share = np.clip(np.nan_to_num(eta_squared), 0, 1)
    x = centred(cells.n, cells.stated, cells.starts)
    variance = np.add.reduceat(cells.n * x**2, cells.starts) / np.add.reduceat(cells.n, cells.starts)
    scale = np.sqrt(share / np.where(variance > 0, variance, 1.0)) * spread
    return cells.amounts.mean() + scale[cells.owner] * x, (np.sqrt(1 - share) * spread)[cells.owner]


def stated_ceiling(cells: Cells, means: Array, sds: Array, number: int, rng: np.random.Generator) -> dict[str, Array]:
    """Median and weighted ρ and slope of `number` simulated samples whose personas act exactly as stated.

    The mean of a level's n personas is drawn as normal around the stated mean with s.d. sd/√n (both (L,), dollars).
    """
    played = means + sds / np.sqrt(cells.n) * rng.standard_normal((number, len(means)))
    rho = spearman(np.broadcast_to(cells.stated, played.shape), played, cells.starts)
    some = np.isfinite(rho).all(axis=0)
    if not some.any():
        return dict.fromkeys(("median_rho", "weighted_rho", "slope"), np.full(number, np.nan))
    weights = (cells.sizes - 1)[some]
    c, v = slope_from_means(cells.n, cells.stated, played, cells.starts)
    rho = rho[:, some]
    return {"median_rho": np.median(rho, axis=1), "weighted_rho": rho @ weights / weights.sum(), "slope": c / v}


def reliability_ceiling(cells: Cells, rng: np.random.Generator) -> float:
    """√ of the Spearman–Brown corrected split-half reliability of level means over disjoint personas.

    The correlation is over all levels' deviations, weighted by personas, averaged over random halves; missing where it
    is not positive.
    """
    size, correlations = len(cells.amounts), []
    for _ in range(200 if size <= 5_000 else 4):
        half = np.zeros(size)
        half[rng.permutation(size)[: size // 2]] = 1
        n, sums = cells.sums(half), cells.sums(half * cells.amounts)
        correlations.append(_correlation(cells, (n, sums), (cells.n - n, cells.sums(cells.amounts) - sums)))
    r = float(np.mean(correlations))
    return float(np.sqrt(2 * r / (1 + r))) if r > 0 else float("nan")


def _correlation(cells: Cells, first: tuple[Array, Array], second: tuple[Array, Array]) -> float:
    weight = np.minimum(first[0], second[0]) + 1e-12
    x, y = (centred(weight, sums / np.maximum(n, 1), cells.starts) for n, sums in (first, second))
    spread = (weight * x**2).sum() * (weight * y**2).sum()
    return float((weight * x * y).sum() / np.sqrt(spread)) if spread > 0 else 0.0
