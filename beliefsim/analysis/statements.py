"""The beliefs table as one statement per arm and instrument: a value for each level of each attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .cells import groups
from .effects import eta_squared_from_groups, relabelled

__all__ = ["Statement", "attribute_statement", "matching", "statements"]

Array = NDArray[np.float64]
KEYS = ("terms", "style", "condition", "frame")


@dataclass(frozen=True)
class Statement:
    """What an instrument's replies say about one attribute; missing where a level was not read.

    Attributes
    ----------
    levels : tuple of str
    score : ndarray, shape (K,)
        Larger sends more: the mean in dollars, or for a ranking ((K + 1)/2 − rank)/K with rank 1 = sends most.
    sd : ndarray, shape (K,)
        Stated s.d. in dollars; missing for rankings.
    eta_squared : float
        From means and s.d.s, or from the verbal label.
    noise : ndarray, shape (K,)
        Variance of the score between replies, missing with one reply.
    replies : int
    dollars : bool
        Whether the score is in dollars.
    """

    levels: tuple[str, ...]
    score: Array
    sd: Array
    eta_squared: float
    noise: Array = field(default_factory=lambda: np.array([]))
    replies: int = 1
    dollars: bool = True


def statements(stated: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Arm, instrument and rows of each group question's replies."""
    missing = {"arm", "instrument", "attribute", "level", "statistic", "value"} - set(stated.columns)
    if missing:
        raise ValueError(f"the stated table lacks columns {sorted(missing)}; it should be what bs.elicit gives")
    about_levels = stated[
        (stated["attribute"].astype(str) != "") & stated["statistic"].isin(["mean", "sd", "rank", "effect_size"])
    ]
    if about_levels.empty:
        raise ValueError(
            "no stated row compares levels of an attribute: ask with game.question(..., by=[...]) and an instrument "
            "such as GroupMeans or Ranking"
        )
    for keys, rows in groups(about_levels, ["arm", "instrument"]):
        yield keys["arm"], keys["instrument"], about_levels.iloc[rows]


def matching(rows: pd.DataFrame, played: Mapping[str, str]) -> tuple[pd.DataFrame, str]:
    """Stated rows to set beside a group of decisions, or none with the reason.

    Terms and style must be the same or unnamed. A condition or frame under which nothing was stated is set beside the
    unconditioned statement, and beside the statements of all wordings.
    """
    for key in KEYS:
        words = rows[key].astype(str) if key in rows else pd.Series("", index=rows.index)
        same = words == played.get(key, "")
        if key in ("terms", "style") and not played.get(key, ""):
            same = pd.Series(True, index=rows.index)  # people have no prompting style
        if not same.any():
            same = words == "" if key != "frame" else pd.Series(True, index=rows.index)
        if not same.any():
            given = ", ".join(sorted(set(words)))
            return rows[same], f"nothing was stated with {key} {played.get(key, '')!r} (stated with: {given})"
        rows = rows[same]
    return rows, ""


def attribute_statement(rows: pd.DataFrame, labels: str = "lower edges") -> Statement:
    """One attribute's statement, averaged over its replies (draws and wordings)."""
    values = {name: part for name, part in rows.groupby(rows["statistic"].astype(str))}
    nothing = pd.DataFrame({"mean": [], "var": [], "count": []})
    dollars = "mean" in values
    table = _per_level(values["mean" if dollars else "rank"]) if dollars or "rank" in values else nothing
    levels = tuple(str(level) for level in table.index)
    score, noise = table["mean"].to_numpy(dtype=float), table["var"].to_numpy(dtype=float)
    replies = int(table["count"].max()) if len(table) else 0
    sd = np.full(len(levels), np.nan)
    if dollars:
        if "sd" in values:
            sd = _per_level(values["sd"])["mean"].reindex(table.index).to_numpy(dtype=float)
        return Statement(levels, score, sd, _from_groups(score, sd), noise, replies)
    k = max(len(levels), 1)
    score, noise = ((k + 1) / 2 - score) / k, noise / k**2
    return Statement(levels, score, sd, _from_label(values, labels), noise, replies, dollars=False)


def _per_level(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.groupby(rows["level"].astype(str), sort=False)["value"].agg(["mean", "var", "count"])


def _from_groups(means: Array, sds: Array) -> float:
    read = np.isfinite(means) & np.isfinite(sds)
    return eta_squared_from_groups(means[read], sds[read]) if read.sum() > 1 else float("nan")


def _from_label(values: Mapping[str, pd.DataFrame], labels: str) -> float:
    if "effect_size" not in values:
        return float("nan")
    found = values["effect_size"]["value"].dropna()
    return float(relabelled(found, labels).mean()) if len(found) else float("nan")
