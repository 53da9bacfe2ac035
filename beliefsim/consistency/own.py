"""What each player said they would do, beside what they did."""

import pandas as pd

from beliefsim.schema import plain

_COLUMNS = ["arm", "who", "session", "stated", "done", "gap", "n", "unit"]


def stated_done(beliefs: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Mean of what was stated and of what was done, a row per player; one per arm that stated means of groups.

    Parameters
    ----------
    beliefs : DataFrame
        Statements about own moves (`about` is ``self``), set beside the move of the round that they are about; and
        means of groups, set beside all moves of their arm.
    decisions : DataFrame
        Decisions. A model's move counts with its expected amount.

    Returns
    -------
    DataFrame
        `arm`, `who` (persona or name, "" for groups), `session`, `stated`, `done`, `gap` (done − stated), `n` (rounds,
        or groups), `unit`. Where moves are options, `stated` is the mean probability given to the option then taken,
        and `done` is 1.

    Examples
    --------
    >>> from beliefsim import schema
    >>> said = schema.beliefs(arm="human", about="self", teller="trustor", statistic="point", value=[4.0], round=1)
    >>> did = schema.decisions(arm="human", player="trustor", move=["6"], amount=[6.0], probability=1.0, round=1)
    >>> stated_done(said, did)[["stated", "done", "gap", "n"]].to_numpy().tolist()
    [[4.0, 6.0, 2.0, 1.0]]
    """
    own = beliefs[(beliefs["about"] == "self") & beliefs["statistic"].isin(["point", "probability"])]
    groups = beliefs[(beliefs["statistic"] == "mean") & (beliefs["attribute"] != "")]
    tables = [_own(own, decisions), _groups(groups, decisions)]
    return pd.concat([table for table in tables if len(table)] or tables, ignore_index=True)[_COLUMNS]


def _own(beliefs: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    keys = ["arm", "session", "draw", "round", "player"]
    stated = beliefs.assign(round=beliefs["round"] + beliefs["horizon"], player=beliefs["teller"])
    stated = plain(stated, [*keys, "persona", "statistic", "outcome", "value", "unit"])
    stated = stated.rename(columns={"value": "stated", "persona": "who"}).dropna(subset=["stated"])
    moves = plain(decisions[decisions["move"].notna()], [*keys, "move", "amount", "probability"])
    moves["done"] = moves["amount"] * moves["probability"]
    points, options = stated[stated["statistic"] == "point"], stated[stated["statistic"] == "probability"]
    rows = points.merge(moves.groupby(keys, as_index=False)["done"].sum(), on=keys)
    if len(options):
        taken = moves.assign(done=moves["probability"], outcome=moves["move"])
        rows = pd.concat([rows, options.merge(taken, on=[*keys, "outcome"])])
    players = rows.groupby(["arm", "session", "who", "unit"], as_index=False, sort=False)
    means = players.agg(stated=("stated", "mean"), done=("done", "mean"), n=("done", "size"))
    return means.assign(gap=means["done"] - means["stated"])


def _groups(beliefs: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (arm, unit), means in plain(beliefs, ["arm", "unit", "value"]).groupby(["arm", "unit"], sort=False)["value"]:
        moves = decisions[(decisions["arm"] == arm) & decisions["amount"].notna()]
        weight = moves["probability"]
        done = (moves["amount"] * weight).sum() / weight.sum() if len(moves) else float("nan")
        stated = means.mean()
        rows.append((arm, "", 0, stated, done, done - stated, int(means.notna().sum()), unit))
    return pd.DataFrame(rows, columns=_COLUMNS)


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
    >>> bs.consistency.sends(decisions).describe()[["min", "max"]].tolist()
    [0.0, 10.0]
    """
    keys = [decisions[name].astype(str) for name in ("arm", "condition", "frame", "terms", "persona")]
    each = (decisions["amount"] * decisions["probability"]).groupby([*keys, decisions["session"]], sort=False)
    return each.sum(min_count=1).groupby(level=list(range(len(keys))), sort=False).mean().rename("amount")
