"""Did an imposed ranking move behaviour: pull, displacement, compliance."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from beliefsim.interventions import Prior
from beliefsim.measures import Estimate
from beliefsim.measures.estimate import interval

from .cells import expected_amounts
from .paired import COLLINEAR, Pairs, fieller, slopes

PLACEBO = "placebo"
_COLUMNS = ["arm", "condition", "metric", "value", "low", "high", "null", "null_low", "null_high", "p", "n", "note"]


@dataclass(frozen=True)
class Conditioning:
    """What a condition did.

    Attributes
    ----------
    pull : Estimate
        θ: amount per unit of imposed score, in the regression of the persona's difference (conditioned − placebo) on
        imposed and own stated scores and on what its traits predict under the placebo.
    own_shift : Estimate
        b_own,conditioned − b_own,placebo: by how much more (or less) the own ranking shows.
    displacement : Estimate
        δ = 1 − b_own,conditioned/b_own,placebo, with Fieller's interval where it is bounded.
    compliance : Estimate
        How much of the imposed ranking was followed: θ/θ_full; for the reversed own ranking δ/2, which holds where
        stated and done own effects agree; missing for the own one.
    n : int
        Personas read in both.
    """

    pull: Estimate
    own_shift: Estimate
    displacement: Estimate
    compliance: Estimate
    n: int


def conditioning(
    conditioned: pd.DataFrame,
    placebo: pd.DataFrame,
    people: pd.DataFrame,
    prior: Prior | pd.DataFrame,
    *,
    full: float | None = None,
) -> Conditioning:
    """Pull, displacement and compliance of one condition, beside the same personas' play under a placebo.

    One imposed ranking, even an independent one, goes together with own behaviour by chance over some thirty levels.
    Where stated and behavioural own differ, own stated scores alone do not take this out; so the placebo effects of a
    persona's levels, fitted without the persona's own fifth of the sample, are held constant too.

    Parameters
    ----------
    conditioned, placebo : DataFrame
        Decisions of one arm in either condition.
    people : DataFrame
    prior : Prior, or its table
        Imposed and own ranks. Where the two are collinear (self, reversed), the pull is missing and its note says so.
    full : float, optional
        θ_full, the pull of a ranking obeyed in full, in the amount's unit: known for scripted agents
        (``agent.full_pull * endowment``). Otherwise it is estimated, as the size of the trait effects under the
        placebo per unit of imposed score, and compliance has Fieller's interval where that is bounded.

    Raises
    ------
    ValueError
        If fewer than four personas were read in both conditions, or the table holds several conditions.

    Examples
    --------
    >>> prior = bs.Prior(stated, rho=None, seed=1)  # an independent random ranking
    >>> before = bs.play(game, agent.given(bs.Placebo(prior)), people, seed=1)
    >>> after = bs.play(game, agent.given(prior), people, seed=2)
    >>> bool(bs.consistency.conditioning(after, before, people, prior).pull.low > 0)
    True
    """
    table = _checked(prior)
    after, before = (expected_amounts(played, people)[0] for played in (conditioned, placebo))
    both = np.isfinite(after) & np.isfinite(before)
    n = int(both.sum())
    if n < 4:
        raise ValueError(f"{n} personas were read in both conditions; at least 4 are needed")
    pairs = Pairs(people[both], table, after[both], before[both])
    pull = pairs.pull()
    design = np.column_stack([np.ones(n), pairs.own, *([] if np.isnan(pull.value) else [pairs.imposed])])
    (b_after, b_before), influence = slopes(design, np.column_stack([pairs.after, pairs.before]))
    covariance = influence.T @ influence
    freedom = n - design.shape[1]
    shift = float(np.sqrt(((influence[:, 0] - influence[:, 1]) ** 2).sum()))
    kept = fieller(b_after, b_before, covariance, freedom)
    displacement = Estimate(1 - kept.value, 1 - kept.high, 1 - kept.low, kept.note)
    own_shift = interval(float(b_after - b_before), shift, freedom)
    return Conditioning(pull, own_shift, displacement, _compliance(pairs, pull, displacement, full), n)


def conditions(
    decisions: pd.DataFrame, people: pd.DataFrame, priors: Iterable[Prior], *, full: float | None = None
) -> pd.DataFrame:
    """Pull, shift, displacement and compliance of several conditions of one arm, a row per condition and metric.

    Parameters
    ----------
    decisions : DataFrame
        One arm's play under the placebo and under each prior.
    people : DataFrame
    priors : iterable of Prior
    full : float, optional
        See `conditioning`.

    Returns
    -------
    DataFrame
        Columns arm, condition, metric, value, low, high, null ("imposed ranking ignored": the value is 0), null_low,
        null_high (missing: the null is a point), p, n, note.

    Examples
    --------
    >>> prior = bs.Prior(stated, rho=None, seed=1)
    >>> played = [bs.play(game, agent.given(each), people, seed=1) for each in (prior, bs.Placebo(prior))]
    >>> table = bs.consistency.conditions(bs.schema.concat(played), people, [prior])
    >>> table["metric"].tolist()
    ['pull', 'own_shift', 'displacement', 'compliance']
    """
    if len(arms := decisions["arm"].astype(str).unique()) != 1:
        raise ValueError(f"conditions are compared within one arm; given: {', '.join(arms) or 'no decisions'}")
    named = decisions["condition"].astype(str)
    rows = []
    for prior in priors:
        absent = {PLACEBO, prior.condition} - set(named)
        if absent:
            raise ValueError(f"no decisions under {', '.join(sorted(absent))}; given: {', '.join(named.unique())}")
        played = decisions[named == prior.condition], decisions[named == PLACEBO]
        *metrics, (_, n) = vars(conditioning(*played, people, prior, full=full)).items()
        keys = {"arm": arms[0], "condition": prior.condition, "null": "imposed ranking ignored: 0", "n": n}
        rows += [keys | {"metric": metric} | vars(estimate) for metric, estimate in metrics]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _checked(prior: Prior | pd.DataFrame) -> pd.DataFrame:
    table = prior.table() if isinstance(prior, Prior) else prior
    if missing := {"attribute", "level", "imposed", "own"} - set(table.columns):
        raise ValueError(f"the prior's table lacks columns {sorted(missing)}; it should be what Prior.table() gives")
    if table.duplicated(["attribute", "level"]).any():
        raise ValueError("the prior's table has several ranks for a level; select one condition")
    return table


def _compliance(pairs: Pairs, pull: Estimate, displacement: Estimate, full: float | None) -> Estimate:
    if pairs.agreement < -COLLINEAR:
        if np.isnan(displacement.low):
            return Estimate(np.nan, note=displacement.note)
        note = "holds where stated and done own effects agree"
        return Estimate(displacement.value / 2, displacement.low / 2, displacement.high / 2, note)
    if np.isnan(pull.value):
        return Estimate(np.nan, note="the own ranking asks for nothing new" if pairs.agreement > 0 else pull.note)
    if full is not None:
        ends = sorted((pull.low / full, pull.high / full))
        return Estimate(pull.value / full, ends[0], ends[1], pull.note)
    return _estimated_compliance(pairs, pull.value)


def _estimated_compliance(pairs: Pairs, pull: float) -> Estimate:
    """θ/θ_full of the same personas; their covariance from leaving out groups of personas."""
    values, full = pairs.without_groups(), pairs.full()
    if np.isnan(full) or np.isnan(values).any():
        return Estimate(np.nan, note="no trait effects beyond chance under the placebo: a full pull is unknown")
    groups, deviations = len(values), values - values.mean(axis=0)
    share = fieller(pull, full, (groups - 1) / groups * deviations.T @ deviations, groups - 1)
    return share if np.isfinite(share.low) else Estimate(np.nan, note="a full pull may be 0: no bounded interval")
