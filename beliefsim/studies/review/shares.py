"""One share less another of the same units, with an interval that holds where the units are few."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import Estimate, ratio_over_units

Array = NDArray[np.float64]


def share_difference(first: tuple[ArrayLike, ArrayLike], second: tuple[ArrayLike, ArrayLike]) -> Estimate:
    """One share less another, with an interval from those of both; the first axis are the units of both.

    Differences of −1, 0 and 1 are rare and skewed in few units, where their jackknife intervals cover too seldom; each
    share's own interval does not, and the jackknife tells how the two go together.

    Parameters
    ----------
    first, second : tuple of two array_like
        Top and below of each share, all of one shape.

    References
    ----------
    Newcombe (1998), doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C, for paired shares;
    Zou & Donner (2008), doi:10.1002/sim.3095.

    Examples
    --------
    >>> whole = np.ones((3, 2))
    >>> found = share_difference(([[1, 1], [1, 0], [1, 1]], whole), ([[1, 0], [0, 0], [1, 1]], whole))
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2)
    (0.33, -0.03, 0.67)
    """
    one, other = (ratio_over_units(*each, share=True) for each in (first, second))
    value = one.value - other.value
    if np.isnan(one.low) or np.isnan(other.low):
        return Estimate(value, note=one.note or other.note)
    apart = [left - left.mean() for left in (_left_out(*first), _left_out(*second))]
    size = float(np.sqrt((apart[0] ** 2).sum() * (apart[1] ** 2).sum()))
    together = float((apart[0] * apart[1]).sum()) / size if size > 0 else 0.0
    down, up = (one.value - one.low, other.high - other.value), (one.high - one.value, other.value - other.low)
    low, high = (np.sqrt(max(a**2 - 2 * together * a * b + b**2, 0.0)) for a, b in (down, up))
    return Estimate(value, float(value - low), float(value + high))


def _left_out(top: ArrayLike, below: ArrayLike) -> Array:
    """A ratio of sums without each unit in turn."""
    both = np.stack([np.asarray(each, dtype=float) for each in (top, below)])
    sums = np.where(np.isnan(both).any(axis=0), 0.0, both).reshape(*both.shape[:2], -1).sum(axis=2)
    return np.asarray((sums[0].sum() - sums[0]) / (sums[1].sum() - sums[1]))
