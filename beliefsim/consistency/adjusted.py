"""Fully adjusted level means: all attributes fitted together, for samples in which attributes go together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from beliefsim.measures import Estimate
from beliefsim.measures.estimate import interval

from .cells import Cells, Moments
from .slopes import GROUPS, centred, dials, slope_from_means

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Adjusted:
    """Level effects of all attributes fitted together by least squares ("controlling for other variables").

    Personas with a missing level of any attribute are left out.
    """

    cells: Cells

    @cached_property
    def kept(self) -> Cells:
        """The personas that every attribute covers."""
        return self.cells.complete()

    @cached_property
    def separable(self) -> bool:
        """Whether the attributes' effects can be told apart in this sample."""
        return self._rank == len(self.cells.levels) - len(self.cells.attributes) + 1

    @cached_property
    def effects(self) -> Array:
        """Deviation of each level from its attribute's mean, shape (L,)."""
        return centred(self._n, self._inverse @ self.kept.sums(self.kept.amounts), self.cells.starts)

    @cached_property
    def means(self) -> Array:
        """Adjusted level means, shape (L,): the effects around the overall mean."""
        return self.effects + self.kept.amounts.mean()

    def means_of(self, sums: Array) -> Array:
        """Adjusted level means from level sums, many permutations at once, shape (..., L)."""
        overall = np.add.reduceat(sums, self.cells.starts, axis=-1)[..., :1] / len(self.kept.amounts)
        return sums @ self._inverse @ self._centring(self._n).T + overall

    def slope(self) -> Estimate:
        """Slope of adjusted level means on stated ones, with its HC3 interval."""
        x = centred(self._n, self.cells.stated, self.cells.starts)
        v = (self._n * x**2).sum()
        if not (self.separable and v > 0):
            note = "all stated levels are equal" if self.separable else "attributes cannot be told apart in this sample"
            return Estimate(np.nan, note=note)
        weights = self._inverse @ (self._n * x / v)
        variance = sum(((matrix @ weights * residual) ** 2).sum() for matrix, residual in self._fits())
        return interval(float((self._n * x * self.effects).sum() / v), np.sqrt(variance), self._freedom)

    def dials(self, rng: np.random.Generator) -> dict[str, Estimate]:
        """Coupling and amplitude of the adjusted means, with a group jackknife over personas."""
        size = len(self.kept.amounts)
        number = min(GROUPS, size)
        group = rng.permutation(size) % number
        parts = self.kept.moments(group, number)
        pairs = self.kept.pairs_by(group, number)
        left = size - np.bincount(group, minlength=number)
        values = [self._dial_values(parts, pairs, size, slice(0, 0))]
        values += [self._dial_values(parts, pairs, int(left[g]), slice(g, g + 1)) for g in range(number)]
        return dials(np.array(values).T)

    def _dial_values(self, parts: Moments, by: Array, size: int, out: slice) -> tuple[float, float]:
        """Coupling and amplitude without the groups `out`."""
        n, sums, pairs = (part.sum(axis=0) - part[out].sum(axis=0) for part in (parts.n, parts.sums, by))
        squares = parts.squares[:, 0].sum() - parts.squares[out, 0].sum()
        inverse = np.linalg.pinv(pairs, rcond=1e-10, hermitian=True)
        freedom = size - self._rank
        if freedom < 1:
            return np.nan, np.nan
        error = (squares - sums @ inverse @ sums) / freedom
        effects, centre = centred(n, inverse @ sums, self.cells.starts), self._centring(n)
        noise = error * np.einsum("ij,jk,ik->i", centre, inverse, centre)
        c, v = slope_from_means(n, self.cells.stated, effects, self.cells.starts)
        total = (n * (effects**2 - noise)).sum()
        return (float(c / np.sqrt(v * total)), float(np.sqrt(v / total))) if total > 0 else (np.nan, np.nan)

    @cached_property
    def _n(self) -> Array:
        return self.kept.n

    @cached_property
    def _pairs(self) -> Array:
        return self.kept.pairs

    @cached_property
    def _inverse(self) -> Array:
        return np.asarray(np.linalg.pinv(self._pairs, rcond=1e-10, hermitian=True), dtype=float)

    @cached_property
    def _rank(self) -> int:
        return int(np.linalg.matrix_rank(self._pairs, tol=1e-10 * self._pairs.max(), hermitian=True))

    @property
    def _freedom(self) -> int:
        return len(self.kept.amounts) - self._rank

    def _centring(self, n: Array) -> Array:
        """Matrix that takes each attribute's n-weighted mean away."""
        same = self.cells.owner[:, None] == self.cells.owner
        share = n / np.add.reduceat(n, self.cells.starts)[self.cells.owner]
        return np.eye(len(share)) - same * share

    def _fits(self) -> Iterator[tuple[Array, Array]]:
        beta = self._inverse @ self.kept.sums(self.kept.amounts)
        for rows in self.kept.chunks():
            matrix = self.kept.onehot(rows)
            # A persona whose levels nobody else shares is fitted exactly: its leverage is 1 and it tells nothing.
            leverage = np.maximum(1 - ((matrix @ self._inverse) * matrix).sum(axis=1), 1e-9)
            yield matrix, (self.kept.amounts[rows] - matrix @ beta) / leverage
