"""The study persuasion."""

from .agents import ScriptedBuyer, ScriptedSeller, needed
from .figure import envelope, splitting
from .game import Persuasion, Pitch
from .measures import best_honesty, concave_envelope, measures, optimum, sessions

__all__ = [
    "Persuasion",
    "Pitch",
    "ScriptedBuyer",
    "ScriptedSeller",
    "best_honesty",
    "concave_envelope",
    "envelope",
    "measures",
    "needed",
    "optimum",
    "sessions",
    "splitting",
]
