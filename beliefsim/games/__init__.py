"""Games: one small file each, with its texts in ``beliefsim/prompts/games``."""

from .bandit import Bandit
from .case_file import CaseFile
from .coin import Coin
from .dictator import Dictator
from .evidence import Evidence
from .game import Game, State, registry
from .inquiry import Inquiry
from .lottery import Lottery
from .topic import Topic
from .trust import Returns, TrustGame
from .urns import Urns

__all__ = [
    "Bandit",
    "CaseFile",
    "Coin",
    "Dictator",
    "Evidence",
    "Game",
    "Inquiry",
    "Lottery",
    "Returns",
    "State",
    "Topic",
    "TrustGame",
    "Urns",
    "registry",
]
