"""Did an imposed ranking move behaviour: perturbed rankings, pull, displacement, compliance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .cells import expected_amounts, level_codes
from .slopes import Estimate, interval

__all__ = ["Conditioning", "compliance", "conditioning", "perturbed", "ranking", "reversed_compliance", "scores"]

Array = NDArray[np.float64]


def ranking(stated: pd.DataFrame) -> pd.DataFrame:
    """The ranking that a teller stated, one row per attribute and level.

    Parameters
    ----------
    stated : DataFrame
        Beliefs of one arm and instrument: ranks, or means (the largest mean has rank 1). Replies are averaged.

    Returns
    -------
    DataFrame
        Columns ``attribute``, ``level``, ``rank`` (1 sends most; ties share the mean rank), ``achieved_rho`` (1).
        Attributes with an unread level are left out.
    """
    rows = stated[stated["statistic"].isin(["rank", "mean"]) & (stated["attribute"].astype(str) != "")]
    if rows["statistic"].nunique() > 1 or rows["instrument"].nunique() > 1 or rows["arm"].nunique() > 1:
        raise ValueError("a prior comes from one arm and one instrument; select the rows first")
    keys = [rows["attribute"].astype(str), rows["level"].astype(str)]
    value = rows["value"] * np.where(rows["statistic"].astype(str) == "mean", -1, 1)
    table = value.groupby(keys, sort=False).mean().rename("rank").reset_index()
    table = table[table.groupby("attribute")["rank"].transform(lambda part: part.notna().all())]
    table["rank"] = table.groupby("attribute")["rank"].rank()
    return table.assign(achieved_rho=1.0).reset_index(drop=True)


def perturbed(own: pd.DataFrame, rho: float | None, rng: np.random.Generator) -> pd.DataFrame:
    """A ranking at a requested rank correlation with an own one.

    Parameters
    ----------
    own : DataFrame
        Columns ``attribute``, ``level``, ``rank``, as from `ranking`.
    rho : float in [−1, 1], or None
        Wanted Spearman ρ. For each attribute a ranking is drawn among those whose ρ is nearest (of two equally near,
        the larger). 1 keeps the own ranking, −1 reverses it, None draws a ranking independent of it.
    rng : numpy.random.Generator

    Returns
    -------
    DataFrame
        The same columns with new ranks, and ``achieved_rho`` per attribute: with 2 levels only −1 and 1 exist, with 3
        only ±.5 and ±1.

    Examples
    --------
    >>> own = pd.DataFrame({"attribute": "age", "level": list("abcd"), "rank": [1.0, 2, 3, 4]})
    >>> perturbed(own, .2, np.random.default_rng(1))["achieved_rho"].iloc[0].round(3)
    np.float64(0.2)
    """
    if rho is not None and not -1 <= rho <= 1:
        raise ValueError(f"rho must be within [-1, 1], or None for an independent ranking; got {rho!r}")
    parts = []
    for _, part in own.groupby("attribute", sort=False):
        ranks, achieved = _perturbed(part["rank"].to_numpy(dtype=float), rho, rng)
        parts.append(part.assign(rank=ranks, achieved_rho=achieved))
    return pd.concat(parts, ignore_index=True)


def scores(people: pd.DataFrame, prior: pd.DataFrame) -> Array:
    """Each persona's score under a ranking: Σ over attributes of ((K + 1)/2 − rank)/K, shape (N,)."""
    total = np.zeros(len(people))
    for name, part in prior.groupby("attribute", sort=False):
        codes = level_codes(people, str(name), part["level"].astype(str).tolist())
        k = len(part)
        total += np.append(((k + 1) / 2 - part["rank"].to_numpy(dtype=float)) / k, 0.0)[codes]
    return total


