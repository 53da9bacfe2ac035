"""Games: one small file each, with its texts in ``beliefsim/prompts/games``."""

from .addition import Addition
from .bandit import Bandit
from .coin import Coin
from .dictator import Dictator
from .evidence import Evidence
from .game import Game, State, registry
from .lookup import Lookup
from .lottery import Lottery
from .screening import Screening
from .trust import Returns, TrustGame
from .urns import Urns

__all__ = [
    "Addition",
    "Bandit",
    "Coin",
    "Dictator",
    "Evidence",
    "Game",
    "Lookup",
    "Lottery",
    "Returns",
    "Screening",
    "State",
    "TrustGame",
    "Urns",
    "registry",
]
