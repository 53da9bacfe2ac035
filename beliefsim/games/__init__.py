"""Games: one small file each, with its texts in ``beliefsim/prompts/games``."""

from .addition import Addition, Multiplication
from .bandit import Bandit
from .coin import Coin
from .dictator import Dictator
from .evidence import Evidence
from .game import Game, State, registry
from .lookup import Lookup
from .lottery import Lottery
from .panel import Panel
from .proposal import Proposal
from .tips import Tips
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
    "Multiplication",
    "Panel",
    "Proposal",
    "Returns",
    "State",
    "Tips",
    "TrustGame",
    "Urns",
    "registry",
]
