"""How far an argument or a talk moved a listener, and how well the speaker knew the listener's mind."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from beliefsim.measures import ratio_over_personas

Array = NDArray[np.float64]
_LEVELS = 4  # agreement is told from 0 to 4


def attitude_table(beliefs: pd.DataFrame) -> pd.DataFrame:
    """Mean agreement in [0, 1] by session and round, a column per statement.

    Parameters
    ----------
    beliefs : DataFrame
        Probabilities of the levels 0 to 4, of one or several questions.

    Returns
    -------
    DataFrame
        Columns ``session``, ``round`` and one for each question; missing where it could not be read.

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> talk = opponents.Talk(rounds=2)
    >>> listener = opponents.ScriptedListener(talk)
    >>> told = bs.elicit(talk.question("first"), bs.ChoiceProbabilities(), listener)
    >>> opponents.attitude_table(told)["first"].tolist(), listener.levels(np.arange(1))[0, 0].item() / 4
    ([1.0], 1.0)
    """
    mean = pd.to_numeric(beliefs["outcome"].astype(str)) * beliefs["value"] / _LEVELS
    keys = [beliefs["session"], beliefs["round"], beliefs["question"].astype(str)]
    draws = beliefs["draw"].nunique()
    return (mean.groupby(keys).sum(min_count=1) / draws).unstack().rename_axis(columns=None).reset_index()


def attitude_score(agreement: ArrayLike, opposite: ArrayLike) -> Array:
    """½ + (agreement with the claim − agreement with its opposite)/2: a listener who says yes to all scores ½.

    References
    ----------
    The score of Han, Liu & You (2025), arXiv:2505.22961, as their repository computes it.

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> opponents.attitude_score([1.0, 0.75], [1.0, 0.25]).tolist()
    [0.5, 0.75]
    """
    return 0.5 + (np.asarray(agreement, dtype=float) - np.asarray(opposite, dtype=float)) / 2


def normalised_change(before: ArrayLike, after: ArrayLike) -> Array:
    """Change as a share of what was possible in its direction: (new − old)/(1 − old) up, (new − old)/old down.

    References
    ----------
    The reward of Han, Liu & You (2025), arXiv:2505.22961, as their repository computes it.

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> opponents.normalised_change([0.5, 0.5, 1.0], [0.75, 0.25, 1.0]).tolist()
    [0.5, -0.5, 0.0]
    """
    old, new = (np.asarray(each, dtype=float) for each in (before, after))
    room = np.where(new >= old, 1 - old, old)
    return np.where(room > 0, (new - old) / np.where(room > 0, room, 1), 0.0)


def prediction_scores(guesses: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """How well levels of agreement were predicted, with jackknife intervals over sessions.

    Parameters
    ----------
    guesses : DataFrame
        Probabilities of the levels, told about the listener (``about="speaker/listener"``).
    beliefs : DataFrame
        What the listener told of the same statements, once in each session.

    Returns
    -------
    DataFrame
        Rows ``accuracy`` (the likeliest guessed level is the listener's likeliest; null: one in five) and ``brier``
        (null: equal chances, .8); columns ``metric``, ``value``, ``low``, ``high``, ``null``, ``n``, ``note``.

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> talk = opponents.Talk(rounds=2)
    >>> listener = opponents.ScriptedListener(talk)
    >>> said = bs.play(talk, {"listener": listener, "speaker": opponents.ScriptedPersuader(listener)}, sessions=3)
    >>> first, guessed = talk.question("first"), talk.question("first", about="speaker/listener")
    >>> guess = bs.elicit(guessed, bs.ChoiceProbabilities(), opponents.ScriptedPersuader(listener), at=said)
    >>> own = bs.elicit(first, bs.ChoiceProbabilities(), listener, at=said)
    >>> opponents.prediction_scores(guess[guess["round"] == 2], own[own["round"] == 1])["value"].tolist()
    [1.0, 0.0]
    """
    keys = ["session", "question"]

    def wide(table: pd.DataFrame) -> pd.DataFrame:
        words = table.astype({"question": str, "outcome": str})
        return words.pivot_table("value", keys, "outcome", aggfunc="mean")

    guessed, own = wide(guesses).align(wide(beliefs), join="inner")
    known = guessed.notna().all(axis=1) & own.notna().all(axis=1)
    p, top = guessed[known].to_numpy(), own[known].to_numpy().argmax(axis=1)
    scores = (
        own[known]
        .reset_index()[["session"]]
        .assign(
            accuracy=(p.argmax(axis=1) == top).astype(float),
            brier=((p - np.eye(p.shape[1])[top]) ** 2).sum(axis=1),
        )
    )
    rows = []
    for metric, null in (("accuracy", 1 / p.shape[1]), ("brier", 1 - 1 / p.shape[1])):
        mean = ratio_over_personas(scores, metric, persona="session", share=metric == "accuracy")
        rows.append((metric, mean.value, mean.low, mean.high, null, len(scores), mean.note))
    return pd.DataFrame(rows, columns=["metric", "value", "low", "high", "null", "n", "note"])


def repetition_rate(decisions: pd.DataFrame) -> float:
    """Share of a speaker's turns that say what it has said before in the session.

    Examples
    --------
    >>> rows = pd.DataFrame({"session": 0, "player": "speaker", "move": ["a", "b", "a", "c"]})
    >>> from beliefsim.studies import opponents
    >>> opponents.repetition_rate(rows)
    0.25
    """
    spoken = decisions[(decisions["player"] == "speaker") & decisions["move"].notna()]
    return float(spoken.duplicated(["session", "move"]).mean())
