"""Traces of an inquiry as arrays, and what they score: evidence taken up, progress, information of chosen tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.measures import ratio_over_personas

if TYPE_CHECKING:
    from .game import Inquiry

Array = NDArray[np.float64]
# Total variation below STILL: a belief has not moved. A claim has at least CLAIMED. A result less than REFUTED times as
# likely under the favourite as under the rule that fits best refutes the favourite.
STILL, CLAIMED, REFUTED = 0.08, 0.6, 1 / 3
_MEASURES = {
    "uptake": ("along", "due"),
    "progress": ("progress", "progress_due"),
    "information": ("nats", "nats_most"),
    "own information": ("own_nats", "own_most"),
}


class Trace:
    """Arrays of n traces with T steps, a step being a test with its result: beliefs (n, T + 1, H), the rest (n, T).

    Sessions with an unread belief are left out. `stated` and `bayes` are beliefs; `test` numbers the choice and
    `tested` says whether it is one; `fit` (n, T, H) is the likelihood of the result, relative to the best; `told`,
    `best` and `chance` are nats expected by Bayes' beliefs from the chosen, the best and a random test, `own_told` and
    `own_best` the same by the stated beliefs; `top` is the favourite, `moved` and `due` the total variation by which
    stated and Bayes' belief move; `refuted`: the favourite is refuted; `changed`: another is the favourite after.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> box = inquiry.Inquiry(rounds=4)
    >>> who = inquiry.ScriptedInquirer(box, policy="plan")
    >>> tested = bs.play(box, who, sessions=2, seed=1)
    >>> told = bs.elicit(box.question("rule"), bs.ChoiceProbabilities(), who, at=tested)
    >>> from beliefsim.studies.inquiry.traces import Trace
    >>> Trace(box, tested, told).stated.shape
    (2, 4, 4)
    """

    def __init__(self, game: Inquiry, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> None:
        said = beliefs[beliefs["question"] == game.key("rule")].astype({"outcome": str})
        wide = said.pivot(index="session", columns=["round", "outcome"], values="value").dropna()
        rounds = sorted(said["round"].unique())
        if len(rounds) < 3:
            raise ValueError(f"a trace needs beliefs of at least 3 rounds, got {len(rounds)}")
        chosen = decisions[decisions["chosen"]].astype({"move": str})
        moves = {
            seat: part.pivot(index="session", columns="round", values="move")
            for seat, part in chosen.groupby("player", observed=True)
        }
        self.sessions = wide.index.intersection(moves["result"][rounds[:-1]].dropna().index)
        tests, results = (moves[seat].loc[self.sessions, rounds[:-1]].to_numpy() for seat in game.seats[1:])
        self.rule = game.hidden.index(moves["rule"].loc[self.sessions, 1].to_numpy())
        stated = np.stack(
            [wide.loc[self.sessions, each][list(game.hidden.names)].to_numpy() for each in rounds], axis=1
        )
        self.stated = stated / stated.sum(axis=-1, keepdims=True)
        self.test, self.tested = game.choices.index(tests.ravel()).reshape(tests.shape), tests != "stop"
        shown = [f"{test} {result}" for test, result in zip(tests.ravel(), results.ravel(), strict=True)]
        self.signal = game.signals.index(shown).reshape(tests.shape)
        self._judge(game)

    def _judge(self, game: Inquiry) -> None:
        fit = game.likelihood.T[self.signal]
        self.fit = fit / fit.max(axis=-1, keepdims=True)
        logs = np.log(game.prior) + np.pad(np.log(self.fit).cumsum(axis=1), ((0, 0), (1, 0), (0, 0)))
        self.bayes = np.exp(logs) / np.exp(logs).sum(axis=-1, keepdims=True)
        nats, own = _information(game, self.bayes), _information(game, self.stated)
        self.told, self.own_told = (self._of(each, self.test) for each in (nats, own))
        self.best, self.own_best = nats.max(axis=-1), own.max(axis=-1)
        self.chance = nats.mean(axis=-1)
        self.top = self.stated.argmax(axis=-1)
        self.moved, self.due = (0.5 * np.abs(np.diff(p, axis=1)).sum(axis=-1) for p in (self.stated, self.bayes))
        self.refuted = self._of(self.fit, self.top[:, :-1]) < REFUTED
        self.changed = self.top[:, 1:] != self.top[:, :-1]
        self.led = self.changed & self.tested & (self._of(self.fit, self.top[:, 1:]) > 0.99)
        self.fell = -self._of(np.diff(self.stated, axis=1), self.top[:, :-1])
        self.informative = self.told > 0.02
        results = 2 * np.minimum(self.test, len(game.tests) - 1)
        self.predicted = game.likelihood[self.top[:, :-1], results] > 0.5

    @staticmethod
    def _of(values: Array, which: NDArray[np.intp]) -> Array:
        """One value of the last axis for each step."""
        return np.take_along_axis(values, which[..., None], axis=-1)[..., 0]


def trace_scores(game: Inquiry, decisions: pd.DataFrame, beliefs: pd.DataFrame) -> pd.DataFrame:
    """What each trace adds to the measures of an inquiry; their ratios over traces are estimates.

    Returns
    -------
    DataFrame
        A row per session. ``uptake``: Σ ΔS·ΔB / Σ ΔB·ΔB, 1 for Bayes, 0 for no move, with ``along`` and ``due`` above
        and below the line. ``progress``: probability of the true rule at the end less at the start, and
        ``progress_due``, Bayes'. ``nats``: information expected by Bayes' beliefs from the chosen tests, ``nats_most``
        from the best, ``nats_random`` from a test at random (stop included); ``own_nats``, ``own_most``: by its own.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> box = inquiry.Inquiry(rounds=4)
    >>> who = inquiry.ScriptedInquirer(box, policy="curious")
    >>> tested = bs.play(box, who, sessions=2, seed=1)
    >>> told = bs.elicit(box.question("rule"), bs.ChoiceProbabilities(), who, at=tested)
    >>> scores = inquiry.trace_scores(box, tested, told)
    >>> scores["uptake"].round(6).tolist(), bool((scores["nats"] == scores["nats_most"]).all())
    ([1.0, 1.0], True)
    """
    t = Trace(game, decisions, beliefs)
    moved, due = np.diff(t.stated, axis=1), np.diff(t.bayes, axis=1)
    along, most = (moved * due).sum(axis=(1, 2)), (due**2).sum(axis=(1, 2))
    each = np.arange(len(t.rule))
    progress, progress_due = (p[each, -1, t.rule] - p[each, 0, t.rule] for p in (t.stated, t.bayes))
    table = pd.DataFrame({
        "uptake": np.divide(along, most, out=np.full(len(most), np.nan), where=most > 0), "along": along, "due": most,
        "progress": progress, "progress_due": progress_due, "nats": t.told.sum(axis=1), "nats_most": t.best.sum(axis=1),
        "nats_random": t.chance.sum(axis=1), "own_nats": t.own_told.sum(axis=1), "own_most": t.own_best.sum(axis=1),
    }, index=pd.Index(t.sessions, name="session"))  # fmt: skip
    return table.reset_index()


def efficiency_table(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Ratios of sums over traces, with 95 % intervals: uptake, progress, and information by Bayes' and own beliefs.

    Parameters
    ----------
    parts : sequence of DataFrame
        From `trace_scores`, of one inquirer in one or several games.

    Returns
    -------
    DataFrame
        ``measure``, ``value``, ``low``, ``high``, ``null`` (tests at random, for information), ``n`` (traces),
        ``note``.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> box = inquiry.Inquiry(rounds=4)
    >>> who = inquiry.ScriptedInquirer(box, policy="curious", evidence_weight=0.0)
    >>> tested = bs.play(box, who, sessions=4, seed=1)
    >>> told = bs.elicit(box.question("rule"), bs.ChoiceProbabilities(), who, at=tested)
    >>> table = inquiry.efficiency_table([inquiry.trace_scores(box, tested, told)]).set_index("measure")
    >>> table["value"].round(2)[["uptake", "progress"]].tolist()
    [0.0, 0.0]
    """
    table = pd.concat(parts, ignore_index=True)
    table["trace"] = np.arange(len(table))
    rows = []
    for name, (above, below) in _MEASURES.items():
        share = ratio_over_personas(table, above, below, persona="trace")
        null = table["nats_random"].sum() / table["nats_most"].sum() if name == "information" else np.nan
        rows.append((name, share.value, share.low, share.high, null, len(table), share.note))
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "null", "n", "note"])


