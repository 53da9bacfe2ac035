"""Whom an orchestrator believes: confidences mended by known answers, policies over several agents, second thoughts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import hidden_things, mean

Array = NDArray[np.float64]


def recalibrated(stated: ArrayLike, right: ArrayLike, new: ArrayLike, how: str = "isotonic") -> Array:
    """New confidences, mended by what was learned from known answers: ``isotonic`` or ``logistic``.

    References
    ----------
    Platt (1999); Zadrozny & Elkan (2002), doi:10.1145/775047.775151.

    Examples
    --------
    >>> recalibrated([0.9] * 10 + [0.6] * 10, [1, 1, 1, 0, 0] * 2 + [1, 0] * 5, [0.9, 0.6]).round(2).tolist()
    [0.6, 0.5]
    """
    p, y, ask = (np.asarray(each, dtype=float) for each in (stated, right, new))
    keep = ~np.isnan(p)
    if how == "isotonic":
        from sklearn.isotonic import IsotonicRegression

        fit = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p[keep], y[keep])
        return np.where(np.isnan(ask), np.nan, fit.predict(np.nan_to_num(ask)))
    if how != "logistic":
        raise ValueError(f"how {how!r} is not among isotonic, logistic")
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=np.inf).fit(_logit(p[keep])[:, None], y[keep])
    return np.where(np.isnan(ask), np.nan, model.predict_proba(_logit(np.nan_to_num(ask))[:, None])[:, 1])


def temperature(p: ArrayLike, answers: ArrayLike) -> float:
    """The T for which p^(1/T), renormalised, has the best log score; above 1 the beliefs were too sure.

    Parameters
    ----------
    p : array_like, shape (N, K)
        Beliefs.
    answers : array_like of int, shape (N,)
        Positions of what was right.

    References
    ----------
    Guo et al. (2017), arXiv:1706.04599.

    Examples
    --------
    >>> round(temperature([[0.9, 0.1]] * 10, [0] * 7 + [1] * 3), 2)  # .9 was said, .7 happened
    2.59
    """
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    logs, at = np.log(np.clip(np.asarray(p, dtype=float), 1e-9, 1)), np.asarray(answers)
    keep = ~np.isnan(logs).any(axis=1)

    def loss(log_t: float) -> float:
        return -float(log_softmax(logs[keep] / np.exp(log_t), axis=1)[np.arange(keep.sum()), at[keep]].mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-3, 4), method="bounded", options={"xatol": 1e-7}).x))


def tempered(p: ArrayLike, t: float) -> Array:
    """Beliefs p^(1/T), renormalised, shape (N, K).

    Examples
    --------
    >>> tempered([[0.9, 0.1]], 2.0).round(2).tolist()
    [[0.75, 0.25]]
    """
    from scipy.special import softmax

    return np.asarray(softmax(np.log(np.clip(np.asarray(p, dtype=float), 1e-300, 1)) / t, axis=-1))


def _logit(p: Array, floor: float = 1e-6) -> Array:
    inside = np.clip(p, floor, 1 - floor)
    return np.asarray(np.log(inside / (1 - inside)))


def surest_answers(answers: ArrayLike, confidences: ArrayLike) -> tuple[NDArray[np.intp], Array]:
    """Answer and confidence of the surest agent for each item; one whose confidence is missing is not asked.

    Stated confidences make the boldest agent win, recalibrated ones the agent that can be trusted most.

    Parameters
    ----------
    answers : array_like of int, shape (A, N)
        Each agent's answers.
    confidences : array_like, shape (A, N)
        Its confidences in them.

    Examples
    --------
    >>> bold, shy = ([0.95], [0.4]), [0.8]  # as stated, and as recalibrated
    >>> [surest_answers([[1], [0]], [each, shy])[0].tolist() for each in bold]
    [[1], [0]]
    """
    said, sure = np.asarray(answers), np.asarray(confidences, dtype=float)
    best = np.nan_to_num(sure, nan=-1.0).argmax(axis=0)[None]
    return np.take_along_axis(said, best, 0)[0], np.take_along_axis(sure, best, 0)[0]


def majority(answers: ArrayLike, confidences: ArrayLike) -> NDArray[np.intp]:
    """The answer that most agents give; among equals that with the greatest sum of confidences.

    Examples
    --------
    >>> majority([[0, 2], [1, 2], [1, 0]], [[0.9, 0.4], [0.3, 0.4], [0.3, 0.9]]).tolist()
    [1, 2]
    """
    said, sure = np.asarray(answers), np.nan_to_num(np.asarray(confidences, dtype=float))
    votes = said[..., None] == np.arange(said.max() + 1)
    return np.asarray((votes * (1 + sure[..., None] / (1 + sure.sum(axis=0))[..., None])).sum(axis=0).argmax(axis=-1))


def orchestrator_answers(
    first: ArrayLike, right: ArrayLike, train: ArrayLike, *, later: ArrayLike | None = None, doubt: float = 0.7
) -> pd.DataFrame:
    """Answers of an orchestrator of several agents, by policy.

    Parameters
    ----------
    first : sequence of array_like, shape (N, K)
        Each agent's beliefs about N items.
    right : array_like of int, shape (N,)
        What was right.
    train : array_like of bool, shape (N,)
        Items from which recalibration is learned; the others are answered.
    later : sequence of array_like, shape (N, K), optional
        Their beliefs after another look.
    doubt : float
        Below this recalibrated confidence the agents are asked to look again.

    Returns
    -------
    DataFrame
        A row per item that is answered: ``right``, and an answer by ``maximum confidence`` (of the surest agent),
        ``majority`` (ties: of the surer), ``trust, temperature`` and ``trust, isotonic`` (of the agent surest after
        recalibration), and ``trust, re-evaluation`` (temperature, and with the later beliefs where in doubt).

    Raises
    ------
    ValueError
        If there is no item to learn from.

    Examples
    --------
    >>> bold, shy = [[0.05, 0.95]] * 8, [[0.8, 0.2]] * 8  # right is always 0, but the bold one does not know
    >>> table = orchestrator_answers([bold, shy], [0, 0, 0, 1] * 2, [True] * 4 + [False] * 4)
    >>> table[["maximum confidence", "trust, temperature"]].iloc[0].tolist()
    [1, 0]
    """
    said, key, known = np.asarray(first, dtype=float), np.asarray(right), np.asarray(train, dtype=bool)
    if not known.any():
        raise ValueError("orchestrated: train marks no item to learn from")
    answers, stated = said.argmax(axis=2), said.max(axis=2)
    t = [temperature(p[known], key[known]) for p in said]
    cooled = np.stack([tempered(p, each) for p, each in zip(said, t, strict=True)])
    mended = [recalibrated(p[known], (a == key)[known], p) for p, a in zip(stated, answers, strict=True)]
    answer, sure = surest_answers(answers, cooled.max(axis=2))
    found = {
        "right": key,
        "maximum confidence": surest_answers(answers, stated)[0],
        "majority": majority(answers, stated),
        "trust, temperature": answer,
        "trust, isotonic": surest_answers(answers, mended)[0],
    }
    if later is not None:
        again = np.stack([tempered(p, each) for p, each in zip(np.asarray(later), t, strict=True)])
        second = surest_answers(again.argmax(axis=2), again.max(axis=2))[0]
        found["trust, re-evaluation"] = np.where(sure < doubt, second, answer)
    return pd.DataFrame(found)[~known].reset_index(drop=True)


def expected_accuracy(beliefs: Sequence[Array], chances: Sequence[Array]) -> float:
    """Exact accuracy of believing the surest agent, when each sees a sign of its own and all kinds are as likely.

    Parameters
    ----------
    beliefs : sequence of ndarray, shape (S, K)
        What each agent believes after each of its signs.
    chances : sequence of ndarray, shape (K, S)
        Chances of each agent's signs, by kind.

    Examples
    --------
    >>> chance = np.array([[0.9, 0.1], [0.1, 0.9]])
    >>> round(expected_accuracy([chance.T], [chance]), 2)
    0.9
    """
    seen = np.array(list(np.ndindex(*[len(p) for p in beliefs]))).T  # a sign of each agent, in all combinations
    said = np.stack([p[signs] for p, signs in zip(beliefs, seen, strict=True)])
    chosen = surest_answers(said.argmax(axis=2), said.max(axis=2))[0]
    joint = np.prod([chance[:, signs] for chance, signs in zip(chances, seen, strict=True)], axis=0)
    return float(np.mean([each @ (chosen == kind) for kind, each in enumerate(joint)]))


def flip_shares(before: ArrayLike, after: ArrayLike, right: ArrayLike) -> dict[str, Any]:
    """How answers changed on second thoughts: shares ``flipped``, ``mended`` and ``spoiled``, and the ``gain``.

    ``gain`` is an Estimate of the change in accuracy, mended less spoiled.

    Examples
    --------
    >>> found = flip_shares([0, 1, 1, 0], [1, 1, 0, 0], [1, 1, 1, 0])
    >>> found["flipped"], found["mended"], found["spoiled"], found["gain"].value
    (0.5, 0.25, 0.25, 0.0)
    """
    first, then, key = (np.asarray(each) for each in (before, after, right))
    change = (then == key).astype(float) - (first == key)
    shares = {"flipped": first != then, "mended": change > 0, "spoiled": change < 0}
    return {**{name: float(share.mean()) for name, share in shares.items()}, "gain": mean(change)}


def same_items(
    told: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]], rounds: Sequence[int]
) -> tuple[dict[str, list[Array]], NDArray[np.intp]]:
    """Beliefs of agents who saw the same items apart from each other, and what was right.

    Sessions of the agents' plays are put side by side so that the same answer is right; what an agent saw depends on
    nothing else.

    Parameters
    ----------
    told : mapping of agent to (beliefs, decisions)
        Of games that hide the same things.
    rounds : sequence of int
        When the beliefs are taken.

    Returns
    -------
    beliefs : dict of agent to list of ndarray, shape (N, K)
        A table for each of `rounds`.
    right : ndarray of int, shape (N,)

    Examples
    --------
    >>> look = bs.games.Lookup(share=90)
    >>> drawn = bs.play(look, bs.Bayes(look), sessions=8, seed=1)
    >>> said = bs.elicit(look.question("answer"), bs.Percent(), bs.Bayes(look), at=drawn)
    >>> same_items({"one": (said, drawn)}, rounds=[1])[0]["one"][0].shape
    (8, 2)
    """
    found = {name: hidden_things(decisions) for name, (_, decisions) in told.items()}
    names = list(dict.fromkeys(next(iter(told.values()))[0]["outcome"].astype(str)))
    count = pd.concat([key.value_counts() for key in found.values()], axis=1).min(axis=1).reindex(names).fillna(0)
    beliefs = {}
    for name, (said, _) in told.items():
        wide = said.pivot_table("value", "session", ["round", "outcome"], observed=True)
        here = np.concatenate([found[name].index[found[name] == each][: int(count[each])] for each in names])
        beliefs[name] = [wide[number][names].reindex(here).to_numpy() for number in rounds]
    return beliefs, np.repeat(np.arange(len(names)), count.astype(int))
