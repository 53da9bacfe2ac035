"""Confidence in an answer: how often it is high and wrong, whether it goes with being right, and what rewards mend."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import Estimate, hidden_things, mean
from beliefsim.measures.calibration import auroc, expected_calibration_error

Array = NDArray[np.float64]


def answer_table(beliefs: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """The likeliest answer at each point, the confidence in it, and whether it is right.

    Parameters
    ----------
    beliefs : DataFrame
        Probabilities of what is hidden in a game about evidence.
    decisions : DataFrame
        The play with what is hidden, as given to ``elicit(at=…)``.

    Returns
    -------
    DataFrame
        A row per session, round and draw that could be read: ``answer``, ``confidence``, ``right``.

    Examples
    --------
    >>> look = bs.games.Lookup(share=90)
    >>> drawn = bs.play(look, bs.Bayes(look), sessions=1, seed=1)
    >>> told = bs.elicit(look.question("answer"), bs.Percent(), bs.Bayes(look), at=drawn)
    >>> answer_table(told, drawn).round(2)[["answer", "confidence", "right"]].to_dict("list")
    {'answer': ['A'], 'confidence': [0.9], 'right': [True]}
    """
    points = beliefs.dropna(subset="value").groupby(["session", "round", "draw"], observed=True)["value"]
    best = beliefs.loc[points.idxmax(), ["session", "round", "draw", "outcome", "value"]].astype({"outcome": str})
    best = best.rename(columns={"outcome": "answer", "value": "confidence"}).reset_index(drop=True)
    return best.assign(right=best["answer"] == best["session"].map(hidden_things(decisions)))


def confidence_table(stated: ArrayLike, right: ArrayLike, *, threshold: float = 0.8, seed: int = 0) -> pd.DataFrame:
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
    >>> table = confidence_table([0.9, 0.9, 0.6, 0.6] * 10, [1, 0, 1, 0] * 10).set_index("metric")["value"]
    >>> table[["ocr", "mcip"]].round(2).tolist()
    [0.25, 0.75]
    """
    p, y = np.asarray(stated, dtype=float), np.asarray(right, dtype=float)
    ece, null = expected_calibration_error(p, y, seed=seed)
    p, y = p[~np.isnan(p)], y[~np.isnan(p)]
    measures = {"ece": ece, "ocr": _share((p >= threshold) & (y == 0)), "ccc": _correlation(p, y)}
    measures |= {"mcip": mean(p[y == 0]), "auroc": auroc(p, y)}
    rows = [(name, one.value, one.low, one.high, len(p), one.note) for name, one in measures.items()]
    table = pd.DataFrame(rows, columns=["metric", "value", "low", "high", "n", "note"])
    chance = _calibrated(p, threshold, seed)
    ends = [null if name == "ece" else chance.get(name, (np.nan, np.nan)) for name in measures]
    return table.assign(null_low=[low for low, _ in ends], null_high=[high for _, high in ends])


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


def _calibrated(p: Array, threshold: float, seed: int) -> dict[str, tuple[float, float]]:
    """Where 95 % of OCR and MCIP lie if every confidence is right."""
    if not len(p):
        return {}
    wrong = np.random.default_rng(seed).random((1000, len(p))) >= p
    count = np.maximum(wrong.sum(axis=1), 1)
    found = {"ocr": (wrong & (p >= threshold)).mean(axis=1), "mcip": (wrong * p).sum(axis=1) / count}
    return {name: tuple(np.quantile(values, [0.025, 0.975])) for name, values in found.items()}


def _share(flags: NDArray[np.bool_]) -> Estimate:
    """A share with Wilson's interval."""
    from statsmodels.stats.proportion import proportion_confint

    if not len(flags):
        return Estimate(np.nan, note="nothing was read")
    low, high = proportion_confint(int(flags.sum()), len(flags), method="wilson")
    return Estimate(float(flags.mean()), float(low), float(high))


def _correlation(p: Array, y: Array) -> Estimate:
    """Pearson's r with Fisher's interval."""
    from scipy.stats import pearsonr

    if len(p) < 5 or np.ptp(p) == 0 or np.ptp(y) == 0:
        return Estimate(np.nan, note="confidences or answers are all alike, or too few")
    found: Any = pearsonr(p, y)
    ends = found.confidence_interval()
    return Estimate(float(found.statistic), float(ends.low), float(ends.high))
