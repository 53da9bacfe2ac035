"""The manipulation check: how often agents, asked, say the level that their persona has."""

import pandas as pd

_KEYS = ["arm", "condition", "frame", "style", "read", "attribute"]


def recovered_attributes(told: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Recovery of personas' own attributes against the people table, with the line of chance.

    A persona counts once: the probability that it gives to its own level, averaged over draws. The interval is
    Wilson's for as many personas; of exact probabilities it is at least wide enough, because they vary less than
    hits do.

    Parameters
    ----------
    told : DataFrame
        Beliefs that `OwnAttribute` elicited from these people, of one or more attributes and arms.
    people : DataFrame

    Returns
    -------
    DataFrame
        A row per arm, condition, frame, style, way of reading and attribute: `levels`, `n` personas read, `recovery`
        with `low` and `high` (95 %), `chance` (1/levels), `constant` (the share of the commonest level, what always
        naming one level would reach), `read_rate`.

    Raises
    ------
    ValueError
        If nothing was told about own attributes, or `people` lacks an attribute or a persona.

    References
    ----------
    Wilson (1927), doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> asked = bs.instruments.own_attribute(game, people["openness"])
    >>> told = bs.elicit(asked, bs.instruments.OwnAttribute(), agent, people)
    >>> from beliefsim.studies import robustness
    >>> robustness.recovered_attributes(told, people)[["attribute", "recovery", "chance"]].round(2)
      attribute  recovery  chance
    0  openness       1.0    0.33
    """
    from statsmodels.stats.proportion import proportion_confint

    rows = told[(told["instrument"] == "own_attribute") & (told["statistic"] == "probability")]
    if rows.empty:
        raise ValueError("nothing was told about own attributes: elicit bs.instruments.own_attribute with OwnAttribute")
    found = []
    for name, part in rows.groupby(rows["question"].astype(str), sort=False):
        if name not in people:
            raise ValueError(f"attribute {name!r} is not a column of the people table: {', '.join(map(str, people))}")
        found.append(_hits(part, people[name].astype(str), str(name)))
    each = pd.concat(found)
    table = each.groupby(_KEYS, sort=False, as_index=False).agg(
        levels=("levels", "first"), n=("hit", "count"), recovery=("hit", "mean"), read_rate=("answered", "mean")
    )
    low, high = proportion_confint(table["recovery"] * table["n"], table["n"], method="wilson")
    constant = [people[name].value_counts(normalize=True).max() for name in table["attribute"]]
    table = table.assign(low=low, high=high, chance=1 / table["levels"], constant=constant)
    return table[[*_KEYS, "levels", "n", "recovery", "low", "high", "chance", "constant", "read_rate"]]


def _hits(rows: pd.DataFrame, own: pd.Series, name: str) -> pd.DataFrame:
    """A row per persona and key: the probability of its own level, and the share of its replies that told it."""
    own = own.set_axis(own.index.astype(str))
    persona = rows["persona"].astype(str)
    if strangers := set(persona) - set(own.index):
        raise ValueError(f"personas {sorted(strangers)[:3]} of the beliefs are not in people")
    outcome = rows["outcome"].astype(str)
    levels = outcome.nunique()
    hits = rows[outcome.to_numpy() == own.reindex(persona).to_numpy()]
    table = pd.DataFrame({key: hits[key].astype(str) for key in _KEYS if key != "attribute"})
    table = table.assign(attribute=name, persona=hits["persona"].astype(str), hit=hits["value"])
    table = table.assign(answered=hits["value"].notna().astype(float))
    groups = table.groupby([*_KEYS, "persona"], sort=False, as_index=False)
    return groups.agg(hit=("hit", "mean"), answered=("answered", "mean")).assign(levels=levels)
