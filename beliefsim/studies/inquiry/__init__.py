"""The study inquiry."""

from .agents import ScriptedInquirer
from .game import Inquiry
from .motifs import BREAKDOWNS, PRODUCTIVE, detection, motif_table, prevalence
from .traces import edges, efficiency, scores

__all__ = [
    "BREAKDOWNS",
    "PRODUCTIVE",
    "Inquiry",
    "ScriptedInquirer",
    "detection",
    "edges",
    "efficiency",
    "motif_table",
    "prevalence",
    "scores",
]
