"""Agents: they act, and they tell."""

from .agent import Acts, Agent, Chance, Known, Told
from .bayes import Bayes, ScriptedTeller
from .dials import Dials
from .human import Human
from .language import LanguageAgent
from .scripted import ScriptedPopulation

__all__ = [
    "Acts",
    "Agent",
    "Bayes",
    "Chance",
    "Dials",
    "Human",
    "Known",
    "LanguageAgent",
    "ScriptedPopulation",
    "ScriptedTeller",
    "Told",
]
