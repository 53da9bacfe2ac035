"""From a point of the say–do scatter back to the rows that it was computed from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["rows_behind"]

_PLAYED = ["arm", "condition", "frame", "terms", "style", "read"]


def rows_behind(point: pd.Series, stated: pd.DataFrame, decisions: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """What was stated about one level of an attribute, and what its personas did.

    Parameters
    ----------
    point : Series
        A row of `Comparison.levels`.
    stated, decisions, people : DataFrame
        As `compare` was given them.

    Returns
    -------
    DataFrame
        `edge` ("stated" or "done"), `persona` ("" where stated), `reply`; each reply once.

    Examples
    --------
    >>> rows = bs.analysis.rows_behind(result.levels.iloc[0], stated, decisions, people)
    >>> rows["edge"].value_counts().to_dict()
    {'done': 50, 'stated': 1}
    """
    told = _equal(stated, {"arm": point["stated_by"], **point[["instrument", "attribute", "level"]]})
    members = people.index[people[point["attribute"]].astype(str) == point["level"]].astype(str)
    played = _equal(decisions, point[[name for name in _PLAYED if name in decisions]].to_dict())
    played = played[played["persona"].astype(str).isin(members)]
    rows = pd.concat([told.assign(edge="stated"), played.assign(edge="done")])[["edge", "persona", "reply"]]
    return rows.astype(str).drop_duplicates(ignore_index=True)


def _equal(table: pd.DataFrame, keys: dict[Any, Any]) -> pd.DataFrame:
    return table[np.logical_and.reduce([table[name].astype(str) == str(word) for name, word in keys.items()])]
