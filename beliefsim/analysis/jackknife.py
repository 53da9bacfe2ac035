"""Intervals over personas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .slopes import Estimate, interval, left_out_error

__all__ = ["over_personas", "ratio", "ratio_over_personas"]

Array = NDArray[np.float64]


def over_personas(sums: Array, statistic: Callable[[Array], Array]) -> Estimate:
    """A statistic of sums over personas, with its delete-one-persona jackknife interval (Student t, 95 %).

    Parameters
    ----------
    sums : ndarray, shape (N, M)
        What each persona adds to each of M sums.
    statistic : callable
        From sums of shape (B, M) to values of shape (B,).

    References
    ----------
    Efron & Stein (1981), doi:10.1214/aos/1176345462.

    Examples
    --------
    >>> sums = np.array([[2.0, 1], [3, 1], [7, 1]])
    >>> over_personas(sums, lambda some: some[:, 0] / some[:, 1]).value
    4.0
    """
    whole, n = sums.sum(axis=0), len(sums)
    with np.errstate(invalid="ignore", divide="ignore"):
        value = float(statistic(whole[None])[0]) if n else np.nan
        left = statistic(whole - sums) if n else np.array([])
    if not np.isfinite(value):
        return Estimate(np.nan, note="not defined for what could be read" if n else "nothing could be read")
    if n < 3:
        return Estimate(value, note="too few personas for an interval")
    if not np.isfinite(left).all():
        return Estimate(value, note="not defined without some persona")
    return interval(value, float(left_out_error(left)), n - 1)


def ratio(top: Array, below: Array) -> Array:
    """A ratio of sums, missing where nothing is below.

    Examples
    --------
    >>> from beliefsim.analysis.jackknife import ratio
    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    return np.asarray(top / np.where(below > 0, below, np.nan))


def ratio_over_personas(
    table: pd.DataFrame, numerator: str, denominator: str | None = None, persona: str = "persona"
) -> Estimate:
    """Ratio of two columns' sums (or a column's mean) with a jackknife interval; a persona's rows stay together.

    Examples
    --------
    >>> rows = pd.DataFrame({"persona": list("aabbcc"), "x": [1.0, 3, 2, 4, 6, 8]})
    >>> ratio_over_personas(rows, "x").value
    4.0
    """
    below = 1.0 if denominator is None else table[denominator]
    known = pd.DataFrame({"who": table[persona].astype(str), "top": table[numerator], "below": below}).dropna()
    sums = known.groupby("who", sort=False).sum().to_numpy(dtype=float)
    return over_personas(sums, lambda some: ratio(some[:, 0], some[:, 1]))
