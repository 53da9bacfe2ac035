"""Does an answer betray its error by changing from sample to sample? Three detectors, and all of them together."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from beliefsim.measures.calibration import auroc, expected_calibration_error

_FEATURES = ["surprise", "distinct", "contextual"]


def sample_table(decisions: pd.DataFrame, item: str, right: object) -> pd.DataFrame:
    """Samples of one item from a play, a row per session: ``draw``, ``answer``, ``verdict``, ``item``, ``right``.

    Parameters
    ----------
    decisions : DataFrame
        Play of seats ``solver`` and ``checker``.
    item : str
        Its name.
    right : object
        The right answer.

    Examples
    --------
    >>> from beliefsim.studies import samples
    >>> solved = bs.play(samples.Addition(17, 25), samples.ScriptedSolver(knows=1.0), draws=2)
    >>> sample_table(solved, "17+25", 42)[["draw", "answer", "verdict", "right"]].to_dict("list")
    {'draw': [0, 1], 'answer': ['42', '42'], 'verdict': ['yes', 'yes'], 'right': [True, True]}
    """
    moves = decisions[decisions["chosen"] & decisions["move"].notna()].astype({"move": str, "player": str})
    wide = moves.pivot(index="session", columns="player", values="move").reindex(columns=["solver", "checker"])
    wide = wide.set_axis(["answer", "verdict"], axis=1).rename_axis("draw").reset_index()
    return wide.assign(item=item, right=wide["answer"] == str(right))


def checked_samples(samples: pd.DataFrame) -> pd.DataFrame:
    """How little the samples of an answer agree with the first of them, and what the checker says of it.

    Parameters
    ----------
    samples : DataFrame
        Columns ``item``, ``draw``, ``answer`` and ``verdict`` (yes or no; both missing where unread) and ``right``;
        draw 0 is the answer that is checked, the verdicts are on each draw's own answer.

    Returns
    -------
    DataFrame
        A row per item whose first answer was read: ``surprise`` (−log of the first answer's share, with one sample
        added), ``distinct`` (different answers by samples), ``contextual`` (share of verdicts on the first answer that
        are no; missing where there is none), ``right``, ``samples``.

    Examples
    --------
    >>> rows = pd.DataFrame({"item": list("aaabbb"), "draw": [0, 1, 2] * 2, "answer": [4, 4, 4, 7, 8, 9]})
    >>> checked_samples(rows.assign(verdict="yes", right=True)).round(2)[["surprise", "distinct"]].to_dict("list")
    {'surprise': [0.0, 0.69], 'distinct': [0.33, 1.0]}
    """
    found = []
    for item, part in samples.dropna(subset="answer").groupby("item", sort=False):
        first = part[part["draw"] == 0]
        if first.empty:
            continue
        same = part["answer"] == first["answer"].iloc[0]
        doubt = part.loc[same, "verdict"].dropna().eq("no").mean()
        surprise, distinct = np.log((len(part) + 1) / (same.sum() + 1)), part["answer"].nunique() / len(part)
        found.append((item, surprise, distinct, doubt, int(first["right"].iloc[0]), len(part)))
    return pd.DataFrame(found, columns=["item", *_FEATURES, "right", "samples"])


def detectors(items: pd.DataFrame, known: pd.DataFrame | None = None) -> pd.DataFrame:
    """Believed probability that an answer is wrong, by each detector.

    Parameters
    ----------
    items, known : DataFrame
        From `checked_samples`; `known` trains the specialised detector, and shares no item with `items`. Without it
        there is no specialised detector.

    Returns
    -------
    DataFrame
        Columns ``symbolic`` (share of samples that disagree), ``contextual`` (share of verdicts that are no, ½ where
        there is none), ``specialised`` (a logistic classifier of what the others see) and ``triangulated`` (their
        mean).

    Examples
    --------
    >>> rows = pd.DataFrame({"item": range(4), "surprise": [0, 0, 1, 1], "distinct": [0.2, 0.2, 1, 1],
    ...                      "contextual": [0.1, 0.1, 0.9, 0.9], "right": [1, 1, 0, 0]})
    >>> detectors(rows)["triangulated"].round(2).tolist()
    [0.05, 0.05, 0.77, 0.77]
    """
    if known is not None and set(items["item"]) & set(known["item"]):
        raise ValueError("detectors: known answers must be about other items than those that are judged")
    tables = [
        table[_FEATURES].astype(float).fillna({"contextual": 0.5}) for table in (items, known) if table is not None
    ]
    found = pd.DataFrame({"symbolic": 1 - np.exp(-tables[0]["surprise"]), "contextual": tables[0]["contextual"]})
    if known is not None:
        found["specialised"] = _specialised(tables[0], tables[1], 1 - known["right"].astype(int))
    return found.assign(triangulated=found.mean(axis=1))


def detection(suspicion: ArrayLike, right: ArrayLike) -> dict[str, float]:
    """How well a suspicion finds wrong answers, and how good it is as a belief.

    AUROC with DeLong's interval (``low``, ``high``); areas under precision–recall for wrong (``nonfact``) and right
    (``factual``) answers; Pearson correlation; Brier score and ECE of the probability of being wrong, and below which
    97.5 % of ECEs of calibrated beliefs lie.

    Examples
    --------
    >>> found = detection([0.9, 0.8, 0.1, 0.1], [0, 0, 1, 1])
    >>> found["nonfact"], round(found["brier"], 4)
    (1.0, 0.0175)
    """
    from sklearn.metrics import average_precision_score

    score, wrong = np.asarray(suspicion, dtype=float), 1 - np.asarray(right, dtype=int)
    area, (ece, null) = auroc(score, wrong), expected_calibration_error(score, wrong, draws=200)
    found = {"auroc": area.value, "low": area.low, "high": area.high}
    if 0 < wrong.mean() < 1:
        found["nonfact"] = float(average_precision_score(wrong, score))
        found["factual"] = float(average_precision_score(1 - wrong, -score))
        found["pearson"] = float(np.corrcoef(score, wrong)[0, 1]) if np.ptp(score) else np.nan
    else:
        found |= dict.fromkeys(("nonfact", "factual", "pearson"), np.nan)
    brier = float(np.mean((score - wrong) ** 2)) if len(score) else np.nan
    return {**found, "brier": brier, "ece": ece.value, "ece_null_high": null[1]}


def consistent_error_auroc(consistency: ArrayLike, samples: int) -> np.ndarray:
    """AUROC that disagreement of samples can have at best, when right answers never vary.

    An error is hidden when all its samples are alike: with probability cⁿ + m((1 − c)/m)ⁿ, c being the probability of
    the favourite wrong answer and m = 11 the number of others.

    Examples
    --------
    >>> consistent_error_auroc([0.0, 0.5, 1.0], samples=5).round(2).tolist()
    [1.0, 0.98, 0.5]
    """
    c = np.asarray(consistency, dtype=float)
    return 1 - 0.5 * (c**samples + 11 * ((1 - c) / 11) ** samples)


def _specialised(here: pd.DataFrame, there: pd.DataFrame, wrong: pd.Series) -> np.ndarray:
    from sklearn.linear_model import LogisticRegression

    if wrong.nunique() < 2:
        return np.full(len(here), float(wrong.mean()) if len(wrong) else 0.5)
    return np.asarray(LogisticRegression().fit(there, wrong).predict_proba(here)[:, 1])
