"""Two ceilings: personas who act exactly as stated, and how well one half of the personas predicts the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .cells import Cells
from .ranks import spearman
from .slopes import centred, slope_from_means

Array = NDArray[np.float64]


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
        nothing = np.full(number, np.nan)
        return {"median_rho": nothing, "weighted_rho": nothing, "slope": nothing}
    weights = (cells.sizes - 1)[some]
    c, v = slope_from_means(cells.n, cells.stated, played, cells.starts)
    rho = rho[:, some]
    return {"median_rho": np.median(rho, axis=1), "weighted_rho": rho @ weights / weights.sum(), "slope": c / v}


def reliability_ceiling(cells: Cells, rng: np.random.Generator) -> float:
    """√ of the Spearman–Brown corrected split-half reliability of level means over disjoint personas.

    The correlation is over all levels' deviations, weighted by personas, averaged over random halves; missing where it
    is not positive.
    """
    size = len(cells.amounts)
    splits = 200 if size <= 5_000 else 4
    found = []
    for _ in range(splits):
        half = np.zeros(size)
        half[rng.permutation(size)[: size // 2]] = 1
        n, sums = cells.sums(half), cells.sums(half * cells.amounts)
        found.append(_correlation(cells, (n, sums), (cells.n - n, cells.sums(cells.amounts) - sums)))
    r = float(np.mean(found))
    return float(np.sqrt(2 * r / (1 + r))) if r > 0 else float("nan")


def _correlation(cells: Cells, first: tuple[Array, Array], second: tuple[Array, Array]) -> float:
    weight = np.minimum(first[0], second[0]) + 1e-12
    x, y = (centred(weight, sums / np.maximum(n, 1), cells.starts) for n, sums in (first, second))
    spread = (weight * x**2).sum() * (weight * y**2).sum()
    return float((weight * x * y).sum() / np.sqrt(spread)) if spread > 0 else 0.0
