"""Trustors whose forecasts and beliefs are planted, so that the numbers that come back can be checked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..beliefs import Belief, Integers
from ..questions import Block
from .agent import Known, amounts, check_dials
from .rounded import clipped_normal, hashed

__all__ = ["ScriptedForecaster", "ScriptedTrustor"]

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

    def decide(self, block: Block) -> NDArray[Any]:
        """The planned send of each session in this round."""
        return self._plan(block, block.state.round)

    def believe(self, block: Block) -> Belief:
        """What it takes its plan for the asked round to be, a row per session."""
        assert block.question is not None
        ahead, target = block.question.horizon, block.state.round + block.question.horizon
        space = amounts(block)
        wanted = self.error + self.slope * ahead
        # P(k) proportional to q^|k| has the mean absolute value 2q/(1 - q²)
        q = (np.sqrt(1 + wanted**2) - 1) / wanted if wanted else 0.0
        u = self._uniform(block, f"error {block.state.round} {ahead} {block.draw}")
        size = _geometric(2 * np.abs(u - 0.5), q)
        said = np.clip(self._plan(block, target) + np.sign(u - 0.5) * size, space.low, space.high)
        return Belief(space, (space.values == said[:, None]).astype(float))

    def _plan(self, block: Block, target: int) -> Array:
        from scipy.special import ndtri

        space = amounts(block)
        latent = self.mean + self.sd * ndtri(self._uniform(block, f"plan {target}"))
        return np.clip(np.rint(latent * space.high), space.low, space.high)

    def _uniform(self, block: Block, what: str) -> Array:
        """A number in (0, 1) per session that depends on nothing but the session and what it is for."""
        return hashed(np.array([f"{what} {n}" for n in block.sessions], dtype=object), self.seed)


@dataclass(frozen=True)
class ScriptedTrustor(Known):
    """Expects a share of what the trustee receives to come back, and sends by quantal response to that belief.

    Parameters
    ----------
    expects : float
        Mean share that it believes will be returned; people's own beliefs differ around it.
    rationality : float
        P(send s) is proportional to exp(rationality · expected payoff in dollars): 0 is random, large is best response.
    spread : float
        S.d. of people's own expected shares.
    seed : int

    References
    ----------
    McKelvey & Palfrey (1995), doi:10.1006/game.1995.1023 (quantal response).

    Examples
    --------
    >>> ScriptedTrustor(rationality=2.0).arm
    'scripted'
    """

    expects: float = 0.33
    rationality: float = 1.0
    spread: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        check_dials(self, expects=(0, 1), rationality=(0, np.inf), spread=(0, np.inf))

    def decide(self, block: Block) -> Belief:
        """Distribution over sends, a row per session."""
        from scipy.special import softmax

        space, multiplier = amounts(block), block.game.multiplier
        share = self._share(block)[:, None]
        back = np.column_stack([self._returns(share[:, 0], multiplier * s) for s in space.values.astype(int)])
        return Belief(space, softmax(self.rationality * (back - space.values), axis=1))

    def believe(self, block: Block) -> Belief:
        """Distribution over what comes back if a send is supposed, a row per session; or over the own send."""
        question = block.question
        assert question is not None
        if question.name != block.game.key("trustee"):
            return self.decide(replace(block, question=None))
        space = amounts(block)
        return clipped_normal(space, self._share(block) * space.high, 0.1 * max(space.high, 1))

    def _returns(self, share: Array, received: int) -> Array:
        """Mean of the believed distribution."""
        space = Integers(0, max(received, 0))
        return clipped_normal(space, share * received, 0.1 * max(received, 1)).mean

    def _share(self, block: Block) -> Array:
        from scipy.special import ndtri

        if block.people is None:
            raise ValueError("a scripted trustor acts for people; give play(..., people)")
        own = ndtri(hashed(block.people.index.to_numpy(dtype=object), self.seed))
        return np.clip(self.expects + self.spread * own, 0, 1)


def _geometric(u: Array, q: float) -> Array:
    """|k| of the two-sided geometric distribution whose upper tail holds 1 − u."""
    if q <= 0:
        return np.zeros(len(u))
    # P(|k| >= j) = 2 q^j / (1 + q) for j >= 1
    return np.maximum(np.floor(np.log((1 - u) * (1 + q) / 2) / np.log(q)), 0.0)
