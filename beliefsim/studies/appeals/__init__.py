"""The study appeals."""

from .agents import ScriptedSceptic
from .figure import ranking
from .game import Appeal
from .measures import appeals, discordant_wins, overlap_null, slope_within, strengths, strengths_of

__all__ = [
    "Appeal",
    "ScriptedSceptic",
    "appeals",
    "discordant_wins",
    "overlap_null",
    "ranking",
    "slope_within",
    "strengths",
    "strengths_of",
]
