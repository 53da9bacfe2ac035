"""The beliefs table as one statement per arm and instrument: a value for each level of each attribute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .cells import groups
from .effects import eta_squared_from_groups, relabelled

Array = NDArray[np.float64]
KEYS = ("terms", "style", "condition", "frame")


@dataclass(frozen=True)
class Statement:
    """What an instrument's replies say about one attribute; missing where a level was not read."""

    levels: tuple[str, ...]  # K of them
    score: Array  # (K,) larger sends more: mean in dollars, or of a ranking ((K + 1)/2 − rank)/K, rank 1 = sends most
    sd: Array  # (K,) stated s.d. in dollars; missing for rankings
    eta_squared: float  # from means and s.d.s, or from the verbal label
    noise: Array = field(default_factory=lambda: np.array([]))  # (K,) variance of the score between replies
    replies: int = 1
    dollars: bool = True  # whether the score is in dollars


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


def attribute_statements(rows: pd.DataFrame, labels: str = "lower edges") -> dict[str, Statement]:
    """Each attribute's statement, averaged over its replies (draws and wordings)."""
    values: dict[str, dict[str, dict[str, list[float]]]] = {}
    columns = (rows[name].astype(str).tolist() for name in ("attribute", "statistic", "level"))
    for attribute, statistic, level, value in zip(*columns, rows["value"].tolist(), strict=True):
        values.setdefault(attribute, {}).setdefault(statistic, {}).setdefault(level, []).append(value)
    return {attribute: _statement(found, labels) for attribute, found in values.items()}


def _statement(values: Mapping[str, Mapping[str, list[float]]], labels: str) -> Statement:
    dollars = "mean" in values
    replies = values.get("mean" if dollars else "rank", {})
    read = [_read(replies[level]) for level in replies]
    score = np.array([part.mean() if len(part) else np.nan for part in read])
    noise = np.array([part.var(ddof=1) if len(part) > 1 else np.nan for part in read])
    most = max((len(part) for part in read), default=0)
    if dollars:
        sds = values.get("sd", {})
        parts = [_read(sds.get(level, [])) for level in replies]
        sd = np.array([part.mean() if len(part) else np.nan for part in parts])
        return Statement(tuple(replies), score, sd, _from_groups(score, sd), noise, most)
    k, missing = max(len(replies), 1), np.full(len(replies), np.nan)
    score, noise = ((k + 1) / 2 - score) / k, noise / k**2
    return Statement(tuple(replies), score, missing, _from_label(values, labels), noise, most, dollars=False)


def _read(values: Sequence[float]) -> Array:
    found = np.asarray(values, dtype=float)
    return found[np.isfinite(found)]


def _from_groups(means: Array, sds: Array) -> float:
    read = np.isfinite(means) & np.isfinite(sds)
    return eta_squared_from_groups(means[read], sds[read]) if read.sum() > 1 else float("nan")


def _from_label(values: Mapping[str, Mapping[str, list[float]]], labels: str) -> float:
    found = _read([value for part in values.get("effect_size", {}).values() for value in part])
    return float(relabelled(found, labels).mean()) if len(found) else float("nan")


@dataclass(frozen=True)
class Choices:
    """Analysis choices that the paper leaves open (its ambiguities 1, 5, 10 and 11), with defaults.

    Parameters
    ----------
    labels : str
        Verbal effect size → η²: ``lower edges`` (.01, .06, .14) or band ``midpoints``.
    means : str
        ``marginal`` level means (a randomised factorial), or ``adjusted``: all attributes fitted together by least
        squares (natural samples). The other one's slope is reported second.
    ties : str
        Levels with equal mean sends share the ``mean rank``, or the attribute's ρ is ``missing``.
    missing_levels : str
        A level without stated value or personas: ``drop level``, or ``drop attribute``.
    implausible : str
        ``keep`` or ``drop`` personas flagged in the people table's column `implausible`.
    constant_label : float
        η² that the "constant label" baseline always states.
    gate : float
        Coupling, amplitude and the reliability ceiling are given only if the omnibus test's p is below this.
    player : str
        Seat whose decisions count; may stay empty where only one seat played.
    across_arms : bool
        Also compare what one arm said with what another did (the cross-model matrix).

    Examples
    --------
    >>> bs.consistency.Choices(means="adjusted", ties="missing").means
    'adjusted'
    """

    labels: str = "lower edges"
    means: str = "marginal"
    ties: str = "mean rank"
    missing_levels: str = "drop level"
    implausible: str = "keep"
    constant_label: float = 0.03
    gate: float = 0.01
    player: str = ""
    across_arms: bool = False

    def __post_init__(self) -> None:
        possible = {
            "labels": ("lower edges", "midpoints"),
            "means": ("marginal", "adjusted"),
            "ties": ("mean rank", "missing"),
            "missing_levels": ("drop level", "drop attribute"),
            "implausible": ("keep", "drop"),
        }
        for name, words in possible.items():
            if getattr(self, name) not in words:
                raise ValueError(f"Choices: {name} {getattr(self, name)!r} is not among {', '.join(words)}")
