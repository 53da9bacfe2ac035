"""Does an answer betray its error by changing from sample to sample? Three detectors, and all of them together."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

__all__ = ["consistent_error_auroc", "detection", "detectors", "surprise"]

_FEATURES = ["surprise", "distinct", "contextual"]


def surprise(samples: pd.DataFrame) -> pd.DataFrame:
    """How little the samples of an answer agree with the first of them.

    Parameters
    ----------
    samples : DataFrame
        Columns ``item``, ``draw`` and ``answer`` (missing where unread); draw 0 is the answer that is checked.

    Returns
    -------
    DataFrame
        A row per item whose first answer was read: ``answer``, ``surprise`` (−log of the first answer's share, with one
        sample added), ``distinct`` (different answers by samples), ``samples``.

    Examples
    --------
    >>> rows = pd.DataFrame({"item": list("aaabbb"), "draw": [0, 1, 2] * 2, "answer": [4, 4, 4, 7, 8, 9]})
    >>> surprise(rows).round(2)[["surprise", "distinct"]].to_dict("list")
    {'surprise': [0.0, 0.69], 'distinct': [0.33, 1.0]}
    """
    found = []
    for item, part in samples.dropna(subset="answer").groupby("item", sort=False):
        first = part.loc[part["draw"] == 0, "answer"]
        if len(first):
            same, n = int((part["answer"] == first.iloc[0]).sum()), len(part)
            share = {"surprise": np.log((n + 1) / (same + 1)), "distinct": part["answer"].nunique() / n}
            found.append({"item": item, "answer": first.iloc[0], **share, "samples": n})
    return pd.DataFrame(found, columns=["item", "answer", "surprise", "distinct", "samples"])


def detectors(items: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Suspicion that an answer is wrong, by each detector; higher is more suspicious.

    Parameters
    ----------
    items, known : DataFrame
        From `surprise`, with columns ``contextual`` (1 − stated probability of being right; missing counts ½) and
        ``right``; `known` trains the specialised detector, and shares no item with `items`.

    Returns
    -------
    DataFrame
        Columns ``symbolic`` (surprise), ``contextual``, ``specialised`` (a logistic classifier of what the others see)
        and ``triangulated`` (mean rank of the three, in (0, 1]).

    Examples
    --------
    >>> rows = pd.DataFrame({"item": range(4), "surprise": [0, 0, 1, 1], "distinct": [0.2, 0.2, 1, 1],
    ...                      "contextual": [0.1, 0.1, 0.9, 0.9], "right": [1, 1, 0, 0]})
    >>> detectors(rows, rows.assign(item=range(4, 8)))["triangulated"].tolist()
    [0.375, 0.375, 0.875, 0.875]
    """
    from sklearn.linear_model import LogisticRegression

    if set(items["item"]) & set(known["item"]):
        raise ValueError("detectors: known answers must be about other items than those that are judged")
    here, there = (table[_FEATURES].fillna({"contextual": 0.5}).astype(float) for table in (items, known))
    wrong = 1 - known["right"].astype(int)
    special = np.full(len(here), 0.5)
    if wrong.nunique() > 1:
        special = LogisticRegression().fit(there, wrong).predict_proba(here)[:, 1]
    found = pd.DataFrame({"symbolic": here["surprise"], "contextual": here["contextual"], "specialised": special})
    return found.assign(triangulated=found.round(9).rank(pct=True).mean(axis=1))


def detection(suspicion: ArrayLike, right: ArrayLike) -> dict[str, float]:
    """AUROC, areas under precision–recall for wrong (``nonfact``) and right (``factual``) answers, Pearson correlation.

    Examples
    --------
    >>> detection([0.9, 0.8, 0.1], [0, 0, 1])["nonfact"]
    1.0
    """
    from sklearn.metrics import average_precision_score, roc_auc_score

    score, wrong = np.asarray(suspicion, dtype=float), 1 - np.asarray(right, dtype=int)
    if wrong.min(initial=1) == wrong.max(initial=0):
        return dict.fromkeys(("auroc", "nonfact", "factual", "pearson"), np.nan)
    alike = np.ptp(score) == 0
    areas = {"nonfact": average_precision_score(wrong, score), "factual": average_precision_score(1 - wrong, -score)}
    pearson = np.nan if alike else np.corrcoef(score, wrong)[0, 1]
    found = {"auroc": roc_auc_score(wrong, score), **areas, "pearson": pearson}
    return {name: float(value) for name, value in found.items()}


def consistent_error_auroc(consistency: ArrayLike, samples: int, others: int = 11) -> np.ndarray:
    """AUROC that disagreement of samples can have at best, when right answers never vary.

    An error is hidden when all its samples are alike: with probability cⁿ + m((1 − c)/m)ⁿ, c being the probability of
    the favourite wrong answer and m the number of others.

    Examples
    --------
    >>> consistent_error_auroc([0.0, 0.5, 1.0], samples=5).round(2).tolist()
    [1.0, 0.98, 0.5]
    """
    c = np.asarray(consistency, dtype=float)
    return 1 - 0.5 * (c**samples + others * ((1 - c) / others) ** samples)
