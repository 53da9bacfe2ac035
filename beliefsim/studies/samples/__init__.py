"""The study samples."""

from .agents import ScriptedSolver
from .game import Addition, Multiplication
from .measures import checked, consistent_error_auroc, detection, detectors, sampled

__all__ = [
    "Addition",
    "Multiplication",
    "ScriptedSolver",
    "checked",
    "consistent_error_auroc",
    "detection",
    "detectors",
    "sampled",
]
