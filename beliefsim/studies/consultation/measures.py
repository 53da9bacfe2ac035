"""From what was argued to attack graphs and decisions, how often they are right, and what explains them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.games import Evidence
from beliefsim.measures import Estimate, ratio_over_units
from beliefsim.measures.estimate import over_personas, ratio

from . import arguments
from .game import Consultation

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class ArguedCases:
    """What was said in S consultations of m arguments about K possibilities.

    Parameters
    ----------
    case : Evidence
        What was argued about.
    truth : ndarray of int, shape (S,)
        Positions of what was hidden.
    held : ndarray of int, shape (S, m)
        Positions of the signals.
    concludes : ndarray of int, shape (S, m)
        What each argument speaks for; -1 where it could not be read.
    objected, stands : ndarray of bool, shape (S, m)
        Whether a critic objects, and whether a replier then says that the argument stands.

    Examples
    --------
    >>> one = np.array([[0]])
    >>> from beliefsim.studies import consultation
    >>> from beliefsim.studies.consultation.measures import ArguedCases
    >>> argued = ArguedCases(consultation.Diagnosis(), np.array([0]), one, one, one > 0, one > 0)
    >>> argued.strength.round(2)  # how likely amber is with a rash
    array([[0.69]])
    """

    case: Evidence
    truth: Whole
    held: Whole
    concludes: Whole
    objected: Flags
    stands: Flags

    @property
    def strength(self) -> Array:
        """Posterior of each argument's conclusion given its signal alone, shape (S, m)."""
        joint = self.case.prior[:, None] * self.case.likelihood
        p: Array = (joint / joint.sum(axis=0))[self.concludes, self.held]
        return p


def argued_cases(decisions: pd.DataFrame, game: Consultation) -> ArguedCases:
    """What was said in the decisions of consultations.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=4)
    >>> said = bs.play(game, consultation.ScriptedArguer(game), sessions=3, seed=1)
    >>> consultation.argued_cases(said, game).concludes.shape
    (3, 4)
    """
    chosen = decisions[decisions["chosen"]].astype({"player": str, "move": object})
    wide = chosen.pivot(index="session", columns="player", values="move").reindex(columns=list(game.seats))
    state = game.start()
    for seat in game.chance:
        state = game.apply(state, wide[seat].to_numpy(dtype=object))
    proposers, critics, repliers = (list(game.members[kind::3]) for kind in range(3))
    positions = {name: at for at, name in enumerate(game.case.hidden.texts)}
    concludes = wide[proposers].apply(lambda said: said.map(positions)).astype(float).fillna(-1).to_numpy(dtype=int)
    objected, stands = (wide[some].eq("yes").to_numpy() for some in (critics, repliers))
    truth = game.case.hidden.index(wide[game.chance[0]])
    return ArguedCases(game.case, truth, game.held(state), concludes, objected, stands)


def attack_graph(argued: ArguedCases, at: int, by_strength: bool = False) -> tuple[Flags, Whole]:
    """The attack graph of one consultation, and what each of its nodes concludes (-1: objections and defences).

    Arguments for different things attack each other (with `by_strength` none attacks a stronger one), objections attack
    their arguments, and defences objections.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=2)
    >>> said = bs.play(game, consultation.ScriptedArguer(game, noise=0.5), sessions=1, seed=5)
    >>> from beliefsim.studies.consultation.measures import attack_graph
    >>> graph, concludes = attack_graph(consultation.argued_cases(said, game), 0)
    >>> graph.shape == (len(concludes), len(concludes))
    True
    """
    made = argued.concludes[at] >= 0
    objected, defended = made & argued.objected[at], made & argued.objected[at] & argued.stands[at]
    m = len(made)
    graph = np.zeros((3 * m, 3 * m), dtype=bool)
    rivals = argued.concludes[at][:, None] != argued.concludes[at]
    reach = argued.strength[at][:, None] >= argued.strength[at] - 1e-12 if by_strength else True
    graph[:m, :m] = rivals & reach
    graph[m : 2 * m, :m], graph[2 * m :, m : 2 * m] = np.eye(m, dtype=bool), np.eye(m, dtype=bool)
    there = np.concatenate([made, objected, defended])
    concludes = np.concatenate([argued.concludes[at], np.full(2 * m, -1)])
    return graph[np.ix_(there, there)], concludes[there]


