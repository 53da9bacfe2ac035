"""Confidence in an answer: how often it is high and wrong, whether it goes with being right, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from .calibration import auroc, expected_calibration_error
from .slopes import Estimate, interval

__all__ = ["confidence", "recalibrated", "temperature", "trained_confidence", "trusted"]

Array = NDArray[np.float64]
_Z = 1.959963984540054


def confidence(stated: ArrayLike, right: ArrayLike, *, threshold: float = 0.8, seed: int = 0) -> pd.DataFrame:
    """ECE, OCR, CCC, MCIP and AUROC of confidences in answers, a row each with a 95 % interval.

    OCR is the share of answers that are wrong with a confidence of `threshold` or more, CCC the Pearson correlation of
    confidence and being right, MCIP the mean confidence in wrong answers.

    Parameters
    ----------
    stated : array_like, shape (N,)
        Confidences in [0, 1]; missing ones are left out.
    right : array_like of bool, shape (N,)
        Whether the answer was right.
    threshold : float
        From where on a confidence counts as high.
    seed : int
        Of ECE's bootstrap and null.

    Returns
    -------
    DataFrame
        Columns ``metric``, ``value``, ``low``, ``high``, ``null_low``, ``null_high``, ``n``, ``note``; the null is that
        every confidence is the chance of being right.

    Examples
    --------
    >>> table = confidence([0.9, 0.9, 0.6, 0.6] * 10, [1, 0, 1, 0] * 10).set_index("metric")["value"]
    >>> table[["ocr", "ccc", "mcip"]].round(2).tolist()
    [0.25, 0.0, 0.75]
    """
    p, y = np.asarray(stated, dtype=float), np.asarray(right, dtype=float)
    ece, null = expected_calibration_error(p, y, seed=seed)
    p, y = p[~np.isnan(p)], y[~np.isnan(p)]
    measures = {"ece": ece, "ocr": _share((p >= threshold) & (y == 0)), "ccc": _correlation(p, y)}
    measures |= {"mcip": _mean(p[y == 0]), "auroc": auroc(p, y)}
    rows = [(name, one.value, one.low, one.high, len(p), one.note) for name, one in measures.items()]
    table = pd.DataFrame(rows, columns=["metric", "value", "low", "high", "n", "note"])
    chance = _calibrated(p, threshold, seed)
    ends = [null if name == "ece" else chance.get(name, (np.nan, np.nan)) for name in measures]
    return table.assign(null_low=[low for low, _ in ends], null_high=[high for _, high in ends])


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


def trusted(beliefs: Mapping[str, Array], temperatures: Mapping[str, float] | None = None) -> tuple[Array, Array]:
    """The surest agent's answer and confidence; with temperatures, of the agents as recalibrated by them.

    Parameters
    ----------
    beliefs : mapping of agent to ndarray, shape (N, K)
        Beliefs about the same items.
    temperatures : mapping of agent to float, optional
        From `temperature`; without them the boldest agent wins.

    Examples
    --------
    >>> bold, shy = np.array([[0.05, 0.95]]), np.array([[0.8, 0.2]])
    >>> [int(trusted({"bold": bold, "shy": shy}, t)[0][0]) for t in (None, {"bold": 5.0, "shy": 1.0})]
    [1, 0]
    """
    mended = np.stack([_tempered(p, (temperatures or {}).get(name, 1.0)) for name, p in beliefs.items()])
    best = np.nan_to_num(mended.max(axis=2), nan=-1.0).argmax(axis=0)
    chosen = mended[best, np.arange(mended.shape[1])]
    return chosen.argmax(axis=1), chosen.max(axis=1)


def trained_confidence(
    features: ArrayLike, right: ArrayLike, reward: str, *, start: ArrayLike, steps: int = 2000
) -> Array:
    """Weights of a logistic head q = σ(features · weights) after gradient ascent on its mean reward.

    Parameters
    ----------
    features : array_like, shape (N, D)
        What confidence may depend on.
    right : array_like of bool, shape (N,)
        Whether the tool's answer was right.
    reward : {"accuracy", "brier", "log", "margin"}
        ``accuracy``: a point for being right, the tool's answer being taken with probability q; ``brier``:
        1 − (q − y)²; ``log``: log q or log(1 − q); ``margin``: 1 + ½(1 − (1 − q)²) if right, −½q² if wrong, so that
        every right answer beats every wrong one.
    start : array_like, shape (D,)
        Weights before training.
    steps : int
        Steps of size 1.

    Examples
    --------
    >>> weights = trained_confidence(np.ones((10, 1)), [1] * 7 + [0] * 3, "brier", start=[0.0])
    >>> (1 / (1 + np.exp(-weights))).round(2).tolist()  # 7 in 10 were right
    [0.7]
    """
    x, y = np.asarray(features, dtype=float), np.asarray(right, dtype=float)
    slopes = {
        "accuracy": lambda q: (2 * y - 1) * q * (1 - q),
        "brier": lambda q: 2 * (y - q) * q * (1 - q),
        "log": lambda q: y - q,
        "margin": lambda q: (y - q) * q * (1 - q),
    }
    if reward not in slopes:
        raise ValueError(f"reward {reward!r} is not among {', '.join(slopes)}")
    weights = np.array(start, dtype=float)
    for _ in range(steps):
        weights += x.T @ slopes[reward](1 / (1 + np.exp(-x @ weights))) / len(x)
    return weights


def _tempered(p: Array, t: float) -> Array:
    from scipy.special import softmax

    return np.asarray(softmax(np.log(np.clip(p, 1e-300, 1)) / t, axis=-1))


def _logit(p: Array, floor: float = 1e-6) -> Array:
    inside = np.clip(p, floor, 1 - floor)
    return np.asarray(np.log(inside / (1 - inside)))


def _calibrated(p: Array, threshold: float, seed: int, draws: int = 1000) -> dict[str, tuple[float, float]]:
    """Where 95 % of OCR and MCIP lie if every confidence is right."""
    if not len(p):
        return {}
    wrong = np.random.default_rng(seed).random((draws, len(p))) >= p
    count = np.maximum(wrong.sum(axis=1), 1)
    found = {"ocr": (wrong & (p >= threshold)).mean(axis=1), "mcip": (wrong * p).sum(axis=1) / count}
    return {name: tuple(np.quantile(values, [0.025, 0.975])) for name, values in found.items()}


def _share(flags: NDArray[np.bool_]) -> Estimate:
    """A share with Wilson's interval."""
    if not len(flags):
        return Estimate(np.nan, note="nothing was read")
    n, share = len(flags), float(flags.mean())
    middle, spread = share + _Z**2 / (2 * n), _Z * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return Estimate(share, float((middle - spread) / (1 + _Z**2 / n)), float((middle + spread) / (1 + _Z**2 / n)))


def _correlation(p: Array, y: Array) -> Estimate:
    """Pearson's r with Fisher's interval."""
    if len(p) < 5 or np.ptp(p) == 0 or np.ptp(y) == 0:
        return Estimate(np.nan, note="confidences or answers are all alike, or too few")
    r = float(np.corrcoef(p, y)[0, 1])
    middle, spread = np.arctanh(np.clip(r, -1 + 1e-12, 1 - 1e-12)), _Z / np.sqrt(len(p) - 3)
    return Estimate(r, float(np.tanh(middle - spread)), float(np.tanh(middle + spread)))


def _mean(values: Array) -> Estimate:
    if len(values) < 2:
        return Estimate(float(values.mean()) if len(values) else np.nan, note="fewer than two wrong answers")
    return interval(float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))), len(values) - 1)
