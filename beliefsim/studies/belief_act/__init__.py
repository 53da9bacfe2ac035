"""The study belief_act."""

from .agents import ScriptedTrustor
from .figure import edges
from .intervention import TellFirst
from .measures import belief_act_edge

__all__ = ["ScriptedTrustor", "TellFirst", "belief_act_edge", "edges"]
