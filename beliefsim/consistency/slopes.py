"""The say–do slope, coupling and amplitude of stacked level cells, with intervals over personas.

Of marginal level means (`slope`, `coupling`) where a sample is a randomised factorial; of adjusted ones (`Adjusted`)
where attributes go together.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim.measures import Estimate
from beliefsim.measures.estimate import interval, left_out_error

from .cells import Cells
from .effects import effects_from_sums

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
_GROUPS = 40  # of personas, left out in turn
_ALL_EQUAL = "all stated levels are equal"


def slope(cells: Cells) -> Estimate:
    """Say–do slope b = C/V_s with a jackknife interval over personas.

    With one attribute, b is the least-squares slope of amounts on stated values and the delete-one jackknife is the
    HC3 interval up to terms of order 1/N; with several it also counts what other attributes add by chance.
    """
    c, v = slope_from_means(cells.n, cells.stated, cells.means, cells.starts)
    if not v > 0:
        return Estimate(np.nan, note=_ALL_EQUAL)
    spread = float(np.sqrt((influences(cells) ** 2).sum()))
    return interval(float(c / v), spread, len(cells.amounts) - len(cells.attributes))


def influences(cells: Cells) -> Array:
    """What each persona adds to the slope's error, from the delete-one jackknife, shape (N,)."""
    size = len(cells.amounts)
    c, v = np.zeros(size), np.zeros(size)  # of the slope without each persona in turn
    for column in cells.columns:
        inside = (column >= 0).astype(float)
        stated = np.where(column >= 0, cells.stated[column], 0.0)
        amounts = inside * cells.amounts
        left = inside.sum() - inside
        c += stated @ amounts - stated * amounts - (stated.sum() - stated) * (amounts.sum() - amounts) / left
        v += stated @ stated - stated**2 - (stated.sum() - stated) ** 2 / left
    without = c / v
    return np.sqrt((size - 1) / size) * (without.mean() - without)


