"""The dials of a teller who rounds, and who sometimes answers at random: maximum likelihood."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .estimate import Estimate

Array = NDArray[np.float64]
_STEPS = (0.5, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01)
_NO_LAPSE = 0.01


def fit(x: Array, p: Array, step: float) -> tuple[Array, Array, dict[str, Estimate]]:
    """Weights of the columns of `x`, their covariance, and noise, lapse and rounding with 95 % intervals.

    `x` (N, D) is what the log-odds are made of; the stated probabilities `p` are multiples of `step`, 0 for any.
    """
    from scipy.optimize import minimize
    from statsmodels.tools.numdiff import approx_hess

    likelihood = _likelihood(x, p, step)

    def loss(parameters: Array) -> float:
        return -float(np.log(np.maximum(likelihood(parameters), 1e-300)).sum())

    best = min((minimize(loss, start, method="BFGS") for start in _starts(x, p)), key=lambda each: each.fun).x
    lapse, free = _expit(best[-1]), len(best)
    if lapse < _NO_LAPSE:  # its log-odds have no end: given it, the others hardly depend on it
        free -= 1
    covariance = np.linalg.pinv(approx_hess(best[:free], lambda part: loss(np.append(part, best[free:]))))
    size = x.shape[1]
    reach = 1.96 * np.sqrt(np.maximum(np.diag(covariance)[size:], 0))
    noise = np.exp(best[size] + reach[0] * np.array([0, -1, 1])).tolist()
    ends = [_expit(best[-1] + sign * reach[-1]) for sign in (-1, 1)] if free == len(best) else _profile(loss, best)
    others = {"noise": Estimate(*noise), "lapse": Estimate(lapse, *ends), "rounding": Estimate(step, step, step)}
    return best[:size], covariance[:size, :size], others


def rounding(stated: ArrayLike) -> float:
    """The coarsest step of which at least 95 % of the probabilities are multiples, 0 if there is none.

    Examples
    --------
    >>> rounding([0.1, 0.7, 0.4, 0.0]), rounding([0.123, 0.4567])
    (0.1, 0.0)
    """
    p = np.asarray(stated, dtype=float)
    p = p[~np.isnan(p)]
    multiples = (step for step in _STEPS if len(p) and np.mean(np.abs(p / step - np.round(p / step)) < 1e-6) >= 0.95)
    return next(multiples, 0.0)


def _likelihood(x: Array, p: Array, step: float) -> Callable[[Array], Array]:
    """Density of each answer, or probability of its rounding cell, given weights, log noise and logit lapse."""
    from scipy.special import logit, ndtr

    if step:
        low, high = np.maximum(p - step / 2, 0), np.minimum(p + step / 2, 1)
        from_, to, width = logit(low), logit(high), high - low
    else:
        p = np.clip(p, 1e-9, 1 - 1e-9)
        at, scale = logit(p), np.sqrt(2 * np.pi) * p * (1 - p)

    def likelihood(parameters: Array) -> Array:
        centre, noise, lapse = x @ parameters[:-2], np.exp(max(parameters[-2], -7)), _expit(parameters[-1])
        if step:
            return (1 - lapse) * (ndtr((to - centre) / noise) - ndtr((from_ - centre) / noise)) + lapse * width
        return (1 - lapse) * np.exp(-(((at - centre) / noise) ** 2) / 2) / (noise * scale) + lapse

    return likelihood


def _expit(value: float) -> float:
    return float(1 / (1 + np.exp(-max(value, -500.0))))


def _profile(loss: Callable[[Array], float], best: Array) -> tuple[float, float]:
    """95 % interval of a lapse near 0 by profile likelihood, which holds at the end of the range."""
    from scipy.optimize import brentq, minimize

    def excess(lapse: float) -> float:
        fixed = np.log(max(lapse, 1e-12) / (1 - lapse))
        return float(minimize(lambda others: loss(np.append(others, fixed)), best[:-1], method="BFGS").fun) - most

    most = loss(best) + 1.9207
    value = _expit(best[-1])
    low = 0.0 if excess(0.0) < 0 else brentq(excess, 0.0, value, xtol=5e-4)
    return float(low), float(brentq(excess, value, 0.999, xtol=5e-4))


def _starts(x: Array, p: Array) -> list[Array]:
    """Least squares, and a fit to the half of the answers that it explains best: lapses pull the first."""
    logits = np.log(np.clip(p, 0.005, 0.995) / np.clip(1 - p, 0.005, 0.995))
    starts, inside = [], np.ones(len(p), dtype=bool)
    for _ in range(3):
        weights = np.linalg.lstsq(x[inside], logits[inside], rcond=None)[0]
        error = np.abs(logits - x @ weights)
        starts.append(np.array([*weights, np.log(max(np.sqrt((error[inside] ** 2).mean()), 0.02)), -3.0]))
        inside = error <= np.quantile(error, 0.7)
    return starts[::2]
