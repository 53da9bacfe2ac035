"""Drift: how far texts in view move what is said and what is done, beside a placebo and asking again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.measures.estimate import over_personas

if TYPE_CHECKING:
    from .game import Topic

Array = NDArray[np.float64]
_FLOOR = 1e-6
UNIT = ("topic", "side", "session")
_MEAN = ("value", "low", "high", "n", "note")


def shift_table(game: Topic, told: pd.DataFrame, played: pd.DataFrame) -> pd.DataFrame:
    """Shifts of stance and tool since round 1, in log-odds towards the side that is argued for.

    Parameters
    ----------
    game : Topic
    told : DataFrame
        Probabilities of the stance, elicited at `played`.
    played : DataFrame
        Tools called.

    Returns
    -------
    DataFrame
        A row per session and round from 2: ``arm``, ``topic``, ``stage``, ``kind``, ``side``, ``session``, ``round``,
        ``said`` and ``did`` (shifts), ``stated``, ``done`` (probabilities of the side argued for), ``stated_before``,
        ``done_before``. Missing where an answer could not be read.

    Examples
    --------
    >>> from beliefsim.studies import topics
    >>> topic = topics.Topic("notes", rounds=3)
    >>> holder = topics.ScriptedHolder(topic, weight=1.0, spread=0.0)
    >>> held = bs.play(topic, holder, sessions=1, seed=1)
    >>> told = bs.elicit(topic.question("stance"), bs.ChoiceProbabilities(), holder, at=held)
    >>> topics.shift_table(topic, told, held)[["said", "did"]].round(2).values.tolist()
    [[1.0, 1.0], [1.7, 1.7]]
    """
    keys = ["arm", "session", "round"]
    tool = game.values()[f"tool_{game.side}"]
    says = told[told["outcome"] == _side(game)].astype({"arm": str}).groupby(keys)["value"].mean()
    acts = played[played["player"] == "holder"].astype({"arm": str})
    unread = acts["probability"].isna().groupby([acts[key] for key in keys]).any()
    does = (acts["probability"] * (acts["move"].astype(str) == tool)).groupby([acts[key] for key in keys]).sum()
    both = pd.DataFrame({"stated": says, "done": does.where(~unread)}).reset_index()
    before = both[both["round"] == 1].drop(columns="round")
    table = both[both["round"] > 1].merge(before, on=["arm", "session"], suffixes=("", "_before"))
    table["said"] = _logit(table["stated"]) - _logit(table["stated_before"])
    table["did"] = _logit(table["done"]) - _logit(table["done_before"])
    return table.assign(**_named(game))


def drift_by_round(moved: pd.DataFrame, placebo: pd.DataFrame | None = None) -> pd.DataFrame:
    """Mean shift by round, less the placebo's of the same unit and round where it is given.

    Parameters
    ----------
    moved, placebo : DataFrame
        From `shift_table`, of one arm; a unit is a session of a topic and side.

    Returns
    -------
    DataFrame
        ``what`` (said or did), ``round``, ``value``, ``low``, ``high`` (95 %, over units), ``n``, ``note``.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0, 1, 2], "round": 2, "said": [1.0, 2, 3], "did": 0.0})
    >>> from beliefsim.studies import topics
    >>> topics.drift_by_round(rows)["value"].tolist()
    [2.0, 0.0]
    """
    long = less_placebo(moved, placebo, ["said", "did"]).melt("round", ["said", "did"], "what")
    rows = [(*key, *_mean(values)) for key, values in long.groupby(["what", "round"], sort=False)["value"]]
    return pd.DataFrame(rows, columns=["what", "round", *_MEAN])


def shift_rates(moved: pd.DataFrame, placebo: pd.DataFrame | None = None) -> pd.DataFrame:
    """The paper's numbers at the last round: how often the label changes, and by how much the probability.

    Parameters
    ----------
    moved, placebo : DataFrame
        From `shift_table` or `retest_shifts`; with a placebo its rates are subtracted, unit by unit.

    Returns
    -------
    DataFrame
        ``what`` (said or did), ``metric`` (``changed``: share whose likelier side is another than before;
        ``magnitude``: mean `|p − p before|`), ``value``, ``low``, ``high`` (95 %: Wilson's for shares, else over
        units), ``n`` and ``note``.

    Examples
    --------
    >>> from beliefsim.studies import topics
    >>> topic = topics.Topic("notes", side="second")
    >>> holder = topics.ScriptedHolder(topic, weight=1.0, spread=0.0)
    >>> held = bs.play(topic, holder, sessions=1, seed=1)
    >>> told = bs.elicit(topic.question("stance"), bs.ChoiceProbabilities(), holder, at=held)
    >>> rates = topics.shift_rates(topics.shift_table(topic, told, held))
    >>> rates.loc[rates["metric"] == "magnitude", "value"].round(2).tolist()
    [0.23, 0.23]
    """
    columns = [(what, metric) for what in ("said", "did") for metric in ("changed", "magnitude")]
    table = less_placebo(
        _changes(moved), None if placebo is None else _changes(placebo), ["_".join(pair) for pair in columns]
    )
    rows = []
    for what, metric in columns:
        values = table[f"{what}_{metric}"]
        rows.append((what, metric, *(_share(values) if placebo is None and metric == "changed" else _mean(values))))
    return pd.DataFrame(rows, columns=["what", "metric", *_MEAN])


def retest_shifts(game: Topic, told: pd.DataFrame) -> pd.DataFrame:
    """What asking again moves, before any text: the second draw (another wording) against the first.

    Returns
    -------
    DataFrame
        Columns as of `shift_table`, for `shift_rates`; nothing was done twice, so that ``done`` is missing.

    Examples
    --------
    >>> from beliefsim.studies import topics
    >>> topic = topics.Topic("notes")
    >>> holder = topics.ScriptedHolder(topic, noise=0.5)
    >>> held = bs.play(topic, holder, sessions=50, seed=1)
    >>> told = bs.elicit(topic.question("stance"), bs.ChoiceProbabilities(), holder, at=held, draws=2)
    >>> bool(topics.retest_shifts(topic, told)["said"].abs().mean() > 0.3)
    True
    """
    first = told[(told["outcome"] == _side(game)) & (told["round"] == 1)].astype({"arm": str})
    wide = first.pivot(index=["arm", "session"], columns="draw", values="value")
    table = wide.set_axis(["stated_before", "stated"], axis=1).reset_index().assign(round=1, **_named(game))
    said = _logit(table["stated"]) - _logit(table["stated_before"])
    return table.assign(said=said, did=np.nan, done=np.nan, done_before=np.nan)


def _logit(p: pd.Series) -> pd.Series:
    return np.log(p.clip(_FLOOR, 1 - _FLOOR) / (1 - p.clip(_FLOOR, 1 - _FLOOR)))


def last_round(moved: pd.DataFrame) -> pd.DataFrame:
    """Shifts at the last round.

    Examples
    --------
    >>> from beliefsim.studies.topics.drift import last_round
    >>> last_round(pd.DataFrame({"round": [2, 3, 3], "said": [0.5, 1.0, 2.0]}))["said"].tolist()
    [1.0, 2.0]
    """
    return moved[moved["round"] == moved["round"].max()]


def _side(game: Topic) -> str:
    return "A" if game.side == "first" else "B"


def _named(game: Topic) -> dict[str, str]:
    return {"topic": game.topic, "stage": game.stage, "kind": game.kind, "side": game.side}


def _changes(moved: pd.DataFrame) -> pd.DataFrame:
    """Label changed (0 or 1) and absolute change of probability by unit at the last round, missing if unread."""
    last = last_round(moved)
    changes = {}
    for what, name in (("said", "stated"), ("did", "done")):
        now, before = last[name], last[f"{name}_before"]
        changes[f"{what}_changed"] = ((now > 0.5) != (before > 0.5)).astype(float).where(now.notna() & before.notna())
        changes[f"{what}_magnitude"] = (now - before).abs()
    return last.assign(**changes)


def beside_placebo(moved: pd.DataFrame, placebo: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Columns beside the placebo's (with ``_0``) of the same unit and round.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0], "round": 2, "said": [1.0]})
    >>> from beliefsim.studies.topics.drift import beside_placebo
    >>> beside_placebo(rows, rows.assign(said=0.5), ["said"])[["said", "said_0"]].values.tolist()
    [[1.0, 0.5]]
    """
    keys = [name for name in (*UNIT, "round") if name in moved]
    return moved.merge(placebo[[*keys, *names]], on=keys, suffixes=("", "_0"), validate="one_to_one")