def coupling(cells: Cells, rng: np.random.Generator) -> dict[str, Estimate]:
    """Coupling C/√(V_s·V_d) and amplitude √(V_s/V_d), with a group jackknife over personas (`rng` groups them).

    Both are missing where V_d, the trait variance without chance, is not positive.
    """
    n, sums, squares = map(_left_out, cells.moments(*_grouped(cells, rng)))
    c, v = slope_from_means(n, cells.stated, sums / n, cells.starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        rows = zip(n, sums, squares, strict=True)
        done = np.array([effects_from_sums(*row, cells.starts).signal.sum() for row in rows])
        return _estimates(np.array([c / np.sqrt(v * done), np.sqrt(v / done)]))


def slope_from_means(n: Array, stated: Array, means: Array, starts: Whole) -> tuple[Array, Array]:
    """Numerator C and denominator V_s of the slope; any leading axes broadcast.

    C = Σ n (s − s̄) m and V_s = Σ n (s − s̄)², s̄ the n-weighted mean of an attribute's stated levels.
    """
    x = centred(n, stated, starts)
    return (n * x * means).sum(axis=-1), (n * x**2).sum(axis=-1) + 0 * means[..., 0]


def centred(n: Array, values: Array, starts: Whole) -> Array:
    """Values less their attribute's n-weighted mean, shape (..., L)."""
    sizes = np.diff(np.append(starts, n.shape[-1]))
    mean = np.add.reduceat(n * values, starts, axis=-1) / np.add.reduceat(n, starts, axis=-1)
    return values - np.repeat(mean, sizes, axis=-1)


class Adjusted:
    """Level effects of all attributes fitted together by least squares ("controlling for other variables").

    Personas with a missing level of any attribute are left out.
    """

    def __init__(self, cells: Cells) -> None:
        self.cells = cells.complete()

    @cached_property
    def effects(self) -> Array:
        """Deviation of each level from its attribute's mean, shape (L,)."""
        return centred(self.cells.n, self._coefficients, self.cells.starts)

    def means_of(self, sums: Array) -> Array:
        """Adjusted level means from level sums, many permutations at once, shape (..., L)."""
        overall = np.add.reduceat(sums, self.cells.starts, axis=-1)[..., :1] / len(self.cells.amounts)
        return sums @ self._inverse @ self._centring(self.cells.n).T + overall

    def slope(self) -> Estimate:
        """Slope of adjusted level means on stated ones, with its HC3 interval."""
        n = self.cells.n
        x = centred(n, self.cells.stated, self.cells.starts)
        v = (n * x**2).sum()
        if self._rank < len(self.cells.levels) - len(self.cells.attributes) + 1:
            return Estimate(np.nan, note="attributes cannot be told apart in this sample")
        if not v > 0:
            return Estimate(np.nan, note=_ALL_EQUAL)
        weights = self._inverse @ (n * x / v)
        variance = sum(((matrix @ weights * residual) ** 2).sum() for matrix, residual in self._fits())
        freedom = len(self.cells.amounts) - self._rank
        return interval(float((n * x * self.effects).sum() / v), np.sqrt(variance), freedom)

    def coupling(self, rng: np.random.Generator) -> dict[str, Estimate]:
        """Coupling and amplitude of the adjusted means, with a group jackknife over personas."""
        group, number = _grouped(self.cells, rng)
        moments = self.cells.moments(group, number)
        sums = moments.n, moments.sums, moments.squares[:, 0], self.cells.pairs_by(group, number), np.bincount(group)
        left = zip(*(_left_out(each) for each in sums), strict=True)
        return _estimates(np.array([self._dials(*each) for each in left]).T)

    def _dials(self, n: Array, sums: Array, squares: float, pairs: Array, size: int) -> tuple[float, float]:
        """Coupling and amplitude from the sums over some personas."""
        inverse, freedom = _pseudoinverse(pairs), size - self._rank
        if freedom < 1:
            return np.nan, np.nan
        error = (squares - sums @ inverse @ sums) / freedom
        effects, centre = centred(n, inverse @ sums, self.cells.starts), self._centring(n)
        noise = error * np.einsum("ij,jk,ik->i", centre, inverse, centre)
        c, v = slope_from_means(n, self.cells.stated, effects, self.cells.starts)
        done = (n * (effects**2 - noise)).sum()
        return (float(c / np.sqrt(v * done)), float(np.sqrt(v / done))) if done > 0 else (np.nan, np.nan)

    @cached_property
    def _inverse(self) -> Array:
        return _pseudoinverse(self.cells.pairs)

    @cached_property
    def _rank(self) -> int:
        pairs = self.cells.pairs
        return int(np.linalg.matrix_rank(pairs, tol=1e-10 * pairs.max(), hermitian=True))

    @cached_property
    def _coefficients(self) -> Array:
        return self._inverse @ self.cells.sums(self.cells.amounts)

    def _centring(self, n: Array) -> Array:
        """Matrix that takes each attribute's n-weighted mean away."""
        same = self.cells.owner[:, None] == self.cells.owner
        return np.eye(len(n)) - same * (n / np.add.reduceat(n, self.cells.starts)[self.cells.owner])

    def _fits(self) -> Iterator[tuple[Array, Array]]:
        """Design and HC3 residuals, some personas at a time."""
        for rows in self.cells.chunks():
            matrix = self.cells.onehot(rows)
            # A persona whose levels nobody else shares is fitted exactly: its leverage is 1 and it tells nothing.
            leverage = np.maximum(1 - ((matrix @ self._inverse) * matrix).sum(axis=1), 1e-9)
            yield matrix, (self.cells.amounts[rows] - matrix @ self._coefficients) / leverage


def _pseudoinverse(pairs: Array) -> Array:
    return np.asarray(np.linalg.pinv(pairs, rcond=1e-10, hermitian=True), dtype=float)


def _grouped(cells: Cells, rng: np.random.Generator) -> tuple[Whole, int]:
    """A random group of each persona, and how many groups there are."""
    size = len(cells.amounts)
    number = min(_GROUPS, size)
    return rng.permutation(size) % number, number


def _left_out(groups: NDArray[Any]) -> NDArray[Any]:
    """A sum over groups (first axis), then the sum without each group in turn."""
    whole = groups.sum(axis=0)
    return np.concatenate([[whole], whole - groups])


def _estimates(values: Array) -> dict[str, Estimate]:
    """Estimates from coupling (first row) and amplitude: the value, then its delete-one-group values."""
    if not np.isfinite(values[:, 0]).all():
        note = "no trait variance beyond chance" if np.isnan(values[:, 0]).any() else _ALL_EQUAL
        return {name: Estimate(np.nan, note=note) for name in ("coupling", "amplitude")}
    left = values[:, 1:]
    pairs = zip(("coupling", "amplitude"), values[:, 0], left_out_error(left), strict=True)
    return {name: interval(float(value), float(error), left.shape[1] - 1) for name, value, error in pairs}
