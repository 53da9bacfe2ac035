"""The study opponents."""

from .agents import MATERIAL, AttitudePredictor, BeliefNetwork, ScriptedListener, ScriptedPersuader, ScriptedSpeaker
from .game import Talk
from .measures import attitude_score, attitudes, normalised_change, prediction, repetition

__all__ = [
    "MATERIAL",
    "AttitudePredictor",
    "BeliefNetwork",
    "ScriptedListener",
    "ScriptedPersuader",
    "ScriptedSpeaker",
    "Talk",
    "attitude_score",
    "attitudes",
    "normalised_change",
    "prediction",
    "repetition",
]
