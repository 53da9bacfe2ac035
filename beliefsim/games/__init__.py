"""Games: one small file each, with its texts in ``beliefsim/prompts/games``."""

from .dictator import Dictator
from .game import Game, State, registry
from .trust import Returns, TrustGame

__all__ = ["Dictator", "Game", "Returns", "State", "TrustGame", "registry"]
