"""The statistics of one set of cells: of the data, and under both nulls."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import nulls, ranks
from .cells import Cells
from .effects import Effects
from .slopes import Adjusted, slope_from_means
from .statements import Choices

Array = NDArray[np.float64]


class Draws(NamedTuple):
    """The statistics over many permutations (or for the data themselves: one row)."""

    rho: Array
    median_rho: Array
    weighted_rho: Array
    slope: Array
    eta_squared: Array
    distance: Array  # |Δη²|, (B, A)
    omnibus: Array  # Σ ε² over attributes


@dataclass
class Statistics:
    """The data's statistics and their nulls, computed when asked for.

    Parameters
    ----------
    cells : Cells
    stated_eta : ndarray, shape (A,)
        Stated η² of each attribute.
    choices : Choices
    permutations : int
    rng : numpy.random.Generator
    """

    cells: Cells
    stated_eta: Array
    choices: Choices
    permutations: int
    rng: np.random.Generator

    @cached_property
    def adjusted(self) -> Adjusted:
        """The fully adjusted fit."""
        return Adjusted(self.cells)

    @cached_property
    def data(self) -> Draws:
        """The statistics of the data."""
        return self._draws(self.cells.sums(self.cells.amounts)[None], self.cells.effects)

    @cached_property
    def no_effects(self) -> Draws:
        """The statistics when sends are permuted across personas."""
        drawn = nulls.permuted_sends(self.cells, self.permutations, self.rng)
        return Draws(*map(np.concatenate, zip(*(self._draws(*each) for each in drawn), strict=True)))

    @cached_property
    def unrelated_slope(self) -> Array:
        """Slopes when stated labels are permuted within attributes."""
        stated = nulls.permuted_labels(self.cells, self.permutations, self.rng)
        c, v = slope_from_means(self.cells.n, stated, self.done, self.cells.starts)
        with np.errstate(invalid="ignore", divide="ignore"):
            return c / v

    @cached_property
    def unrelated_rho(self) -> list[ranks.Discrete]:
        """Exact distribution of each attribute's ρ when stated labels are permuted, where ρ exists."""
        levels = (np.split(values, self.cells.starts[1:]) for values in (self.cells.stated, self.done))
        return [ranks.rho_null(*both) for *both, some in zip(*levels, self.known, strict=True) if some]

    @cached_property
    def done(self) -> Array:
        """Level means of the data, adjusted where `Choices.means` says so, shape (L,)."""
        return self._means(self.cells.sums(self.cells.amounts))

    @property
    def known(self) -> NDArray[np.bool_]:
        """Attributes whose ρ is defined, shape (A,)."""
        return np.isfinite(self.data.rho[0])

    def _draws(self, sums: Array, effects: Effects) -> Draws:
        means = self._means(sums)
        rho = ranks.spearman(np.broadcast_to(self.cells.stated, means.shape), means, self.cells.starts)
        if self.choices.ties == "missing":
            rho = np.where(self._tied(means), np.nan, rho)
        with np.errstate(invalid="ignore", divide="ignore"):
            c, v = slope_from_means(self.cells.n, self.cells.stated, means, self.cells.starts)
            eta = np.atleast_2d(effects.eta_squared)
            omnibus = np.atleast_2d(effects.epsilon_squared).sum(axis=-1)
            weights = np.where(np.isnan(rho), 0.0, self.cells.sizes - 1)
            weighted = (weights * np.nan_to_num(rho)).sum(axis=-1) / weights.sum(axis=-1)
            return Draws(rho, _median(rho), weighted, c / v, eta, np.abs(eta - self.stated_eta), omnibus)

    def _means(self, sums: Array) -> Array:
        return self.adjusted.means_of(sums) if self.choices.means == "adjusted" else sums / self.cells.n

    def _tied(self, means: Array) -> NDArray[np.bool_]:
        squares = np.add.reduceat(ranks.mean_ranks(means, self.cells.starts) ** 2, self.cells.starts, axis=-1)
        k = self.cells.sizes
        return squares < k * (k + 1) * (2 * k + 1) / 6 - 1e-9


def _median(rho: Array) -> Array:
    """Median over attributes whose ρ is defined, missing where none is."""
    if not np.isnan(rho).any():
        return np.median(rho, axis=-1)
    some = ~np.isnan(rho).all(axis=-1)
    medians = np.full(len(rho), np.nan)
    medians[some] = np.nanmedian(rho[some], axis=-1)
    return medians
