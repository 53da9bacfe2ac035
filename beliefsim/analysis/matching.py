"""A matcher of words, and its errors where it is known what each statement is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

__all__ = ["jaccard", "matching"]


def jaccard(first: str, second: str) -> float:
    """Words that two texts share, as a share of the words of either; 0 for a text without words.

    References
    ----------
    Jaccard (1912), doi:10.1111/j.1469-8137.1912.tb05611.x.

    Examples
    --------
    >>> bs.analysis.matching.jaccard("A small sample.", "The sample is small")
    0.4
    """
    a, b = (set(re.findall(r"[a-z]+", text.lower())) for text in (first, second))
    return len(a & b) / len(a | b) if a and b else 0.0


def matching(
    said: Sequence[str], about: Sequence[str], planted: dict[str, str], thresholds: Iterable[float]
) -> pd.DataFrame:
    """How often a matcher of words is wrong, where it is known what each statement is about.

    Parameters
    ----------
    said : sequence of str
        Statements.
    about : sequence of str
        What each is truly about, a key of `planted`.
    planted : dict of str to str
        The planted limitations in words.
    thresholds : iterable of float
        Similarities from which on the matcher says that two texts are about the same.

    Returns
    -------
    DataFrame
        ``threshold``, ``missed`` (share of statements not matched with what they are about), ``false`` (share of other
        limitations matched), ``n`` statements.

    Examples
    --------
    >>> planted = {"sample": "the sample is small", "blinding": "raters were not blind"}
    >>> bs.analysis.matching(["the sample is small"], ["sample"], planted, [0.2]).to_numpy().tolist()
    [[0.2, 0.0, 0.0, 1.0]]
    """
    alike = np.array([[jaccard(one, other) for other in planted.values()] for one in said]).reshape(-1, len(planted))
    same = np.array([[name == key for key in planted] for name in about]).reshape(-1, len(planted))
    rows = [(t, (alike[same] < t).mean(), (alike[~same] >= t).mean(), len(said)) for t in thresholds]
    return pd.DataFrame(rows, columns=["threshold", "missed", "false", "n"])
