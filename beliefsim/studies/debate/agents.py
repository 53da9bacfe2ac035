"""Scripted members of a panel, who count votes as evidence."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beliefsim.agents import Known
from beliefsim.beliefs import Belief
from beliefsim.questions import Asking, Turn

from .game import Debate

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ScriptedDebater(Known):
    """Holds a Dirichlet belief about what is hidden, votes by its mean, and adds others' votes to it as counts.

    Its counts begin with `prior_count` times the case's prior, plus `own_count` for what its own signal speaks for.
    Each vote of another member then adds 1, or 1 + heed where that member's signal sounds sure and 1 − heed where it
    sounds unsure. With heed 0 the panel's mean belief in anything is a martingale.

    Parameters
    ----------
    game : Debate
    prior_count, own_count : float, above 0 and at least 0
        Weights of the prior and of the own signal, in votes.
    heed : float, in [−1, 1]
        How much more a sure member's vote counts; below 0 less. Other than 0 it needs a debate that shows confidence.

    References
    ----------
    Choi, Zhu & Li (2025), arXiv:2508.17536 (the martingale); Zhu et al. (2026), arXiv:2601.19921 (confidence).

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=3, rounds=2)
    >>> voted = bs.play(game, debate.ScriptedDebater(game), sessions=1, seed=1)
    >>> voted.query("player == 'member 1' and round == 1")["probability"].tolist()
    [0.0625, 0.0625, 0.8125, 0.0625]
    """

    game: Debate
    prior_count: float = 1.0
    own_count: float = 3.0
    heed: float = 0.0

    def __post_init__(self) -> None:
        if not (self.prior_count > 0 and self.own_count >= 0 and -1 <= self.heed <= 1):
            raise ValueError(
                f"prior_count must be above 0, own_count at least 0 and heed within [-1, 1], got {self.prior_count!r}, "
                f"{self.own_count!r}, {self.heed!r}"
            )
        if self.heed and self.game.shown != "confidence":
            raise ValueError(f"heed {self.heed!r}: this debate shows votes only; make it with shown='confidence'")

    def decide(self, turn: Turn) -> Belief:
        """The mean of its belief: it votes as often as it believes."""
        number = self.game.members.index(turn.seat)
        return Belief.normalised(self.game.case.hidden, self._counts(turn)[:, number])

    def believe(self, asking: Asking) -> Belief:
        """What it votes by: a member asked ``about="self"``."""
        return self.decide(asking)

    def _counts(self, turn: Turn) -> Array:
        """Dirichlet counts of every member, shape (n, size, H)."""
        self._check(turn)
        case, eye = self.game.case, np.eye(len(self.game.case.hidden))
        held = self.game.held(turn.state)
        counts = self.prior_count * case.prior + self.own_count * eye[case.favours[held]]
        weight = self.weights(held)[..., None]
        for votes in self.game.votes(turn.state):
            cast = weight * eye[votes]
            counts = counts + cast.sum(axis=1, keepdims=True) - cast
        return counts

    def weights(self, held: NDArray[np.intp]) -> Array:
        """What the votes of members with these signals count, shape (n, size)."""
        by_tone = {"sure": 1 + self.heed, "unsure": 1 - self.heed, "": 1.0}
        return np.array([by_tone[tone] for tone in self.game.case.tones])[held]
