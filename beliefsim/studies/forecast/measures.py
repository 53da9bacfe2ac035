"""What agents say they will do in later rounds, beside what they then do."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from beliefsim.beliefs import Integers
from beliefsim.games import Game, State
from beliefsim.measures import Estimate, ratio_over_personas
from beliefsim.measures.estimate import over_personas
from beliefsim.schema import plain

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
    space = game.moves(game.start())
    if not isinstance(space, Integers):
        raise ValueError(f"best_sends needs amounts; the moves of the {game.name} game are {space}")
    sends = range(space.low, space.high + 1)
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
    >>> from beliefsim.studies import forecast
    >>> errors = forecast.forecast_errors(forecasts, rounds)
    >>> errors[["issued", "horizon", "target"]].drop_duplicates().shape
    (5, 3)
    """
    told = plain(forecasts[forecasts["statistic"] == "point"], [*_PLAY, "draw", "persona", "round", "horizon", "value"])
    told = told.rename(columns={"round": "issued", "value": "forecast"}).reset_index(drop=True)
    told["target"] = told["issued"] + told["horizon"]
    moves = plain(decisions, [*_PLAY, "player", "round", "amount", "probability", "chosen"])
    moves = moves[(moves["player"] == moves["player"].iloc[:1].squeeze()) & moves["amount"].notna()]
    _refuse_unplayed(told, moves, decisions)
    moves = moves.merge(_medians(moves), on=[*_PLAY, "round"])
    points = told.merge(_past(moves), left_on=[*_PLAY, "issued"], right_on=[*_PLAY, "round"], how="left")
    points["best_response"] = told["terms"].map(dict(best or {})).astype(float)
    both = (
        points.drop(columns="round").reset_index().merge(moves, left_on=[*_PLAY, "target"], right_on=[*_PLAY, "round"])
    )
    weight = both["probability"].groupby(both["index"]).sum()
    named = {"error": "forecast", "irreducible": "median", **{name: name for name in REFERENCES}}
    for name, point in named.items():
        off = (both["amount"] - both[point]).abs() * both["probability"]
        told[name] = off.groupby(both["index"]).sum(min_count=1) / weight
    return told


def _refuse_unplayed(told: pd.DataFrame, moves: pd.DataFrame, decisions: pd.DataFrame) -> None:
    """A session that ended with a move that could not be read leaves errors missing; other gaps are a mistake."""
    ended = plain(decisions[decisions["move"].isna()], _PLAY)
    known = pd.MultiIndex.from_frame(moves[[*_PLAY, "round"]].rename(columns={"round": "target"}))
    gone = ~pd.MultiIndex.from_frame(told[[*_PLAY, "target"]]).isin(known)
    gone &= ~pd.MultiIndex.from_frame(told[_PLAY]).isin(pd.MultiIndex.from_frame(ended))
    if gone.any():
        some = told.loc[gone, ["terms", "target"]].drop_duplicates().head(3).to_records(index=False).tolist()
        raise ValueError(f"forecasts of rounds that were not played: {some}")


def _medians(moves: pd.DataFrame) -> pd.DataFrame:
    """The best point forecast of each move: the median of its distribution."""
    keys = [*_PLAY, "round"]
    rows = moves.sort_values("amount", kind="stable")
    share = rows.groupby(keys)["probability"].cumsum() / rows.groupby(keys)["probability"].transform("sum")
    return (
        rows[share >= 0.5 - 1e-12].groupby(keys, as_index=False)["amount"].first().rename(columns={"amount": "median"})
    )