def less_placebo(moved: pd.DataFrame, placebo: pd.DataFrame | None, names: list[str]) -> pd.DataFrame:
    """Columns less the placebo's of the same unit and round, where it is given.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0, 1], "round": 2, "said": [1.0, 2.0]})
    >>> from beliefsim.studies.topics.drift import less_placebo
    >>> less_placebo(rows, rows.assign(said=0.5), ["said"])["said"].tolist()
    [0.5, 1.5]
    """
    if placebo is None:
        return moved
    both = beside_placebo(moved, placebo, names)
    return both.assign(**{name: both[name] - both[f"{name}_0"] for name in names})


def _mean(values: pd.Series) -> tuple[float, float, float, int, str]:
    known = values.dropna().to_numpy(dtype=float)
    mean = over_personas(np.column_stack([known, np.ones_like(known)]), lambda some: some[:, 0] / some[:, 1])
    return mean.value, mean.low, mean.high, len(known), mean.note


def _share(values: pd.Series) -> tuple[float, float, float, int, str]:
    from statsmodels.stats.proportion import proportion_confint

    n = int(values.count())
    low, high = proportion_confint(values.sum(), n, method="wilson") if n else (np.nan, np.nan)
    return float(values.mean()), float(low), float(high), n, "" if n else "nothing could be read"
