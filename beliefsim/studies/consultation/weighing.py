"""What arguments are worth as beliefs: counts, gradual strengths, the exact ceiling, and the accuracy to expect."""

import numpy as np
from numpy.typing import NDArray

from . import arguments
from .measures import ArguedCases, attack_graph, graph_decision

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
Flags = NDArray[np.bool_]
_TRUST = 0.8  # base score of objections and defences


def argument_beliefs(argued: ArguedCases) -> dict[str, Array]:
    """What each way of reading the arguments believes, shape (S, K) each.

    *vote*: arguments counted; *grounded*, *preferred*: only those in the grounded extension, or in the largest
    preferred one, counted; each with one more for every possibility. *h-categoriser* and *DF-QuAD*: strengths of the
    possibilities, which arguments for others attack and arguments for them support, as shares. DF-QuAD's base score
    of an argument is its conclusion's posterior given its signal, of objections and defences .8.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=3)
    >>> said = bs.play(game, consultation.ScriptedArguer(game), sessions=9, seed=1)
    >>> argued = consultation.argued_cases(said, game)
    >>> consultation.argument_beliefs(argued)["DF-QuAD"].shape
    (9, 3)
    """
    options = len(argued.case.prior)
    rows: dict[str, list[Array]] = {name: [] for name in ("vote", "grounded", "preferred", "h-categoriser", "DF-QuAD")}
    for at in range(len(argued.truth)):
        graph, concludes = attack_graph(argued, at)
        kept = {"vote": concludes >= 0, "grounded": arguments.grounded(graph)}
        kept["preferred"] = graph_decision(graph, concludes, options)[1]
        for name, some in kept.items():
            count = 1.0 + np.bincount(concludes[some & (concludes >= 0)], minlength=options)
            rows[name].append(count / count.sum())
        for name, strength in _gradual(argued, at, graph, concludes).items():
            rows[name].append(strength / strength.sum())
    return {name: np.array(each).reshape(-1, options) for name, each in rows.items()}


def informed_posterior(argued: ArguedCases, noise: float) -> Array:
    """The posterior given signals, objections and defences that err as often as `noise` says: the ceiling, (S, K).

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=3)
    >>> said = bs.play(game, consultation.ScriptedArguer(game), sessions=9, seed=1)
    >>> argued = consultation.argued_cases(said, game)
    >>> bool(consultation.informed_posterior(argued, 0.0)[np.arange(9), argued.truth].min() > 0.3)
    True
    """
    match = argued.concludes[..., None] == np.arange(len(argued.case.prior))
    judged = (_chances(wrong, 1 - noise) for wrong in (argued.objected, ~argued.stands))
    said = np.prod([np.where(match, *each) for each in judged], axis=0)
    said = np.where(argued.concludes[..., None] >= 0, said, 1.0)
    p = argued.case.prior * (argued.case.likelihood.T[argued.held] * said).prod(axis=1)
    return np.asarray(p / p.sum(axis=1, keepdims=True))


def expected_accuracy(argued: ArguedCases, noise: float) -> Array:
    """How often the largest coherent set is right in each case, exactly, if critics and repliers err by `noise`, (S,).

    A right argument is left standing with probability 1 − noise², a wrong one with 1 − (1 − noise)²; all ways in which
    the case's arguments stand or fall are gone through.

    Examples
    --------
    >>> from beliefsim.studies import consultation
    >>> game = consultation.Consultation(size=1)
    >>> said = bs.play(game, consultation.ScriptedArguer(game), sessions=9, seed=1)
    >>> argued = consultation.argued_cases(said, game)
    >>> float(consultation.expected_accuracy(argued, 0.0).min().round(2))  # its one argument is wrong: a guess
    0.33
    """
    stand = np.where(argued.concludes == argued.truth[:, None], 1 - noise**2, 1 - (1 - noise) ** 2)
    stand = np.where(argued.concludes < 0, 0.0, stand)[:, None]
    ways = np.array(list(np.ndindex(*[2] * stand.shape[2])))
    chance = np.where(ways, stand, 1 - stand).prod(axis=2)
    counts = np.einsum("wm,smk->skw", ways, argued.concludes[..., None] == np.arange(len(argued.case.prior)))
    best = counts == counts.max(axis=1, keepdims=True)
    right = best[np.arange(len(counts)), argued.truth] / best.sum(axis=1)
    return np.asarray((chance * right).sum(axis=1))


def _gradual(argued: ArguedCases, at: int, graph: Flags, concludes: Whole) -> dict[str, Array]:
    """Strengths of the possibilities: the graph without rebuttals, with a node for each of them in front."""
    options, nodes = len(argued.case.prior), len(concludes)
    said = concludes >= 0
    against, by = np.zeros((2, options + nodes, options + nodes), dtype=bool)
    against[options:, options:] = graph & ~(said[:, None] & said)
    against[options:, :options] = said[:, None] & (concludes[:, None] != np.arange(options))
    by[options:, :options] = concludes[:, None] == np.arange(options)
    made = argued.strength[at][argued.concludes[at] >= 0]
    base = np.concatenate([argued.case.prior, made, np.full(nodes - said.sum(), _TRUST)])
    strengths = {"h-categoriser": arguments.categoriser(against), "DF-QuAD": arguments.df_quad(against, by, base)}
    return {name: np.maximum(each[:options], 1e-9) for name, each in strengths.items()}


def _chances(said: Flags, right: float) -> tuple[Array, Array]:
    """Chance of what was said if the argument is right, and if it is wrong, shapes (S, m, 1)."""
    wrongly = np.where(said, 1 - right, right)[..., None]
    return wrongly, 1 - wrongly
