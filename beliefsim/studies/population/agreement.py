"""Whole distributions: what was predicted for a level's sends beside what its personas sent."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.beliefs import Belief, Integers, total_variation, wasserstein
from beliefsim.consistency.cells import groups, level_codes
from beliefsim.consistency.rounded import clipped_normal

Array = NDArray[np.float64]


def agreement(stated: pd.DataFrame, decisions: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Distance between predicted and done distributions of sends, level by level.

    A stated mean and s.d. are read as a normal distribution, rounded and clipped to the legal range.

    Parameters
    ----------
    stated : DataFrame
        Beliefs of one arm with means and s.d.s of levels (CTX+$); replies are averaged.
    decisions : DataFrame
        Of one arm, condition and frame; whole amounts, terms that name the endowment.
    people : DataFrame

    Returns
    -------
    DataFrame
        `attribute`, `level`, `n` personas, `wasserstein` (dollars) and `total_variation` of prediction and play, and
        `wasserstein_constant`, `total_variation_constant`: of the sends of all personas and those of this level, the
        distance of a prediction that knows the whole but no trait.

    Examples
    --------
    >>> from beliefsim.studies import population
    >>> population.agreement(stated, decisions, people)[["attribute", "level", "wasserstein"]].round(2).head(2)
      attribute  level  wasserstein
    0       age  18-29         0.20
    1       age  30-44         0.27
    """
    space = _space(decisions)
    rows = stated[stated["statistic"].isin(["mean", "sd"]) & (stated["attribute"].astype(str) != "")]
    if rows.empty:
        raise ValueError("no stated means and s.d.s: ask with GroupMeans (CTX+$)")
    keys = [rows[name].astype(str) for name in ("attribute", "level", "statistic")]
    table = rows["value"].groupby(keys, sort=False).mean().unstack("statistic")
    done, played = _played(decisions, people, space)
    everyone = Belief.normalised(space, done.sum(axis=0))
    found = []
    for name, part in table.groupby(level="attribute", sort=False):
        levels = [str(level) for level in part.index.get_level_values("level")]
        codes = level_codes(people, str(name), levels)
        for k, (mean, sd) in enumerate(zip(part["mean"], part["sd"], strict=True)):
            inside = played & (codes == k)
            level_done = Belief.normalised(space, done[inside].sum(axis=0))
            predicted = _predicted(space, mean, sd)
            found.append((str(name), levels[k], int(inside.sum()), *_distances(predicted, level_done, everyone)))
    columns = ["attribute", "level", "n", "wasserstein", "total_variation"]
    return pd.DataFrame(found, columns=[*columns, "wasserstein_constant", "total_variation_constant"])


def _space(decisions: pd.DataFrame) -> Integers:
    by = list(groups(decisions, ["arm", "condition", "frame", "terms", "player"]))
    if len(by) > 1:
        raise ValueError("agreement is of one arm, condition, frame, terms and player; select the decisions first")
    named = [word.split("=", 1)[1] for word in by[0][0]["terms"].split() if word.startswith("endowment=")]
    high = int(named[0]) if named else int(decisions["amount"].max())
    return Integers(0, high, unit="dollars")


def _played(decisions: pd.DataFrame, people: pd.DataFrame, space: Integers) -> tuple[Array, NDArray[np.bool_]]:
    """Each persona's distribution over amounts (N, K), and who played."""
    read = decisions[decisions["amount"].notna()]
    place = pd.Index(people.index.astype(str)).get_indexer(pd.Index(read["persona"].astype(str)))
    column = space.index(read["amount"])
    weights = read["probability"].fillna(1).to_numpy(dtype=float)
    size = (len(people), len(space))
    mass = np.bincount(place * size[1] + column, weights, minlength=size[0] * size[1]).reshape(size)
    total = mass.sum(axis=1)
    return np.divide(mass, total[:, None], out=np.zeros(size), where=total[:, None] > 0), total > 0


def _predicted(space: Integers, mean: float, sd: float) -> Belief:
    if not (np.isfinite(mean) and np.isfinite(sd)):
        return Belief(space, np.full(len(space), np.nan))
    return Belief(space, clipped_normal(space, [mean], sd).p[0])


def _distances(predicted: Belief, done: Belief, everyone: Belief) -> tuple[float, float, float, float]:
    return (
        float(wasserstein(predicted, done)),
        float(total_variation(predicted, done)),
        float(wasserstein(everyone, done)),
        float(total_variation(everyone, done)),
    )
