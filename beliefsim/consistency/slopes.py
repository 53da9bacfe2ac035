"""The say–do slope, coupling and amplitude of stacked level cells, with intervals over personas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from beliefsim.measures import Estimate
from beliefsim.measures.estimate import interval, left_out_error

from .cells import Cells
from .effects import effects_from_sums

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
GROUPS = 40  # of personas, left out in turn


def slope_from_means(n: Array, stated: Array, means: Array, starts: Whole) -> tuple[Array, Array]:
    """Numerator C and denominator V_s of the slope; any leading axes broadcast.

    C = Σ n (s − s̄) m and V_s = Σ n (s − s̄)², s̄ the n-weighted mean of an attribute's stated levels.
    """
    x = centred(n, stated, starts)
    return (n * x * means).sum(axis=-1), (n * x**2).sum(axis=-1) + 0 * means[..., 0]


def slope(cells: Cells) -> Estimate:
    """Say–do slope b = C/V_s with a jackknife interval over personas.

    With one attribute, b is the least-squares slope of amounts on stated values and the delete-one jackknife is the
    HC3 interval up to terms of order 1/N; with several it also counts what other attributes add by chance.
    """
    c, v = slope_from_means(cells.n, cells.stated, cells.means, cells.starts)
    if not v > 0:
        return Estimate(np.nan, note="all stated levels are equal")
    spread = float(np.sqrt((influences(cells) ** 2).sum()))
    return interval(float(c / v), spread, len(cells.amounts) - len(cells.attributes))


def influences(cells: Cells) -> Array:
    """What each persona adds to the slope's error, from the delete-one jackknife, shape (N,)."""
    size = len(cells.amounts)
    without = _delete_one(cells)
    return np.sqrt((size - 1) / size) * (without.mean() - without)


def coupling(cells: Cells, rng: np.random.Generator) -> dict[str, Estimate]:
    """Coupling C/√(V_s·V_d) and amplitude √(V_s/V_d), with a group jackknife over personas (`rng` groups them).

    Both are missing where V_d, the trait variance without chance, is not positive.
    """
    size = len(cells.amounts)
    number = min(GROUPS, size)
    parts = cells.moments(rng.permutation(size) % number, number)
    total = [part.sum(axis=0) for part in (parts.n, parts.sums, parts.squares)]
    left = [part.sum(axis=0) - part for part in (parts.n, parts.sums, parts.squares)]
    n, sums, squares = (np.concatenate([all_[None], some]) for all_, some in zip(total, left, strict=True))
    return dials(_dial_values(cells, n, sums, squares))


def centred(n: Array, values: Array, starts: Whole) -> Array:
    """Values less their attribute's n-weighted mean, shape (..., L)."""
    sizes = np.diff(np.append(starts, n.shape[-1]))
    mean = np.add.reduceat(n * values, starts, axis=-1) / np.add.reduceat(n, starts, axis=-1)
    return values - np.repeat(mean, sizes, axis=-1)


def dials(values: Array) -> dict[str, Estimate]:
    """Estimates from coupling (first row) and amplitude: the value, then its delete-one-group values."""
    if not np.isfinite(values[:, 0]).all():
        note = "no trait variance beyond chance" if np.isnan(values[:, 0]).any() else "all stated levels are equal"
        return {name: Estimate(np.nan, note=note) for name in ("coupling", "amplitude")}
    left = values[:, 1:]
    pairs = zip(("coupling", "amplitude"), values[:, 0], left_out_error(left), strict=True)
    return {name: interval(float(value), float(error), left.shape[1] - 1) for name, value, error in pairs}


def _dial_values(cells: Cells, n: Array, sums: Array, squares: Array) -> Array:
    c, v = slope_from_means(n, cells.stated, sums / n, cells.starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        total = np.array(
            [effects_from_sums(*row, cells.starts).signal.sum() for row in zip(n, sums, squares, strict=True)]
        )
        return np.array([c / np.sqrt(v * total), np.sqrt(v / total)])


def _delete_one(cells: Cells) -> Array:
    """The slope without each persona in turn, shape (N,)."""
    size = len(cells.amounts)
    c, v = np.zeros(size), np.zeros(size)
    for column in cells.columns:
        inside = (column >= 0).astype(float)
        stated = np.where(column >= 0, cells.stated[column], 0.0)
        amounts = inside * cells.amounts
        left = inside.sum() - inside
        c += stated @ amounts - stated * amounts - (stated.sum() - stated) * (amounts.sum() - amounts) / left
        v += stated @ stated - stated**2 - (stated.sum() - stated) ** 2 / left
    return c / v
