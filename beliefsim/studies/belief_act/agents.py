"""A trustor who acts on a planted belief by quantal response."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from beliefsim.agents import Known
from beliefsim.agents.agent import check_dials
from beliefsim.beliefs import Belief, Integers
from beliefsim.consistency.rounded import clipped_normal, hashed
from beliefsim.games import TrustGame
from beliefsim.questions import Asking, Turn

Array = NDArray[np.float64]


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

    def decide(self, turn: Turn) -> Belief:
        """Distribution over sends, a row per session."""
        from scipy.special import softmax

        space, multiplier = turn.amounts, self._plays(turn, TrustGame).multiplier
        share = self._share(turn)[:, None]
        back = np.column_stack([self._returns(share[:, 0], multiplier * s) for s in space.values.astype(int)])
        return Belief(space, softmax(self.rationality * (back - space.values), axis=1))

    def believe(self, asking: Asking) -> Belief:
        """Distribution over what comes back if a send is supposed, a row per session; or over the own send."""
        if asking.question.name != asking.game.key("trustee"):
            return self.decide(asking)
        space = asking.amounts
        return clipped_normal(space, self._share(asking) * space.high, 0.1 * max(space.high, 1))

    def _returns(self, share: Array, received: int) -> Array:
        """Mean of the believed distribution."""
        space = Integers(0, max(received, 0))
        return clipped_normal(space, share * received, 0.1 * max(received, 1)).mean

    def _share(self, turn: Turn) -> Array:
        from scipy.special import ndtri

        if turn.people is None:
            raise ValueError("a scripted trustor acts for people; give play(..., people)")
        own = ndtri(hashed(turn.people.index.to_numpy(dtype=object), self.seed))
        return np.clip(self.expects + self.spread * own, 0, 1)
