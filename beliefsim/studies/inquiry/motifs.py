"""Epistemic motifs of an inquiry, computed from stated beliefs, tests and results; nobody judges the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .traces import CLAIMED, STILL, Trace

if TYPE_CHECKING:
    from .game import Inquiry

Flags = NDArray[np.bool_]
PRODUCTIVE = (
    "evidence-led hypothesis",
    "hypothesis reranking",
    "refutation-driven revision",
    "explore then test",
    "convergent tests",
    "precommitted plan",
    "evidence-guided redesign",
)
BREAKDOWNS = (
    "untested claim",
    "one-sided confirmation",
    "contradiction without repair",
    "premature commitment",
    "evidence non-uptake",
    "disconnected evidence",
    "unsupported judgement",
    "uninformative test",
    "fixed belief",
    "stalled revision",
    "fixed-hypothesis tuning",
)
_DUE = 0.2  # total variation: at least so much is a move that Bayes' rule makes


def motif_table(game: Inquiry, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """Which of the eighteen motifs each trace shows.

    A step is one test with its result. Due: Bayes' rule moves by a total variation of .2 or more; still: the stated
    belief moves by less than .08. A result refutes the favourite if it is less than a third as likely under it as
    under the rule that fits best. Informative: more than .02 nats are expected by Bayes' beliefs.

    Parameters
    ----------
    game : Inquiry
    decisions : DataFrame
        Play of the inquiry.
    beliefs : DataFrame
        Probabilities of the rules elicited at those decisions, by one arm and instrument, one draw.

    Returns
    -------
    DataFrame
        A row per session, a column of True and False per motif, the names as in `PRODUCTIVE` and `BREAKDOWNS`;
        sessions with an unread belief are left out (count them by the index).

    References
    ----------
    The names are those of Ríos-García et al. (2026), arXiv:2604.18805; the definitions are this package's.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> box = inquiry.Inquiry(rounds=4)
    >>> deaf = inquiry.ScriptedInquirer(box, policy="plan", update="ignore")
    >>> tested = bs.play(box, deaf, sessions=2, seed=1)
    >>> told = bs.elicit(box.question("rule"), bs.Percent(), deaf, at=tested)
    >>> inquiry.motif_table(box, tested, told)["fixed belief"].tolist()
    [True, True]
    """
    trace = Trace(game, decisions, beliefs)
    motifs = {**_productive(trace), **_breakdowns(trace)}
    return pd.DataFrame(motifs, index=trace.sessions).rename_axis("session")


def motif_shares(motifs: pd.DataFrame) -> pd.DataFrame:
    """Share of traces that show each motif of a `motif_table`, with Wilson's 95 % interval.

    Returns
    -------
    DataFrame
        ``motif``, ``value``, ``low``, ``high``, ``n``.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> inquiry.motif_shares(pd.DataFrame({"fixed belief": [True] * 10})).round(2).values.tolist()
    [['fixed belief', 1.0, 0.72, 1.0, 10]]
    """
    from statsmodels.stats.proportion import proportion_confint

    n = len(motifs)
    low, high = proportion_confint(motifs.sum(), n, method="wilson")
    return pd.DataFrame({"motif": motifs.columns, "value": motifs.mean().to_numpy(), "low": low.to_numpy(),
                         "high": high.to_numpy(), "n": n})  # fmt: skip


def detection_scores(detected: pd.Series, planted: pd.Series) -> dict[str, float]:
    """Precision and recall of a detector against planted labels, with their counts.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> inquiry.detection_scores(pd.Series([True, True, False]), pd.Series([True, False, False]))
    {'precision': 0.5, 'recall': 1.0, 'planted': 1, 'n': 3}
    """
    hits = int((detected & planted).sum())
    positive, there = int(detected.sum()), int(planted.sum())
    return {
        "precision": hits / positive if positive else float("nan"),
        "recall": hits / there if there else float("nan"),
        "planted": there,
        "n": len(detected),
    }


def _productive(t: Trace) -> dict[str, Flags]:
    steps = t.test.shape[1]
    higher = t.stated[..., :, None] > t.stated[..., None, :] + 0.05
    reranked = (higher[:, :-1] & higher[:, 1:].swapaxes(-1, -2)).any(axis=(-1, -2))
    fresh = np.zeros_like(t.informative)
    repeat = np.zeros_like(t.informative)
    for step in range(steps):
        before = ((t.test[:, :step] == t.test[:, step : step + 1]) & t.informative[:, :step]).any(axis=1)
        fresh[:, step], repeat[:, step] = t.informative[:, step] & ~before, t.informative[:, step] & before
    explored = fresh[:, :2].all(axis=1)
    last = t.top[:, -1]
    favours = t.informative & (np.take_along_axis(t.fit, last[:, None, None], axis=-1)[..., 0] > 0.99)
    kinds = [(favours & (t.test == kind)).any(axis=1) for kind in range(t.test.max() + 1)]
    claims = t.stated[:, -1].max(axis=-1) >= CLAIMED
    cycle = (t.test[:, 2:] == t.test[:, :-2]).all(axis=1) if steps > 2 else np.ones(len(last), dtype=bool)
    redesign = t.refuted[:, :-1] & t.informative[:, 1:] & (t.test[:, 1:] != t.test[:, :-1])
    return {
        PRODUCTIVE[0]: t.led.any(axis=1),
        PRODUCTIVE[1]: (reranked & t.tested).any(axis=1),
        PRODUCTIVE[2]: (t.refuted & t.led).any(axis=1),
        PRODUCTIVE[3]: explored & repeat[:, 2:].any(axis=1),
        PRODUCTIVE[4]: (np.sum(kinds, axis=0) >= 2) & claims,
        PRODUCTIVE[5]: explored & cycle & t.tested.all(axis=1),
        PRODUCTIVE[6]: redesign.any(axis=1),
    }


def _breakdowns(t: Trace) -> dict[str, Flags]:
    still, due = t.moved < STILL, t.due >= _DUE
    claims = t.stated[:, -1].max(axis=-1) >= CLAIMED
    weak = t.told < t.best - 0.02
    later = np.cumsum(t.tested[:, ::-1], axis=1)[:, ::-1] > 0
    open_ = (t.bayes[:, :-1].max(axis=-1) < 0.8) & (t.best > 0.1)
    last_due = due & (np.cumsum(due[:, ::-1], axis=1)[:, ::-1] == 1)
    stalled = (due & ~still).any(axis=1) & (last_due & still).any(axis=1)
    fixed = 0.5 * np.abs(t.stated - t.stated[:, :1]).sum(axis=-1).max(axis=1) < 1.25 * STILL
    wrong = (np.diff(t.stated, axis=1) * np.diff(t.bayes, axis=1)).sum(axis=-1) < 0
    positive = (t.predicted | ~t.tested).all(axis=1) & (t.tested.sum(axis=1) >= 2)
    elsewhere = t.bayes[:, -1].argmax(axis=-1) != t.top[:, -1]
    return {
        BREAKDOWNS[0]: claims & ~t.informative.any(axis=1),
        BREAKDOWNS[1]: positive & (weak & t.tested).any(axis=1),
        BREAKDOWNS[2]: (t.refuted & t.tested & (t.fell < 0.05)).any(axis=1),
        BREAKDOWNS[3]: (~later & open_).any(axis=1),
        BREAKDOWNS[4]: (due & still).any(axis=1),
        BREAKDOWNS[5]: (due & ~still & wrong).any(axis=1),
        BREAKDOWNS[6]: ((t.moved >= 0.15) & (t.due < 0.03)).any(axis=1),
        BREAKDOWNS[7]: (t.tested & ~t.informative & (t.best > 0.1)).any(axis=1),
        BREAKDOWNS[8]: fixed & due.any(axis=1),
        BREAKDOWNS[9]: stalled,
        BREAKDOWNS[10]: ~t.changed.any(axis=1) & (~still).any(axis=1) & elsewhere,
    }
