"""`compare`: do agents do what they say? Stated beside done, level by level, with intervals, nulls and ceilings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.schema import term

from .cells import Cells, expected_amounts, groups, level_codes
from .measures import Measures
from .statements import Choices, Statement, attribute_statements, matching, statements

Array = NDArray[np.float64]
_PLAYED = ["arm", "game", "terms", "frame", "condition", "style", "read"]
_NAMED = ["arm", "condition", "frame", "terms", "style", "read", "instrument", "stated_by"]
METRICS = [*_NAMED, "attribute", "metric", "value", "low", "high", "null", "null_low", "null_high", "p", "n", "note"]
LEVELS = [*_NAMED, "attribute", "level", "n", "stated", "stated_sd", "unit"]
LEVELS += ["done", "done_low", "done_high", "read_rate"]


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

    def row(self, metric: str, attribute: str = "", **where: str) -> pd.Series:
        """The one row of a metric (its first null) for the given keys; an error when there are several."""
        rows = self.metrics[(self.metrics["metric"] == metric) & (self.metrics["attribute"] == attribute)]
        for key, word in where.items():
            rows = rows[rows[key] == word]
        rows = rows.drop_duplicates(_NAMED)
        if len(rows) != 1:
            known = ", ".join(sorted(self.metrics["metric"].unique()))
            raise ValueError(f"{len(rows)} rows for metric {metric!r} {where}; metrics are {known}; name arm, frame, …")
        return rows.iloc[0]

    @property
    def headline(self) -> pd.DataFrame:
        """The say–do slope, coupling and amplitude of every group, each with its first null."""
        rows = self.metrics[self.metrics["metric"].isin(["slope", "coupling", "amplitude"])]
        return rows.drop_duplicates([*_NAMED, "metric"]).reset_index(drop=True)

    def _repr_html_(self) -> str:
        shown = self.metrics[self.metrics["attribute"] == ""].drop(columns=["attribute"])
        varying = [name for name in shown if name not in _NAMED or shown[name].nunique() > 1]
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
    return Comparison(pd.DataFrame(metrics, columns=METRICS), pd.DataFrame(levels, columns=LEVELS))


class Pair(NamedTuple):
    """One group of decisions beside one statement."""

    named: dict[str, str]  # arm, condition, frame, terms, style, read, instrument, stated_by
    played: tuple[Array, Array]  # expected amounts, and the share that was read
    stated: dict[str, Statement]  # by attribute
    codes: dict[str, NDArray[np.intp]]  # position of each persona's level
    cells: Cells | None
    notes: dict[str, str]  # what was left out of an attribute and why
    reason: str  # why there are no cells


def pairs(stated: pd.DataFrame, decisions: pd.DataFrame, people: pd.DataFrame, choices: Choices) -> Iterator[Pair]:
    """Every group of decisions beside every statement of the same arm (or of all arms, if so chosen)."""
    if choices.implausible == "drop" and "implausible" in people:
        people = people[people["implausible"].astype(str) == ""]
    rows = _moves(decisions, people, choices)
    spoken = list(statements(stated))
    tellers, players = {arm for arm, _, _ in spoken}, set(rows["arm"].astype(str))
    if not (tellers if choices.across_arms else tellers & players):
        raise ValueError(
            f"no arm both stated and played: stated by {', '.join(sorted(tellers))}, played by "
            f"{', '.join(sorted(players))}; Choices(across_arms=True) compares different arms"
        )
    for keys, positions in groups(rows, [key for key in _PLAYED if key in rows]):
        played = expected_amounts(rows.iloc[positions], people)
        for arm, instrument, replies in spoken:
            if arm == keys["arm"] or choices.across_arms:
                named = {name: keys.get(name, "") for name in _NAMED} | {"instrument": instrument, "stated_by": arm}
                yield beside(named, replies, people, played, choices)


def beside(
    named: dict[str, str], replies: pd.DataFrame, people: pd.DataFrame, played: tuple[Array, Array], choices: Choices
) -> Pair:
    """Set the amounts of a group of decisions, so named, beside a statement's replies."""
    matched, reason = matching(replies, named)
    stated = attribute_statements(matched, choices.labels)
    codes = {name: level_codes(people, name, statement.levels) for name, statement in stated.items()}
    cells, notes = _stacked(stated, codes, played[0], choices)
    return Pair(named, played, stated, codes, cells, notes, reason or ("" if cells else "nothing can be compared"))


