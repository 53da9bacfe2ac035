"""The normative curve of repeated texts: each is evidence, and repetition discounts it."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .drift import UNIT, less_placebo

Array = NDArray[np.float64]
_STILL = 1e-9  # log-odds
_ENDS = ([-np.inf, -1], [np.inf, 2])  # of w and γ: a γ beyond is no discount
_DIALS = ("weight", "discount", "half_life")


def accumulated_shift(weight: float, discount: float, texts: int) -> Array:
    """Shift after 1, 2, … texts of a side that are evidence of log-odds w each, discounted: w·Σ γᵏ.

    Examples
    --------
    >>> from beliefsim.studies import topics
    >>> topics.accumulated_shift(1.0, 0.5, 3).tolist()
    [1.0, 1.5, 1.75]
    """
    return weight * np.cumsum(float(discount) ** np.arange(texts))


def repetition_dials(moved: pd.DataFrame, placebo: pd.DataFrame | None = None) -> pd.DataFrame:
    """The curve ℓₙ = ℓ₀ + w·Σ γᵏ fitted to mean shifts by round, by least squares.

    Intervals come from the covariance of shifts over units (delta method). Half of what endless texts would shift is
    reached after ln ½/ln γ texts.

    Parameters
    ----------
    moved, placebo : DataFrame
        From `shift_table`, of one arm and persuasion, over 3 rounds or more.

    Returns
    -------
    DataFrame
        Rows ``weight`` (w, log-odds), ``discount`` (γ) and ``half_life`` (texts) for what is said and did; ``what``,
        ``dial``, ``value``, ``low``, ``high`` (95 %), ``n`` (units), ``note``.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0, 0, 1, 1, 2, 2], "round": [2, 3] * 3, "did": 0.0})
    >>> from beliefsim.studies import topics
    >>> dials = topics.repetition_dials(rows.assign(said=[1.4, 2.1, 1.5, 2.25, 1.6, 2.4]))
    >>> dials.loc[dials["what"] == "said", "value"].round(2).tolist()
    [1.5, 0.5, 1.0]
    """
    table = less_placebo(moved, placebo, ["said", "did"])
    units = [key for key in UNIT if key in table]
    rows = []
    for what in ("said", "did"):
        wide = table.pivot(index=units, columns="round", values=what).dropna().to_numpy(dtype=float)
        enough = min(wide.shape) > 1 and np.abs(wide.mean(axis=0)).max() > _STILL
        ends = _fit(wide) if enough else np.full((3, 3), np.nan)
        note = "" if enough else "needs two units, two texts, and a shift"
        if ends[0, 1] <= 0 <= ends[0, 2]:
            ends[1:], note = np.nan, "a weight that may be 0 leaves the discount open"
        rows += [(what, dial, *row, len(wide), note) for dial, row in zip(_DIALS, ends.tolist(), strict=True)]
    return pd.DataFrame(rows, columns=["what", "dial", "value", "low", "high", "n", "note"])


def _fit(wide: Array) -> Array:
    """Value, low and high of each dial from shifts of shape (units, texts)."""
    from scipy.optimize import least_squares
    from scipy.special import stdtrit

    n, texts = wide.shape
    step, mean = np.arange(texts), wide.mean(axis=0)
    best = least_squares(
        lambda dials: accumulated_shift(dials[0], dials[1], texts) - mean, (mean[0], 0.5), bounds=_ENDS
    ).x
    weight, discount = best
    growth = (step * discount ** np.maximum(step - 1, 0)).cumsum()
    inverse = np.linalg.pinv(np.column_stack([accumulated_shift(1, discount, texts), weight * growth]))
    variance = np.diag(inverse @ np.cov(wide.T) @ inverse.T) / n
    reach = stdtrit(n - 1, 0.975) * np.sqrt(np.maximum(variance, 0))
    ends = np.column_stack([best, best - reach, best + reach])
    return np.vstack([ends, [_half_life(each) for each in ends[1]]])


def _half_life(discount: float) -> float:
    """Texts until half of the limit, none if nothing is added later, endless if nothing is discounted."""
    if discount <= 0:
        return 0.0
    return float(np.log(0.5) / np.log(discount)) if discount < 1 else np.inf
