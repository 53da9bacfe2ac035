"""The study opponents."""

from .agents import AttitudePredictor, BeliefNetwork, ScriptedListener, ScriptedPersuader, ScriptedSpeaker
from .game import Talk
from .measures import attitude_score, attitudes, normalised_change, prediction, repetition

__all__ = [
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
