"""Mending confidences by what was learned from known answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["recalibrated", "temperature", "tempered"]

Array = NDArray[np.float64]


def recalibrated(stated: ArrayLike, right: ArrayLike, new: ArrayLike, how: str = "isotonic") -> Array:
    """New confidences, mended by what was learned from known answers: ``isotonic`` or ``logistic``.

    References
    ----------
    Platt (1999); Zadrozny & Elkan (2002), doi:10.1145/775047.775151.

    Examples
    --------
    >>> recalibrated([0.9] * 10 + [0.6] * 10, [1, 1, 1, 0, 0] * 2 + [1, 0] * 5, [0.9, 0.6]).round(2).tolist()
    [0.6, 0.5]
    """
    p, y, ask = (np.asarray(each, dtype=float) for each in (stated, right, new))
    keep = ~np.isnan(p)
    if how == "isotonic":
        from sklearn.isotonic import IsotonicRegression

        fit = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p[keep], y[keep])
        return np.where(np.isnan(ask), np.nan, fit.predict(np.nan_to_num(ask)))
    if how != "logistic":
        raise ValueError(f"how {how!r} is not among isotonic, logistic")
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=np.inf).fit(_logit(p[keep])[:, None], y[keep])
    return np.where(np.isnan(ask), np.nan, model.predict_proba(_logit(np.nan_to_num(ask))[:, None])[:, 1])


def temperature(p: ArrayLike, answers: ArrayLike) -> float:
    """The T for which p^(1/T), renormalised, has the best log score; above 1 the beliefs were too sure.

    Parameters
    ----------
    p : array_like, shape (N, K)
        Beliefs.
    answers : array_like of int, shape (N,)
        Positions of what was right.

    References
    ----------
    Guo et al. (2017), arXiv:1706.04599.

    Examples
    --------
    >>> round(temperature([[0.9, 0.1]] * 10, [0] * 7 + [1] * 3), 2)  # .9 was said, .7 happened
    2.59
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    logs, at = np.log(np.clip(np.asarray(p, dtype=float), 1e-9, 1)), np.asarray(answers)
    keep = ~np.isnan(logs).any(axis=1)

    def loss(log_t: float) -> float:
        return -float(log_softmax(logs[keep] / np.exp(log_t), axis=1)[np.arange(keep.sum()), at[keep]].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 4), method="bounded", options={"xatol": 1e-7}).x))


def tempered(p: ArrayLike, t: float) -> Array:
    """Beliefs p^(1/T), renormalised, shape (N, K).

    Examples
    --------
    >>> tempered([[0.9, 0.1]], 2.0).round(2).tolist()
    [[0.75, 0.25]]
    """
    from scipy.special import softmax

    return np.asarray(softmax(np.log(np.clip(np.asarray(p, dtype=float), 1e-300, 1)) / t, axis=-1))


def _logit(p: Array, floor: float = 1e-6) -> Array:
    inside = np.clip(p, floor, 1 - floor)
    return np.asarray(np.log(inside / (1 - inside)))
