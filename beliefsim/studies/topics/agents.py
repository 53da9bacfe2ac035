"""A scripted holder of stances: what it says drifts with the texts, and what it does follows as far as planted."""

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beliefsim.agents import Known
from beliefsim.agents.agent import check_dials
from beliefsim.beliefs import Belief
from beliefsim.questions import Asking, Turn

from .game import Topic

Array = NDArray[np.float64]
_MUTE = ("shuffled", "placebo")  # kinds of text that say nothing to it


@dataclass(frozen=True)
class ScriptedHolder(Known):
    """A holder per session: the n-th text of a side shifts its stance by w·γⁿ⁻¹ log-odds, and its tool as coupled.

    Its w is normal with mean `weight` and s.d. `spread`. What the tool's log-odds shift by a text is
    coupling · w + √(1 − coupling²) · spread · z with a standard normal z of the session: at coupling 0 the tool
    moves by itself, at 1 with the stance. Placebos and shuffled texts move neither.

    Parameters
    ----------
    game : Topic
    weight, spread : float
        Of the shift by a text, in log-odds.
    discount : float, in [0, 1]
        γ: how much less each further text of a side counts.
    coupling : float, in [−1, 1]
        Correlation of the shifts of tool and stance over holders.
    lean : float
        S.d. over holders of the log-odds of stance and tool, the same for both, before any text.
    noise : float, 0 or more
        S.d. of log-odds of every answer and choice, new each time.
    seed : int
        Of holders and noise.

    Examples
    --------
    >>> from beliefsim.studies import topics
    >>> topic = topics.Topic("notes", rounds=3)
    >>> holder = topics.ScriptedHolder(topic, weight=1.0, spread=0.0, discount=0.5)
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
    lean: float = 0.0
    noise: float = 0.0
    seed: int = 0
    arm = "scripted"

    def __post_init__(self) -> None:
        check_dials(self, discount=(0, 1), coupling=(-1, 1), noise=(0, np.inf), spread=(0, np.inf))

    def believe(self, asking: Asking) -> Belief:
        """Its stance now, a row per session."""
        return self._at(asking, acts=0)

    def decide(self, turn: Turn) -> Belief:
        """The tool that it inspects or calls now, with probabilities."""
        return self._at(turn, acts=len(turn.state.moves))

    def _at(self, turn: Turn, acts: int) -> Belief:
        from scipy.special import expit, ndtri

        self._check(turn)
        people = np.random.default_rng([self.seed, turn.seed]).standard_normal((int(turn.sessions.max()) + 1, 3))
        z, other, leaning = people[turn.sessions].T
        shift = self.weight + self.spread * z
        if acts:
            shift = self.coupling * shift + np.sqrt(1 - self.coupling**2) * self.spread * other
        own = zlib.crc32(
            f"{self.seed} {self.game.terms} {acts}".encode()
        )  # each game, answer and choice has other noise
        uniform = np.clip(turn.uniform(own), 1e-12, 1 - 1e-12)
        p = expit(self.lean * leaning + shift * self._dose(turn.state.round) + self.noise * ndtri(uniform))
        return Belief(turn.listed, np.column_stack([p, 1 - p]))

    def _dose(self, number: int) -> float:
        """Discounted texts for the first statement, less those for the second, by a round."""
        if self.game.kind in _MUTE:
            return 0.0
        first, second = (sum(self.discount**k for k in range(texts)) for texts in self.game.doses(number))
        return float(first - second)
