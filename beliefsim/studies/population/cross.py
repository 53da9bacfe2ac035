"""Whose statements predict whose play? Every arm's statements against every arm's behaviour."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.consistency.cells import expected_amounts, level_codes
from beliefsim.consistency.slopes import centred
from beliefsim.measures.estimate import interval, left_out_error

Array = NDArray[np.float64]
_GROUPS = 20


class CrossModel(NamedTuple):
    """Results of `cross_model`.

    Attributes
    ----------
    matrix : DataFrame
        Correlation of stated (rows) and done (columns) level effects, −1 to 1.
    headline : DataFrame
        One row: mean of the diagonal, of the rest, and their difference with its interval.
    """

    matrix: pd.DataFrame
    headline: pd.DataFrame


def cross_model(
    stated: Mapping[str, pd.DataFrame], decisions: Mapping[str, pd.DataFrame], people: pd.DataFrame
) -> CrossModel:
    """Correlate each arm's stated group means with each arm's behaviour.

    Where an arm's statements predict another's play as well as its own, "consistency" is a stereotype that both share.

    Parameters
    ----------
    stated : mapping of arm to DataFrame
        Beliefs of one instrument about levels: means, or ranks (1 is highest).
    decisions : mapping of arm to DataFrame
        Of the same personas.
    people : DataFrame

    Returns
    -------
    CrossModel
        The interval is a group jackknife over personas (20 groups); what the wording of statements adds is not in it.

    Raises
    ------
    ValueError
        With fewer than two arms, or if nothing that they stated could be read.

    Examples
    --------
    >>> other = bs.ScriptedPopulation(people, bs.Dials(coupling=0.8), seed=2)
    >>> said = {"one": stated, "two": bs.elicit(game.question("sent", by=["age", "openness"]), bs.GroupMeans(), other)}
    >>> from beliefsim.studies import population
    >>> found = population.cross_model(said, {"one": decisions, "two": bs.play(game, other, people, seed=2)}, people)
    >>> found.matrix.shape
    (2, 2)
    """
    arms = list(stated)
    if len(arms) < 2 or set(arms) != set(decisions):
        raise ValueError(f"a cross-model matrix needs two arms or more that both stated and played; given: {arms}")
    shared = _levels(stated)
    codes = [(level_codes(people, name, levels), len(levels)) for name, levels in shared.items()]
    said = np.array([_stated(stated[arm], shared) for arm in arms])
    done = np.array([expected_amounts(decisions[arm], people)[0] for arm in arms])
    groups = np.random.default_rng(0).permutation(len(people)) % min(_GROUPS, len(people))
    whole = _matrix(said, done, codes, np.ones(len(people), dtype=bool))
    left = np.array([_apart(_matrix(said, done, codes, groups != each)) for each in range(groups.max() + 1)])
    found = interval(_apart(whole), float(left_out_error(left)), len(left) - 1)
    same = float(np.diag(whole).mean())
    row = {"own": same, "others": same - found.value, "difference": found.value, "low": found.low, "high": found.high}
    matrix = pd.DataFrame(whole, pd.Index(arms, name="stated by"), pd.Index(arms, name="played by"))
    return CrossModel(matrix, pd.DataFrame([row | {"arms": len(arms), "n": len(people)}]))


def _levels(stated: Mapping[str, pd.DataFrame]) -> dict[str, list[str]]:
    """Levels that every arm's statements could be read for, by attribute; at least two each."""
    read = []
    for table in stated.values():
        rows = table[table["statistic"].isin(["mean", "rank"]) & table["value"].notna()]
        read.append(set(zip(rows["attribute"].astype(str), rows["level"].astype(str), strict=True)))
    first = next(iter(stated.values()))
    order = list(dict.fromkeys(zip(first["attribute"].astype(str), first["level"].astype(str), strict=True)))
    found: dict[str, list[str]] = {}
    for attribute, level in order:
        if all((attribute, level) in one for one in read):
            found.setdefault(attribute, []).append(level)
    found = {attribute: levels for attribute, levels in found.items() if len(levels) > 1}
    if not found:
        raise ValueError("no attribute has two levels about which every arm's statements could be read")
    return found


def _stated(table: pd.DataFrame, shared: Mapping[str, list[str]]) -> Array:
    rows = table[table["statistic"].isin(["mean", "rank"])]
    sign = -1.0 if (rows["statistic"] == "rank").any() else 1.0
    means = rows.groupby([rows["attribute"].astype(str), rows["level"].astype(str)])["value"].mean()
    return np.array([sign * means[attribute, level] for attribute, levels in shared.items() for level in levels])


def _matrix(said: Array, done: Array, codes: list[tuple[NDArray[np.intp], int]], keep: NDArray[np.bool_]) -> Array:
    means, counts, starts = [], [], np.cumsum([0, *[size for _, size in codes][:-1]])
    for code, size in codes:
        inside = (code[None, :] == np.arange(size)[:, None]) & keep
        counts.append(inside.sum(axis=1))
        means.append(np.array([[np.nanmean(row[mask]) if mask.any() else 0.0 for mask in inside] for row in done]))
    n, played = np.concatenate(counts).astype(float), np.concatenate(means, axis=1)
    x, y = (np.sqrt(n) * centred(n, values, starts) for values in (said, played))
    with np.errstate(invalid="ignore", divide="ignore"):
        return (x @ y.T) / np.sqrt((x**2).sum(axis=1)[:, None] * (y**2).sum(axis=1)[None])


def _apart(matrix: Array) -> float:
    own = np.diag(matrix)
    return float(own.mean() - (matrix.sum() - own.sum()) / (matrix.size - len(own)))
