"""Revision of beliefs as a case file grows: latency, over-correction, implied weights of sources, reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from .jackknife import ratio_over_personas
from .updating import rounding, updates

if TYPE_CHECKING:
    from ..games import CaseFile

__all__ = ["case_scores", "revision", "source_weights"]

_SOURCES = ("audit", "witness", "director")


def source_weights(game: CaseFile, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """How much each source moves stated beliefs, and the reliability that this implies.

    Log-odds stated = c + Σ weight · (reports for less reports against, by source) + error, with errors clustered by
    session; the implied reliability is 1/(1 + e^−weight).

    Parameters
    ----------
    game : CaseFile
        Of the design *drawn*: others order their sources alike in every case.
    decisions : DataFrame
        Play with the reports.
    beliefs : DataFrame
        Probabilities stated about the claim, elicited at those decisions; several draws are pooled.

    Returns
    -------
    DataFrame
        A row per source: ``source``, ``weight``, ``low``, ``high``, ``implied``, ``implied_low``, ``implied_high``,
        ``true`` (its reliability), ``n`` (answers) and ``note``. Missing where reports or answers do not suffice.

    Raises
    ------
    ValueError
        For a design other than *drawn*.

    References
    ----------
    Birnbaum & Stegner (1979), doi:10.1037/0022-3514.37.1.48.

    Examples
    --------
    >>> file = bs.games.CaseFile(rounds=6)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=30, seed=1)
    >>> told = bs.elicit(file.question("claim"), bs.Percent(), bs.Bayes(file), at=filed)
    >>> bs.analysis.revision.source_weights(file, filed, told)["implied"].round(2).tolist()
    [0.9, 0.75, 0.54]
    """
    import statsmodels.api as sm

    if game.design != "drawn":
        raise ValueError(f"the weights of sources are not identified by design {game.design!r}; take 'drawn'")
    said = beliefs[(beliefs["outcome"] == "true") & beliefs["value"].notna()]
    rows = said[["session", "round", "value"]].merge(_net_reports(decisions), on=["session", "round"])
    table = pd.DataFrame({"source": _SOURCES, "true": game.reliability, "n": len(rows)})
    groups = pd.factorize(rows["session"])[0]
    few = len(rows) <= 8 or groups.max() < 5
    if few or np.linalg.matrix_rank(sm.add_constant(rows[[*_SOURCES]])) < 4:
        names = ["weight", "low", "high", "implied", "implied_low", "implied_high"]
        return table.assign(**dict.fromkeys(names, np.nan), note="needs six cases in which every source varies")
    floor = rounding(rows["value"]) / 4 or 1e-6
    p = rows["value"].clip(floor, 1 - floor)
    fit = sm.OLS(np.log(p / (1 - p)), sm.add_constant(rows[[*_SOURCES]])).fit(
        use_t=True, cov_type="cluster", cov_kwds={"groups": groups}
    )
    low, high = fit.conf_int().loc[[*_SOURCES]].to_numpy().T
    found = {"weight": fit.params[[*_SOURCES]].to_numpy(), "low": low, "high": high}
    implied = {name: 1 / (1 + np.exp(-values)) for name, values in found.items()}
    columns = {"weight": "implied", "low": "implied_low", "high": "implied_high"}
    return table.assign(**found, **{columns[name]: values for name, values in implied.items()}, note="")


def revision(game: CaseFile, decisions: pd.DataFrame, beliefs: pd.DataFrame, *, near: float = 0.1) -> pd.DataFrame:
    """How quickly, and how far, beliefs follow the report that should move them most.

    Parameters
    ----------
    game : CaseFile
    decisions : DataFrame
        Play with the reports.
    beliefs : DataFrame
        Probabilities stated about the claim by one arm and instrument, elicited at those decisions.
    near : float
        A belief has arrived when it is this near to the posterior.

    Returns
    -------
    DataFrame
        Rows ``latency`` (reports from the decisive one, after the first, until the belief has arrived; mean over
        those that arrive), ``arrived`` (share that ever does) and ``over_correction`` (log-odds moved over log-odds
        due at the decisive report, less 1: 0 is Bayes, −1 no move); ``low`` and ``high``: 95 %, over cases; ``n``.

    Examples
    --------
    >>> file = bs.games.CaseFile(design="retraction", rounds=4)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=5, seed=1)
    >>> half = bs.ScriptedTeller(file, evidence_weight=0.5)
    >>> told = bs.elicit(file.question("claim"), bs.ChoiceProbabilities(), half, at=filed)
    >>> bs.analysis.revision.revision(file, filed, told).set_index("metric")["value"]["over_correction"].round(2).item()
    -0.5
    """
    if game.rounds < 2:
        raise ValueError("one report revises nothing; take a case file of at least 2 rounds")
    cases = [_decisive(part, near) for _, part in updates(game, decisions, beliefs).groupby(["session", "draw"])]
    table = pd.DataFrame(cases, columns=["session", "latency", "arrived", "moved", "due"])
    found = {
        "latency": ratio_over_personas(table, "latency", persona="session"),
        "arrived": ratio_over_personas(table, "arrived", persona="session"),
        "over_correction": ratio_over_personas(table, "moved", "due", persona="session"),
    }
    rows = [(name, each.value, each.low, each.high, len(table), each.note) for name, each in found.items()]
    shown = pd.DataFrame(rows, columns=["metric", "value", "low", "high", "n", "note"])
    shown.loc[shown["metric"] == "over_correction", ["value", "low", "high"]] -= 1
    if table["arrived"].notna().any() and not table["arrived"].sum():
        shown.loc[shown["metric"] == "latency", "note"] = "none arrives"
    return shown


def case_scores(success: ArrayLike) -> dict[str, float]:
    """The score of a benchmark of evolving cases: how often an agent is right, and whether it stays so.

    Parameters
    ----------
    success : array_like of bool, shape (N,)
        Whether each of N ≥ 2 rounds was right, in order.

    Returns
    -------
    dict
        ``tcr`` S/N with S successes; ``continuity`` (S − k)/(N − 1) with k runs of successes; ``dispersal``
        1 − (F − f)/(N − 1) with F failures in f runs; ``robustness``, the product of both; ``crs``, the mean of tcr
        and robustness. Missing if an answer is missing.

    Examples
    --------
    >>> case_scores([1, 1, 0, 1])["crs"].__round__(3)
    0.542
    """
    given = np.asarray(success, dtype=float)
    if given.ndim != 1 or len(given) < 2:
        raise ValueError(f"case_scores needs the successes of at least 2 rounds, got shape {given.shape}")
    n = len(given)
    right = given.sum()
    starts = np.diff(given, prepend=0.0)
    runs, breaks = (starts == 1).sum(), (np.diff(given, prepend=1.0) == -1).sum()
    scores = {"tcr": right / n, "continuity": (right - runs) / (n - 1), "dispersal": 1 - (n - right - breaks) / (n - 1)}
    robustness = scores["continuity"] * scores["dispersal"]
    found = {**scores, "robustness": robustness, "crs": (scores["tcr"] + robustness) / 2}
    return {name: float(value) if not np.isnan(right) else np.nan for name, value in found.items()}


def _net_reports(decisions: pd.DataFrame) -> pd.DataFrame:
    """Reports for less reports against the claim so far, by source."""
    told = decisions[(decisions["player"] == "report") & decisions["chosen"]]
    told = told[["session", "round", "move"]].sort_values(["session", "round"], ignore_index=True)
    words = told["move"].astype(str).str.split(" says ", expand=True)
    sign = np.where(words[1] == "true", 1.0, -1.0)
    for source in _SOURCES:
        told[source] = pd.Series(sign * (words[0] == source)).groupby(told["session"]).cumsum()
    return told.drop(columns="move")


def _decisive(case: pd.DataFrame, near: float) -> tuple[object, float, float, float, float]:
    """Of one case: session, latency, arrival, and the log-odds moved and due at the decisive report."""
    case = case.sort_values("round")
    stated, true = (np.clip(case[name].to_numpy(), 0.005, 0.995) for name in ("stated", "true"))
    moved, due = (np.diff(np.log(p / (1 - p))) for p in (stated, true))
    at = int(np.abs(due).argmax())
    close = np.flatnonzero(np.abs(stated - true)[at + 1 :] < near)
    unread = bool(np.isnan(stated[at + 1 :]).any())
    latency = float(close[0]) if len(close) else np.nan
    sign = np.sign(due[at])
    arrived = np.nan if unread and not len(close) else float(len(close) > 0)
    return case["session"].iloc[0], latency, arrived, float(sign * moved[at]), float(sign * due[at])
