"""Does talk add truth? A panel's beliefs by round, what moves them, conformity, and votes without talk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.games.evidence import Evidence
from beliefsim.measures import Estimate, ratio_over_units
from beliefsim.measures.estimate import over_personas, ratio

from .agents import ScriptedDebater
from .game import Debate

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
_FACTS = ["truth", "signal", "vote"]


def panel_votes(decisions: pd.DataFrame, game: Debate) -> pd.DataFrame:
    """What each member of each panel voted in each round, beside what was true and which signal it held.

    Returns
    -------
    DataFrame
        A row per panel (``session``), ``round`` and ``member``, which are its index: ``truth``, ``signal`` and ``vote``
        (missing where it could not be read), and a column per answer, the probability of a vote for it.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=2, rounds=3)
    >>> votes = debate.panel_votes(bs.play(game, debate.ScriptedDebater(game), sessions=4, seed=1), game)
    >>> len(votes), votes.columns.tolist()
    (24, ['truth', 'signal', 'vote', 'A', 'B', 'C', 'D'])
    """
    rows, answers = decisions.assign(player=decisions["player"].astype(str)), game.case.hidden
    drawn = rows[rows["player"].isin(game.chance)].pivot(index="session", columns="player", values="move")
    state = game.start()
    for seat in game.chance:
        state = game.apply(state, drawn[seat].to_numpy(dtype=object))
    index = pd.MultiIndex.from_product(
        [drawn.index, range(1, game.rounds + 1), game.members], names=["session", "round", "member"]
    )
    cast = rows[rows["player"].isin(game.members) & rows["move"].notna()]
    at, move = index.get_indexer(pd.MultiIndex.from_frame(cast[["session", "round", "player"]])), cast["move"]
    p, vote = np.full((len(index), len(answers)), np.nan), np.full(len(index), np.nan, dtype=object)
    p[at] = np.where(np.isnan(p[at]), 0.0, p[at])
    p[at, answers.index(move)] = cast["probability"]
    vote[at[cast["chosen"]]] = move[cast["chosen"]].astype(str)
    held = np.array(game.case.signals.texts, dtype=object)[game.held(state)].repeat(game.rounds, axis=0).ravel()
    truth = drawn[game.chance[0]].astype(str).to_numpy(dtype=object).repeat(game.rounds * game.size)
    table = pd.DataFrame({"truth": truth, "signal": held, "vote": vote}, index=index)
    return table.join(pd.DataFrame(p, index=index, columns=list(answers.texts)))


def round_table(votes: pd.DataFrame) -> pd.DataFrame:
    """Mean belief in what is true, share of right votes, and share of right majorities, a row per round.

    Columns ``round``, ``measure`` (belief, vote, majority), ``value``, ``low``, ``high``; intervals over panels.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=2, rounds=2)
    >>> votes = debate.panel_votes(bs.play(game, debate.ScriptedDebater(game), sessions=50, seed=1), game)
    >>> debate.round_table(votes)["measure"].unique().tolist()
    ['belief', 'vote', 'majority']
    """
    panels, truth = _Panels.of(votes), _truth(votes)
    majorities = [majority_right(ballots(votes, number), truth) for number in _rounds(votes)]
    measures = {"belief": panels.p_right, "vote": panels.right, "majority": np.stack(majorities, axis=1)[..., None]}
    rows = []
    for name, values in measures.items():
        for at, number in enumerate(_rounds(votes)):
            each = _mean(values[:, at], share=True)
            rows.append({"round": number, "measure": name, "value": each.value, "low": each.low, "high": each.high})
    return pd.DataFrame(rows)


def belief_drift(votes: pd.DataFrame) -> Estimate:
    """Change of the panel's mean belief in what is true from the first round to the last, panels as units.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=1, rounds=2)
    >>> alone = bs.play(game, debate.ScriptedDebater(game), sessions=5, seed=1)
    >>> debate.belief_drift(debate.panel_votes(alone, game)).value  # nobody to hear
    0.0
    """
    p_right = _Panels.of(votes).p_right
    return _mean(p_right[:, -1] - p_right[:, 0])


def weight_covariance(votes: pd.DataFrame, agent: ScriptedDebater) -> Estimate:
    """Covariance of the weight that a vote has with its being right, in the first round, with an interval over panels.

    Parameters
    ----------
    votes : DataFrame
        From `panel_votes`.
    agent : ScriptedDebater
        To whom a vote has its weight, by the tone of the signal behind it.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=3, rounds=2, shown="confidence")
    >>> agent = debate.ScriptedDebater(game, heed=0.5)
    >>> votes = debate.panel_votes(bs.play(game, agent, sessions=50, seed=1), game)
    >>> debate.weight_covariance(votes, agent).value > 0  # the sure are right more often
    True
    """
    right = _Panels.of(votes).right[:, 0]
    held = agent.game.case.signals.index(votes["signal"].xs(1, level="round"))
    weights = agent.weights(held).reshape(right.shape)
    known = ~np.isnan(right)
    columns = (weights, right, weights * right, np.ones_like(right))
    sums = np.stack([np.where(known, each, 0).sum(axis=1) for each in columns], axis=1)

    def statistic(some: Array) -> Array:
        w, x, both, n = np.moveaxis(some, -1, 0)
        return both / n - w * x / n**2

    return over_personas(sums, statistic)


def presence(votes: pd.DataFrame, case: Evidence) -> Estimate:
    """How often some member's signal speaks for what is true, with an interval over panels.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(sure=99, unsure=99), size=3, rounds=1)
    >>> votes = debate.panel_votes(bs.play(game, debate.ScriptedDebater(game), sessions=9, seed=1), game)
    >>> debate.presence(votes, game.case).value
    1.0
    """
    first = votes.xs(1, level="round")
    speaks = case.favours[case.signals.index(first["signal"])] == case.hidden.index(first["truth"])
    return _mean(pd.Series(speaks, index=first.index).groupby("session").any().to_numpy(dtype=float), share=True)


def ballots(votes: pd.DataFrame, number: int) -> pd.DataFrame:
    """The votes of one round, a row per panel, a column per member.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=3, rounds=2)
    >>> votes = debate.panel_votes(bs.play(game, debate.ScriptedDebater(game), sessions=4, seed=1), game)
    >>> debate.ballots(votes, 2).shape
    (4, 3)
    """
    return votes["vote"].xs(number, level="round").unstack("member")


def sampled_ballots(votes: pd.DataFrame, samples: int, rng: np.random.Generator) -> pd.DataFrame:
    """Votes without talk, a row per panel: each member's first belief is sampled `samples` times.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=3, rounds=2)
    >>> votes = debate.panel_votes(bs.play(game, debate.ScriptedDebater(game), sessions=50, seed=1), game)
    >>> debate.sampled_ballots(votes, 4, np.random.default_rng(1)).shape
    (50, 12)
    """
    first = _Panels.of(votes).p[:, 0]
    cumulative = np.cumsum(first, axis=-1)[:, :, None, :]
    uniform = rng.random((*first.shape[:2], samples, 1))
    drawn = np.minimum((cumulative < uniform).sum(axis=-1), first.shape[-1] - 1)
    names = np.array([*_answers(votes), np.nan], dtype=object)
    drawn = np.where(np.isnan(cumulative[..., -1]), -1, drawn).reshape(len(first), -1)
    return pd.DataFrame(names[drawn], index=votes.index.unique("session"))


def majority_right(ballots: pd.DataFrame, truth: pd.Series | pd.DataFrame) -> Array:
    """Whether most votes of each row are right: 1, 0, or a share where several lead; missing without any vote.

    Parameters
    ----------
    ballots : DataFrame
        A row per panel; cells name answers, or are missing.
    truth : Series or DataFrame
        What is true; or, a column per answer, how likely it is, so that luck of the draw does not enter. Rows as in
        `ballots`.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> ballots = pd.DataFrame([["A", "B", "B"], ["A", "A", "B"]])
    >>> debate.majority_right(ballots, pd.Series(["B", "B"])).tolist()
    [1.0, 0.0]
    >>> debate.majority_right(ballots, pd.DataFrame({"A": [0.2, 0.2], "B": [0.8, 0.8]})).tolist()
    [0.8, 0.2]
    """
    if isinstance(truth, pd.Series):
        answers = pd.unique(np.append(truth, ballots.stack().to_numpy()))  # stack drops what is missing
        chance = truth.to_numpy(dtype=object)[:, None] == answers
    else:
        answers, chance = truth.columns.to_numpy(dtype=object), truth.to_numpy()
    counts = (ballots.to_numpy(dtype=object)[..., None] == answers).sum(axis=1)
    leads = (counts == counts.max(axis=1, keepdims=True)) & (counts > 0)
    with np.errstate(invalid="ignore"):
        return np.asarray((leads / leads.sum(axis=1, keepdims=True) * chance).sum(axis=1))


def conformity(votes: pd.DataFrame) -> pd.DataFrame:
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
    >>> votes = debate.panel_votes(bs.play(game, agent, sessions=50, seed=1), game)
    >>> bool(debate.conformity(votes)["gain"].item() > 0)
    True
    """
    panels = _Panels.of(votes)
    ones = panels.votes[..., None] == np.arange(panels.p.shape[-1])
    others = ones.sum(axis=2, keepdims=True) - ones
    most = others.argmax(axis=-1)
    clear = (others == others.max(axis=-1, keepdims=True)).sum(axis=-1) == 1
    against = clear[:, :-1] & (panels.votes[:, :-1] != most[:, :-1]) & (panels.votes[:, :-1] >= 0)
    after, before = (
        np.take_along_axis(p, most[:, :-1, :, None], axis=3)[..., 0] for p in (panels.p[:, 1:], panels.p[:, :-1])
    )
    known = against & ~np.isnan(after)
    sums = np.stack([np.where(known, each, 0).sum(axis=(1, 2)) for each in (after, before, known)], axis=1)
    gain = over_personas(sums, lambda some: ratio(some[:, 0] - some[:, 1], some[:, 2]))
    n = max(sums[:, 2].sum(), 1e-300)
    row = {"conformity": sums[:, 0].sum() / n, "before": sums[:, 1].sum() / n, "gain": gain.value}
    return pd.DataFrame([{**row, "low": gain.low, "high": gain.high, "n": int(sums[:, 2].sum())}])