def graph_decision(graph: Flags, concludes: Whole, options: int) -> tuple[Array, Flags]:
    """The option with the largest coherent set of arguments (ties share), shape (K,), and that set (the first).

    Examples
    --------
    >>> from beliefsim.studies.consultation.measures import graph_decision
    >>> graph_decision(np.zeros((2, 2), bool), np.array([1, 1]), 3)[0]
    array([0., 1., 0.])
    """
    sets = arguments.preferred(graph)
    counts = np.array([np.bincount(concludes[some & (concludes >= 0)], minlength=options) for some in sets])
    best = counts.max(axis=0) == counts.max()
    return best / best.sum(), sets[counts.max(axis=1).argmax()]


def decision_accuracy(argued: ArguedCases, by_strength: bool = False) -> Array:
    """How far the decision of each consultation is right, shape (S,): 1, 0, or a share where options tie.

    Parameters
    ----------
    argued : ArguedCases
        From `argued_cases`.
    by_strength : bool
        Arguments attack no stronger one.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=2)
    >>> argued = consultation.argued_cases(bs.play(game, consultation.ScriptedArguer(game), sessions=3, seed=1), game)
    >>> consultation.decision_accuracy(argued).shape
    (3,)
    """
    graphs = (attack_graph(argued, at, by_strength) for at in range(len(argued.truth)))
    decisions = [graph_decision(*graph, len(argued.case.prior))[0] for graph in graphs]
    return np.array([shares[right] for shares, right in zip(decisions, argued.truth, strict=True)])


def coherence(argued: ArguedCases) -> Mapping[str, float]:
    """Share of consultations in which the arguments behind a decision are free of conflict and defend themselves.

    *preferred*: the largest coherent set; *vote*: all arguments for what most arguments speak for.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=2)
    >>> said = bs.play(game, consultation.ScriptedArguer(game, noise=0.5), sessions=9, seed=1)
    >>> consultation.coherence(consultation.argued_cases(said, game))["preferred"]
    1.0
    """
    options, coherent = len(argued.case.prior), []
    for at in range(len(argued.truth)):
        graph, concludes = attack_graph(argued, at)
        winner = np.bincount(concludes[concludes >= 0], minlength=options).argmax()
        sets = {"preferred": graph_decision(graph, concludes, options)[1], "vote": concludes == winner}
        coherent.append({name: arguments.admissible(graph, some) for name, some in sets.items()})
    return {name: float(np.mean([each[name] for each in coherent])) for name in ("preferred", "vote")}


def critic_noise(objects: Array, right: Array) -> Estimate:
    """How often critics err, over consultations: the mean of objections to right arguments and of wrong ones spared.

    Who errs by `noise` gets that, who objects always, never or blindly gets one half.

    Parameters
    ----------
    objects, right : ndarray, shape (S, m)
        Probability of an objection, and that the argument's conclusion is right.

    Examples
    --------
    >>> right = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> from beliefsim.studies import consultation
    >>> [consultation.critic_noise(said, right).value for said in (1 - right, np.ones((3, 2)))]
    [0.0, 0.5]
    """
    columns = (right * objects, right, (1 - right) * objects, 1 - right)
    sums = np.stack([each.sum(axis=1) for each in columns], axis=1)
    return over_personas(sums, lambda some: (ratio(some[:, 0], some[:, 1]) + 1 - ratio(some[:, 2], some[:, 3])) / 2)


def explanation_table(argued: ArguedCases) -> pd.DataFrame:
    """How far a decision changes when one argument is taken away: one that was accepted for it, or one that was not.

    A change is the share of the decision that moves (1: another option). The second is the null of an explanation.

    Returns
    -------
    DataFrame
        ``removed`` (accepted, other), ``changed``, ``low``, ``high``, ``n`` arguments; intervals over consultations.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=1)
    >>> said = bs.play(game, consultation.ScriptedArguer(game), sessions=9, seed=1)
    >>> consultation.explanation_table(consultation.argued_cases(said, game))["removed"].tolist()
    ['accepted', 'other']
    """
    options, sums = len(argued.case.prior), np.zeros((len(argued.truth), 2, 2))
    for at in range(len(argued.truth)):
        graph, concludes = attack_graph(argued, at)
        before, accepted = graph_decision(graph, concludes, options)
        for one in np.flatnonzero(concludes >= 0):
            left = np.arange(len(concludes)) != one
            after = graph_decision(graph[np.ix_(left, left)], concludes[left], options)[0]
            sums[at, int(not accepted[one])] += 0.5 * np.abs(after - before).sum(), 1
    rows = []
    for name, part in zip(("accepted", "other"), sums.transpose(1, 0, 2), strict=True):
        rate = ratio_over_units(part[:, 0], part[:, 1], share=True)
        ends = {"changed": rate.value, "low": rate.low, "high": rate.high}
        rows.append({"removed": name, **ends, "n": int(part[:, 1].sum())})
    return pd.DataFrame(rows)
