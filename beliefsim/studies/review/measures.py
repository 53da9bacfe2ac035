"""What a team finds of planted limitations: coverage, precision, the union bound, and the judge's errors."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import Estimate, ratio_over_units
from beliefsim.measures.estimate import over_personas

from .game import Review
from .shares import share_difference

Array = NDArray[np.float64]
_KEYS = ["session", "round"]
_NOT_READERS = ["limited", "named", "judge"]


def verdict_table(decisions: pd.DataFrame, game: Review) -> pd.DataFrame:
    """What readers and the judge said of each passage, beside what was planted there.

    Returns
    -------
    DataFrame
        A row per report (``session``) and passage (``round``), which are its index: ``limited``, 1 where a limitation
        was planted, else 0; ``named``, 1 where some reader said yes, else 0; ``judge``, probability that the judge, who
        was told what readers said, agrees; and a column per reader, its probability of a yes (0 or 1 where a reply was
        sampled). Missing where a reply could not be read.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> game = review.Review(("reader", "citer"))
    >>> played = bs.play(game, review.ScriptedReviewer(), sessions=5, seed=1)
    >>> review.verdict_table(played, game).columns.tolist()
    ['limited', 'named', 'judge', 'reader', 'citer']
    """
    rows = decisions.assign(player=decisions["player"].astype(str), move=decisions["move"].astype(object))
    index = pd.MultiIndex.from_product([np.unique(rows["session"]), range(1, game.rounds + 1)], names=_KEYS)
    yes = rows["move"].isin(["yes", "limited"])
    rows["p"] = rows["probability"].where(yes, 0.0).where(rows["move"].notna())
    rows["chose"] = (yes & rows["chosen"]).astype(float).where(rows["move"].notna())
    wide = rows.groupby([*_KEYS, "player"])[["p", "chose"]].sum(min_count=1).unstack()
    readers = [seat for seat in game.readers if not seat.startswith("writer")]
    p, chose = (wide[name].reindex(index=index, columns=["passage", *readers, "judge"]) for name in ("p", "chose"))
    named = chose[readers].max(axis=1, skipna=False) if readers else 0.0
    return pd.DataFrame({"limited": chose["passage"], "named": named, "judge": p["judge"], **p[readers]}, index=index)


def named_by_any(verdicts: pd.DataFrame) -> pd.Series:
    """Probability that some reader says yes, for each row of a `verdict_table`.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> review.named_by_any(pd.DataFrame({"limited": [1], "named": 1, "judge": 1, "one": 0.5, "other": 0.5})).tolist()
    [0.75]
    """
    return pd.Series(1 - (1 - verdicts.drop(columns=_NOT_READERS).to_numpy()).prod(axis=1), index=verdicts.index)


def coverage_table(verdicts: pd.DataFrame, judged: bool = False, units: str = "session") -> pd.DataFrame:
    """What each reader and all together name, or what the judge keeps of it.

    Coverage: expected share of planted limitations that are named. Alarm: the same share of sound passages. Precision:
    share of what is named that was planted. Apart: coverage less alarm, 0 for who says yes whatever is read.

    Parameters
    ----------
    verdicts : DataFrame
        A `verdict_table`.
    judged : bool
        Only what the judge agrees to.
    units : {"session", "round"}
        Of the intervals: reports; or passages, for readers whose answers depend on the text alone.

    Returns
    -------
    DataFrame
        ``who`` (number of the reader, ``together``, or ``judged``), ``measure``, ``value``, ``low``, ``high``.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> index = pd.MultiIndex.from_product([range(3), [1, 2]], names=["session", "round"])
    >>> verdicts = pd.DataFrame({"limited": [1, 0] * 3, "named": 1, "judge": 1, "reader": 0.5}, index=index)
    >>> review.coverage_table(verdicts).query("who == 'together'").set_index("measure")["value"].to_dict()
    {'coverage': 0.5, 'alarm': 0.5, 'precision': 0.5, 'apart': 0.0}
    """
    limited = _by_unit(verdicts["limited"], units)
    if judged:
        lists = {"judged": verdicts["named"] * verdicts["judge"]}
    else:
        readers = verdicts.drop(columns=_NOT_READERS)
        lists = {str(number): column for number, (_, column) in enumerate(readers.items(), start=1)}
        lists["together"] = named_by_any(verdicts)
    rows = []
    for who, column in lists.items():
        kept = _by_unit(column, units)
        planted = (kept * limited, np.where(np.isnan(kept), np.nan, limited))
        sound = (kept - planted[0], 1 - planted[1])
        estimates = {
            "coverage": ratio_over_units(*planted, share=True),
            "alarm": ratio_over_units(*sound, share=True),
            "precision": ratio_over_units(planted[0], kept, share=True),
            "apart": share_difference(planted, sound),
        }
        rows += [(who, measure, each.value, each.low, each.high) for measure, each in estimates.items()]
    return pd.DataFrame(rows, columns=["who", "measure", "value", "low", "high"])


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


def miss_correlation(verdicts: pd.DataFrame) -> Estimate:
    """Mean correlation of two readers' misses over planted limitations, with an interval over reports.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> index = pd.MultiIndex.from_product([range(4), [1]], names=["session", "round"])
    >>> verdicts = pd.DataFrame({"limited": 1, "named": 1, "judge": 1, "one": [1, 0, 1, 0]}, index=index)
    >>> review.miss_correlation(verdicts.assign(other=verdicts["one"])).value  # the second repeats the first
    1.0
    """
    readers = verdicts.drop(columns=_NOT_READERS)
    r = readers.shape[1]
    x = np.where(verdicts[["limited"]] > 0, readers.to_numpy(dtype=float), np.nan)
    known = ~np.isnan(x).any(axis=1, keepdims=True)
    x = np.where(known, x, 0.0)
    first, second = np.tril_indices(r, -1)
    sums = pd.DataFrame(np.hstack([known, x, x**2, x[:, first] * x[:, second]]), index=verdicts.index)

    def statistic(totals: Array) -> Array:
        n = totals[:, :1]
        mean, square, both = np.split(totals[:, 1:] / n, [r, 2 * r], axis=1)
        spread = np.sqrt(square - mean**2)
        covariance = both - mean[:, first] * mean[:, second]
        return np.asarray((covariance / (spread[:, first] * spread[:, second])).mean(axis=1))

    return over_personas(sums.groupby("session").sum().to_numpy(), statistic)


def judge_errors(verdicts: pd.DataFrame) -> pd.DataFrame:
    """How often a judge agrees to what readers named: where it was planted, where it was not, and its bias.

    *bias* is how much more it agrees than it should: share agreed to, less share planted, of what was named.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> index = pd.MultiIndex.from_product([range(3), [1, 2]], names=["session", "round"])
    >>> lenient = pd.DataFrame({"limited": [1, 0] * 3, "named": 1, "judge": 1}, index=index)
    >>> review.judge_errors(lenient)["value"].tolist()
    [1.0, 1.0, 0.5]
    """
    limited, named, judge = (_by_unit(verdicts[name], "session") for name in ("limited", "named", "judge"))
    named = np.where(np.isnan(judge), np.nan, named)
    estimates = {
        "agrees, planted": ratio_over_units(named * judge * limited, named * limited, share=True),
        "agrees, not planted": ratio_over_units(named * judge * (1 - limited), named * (1 - limited), share=True),
        "bias": share_difference((named * judge, named), (named * limited, named)),
    }
    rows = [(name, each.value, each.low, each.high) for name, each in estimates.items()]
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


def matcher_errors(
    statements: Sequence[str], about: Sequence[str], planted: dict[str, str], thresholds: Iterable[float]
) -> pd.DataFrame:
    """How often a matcher of words is wrong, where it is known what each statement is about.

    Parameters
    ----------
    statements : sequence of str
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
    >>> from beliefsim.studies import review
    >>> planted = {"sample": "the sample is small", "blinding": "raters were not blind"}
    >>> review.matcher_errors(["the sample is small"], ["sample"], planted, [0.2]).to_numpy().tolist()
    [[0.2, 0.0, 0.0, 1.0]]
    """
    shape = (-1, len(planted))
    alike = np.array([[jaccard(one, other) for other in planted.values()] for one in statements]).reshape(shape)
    same = np.array([[name == key for key in planted] for name in about]).reshape(shape)
    rows = [(t, (alike[same] < t).mean(), (alike[~same] >= t).mean(), len(statements)) for t in thresholds]
    return pd.DataFrame(rows, columns=["threshold", "missed", "false", "n"])


def _by_unit(column: pd.Series, units: str) -> Array:
    """A row per unit of the intervals."""
    return np.asarray(column.unstack("round" if units == "session" else "session"), dtype=float)
