"""Revision of beliefs as a case file grows: latency, over-correction, and the implied weights of sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.measures import ratio_over_personas
from beliefsim.measures.lapses import rounding

from .game import CLAIMS, SOURCES

if TYPE_CHECKING:
    from .game import CaseFile

_SOURCES = [*SOURCES]
_FLOOR = 0.005
_NEAR = 0.1  # of the posterior: a belief has arrived


def stated_claims(game: CaseFile, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """What was stated about each claim after each report, beside the reports on it.

    Parameters
    ----------
    game : CaseFile
    decisions : DataFrame
        Play with the reports.
    beliefs : DataFrame
        Probabilities stated about claims (questions ``"A"`` and ``"B"``) by one arm and instrument, elicited there.

    Returns
    -------
    DataFrame
        A row per session, round, draw and claim: ``stated`` (probability that the claim is true), ``true`` (posterior),
        and per source its reports for less those against (``audit``, ``witness``, ``director``).

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile(rounds=2)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=3, seed=1)
    >>> told = bs.elicit(file.question("A"), bs.Percent(), bs.Bayes(file), at=filed)
    >>> from beliefsim.studies.case_files.revision import stated_claims
    >>> table = stated_claims(file, filed, told)
    >>> bool((table["stated"] - table["true"]).abs().max() < 1e-9)
    True
    """
    heard = decisions[(decisions["player"] == "report") & decisions["chosen"]]
    words = heard["move"].astype(str).str.extract(r"(?P<source>\w+): (?P<claim>\w+) is (?P<side>\w+)")
    sign = np.where(words["side"] == "true", 1.0, -1.0)
    net = pd.DataFrame({name: sign * (words["source"] == name) for name in _SOURCES})
    heard = pd.concat([heard[["session", "round"]], words["claim"], net], axis=1).sort_values(["session", "round"])
    said = beliefs[(beliefs["outcome"] == "true") & beliefs["question"].isin(CLAIMS)].rename(
        columns={"question": "claim", "value": "stated"}
    )
    tables = []
    for claim, part in said.astype({"claim": str}).groupby("claim"):
        counts = heard[_SOURCES].where(heard["claim"] == claim, 0.0).groupby(heard["session"]).cumsum()
        tables.append(part.merge(heard[["session", "round"]].join(counts), on=["session", "round"]))
    table = pd.concat(tables)[["arm", "session", "draw", "round", "claim", "stated", *_SOURCES]]
    odds = table[_SOURCES].to_numpy() @ np.log(game.reliability / (1 - game.reliability))
    return table.assign(true=1 / (1 + np.exp(-odds)))


def source_weights(game: CaseFile, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """How much each source moves stated beliefs, and the reliability that this implies.

    Log-odds stated = c + Σ weight · (reports for less reports against, by source) + error, with errors clustered by
    session; the implied reliability is 1/(1 + e^−weight).

    Parameters
    ----------
    game : CaseFile
        Of the design *drawn*: others order their sources alike in every case.
    decisions, beliefs : DataFrame
        As for `stated_claims`; several draws are pooled.

    Returns
    -------
    DataFrame
        A row per source: ``source``, ``weight``, ``low``, ``high``, ``implied``, ``implied_low``, ``implied_high``,
        ``true`` (its reliability), ``n`` (cases) and ``note``. Missing where reports or answers do not suffice.

    Raises
    ------
    ValueError
        For a design other than *drawn*.

    References
    ----------
    Birnbaum & Stegner (1979), doi:10.1037/0022-3514.37.1.48.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile(rounds=6)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=30, seed=1)
    >>> told = bs.elicit(file.question("A"), bs.Percent(), bs.Bayes(file), at=filed)
    >>> case_files.source_weights(file, filed, told)["implied"].round(1).tolist()
    [0.9, 0.8, 0.5]
    """
    import statsmodels.api as sm

    if game.design != "drawn":
        raise ValueError(f"the weights of sources are not identified by design {game.design!r}; take 'drawn'")
    rows = stated_claims(game, decisions, beliefs).dropna(subset="stated")
    cases = rows["session"].nunique()
    table = pd.DataFrame({"source": _SOURCES, "true": game.reliability, "n": cases})
    if cases < 6 or len(rows) <= 8 or np.linalg.matrix_rank(sm.add_constant(rows[_SOURCES])) < 4:
        names = ["weight", "low", "high", "implied", "implied_low", "implied_high"]
        return table.assign(**dict.fromkeys(names, np.nan), note="needs six cases in which every source varies")
    fit = sm.OLS(_logit(rows["stated"]), sm.add_constant(rows[_SOURCES])).fit(
        use_t=True, cov_type="cluster", cov_kwds={"groups": pd.factorize(rows["session"])[0]}
    )
    low, high = fit.conf_int().loc[_SOURCES].to_numpy().T
    weights = {"weight": fit.params[_SOURCES].to_numpy(), "low": low, "high": high}
    columns = {"weight": "implied", "low": "implied_low", "high": "implied_high"}
    implied = {columns[name]: 1 / (1 + np.exp(-values)) for name, values in weights.items()}
    return table.assign(**weights, **implied, note="")


def revision_table(game: CaseFile, decisions: pd.DataFrame, beliefs: pd.DataFrame, *, claim: str = "A") -> pd.DataFrame:
    """How quickly, and how far, beliefs follow the report on a claim that should move them most, case by case.

    Parameters
    ----------
    game : CaseFile
        Of at least 2 rounds: one report revises nothing.
    decisions, beliefs : DataFrame
        As for `stated_claims`.
    claim : {"A", "B"}

    Returns
    -------
    DataFrame
        A row per session and draw: ``session``, ``latency`` (reports from the decisive one, after the first, until the
        belief is within .1 of the posterior, missing where it never is), ``arrived``, ``moved`` and ``due`` (log-odds
        at the decisive report) and ``error`` (mean distance of stated and posterior over reports).

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile(design="retraction", rounds=6)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=2, seed=1)
    >>> told = bs.elicit(file.question("A"), bs.ChoiceProbabilities(), bs.Bayes(file), at=filed)
    >>> case_files.revision_table(file, filed, told)[["latency", "arrived", "error"]].round(6).values.tolist()
    [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    rows = stated_claims(game, decisions, beliefs)
    rows = rows[rows["claim"] == claim]
    step = rounding(rows["stated"].dropna()) / 4 or _FLOOR
    cases = [_decisive(part.sort_values("round"), step) for _, part in rows.groupby(["session", "draw"])]
    return pd.DataFrame(cases, columns=["session", "latency", "arrived", "moved", "due", "error"])


def revision_summary(cases: pd.DataFrame) -> pd.DataFrame:
    """Means over cases, with 95 % intervals.

    Parameters
    ----------
    cases : DataFrame
        From `revision_table`; a column ``case`` tells cases of several games apart.

    Returns
    -------
    DataFrame
        Rows ``latency`` (over those that arrive), ``arrived`` (share), ``over_correction`` (log-odds moved over due,
        less 1: 0 is Bayes, −1 no move) and ``error``; ``value``, ``low``, ``high``, ``n`` cases, ``note``.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile(design="retraction", rounds=6)
    >>> filed = bs.play(file, bs.Bayes(file), sessions=5, seed=1)
    >>> half = case_files.CaseReader(file, evidence_weight=0.5)
    >>> told = bs.elicit(file.question("A"), bs.ChoiceProbabilities(), half, at=filed)
    >>> means = case_files.revision_summary(case_files.revision_table(file, filed, told))
    >>> means.set_index("metric")["value"]["over_correction"].round(2).item()
    -0.5
    """
    unit = "case" if "case" in cases else "session"
    rows = []
    for name in ("latency", "arrived", "over_correction", "error"):
        above, below = ("moved", "due") if name == "over_correction" else (name, None)
        mean = ratio_over_personas(cases, above, below, persona=unit)
        note = "none arrives" if name == "latency" and cases["arrived"].eq(0).all() else mean.note
        less = 1 if name == "over_correction" else 0
        ends = (mean.value - less, mean.low - less, mean.high - less)
        rows.append((name, *ends, cases[unit].nunique(), note))
    return pd.DataFrame(rows, columns=["metric", "value", "low", "high", "n", "note"])


def _decisive(case: pd.DataFrame, floor: float) -> tuple[object, float, float, float, float, float]:
    """Of one case: session, latency, arrival, log-odds moved and due at the decisive report, mean error."""
    stated, true = (case[name].to_numpy() for name in ("stated", "true"))
    moved, due = (np.diff(_logit(p, floor)) for p in (stated, true))
    at = int(np.abs(due).argmax())
    close = np.flatnonzero(np.abs(stated - true)[at + 1 :] < _NEAR)
    unread = bool(np.isnan(stated[at + 1 :]).any())
    latency = float(close[0]) if len(close) else np.nan
    arrived = np.nan if unread and not len(close) else float(len(close) > 0)
    sign, error = np.sign(due[at]), float(np.abs(stated - true).mean())
    return case["session"].iloc[0], latency, arrived, float(sign * moved[at]), float(sign * due[at]), error


def _logit(p: pd.Series | NDArray[np.float64], floor: float | None = None) -> NDArray[np.float64]:
    """Log-odds, kept off certainty by a quarter of the step to which answers are rounded."""
    least = rounding(pd.Series(p)) / 4 or 1e-6 if floor is None else floor
    kept = np.clip(np.asarray(p, dtype=float), least, 1 - least)
    return np.log(kept / (1 - kept))