@dataclass(frozen=True)
class _Panels:
    """What S panels of N members did in T rounds about H possibilities, as arrays."""

    p: Array  # of votes, shape (S, T, N, H); missing where a vote could not be read
    votes: Whole  # positions, shape (S, T, N), -1 where missing
    truth: Whole  # positions, shape (S, 1, 1)

    @classmethod
    def of(cls, votes: pd.DataFrame) -> _Panels:
        names = pd.Index(_answers(votes))
        shape = (len(_truth(votes)), len(_rounds(votes)), -1)
        truth = names.get_indexer(_truth(votes))[:, None, None]
        p = votes[list(names)].to_numpy(dtype=float).reshape(*shape[:2], votes.index.unique("member").size, len(names))
        return cls(p, names.get_indexer(votes["vote"]).reshape(shape), truth)

    @property
    def p_right(self) -> Array:
        """Belief in what is true, shape (S, T, N)."""
        return np.asarray(np.take_along_axis(self.p, self.truth[..., None], axis=3)[..., 0])

    @property
    def right(self) -> Array:
        """Whether a vote is right, shape (S, T, N); missing where it could not be read."""
        return np.where(self.votes < 0, np.nan, self.votes == self.truth)


def _answers(votes: pd.DataFrame) -> list[str]:
    return [name for name in votes if name not in _FACTS]


def _rounds(votes: pd.DataFrame) -> pd.Index:
    return votes.index.unique("round")


def _truth(votes: pd.DataFrame) -> pd.Series:
    """What was true for each panel."""
    return votes["truth"].groupby("session").first()


def _mean(values: Array, share: bool = False) -> Estimate:
    """A mean over panels and members; what is missing is left out."""
    return ratio_over_units(values, np.ones_like(values), share=share)
