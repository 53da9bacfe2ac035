"""What is done with a case file: sets of claims selected, files that a program reads, and the benchmark's score."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from beliefsim.measures import ratio_over_personas

from .game import CLAIMS

if TYPE_CHECKING:
    from .game import CaseFile

_SCORES = ("crs", "tcr", "robustness", "right", "iou", "f1", "passes")


def set_scores(selected: str, true: str) -> dict[str, float]:
    """How well a set of claims was selected: Jaccard's index (``iou``), ``f1``, and whether it is ``right``.

    Parameters
    ----------
    selected, true : str
        As in `CaseFile.hidden`: ``"none"``, ``"A"``, ``"B"``, ``"A and B"``; two empty sets agree.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> case_files.set_scores("A and B", "B")
    {'iou': 0.5, 'f1': 0.6666666666666666, 'right': 0.0}
    """
    mine, theirs = (set(each.split()) & set(CLAIMS) for each in (selected, true))
    both, any_ = len(mine & theirs), len(mine | theirs)
    iou = both / any_ if any_ else 1.0
    return {"iou": iou, "f1": 2 * both / (len(mine) + len(theirs)) if any_ else 1.0, "right": float(mine == theirs)}


def file_check(text: str, true: str) -> dict[str, bool]:
    """Run the checks of a file ``findings.json``: it parses, it rules on each claim and nothing else, it is right.

    Examples
    --------
    >>> from beliefsim.studies.case_files.scores import file_check
    >>> file_check('{"A": true, "B": false}', "A"), file_check("A is true.", "A")
    ({'parses': True, 'complete': True, 'passes': True}, {'parses': False, 'complete': False, 'passes': False})
    """
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    parses = isinstance(said, dict)
    complete = parses and set(said) == set(CLAIMS) and all(isinstance(value, bool) for value in said.values())
    selected = " ".join(claim for claim in said if said[claim]) if complete else ""
    return {"parses": parses, "complete": complete, "passes": complete and set_scores(selected, true)["right"] == 1}


def verdict_scores(game: CaseFile, decisions: pd.DataFrame) -> pd.DataFrame:
    """Scores of every verdict, and the checks of the file where one is written.

    Returns
    -------
    DataFrame
        A row per session and round: ``iou``, ``f1`` and ``right``, expected over the verdict's probabilities (missing
        if it could not be read); ``chosen``, whether the verdict with which play went on is right; in the frame
        *filing* ``parses``, ``complete`` and ``passes``.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile(design="authority", rounds=6, frame="filing")
    >>> filed = bs.play(file, case_files.CaseReader(file), sessions=5, seed=1)
    >>> last = case_files.verdict_scores(file, filed).query("round == 6")
    >>> bool(last["right"].eq(1).all() and last["passes"].all())
    True
    """
    keys = ["session", "round"]
    rows = decisions.astype({"move": str, "player": str})
    true = rows[rows["player"] == "case"].set_index("session")["move"]
    verdicts = rows[rows["player"] == "analyst"]
    scores = pd.DataFrame(
        [set_scores(move, true[session]) for session, move in zip(verdicts["session"], verdicts["move"], strict=True)],
        index=verdicts.index,
    )
    expected = scores.mul(verdicts["probability"], axis=0).assign(**verdicts[keys]).groupby(keys).sum(min_count=1)
    chosen = scores["right"][verdicts["chosen"]].rename("chosen")
    table = expected.join(pd.concat([verdicts[keys], chosen], axis=1).dropna().set_index(keys))
    files = rows[(rows["player"] == "clerk") & rows["chosen"]]
    if len(files):
        checks = [
            file_check(text, true[session]) for session, text in zip(files["session"], files["move"], strict=True)
        ]
        table = table.join(pd.DataFrame(checks, index=pd.MultiIndex.from_frame(files[keys])))
    return table.reset_index()


def case_scores(success: ArrayLike) -> dict[str, float]:
    """Completion and robustness of a sequence of successes.

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
    >>> from beliefsim.studies import case_files
    >>> case_files.case_scores([1, 1, 0, 1])["crs"].__round__(3)
    0.542
    """
    given = np.asarray(success, dtype=float)
    if given.ndim != 1 or len(given) < 2:
        raise ValueError(f"case_scores needs the successes of at least 2 rounds, got shape {given.shape}")
    n, right = len(given), given.sum()
    starts = np.diff(given, prepend=0.0)
    runs, breaks = (starts == 1).sum(), (np.diff(given, prepend=1.0) == -1).sum()
    scores = {"tcr": right / n, "continuity": (right - runs) / (n - 1), "dispersal": 1 - (n - right - breaks) / (n - 1)}
    robustness = scores["continuity"] * scores["dispersal"]
    scores |= {"robustness": robustness, "crs": (scores["tcr"] + robustness) / 2}
    return {name: float(value) if not np.isnan(right) else np.nan for name, value in scores.items()}


def score_table(table: pd.DataFrame) -> pd.DataFrame:
    """One row a case: `case_scores` of its verdicts, and how right the last one and its file are.

    Parameters
    ----------
    table : DataFrame
        From `verdict_scores`.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> file = case_files.CaseFile(design="retraction", rounds=6)
    >>> filed = bs.play(file, case_files.CaseReader(file, rule="first"), sessions=2, seed=1)
    >>> verdicts = case_files.verdict_scores(file, filed)
    >>> case_files.score_table(verdicts)["right"].tolist()  # the first impression misleads
    [0.0, 0.0]
    """
    wide = table.pivot(index="session", columns="round", values="chosen")
    scored = pd.DataFrame([case_scores(row) for row in wide.to_numpy()], index=wide.index)
    last = table[table["round"] == table["round"].max()].set_index("session")
    return scored.join(last[[name for name in ("right", "iou", "f1", "passes") if name in last]]).reset_index()


def mean_scores(cases: pd.DataFrame) -> pd.DataFrame:
    """Mean of each score with its 95 % interval over cases.

    Parameters
    ----------
    cases : DataFrame
        From `score_table`, of one reader; of several games, joined with a fresh index.

    Returns
    -------
    DataFrame
        ``score``, ``value``, ``low``, ``high``, ``n`` and ``note``.

    Examples
    --------
    >>> from beliefsim.studies import case_files
    >>> cases = pd.DataFrame({"right": [0.0, 1.0, 1.0], "iou": [0.5, 1.0, 1.0]})
    >>> case_files.mean_scores(cases)["value"].round(2).tolist()
    [0.67, 0.83]
    """
    names = [name for name in _SCORES if name in cases]
    table = cases[names].astype(float).assign(case=np.arange(len(cases)))
    means = {name: ratio_over_personas(table, name, persona="case") for name in names}
    rows = [(name, each.value, each.low, each.high, len(table), each.note) for name, each in means.items()]
    return pd.DataFrame(rows, columns=["score", "value", "low", "high", "n", "note"])