def _metric_rows(pair: Pair, choices: Choices, permutations: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    if pair.cells is None:
        rows = [{"attribute": name, "metric": "rho", "note": note} for name, note in pair.notes.items()]
        return [{"attribute": "", "metric": "slope", "n": 0, "note": pair.reason}, *rows]
    amounts, read = pair.played
    unread = 1 - read[np.isfinite(amounts)]
    endowment = term(pair.named["terms"], "endowment")
    ends = (0.0, float(endowment)) if endowment else (float(np.nanmin(amounts)), float(np.nanmax(amounts)))
    return Measures(pair.cells, pair.stated, pair.notes, choices, permutations, rng, unread, ends).rows()


def _stacked(
    stated: Mapping[str, Statement], codes: Mapping[str, NDArray[np.intp]], amounts: Array, choices: Choices
) -> tuple[Cells | None, dict[str, str]]:
    """Cells of the levels with a stated value and a persona, and a note for each attribute that lost some."""
    present = np.isfinite(amounts)
    codes = {name: code[present] for name, code in codes.items()}
    kept: dict[str, NDArray[np.bool_]] = {}
    notes = {}
    for name, statement in stated.items():
        count = np.bincount(codes[name][codes[name] >= 0], minlength=len(statement.levels))
        usable, notes[name] = _usable(statement, count)
        if usable.sum() < 2 or (not usable.all() and choices.missing_levels == "drop attribute"):
            notes[name] = f"{notes[name] or 'one level only'}; left out"
        else:
            kept[name] = usable
    if not kept:
        return None, notes
    starts = np.cumsum([0, *(usable.sum() for usable in kept.values())])[:-1]
    columns = tuple(
        np.append(np.where(usable, first + np.cumsum(usable) - 1, -1), -1)[codes[name]]
        for first, (name, usable) in zip(starts, kept.items(), strict=True)
    )
    levels = np.concatenate([np.array(stated[name].levels)[usable] for name, usable in kept.items()])
    scores = np.concatenate([stated[name].score[usable] for name, usable in kept.items()])
    return Cells(tuple(kept), tuple(levels.tolist()), starts, columns, scores, amounts[present]), notes


def _usable(statement: Statement, count: NDArray[np.intp]) -> tuple[NDArray[np.bool_], str]:
    stated, populated = np.isfinite(statement.score), count > 0
    levels, notes = np.array(statement.levels), []
    for good, text in ((stated, "no stated value for"), (populated, "no personas with")):
        if not good.all():
            notes.append(f"{text} {', '.join(levels[~good])}")
    return stated & populated, "; ".join(notes)


def _level_rows(pair: Pair) -> list[dict[str, Any]]:
    from scipy.special import stdtrit

    amounts, read = pair.played
    tables = []
    for name, statement in pair.stated.items():
        inside = (pair.codes[name] >= 0) & np.isfinite(read)
        code, size = pair.codes[name][inside], len(statement.levels)
        known = np.isfinite(amounts[inside])
        filled = np.where(known, amounts[inside], 0.0)
        n = np.bincount(code, known, minlength=size)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(code, filled, minlength=size) / n
            variance = np.bincount(code, known * (filled - mean[code]) ** 2, minlength=size) / (n - 1)
            reach = stdtrit(np.where(n > 1, n - 1, np.nan), 0.975) * np.sqrt(variance / n)
            rate = np.bincount(code, read[inside], minlength=size) / np.bincount(code, minlength=size)
        table = pd.DataFrame({"level": statement.levels, "n": n.astype(int), "stated": statement.score})
        done = {"done": mean, "done_low": mean - reach, "done_high": mean + reach, "read_rate": rate}
        unit = "dollars" if statement.dollars else "score"
        tables.append(table.assign(attribute=name, stated_sd=statement.sd, unit=unit, **done))
    return [row for table in tables for row in table.to_dict("records")]


def _moves(decisions: pd.DataFrame, people: pd.DataFrame, choices: Choices) -> pd.DataFrame:
    if decisions.empty:
        raise ValueError("the decisions table is empty")
    if choices.implausible == "drop":
        decisions = decisions[decisions["persona"].isin(people.index)]
    if choices.player:
        decisions = decisions[decisions["player"] == choices.player]
    seats = decisions["player"].unique()
    if len(seats) != 1:
        given = f"given {choices.player!r}"
        raise ValueError(f"decisions of seats {list(seats)}; choose one with Choices(player=…), {given}")
    return _with_read(decisions)


def _with_read(decisions: pd.DataFrame) -> pd.DataFrame:
    """Exact and sampled rows never share an estimate; an unread row joins the way of reading of its arm."""
    words = decisions["read"].astype(str)
    known = words.where(words.isin(["exact", "sampled"]) & decisions["amount"].notna())
    if known.nunique() < 2:
        return decisions.assign(read=known.dropna().iloc[0] if known.notna().any() else "")
    usual = known.groupby(decisions["arm"], observed=True).transform(lambda ways: ways.mode().iloc[0])
    return decisions.assign(read=known.fillna(usual).astype("category"))


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
    statement = _equal(stated, {"arm": point["stated_by"], **point[["instrument", "attribute", "level"]]})
    members = people.index[people[point["attribute"]].astype(str) == point["level"]].astype(str)
    played = _equal(decisions, point[[name for name in _PLAYED if name in decisions and name in point]].to_dict())
    played = played[played["persona"].astype(str).isin(members)]
    rows = pd.concat([statement.assign(edge="stated"), played.assign(edge="done")])[["edge", "persona", "reply"]]
    return rows.astype(str).drop_duplicates(ignore_index=True)


def _equal(table: pd.DataFrame, keys: dict[Any, Any]) -> pd.DataFrame:
    return table[np.logical_and.reduce([table[name].astype(str) == str(word) for name, word in keys.items()])]