def _past(moves: pd.DataFrame) -> pd.DataFrame:
    """What was known before each round: the mean of the own sends so far, and the last one."""
    sent = moves[moves["chosen"]].sort_values("round")
    before = sent.groupby(_PLAY)["amount"]
    mean = (before.cumsum() - sent["amount"]) / before.cumcount().replace(0, np.nan)
    return sent[[*_PLAY, "round"]].assign(own_mean=mean, persistence=before.shift())


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
        ``arm, terms, condition, style, <by>, mae, low, high, irreducible, n`` (personas), ``read_rate`` (of forecasts
        whose round could be read too) and ``note``.

    Examples
    --------
    >>> from beliefsim.studies import forecast
    >>> forecast.forecast_mae(errors)[["horizon", "mae", "n"]].round(1)
       horizon  mae    n
    0        0  0.5  200
    1        1  0.7  200
    """
    rows = []
    for keys, part in _groups(errors, [*_SHOWN, by]):
        found = ratio_over_personas(part, "error")
        read = part.dropna(subset="error")
        row = {"mae": found.value, "low": found.low, "high": found.high, "irreducible": read["irreducible"].mean()}
        row |= {"n": read["persona"].nunique(), "read_rate": len(read) / len(part), "note": found.note}
        rows.append(keys | row)
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
    >>> from beliefsim.studies import forecast
    >>> sorted(forecast.forecast_skill(errors)["reference"].unique())
    ['own_mean', 'persistence']
    """
    rows = []
    for keys, part in _groups(errors.dropna(subset="error"), [*_SHOWN, "horizon"]):
        for reference in REFERENCES:
            known = part.dropna(subset=reference) if reference in part else part.iloc[:0]
            if known.empty:
                continue
            found = ratio_over_personas(known, "error", reference)
            row = {"reference": reference, "skill": 1 - found.value, "low": 1 - found.high, "high": 1 - found.low}
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
    >>> from beliefsim.studies import forecast
    >>> forecast.horizon_slopes(errors)[["slope", "n"]].round(1)
       slope    n
    0    0.2  200
    """
    rows = []
    for keys, part in _groups(errors.dropna(subset="error"), _SHOWN):
        plain, same = _slope(part, np.zeros(len(part))), _slope(part, part["target"].to_numpy())
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
    >>> told = bs.elicit(asks[1], bs.Forecast(), planner, people, at=rounds, draws=2)
    >>> from beliefsim.studies import forecast
    >>> len(forecast.retest(told))
    1
    """
    told = plain(forecasts[forecasts["statistic"] == "point"], [*_SHOWN, "session", "persona", "round", "horizon",
                                                                 "draw", "value"])  # fmt: skip
    wide = told.pivot_table("value", [*_SHOWN, "session", "persona", "round", "horizon"], "draw").dropna()
    if wide.shape[1] < 2:
        raise ValueError("a retest needs forecasts of two draws: elicit(..., draws=2)")
    pairs = wide.reset_index().assign(difference=lambda rows: (rows[wide.columns[0]] - rows[wide.columns[1]]).abs())
    rows = []
    for keys, part in _groups(pairs, _SHOWN):
        found = ratio_over_personas(part, "difference")
        rows.append({**keys, "difference": found.value, "low": found.low, "high": found.high,
                     "n": part["persona"].nunique(), "note": found.note})  # fmt: skip
    return pd.DataFrame(rows)


def _slope(part: pd.DataFrame, within: np.ndarray) -> Estimate:
    """Least-squares slope of the error on the horizon, with an intercept for each group of `within`."""
    x, y = part["horizon"].to_numpy(dtype=float), part["error"].to_numpy(dtype=float)
    persona, who = pd.factorize(part["persona"].astype(str))
    group, groups = pd.factorize(within)
    sums = np.zeros((len(who), 5, len(groups)))
    for place, values in enumerate((np.ones_like(x), x, y, x * x, x * y)):
        np.add.at(sums[:, place], (persona, group), values)

    def slope(flat: np.ndarray) -> np.ndarray:
        n, sx, sy, sxx, sxy = flat.reshape(len(flat), 5, -1).transpose(1, 0, 2)
        n = np.maximum(n, 1)
        return (sxy - sx * sy / n).sum(axis=1) / (sxx - sx * sx / n).sum(axis=1)

    return over_personas(sums.reshape(len(who), -1), slope)


def _groups(table: pd.DataFrame, names: list[str]):  # type: ignore[no-untyped-def]
    for values, part in table.groupby(names, sort=False, observed=True):
        yield dict(zip(names, values, strict=True)), part
