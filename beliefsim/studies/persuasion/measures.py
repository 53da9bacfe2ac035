"""How close a persuader comes to the Bayes-plausible optimum, and whether the persuaded act on what they believe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import Estimate, ratio_over_personas

if TYPE_CHECKING:
    from .game import Persuasion

Array = NDArray[np.float64]


def concave_envelope(beliefs: ArrayLike, values: ArrayLike) -> Array:
    """The smallest concave function above values on a grid of beliefs about two states: what a persuader can reach.

    Parameters
    ----------
    beliefs : array_like, shape (n,)
        Rising probabilities of one of the states.
    values : array_like, shape (n,)
        What the persuader gets at each belief.

    Returns
    -------
    ndarray, shape (n,)

    References
    ----------
    Kamenica & Gentzkow (2011), doi:10.1257/aer.101.6.2590, corollary 2. The hull is Andrew's monotone chain (1979),
    doi:10.1016/0020-0190(79)90072-3.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> persuasion.concave_envelope([0.0, 0.25, 0.5, 1.0], [0.0, 0.0, 1.0, 1.0]).tolist()
    [0.0, 0.5, 1.0, 1.0]
    """
    x, y = np.asarray(beliefs, dtype=float), np.asarray(values, dtype=float)
    if x.shape != y.shape or x.ndim != 1 or np.any(np.diff(x) <= 0):
        raise ValueError(f"beliefs must rise and have a value each, got shapes {x.shape} and {y.shape}")
    hull: list[tuple[float, float]] = []
    for a, b in zip(x, y, strict=True):
        while len(hull) > 1 and _left_turn(hull[-2], hull[-1], (a, b)):
            hull.pop()
        hull.append((a, b))
    corners, heights = zip(*hull, strict=True)
    return np.interp(x, corners, heights)


@dataclass(frozen=True)
class Optimum:
    """The best that a persuader can do.

    Parameters
    ----------
    value : float
        Its expected payoff.
    joint : ndarray, shape (S, A)
        Chance of each state together with each recommended act.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> best = persuasion.optimum([0.3, 0.7], [[1, 0], [1, 0]], [[0.5, 0], [-0.5, 0]])
    >>> best.joint.round(2).tolist()  # rows good, bad
    [[0.3, 0.0], [0.3, 0.4]]
    """

    value: float
    joint: Array

    @property
    def posteriors(self) -> Array:
        """Belief after each recommendation, shape (A, S); missing where it is never made."""
        with np.errstate(invalid="ignore"):
            return (self.joint / self.joint.sum(axis=0)).T


def optimum(prior: ArrayLike, persuader: ArrayLike, persuaded: ArrayLike) -> Optimum:
    """The Bayes-plausible optimum for finitely many states and acts, by linear programme.

    Messages are recommendations that a Bayesian follows, so that Σ τ_s μ_s = prior holds by construction.

    Parameters
    ----------
    prior : array_like, shape (S,)
        Chances of the states.
    persuader, persuaded : array_like, shape (S, A)
        Payoffs of each act (column) in each state (row).

    Raises
    ------
    ValueError
        If the prior is none, or the tables do not fit.

    References
    ----------
    Kamenica & Gentzkow (2011), doi:10.1257/aer.101.6.2590, proposition 1; Dughmi & Xu (2021), doi:10.1137/16M1098334.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> best = persuasion.optimum([0.3, 0.7], [[1, 0], [1, 0]], [[0.5, 0], [-0.5, 0]])
    >>> round(best.value, 3), best.posteriors.round(2).tolist()
    (0.6, [[0.5, 0.5], [0.0, 1.0]])
    """
    from scipy.optimize import linprog

    p, v, u = (np.asarray(each, dtype=float) for each in (prior, persuader, persuaded))
    if p.ndim != 1 or np.any(p < 0) or not np.isclose(p.sum(), 1):
        raise ValueError(f"a prior has probabilities that sum to 1, got {prior!r}")
    if v.shape != u.shape or v.ndim != 2 or len(v) != len(p):
        raise ValueError(f"payoffs need {len(p)} rows each, got shapes {v.shape} and {u.shape}")
    states, acts = v.shape
    loss = u[:, None, :] - u[:, :, None]  # state, recommended, other: what following forgoes
    follow = np.einsum("sab,ac->absc", loss, np.eye(acts)).reshape(acts * acts, states * acts)
    total = np.kron(np.eye(states), np.ones(acts))
    best = linprog(-v.ravel(), A_ub=follow, b_ub=np.zeros(len(follow)), A_eq=total, b_eq=p)
    return Optimum(float(-best.fun), best.x.reshape(states, acts))


def best_honesty(prior: float, threshold: float) -> float:
    """The smallest share of honest sellers at which "good" still convinces: 1 − prior(1 − t)/(t(1 − prior)).

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> round(1 - persuasion.best_honesty(0.3, 0.5), 4)
    0.4286
    """
    if not (0 < prior < 1 and 0 < threshold < 1):
        raise ValueError(f"prior and threshold must lie between 0 and 1, got {prior!r} and {threshold!r}")
    return max(0.0, 1 - prior * (1 - threshold) / (threshold * (1 - prior)))


def session_table(game: Persuasion, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """What was said, believed and done in each session.

    Parameters
    ----------
    game : Persuasion
    decisions : DataFrame
        Its play.
    beliefs : DataFrame
        Probabilities stated about the item, asked ``at`` the play.

    Returns
    -------
    DataFrame
        Columns ``session``, ``message``, ``stated`` (probability of a good item) and ``bought`` (probability), missing
        where a reply could not be read.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> shop = persuasion.Persuasion(honest_percent=60)
    >>> sold = bs.play(shop, bs.Bayes(shop), sessions=3, seed=1)
    >>> told = bs.elicit(shop.question("item"), bs.Percent(), bs.Bayes(shop), at=sold)
    >>> persuasion.session_table(shop, sold, told).round(2)
       session message  stated  bought
    0        0    good    0.52     1.0
    1        1     bad    0.00     0.0
    2        2    good    0.52     1.0
    """
    item, seller, buyer = game.seats
    said = decisions[(decisions["player"] == seller) & decisions["chosen"]].set_index("session")["move"].astype(str)
    acts = decisions[decisions["player"] == buyer]
    bought = acts["probability"].where(acts["move"].astype(str) == "yes", 0.0).where(acts["move"].notna())
    about = beliefs[(beliefs["question"] == game.key(item)) & (beliefs["outcome"] == "good")]
    table = said.rename("message").to_frame()
    table["stated"] = about.groupby("session")["value"].mean()
    table["bought"] = bought.groupby(acts["session"]).sum(min_count=1)
    return table.reset_index()


def persuasion_metrics(game: Persuasion, table: pd.DataFrame, threshold: float | None = None) -> pd.DataFrame:
    """Metrics of one persuader with one kind of buyer, with jackknife intervals over sessions.

    Parameters
    ----------
    game : Persuasion
    table : DataFrame
        From `session_table`.
    threshold : float, optional
        Posterior that the buyer needs (`needed_posterior`), to judge the persuader by the optimum for this buyer;
        default: the game's.

    Returns
    -------
    DataFrame
        Columns ``metric``, ``value``, ``low``, ``high``, ``null``, ``n``, ``note``; metrics:

        - ``success``, the share of sales; null: silence;
        - ``efficiency``, (success − silence)/(optimum − silence), missing where silence sells;
        - ``exploitability``, success − optimum, above 0 only if the buyer is fooled;
        - ``residual``, the mean stated belief in a good item less the prior, and ``residual_l1`` over both states;
        - ``obedience``, sales where the stated belief reaches the threshold, and ``refusal``, none where it does not;
          null: acts unrelated to statements;
        - ``read_rate``.

    Examples
    --------
    >>> from beliefsim.studies import persuasion
    >>> shop = persuasion.Persuasion(honest_percent=100)  # the plain truth
    >>> sold = bs.play(shop, bs.Bayes(shop), sessions=2000, seed=1)
    >>> told = bs.elicit(shop.question("item"), bs.Percent(), bs.Bayes(shop), at=sold)
    >>> table = persuasion.session_table(shop, sold, told)
    >>> metrics = persuasion.persuasion_metrics(shop, table).set_index("metric")
    >>> metrics.loc[["success", "efficiency", "obedience"], "value"].round(1).tolist()
    [0.3, 0.5, 1.0]
    """
    prior, asked = game.prior[0], game.threshold_percent / 100
    most = min(1.0, prior / (asked if threshold is None else threshold))
    silence = float(prior >= (asked if threshold is None else threshold) - 1e-9)
    enough = table["stated"] >= asked - 1e-9
    done = table["bought"].where(table["stated"].notna())
    success = _over(table, table["bought"])
    residual = _scaled(_over(table, table["stated"]), prior, 1.0)
    rows = {
        "success": (success, silence),
        "efficiency": (_scaled(success, silence, most - silence), 0.0),
        "exploitability": (_scaled(success, most, 1.0), silence - most),
        "residual": (residual, 0.0),
        "residual_l1": (_folded(residual), 0.0),
        "obedience": (_over(table, done.where(enough)), float(done.mean())),
        "refusal": (_over(table, (1 - done).where(~enough)), float(1 - done.mean())),
        "read_rate": (_over(table, table[["stated", "bought"]].notna().all(axis=1).astype(float)), np.nan),
    }
    metrics = [(name, each.value, each.low, each.high, null, each.note) for name, (each, null) in rows.items()]
    return pd.DataFrame(metrics, columns=["metric", "value", "low", "high", "null", "note"]).assign(n=len(table))


def _left_turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> bool:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]) >= 0


def _over(table: pd.DataFrame, values: pd.Series) -> Estimate:
    return ratio_over_personas(table.assign(value=values), "value", persona="session", share=True)


def _scaled(one: Estimate, start: float, by: float) -> Estimate:
    if by < 1e-9:
        return Estimate(np.nan, note="silence already sells")
    return Estimate((one.value - start) / by, (one.low - start) / by, (one.high - start) / by, one.note)


def _folded(one: Estimate) -> Estimate:
    """Twice the distance from 0: over two states both components have one size."""
    low, high = sorted((2 * abs(one.low), 2 * abs(one.high)))
    return Estimate(2 * abs(one.value), 0.0 if one.low <= 0 <= one.high else low, high, one.note)
