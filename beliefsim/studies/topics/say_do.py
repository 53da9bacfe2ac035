"""Whether what is said and what is done drift together: coupling of their shifts, and alignment of directions."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.measures import Estimate
from beliefsim.measures.estimate import over_personas

from .drift import beside_placebo, last_round

Array = NDArray[np.float64]
_PERMUTATIONS = 1000
_MOVED = 1e-9  # log-odds; below, nothing moved


def coupling(moved: pd.DataFrame, placebo: pd.DataFrame) -> Estimate:
    """Correlation of the shifts of stance and tool at the last round, free of the noise that the placebo shows.

    (cov − cov₀)/√((var said − var₀ said)(var did − var₀ did)), subscript 0 for the placebo, whose shifts hold noise
    of two answers and nothing else. Jackknife interval over units; missing where shifts vary no more than there.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": range(5), "round": 2, "said": range(5), "did": range(5)})
    >>> still = rows.assign(said=0.0, did=0.0)
    >>> from beliefsim.studies import topics
    >>> round(topics.coupling(rows, still).value, 2)
    1.0
    """
    both = beside_placebo(last_round(moved), placebo, ["said", "did"]).dropna(subset=["said", "did", "said_0", "did_0"])
    s, d, s0, d0 = (both[name].to_numpy(dtype=float) for name in ("said", "did", "said_0", "did_0"))
    products = [s, d, s0, d0, s * s, d * d, s * d, s0 * s0, d0 * d0, s0 * d0]
    link = over_personas(np.column_stack([np.ones(len(s)), *products]), _correlation)
    note = "shifts vary no more than under the placebo" if len(both) and np.isnan(link.value) else link.note
    return Estimate(link.value, link.low, link.high, note)


def alignment(moved: pd.DataFrame, *, seed: int = 0) -> pd.Series:
    """Share of units whose stance and tool moved the same way, of those where either moved.

    The null, its base rate, pairs each stance with the tool of another unit, by permutation.

    Returns
    -------
    Series
        ``value``, ``base_rate`` (mean of the null), ``null_low``, ``null_high`` (95 %), ``p`` (one-sided), ``n``.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": range(4), "round": 2, "said": [1, -1, 1, -1.0]})
    >>> from beliefsim.studies import topics
    >>> float(topics.alignment(rows.assign(did=rows["said"])).value)
    1.0
    """
    last = last_round(moved).dropna(subset=["said", "did"])
    said, did = (np.where(last[name].abs() < _MOVED, 0, np.sign(last[name])) for name in ("said", "did"))
    rng = np.random.default_rng(seed)
    either = (said != 0) | (did != 0)
    names = ["value", "base_rate", "null_low", "null_high", "p", "n"]
    if not either.any():
        return pd.Series([np.nan] * 5 + [len(last)], index=names)
    null = [_same(said, did[rng.permutation(len(did))]) for _ in range(_PERMUTATIONS)]
    value = _same(said, did)
    p = (1 + sum(each >= value - 1e-12 for each in null)) / (1 + _PERMUTATIONS)
    low, high = np.nanquantile(null, [0.025, 0.975])
    return pd.Series([value, np.nanmean(null), low, high, p, int(either.sum())], index=names)


def _same(said: NDArray[np.intp], did: NDArray[np.intp]) -> float:
    either = (said != 0) | (did != 0)
    return float((said == did)[either].mean()) if either.any() else float("nan")


def _correlation(sums: Array) -> Array:
    means = sums[:, 1:] / sums[:, :1]
    s, d, s0, d0, ss, dd, sd, s00, d00, sd0 = means.T
    said, did = ss - s**2 - (s00 - s0**2), dd - d**2 - (d00 - d0**2)
    product = np.where((said > _MOVED) & (did > _MOVED), said * did, np.nan)
    return (sd - s * d - (sd0 - s0 * d0)) / np.sqrt(product)
