"""Are stated probabilities right? Reliability, Brier decomposition, ECE with its null, recalibration, AUROC."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .estimate import Estimate, interval, table_of

Array = NDArray[np.float64]
CALIBRATED = "calibrated: each outcome happens with its stated probability"


def calibration(
    stated: ArrayLike, happened: ArrayLike, *, groups: ArrayLike | None = None, seed: int = 0
) -> pd.DataFrame:
    """All measures of this module, a row each.

    Parameters
    ----------
    stated : array_like of float, shape (N,)
        Probabilities; missing ones are left out and counted in ``read_rate``.
    happened : array_like of bool, shape (N,)
        Whether the event came true.
    groups : array_like, shape (N,), optional
        Persons whose rows are resampled together. Rows that share one outcome are one observation: give only one of
        them, for the null and AUROC take outcomes as independent.
    seed : int
        Of bootstrap and null.

    Returns
    -------
    DataFrame
        Columns ``metric``, ``value``, ``low``, ``high``, ``null``, ``null_low``, ``null_high``, ``n``, ``note``.

    Examples
    --------
    >>> table = bs.measures.calibration.calibration([0.9, 0.7, 0.3, 0.1] * 10, [1, 1, 0, 0] * 10)
    >>> table.set_index("metric")["value"].round(2)["auroc"].item()
    1.0
    """
    p, y, who, rate = _read(stated, happened, groups)
    ece, ends = expected_calibration_error(p, y, groups=who, seed=seed)
    rows = {name: Estimate(value) for name, value in brier_parts(p, y).items()} | {"expected_calibration_error": ece}
    rows |= {**recalibration(p, y, groups=who), "auroc": auroc(p, y), "read_rate": Estimate(rate)}
    table = table_of(rows, "metric", len(p))
    null = table["metric"] == "expected_calibration_error"
    low, high = (np.where(null, end, np.nan) for end in ends)
    return table.assign(null=np.where(null, CALIBRATED, ""), null_low=low, null_high=high)


def reliability(
    stated: ArrayLike, happened: ArrayLike, *, bins: int = 10, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """Points of a reliability diagram.

    Returns
    -------
    DataFrame
        A row per bin of equal mass (fewer where probabilities repeat): ``confidence`` (mean stated), ``frequency``
        (share that happened), ``n``, and ``null_low``, ``null_high``: where 95 % of frequencies lie if calibrated.

    References
    ----------
    Bröcker & Smith (2007), doi:10.1175/WAF993.1.

    Examples
    --------
    >>> points = bs.measures.calibration.reliability([0.2] * 10 + [0.8] * 10, [0] * 8 + [1] * 12, bins=2)
    >>> points[["confidence", "frequency", "n"]]
       confidence  frequency   n
    0         0.2        0.2  10
    1         0.8        1.0  10
    """
    p, y, _, _ = _read(stated, happened, None)
    if not len(p):
        return pd.DataFrame(columns=["confidence", "frequency", "n", "null_low", "null_high"], dtype=float)
    bin_, rng = _bins(p, bins), np.random.default_rng(seed)
    n = np.bincount(bin_)
    calibrated = np.array([np.bincount(bin_, rng.random(len(p)) < p) for _ in range(draws)]) / n
    low, high = np.quantile(calibrated, [0.025, 0.975], axis=0)
    columns = {"confidence": _means(bin_, p), "frequency": _means(bin_, y), "n": n}
    return pd.DataFrame({**columns, "null_low": low, "null_high": high})


def brier_parts(stated: ArrayLike, happened: ArrayLike) -> dict[str, float]:
    """Brier score of one event, and what it is made of: reliability − resolution + uncertainty + within.

    Probabilities with up to 50 different values are grouped by value, and ``within`` is 0; else by equal-mass bins,
    and ``within`` is what varies inside them. The score summed over both outcomes is twice this one.

    References
    ----------
    Murphy (1973), doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2; Stephenson, Coelho & Jolliffe (2008),
    doi:10.1175/2007WAF2006116.1.

    Examples
    --------
    >>> {name: round(value, 3) for name, value in brier_parts([0.8, 0.8, 0.2, 0.2], [1, 1, 0, 1]).items()}
    {'brier': 0.19, 'reliability': 0.065, 'resolution': 0.062, 'uncertainty': 0.188, 'within': 0.0}
    """
    p, y, _, _ = _read(stated, happened, None)
    if not len(p):
        return dict.fromkeys(("brier", "reliability", "resolution", "uncertainty", "within"), np.nan)
    values, bin_ = np.unique(p, return_inverse=True)
    bin_ = bin_ if len(values) <= 50 else _bins(p)
    share = np.bincount(bin_) / len(p)
    stated_mean, frequency = _means(bin_, p), _means(bin_, y)
    reliable = float(share @ (stated_mean - frequency) ** 2)
    resolved = float(share @ (frequency - y.mean()) ** 2)
    score, uncertain = float(np.mean((p - y) ** 2)), float(y.mean() * (1 - y.mean()))
    within = score - (reliable - resolved + uncertain)
    parts = {"brier": score, "reliability": reliable, "resolution": resolved, "uncertainty": uncertain}
    return {**parts, "within": 0.0 if abs(within) < 1e-12 else within}


def expected_calibration_error(
    stated: ArrayLike, happened: ArrayLike, *, groups: ArrayLike | None = None, draws: int = 1000, seed: int = 0
) -> tuple[Estimate, tuple[float, float]]:
    """ECE over equal-mass bins with a bootstrap interval, and the central 95 % of ECEs of calibrated statements.

    ECE is above 0 also for calibrated statements (its note gives how much on average): read it against the second.

    References
    ----------
    Naeini, Cooper & Hauskrecht (2015), AAAI 29:2901; Roelofs et al. (2022), arXiv:2012.08668.

    Examples
    --------
    >>> error, null = bs.measures.calibration.expected_calibration_error([0.75] * 40, [1, 1, 1, 0] * 10)
    >>> error.value, null[1] > 0  # nothing is wrong, and yet chance gives more than 0
    (0.0, True)
    """
    p, y, who, _ = _read(stated, happened, groups)
    if len(p) < 2:
        return Estimate(np.nan, note="fewer than two statements"), (np.nan, np.nan)
    bin_, rng = _bins(p), np.random.default_rng(seed)
    gaps = np.bincount(bin_, y - p)
    size = np.bincount(who)
    by_person = np.zeros((len(size), len(gaps)))
    np.add.at(by_person, (who, bin_), y - p)
    resampled, null = np.empty(draws), np.empty(draws)
    for draw in range(draws):
        drawn = np.bincount(rng.integers(len(size), size=len(size)), minlength=len(size))
        resampled[draw] = np.abs(drawn @ by_person).sum() / max(drawn @ size, 1)
        null[draw] = np.abs(np.bincount(bin_, (rng.random(len(p)) < p) - p)).sum() / len(p)
    (low, high), null_ends = (np.quantile(each, [0.025, 0.975]).tolist() for each in (resampled, null))
    note = f"calibrated statements would have {null.mean():.3f} on average"
    return Estimate(float(np.abs(gaps).sum() / len(p)), low, high, note), (null_ends[0], null_ends[1])


def recalibration(stated: ArrayLike, happened: ArrayLike, *, groups: ArrayLike | None = None) -> dict[str, Estimate]:
    """Logistic regression of what happened on the stated log-odds: slope 1 and intercept 0 are calibrated.

    A slope below 1 is overconfidence. Probabilities are kept .005 away from 0 and 1.

    References
    ----------
    Cox (1958), doi:10.1093/biomet/45.3-4.562.

    Examples
    --------
    >>> under = bs.measures.calibration.recalibration([0.6, 0.4] * 50, [1, 0] * 40 + [0, 1] * 10)
    >>> under["recalibration_slope"].value > 1
    True
    """
    import statsmodels.api as sm

    p, y, who, _ = _read(stated, happened, groups)
    names = ("recalibration_slope", "recalibration_intercept")
    p = np.clip(p, 0.005, 0.995)
    if len(p) < 3 or np.ptp(p) == 0 or np.ptp(y) == 0:
        return dict.fromkeys(names, Estimate(np.nan, note="all statements or all outcomes are equal"))
    yes, no = p[y == 1], p[y == 0]
    if yes.min() >= no.max() or yes.max() <= no.min():
        return dict.fromkeys(names, Estimate(np.nan, note="the statements separate the outcomes perfectly"))
    repeats = who.max() + 1 < len(p)
    options: dict[str, Any] = {"cov_type": "cluster", "cov_kwds": {"groups": who}} if repeats else {"cov_type": "HC1"}
    fit = sm.GLM(y, sm.add_constant(np.log(p / (1 - p))), family=sm.families.Binomial()).fit(**options)
    intercept, slope = np.column_stack([fit.params, fit.conf_int()]).tolist()
    return dict(zip(names, (Estimate(*slope), Estimate(*intercept)), strict=True))


def auroc(stated: ArrayLike, happened: ArrayLike) -> Estimate:
    """Probability that an event which happened was given more than one which did not; ties count half.

    The interval is DeLong's.

    References
    ----------
    DeLong, DeLong & Clarke-Pearson (1988), doi:10.2307/2531595.

    Examples
    --------
    >>> bs.measures.calibration.auroc([0.9, 0.8, 0.3, 0.1], [True, False, True, False]).value
    0.75
    """
    from scipy.stats import rankdata

    p, y, _, _ = _read(stated, happened, None)
    yes, no = p[y == 1], p[y == 0]
    if len(yes) < 2 or len(no) < 2:
        return Estimate(np.nan, note="needs two outcomes of each kind")
    both = np.asarray(rankdata(np.concatenate([yes, no])), dtype=float)
    above = (both[: len(yes)] - rankdata(yes)) / len(no)
    below = 1 - (both[len(yes) :] - rankdata(no)) / len(yes)
    spread = np.sqrt(above.var(ddof=1) / len(yes) + below.var(ddof=1) / len(no))
    area = interval(float(above.mean()), float(spread), len(p) - 1)
    return Estimate(area.value, max(area.low, 0.0), min(area.high, 1.0))


def _read(stated: ArrayLike, happened: ArrayLike, groups: ArrayLike | None) -> tuple[Array, Array, Any, float]:
    """Read statements, outcomes as 0 and 1, group numbers, and the share that was read."""
    p, y = np.asarray(stated, dtype=float), np.asarray(happened, dtype=float)
    if p.shape != y.shape or p.ndim != 1:
        raise ValueError(f"calibration: {p.shape} statements and {y.shape} outcomes must be two lists of one length")
    keep = ~np.isnan(p)
    if np.any((p[keep] < 0) | (p[keep] > 1)) or not np.isin(y, (0, 1)).all():
        raise ValueError("calibration: statements must be within [0, 1], outcomes true or false")
    who = np.arange(len(p)) if groups is None else np.asarray(groups)
    return p[keep], y[keep], pd.factorize(who[keep])[0], float(keep.mean()) if len(p) else np.nan


def _bins(p: Array, bins: int = 10) -> NDArray[np.intp]:
    """Bins of equal mass, numbered without gaps; equal probabilities share a bin."""
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1])) if len(p) else np.zeros(0)
    return np.unique(np.searchsorted(edges, p, side="left"), return_inverse=True)[1]


def _means(bin_: NDArray[np.intp], values: Array) -> Array:
    return np.bincount(bin_, values) / np.bincount(bin_)
