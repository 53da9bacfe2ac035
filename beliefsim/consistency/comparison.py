"""`compare`: do agents do what they say? Stated beside done, level by level, with intervals, nulls and ceilings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.schema import term

from .cells import Cells, expected_amounts, groups, level_codes
from .measures import Measures
from .statements import Choices, Statement, attribute_statements, matching, statements

Array = NDArray[np.float64]
_KEYS = ["arm", "game", "terms", "frame", "condition", "style", "read"]
_FIRST = ["arm", "condition", "frame", "terms", "style", "read", "instrument", "stated_by"]
METRICS = [*_FIRST, "attribute", "metric", "value", "low", "high", "null", "null_low", "null_high", "p", "n", "note"]
LEVELS = [
    *_FIRST,
    "attribute",
    "level",
    "n",
    "stated",
    "stated_sd",
    "unit",
    "done",
    "done_low",
    "done_high",
    "read_rate",
]


@dataclass(frozen=True)
class Comparison:
    """Results of `compare`.

    Attributes
    ----------
    metrics : DataFrame
        One row per arm × condition × frame × terms × style × instrument × attribute (``""``: over all attributes) ×
        metric × null, with `value`, its 95 % interval `low`, `high`, the named `null` with its central 95 % band and
        `p`, the number of personas `n`, and in `note` the reason why something is missing.
    levels : DataFrame
        One row per level: personas `n`, `stated` (dollars, or a ranking's score, see `unit`), `done` with its
        interval, and the share of its replies that could be read.

    Examples
    --------
    >>> result.headline["metric"].tolist(), len(result.levels)
    (['slope', 'coupling', 'amplitude'], 7)
    """

    metrics: pd.DataFrame
    levels: pd.DataFrame
    choices: Choices = field(default_factory=Choices)

    def row(self, metric: str, attribute: str = "", **where: str) -> pd.Series:
        """The one row of a metric (its first null) for the given keys; an error when there are several."""
        rows = self.metrics[(self.metrics["metric"] == metric) & (self.metrics["attribute"] == attribute)]
        for key, word in where.items():
            rows = rows[rows[key] == word]
        rows = rows.drop_duplicates(_FIRST)
        if len(rows) != 1:
            known = ", ".join(sorted(self.metrics["metric"].unique()))
            raise ValueError(f"{len(rows)} rows for metric {metric!r} {where}; metrics are {known}; name arm, frame, …")
        return rows.iloc[0]

    @property
    def headline(self) -> pd.DataFrame:
        """The say–do slope, coupling and amplitude of every group, each with its first null."""
        rows = self.metrics[self.metrics["metric"].isin(["slope", "coupling", "amplitude"])]
        return rows.drop_duplicates([*_FIRST, "metric"]).reset_index(drop=True)

    def _repr_html_(self) -> str:
        shown = self.metrics[self.metrics["attribute"] == ""].drop(columns=["attribute"])
        varying = [name for name in shown if name not in _FIRST or shown[name].nunique() > 1]
        return shown[varying].to_html(index=False, float_format="{:.3g}".format, na_rep="")


def compare(
    stated: pd.DataFrame,
    decisions: pd.DataFrame,
    people: pd.DataFrame,
    *,
    seed: int = 0,
    permutations: int = 10_000,
    choices: Choices | None = None,
) -> Comparison:
    """Set what was stated about groups beside what personas of these groups did.

    Parameters
    ----------
    stated : DataFrame
        Beliefs table with means and s.d.s, or ranks and effect sizes, of attribute levels.
    decisions : DataFrame
        Decisions table. Each persona counts once, with its expected amount over moves and draws.
    people : DataFrame
        Personas, attributes as categoricals.
    seed : int
        For permutations and the jackknife's groups.
    permutations : int
        Draws of each null.
    choices : Choices, optional
        The analysis choices that the paper leaves open.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If nothing was stated about groups, an attribute or a persona is not in `people`, no arm both stated and
        played, or several seats' decisions are mixed.

    References
    ----------
    Mannekote et al. (2025), arXiv:2507.02197 (ρ, `|Δη²|`).

    Examples
    --------
    >>> result = bs.compare(stated, decisions, people, permutations=200)
    >>> result.headline[["metric", "value", "low", "high"]].round(2)
          metric  value   low  high
    0      slope   1.25  0.82  1.67
    1   coupling   1.04  0.92  1.16
    2  amplitude   0.84  0.51  1.16
    """
    choices = choices or Choices()
    metrics: list[dict[str, Any]] = []
    levels: list[dict[str, Any]] = []
    for pair in pairs(stated, decisions, people, choices):
        rng = np.random.default_rng([seed, len(metrics)])
        metrics += [pair.named | row for row in _metric_rows(pair, choices, permutations, rng)]
        levels += [pair.named | row for row in _level_rows(pair)]
    return Comparison(pd.DataFrame(metrics, columns=METRICS), pd.DataFrame(levels, columns=LEVELS), choices)


class Pair(NamedTuple):
    """One group of decisions beside one statement."""

    named: dict[str, str]  # arm, condition, frame, terms, style, read, instrument, stated_by
    played: tuple[Array, Array]  # expected amounts, and the share that was read
    said: dict[str, Statement]
    codes: dict[str, NDArray[np.intp]]  # by attribute, the position of each persona's level
    cells: Cells | None
    notes: dict[str, str]  # by attribute, what was left out and why
    reason: str  # why there are no cells


def pairs(stated: pd.DataFrame, decisions: pd.DataFrame, people: pd.DataFrame, choices: Choices) -> Iterator[Pair]:
    """Every group of decisions beside every statement of the same arm (or of all arms, if so chosen)."""
    people = _kept(people, choices)
    rows = _moves(decisions, people, choices)
    said, met = list(statements(stated)), False
    for keys, positions in groups(rows, [key for key in _KEYS if key in rows]):
        played = expected_amounts(rows.iloc[positions], people)
        for arm, instrument, replies in said:
            if arm == keys["arm"] or choices.across_arms:
                named = {name: keys.get(name, "") for name in _FIRST} | {"instrument": instrument, "stated_by": arm}
                yield beside(named, replies, people, played, choices)
                met = True
    if not met:
        told, did = sorted({arm for arm, _, _ in said}), sorted(set(rows["arm"].astype(str)))
        raise ValueError(
            f"no arm both stated and played: stated by {', '.join(told)}, played by {', '.join(did)}; "
            "Choices(across_arms=True) compares different arms"
        )


def beside(
    named: dict[str, str], replies: pd.DataFrame, people: pd.DataFrame, played: tuple[Array, Array], choices: Choices
) -> Pair:
    """Set the amounts of a group of decisions, so named, beside a statement's replies."""
    matched, reason = matching(replies, named)
    said = attribute_statements(matched, choices.labels)
    codes = {name: level_codes(people, name, statement.levels) for name, statement in said.items()}
    cells, notes = _stacked(said, codes, played[0], choices)
    return Pair(named, played, said, codes, cells, notes, reason or ("" if cells else "nothing can be compared"))


def _metric_rows(pair: Pair, choices: Choices, permutations: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    if pair.cells is None:
        rows = [{"attribute": "", "metric": "slope", "value": np.nan, "n": 0, "note": pair.reason}]
        return rows + [
            {"attribute": name, "metric": "rho", "value": np.nan, "note": note} for name, note in pair.notes.items()
        ]
    amounts, read = pair.played
    unread = 1 - read[np.isfinite(amounts)]
    ends = _range(pair.named["terms"], amounts)
    return Measures(pair.cells, pair.said, pair.notes, choices, permutations, rng, unread, ends).rows()


def _stacked(
    said: Mapping[str, Statement], codes: Mapping[str, NDArray[np.intp]], amounts: Array, choices: Choices
) -> tuple[Cells | None, dict[str, str]]:
    """Cells of the levels with a stated value and a persona, and a note for each attribute that lost some."""
    present = np.isfinite(amounts)
    amounts = amounts[present]
    names: list[str] = []
    starts, columns, values = [], [], []
    level_names: list[str] = []
    notes: dict[str, str] = {}
    for name, statement in said.items():
        code = codes[name][present] if not present.all() else codes[name]
        usable, notes[name] = _usable(statement, np.bincount(code[code >= 0], minlength=len(statement.levels)))
        lost = len(statement.levels) - usable.sum()
        if usable.sum() < 2 or (lost and choices.missing_levels == "drop attribute"):
            notes[name] = f"{notes[name] or 'one level only'}; left out"
            continue
        place = np.where(usable, np.cumsum(usable) - 1 + len(level_names), -1)
        names.append(name)
        starts.append(len(level_names))
        columns.append(np.append(place, -1)[code].astype(np.intp))
        level_names += [level for level, good in zip(statement.levels, usable, strict=True) if good]
        values.append(statement.score[usable])
    if not names:
        return None, notes
    return Cells(
        tuple(names), tuple(level_names), np.array(starts), tuple(columns), np.concatenate(values), amounts
    ), notes


def _usable(statement: Statement, count: NDArray[np.intp]) -> tuple[NDArray[np.bool_], str]:
    stated, populated = np.isfinite(statement.score), count > 0
    reasons = []
    for good, text in ((stated, "no stated value for"), (populated, "no personas with")):
        absent = [level for level, fine in zip(statement.levels, good, strict=True) if not fine]
        if absent:
            reasons.append(f"{text} {', '.join(absent)}")
    return stated & populated, "; ".join(reasons)


def _level_rows(pair: Pair) -> list[dict[str, Any]]:
    from scipy.special import stdtrit

    amounts, read = pair.played
    rows = []
    for name, statement in pair.said.items():
        inside = (pair.codes[name] >= 0) & np.isfinite(read)
        code, size = pair.codes[name][inside], len(statement.levels)
        got = np.isfinite(amounts[inside])
        filled = np.where(got, amounts[inside], 0.0)
        asked = np.bincount(code, minlength=size)
        n = np.bincount(code, got, minlength=size)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(code, filled, minlength=size) / n
            variance = np.bincount(code, got * (filled - mean[code]) ** 2, minlength=size) / (n - 1)
            reach = stdtrit(np.where(n > 1, n - 1, np.nan), 0.975) * np.sqrt(variance / n)
            rate = np.bincount(code, read[inside], minlength=size) / asked
        for k, level in enumerate(statement.levels):
            rows.append(
                {"attribute": name, "level": level, "n": int(n[k]), "stated": statement.score[k]}
                | {"stated_sd": statement.sd[k], "unit": "dollars" if statement.dollars else "score", "done": mean[k]}
                | {"done_low": mean[k] - reach[k], "done_high": mean[k] + reach[k], "read_rate": rate[k]}
            )
    return rows


def _kept(people: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    if choices.implausible == "keep" or "implausible" not in people:
        return people
    return people[people["implausible"].astype(str) == ""]


def _moves(decisions: pd.DataFrame, people: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    if decisions.empty:
        raise ValueError("the decisions table is empty")
    if choices.implausible == "drop":
        decisions = decisions[decisions["persona"].isin(people.index)]
    if choices.player:
        decisions = decisions[decisions["player"] == choices.player]
    seats = decisions["player"].unique()
    if len(seats) != 1:
        raise ValueError(
            f"decisions of seats {list(seats)}; choose one with Choices(player=…), given {choices.player!r}"
        )
    return _with_read(decisions)


def _with_read(decisions: pd.DataFrame) -> pd.DataFrame:
    """Exact and sampled rows never share an estimate; an unread row joins the way of reading of its arm."""
    words = decisions["read"].astype(str)
    known = words.where(words.isin(["exact", "sampled"]) & decisions["amount"].notna())
    if known.nunique() < 2:
        return decisions.assign(read=known.dropna().iloc[0] if known.notna().any() else "")
    usual = known.groupby(decisions["arm"], observed=True).transform(lambda part: part.mode().iloc[0])
    return decisions.assign(read=known.fillna(usual).astype("category"))


def _range(terms: str, amounts: Array) -> tuple[float, float]:
    """Smallest and largest possible send: 0 and the endowment that the terms name, else what was seen."""
    endowment = term(terms, "endowment")
    return (0.0, float(endowment)) if endowment else (float(np.nanmin(amounts)), float(np.nanmax(amounts)))


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
    >>> rows = bs.consistency.rows_behind(result.levels.iloc[0], stated, decisions, people)
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
