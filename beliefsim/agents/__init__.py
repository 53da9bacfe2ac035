"""Agents: they act, and they tell."""

from .agent import Acts, Agent, Chance, Known, Told
from .bayes import Bayes, ScriptedTeller
from .dials import Dials
from .human import Human
from .language import LanguageAgent
from .listeners import BeliefNetwork, ScriptedListener, ScriptedSceptic
from .scripted import ScriptedPopulation
from .solver import ScriptedSolver
from .speakers import AttitudePredictor, ScriptedPersuader, ScriptedSpeaker
from .trustor import ScriptedForecaster, ScriptedTrustor

__all__ = [
    "Acts",
    "Agent",
    "AttitudePredictor",
    "Bayes",
    "BeliefNetwork",
    "Chance",
    "Dials",
    "Human",
    "Known",
    "LanguageAgent",
    "ScriptedForecaster",
    "ScriptedListener",
    "ScriptedPersuader",
    "ScriptedPopulation",
    "ScriptedSceptic",
    "ScriptedSolver",
    "ScriptedSpeaker",
    "ScriptedTeller",
    "ScriptedTrustor",
    "Told",
]
