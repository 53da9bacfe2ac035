"""Spaces of moves and outcomes, and `Belief`: one distribution (or a block of them) over such a space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Integers:
    """Whole numbers from `low` to `high`, both included.

    Parameters
    ----------
    low, high : int
        The smallest and the largest legal number.
    unit : str
        What one step is, for example ``"dollars"``.

    Examples
    --------
    >>> len(Integers(0, 10, unit="dollars"))
    11
    """

    low: int
    high: int
    unit: str = ""

    def __post_init__(self) -> None:
        if self.high < self.low:
            raise ValueError(f"Integers: high {self.high} is below low {self.low}")

    def __len__(self) -> int:
        return self.high - self.low + 1

    @cached_property
    def values(self) -> Array:
        """The numbers as floats, shape (K,)."""
        return np.arange(self.low, self.high + 1, dtype=float)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The numbers as an agent would write them, in natural order."""
        return tuple(str(value) for value in range(self.low, self.high + 1))

    def index(self, moves: ArrayLike) -> NDArray[np.intp]:
        """Positions of legal moves in `values`; a move outside the space raises ValueError."""
        moves = np.asarray(moves, dtype=float)
        if not np.all((moves >= self.low) & (moves <= self.high) & (moves == np.round(moves))):
            raise ValueError(f"{moves!r} is not within the whole numbers {self.low}..{self.high}")
        return (moves - self.low).astype(np.intp)


@dataclass(frozen=True)
class Options:
    """A short list of named options, for example ``("trust", "keep")``; they have no numeric value.

    Examples
    --------
    >>> bs.Options(("up", "down")).names
    ('up', 'down')
    """

    names: tuple[str, ...]
    unit: str = "option"

    def __post_init__(self) -> None:
        if isinstance(self.names, str) or not self.names or len(set(self.names)) < len(self.names):
            raise ValueError(f"Options: names must be a sequence of different words, got {self.names!r}")
        object.__setattr__(self, "names", tuple(self.names))

    def __len__(self) -> int:
        return len(self.names)

    def rotated(self, turn: int) -> Options:
        """The same options listed from another one on.

        Examples
        --------
        >>> Options(("a", "b", "c")).rotated(1).names
        ('b', 'c', 'a')
        """
        turn %= len(self.names)
        return Options(self.names[turn:] + self.names[:turn], self.unit)

    @cached_property
    def values(self) -> Array:
        """Missing: an option is no number, shape (K,)."""
        return np.full(len(self.names), np.nan)

    @property
    def texts(self) -> tuple[str, ...]:
        """The names."""
        return self.names

    def index(self, moves: ArrayLike) -> NDArray[np.intp]:
        """Positions of the named options; another name raises ValueError."""
        named = np.asarray(moves, dtype=object)
        positions = pd.Index(self.names, dtype=object).get_indexer(named.ravel())
        if (positions < 0).any():
            raise ValueError(f"option {named.ravel()[positions < 0][0]!r} is not among {', '.join(self.names)}")
        return positions.reshape(named.shape)


@dataclass(frozen=True)
class Text:
    """Free text of at most `words` words: a move in a dialogue. It has no list of outcomes.

    Examples
    --------
    >>> bs.Text(words=20).unit
    'text'
    """

    words: int = 60
    unit: str = "text"


Space = Integers | Options | Text


