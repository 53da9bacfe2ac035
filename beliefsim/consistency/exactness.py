"""Is what is read from log-probabilities what a model says when it is sampled?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SAME = "sampled from the exact distribution"


def exact_against_sampled(
    exact: pd.DataFrame, sampled: pd.DataFrame, *, draws: int = 2000, seed: int = 0
) -> pd.DataFrame:
    """Total variation between exact probabilities and frequencies of samples, wording by wording.

    Parameters
    ----------
    exact, sampled : DataFrame
        Beliefs about one question of one arm by `ChoiceProbabilities`, read in the two ways; both with every wording.
    draws : int
        Of the null: as many samples as were read, drawn from the exact distributions of the same wordings.
    seed : int
        Of the null.

    Returns
    -------
    DataFrame
        One row: ``arm``, ``question``, ``value`` (total variation of the means over wordings), ``null``, ``null_low``,
        ``null_high``, ``p``, ``n`` (samples read), ``read_rate``.

    Raises
    ------
    ValueError
        If a wording that was sampled has no exact distribution.

    Examples
    --------
    >>> urns = bs.games.Urns()
    >>> told = bs.elicit(urns.question("urn"), bs.ChoiceProbabilities(), bs.Bayes(urns), draws=5)
    >>> bs.consistency.exact_against_sampled(told, told)[["question", "value", "n"]]
      question  value  n
    0      urn    0.0  5
    """
    p, replies = _by_wording(exact).dropna(), _by_wording(sampled)
    if lacking := set(replies.index) - set(p.index):
        raise ValueError(f"wordings {', '.join(sorted(lacking))} were sampled, but not read exactly")
    samples = replies.dropna()
    row = {"arm": str(exact["arm"].iloc[0]), "question": str(exact["question"].iloc[0]), "n": len(samples)}
    row |= {"read_rate": len(samples) / len(replies), "null": SAME}
    if samples.empty:
        return pd.DataFrame([row | dict.fromkeys(("value", "null_low", "null_high", "p"), np.nan)])
    # A wording counts as often as it was read, so that answers which no wording allows do not tilt the comparison.
    counts = samples.groupby(level=0).size()
    means = p.groupby(level=0).mean().loc[counts.index, samples.columns].to_numpy()
    rng = np.random.default_rng(seed)
    chance = sum(rng.multinomial(n, mean / mean.sum(), draws) for n, mean in zip(counts, means, strict=True))
    target = counts.to_numpy() @ means
    value, null = _distance(samples.to_numpy().sum(axis=0), target), _distance(np.asarray(chance), target)
    low, high = np.quantile(null, [0.025, 0.975])
    row |= {"value": float(value), "null_low": low, "null_high": high}
    return pd.DataFrame([row | {"p": (1 + (null >= value).sum()) / (1 + draws)}])


def _by_wording(beliefs: pd.DataFrame) -> pd.DataFrame:
    """A row per answer, indexed by its wording; a column per outcome."""
    keys = ["item", "session", "round", "draw", "outcome"]
    rows = beliefs.astype(dict.fromkeys(["item", "outcome"], str)).set_index(keys)["value"]
    return rows.unstack("outcome").droplevel(["session", "round", "draw"])


def _distance(counts: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs(counts - target).sum(axis=-1) / target.sum() / 2