@dataclass(frozen=True)
class Conditioning:
    """What a condition did.

    Attributes
    ----------
    pull : Estimate
        θ: amount per unit of imposed score, in the regression of the persona's difference (conditioned − placebo) on
        imposed and own stated scores and on what its traits predict under the placebo.
    displacement : Estimate
        δ = 1 − b_own,conditioned/b_own,placebo, with a bounded or unbounded Fieller interval.
    own_conditioned, own_placebo : Estimate
        Slope of amounts on own scores in either condition.
    n : int
        Personas read in both.
    """

    pull: Estimate
    displacement: Estimate
    own_conditioned: Estimate
    own_placebo: Estimate
    n: int


def conditioning(
    conditioned: pd.DataFrame, placebo: pd.DataFrame, people: pd.DataFrame, *, imposed: pd.DataFrame, own: pd.DataFrame
) -> Conditioning:
    """Pull and displacement of one condition, from the same personas' play under a placebo of equal length.

    One imposed ranking, even an independent one, goes together with own behaviour by chance over some thirty levels.
    Where stated and behavioural own differ, own stated scores alone do not take this out; so the placebo effects of a
    persona's levels, fitted without the persona's own fifth of the sample, are held constant too.

    Parameters
    ----------
    conditioned, placebo : DataFrame
        Decisions of one arm in either condition.
    people : DataFrame
    imposed, own : DataFrame
        Rankings (columns ``attribute``, ``level``, ``rank``): what was imposed, and what the agent stated by itself.
        Where the two are collinear (self, reversed), the pull is missing and the note says so.
    """
    after, before = (expected_amounts(table, people)[0] for table in (conditioned, placebo))
    both = np.isfinite(after) & np.isfinite(before)
    n = int(both.sum())
    if n < 4:
        raise ValueError(f"{n} personas were read in both conditions; at least 4 are needed")
    x, o = (scores(people, table)[both] for table in (imposed, own))
    after, before = after[both], before[both]
    pull = _pull(after - before, x, np.column_stack([o, _predicted(people[both], own, before)]))
    design = np.column_stack([np.ones(n), o] if np.isnan(pull.value) else [np.ones(n), o, x])
    (b_after, b_before), influence = _slopes(design, np.column_stack([after, before]))
    covariance = influence.T @ influence
    freedom = n - design.shape[1]
    errors = np.sqrt(np.diag(covariance))
    return Conditioning(
        pull,
        _one_minus_ratio(b_after, b_before, covariance, freedom),
        interval(b_after, float(errors[0]), freedom),
        interval(b_before, float(errors[1]), freedom),
        n,
    )


def compliance(pull: Estimate, full: float | Estimate) -> Estimate:
    """θ/θ_full: how much of an imposed ranking was followed.

    Parameters
    ----------
    pull : Estimate
    full : float or Estimate
        θ_full, known for scripted agents. For a model it is an estimate of its own, from a different sample of
        personas, and the interval is Fieller's: missing where it is not bounded.
    """
    if not isinstance(full, Estimate):
        ends = sorted((pull.low / full, pull.high / full))
        return Estimate(pull.value / full, ends[0], ends[1], pull.note)
    # Half-widths at 1.96 give back the standard errors nearly; the two samples are independent.
    errors = np.array([(e.high - e.low) / 2 / 1.96 for e in (pull, full)])
    return _ratio(pull.value, full.value, np.diag(errors**2), 10_000)


def reversed_compliance(reversed_: Conditioning) -> Estimate:
    """(1 − b_reversed/b_placebo)/2 for the reversed own ranking, with half the displacement's interval."""
    found = reversed_.displacement
    return Estimate(found.value / 2, found.low / 2, found.high / 2, found.note)


def _pull(difference: Array, imposed: Array, held: Array) -> Estimate:
    if not np.ptp(imposed) > 0:
        return Estimate(np.nan, note="the imposed ranking does not vary over these personas")
    if abs(np.corrcoef(imposed, held[:, 0])[0, 1]) > 1 - 1e-9:
        return Estimate(np.nan, note="imposed and own rankings are collinear; use an independent random ranking")
    design = np.column_stack([np.ones(len(imposed)), imposed, held])
    (value,), influence = _slopes(design, difference[:, None])
    return interval(float(value), float(np.sqrt((influence**2).sum())), len(imposed) - design.shape[1])


