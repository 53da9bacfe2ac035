"""What theory expects of a panel that counts votes: without heed of confidence a martingale, with it a drift."""

import itertools

import numpy as np
from numpy.typing import NDArray

from .agents import ScriptedDebater

Array = NDArray[np.float64]


def expected_path(p: Array, weights: Array, total: float, rounds: int) -> Array:
    """Expected beliefs by round of members who add others' votes, with weights, to `total` counts.

    Member i's next belief is expected to be (Tᵢ pᵢ + Σⱼ wⱼ pⱼ) / (Tᵢ + Σⱼ wⱼ), j ≠ i, and Tᵢ grows by Σⱼ wⱼ: a
    recursion that is linear in p, and so exact in any number of rounds. With equal weights the mean does not move.

    Parameters
    ----------
    p : ndarray, shape (S, N)
        Beliefs in round 1 in what is true.
    weights : ndarray, shape (S, N)
        What each member's vote counts to others.
    total : float
        Counts of each member in round 1.
    rounds : int

    Returns
    -------
    ndarray, shape (S, rounds, N)

    Examples
    --------
    >>> from beliefsim.studies.debate import martingale
    >>> martingale.expected_path(np.array([[0.8, 0.2]]), np.ones((1, 2)), 4.0, 2)[0].mean(axis=1)
    array([0.5, 0.5])
    """
    heard = weights.sum(axis=1, keepdims=True) - weights
    beliefs, counts = [np.asarray(p, dtype=float)], np.full(weights.shape, total)
    for _ in range(rounds - 1):
        cast = weights * beliefs[-1]
        others = cast.sum(axis=1, keepdims=True) - cast
        beliefs.append((counts * beliefs[-1] + others) / (counts + heard))
        counts = counts + heard
    return np.stack(beliefs, axis=1)


def expected_beliefs(agent: ScriptedDebater) -> Array:
    """Expected mean belief in what is true by round, of a random panel of such debaters, shape (T,).

    Exact: a sum over all ways in which members' signals may sound; given these the recursion is linear.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), rounds=3)
    >>> debate.expected_beliefs(debate.ScriptedDebater(game)).round(3)  # nobody is heeded more: a martingale
    array([0.395, 0.395, 0.395])
    """
    game, total = agent.game, agent.prior_count + agent.own_count
    if game.panel != "random":
        raise ValueError(
            f"panel {game.panel!r}: whose signals sit in the panel is then no draw; take martingale.expected_path"
        )
    case, weight = game.case, agent.weights(np.arange(len(game.case.signals)))
    kinds, kind = np.unique(weight, return_inverse=True)
    speaks = case.favours == np.arange(len(case.prior))[:, None]
    start = (agent.prior_count * case.prior[:, None] + agent.own_count * speaks) / total
    told, held = (each @ np.eye(len(kinds))[kind] for each in (case.likelihood, case.likelihood * start))
    patterns = np.array(list(itertools.product(range(len(kinds)), repeat=game.size)))
    paths = [
        chance[patterns].prod(axis=1)
        @ expected_path((mass / chance)[patterns], kinds[patterns], total, game.rounds).mean(axis=2)
        for chance, mass in zip(told, held, strict=True)
    ]
    return np.asarray(case.prior @ np.array(paths))
