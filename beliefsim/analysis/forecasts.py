"""What agents say they will do in later rounds, beside what they then do."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..games import Game, State
from .jackknife import over_personas

__all__ = ["best_sends", "forecast_errors", "forecast_mae", "forecast_skill", "horizon_slopes", "retest"]

REFERENCES = ("own_mean", "persistence", "best_response")
_PLAY = ["arm", "game", "terms", "frame", "condition", "style", "session"]
_SHOWN = ["arm", "terms", "condition", "style"]


def best_sends(game: Game) -> tuple[int, dict[int, float]]:
    """The send that pays the trustor most against a fixed trustee (the smallest of several), and what each send pays.

    Examples
    --------
    >>> from beliefsim.games import Returns, TrustGame
    >>> best_sends(TrustGame(trustee=Returns(5)))[0]
    2
    """
    sends = range(int(game.moves(game.start()).values[-1]) + 1)  # type: ignore[attr-defined]
    paid = {s: float(game.payoffs(State((s, game.rule("trustee", State((s,))))))["trustor"]) for s in sends}
    return max(paid, key=lambda s: (paid[s], -s)), paid


def forecast_errors(
    forecasts: pd.DataFrame, decisions: pd.DataFrame, best: Mapping[str, int] | None = None
) -> pd.DataFrame:
    """Absolute errors of forecasts, and of what a simple forecaster would have said at the same time.

    Parameters
    ----------
    forecasts : DataFrame
        Points stated at rounds of `decisions` (`elicit(..., Forecast(), at=decisions)`).
    decisions : DataFrame
        Where a move was read exactly, errors are expected over its distribution.
    best : mapping of terms to send, optional
        Best responses, from `best_sends`.

    Returns
    -------
    DataFrame
        A row per forecast: ``arm, terms, condition, style, persona, session, draw, issued, horizon, target, forecast,
        error, irreducible`` (error of the best point forecast of this move), and the errors of the forecasters
        ``own_mean`` (mean of the own sends before), ``persistence`` (the last one) and ``best_response``; the first
        two are missing in round 1.

    Raises
    ------
    ValueError
        If there is a forecast of a round that was not played.

    Examples
    --------
    >>> fixed = bs.games.TrustGame(trustee=bs.games.Returns(3), rounds=3)
    >>> planner = bs.ScriptedForecaster(seed=1)
    >>> played = bs.play(fixed, planner, people, seed=1)
    >>> asks = [fixed.question("sent", about="self", horizon=ahead) for ahead in (0, 1)]
    >>> told = bs.schema.concat([bs.elicit(ask, bs.Forecast(), planner, people, at=played) for ask in asks])
    >>> errors = bs.analysis.forecast_errors(told, played)
    >>> errors[["issued", "horizon", "target"]].drop_duplicates().shape
    (5, 3)
    """
    told = _plain(
        forecasts[forecasts["statistic"] == "point"], [*_PLAY, "draw", "persona", "round", "horizon", "value"]
    )
    told = told.rename(columns={"round": "issued", "value": "forecast"})
    told["target"] = told["issued"] + told["horizon"]
    moves = _plain(decisions, [*_PLAY, "player", "round", "amount", "probability", "chosen"])
    first = moves["player"].iloc[0] if len(moves) else ""
    moves = moves[(moves["player"] == first) & moves["amount"].notna()]
    played = moves.groupby([*_PLAY, "round"], sort=False)[["amount", "probability"]].agg(list)
    lacking = set(zip(told["terms"], told["target"], strict=True)) - set(
        zip(moves["terms"], moves["round"], strict=True)
    )
    if lacking:
        raise ValueError(f"forecasts of rounds that were not played: {sorted(lacking)[:3]}")
    sent = moves[moves["chosen"]].set_index([*_PLAY, "round"])["amount"]
    rows = [_row(one, played, sent, best or {}) for one in told.itertuples(index=False)]
    return pd.concat([told, pd.DataFrame(rows, index=told.index)], axis=1)


def _row(one: object, played: pd.DataFrame, sent: pd.Series, best: Mapping[str, int]) -> dict[str, float]:
    get = one._asdict()  # type: ignore[attr-defined]
    session = tuple(get[name] for name in _PLAY)
    if (*session, get["target"]) not in played.index:
        return {}  # the play of this session ended before, with a move that could not be read
    move = played.loc[(*session, get["target"])]
    amounts, p = np.array(move["amount"]), np.array(move["probability"])
    before = [sent.loc[(*session, number)] for number in range(1, get["issued"])]
    points = {"error": get["forecast"], "irreducible": _median(amounts, p)}
    points |= {"own_mean": float(np.mean(before)), "persistence": before[-1]} if before else {}
    if get["terms"] in best:
        points["best_response"] = best[get["terms"]]
    return {name: float(p @ np.abs(amounts - point) / p.sum()) for name, point in points.items()}


def forecast_mae(errors: pd.DataFrame, by: str = "horizon") -> pd.DataFrame:
    """Mean absolute error and the irreducible one, with 95 % intervals over personas.

    Parameters
    ----------
    errors : DataFrame
        From `forecast_errors`.
    by : {"horizon", "target"}
        Rounds ahead, or the absolute round (the paper's reading).

    Returns
    -------
    DataFrame
        ``arm, terms, condition, style, <by>, mae, low, high, irreducible, n`` (personas) and ``note``.

    Examples
    --------
    >>> fixed = bs.games.TrustGame(trustee=bs.games.Returns(3), rounds=3)
    >>> planner = bs.ScriptedForecaster(seed=1)
    >>> played = bs.play(fixed, planner, people, seed=1)
    >>> asks = [fixed.question("sent", about="self", horizon=ahead) for ahead in (0, 1)]
    >>> told = bs.schema.concat([bs.elicit(ask, bs.Forecast(), planner, people, at=played) for ask in asks])
    >>> errors = bs.analysis.forecast_errors(told, played)
    >>> bs.analysis.forecast_mae(errors)[["horizon", "mae", "n"]].round(1)
       horizon  mae    n
    0        0  0.5  200
    1        1  0.7  200
    """
    rows = []
    for keys, part in _groups(errors.dropna(subset="error"), [*_SHOWN, by]):
        found = over_personas(part, lambda some: some["error"].mean())
        row = {"mae": found.value, "low": found.low, "high": found.high}
        rows.append({**keys, **row, "irreducible": part["irreducible"].mean(), "n": part["persona"].nunique(),
                     "note": found.note})  # fmt: skip
    return pd.DataFrame(rows)


def forecast_skill(errors: pd.DataFrame) -> pd.DataFrame:
    """Skill 1 − MAE/MAE of a reference, by horizon, over the forecasts that the reference could make too.

    Returns
    -------
    DataFrame
        ``arm, terms, condition, style, horizon, reference, skill, low, high, n`` and ``note``; skill 0 is as good as
        the reference, missing where the reference is always right.

    References
    ----------
    Murphy (1988), doi:10.1175/1520-0493(1988)116<2417:SSBOTM>2.0.CO;2.

    Examples
    --------
    >>> fixed = bs.games.TrustGame(trustee=bs.games.Returns(3), rounds=3)
    >>> planner = bs.ScriptedForecaster(seed=1)
    >>> played = bs.play(fixed, planner, people, seed=1)
    >>> asks = [fixed.question("sent", about="self", horizon=ahead) for ahead in (0, 1)]
    >>> told = bs.schema.concat([bs.elicit(ask, bs.Forecast(), planner, people, at=played) for ask in asks])
    >>> errors = bs.analysis.forecast_errors(told, played)
    >>> sorted(bs.analysis.forecast_skill(errors)["reference"].unique())
    ['own_mean', 'persistence']
    """
    rows = []
    for keys, part in _groups(errors.dropna(subset="error"), [*_SHOWN, "horizon"]):
        for reference in REFERENCES:
            known = part.dropna(subset=reference) if reference in part else part.iloc[:0]
            if known.empty:
                continue
            found = over_personas(known, lambda some, name=reference: _skill(some, name))  # type: ignore[misc]
            row = {"reference": reference, "skill": found.value, "low": found.low, "high": found.high}
            rows.append({**keys, **row, "n": known["persona"].nunique(), "note": found.note})
    return pd.DataFrame(rows)


def horizon_slopes(errors: pd.DataFrame) -> pd.DataFrame:
    """Dollars by which the error grows with each round ahead: a row per arm, terms, condition and style.

    Returns
    -------
    DataFrame
        ``slope, low, high`` (least squares over all forecasts), ``slope_same_round`` with its interval: among
        forecasts of the same round only, since rounds that vary more are also further away; ``n`` and ``note``.

    Examples
    --------
    >>> fixed = bs.games.TrustGame(trustee=bs.games.Returns(3), rounds=3)
    >>> planner = bs.ScriptedForecaster(seed=1)
    >>> played = bs.play(fixed, planner, people, seed=1)
    >>> asks = [fixed.question("sent", about="self", horizon=ahead) for ahead in (0, 1)]
    >>> told = bs.schema.concat([bs.elicit(ask, bs.Forecast(), planner, people, at=played) for ask in asks])
    >>> errors = bs.analysis.forecast_errors(told, played)
    >>> bs.analysis.horizon_slopes(errors)[["slope", "n"]].round(1)
       slope    n
    0    0.2  200
    """
    rows = []
    for keys, part in _groups(errors.dropna(subset="error"), _SHOWN):
        plain = over_personas(part, lambda some: _slope(some, []))
        same = over_personas(part, lambda some: _slope(some, ["target"]))
        row = {"slope": plain.value, "low": plain.low, "high": plain.high, "slope_same_round": same.value}
        rows.append({**keys, **row, "same_low": same.low, "same_high": same.high, "n": part["persona"].nunique(),
                     "note": plain.note})  # fmt: skip
    return pd.DataFrame(rows)


def retest(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Mean absolute difference of two wordings' answers to the same question (parallel-form retest).

    Parameters
    ----------
    forecasts : DataFrame
        Points of at least two draws.

    Examples
    --------
    >>> fixed = bs.games.TrustGame(trustee=bs.games.Returns(3), rounds=3)
    >>> planner = bs.ScriptedForecaster(seed=1)
    >>> played = bs.play(fixed, planner, people, seed=1)
    >>> ask = fixed.question("sent", about="self", horizon=1)
    >>> told = bs.elicit(ask, bs.Forecast(), planner, people, at=played, draws=2)
    >>> len(bs.analysis.retest(told))
    1
    """
    told = _plain(forecasts[forecasts["statistic"] == "point"], [*_SHOWN, "session", "persona", "round", "horizon",
                                                                 "draw", "value"])  # fmt: skip
    wide = told.pivot_table("value", [*_SHOWN, "session", "persona", "round", "horizon"], "draw").dropna()
    if wide.shape[1] < 2:
        raise ValueError("a retest needs forecasts of two draws: elicit(..., draws=2)")
    pairs = wide.reset_index().assign(difference=lambda rows: (rows[wide.columns[0]] - rows[wide.columns[1]]).abs())
    rows = []
    for keys, part in _groups(pairs, _SHOWN):
        found = over_personas(part, lambda some: some["difference"].mean())
        rows.append({**keys, "difference": found.value, "low": found.low, "high": found.high,
                     "n": part["persona"].nunique(), "note": found.note})  # fmt: skip
    return pd.DataFrame(rows)


def _median(amounts: np.ndarray, p: np.ndarray) -> float:
    order = np.argsort(amounts)
    return float(amounts[order][np.searchsorted(np.cumsum(p[order]), p.sum() / 2)])


def _skill(part: pd.DataFrame, reference: str) -> float:
    theirs = part[reference].sum()
    return 1 - part["error"].sum() / theirs if theirs > 0 else np.nan


def _slope(part: pd.DataFrame, within: list[str]) -> float:
    both = part[["horizon", "error"]].astype(float)
    both = both - (both.groupby([part[name] for name in within]).transform("mean") if within else both.mean())
    spread = (both["horizon"] ** 2).sum()
    return float((both["horizon"] * both["error"]).sum() / spread) if spread > 0 else np.nan


def _groups(table: pd.DataFrame, names: list[str]):  # type: ignore[no-untyped-def]
    for values, part in table.groupby(names, sort=False, observed=True):
        yield dict(zip(names, values, strict=True)), part


def _plain(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    words = {name: str for name in columns if isinstance(table[name].dtype, pd.CategoricalDtype)}
    return table[columns].astype(words)