def _predicted(people: pd.DataFrame, own: pd.DataFrame, amounts: Array) -> Array:
    """Amount that each persona's levels predict, fitted on the other four fifths of the personas."""
    blocks = []
    for name, part in own.groupby("attribute", sort=False):
        levels = part["level"].astype(str).tolist()
        blocks.append(np.eye(len(levels) + 1)[level_codes(people, str(name), levels)][:, :-1])
    matrix = np.column_stack(blocks)
    fold = np.arange(len(amounts)) % 5
    predicted = np.empty(len(amounts))
    for out in range(5):
        fit, mean = fold != out, amounts[fold != out].mean()
        # One persona's worth of ridge makes the stacked levels separable.
        normal = matrix[fit].T @ matrix[fit] + np.eye(matrix.shape[1])
        predicted[~fit] = matrix[~fit] @ np.linalg.solve(normal, matrix[fit].T @ (amounts[fit] - mean))
    return predicted


def _slopes(design: Array, outcomes: Array) -> tuple[Array, Array]:
    """Coefficients on the design's second column, and HC3 influences of each persona, shape (N, outcomes)."""
    inverse = np.linalg.pinv(design)
    leverage = np.minimum((design * inverse.T).sum(axis=1), 1 - 1e-9)
    residual = outcomes - design @ (inverse @ outcomes)
    return (inverse @ outcomes)[1], inverse[1][:, None] * residual / (1 - leverage)[:, None]


def _one_minus_ratio(top: float, bottom: float, covariance: Array, freedom: int) -> Estimate:
    ratio = _ratio(top, bottom, covariance, freedom)
    return Estimate(1 - ratio.value, 1 - ratio.high, 1 - ratio.low, ratio.note)


def _ratio(top: float, bottom: float, covariance: Array, freedom: int) -> Estimate:
    """Ratio with Fieller's interval, doi:10.1111/j.2517-6161.1954.tb00159.x; missing bounds where it is unbounded."""
    from scipy.special import stdtrit

    t = float(stdtrit(freedom, 0.975))
    a = bottom**2 - t**2 * covariance[1, 1]
    b = top * bottom - t**2 * covariance[0, 1]
    c = top**2 - t**2 * covariance[0, 0]
    if a <= 0:
        return Estimate(top / bottom, note="the own slope may be 0: no bounded interval")
    root = np.sqrt(max(b**2 - a * c, 0.0))
    return Estimate(top / bottom, (b - root) / a, (b + root) / a)


def _perturbed(own: Array, rho: float | None, rng: np.random.Generator) -> tuple[Array, float]:
    orders = _orders(len(own), rng)
    candidates = orders + 1.0
    x, y = own - own.mean(), candidates - candidates.mean(axis=1, keepdims=True)
    spread = np.sqrt((x**2).sum() * (y[0] ** 2).sum())
    if spread == 0:
        return candidates[rng.integers(len(candidates))], float("nan")
    found = y @ x / spread
    if rho is None:
        chosen = rng.integers(len(candidates))
    elif rho == 1:
        return own, 1.0
    else:
        gap = np.round(np.abs(found - rho), 9)
        near = np.flatnonzero(gap == gap.min())
        chosen = rng.choice(near[np.isclose(found[near], found[near].max())])
    return candidates[chosen], float(found[chosen])


def _orders(k: int, rng: np.random.Generator) -> NDArray[np.intp]:
    if k <= 7:
        return _all_orders(k)
    return rng.permuted(np.tile(np.arange(k), (20_000, 1)), axis=1)


@lru_cache
def _all_orders(k: int) -> NDArray[np.intp]:
    return np.array(list(permutations(range(k))))
