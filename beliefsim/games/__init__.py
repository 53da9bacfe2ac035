"""Games: one small file each, with its texts in ``beliefsim/prompts/games``."""

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
    "Bandit",
    "Coin",
    "Dictator",
    "Evidence",
    "Game",
    "Lookup",
    "Lottery",
    "Panel",
    "Proposal",
    "Returns",
    "State",
    "Tips",
    "TrustGame",
    "Urns",
    "registry",
]
