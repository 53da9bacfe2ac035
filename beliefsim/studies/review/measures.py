"""What a team finds of planted limitations: coverage, precision, the union bound, and the judge's errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import Estimate, ratio_over_units
from beliefsim.measures.estimate import over_personas, share_difference

from .game import Review

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Read:
    """What R readers and a judge said of T passages in S reports.

    Parameters
    ----------
    limited : ndarray of float, shape (S, T)
        1 where a limitation was planted, else 0.
    flags : ndarray, shape (S, T, R)
        Probability that a reader says yes (0 or 1 where a reply was sampled); missing where it could not be read.
    named : ndarray, shape (S, T)
        1 where some reader said yes, else 0.
    judge : ndarray, shape (S, T)
        Probability that the judge, who was told what readers said, agrees.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> review.Read(*np.ones((1, 1, 1)), np.full((1, 1, 2), 0.5), *np.ones((2, 1, 1))).union
    array([[0.75]])
    """

    limited: Array
    flags: Array
    named: Array
    judge: Array

    @property
    def union(self) -> Array:
        """Probability that some reader says yes, shape (S, T)."""
        return np.asarray(1 - (1 - self.flags).prod(axis=2))

    @property
    def by_passage(self) -> Read:
        """The same with passages for units of intervals: to readers whose answers depend on the text alone."""
        return Read(self.limited.T, self.flags.swapaxes(0, 1), self.named.T, self.judge.T)


def read(decisions: pd.DataFrame, game: Review) -> Read:
    """What was said in the decisions of reviews.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> game = review.Review()
    >>> said = bs.play(game, review.ScriptedReviewer(), sessions=5, seed=1)
    >>> review.read(said, game).flags.shape
    (5, 6, 4)
    """
    rows = decisions.assign(player=decisions["player"].astype(str), move=decisions["move"].astype(object))
    sessions = np.unique(rows["session"])
    index = pd.MultiIndex.from_product([sessions, range(1, game.rounds + 1)], names=["session", "round"])
    yes = rows["move"].isin(["yes", "limited"])
    rows["p"] = rows["probability"].where(yes, 0.0).where(rows["move"].notna())
    rows["said"] = (yes & rows["chosen"]).astype(float).where(rows["move"].notna())
    wide = rows.groupby(["session", "round", "player"])[["p", "said"]].sum(min_count=1).unstack()
    readers = [seat for seat in game.readers if not seat.startswith("writer")]
    columns = [("said", "passage"), *(("p", seat) for seat in (*readers, "judge"))]
    columns += [("said", seat) for seat in readers]
    table = wide.reindex(index=index, columns=pd.MultiIndex.from_tuples(columns)).to_numpy(dtype=float)
    table = table.reshape(len(sessions), game.rounds, -1)
    r = len(readers)
    named = table[..., r + 2 :].max(axis=2) if r else np.zeros(table.shape[:2])
    return Read(table[..., 0], table[..., 1 : r + 1], named, table[..., r + 1])


def found(some: Read, judged: bool = False) -> pd.DataFrame:
    """What each reader and all together name, or what the judge keeps of it; intervals over reports.

    Coverage: expected share of planted limitations that are named. Alarm: the same share of sound passages. Precision:
    share of what is named that was planted. Apart: coverage less alarm, 0 for who says yes whatever is read.

    Parameters
    ----------
    judged : bool
        Only what the judge agrees to.

    Returns
    -------
    DataFrame
        ``who`` (number of the reader, ``together``, or ``judged``), ``measure``, ``value``, ``low``, ``high``.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> some = review.Read(np.array([[1.0, 0.0]] * 3), np.full((3, 2, 1), 0.5), *np.ones((2, 3, 2)))
    >>> review.found(some).query("who == 'together'").set_index("measure")["value"].to_dict()
    {'coverage': 0.5, 'alarm': 0.5, 'precision': 0.5, 'apart': 0.0}
    """
    each = {str(number + 1): some.flags[..., number] for number in range(some.flags.shape[2])}
    each = {"judged": some.named * some.judge} if judged else {**each, "together": some.union}
    rows = []
    for who, kept in each.items():
        planted = (kept * some.limited, np.where(np.isnan(kept), np.nan, some.limited))
        sound = (kept - planted[0], 1 - planted[1])
        ways = {
            "coverage": ratio_over_units(*planted, share=True),
            "alarm": ratio_over_units(*sound, share=True),
            "precision": ratio_over_units(planted[0], kept, share=True),
            "apart": share_difference(planted, sound),
        }
        for measure, one in ways.items():
            rows.append({"who": who, "measure": measure, "value": one.value, "low": one.low, "high": one.high})
    return pd.DataFrame(rows)


def union_bound(rates: ArrayLike, shared: float = 0.0) -> float:
    """Chance that some of several readers finds a limitation: 1 − Π(1 − p), or the highest p where luck is shared.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> [round(review.union_bound([0.5, 0.5], shared), 3) for shared in (0.0, 0.5, 1.0)]
    [0.75, 0.625, 0.5]
    """
    p = np.asarray(rates, dtype=float)
    return float(shared * p.max() + (1 - shared) * (1 - np.prod(1 - p)))


def miss_correlation(some: Read) -> Estimate:
    """Mean correlation of two readers' misses over planted limitations, with an interval over reports.

    Examples
    --------
    >>> twice = np.repeat(np.array([[[1.0]], [[0.0]], [[1.0]], [[0.0]]]), 2, axis=2)  # the second repeats the first
    >>> from beliefsim.studies import review
    >>> some = review.Read(np.ones((4, 1)), twice, *np.ones((2, 4, 1)))
    >>> review.miss_correlation(some).value
    1.0
    """
    x = np.where(some.limited[..., None] > 0, some.flags, np.nan)
    known = np.asarray(~np.isnan(x).any(axis=2))
    x = np.where(known[..., None], x, 0.0)
    first, second = np.tril_indices(x.shape[2], -1)
    sums = np.concatenate([known[..., None], x, x**2, x[..., first] * x[..., second]], axis=2).sum(axis=1)

    def statistic(totals: Array) -> Array:
        n, r = totals[:, :1], x.shape[2]
        mean, square, both = np.split(totals[:, 1:] / n, [r, 2 * r], axis=1)
        spread = np.sqrt(square - mean**2)
        covariance = both - mean[:, first] * mean[:, second]
        return np.asarray((covariance / (spread[:, first] * spread[:, second])).mean(axis=1))

    return over_personas(sums, statistic)


def judge_errors(some: Read) -> pd.DataFrame:
    """How often a judge agrees to what readers named: where it was planted, where it was not, and its bias.

    *bias* is how much more it agrees than it should: share agreed to, less share planted, of what was named.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> lenient = review.Read(np.array([[1.0, 0.0]] * 3), np.ones((3, 2, 1)), *np.ones((2, 3, 2)))
    >>> review.judge_errors(lenient)["value"].tolist()
    [1.0, 1.0, 0.5]
    """
    named = np.where(np.isnan(some.judge), np.nan, some.named)
    ratios = {
        "agrees, planted": ratio_over_units(named * some.judge * some.limited, named * some.limited, share=True),
        "agrees, not planted": ratio_over_units(
            named * some.judge * (1 - some.limited), named * (1 - some.limited), share=True
        ),
        "bias": share_difference((named * some.judge, named), (named * some.limited, named)),
    }
    rows = [(name, one.value, one.low, one.high) for name, one in ratios.items()]
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high"])


def jaccard(first: str, second: str) -> float:
    """Words that two texts share, as a share of the words of either; 0 for a text without words.

    References
    ----------
    Jaccard (1912), doi:10.1111/j.1469-8137.1912.tb05611.x.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> review.jaccard("A small sample.", "The sample is small")
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
    >>> bs.studies.review.measures(["the sample is small"], ["sample"], planted, [0.2]).to_numpy().tolist()
    [[0.2, 0.0, 0.0, 1.0]]
    """
    alike = np.array([[jaccard(one, other) for other in planted.values()] for one in said]).reshape(-1, len(planted))
    same = np.array([[name == key for key in planted] for name in about]).reshape(-1, len(planted))
    rows = [(t, (alike[same] < t).mean(), (alike[~same] >= t).mean(), len(said)) for t in thresholds]
    return pd.DataFrame(rows, columns=["threshold", "missed", "false", "n"])
