"""Epistemic motifs of an inquiry, computed from stated beliefs, tests and results; nobody judges the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..games import Inquiry

__all__ = ["BREAKDOWNS", "PRODUCTIVE", "detection", "motifs", "uptake"]

Array = NDArray[np.float64]
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
# Total variation: at least DUE is a move that Bayes' rule makes; below STILL a belief has not moved.
DUE, STILL, CLAIMED, REFUTED = 0.2, 0.08, 0.6, 1 / 3


def motifs(game: Inquiry, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
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
    >>> box = bs.games.Inquiry(rounds=4)
    >>> deaf = bs.agents.ScriptedInquirer(box, policy="plan", update="ignore")
    >>> tested = bs.play(box, deaf, sessions=2, seed=1)
    >>> told = bs.elicit(box.question("rule"), bs.Percent(), deaf, at=tested)
    >>> bs.analysis.motifs.motifs(box, tested, told)["fixed belief"].tolist()
    [True, True]
    """
    trace = _Trace(game, decisions, beliefs)
    found = {**_productive(trace), **_breakdowns(trace)}
    table = pd.DataFrame({name: found[name] for name in (*PRODUCTIVE, *BREAKDOWNS)}, index=trace.sessions)
    return table.rename_axis("session")


def uptake(game: Inquiry, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.Series:
    """How far each trace's beliefs moved along with Bayes' rule: Σ ΔS·ΔB / Σ ΔB·ΔB, 1 for Bayes, 0 for no move.

    Examples
    --------
    >>> box = bs.games.Inquiry(rounds=4)
    >>> who = bs.agents.ScriptedInquirer(box, policy="plan")
    >>> tested = bs.play(box, who, sessions=2, seed=1)
    >>> told = bs.elicit(box.question("rule"), bs.ChoiceProbabilities(), who, at=tested)
    >>> bs.analysis.motifs.uptake(box, tested, told).round(6).tolist()
    [1.0, 1.0]
    """
    trace = _Trace(game, decisions, beliefs)
    moved, due = np.diff(trace.stated, axis=1), np.diff(trace.bayes, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (moved * due).sum(axis=(1, 2)) / (due**2).sum(axis=(1, 2))
    return pd.Series(share, index=trace.sessions, name="uptake")


def detection(found: pd.Series, planted: pd.Series) -> dict[str, float]:
    """Precision and recall of a detector against planted labels, with their counts.

    Examples
    --------
    >>> detection(pd.Series([True, True, False]), pd.Series([True, False, False]))
    {'precision': 0.5, 'recall': 1.0, 'planted': 1, 'n': 3}
    """
    hits = int((found & planted).sum())
    said, there = int(found.sum()), int(planted.sum())
    return {
        "precision": hits / said if said else float("nan"),
        "recall": hits / there if there else float("nan"),
        "planted": there,
        "n": len(found),
    }


class _Trace:
    """Arrays of n traces with T steps: beliefs (n, T + 1, H), tests and what results say (n, T)."""

    def __init__(self, game: Inquiry, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> None:
        said = beliefs[beliefs["question"] == "rule"].astype({"outcome": str})
        wide = said.pivot(index="session", columns=["round", "outcome"], values="value").dropna()
        rounds = sorted(said["round"].unique())
        if len(rounds) < 3:
            raise ValueError(f"a trace needs beliefs of at least 3 rounds, got {len(rounds)}")
        chosen = decisions[decisions["chosen"]].astype({"move": str})
        moves = {
            seat: part.pivot(index="session", columns="round", values="move")[rounds[:-1]].dropna()
            for seat, part in chosen[chosen["player"].isin(game.seats[1:])].groupby("player", observed=True)
        }
        self.sessions = wide.index.intersection(moves["result"].index)
        wide = wide.loc[self.sessions]
        self.stated = np.stack([wide[number][list(game.hidden.names)].to_numpy() for number in rounds], axis=1)
        self.stated = self.stated / self.stated.sum(axis=-1, keepdims=True)
        tests, results = (moves[seat].loc[self.sessions].to_numpy() for seat in game.seats[1:])
        self.test = game.choices.index(tests.ravel()).reshape(tests.shape)
        self.tested = tests != "stop"
        shown = [f"{test} {result}" for test, result in zip(tests.ravel(), results.ravel(), strict=True)]
        signal = game.signals.index(shown).reshape(tests.shape)
        self.fit = game.likelihood.T[signal]  # likelihood of each result under each rule, (n, T, H)
        self.fit = self.fit / self.fit.max(axis=-1, keepdims=True)
        logs = np.log(game.prior) + np.concatenate(
            [np.zeros_like(self.fit[:, :1]), np.log(self.fit).cumsum(axis=1)], axis=1
        )
        self.bayes = np.exp(logs) / np.exp(logs).sum(axis=-1, keepdims=True)
        each = [game.information(self.bayes[:, step]) for step in range(self.test.shape[1])]
        information = np.stack(each, axis=1)
        self.best = information.max(axis=-1)
        self.told = np.take_along_axis(information, self.test[..., None], axis=-1)[..., 0]
        self.informative = self.told > 0.02
        self.top = self.stated.argmax(axis=-1)
        self.moved = _distance(self.stated)
        self.due = _distance(self.bayes) >= DUE
        favourite = self.top[:, :-1, None]
        self.refuted = np.take_along_axis(self.fit, favourite, axis=-1)[..., 0] < REFUTED
        self.changed = self.top[:, 1:] != self.top[:, :-1]
        new = np.take_along_axis(self.fit, self.top[:, 1:, None], axis=-1)[..., 0]
        self.led = self.changed & self.tested & (new > 0.99)
        fall = np.diff(self.stated, axis=1)
        self.fell = -np.take_along_axis(fall, favourite, axis=-1)[..., 0]
        lights = 2 * np.minimum(self.test, len(game.tests) - 1)
        self.predicted = game.likelihood[self.top[:, :-1], lights] > 0.5


def _productive(t: _Trace) -> dict[str, Flags]:
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


def _breakdowns(t: _Trace) -> dict[str, Flags]:
    still = t.moved < STILL
    claims = t.stated[:, -1].max(axis=-1) >= CLAIMED
    weak = t.told < t.best - 0.02
    later = np.cumsum(t.tested[:, ::-1], axis=1)[:, ::-1] > 0
    open_ = (t.bayes[:, :-1].max(axis=-1) < 0.8) & (t.best > 0.1)
    last_due = t.due & (np.cumsum(t.due[:, ::-1], axis=1)[:, ::-1] == 1)
    stalled = (t.due & ~still).any(axis=1) & (last_due & still).any(axis=1)
    fixed = 0.5 * np.abs(t.stated - t.stated[:, :1]).sum(axis=-1).max(axis=1) < 1.25 * STILL
    wrong = (np.diff(t.stated, axis=1) * np.diff(t.bayes, axis=1)).sum(axis=-1) < 0
    positive = (t.predicted | ~t.tested).all(axis=1) & (t.tested.sum(axis=1) >= 2)
    elsewhere = t.bayes[:, -1].argmax(axis=-1) != t.top[:, -1]
    return {
        BREAKDOWNS[0]: claims & ~t.informative.any(axis=1),
        BREAKDOWNS[1]: positive & (weak & t.tested).any(axis=1),
        BREAKDOWNS[2]: (t.refuted & t.tested & (t.fell < 0.05)).any(axis=1),
        BREAKDOWNS[3]: (~later & open_).any(axis=1),
        BREAKDOWNS[4]: (t.due & still).any(axis=1),
        BREAKDOWNS[5]: (t.due & ~still & wrong).any(axis=1),
        BREAKDOWNS[6]: ((t.moved >= 0.15) & (_distance(t.bayes) < 0.03)).any(axis=1),
        BREAKDOWNS[7]: (t.tested & ~t.informative & (t.best > 0.1)).any(axis=1),
        BREAKDOWNS[8]: fixed & t.due.any(axis=1),
        BREAKDOWNS[9]: stalled,
        BREAKDOWNS[10]: ~t.changed.any(axis=1) & (~still).any(axis=1) & elsewhere,
    }


def _distance(p: Array) -> Array:
    """Total variation from step to step, (n, T)."""
    return 0.5 * np.abs(np.diff(p, axis=1)).sum(axis=-1)