def trace_graph(game: Inquiry, decisions: pd.DataFrame, beliefs: pd.DataFrame, session: int = 0) -> pd.DataFrame:
    """One trace as a graph: hypothesis, test, evidence, judgement, update and commitment, with the edges between.

    Returns
    -------
    DataFrame
        ``round``, ``from``, ``edge`` (tests, observes, informs or contradicts, updates or stays, commits), ``to``.

    Examples
    --------
    >>> from beliefsim.studies import inquiry
    >>> box = inquiry.Inquiry(rounds=4)
    >>> who = inquiry.ScriptedInquirer(box, policy="plan")
    >>> tested = bs.play(box, who, sessions=1, seed=1)
    >>> told = bs.elicit(box.question("rule"), bs.ChoiceProbabilities(), who, at=tested)
    >>> inquiry.trace_graph(box, tested, told)["edge"].tolist()[:4]
    ['tests', 'observes', 'informs', 'updates']
    """
    t = Trace(game, decisions, beliefs)
    row, rules = list(t.sessions).index(session), game.hidden.names
    edges: list[tuple[int, str, str, str]] = []
    for step, (test, signal) in enumerate(zip(t.test[row], t.signal[row], strict=True)):
        before, after = (rules[t.top[row, at]] for at in (step, step + 1))
        number, tried, seen = step + 1, f"T {game.choices.names[test]}", f"E {game.signals.names[signal]}"
        weighs = "contradicts" if t.refuted[row, step] else "informs"
        moves = "updates" if t.moved[row, step] >= STILL else "stays"
        edges += [(number, f"H {before}", "tests", tried), (number, tried, "observes", seen),
                  (number, seen, weighs, f"J {before}"), (number, f"J {before}", moves, f"U {after}")]  # fmt: skip
    if t.stated[row, -1].max() >= CLAIMED:
        edges.append((len(t.test[row]) + 1, f"U {after}", "commits", f"C {after}"))
    return pd.DataFrame(edges, columns=["round", "from", "edge", "to"])


def _information(game: Inquiry, beliefs: Array) -> Array:
    """Expected nats of each choice at each step, shape (n, T, A + 1)."""
    return np.stack([game.information(beliefs[:, step]) for step in range(beliefs.shape[1] - 1)], axis=1)
