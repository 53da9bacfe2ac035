"""Policies of several models: beliefs pooled, what their steps cost, whom they leave out, and who saved what."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import Estimate, mean
from beliefsim.measures.calibration import expected_calibration_error

from .decisions import both, cheapest, expected_costs

Array = NDArray[np.float64]


def pooled_log_ratios(ratios: ArrayLike, how: str = "median") -> Array:
    """One log likelihood ratio from several models', the last axis: ``median``, ``trimmed`` or ``mean``.

    ``trimmed`` leaves out the lowest and the highest fifth. Missing ones are left out.

    Examples
    --------
    >>> [float(pooled_log_ratios([0.9, 1.0, 1.1, 1.0, 9.0], how).round(2)) for how in ("median", "trimmed", "mean")]
    [1.0, 1.03, 2.6]
    """
    values = np.asarray(ratios, dtype=float)
    if how == "trimmed":
        from scipy import stats

        trim: Any = stats.trim_mean
        return np.apply_along_axis(lambda row: trim(row[~np.isnan(row)], 0.2), -1, values)
    known: dict[str, Any] = {"median": np.nanmedian, "mean": np.nanmean}
    if how not in known:
        raise ValueError(f"how {how!r} is not among median, trimmed, mean")
    return np.asarray(known[how](values, axis=-1))


def disagreement(odds: ArrayLike, costs: ArrayLike, ask: int) -> Array:
    """Steps of models pooled, but step `ask` (a look) wherever not all of them would take the same step.

    Parameters
    ----------
    odds : array_like, shape (n, M)
        Each model's log-odds of the first of two hidden things.
    costs : array_like, shape (2, A)
        As in `expected_costs`.
    ask : int
        The step to take where models differ.

    Examples
    --------
    >>> disagreement([[-9.0, 9.0], [9.0, 9.0]], [[40000, 10150, 2500], [0, 775, 2500]], ask=1).argmax(axis=1).tolist()
    [1, 2]
    """
    said = np.asarray(odds, dtype=float)
    each = np.stack([cheapest(_chance(one), costs) for one in said.T])
    together = cheapest(_chance(pooled_log_ratios(said)), costs)
    return np.where((each == each[0]).all(axis=(0, 2))[:, None], together, np.eye(together.shape[1])[ask])


def costs_paid(p: ArrayLike, costs: ArrayLike, true: ArrayLike) -> Array:
    """What the cheapest steps by a belief cost under the true one, shape (n,), in the unit of `costs`.

    Parameters
    ----------
    p, true : array_like, shape (n,)
        Probability of the first of two hidden things, as believed and in truth.
    costs : array_like, shape (2, A)
        As in `expected_costs`.

    Examples
    --------
    >>> costs_paid([0.9, 0.0], [[4, 1], [0, 1]], [0.5, 0.5]).tolist()
    [1.0, 2.0]
    """
    return np.asarray((cheapest(p, costs) * expected_costs(both(true), costs)).sum(axis=1))


def policy_table(
    stated: Mapping[str, ArrayLike],
    costs: ArrayLike,
    true: ArrayLike,
    happened: ArrayLike,
    *,
    steps: Mapping[str, ArrayLike] | None = None,
) -> pd.DataFrame:
    """What policies cost under the true belief, and how good the beliefs behind them are.

    Parameters
    ----------
    stated : mapping of policy to array_like, shape (n,)
        Believed probability of the first of two hidden things.
    costs : array_like, shape (2, A)
        As in `expected_costs`.
    true : array_like, shape (n,)
        The true probability.
    happened : array_like of bool, shape (n,)
        Whether the first thing was so.
    steps : mapping of policy to array_like, shape (n, A), optional
        Probabilities of steps, of policies that do not take the cheapest by their belief.

    Returns
    -------
    DataFrame
        A row per policy: ``cost`` with ``low`` and ``high`` (95 %), ``regret`` (cost above the least possible), both
        in the unit of `costs`; ``brier`` (of one event), ``log`` (−log p, p at least .001), ``ece`` and
        ``ece_null_high`` (97.5 % of calibrated beliefs lie below); ``read``.

    Examples
    --------
    >>> table = policy_table({"sure": [1.0, 1.0], "right": [0.5, 0.0]}, [[4, 1], [0, 1]], [0.5, 0.0], [True, False])
    >>> table[["policy", "cost", "regret"]].to_dict("list")
    {'policy': ['sure', 'right'], 'cost': [1.0, 0.5], 'regret': [0.5, 0.0]}
    """
    price, outcome = expected_costs(both(true), costs), np.asarray(happened, dtype=float)
    rows = []
    for name, belief in stated.items():
        p = np.asarray(belief, dtype=float)
        act = np.asarray((steps or {}).get(name, cheapest(p, costs)), dtype=float)
        cost, likely = (act * price).sum(axis=1), np.where(outcome == 1, p, 1 - p)
        ece, null = expected_calibration_error(p, outcome, draws=200)
        paid, regret = mean(cost), mean(cost - price.min(axis=1))
        rows.append({
            "policy": name, "cost": paid.value, "low": paid.low, "high": paid.high, "regret": regret.value,
            "brier": np.nanmean((p - outcome) ** 2), "log": np.nanmean(-np.log(np.clip(likely, 1e-3, 1))),
            "ece": ece.value, "ece_null_high": null[1], "read": float((~np.isnan(p)).mean()),
        })  # fmt: skip
    return pd.DataFrame(rows)


def parity_gap(chosen: ArrayLike, second: ArrayLike) -> Estimate:
    """Share chosen in the first group less that in the second, with Newcombe's interval; 0 is demographic parity.

    Examples
    --------
    >>> parity_gap([1, 1, 0, 0] * 9, [0, 1, 0, 1] * 9).value
    0.0
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    yes, other = np.asarray(chosen, dtype=bool), np.asarray(second, dtype=bool)
    counts = [int(part) for group in (~other, other) for part in (yes[group].sum(), group.sum())]
    low, high = confint_proportions_2indep(*counts, method="newcomb")
    return Estimate(counts[0] / counts[1] - counts[2] / counts[3], float(low), float(high))