@dataclass(frozen=True)
class Belief:
    """A distribution over an outcome space, or a block of them.

    Parameters
    ----------
    space : Integers or Options
        The K outcomes.
    p : array_like, shape (..., K)
        Probabilities; each last-axis row sums to 1. A row of missing values is an unread belief.

    Raises
    ------
    ValueError
        If the shape does not fit, a probability is negative, or a row does not sum to 1
        (use `Belief.normalised` to renormalise on purpose).

    Examples
    --------
    >>> certain = Belief.certain(Integers(0, 10), 4)
    >>> float(certain.mean), float(certain.sd)
    (4.0, 0.0)
    """

    space: Integers | Options
    p: Array

    def __post_init__(self) -> None:
        p = np.asarray(self.p, dtype=float)
        object.__setattr__(self, "p", p)
        if p.shape[-1:] != (len(self.space),):
            raise ValueError(f"Belief: {p.shape[-1:]} probabilities for {len(self.space)} outcomes")
        total = p.sum(axis=-1)
        if np.any(p < 0) or np.any(np.abs(total[~np.isnan(total)] - 1) > 1e-6):
            raise ValueError(
                "Belief: probabilities must be non-negative and sum to 1; Belief.normalised renormalises on purpose"
            )

    @classmethod
    def normalised(cls, space: Integers | Options, weights: ArrayLike) -> Belief:
        """Weights divided by their sum; rows without any weight become missing."""
        weights = np.asarray(weights, dtype=float)
        total = weights.sum(axis=-1, keepdims=True)
        with np.errstate(invalid="ignore", divide="ignore"):
            return cls(space, np.where(total > 0, weights / total, np.nan))

    @classmethod
    def certain(cls, space: Integers | Options, outcomes: ArrayLike) -> Belief:
        """All mass on the given outcome (or on each of a block of outcomes)."""
        return cls(space, np.eye(len(space))[space.index(outcomes)])

    @classmethod
    def uniform(cls, space: Integers | Options) -> Belief:
        """Equal mass everywhere."""
        return cls(space, np.full(len(space), 1 / len(space)))

    @property
    def mean(self) -> Array:
        """Expected value in the space's unit, shape (...)."""
        return self.p @ self.space.values

    @property
    def sd(self) -> Array:
        """Standard deviation in the space's unit, shape (...)."""
        return np.sqrt(np.maximum(self.p @ self.space.values**2 - self.mean**2, 0))

    @property
    def median(self) -> Array:
        """The smallest outcome that at least half of the mass does not exceed, shape (...)."""
        reached = np.cumsum(self.p, axis=-1) >= 0.5 - 1e-12
        return np.where(np.isnan(self.p).any(axis=-1), np.nan, self.space.values[reached.argmax(axis=-1)])

    def draw(self, rng: np.random.Generator) -> NDArray[np.intp]:
        """One position per distribution by inverse c.d.f., shape (...); -1 where the belief is missing."""
        cumulative = np.cumsum(self.p, axis=-1)
        uniform = rng.random(self.p.shape[:-1])
        position = np.minimum((cumulative < uniform[..., None]).sum(axis=-1), len(self.space) - 1)
        return np.where(np.isnan(cumulative[..., -1]), -1, position)


def total_variation(first: Belief, second: Belief) -> Array:
    """Total variation distance, in [0, 1]: half the summed absolute difference.

    Examples
    --------
    >>> first, second = (bs.Belief(bs.Integers(0, 1), [p]) for p in ([0.8, 0.2], [0.5, 0.5]))
    >>> total_variation(first, second).round(2)
    array([0.3])
    """
    _same_space(first, second)
    return 0.5 * np.abs(first.p - second.p).sum(axis=-1)


def wasserstein(first: Belief, second: Belief) -> Array:
    """Wasserstein-1 distance in the unit of the (ordered) outcomes.

    Examples
    --------
    >>> first, second = (bs.Belief(bs.Integers(0, 2), [p]) for p in ([1, 0, 0], [0, 0, 1]))
    >>> wasserstein(first, second)
    array([2.])
    """
    _same_space(first, second)
    gaps = np.abs(np.cumsum(first.p - second.p, axis=-1))[..., :-1]
    return (gaps * np.diff(first.space.values)).sum(axis=-1)


def brier(belief: Belief, outcomes: ArrayLike) -> Array:
    """Multi-category Brier score, 0 (best) to 2. Brier (1950), Mon. Weather Rev. 78:1.

    Examples
    --------
    >>> rain = bs.Belief(bs.Options(("rain", "sun")), [[0.8, 0.2]])
    >>> brier(rain, ["rain"]).round(2)
    array([0.08])
    """
    return ((belief.p - np.eye(len(belief.space))[belief.space.index(outcomes)]) ** 2).sum(axis=-1)


def kullback_leibler(first: Belief, second: Belief, floor: float = 1e-6) -> Array:
    """Nats that `second` loses to one who believes `first`: its expected log score, less that of `first` itself.

    Probabilities of `second` below `floor` count as `floor`, or as those of `first` if they are smaller still.
    Kullback & Leibler (1951), doi:10.1214/aoms/1177729694.

    Examples
    --------
    >>> first, second = (bs.Belief(bs.Integers(0, 1), [p]) for p in ([0.5, 0.5], [0.9, 0.1]))
    >>> kullback_leibler(first, second).round(3), kullback_leibler(first, first)
    (array([0.511]), array([0.]))
    """
    _same_space(first, second)
    p = np.where(first.p > 0, first.p, 1.0)
    return (first.p * (np.log(p) - np.log(np.maximum(second.p, np.minimum(p, floor))))).sum(axis=-1)


def _same_space(first: Belief, second: Belief) -> None:
    if first.space != second.space:
        raise ValueError(f"beliefs over different spaces cannot be compared: {first.space} and {second.space}")
