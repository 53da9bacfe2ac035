"""Keys and values of tokens that were read, and what a move to other positions does to keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Cache:
    """Keys and values of T tokens, each of shape (layers, heads, T, width of a head).

    Examples
    --------
    >>> whole = Cache(np.zeros((2, 1, 5, 4)), np.zeros((2, 1, 5, 4)))
    >>> len(whole), len(whole.part(2, 5)), len(whole.part(0, 2).then(whole.part(3, 5)))
    (5, 3, 4)
    """

    keys: Array
    values: Array

    def __len__(self) -> int:
        return self.keys.shape[2]

    def part(self, first: int, end: int) -> Cache:
        """The tokens from `first` up to, and without, `end`."""
        return Cache(self.keys[:, :, first:end], self.values[:, :, first:end])

    def then(self, other: Cache) -> Cache:
        """These tokens, and then those of another cache."""
        joined = (np.concatenate(pair, axis=2) for pair in ((self.keys, other.keys), (self.values, other.values)))
        return Cache(*joined)

    def moved(self, positions: int, base: float) -> Cache:
        """The same tokens so many positions later, their keys rotated."""
        return Cache(rotated(self.keys, positions, base), self.values)


def rotated(x: Array, positions: ArrayLike, base: float = 10_000.0) -> Array:
    """Turn queries or keys by rotary position embedding; turns add up, so that a cached key can be moved.

    Dimension i is paired with i + width/2 and turned by positions · base^(−2i/width).

    Parameters
    ----------
    x : ndarray, shape (..., T, width)
        Width is even.
    positions : int or array_like, shape (T,)
        By how many positions.
    base : float
        Of the angles, the model's.

    References
    ----------
    Su et al. (2021), arXiv:2104.09864.

    Examples
    --------
    >>> key = np.array([[1.0, 0.0, 0.0, 1.0]])
    >>> bool(np.allclose(rotated(rotated(key, 7), -4), rotated(key, 3)))
    True
    """
    half = x.shape[-1] // 2
    turn = np.atleast_1d(positions)[:, None] * base ** (-np.arange(half) / half)
    cos, sin = np.cos(turn), np.sin(turn)
    first, second = x[..., :half], x[..., half:]
    return np.concatenate([first * cos - second * sin, second * cos + first * sin], axis=-1).astype(x.dtype)
