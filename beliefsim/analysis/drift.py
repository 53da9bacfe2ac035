"""Drift: how far texts in view move what is said and what is done, and whether both move together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .jackknife import over_personas
from .slopes import Estimate

if TYPE_CHECKING:
    from ..games import Topic

__all__ = ["alignment", "coupling", "curve", "shift_rates", "shifts"]

Array = NDArray[np.float64]

_MOVED = 1e-9  # log-odds; below, nothing moved
_FLOOR = 1e-6


def shifts(game: Topic, told: pd.DataFrame, played: pd.DataFrame) -> pd.DataFrame:
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
        A row per session and round from 2: ``arm``, ``topic``, ``stage``, ``side``, ``session``, ``round``,
        ``said`` and ``did`` (shifts), ``stated``, ``done`` (probabilities of the side argued for), ``stated_before``,
        ``done_before``. Missing where an answer could not be read.

    Examples
    --------
    >>> topic = bs.games.Topic("notes")
    >>> holder = bs.agents.ScriptedHolder(topic, weight=1.0, spread=0.0)
    >>> held = bs.play(topic, holder, sessions=1, seed=1)
    >>> told = bs.elicit(topic.question("stance"), bs.ChoiceProbabilities(), holder, at=held)
    >>> bs.analysis.drift.shifts(topic, told, held)[["said", "did"]].round(2).values.tolist()
    [[1.0, 1.0], [1.7, 1.7]]
    """
    keys = ["arm", "session", "round"]
    side = 0 if game.side == "first" else 1
    tool = game.moves(game.apply(game.start(), "none")).texts[side]  # type: ignore[union-attr]
    says = told[told["outcome"] == "AB"[side]].astype({"arm": str}).groupby(keys)["value"].mean()
    acts = played[played["player"] == "holder"].astype({"arm": str})
    unread = acts["probability"].isna().groupby([acts[key] for key in keys]).any()
    does = (acts["probability"] * (acts["move"].astype(str) == tool)).groupby([acts[key] for key in keys]).sum()
    both = pd.DataFrame({"stated": says, "done": does.where(~unread)}).reset_index()
    before = both[both["round"] == 1].drop(columns="round")
    table = both[both["round"] > 1].merge(before, on=["arm", "session"], suffixes=("", "_before"))
    table["said"] = _logit(table["stated"]) - _logit(table["stated_before"])
    table["did"] = _logit(table["done"]) - _logit(table["done_before"])
    return table.assign(topic=game.topic, stage=game.stage, side=game.side)


def curve(moved: pd.DataFrame, placebo: pd.DataFrame | None = None) -> pd.DataFrame:
    """Mean shift by round, less the placebo's of the same unit and round where it is given.

    Parameters
    ----------
    moved, placebo : DataFrame
        From `shifts`, of one arm; a unit is a session of a topic.

    Returns
    -------
    DataFrame
        ``what`` (said or did), ``round``, ``value``, ``low``, ``high`` (95 %, over units), ``n``, ``note``.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": [0, 1, 2], "round": 2, "said": [1.0, 2, 3], "did": 0.0})
    >>> bs.analysis.drift.curve(rows)["value"].tolist()
    [2.0, 0.0]
    """
    table = moved if placebo is None else _corrected(moved, placebo)
    rows = []
    for (what, number), values in table.melt(["topic", "session", "round"], ["said", "did"], "what").groupby(
        ["what", "round"], sort=False
    )["value"]:
        known = values.dropna().to_numpy()
        mean = over_personas(np.column_stack([known, np.ones_like(known)]), lambda some: some[:, 0] / some[:, 1])
        rows.append((what, number, mean.value, mean.low, mean.high, len(known), mean.note))
    return pd.DataFrame(rows, columns=["what", "round", "value", "low", "high", "n", "note"])


def coupling(moved: pd.DataFrame, placebo: pd.DataFrame) -> Estimate:
    """Correlation of the shifts of stance and tool at the last round, free of the noise that the placebo shows.

    (cov − cov₀)/√((var said − var₀ said)(var did − var₀ did)), subscript 0 for the placebo, whose shifts hold noise
    of two answers and nothing else. Jackknife interval over units; missing where shifts vary no more than there.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": range(5), "round": 2, "said": range(5), "did": range(5)})
    >>> still = rows.assign(said=0.0, did=0.0)
    >>> round(bs.analysis.drift.coupling(rows, still).value, 2)
    1.0
    """
    both = _paired(_last(moved), placebo).dropna(subset=["said", "did", "said_0", "did_0"])
    s, d, s0, d0 = (both[name].to_numpy(dtype=float) for name in ("said", "did", "said_0", "did_0"))
    products = [s, d, s0, d0, s * s, d * d, s * d, s0 * s0, d0 * d0, s0 * d0]
    found = over_personas(np.column_stack([np.ones(len(s)), *products]), _correlation)
    note = "shifts vary no more than under the placebo" if len(both) and np.isnan(found.value) else found.note
    return Estimate(found.value, found.low, found.high, note)


