"""A number with its interval: means, ratios of sums and shares, over personas or other units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
_NORMAL = 1.959964  # 97.5 % of a standard normal are below


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval; `note` says why something is missing.

    Examples
    --------
    >>> share = bs.measures.Estimate(0.5, 0.4, 0.6)
    >>> share.low <= share.value <= share.high
    True
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")
    note: str = ""


def left_out_error(left: Array) -> Array:
    """Jackknife standard error of a statistic from its values without each of G groups (last axis)."""
    number = left.shape[-1]
    return np.sqrt((number - 1) / number * ((left - left.mean(axis=-1, keepdims=True)) ** 2).sum(axis=-1))


def interval(value: float, spread: float, freedom: int) -> Estimate:
    """Estimate with a Student-t interval of standard error `spread`."""
    from scipy.special import stdtrit

    if freedom < 1:
        return Estimate(value, note="too few personas for an interval")
    reach = float(stdtrit(freedom, 0.975) * spread)
    return Estimate(value, value - reach, value + reach)


def table_of(estimates: Mapping[str, Estimate], column: str, n: int) -> pd.DataFrame:
    """Estimates in rows: their names in `column`, then ``value``, ``low``, ``high``, ``n`` and ``note``.

    Examples
    --------
    >>> from beliefsim.measures.estimate import table_of
    >>> table_of({"slope": bs.measures.Estimate(0.5, 0.4, 0.6)}, "metric", 20).drop(columns="note")
      metric  value  low  high   n
    0  slope    0.5  0.4   0.6  20
    """
    rows = [(name, one.value, one.low, one.high, n, one.note) for name, one in estimates.items()]
    return pd.DataFrame(rows, columns=[column, "value", "low", "high", "n", "note"])


def mean(values: ArrayLike) -> Estimate:
    """The mean of what could be read, with a Student-t interval.

    Examples
    --------
    >>> bs.measures.mean([1.0, 2.0, 3.0, np.nan]).value
    2.0
    """
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    if len(known) < 2:
        return Estimate(float(known.mean()) if len(known) else np.nan, note="fewer than two values")
    return interval(float(known.mean()), float(known.std(ddof=1) / np.sqrt(len(known))), len(known) - 1)


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
    >>> from beliefsim.measures.estimate import ratio
    >>> ratio(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    array([0.5, nan])
    """
    return np.asarray(top / np.where(below > 0, below, np.nan))


def ratio_over_personas(
    table: pd.DataFrame, top: str, below: str | None = None, persona: str = "persona", *, share: bool = False
) -> Estimate:
    """Ratio of two columns' sums (or a column's mean) with an interval over personas; a persona's rows stay together.

    Parameters
    ----------
    table : DataFrame
    top, below, persona : str
        Columns.
    share : bool
        Each row's top lies between 0 and its below: the interval is `ratio_over_units`'s for shares.

    Examples
    --------
    >>> rows = pd.DataFrame({"persona": list("aabbcc"), "x": [1.0, 3, 2, 4, 6, 8]})
    >>> ratio_over_personas(rows, "x").value
    4.0
    """
    whole = np.ones(len(table)) if below is None else table[below].to_numpy(dtype=float)
    return ratio_over_units(table[top].to_numpy(dtype=float), whole, table[persona].astype(str).to_numpy(), share=share)


def ratio_over_units(
    top: ArrayLike, below: ArrayLike, units: ArrayLike | None = None, *, share: bool = False
) -> Estimate:
    """Ratio of sums with an interval over units: the jackknife's, or for a share Wilson's by what the jackknife found.

    A share close to 0 or 1 in few units has no normal distribution, and one that is 0 or 1 throughout no variance.
    Wilson's interval solves (share − p)² = a p(1 − p) for p; a is t² times the jackknife's variance over
    share(1 − share), and never less than if answers of yes or no were drawn by themselves.

    Parameters
    ----------
    top, below : array_like
        Of one shape; where either is missing, both are left out.
    units : array_like, optional
        Whose each number is; default: the first axis.
    share : bool
        Each top lies between 0 and its below.

    References
    ----------
    Wilson (1927), doi:10.1080/01621459.1927.10502953; with an effective size: Franco, Little, Louis & Slud (2019),
    doi:10.1093/jssam/smy019.

    Examples
    --------
    >>> found = ratio_over_units([[1, 1], [1, 1], [1, 1]], np.ones((3, 2)), share=True)  # six of six, by three units
    >>> found.value, round(found.low, 2), found.high
    (1.0, 0.61, 1.0)
    """
    above, under = (np.asarray(each, dtype=float) for each in (top, below))
    who = np.arange(len(above)).reshape(-1, *[1] * (above.ndim - 1)) if units is None else np.asarray(units)
    known = ~(np.isnan(above) | np.isnan(under))
    above, under, who = above[known], under[known], np.broadcast_to(who, known.shape)[known]
    if share and np.any((above < -1e-6) | (above > under + 1e-6)):
        raise ValueError(f"a share's parts lie between 0 and the whole, got {above.min():g} to {above.max():g}")
    numbers = pd.factorize(who)[0]
    sums = np.column_stack([np.bincount(numbers, each).astype(float) for each in (above, under)])
    jackknife = over_personas(sums, lambda some: ratio(some[:, 0], some[:, 1]))
    if not share or np.isnan(jackknife.low):
        return jackknife
    p = jackknife.value
    spread = max(p * (1 - p), 0.0)
    a = ((jackknife.high - jackknife.low) / 2) ** 2 / spread if spread > 0 else 0.0
    if np.isclose(above * (under - above), 0).all():  # yes or no
        drawn = _NORMAL**2 * (under**2).sum() / under.sum() ** 2
        a = drawn if np.bincount(numbers[under > 0]).max() == 1 else max(a, drawn)
    centre, reach = (p + a / 2) / (1 + a), np.sqrt(a * spread + a**2 / 4) / (1 + a)
    return Estimate(p, float(max(min(centre - reach, p), 0.0)), float(min(max(centre + reach, p), 1.0)))
