"""A scripted holder of stances: what it says drifts with the texts, and what it does follows as far as planted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..beliefs import Belief
from ..games import Topic
from ..questions import Block
from .agent import Known

__all__ = ["ScriptedHolder"]

Array = NDArray[np.float64]

_STAGES = ("persuasion", "debate", "reading", "placebo")


@dataclass(frozen=True)
class ScriptedHolder(Known):
    """A holder per session: the n-th text of a side shifts its stance by w·γⁿ⁻¹ log-odds, and its tool as coupled.

    Its w is normal with mean `weight` and s.d. `spread`. What the tool's log-odds shift by a text is
    coupling · w + √(1 − coupling²) · spread · z with a standard normal z of the session: at coupling 0 the tool
    moves by itself, at 1 with the stance.

    Parameters
    ----------
    game : Topic
    weight, spread : float
        Of the shift by a text, in log-odds.
    discount : float, in [0, 1]
        γ: how much less each further text of a side counts.
    coupling : float, in [−1, 1]
        Correlation of the shifts of tool and stance over holders.
    noise : float, 0 or more
        S.d. of log-odds of every answer and choice, new each time.
    seed : int
        Of holders and noise.

    Examples
    --------
    >>> topic = bs.games.Topic("notes", rounds=3)
    >>> holder = bs.agents.ScriptedHolder(topic, weight=1.0, spread=0.0, discount=0.5)
    >>> held = bs.play(topic, holder, sessions=1, seed=1)
    >>> told = bs.elicit(topic.question("stance"), bs.ChoiceProbabilities(), holder, at=held)
    >>> told.loc[told["outcome"] == "A", "value"].round(2).tolist()  # log-odds 0, 1, 1.5
    [0.5, 0.73, 0.82]
    """

    game: Topic
    weight: float = 0.5
    spread: float = 0.5
    discount: float = 0.7
    coupling: float = 1.0
    noise: float = 0.0
    seed: int = 0
    arm = "scripted"

    def __post_init__(self) -> None:
        ranges = {"discount": (0, 1), "coupling": (-1, 1), "noise": (0, np.inf), "spread": (0, np.inf)}
        for name, (low, high) in ranges.items():
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"dial {name} must be within [{low}, {high}], got {getattr(self, name)!r}")

    def believe(self, block: Block) -> Belief:
        """Its stance now, a row per session."""
        assert block.question is not None
        return self._at(block, self._shifts(block)[0], stream=1)

    def decide(self, block: Block) -> Belief:
        """Its tool now, with probabilities."""
        return self._at(block, self._shifts(block)[1], stream=2)

    def _shifts(self, block: Block) -> tuple[Array, Array]:
        """What a first text moves stance and tool by, in each session."""
        people = np.random.default_rng([self.seed, block.seed]).standard_normal((int(block.sessions.max()) + 1, 2))
        z, other = people[block.sessions].T
        stance = self.weight + self.spread * z
        return stance, self.coupling * stance + np.sqrt(1 - self.coupling**2) * self.spread * other

    def _at(self, block: Block, shift: Array, stream: int) -> Belief:
        from scipy.special import expit, ndtri

        if block.game != self.game:
            raise ValueError(f"ScriptedHolder of {self.game} is asked about {block.game}")
        number = 1000 * (self.seed + 1) + 10 * _STAGES.index(self.game.stage) + stream  # a stage has its own noise
        uniform = np.clip(block.uniform(number), 1e-12, 1 - 1e-12)
        p = expit(shift * self._dose(block.state.round) + self.noise * ndtri(uniform))
        return Belief(block.space, np.column_stack([p, 1 - p]))  # type: ignore[arg-type]

    def _dose(self, number: int) -> float:
        """Discounted texts for the first statement, less those for the second, by a round."""
        sign = 1.0 if self.game.side == "first" else -1.0
        texts = {"reading": min(number - 1, 1) * 3, "placebo": 0}.get(self.game.stage, number - 1)
        if self.game.stage == "debate":
            own, other = (texts + 1) // 2, texts // 2
            return sign * float(self._sum(own) - self._sum(other))
        return sign * self._sum(texts)

    def _sum(self, texts: int) -> float:
        return float(sum(self.discount**k for k in range(texts)))
