"""Games of the core, with their texts in ``beliefsim/prompts/games``; a room's game stands in its room."""

from .evidence import Evidence
from .game import Game, State, registry
from .lookup import Lookup, Tips
from .panel import Panel
from .proposal import Proposal
from .trust import Dictator, Lottery, Returns, TrustGame
from .urns import Bandit, Coin, Urns

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