def alignment(moved: pd.DataFrame, *, permutations: int = 1000, seed: int = 0) -> pd.Series:
    """Share of units whose stance and tool moved the same way, of those where either moved.

    The null, its base rate, pairs each stance with the tool of another unit, by permutation.

    Returns
    -------
    Series
        ``value``, ``base_rate`` (mean of the null), ``null_low``, ``null_high`` (95 %), ``p`` (one-sided), ``n``.

    Examples
    --------
    >>> rows = pd.DataFrame({"topic": "notes", "session": range(4), "round": 2, "said": [1, -1, 1, -1.0]})
    >>> float(bs.analysis.drift.alignment(rows.assign(did=rows["said"])).value)
    1.0
    """
    last = _last(moved).dropna(subset=["said", "did"])
    said, did = (np.where(last[name].abs() < _MOVED, 0, np.sign(last[name])) for name in ("said", "did"))
    rng = np.random.default_rng(seed)
    either = (said != 0) | (did != 0)
    names = ["value", "base_rate", "null_low", "null_high", "p", "n"]
    if not either.any():
        return pd.Series([np.nan] * 5 + [len(last)], index=names)
    null = [_same(said, did[rng.permutation(len(did))]) for _ in range(permutations)]
    value = _same(said, did)
    p = (1 + sum(each >= value - 1e-12 for each in null)) / (1 + permutations)
    low, high = np.nanquantile(null, [0.025, 0.975])
    return pd.Series([value, np.nanmean(null), low, high, p, int(either.sum())], index=names)


def shift_rates(moved: pd.DataFrame) -> pd.DataFrame:
    """The paper's numbers at the last round: how often the label changes, and by how much the probability.

    Returns
    -------
    DataFrame
        Rows ``said`` and ``did``; ``changed`` (share whose likelier side is another than before), ``magnitude``
        (mean `|p − p before|`, of 1), ``n``.

    Examples
    --------
    >>> topic = bs.games.Topic("notes", side="second")
    >>> holder = bs.agents.ScriptedHolder(topic, weight=1.0, spread=0.0)
    >>> held = bs.play(topic, holder, sessions=1, seed=1)
    >>> told = bs.elicit(topic.question("stance"), bs.ChoiceProbabilities(), holder, at=held)
    >>> bs.analysis.drift.shift_rates(bs.analysis.drift.shifts(topic, told, held))["magnitude"].round(2).tolist()
    [0.35, 0.35]
    """
    last = _last(moved)
    rows = []
    for what, name in (("said", "stated"), ("did", "done")):
        pair = last[[name, f"{name}_before"]].dropna()
        now, before = pair.to_numpy().T
        rows.append((what, ((now > 0.5) != (before > 0.5)).mean(), np.abs(now - before).mean(), len(pair)))
    return pd.DataFrame(rows, columns=["what", "changed", "magnitude", "n"])


def _logit(p: pd.Series) -> pd.Series:
    return np.log(p.clip(_FLOOR, 1 - _FLOOR) / (1 - p.clip(_FLOOR, 1 - _FLOOR)))


def _last(moved: pd.DataFrame) -> pd.DataFrame:
    return moved[moved["round"] == moved["round"].max()]


def _corrected(moved: pd.DataFrame, placebo: pd.DataFrame) -> pd.DataFrame:
    both = _paired(moved, placebo)
    return both.assign(said=both["said"] - both["said_0"], did=both["did"] - both["did_0"])


def _paired(moved: pd.DataFrame, placebo: pd.DataFrame) -> pd.DataFrame:
    """Shifts beside the placebo's of the same unit, side and round."""
    keys = [name for name in ("topic", "side", "session", "round") if name in moved]
    return moved.merge(placebo[[*keys, "said", "did"]], on=keys, suffixes=("", "_0"), validate="one_to_one")


def _same(said: NDArray[np.intp], did: NDArray[np.intp]) -> float:
    either = (said != 0) | (did != 0)
    return float((said == did)[either].mean()) if either.any() else float("nan")


def _correlation(sums: Array) -> Array:
    means = sums[:, 1:] / sums[:, :1]
    s, d, s0, d0, ss, dd, sd, s00, d00, sd0 = means.T
    said, did = ss - s**2 - (s00 - s0**2), dd - d**2 - (d00 - d0**2)
    product = np.where((said > _MOVED) & (did > _MOVED), said * did, np.nan)
    return (sd - s * d - (sd0 - s0 * d0)) / np.sqrt(product)
