"""How beliefs move with evidence: Grether's regression, and the dials of a teller who lapses and rounds."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.games import Evidence

from .estimate import Estimate, interval, ratio_over_personas, table_of
from .lapses import fit, rounding

Array = NDArray[np.float64]
_WEIGHTS = {"logit_prior": "prior_weight", "log_lr": "evidence_weight", "log_lr_order": "order_bias"}
_DIALS = ("evidence_weight", "prior_weight", "order_bias", "intercept")
_RELATIVE = ("prior_weight_relative", "order_bias")


def hidden_things(decisions: pd.DataFrame) -> pd.Series:
    """What was hidden in a game about evidence, by session: the first seat's first move.

    Examples
    --------
    >>> look = bs.games.Lookup()
    >>> bs.measures.hidden_things(bs.play(look, bs.Bayes(look), sessions=2, seed=1)).tolist()
    ['A', 'B']
    """
    first = decisions[(decisions["player"] == decisions["player"].iloc[0]) & (decisions["round"] == 1)]
    return first.set_index("session")["move"].astype(str)


def updates(game: Evidence, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """What was stated beside the evidence for it, for games with two hidden things.

    Parameters
    ----------
    game : Evidence
        What was judged.
    decisions : DataFrame
        Play with the signals, as given to ``elicit(at=…)``.
    beliefs : DataFrame
        Probabilities or ranks stated about what is hidden.

    Returns
    -------
    DataFrame
        A row per session, round and draw of each arm and instrument: ``stated`` (probability of the first hidden
        thing; with ranks 1 where it is first, 0 where second), ``logit_prior``, ``log_lr`` (summed over signals),
        ``log_lr_order`` (the same with weights from −1 for the first signal to 1 for the last), ``true`` (posterior),
        ``happened`` (whether it was the first) and ``session``, unique over games with other terms.

    Raises
    ------
    ValueError
        If more than two things may be hidden, or the beliefs are about another question.

    Examples
    --------
    >>> urns = bs.games.Urns(rounds=2)
    >>> drawn = bs.play(urns, bs.Bayes(urns), sessions=1, seed=1)
    >>> told = bs.elicit(urns.question("urn"), bs.Percent(), bs.Bayes(urns), at=drawn)
    >>> bs.measures.updating.updates(urns, drawn, told)[["round", "true", "stated"]].round(2)
       round  true  stated
    0      1   0.3     0.3
    1      2   0.5     0.5
    """
    if len(game.hidden) != 2:
        raise ValueError(f"updates needs two hidden things, not the {len(game.hidden)} of {game}")
    first, question = game.hidden.texts[0], game.key(game.seats[0])
    stated = beliefs[(beliefs["outcome"] == first) & (beliefs["question"] == question)]
    if stated.empty:
        raise ValueError(f"no row of beliefs is about outcome {first!r} of question {question!r}")
    names = ["arm", "game", "terms", "frame", "condition", "style", "persona", "instrument", "read", "reply"]
    rows = stated[[*names, "session", "draw", "round", "statistic", "value"]]
    rows = rows.merge(log_ratios(game, decisions), on=["session", "round"])
    value = rows.pop("value")
    logit_prior = float(np.log(game.prior[0] / game.prior[1]))
    return rows.assign(
        stated=value.where(rows.pop("statistic") != "rank", 2 - value),
        logit_prior=logit_prior,
        true=1 / (1 + np.exp(-(logit_prior + rows["log_lr"]))),
        happened=(rows["session"].map(hidden_things(decisions)) == first).to_numpy(),
        session=game.terms + " " + game.frame + " " + rows["session"].astype(str),
    )


def log_ratios(game: Evidence, decisions: pd.DataFrame, ratio: ArrayLike | None = None) -> pd.DataFrame:
    """Log-likelihood ratios of the signals so far, for games with two hidden things.

    Parameters
    ----------
    game : Evidence
        What was judged.
    decisions : DataFrame
        Play with the signals.
    ratio : array_like, shape (S,), optional
        Log-likelihood ratio of each signal, for example as somebody stated it; default: the true one.

    Returns
    -------
    DataFrame
        Columns ``session``, ``round``, ``log_lr`` (summed) and ``log_lr_order`` (weights from −1 for the first signal
        to 1 for the last).

    Examples
    --------
    >>> urns = bs.games.Urns(rounds=2)
    >>> drawn = bs.play(urns, bs.Bayes(urns), sessions=1, seed=1)
    >>> bs.measures.updating.log_ratios(urns, drawn).round(2)[["round", "log_lr"]].to_dict("list")
    {'round': [1, 2], 'log_lr': [-0.85, 0.0]}
    """
    drawn = decisions[(decisions["player"] == game.seats[1]) & decisions["chosen"]]
    drawn = drawn[["session", "round", "move"]].sort_values(["session", "round"], ignore_index=True)
    each = np.log(game.likelihood[0] / game.likelihood[1]) if ratio is None else np.asarray(ratio, dtype=float)
    one = drawn["move"].astype(str).map(dict(zip(game.signals.names, each, strict=True)))
    before = drawn["round"] - 1
    total = one.groupby(drawn["session"]).cumsum()
    late = (one * before).groupby(drawn["session"]).cumsum()
    order = np.where(before > 0, 2 * late / np.maximum(before, 1) - total, 0.0)
    return drawn[["session", "round"]].assign(log_lr=total, log_lr_order=order)


def grether(table: pd.DataFrame) -> pd.DataFrame:
    """Log-odds stated = c + prior_weight · logit prior + evidence_weight · Σ log LR + order terms + error.

    Intervals are cluster-robust over sessions where they repeat, else HC3. Stated probabilities are kept from 0 and 1,
    where log-odds are infinite, by a quarter of the step to which they are rounded: the middle of what is rounded to 0.

    Parameters
    ----------
    table : DataFrame
        From `updates`, over several priors and likelihood ratios.

    Returns
    -------
    DataFrame
        Rows ``evidence_weight``, ``prior_weight``, ``order_bias``, ``intercept``; columns ``dial``, ``value``,
        ``low``, ``high``, ``n``, ``note``. A weight that the evidence does not identify is missing.

    References
    ----------
    Grether (1980), doi:10.2307/1885092; Benjamin (2019), doi:10.1016/bs.hesbe.2018.11.002.

    Examples
    --------
    >>> games = [bs.games.Urns(prior_percent=prior, rounds=3) for prior in (30, 70)]
    >>> drawn = [bs.play(urns, bs.Bayes(urns), sessions=20, seed=1) for urns in games]
    >>> tellers = [bs.ScriptedTeller(urns, evidence_weight=0.5) for urns in games]
    >>> told = [bs.elicit(who.game.question("urn"), bs.Percent(), who, at=at) for who, at in zip(tellers, drawn)]
    >>> table = pd.concat(map(bs.measures.updating.updates, games, drawn, told))
    >>> bs.measures.updating.grether(table).set_index("dial")["value"].round(2)["evidence_weight"].item()
    0.5
    """
    import statsmodels.api as sm

    read = table[table["stated"].notna()]
    columns = _identified(read)
    if "log_lr" not in columns or len(read) <= len(columns) + 2:
        return _table({}, read, "needs several likelihood ratios, and more answers than weights")
    floor = rounding(read["stated"]) / 4 or 1e-6
    p = read["stated"].clip(floor, 1 - floor)
    groups = pd.factorize(read["session"])[0]
    repeats = groups.max() + 1 < len(read)
    options = {"cov_type": "cluster", "cov_kwds": {"groups": groups}} if repeats else {"cov_type": "HC3"}
    fitted = sm.OLS(np.log(p / (1 - p)), sm.add_constant(read[columns])).fit(use_t=True, **options)
    freedom = groups.max() if repeats else len(read) - len(columns) - 1
    values = fitted.params[["const", *columns]].to_numpy()
    weights = _weights(values, np.asarray(fitted.cov_params()), columns, freedom)
    return _table(weights, read, "needs several priors" if "logit_prior" not in columns else "")


def relative_weights(table: pd.DataFrame) -> pd.DataFrame:
    """Weights relative to the evidence's, from answers that only name or rank the hidden things.

    Probit regression of which is named first. Noise scales all weights alike, so only ratios are identified.

    Parameters
    ----------
    table : DataFrame
        From `updates`, with ``stated`` 0 or 1.

    Returns
    -------
    DataFrame
        As `grether`, with rows ``prior_weight_relative`` (1 is Bayes) and ``order_bias``.

    Examples
    --------
    >>> games = [bs.games.Urns(prior_percent=prior, rounds=3) for prior in (30, 70)]
    >>> drawn = [bs.play(urns, bs.Bayes(urns), sessions=40, seed=1) for urns in games]
    >>> tellers = [bs.ScriptedTeller(urns, noise=1.0) for urns in games]
    >>> told = [bs.elicit(who.game.question("urn"), bs.OutcomeRanking(), who, at=at) for who, at in zip(tellers, drawn)]
    >>> table = pd.concat(map(bs.measures.updating.updates, games, drawn, told))
    >>> bs.measures.updating.relative_weights(table)["dial"].tolist()
    ['prior_weight_relative', 'order_bias']
    """
    import statsmodels.api as sm

    read = table[table["stated"].isin([0, 1])]
    columns = _identified(read)
    right = read["stated"] == (read["true"] > 0.5)
    if "log_lr" not in columns or right[read["true"] != 0.5].all() or read["stated"].nunique() < 2:
        note = "needs several likelihood ratios, and some answers against the evidence: without noise no scale"
        return _table({}, read, note, _RELATIVE)
    probit = sm.Probit(read["stated"], read[columns]).fit(disp=False)
    values, covariance = probit.params.to_numpy(), np.asarray(probit.cov_params())
    weights = {}
    for name, dial in zip(("logit_prior", "log_lr_order"), _RELATIVE, strict=True):
        if name in columns:
            ratio, spread = _ratio(values, covariance, columns.index(name), columns.index("log_lr"))
            weights[dial] = Estimate(ratio, ratio - 1.96 * spread, ratio + 1.96 * spread)
    return _table(weights, read, "needs several priors", _RELATIVE)


def dials(table: pd.DataFrame) -> pd.DataFrame:
    """Weights, noise and lapse together, by maximum likelihood, when answers are rounded and some are random.

    Parameters
    ----------
    table : DataFrame
        From `updates`.

    Returns
    -------
    DataFrame
        As `grether`, with rows ``noise`` (s.d. of log-odds), ``lapse`` (share of random answers) and ``rounding``
        besides. A lapse is uniform; other answers are normal in log-odds, seen through the rounding.

    Examples
    --------
    >>> games = [bs.games.Urns(prior_percent=prior, rounds=3) for prior in (30, 70)]
    >>> drawn = [bs.play(urns, bs.Bayes(urns), sessions=20, seed=1) for urns in games]
    >>> tellers = [bs.ScriptedTeller(urns, noise=0.2, rounding=0.05) for urns in games]
    >>> told = [bs.elicit(who.game.question("urn"), bs.Percent(), who, at=at) for who, at in zip(tellers, drawn)]
    >>> table = pd.concat(map(bs.measures.updating.updates, games, drawn, told))
    >>> bs.measures.updating.dials(table).set_index("dial")["value"].round(2)["rounding"].item()
    0.05
    """
    read = table[table["stated"].notna()]
    columns = _identified(read)
    if "log_lr" not in columns or len(read) < 5 * (len(columns) + 3):
        return _table({}, read, "needs several likelihood ratios, and five answers for each dial")
    x = np.column_stack([np.ones(len(read)), read[columns]])
    values, covariance, others = fit(x, read["stated"].to_numpy(), rounding(read["stated"]))
    weights = _weights(values, covariance, columns, len(read) - len(values) - 2) | others
    return _table(weights, read, "needs several priors" if "logit_prior" not in columns else "")


def coherence(table: pd.DataFrame) -> Estimate:
    """How far a stated belief is from the one stated a signal earlier, updated by Bayes' rule; 0 coheres.

    Mean absolute difference of probabilities, with an interval over sessions.

    Parameters
    ----------
    table : DataFrame
        From `updates`, one arm and instrument; the first round of a session has nothing before it.

    Examples
    --------
    >>> urns = bs.games.Urns(rounds=3)
    >>> drawn = bs.play(urns, bs.Bayes(urns), sessions=4, seed=1)
    >>> told = bs.elicit(urns.question("urn"), bs.Percent(), bs.Bayes(urns), at=drawn)
    >>> round(coherence(bs.measures.updating.updates(urns, drawn, told)).value, 9)
    0.0
    """
    rows = table.sort_values(["session", "draw", "round"])
    runs = rows.groupby(["session", "draw"], sort=False)
    before, step = runs["stated"].shift().clip(1e-6, 1 - 1e-6), runs["log_lr"].diff()
    updated = 1 / (1 + np.exp(-(np.log(before / (1 - before)) + step)))
    return ratio_over_personas(rows.assign(off=(rows["stated"] - updated).abs()), "off", persona="session")


def _identified(read: pd.DataFrame) -> list[str]:
    """Columns whose weights the answers identify."""
    return [name for name in _WEIGHTS if read[name].nunique() > 1]


def _weights(values: Array, covariance: Array, columns: list[str], freedom: int) -> dict[str, Estimate]:
    """Weights with t-intervals; order bias is a ratio of two."""
    weights = {}
    for at, name in enumerate(["intercept", *columns]):
        value, spread = float(values[at]), float(np.sqrt(covariance[at, at]))
        if name == "log_lr_order":
            value, spread = _ratio(values, covariance, at, 1 + columns.index("log_lr"))
        weights[_WEIGHTS.get(name, name)] = interval(value, spread, max(freedom, 1))
    return weights


def _ratio(values: Array, covariance: Array, above: int, below: int) -> tuple[float, float]:
    """A ratio of weights and its standard error by the delta method."""
    ratio = float(values[above] / values[below])
    gradient = np.zeros(len(values))
    gradient[above], gradient[below] = 1 / values[below], -ratio / values[below]
    return ratio, float(np.sqrt(gradient @ covariance @ gradient))


def _table(weights: dict[str, Estimate], read: pd.DataFrame, note: str, dials: Iterable[str] = _DIALS) -> pd.DataFrame:
    """A row per dial; `note` says why one is missing."""
    return table_of({**dict.fromkeys(dials, Estimate(np.nan, note=note)), **weights}, "dial", len(read))
