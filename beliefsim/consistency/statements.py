"""The beliefs table as one statement per arm and instrument: a value for each level of each attribute."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args, get_type_hints

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .cells import groups
from .effects import eta_squared_from_groups, relabelled
from .ranks import rank_scores

Array = NDArray[np.float64]
KEYS = ("terms", "style", "condition", "frame")


@dataclass(frozen=True)
class Statement:
    """What an instrument's replies say about one attribute; missing where a level was not read."""

    levels: tuple[str, ...]  # K of them
    score: Array  # (K,) larger sends more: mean in dollars, or of a ranking ((K + 1)/2 − rank)/K, rank 1 = sends most
    sd: Array  # (K,) stated s.d. in dollars; missing for rankings
    eta_squared: float  # from means and s.d.s, or from the verbal label
    noise: Array  # (K,) variance of the score between replies
    replies: int
    dollars: bool  # whether the score is in dollars


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


def attribute_statements(rows: pd.DataFrame, labels: str) -> dict[str, Statement]:
    """Each attribute's statement, averaged over its replies (draws and wordings)."""
    values: dict[str, dict[str, dict[str, list[float]]]] = {}
    columns = (rows[name].astype(str).tolist() for name in ("attribute", "statistic", "level"))
    for attribute, statistic, level, value in zip(*columns, rows["value"].tolist(), strict=True):
        values.setdefault(attribute, {}).setdefault(statistic, {}).setdefault(level, []).append(value)
    return {attribute: _statement(stated, labels) for attribute, stated in values.items()}


def _statement(values: Mapping[str, Mapping[str, list[float]]], labels: str) -> Statement:
    dollars = "mean" in values
    replies = values.get("mean" if dollars else "rank", {})
    heard = [_known(replies[level]) for level in replies]
    score = np.array([_mean(each) for each in heard])
    noise = np.array([each.var(ddof=1) if len(each) > 1 else np.nan for each in heard])
    most = max(map(len, heard), default=0)
    if dollars:
        sd = np.array([_mean(_known(values.get("sd", {}).get(level, []))) for level in replies])
        both = np.isfinite(score) & np.isfinite(sd)
        eta = eta_squared_from_groups(score[both], sd[both]) if both.sum() > 1 else np.nan
        return Statement(tuple(replies), score, sd, eta, noise, most, dollars)
    effects = _known([value for each in values.get("effect_size", {}).values() for value in each])
    eta, noise = _mean(relabelled(effects, labels)), noise / max(len(heard), 1) ** 2
    return Statement(tuple(replies), rank_scores(score), np.full(len(heard), np.nan), eta, noise, most, dollars)


def _known(values: Sequence[float]) -> Array:
    known = np.asarray(values, dtype=float)
    return known[np.isfinite(known)]


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else np.nan


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

    labels: Literal["lower edges", "midpoints"] = "lower edges"
    means: Literal["marginal", "adjusted"] = "marginal"
    ties: Literal["mean rank", "missing"] = "mean rank"
    missing_levels: Literal["drop level", "drop attribute"] = "drop level"
    implausible: Literal["keep", "drop"] = "keep"
    constant_label: float = 0.03
    gate: float = 0.01
    player: str = ""
    across_arms: bool = False

    def __post_init__(self) -> None:
        for name, kind in get_type_hints(type(self)).items():
            words, given = get_args(kind), getattr(self, name)
            if words and given not in words:
                raise ValueError(f"Choices: {name} {given!r} is not among {', '.join(words)}")
