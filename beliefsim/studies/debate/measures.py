"""Does talk add truth? A panel's beliefs by round, what moves them, conformity, and votes without talk."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.measures import Estimate, ratio_over_units
from beliefsim.measures.estimate import over_personas, ratio

from .game import Debate

Array = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class Talk:
    """What S panels of N members did in T rounds about H possibilities.

    Parameters
    ----------
    p : ndarray, shape (S, T, N, H)
        Beliefs, as the probabilities of votes; missing where a vote could not be read.
    votes : ndarray of int, shape (S, T, N)
        Positions of votes, -1 where missing.
    truth : ndarray of int, shape (S,)
        Positions of what was hidden.
    held : ndarray of int, shape (S, N)
        Positions of the members' signals.

    Examples
    --------
    >>> from beliefsim.studies.debate import measures as debate
    >>> one = debate.Talk(np.full((1, 1, 1, 2), 0.5), np.zeros((1, 1, 1), int), np.array([1]), np.array([[0]]))
    >>> one.p_right.tolist(), one.right.tolist()
    ([[[0.5]]], [[[0.0]]])
    """

    p: Array
    votes: Whole
    truth: Whole
    held: Whole

    @property
    def p_right(self) -> Array:
        """Belief in what is true, shape (S, T, N)."""
        found: Array = np.take_along_axis(self.p, self.truth[:, None, None, None], axis=3)[..., 0]
        return found

    @property
    def right(self) -> Array:
        """Whether a vote is right, shape (S, T, N); missing where it could not be read."""
        return np.where(self.votes < 0, np.nan, self.votes == self.truth[:, None, None])


def read(decisions: pd.DataFrame, game: Debate) -> Talk:
    """The talk in the decisions of a debate.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=2, rounds=3)
    >>> voted = bs.play(game, debate.ScriptedDebater(game), sessions=4, seed=1)
    >>> debate.read(voted, game).p.shape
    (4, 3, 2, 4)
    """
    rows = decisions.assign(player=decisions["player"].astype(str))
    sessions, at = np.unique(rows["session"], return_inverse=True)
    shape = (len(sessions), game.rounds, game.size)
    p, votes = np.full((*shape, len(game.case.hidden)), np.nan), np.full(shape, -1)
    here = rows["player"].isin(game.members).to_numpy() & rows["move"].notna().to_numpy()
    part, who = rows[here], pd.Index(game.members)
    place = (at[here], part["round"].to_numpy() - 1, who.get_indexer(part["player"]))
    move = game.case.hidden.index(part["move"])
    p[place] = np.where(np.isnan(p[place]), 0.0, p[place])
    p[(*place, move)] = part["probability"]
    chosen = part["chosen"].to_numpy()
    votes[tuple(each[chosen] for each in place)] = move[chosen]
    chance = rows[rows["player"].isin(game.chance)].pivot(index="session", columns="player", values="move")
    drawn = chance.loc[sessions, list(game.chance)]
    state = game.start()
    for seat in game.chance:
        state = game.apply(state, drawn[seat].to_numpy(dtype=object))
    return Talk(p, votes, game.case.hidden.index(drawn[game.chance[0]]), game.held(state))


def path(talk: Talk) -> pd.DataFrame:
    """Mean belief in what is true, share of right votes, and share of right majorities, a row per round.

    Columns ``round``, ``measure``, ``value``, ``low``, ``high``; intervals over panels.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=2, rounds=2)
    >>> voted = bs.play(game, debate.ScriptedDebater(game), sessions=50, seed=1)
    >>> debate.path(debate.read(voted, game))["measure"].unique().tolist()
    ['belief', 'vote', 'majority']
    """
    measures = {"belief": talk.p_right, "vote": talk.right, "majority": plurality(talk.votes, talk)[..., None]}
    rows = []
    for name, values in measures.items():
        for number in range(values.shape[1]):
            one = _mean(values[:, number], share=True)
            rows.append({"round": number + 1, "measure": name, "value": one.value, "low": one.low, "high": one.high})
    return pd.DataFrame(rows)


def drift(talk: Talk) -> Estimate:
    """Change of the panel's mean belief in what is true from the first round to the last, panels as units.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=1, rounds=2)
    >>> alone = bs.play(game, debate.ScriptedDebater(game), sessions=5, seed=1)
    >>> bs.studies.topics.drift(debate.read(alone, game)).value  # nobody to hear
    0.0
    """
    return _mean(talk.p_right[:, -1] - talk.p_right[:, 0])


def covariance(talk: Talk, weights: Array) -> Estimate:
    """Covariance of the weight that a vote has with its being right, in the first round, with an interval over panels.

    Parameters
    ----------
    weights : ndarray, shape (S, N)
        What each member's vote counts.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=3, rounds=2, shown="confidence")
    >>> agent = debate.ScriptedDebater(game, heed=0.5)
    >>> talk = debate.read(bs.play(game, agent, sessions=50, seed=1), game)
    >>> debate.covariance(talk, agent.weights(talk.held)).value > 0  # the sure are right more often
    True
    """
    right = talk.right[:, 0]
    known = ~np.isnan(right)
    parts = (weights, right, weights * right, np.ones_like(right))
    sums = np.stack([np.where(known, each, 0).sum(axis=1) for each in parts], axis=1)

    def statistic(some: Array) -> Array:
        w, x, both, n = np.moveaxis(some, -1, 0)
        return both / n - w * x / n**2

    return over_personas(sums, statistic)


def plurality(votes: Whole, talk: Talk) -> Array:
    """Whether most votes (last axis) are right: 1, 0, or a share where several lead; missing without any vote.

    Examples
    --------
    >>> from beliefsim.studies.debate import measures as debate
    >>> one = debate.Talk(np.full((1, 1, 3, 2), 0.5), np.array([[[0, 1, 1]]]), np.array([1]), np.array([[0, 0, 0]]))
    >>> debate.plurality(one.votes, one).tolist()
    [[1.0]]
    """
    counts = (votes[..., None] == np.arange(talk.p.shape[-1])).sum(axis=-2)
    leads = (counts == counts.max(axis=-1, keepdims=True)) & (counts.sum(axis=-1, keepdims=True) > 0)
    right = np.take_along_axis(leads, talk.truth.reshape(-1, *[1] * (leads.ndim - 1)), axis=-1)[..., 0]
    with np.errstate(invalid="ignore"):
        return right / np.where(leads.any(axis=-1), leads.sum(axis=-1), np.nan)


def plurality_expected(votes: Whole, talk: Talk, truth: Array) -> Array:
    """Chance that most votes are right, each answer weighed by its probability `truth` (S, H), not by what was drawn.

    Examples
    --------
    >>> from beliefsim.studies.debate import measures as debate
    >>> one = debate.Talk(np.full((1, 1, 3, 2), 0.5), np.array([[[0, 1, 1]]]), np.array([0]), np.array([[0, 0, 0]]))
    >>> debate.plurality_expected(one.votes[:, 0], one, np.array([[0.2, 0.8]])).tolist()
    [0.8]
    """
    every = [plurality(votes, replace(talk, truth=np.full(len(truth), answer))) for answer in range(truth.shape[1])]
    return np.asarray((np.stack(every, axis=1) * truth).sum(axis=1))


def votes_drawn(talk: Talk, samples: int, rng: np.random.Generator) -> Whole:
    """Votes without talk: each member's first belief is sampled `samples` times, shape (S, N·samples).

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=3, rounds=2, shown="confidence")
    >>> agent = debate.ScriptedDebater(game, heed=0.5)
    >>> talk = debate.read(bs.play(game, agent, sessions=50, seed=1), game)
    >>> debate.votes_drawn(talk, 4, np.random.default_rng(1)).shape
    (50, 12)
    """
    cumulative = np.cumsum(talk.p[:, 0], axis=-1)[:, :, None, :]
    uniform = rng.random((*talk.p.shape[:1], talk.p.shape[2], samples, 1))
    drawn = np.minimum((cumulative < uniform).sum(axis=-1), talk.p.shape[-1] - 1)
    return np.where(np.isnan(cumulative[..., -1]), -1, drawn).reshape(len(talk.p), -1)


def conformity(talk: Talk) -> pd.DataFrame:
    """How far members who stand against the majority of the others join it in the next round.

    ``conformity`` is their belief after in the others' leading answer, ``before`` (the null: nobody listens) their
    belief in it before. Where several answers lead, none is a majority.

    Returns
    -------
    DataFrame
        One row: ``conformity``, ``before``, ``gain`` with ``low`` and ``high`` over panels, and ``n`` cases.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=3, rounds=2, shown="confidence")
    >>> agent = debate.ScriptedDebater(game, heed=0.5)
    >>> talk = debate.read(bs.play(game, agent, sessions=50, seed=1), game)
    >>> bool(debate.conformity(talk)["gain"].item() > 0)
    True
    """
    ones = talk.votes[..., None] == np.arange(talk.p.shape[-1])
    others = ones.sum(axis=2, keepdims=True) - ones
    most = others.argmax(axis=-1)
    clear = (others == others.max(axis=-1, keepdims=True)).sum(axis=-1) == 1
    against = clear[:, :-1] & (talk.votes[:, :-1] != most[:, :-1]) & (talk.votes[:, :-1] >= 0)
    after, before = (
        np.take_along_axis(p, most[:, :-1, :, None], axis=3)[..., 0] for p in (talk.p[:, 1:], talk.p[:, :-1])
    )
    known = against & ~np.isnan(after)
    sums = np.stack([np.where(known, each, 0).sum(axis=(1, 2)) for each in (after, before, known)], axis=1)
    gain = over_personas(sums, lambda some: ratio(some[:, 0] - some[:, 1], some[:, 2]))
    n = max(sums[:, 2].sum(), 1e-300)
    row = {"conformity": sums[:, 0].sum() / n, "before": sums[:, 1].sum() / n, "gain": gain.value}
    return pd.DataFrame([{**row, "low": gain.low, "high": gain.high, "n": int(sums[:, 2].sum())}])


def _mean(values: Array, share: bool = False) -> Estimate:
    """A mean over panels and members; what is missing is left out."""
    return ratio_over_units(values, np.ones_like(values), share=share)