def shapley(worth: Callable[[frozenset[str]], ArrayLike], players: Sequence[str]) -> pd.DataFrame:
    """What each player adds, averaged over the orders in which they may come: shares that sum to the whole.

    Parameters
    ----------
    worth : callable
        Of a set of players: a number, or an array of what each case is worth; then means over cases are given.
    players : sequence of str

    Returns
    -------
    DataFrame
        A row per player: ``player``, ``alone`` (what it adds to none), ``last`` (to all others) and ``value``, with
        ``low`` and ``high`` over cases.

    References
    ----------
    Shapley (1953), doi:10.1515/9781400881970-018.

    Examples
    --------
    >>> both = shapley(lambda some: 10.0 * (len(some) == 2), ["a", "b"])
    >>> both["value"].tolist(), both["last"].tolist()  # each is needed: what they add last sums to 200 %
    ([5.0, 5.0], [10.0, 10.0])
    """
    sets = [frozenset(some) for k in range(len(players) + 1) for some in combinations(players, k)]
    every = {some: np.atleast_1d(np.asarray(worth(some), dtype=float)) for some in sets}
    rows = []
    for player in players:
        added = {some: every[some | {player}] - value for some, value in every.items() if player not in some}
        weight = {some: factorial(len(some)) * factorial(len(players) - len(some) - 1) for some in added}
        total = np.sum([weight[some] * gain for some, gain in added.items()], axis=0) / factorial(len(players))
        alone, last, one = added[frozenset()], added[frozenset(players) - {player}], mean(total)
        rows.append((player, alone.mean(), last.mean(), one.value, one.low, one.high))
    return pd.DataFrame(rows, columns=["player", "alone", "last", "value", "low", "high"])


def _chance(odds: ArrayLike) -> Array:
    from scipy.special import expit

    return np.asarray(expit(np.asarray(odds, dtype=float)))
