"""A trustor who plans its sends and forecasts them with a planted error."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim.agents import Known
from beliefsim.agents.agent import check_dials
from beliefsim.beliefs import Belief
from beliefsim.consistency.rounded import hashed
from beliefsim.questions import Asking, Turn

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ScriptedForecaster(Known):
    """Has a plan for every round, and misremembers it by more, the further ahead it is asked.

    The mean absolute error of a forecast `h` rounds ahead is error + slope · h dollars, exactly so as long as it stays
    within the legal range: the deviation is symmetric and geometric.

    Parameters
    ----------
    error : float
        Mean absolute error of a forecast of the coming move, dollars.
    slope : float
        What each round ahead adds, dollars.
    mean, sd : float
        Of the planned sends, as shares of the endowment.
    seed : int

    Examples
    --------
    >>> ScriptedForecaster(error=0.5, slope=0.2).arm
    'scripted'
    """

    error: float = 0.5
    slope: float = 0.2
    mean: float = 0.5
    sd: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        check_dials(self, error=(0, np.inf), slope=(0, np.inf), sd=(0, np.inf))

    def decide(self, turn: Turn) -> NDArray[Any]:
        """The planned send of each session in this round."""
        return self._plan(turn, turn.state.round)

    def believe(self, asking: Asking) -> Belief:
        """What it takes its plan for the asked round to be, a row per session."""
        ahead, target = asking.question.horizon, asking.state.round + asking.question.horizon
        space = asking.amounts
        wanted = self.error + self.slope * ahead
        # P(k) proportional to q^|k| has the mean absolute value 2q/(1 - q²)
        q = (np.sqrt(1 + wanted**2) - 1) / wanted if wanted else 0.0
        u = self._uniform(asking, f"error {asking.state.round} {ahead} {asking.draw}")
        size = _geometric(2 * np.abs(u - 0.5), q)
        said = np.clip(self._plan(asking, target) + np.sign(u - 0.5) * size, space.low, space.high)
        return Belief(space, (space.values == said[:, None]).astype(float))

    def _plan(self, turn: Turn, target: int) -> Array:
        from scipy.special import ndtri

        space = turn.amounts
        latent = self.mean + self.sd * ndtri(self._uniform(turn, f"plan {target}"))
        return np.clip(np.rint(latent * space.high), space.low, space.high)

    def _uniform(self, turn: Turn, what: str) -> Array:
        """A number in (0, 1) per session that depends on nothing but the session and what it is for."""
        return hashed(np.array([f"{what} {n}" for n in turn.sessions], dtype=object), self.seed)


def _geometric(u: Array, q: float) -> Array:
    """|k| of the two-sided geometric distribution whose upper tail holds 1 − u."""
    if q <= 0:
        return np.zeros(len(u))
    # P(|k| >= j) = 2 q^j / (1 + q) for j >= 1
    return np.maximum(np.floor(np.log((1 - u) * (1 + q) / 2) / np.log(q)), 0.0)
