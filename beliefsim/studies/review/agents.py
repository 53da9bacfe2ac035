"""Scripted readers of reports, with planted hits, false alarms, common luck and boldness."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim import prompts
from beliefsim.agents import Known
from beliefsim.beliefs import Belief
from beliefsim.games import State
from beliefsim.questions import Asking, Turn

from .game import MATERIAL, Review

Array = NDArray[np.float64]
_PARAPHRASES = 3


@dataclass(frozen=True)
class ScriptedReviewer(Known):
    """Says yes to limited passages as often as `hit` says, and to sound ones as often as `alarm`.

    With probability `shared` a passage falls to all readers alike: then whoever would see less sees nothing that
    another one does not. As a writer it words the limitation in one of three ways, by its number. Asked how likely a
    passage is limited, it reads once more and answers by Bayes' rule, log-likelihood ratios times `boldness`.

    Parameters
    ----------
    hit, alarm : float, within (0, 1)
    shared : float, in [0, 1]
        Correlation of misses of readers with equal rates.
    boldness : float
        1 is calibrated.
    seed : int
        Of what it reads when asked for a belief; readers with other seeds read by themselves.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> game = review.Review(("reader",), rounds=1)
    >>> reader = review.ScriptedReviewer(hit=0.8, alarm=0.2)
    >>> played = bs.play(game, reader, sessions=200, seed=1)
    >>> float(played[played["player"] == "reader"]["payoff"].mean().round(1))
    0.8
    """

    hit: float = 0.6
    alarm: float = 0.2
    shared: float = 0.0
    boldness: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not (0 < self.hit < 1 and 0 < self.alarm < 1 and 0 <= self.shared <= 1):
            raise ValueError(
                f"hit and alarm must be within (0, 1) and shared within [0, 1], got {self.hit!r}, {self.alarm!r}, "
                f"{self.shared!r}"
            )

    def decide(self, turn: Turn) -> Belief | NDArray[Any]:
        """Yes or no; or the limitation in words."""
        game: Review = self._plays(turn, Review)
        if turn.seat.startswith("writer"):
            number = (int(turn.seat.partition(" ")[2] or 1) - 1) % _PARAPHRASES + 1
            words = prompts.section(MATERIAL, game.kind(turn.state.round), f"said {number}")
            return np.full(len(turn), words, dtype=object)
        start = replace(turn, state=State(turn.state.moves[:1], turn.state.past))  # a point that all readers share
        together = start.uniform(1000) < self.shared
        luck = np.where(together, start.uniform(1001), turn.uniform(1))
        yes = (luck < self._rates(turn)).astype(float)
        return Belief(game.verdicts, np.column_stack([yes, 1 - yes]))

    def believe(self, asking: Asking) -> Belief:
        """How likely the passage is limited, after reading it once."""
        from scipy.special import expit

        game: Review = self._plays(asking, Review)
        seen = asking.uniform(2000 + self.seed) < self._rates(asking)
        ratio = np.log(np.where(seen, self.hit / self.alarm, (1 - self.hit) / (1 - self.alarm)))
        p = expit(np.log(game.share / (100 - game.share)) + self.boldness * ratio)
        return Belief(asking.listed, np.column_stack([p, 1 - p]))

    def _rates(self, turn: Turn) -> Array:
        limited = np.asarray(turn.state.moves[0], dtype=object) == "limited"
        return np.where(limited, self.hit, self.alarm)
