"""Games: one small file each, with its texts in ``beliefsim/prompts/games``."""

from .bandit import Bandit
from .coin import Coin
from .dictator import Dictator
from .evidence import Evidence
from .game import Game, State, registry
from .lottery import Lottery
from .trust import Returns, TrustGame
from .urns import Urns

__all__ = [
    "Bandit",
    "Coin",
    "Dictator",
    "Evidence",
    "Game",
    "Lottery",
    "Returns",
    "State",
    "TrustGame",
    "Urns",
    "registry",
]
