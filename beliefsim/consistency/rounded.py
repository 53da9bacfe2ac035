"""Rounded and clipped normal distributions over whole amounts."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.beliefs import Belief, Integers

Array = NDArray[np.float64]


def clipped_normal(space: Integers, means: ArrayLike, sd: float) -> Belief:
    """Rounded normal distributions, mass outside the space lying on its ends, with the given means.

    Parameters
    ----------
    space : Integers
    means : array_like, shape (n,)
        Wanted means; those outside the space become its ends.
    sd : float
        S.d. before rounding and clipping.

    Examples
    --------
    >>> clipped_normal(Integers(0, 10), [4.0, 9.5], 2.0).mean.round(6).tolist()
    [4.0, 9.5]
    """
    wanted: Array = np.clip(np.asarray(means, dtype=float), space.low, space.high)
    sd = max(sd, 0.05)  # below, a rounded normal cannot have a mean between two whole numbers
    reach = 9 * sd + 1
    grid = np.linspace(space.low - reach, space.high + reach, 4001)
    centre = np.interp(wanted, _rounded(space, grid, sd) @ space.values, grid)
    p = _rounded(space, centre, sd)
    # Mixing with a neighbouring centre takes away what interpolation left.
    lack = wanted - p @ space.values
    step = grid[1] - grid[0]
    near = _rounded(space, centre + np.sign(lack) * step, sd)
    gain = np.abs((near - p) @ space.values)
    share = np.divide(np.abs(lack), gain, out=np.zeros_like(lack), where=gain > 1e-12)[..., None]
    return Belief.normalised(space, (1 - np.minimum(share, 1)) * p + np.minimum(share, 1) * near)


def _rounded(space: Integers, centres: Array, sd: float) -> Array:
    from scipy.special import ndtr

    edges = space.values[:-1] + 0.5
    below = ndtr((edges - np.asarray(centres)[..., None]) / sd)
    return np.diff(below, axis=-1, prepend=0.0, append=1.0)


def hashed(names: NDArray[Any], seed: int) -> Array:
    """A number in (0, 1) for each name that depends on nothing but the name and the seed."""
    hashes = pd.util.hash_array(names, hash_key=f"{seed % 10**16:016d}", categorize=False)
    return ((hashes >> np.uint64(11)) + 0.5) * 2.0**-53
