"""Results as a reader meets them: the paper's table layout, and lines of the claims ledger."""

from __future__ import annotations

import pandas as pd


def sends(decisions: pd.DataFrame) -> pd.Series:
    """Expected amount of each persona: the mean of its distribution over moves, averaged over draws.

    Parameters
    ----------
    decisions : DataFrame
        Decisions of one seat.

    Returns
    -------
    Series
        Named ``amount``, in the decisions' unit, with index arm, condition, frame, terms, persona; missing where
        nothing could be read.

    Examples
    --------
    >>> bs.analysis.sends(decisions).describe()[["min", "max"]].tolist()
    [0.0, 10.0]
    """
    keys = [decisions[name].astype(str) for name in ("arm", "condition", "frame", "terms", "persona")]
    each = (decisions["amount"] * decisions["probability"]).groupby([*keys, decisions["session"]], sort=False)
    return each.sum(min_count=1).groupby(level=list(range(len(keys))), sort=False).mean().rename("amount")
