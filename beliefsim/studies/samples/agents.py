"""A scripted solver of sums whose errors repeat or vary, as planted."""

from dataclasses import dataclass

import numpy as np

from beliefsim.agents import Known
from beliefsim.agents.agent import check_dials
from beliefsim.beliefs import Belief, Options
from beliefsim.questions import Asking, Turn

from .game import Addition

_NEAR = np.array([-20, -11, -10, -9, -2, -1, 1, 2, 9, 10, 11, 20])


@dataclass(frozen=True)
class ScriptedSolver(Known):
    """Knows some sums; of the others it states a wrong one, always the same or another each time.

    As a checker it says yes to a sum as often as it would state it: it shares the solver's errors.

    Parameters
    ----------
    knows : float, in [0, 1]
        Chance that it knows a sum; then it always states it.
    consistency : float, in [0, 1]
        Probability of one favourite wrong answer where it does not know; the rest is spread over eleven others.
    seed : int
        Of what it knows and of its favourites.

    References
    ----------
    Samples that disagree betray an error: Manakul, Liusie & Gales (2023), doi:10.18653/v1/2023.emnlp-main.557.

    Examples
    --------
    >>> from beliefsim.studies import samples
    >>> solved = bs.play(samples.Addition(17, 25), samples.ScriptedSolver(knows=1.0))
    >>> solved.query("player == 'solver' and probability == 1")["move"].tolist()
    ['42']
    """

    knows: float = 0.6
    consistency: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_dials(self, knows=(0, 1), consistency=(0, 1))

    def believe(self, asking: Asking) -> Belief:
        """Its distribution over sums, or over verdicts on a supposed sum."""
        question = asking.question
        sums = self._sums(self._plays(asking, Addition))
        if question.name == asking.game.key("solver"):
            return sums
        if not question.given:
            raise ValueError("ScriptedSolver judges a supposed sum: question('verdict', given={'sum': 42})")
        return self._verdict(sums.p[..., sums.space.index([question.given[asking.game.key("solver")]])[0]])

    def decide(self, turn: Turn) -> Belief:
        """A draw from its distribution."""
        sums = self._sums(self._plays(turn, Addition))
        if turn.seat == "solver":
            return Belief(sums.space, np.broadcast_to(sums.p, (len(turn), len(sums.space))))
        stated = np.atleast_1d(turn.state.moves[0])
        return self._verdict(np.broadcast_to(sums.p[0, sums.space.index(stated)], len(turn)))

    def _sums(self, game: Addition) -> Belief:
        rng = np.random.default_rng([self.seed, game.first, game.second])
        space = game.results
        p = np.zeros(len(space))
        if rng.random() < self.knows:
            p[game.right] = 1.0
        else:
            wrong = (rng.permutation(_NEAR) + game.right) % len(space)
            p[wrong] = (1 - self.consistency) / (len(wrong) - 1)
            p[wrong[0]] = self.consistency
        return Belief(space, p[None])

    def _verdict(self, yes: np.ndarray) -> Belief:
        yes = np.atleast_1d(yes)
        return Belief(Options(("yes", "no"), unit="verdict"), np.column_stack([yes, 1 - yes]))
