"""Intervals over personas for any statistic of a table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from .slopes import Estimate, interval

__all__ = ["over_personas"]


def over_personas(
    table: pd.DataFrame, statistic: Callable[[pd.DataFrame], float], column: str = "persona", level: float = 0.95
) -> Estimate:
    """A statistic with its delete-one-persona jackknife interval (Student t).

    Parameters
    ----------
    table : DataFrame
        Several rows a persona; they are left out together.
    statistic : callable
        From such a table to a number.
    column : str
        Names the personas.

    References
    ----------
    Efron & Stein (1981), doi:10.1214/aos/1176345462.

    Examples
    --------
    >>> rows = pd.DataFrame({"persona": list("aabbcc"), "x": [1.0, 3, 2, 4, 6, 8]})
    >>> over_personas(rows, lambda part: part["x"].mean()).value
    4.0
    """
    value = float(statistic(table)) if len(table) else float("nan")
    names = table[column].astype(str).to_numpy()
    each = np.unique(names)
    if not np.isfinite(value):
        return Estimate(value, note="nothing could be read")
    if len(each) < 3:
        return Estimate(value, note="too few personas for an interval")
    left = np.array([statistic(table[names != name]) for name in each])
    if not np.isfinite(left).all():
        return Estimate(value, note="not defined without some persona")
    n = len(each)
    return interval(value, float(np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())), n - 1, level)
