"""The study topics."""

from .agents import ScriptedHolder
from .drift import curve, retest, shift_rates, shifts
from .figure import drift_curves
from .game import KINDS, Topic, topic_names
from .repetition import accumulated, repetition
from .say_do import alignment, coupling
from .scale import Scale

__all__ = [
    "KINDS",
    "Scale",
    "ScriptedHolder",
    "Topic",
    "accumulated",
    "alignment",
    "coupling",
    "curve",
    "drift_curves",
    "repetition",
    "retest",
    "shift_rates",
    "shifts",
    "topic_names",
]
