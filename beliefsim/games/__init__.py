"""Games: one small file each, with its texts in ``beliefsim/prompts/games``."""

from .addition import Addition
from .bandit import Bandit
from .case_file import CaseFile
from .coin import Coin
from .dictator import Dictator
from .evidence import Evidence
from .game import Game, State, registry
from .inquiry import Inquiry
from .lookup import Lookup
from .lottery import Lottery
from .persuasion import Persuasion, Pitch
from .screening import Screening
from .topic import Topic
from .trust import Returns, TrustGame
from .urns import Urns

__all__ = [
    "Addition",
    "Bandit",
    "CaseFile",
    "Coin",
    "Dictator",
    "Evidence",
    "Game",
    "Inquiry",
    "Lookup",
    "Lottery",
    "Persuasion",
    "Pitch",
    "Returns",
    "Screening",
    "State",
    "Topic",
    "TrustGame",
    "Urns",
    "registry",
]
