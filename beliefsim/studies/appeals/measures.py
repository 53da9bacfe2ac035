"""What an argument did to each listener, and the strengths of arguments by a Bradley–Terry model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import Estimate
from beliefsim.measures.estimate import interval, over_personas, ratio

if TYPE_CHECKING:
    from .game import Appeal

Array = NDArray[np.float64]


def heard_appeals(game: Appeal, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """What each listener said and did before and after its one argument.

    Parameters
    ----------
    game : Appeal
        With two rounds.
    decisions : DataFrame
        Its play, of one argument.
    beliefs : DataFrame
        Probabilities that the mind was changed, and of opinions where they were asked.

    Returns
    -------
    DataFrame
        Columns ``session``, ``argument`` (its name) and, after it and (with ``_1``) before it, ``change`` (probability
        of yes; before any argument this is how readily yes is said), ``opinion`` (mean) and ``gave`` (mean dollars).

    Examples
    --------
    >>> from beliefsim.studies import appeals
    >>> appeal = appeals.Appeal()
    >>> sceptic = appeals.ScriptedSceptic(appeal, {"fun": 9.0}, spread=0.0)
    >>> from beliefsim.studies import opponents
    >>> heard = bs.play(appeal, {"listener": sceptic, "speaker": opponents.ScriptedSpeaker(("fun",))})
    >>> told = bs.elicit(appeal.question("change"), bs.ChoiceProbabilities(), sceptic, at=heard)
    >>> appeals.heard_appeals(appeal, heard, told)
       session argument  change_1  change  gave_1  gave
    0        0      fun       0.0     1.0     1.0   4.0
    """
    names = {words: name for name, words in game.arguments.items()}
    said = decisions[(decisions["player"] == "speaker") & decisions["chosen"]].set_index("session")["move"].astype(str)
    table = said.map(names).rename("argument").to_frame()
    acts = decisions[decisions["player"] == "listener"]
    change = beliefs[(beliefs["question"] == "change") & (beliefs["outcome"] == "yes")]
    opinion = beliefs[beliefs["question"] == "opinion"]
    amounts = {
        "change": (change, change["value"]),
        "opinion": (opinion, pd.to_numeric(opinion["outcome"].astype(str)) * opinion["value"]),
        "gave": (acts, acts["amount"] * acts["probability"]),
    }
    for name, (rows, value) in amounts.items():
        for number in (1, 2) if len(rows) else ():
            at = rows["round"] == number
            mean = value[at].groupby(rows.loc[at, "session"]).sum(min_count=1)
            table[name if number == 2 else f"{name}_1"] = mean / rows.loc[at, "draw"].nunique()
    return table.reset_index()


_UNDEFINED = "some item always or never won, at least without one unit"
_STEPS = 2000  # of the minorising algorithm, which converges linearly


def discordant_wins(p: ArrayLike) -> Array:
    """Wins of item a over b: changed by a and not by b, summed over units, shape (K, K).

    With P(changed by a) = logistic(strength a − stubbornness), one is changed by a and not by b exp(strength a −
    strength b) times as often as the reverse, however stubborn it is: these pairs follow the Bradley–Terry model.

    Parameters
    ----------
    p : array_like, shape (units, K)
        Probability (or 0 and 1) that each item changed each unit's mind; units with a missing one are left out.

    References
    ----------
    Rasch (1960); Bradley & Terry (1952), doi:10.1093/biomet/39.3-4.324; Zwinderman (1995),
    doi:10.1177/014662169501900406 (estimation from pairs).

    Examples
    --------
    >>> discordant_wins([[1, 0], [1, 0], [0, 1], [1, 1]]).tolist()
    [[0.0, 2.0], [1.0, 0.0]]
    """
    return _wins(_complete(p)).sum(axis=0)


def strengths(wins: ArrayLike) -> Array:
    """Maximum-likelihood strengths in log-odds, mean 0, from counts of wins of shape (K, K), or of many such tables.

    Missing for all items where one never won or never lost: there the likelihood has no maximum.

    References
    ----------
    Hunter (2004), doi:10.1214/aos/1079120141 (the algorithm).

    Examples
    --------
    >>> strengths([[0, 3], [1, 0]]).round(3).tolist()  # log 3 apart
    [0.549, -0.549]
    """
    w = np.asarray(wins, dtype=float)
    if w.ndim < 2 or w.shape[-1] != w.shape[-2] or np.any(w < 0):
        raise ValueError(f"wins must be a square table of counts, got shape {w.shape}")
    open_ended = ((w.sum(axis=-1) <= 0) | (w.sum(axis=-2) <= 0)).any(axis=-1)
    w = np.where(open_ended[..., None, None], 1.0, w)  # any table that has a maximum
    games, won = w + np.swapaxes(w, -1, -2), w.sum(axis=-1)
    skill = np.ones_like(won)
    for _ in range(_STEPS):
        before = skill
        skill = won / (games / (skill[..., :, None] + skill[..., None, :])).sum(axis=-1)
        skill = skill / np.exp(np.log(skill).mean(axis=-1, keepdims=True))
        if np.allclose(skill, before, rtol=1e-10, atol=0):
            break
    return np.where(open_ended[..., None], np.nan, np.log(skill))


def strengths_of(table: pd.DataFrame, item: str, unit: str, p: str, cluster: str | None = None) -> pd.DataFrame:
    """Strengths of items with jackknife intervals over units, or over clusters of units, strongest first.

    Parameters
    ----------
    table : DataFrame
        A row per unit and item.
    item, unit, p : str
        Columns: the item, who was or was not changed, and with what probability.
    cluster : str, optional
        Column: units that are not independent, as the listeners to one text; only units of one cluster are left out
        together.

    Returns
    -------
    DataFrame
        Columns `item`, ``strength`` (log-odds against the mean item), ``low``, ``high``, ``changed`` (the mean), ``n``
        (units, or clusters) and ``note``.

    Examples
    --------
    >>> rows = pd.DataFrame({"who": [*"aabbccdd"], "what": ["fun", "trust"] * 4, "p": [0, 1, 0, 1, 1, 0, 1, 1]})
    >>> strengths_of(rows, "what", "who", "p")[["what", "strength", "n"]].round(2)
        what  strength  n
    0  trust      0.35  4
    1    fun     -0.35  4
    """
    wide = table.pivot_table(p, list(dict.fromkeys([cluster or unit, unit])), item, sort=False).dropna()
    groups = pd.factorize(wide.index.get_level_values(0))[0]
    each = np.zeros((n := len(set(groups)), len(wide.columns), len(wide.columns)))
    np.add.at(each, groups, _wins(_complete(wide)))
    value, left = strengths(each.sum(axis=0)), strengths(each.sum(axis=0) - each)
    spread = np.sqrt((n - 1) / n * ((left - left.mean(axis=0)) ** 2).sum(axis=0))
    rows = []
    for name, middle, sd in zip(wide.columns, value, spread, strict=True):
        found = Estimate(middle, note=_UNDEFINED) if np.isnan(sd) else interval(middle, sd, n - 1)
        rows.append((name, found.value, found.low, found.high, wide[name].mean(), n, found.note))
    columns = [item, "strength", "low", "high", "changed", "n", "note"]
    return pd.DataFrame(rows, columns=columns).sort_values("strength", ascending=False, ignore_index=True)


def slope_within(table: pd.DataFrame, x: str, y: str, unit: str) -> Estimate:
    """Slope of y on x within units, pooled, with a jackknife interval over units: done by stated, each against its own.

    Examples
    --------
    >>> rows = pd.DataFrame({"who": [*"aabbcc"], "said": [0, 1] * 3, "gave": [1, 3, 2, 4, 0, 2]})
    >>> slope_within(rows, "said", "gave", "who").value
    2.0
    """
    known = table[[unit, x, y]].dropna()
    centred = known[[x, y]] - known.groupby(unit)[[x, y]].transform("mean")
    sums = (
        pd.DataFrame({"top": centred[x] * centred[y], "below": centred[x] ** 2}).groupby(known[unit]).sum().to_numpy()
    )
    return over_personas(sums, lambda some: ratio(some[:, 0], some[:, 1]))


def overlap_null(k: int, top: int) -> Array:
    """Chances of 0 … `top` agreements between two sets of `top` items out of k, if one is drawn at random.

    Examples
    --------
    >>> overlap_null(10, 4).round(3).tolist()
    [0.071, 0.381, 0.429, 0.114, 0.005]
    """
    from scipy.special import comb

    shared = np.arange(top + 1)
    found: Array = comb(top, shared) * comb(k - top, top - shared) / comb(k, top)
    return found


def _complete(p: ArrayLike) -> Array:
    values = np.asarray(p, dtype=float)
    if values.ndim != 2 or np.any((values < 0) | (values > 1)):
        raise ValueError(f"probabilities must be a table within [0, 1], got shape {values.shape}")
    return values[~np.isnan(values).any(axis=1)]


def _wins(p: Array) -> Array:
    return p[:, :, None] * (1 - p[:, None, :]) * (1 - np.eye(p.shape[1]))
