"""Agents that judge evidence: the normative one, and a scripted one whose departures from it are planted."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..beliefs import Belief
from ..games import Evidence, Game
from ..questions import Asking, Turn
from .agent import Known, check_dials

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Bayes(Known):
    """Says the normative belief, where the game knows one, and does what is then worth most. Its rows are the truth.

    Parameters
    ----------
    game : Game
        The game whose questions it answers.

    Raises
    ------
    ValueError
        If it is asked about another game, or about a question without a right answer.

    Examples
    --------
    >>> urns = bs.games.Urns(rounds=1)
    >>> drawn = bs.play(urns, bs.Bayes(urns), sessions=1, seed=1)
    >>> bs.elicit(urns.question("urn"), bs.Percent(), bs.Bayes(urns), at=drawn)["value"].round(2).tolist()
    [0.3, 0.7]
    """

    game: Game
    arm = "bayes"

    def believe(self, asking: Asking) -> Belief:
        """The game's true answer, a row per session."""
        self._check(asking)
        return asking.game.truth(asking.question, asking.state)

    def decide(self, turn: Turn) -> Belief:
        """What is worth most by its own belief; ties are drawn."""
        game: Evidence = self._plays(turn, Evidence)
        worth = game.worth(self.believe(turn.asking(game.question(game.key(game.seats[0])))).p)
        best = np.isclose(worth, worth.max(axis=-1, keepdims=True))
        return Belief.normalised(turn.listed, np.broadcast_to(best, (len(turn), best.shape[-1])))


@dataclass(frozen=True)
class ScriptedTeller(Bayes):
    """Judges evidence with planted departures from Bayes' rule.

    The log-odds of what is hidden are prior_weight · log prior + evidence_weight · Σ wₜ · log likelihood + noise, with
    wₜ = 1 + order_bias · (2(t − 1)/(T − 1) − 1): the last signal counts 1 + order_bias, the first 1 − order_bias.

    Parameters
    ----------
    game : Evidence
        What is judged.
    evidence_weight : float
        Below 1 conservatism, above 1 overreaction.
    prior_weight : float
        Below 1 base-rate neglect.
    order_bias : float, in [−1, 1]
        Above 0 recency, below 0 primacy.
    noise : float
        S.d. of the log-odds of two outcomes, new in each answer.
    shared : float, in [0, 1]
        Share of the noise's variance that tellers with other seeds have in common.
    lapse : float, in [0, 1]
        Share of answers that are random: every distribution is as likely.
    rounding : float
        Probabilities are multiples of it, 0 for none; it must divide 1.
    seed : int
        Of noise and lapses, with the verb's seed.

    References
    ----------
    Grether (1980), doi:10.2307/1885092; Hogarth & Einhorn (1992), doi:10.1016/0010-0285(92)90002-J.

    Examples
    --------
    >>> urns = bs.games.Urns(rounds=1)
    >>> drawn = bs.play(urns, bs.Bayes(urns), sessions=1, seed=1)
    >>> deaf = bs.ScriptedTeller(urns, evidence_weight=0.0)
    >>> bs.elicit(urns.question("urn"), bs.Percent(), deaf, at=drawn)["value"].tolist()  # the prior
    [0.5, 0.5]
    """

    game: Evidence
    evidence_weight: float = 1.0
    prior_weight: float = 1.0
    order_bias: float = 0.0
    noise: float = 0.0
    shared: float = 0.0
    lapse: float = 0.0
    rounding: float = 0.0
    seed: int = 0
    arm = "scripted"

    def __post_init__(self) -> None:
        check_dials(self, order_bias=(-1, 1), lapse=(0, 1), shared=(0, 1), rounding=(0, 0.5), noise=(0, np.inf))
        if self.rounding and not np.isclose(1 / self.rounding, round(1 / self.rounding)):
            raise ValueError(f"dial rounding must divide 1 (.1, .05, .25), got {self.rounding!r}")

    def believe(self, asking: Asking) -> Belief:
        """The planted belief, a row per session."""
        self._check(asking)
        game = self.game
        if asking.question.seat != game.seats[0]:
            return self._likelihood(asking)
        evidence = self.heard(asking)
        place = np.linspace(-1, 1, len(evidence)) if len(evidence) > 1 else np.zeros(len(evidence))
        weights = self.evidence_weight * (1 + self.order_bias * place)
        logs = self.prior_weight * np.log(game.prior) + np.tensordot(weights, evidence, axes=1)
        p = self._blurred(np.broadcast_to(logs, (len(asking), logs.shape[-1])), asking)
        return Belief(game.hidden, rounded(p, round(1 / self.rounding)) if self.rounding else p)

    def heard(self, turn: Turn) -> Array:
        """Log-likelihoods by signal as this teller takes them, shape (T, n, H)."""
        return self.game.evidence(turn.state)

    def _likelihood(self, asking: Asking) -> Belief:
        """Chances of a signal given what is supposed hidden: sharpened by the evidence weight, then blurred."""
        true = super().believe(asking)
        first = 100 * (1 + self.game.hidden.texts.index(str(asking.question.given[self.game.key(self.game.seats[0])])))
        logs = np.broadcast_to(self.evidence_weight * np.log(true.p), (len(asking), true.p.shape[-1]))
        return Belief(true.space, self._blurred(logs, asking, first))

    def _blurred(self, logs: Array, turn: Turn, first: int = 0) -> Array:
        """Noise on log-probabilities, then lapses."""
        from scipy.special import ndtri, softmax

        if not self.noise and not self.lapse:
            return softmax(logs, axis=-1)
        k = logs.shape[-1]
        uniform = np.column_stack([self._uniform(turn, first + stream) for stream in range(2 * k + 1)])
        error = ndtri(uniform[:, :k])
        if self.shared:
            common = np.column_stack([_inside(turn.uniform(500 + first + stream)) for stream in range(k)])
            error = np.sqrt(1 - self.shared) * error + np.sqrt(self.shared) * ndtri(common)
        p = softmax(logs + self.noise / np.sqrt(2) * error, axis=-1)
        anything = -np.log(uniform[:, k : 2 * k])
        lapsed = uniform[:, -1:] < self.lapse
        return np.where(lapsed, anything / anything.sum(axis=-1, keepdims=True), p)

    def _uniform(self, turn: Turn, stream: int) -> Array:
        """Numbers off 0 and 1, other than those with which chance draws."""
        return _inside(turn.uniform(1000 * (self.seed + 1) + stream))


def _inside(uniform: Array) -> Array:
    return np.clip(uniform, 1e-12, 1 - 1e-12)


def rounded(p: Array, units: int) -> Array:
    """Probabilities as multiples of 1/units that sum to 1: the largest remainders are rounded up.

    Examples
    --------
    >>> rounded(np.array([[0.34, 0.33, 0.33]]), 10).tolist()
    [[0.4, 0.3, 0.3]]
    """
    whole = np.floor(p * units + 1e-9)
    left = np.rint(units - whole.sum(axis=-1, keepdims=True))
    order = np.argsort(np.argsort(-(p * units - whole), axis=-1, kind="stable"), axis=-1)
    return np.asarray((whole + (order < left)) / units)
