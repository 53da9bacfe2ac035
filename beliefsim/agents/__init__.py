"""Agents: they act, and they tell."""

from .agent import Acts, Agent, Chance, Known, Told
from .bayes import Bayes, ScriptedTeller
from .human import Human
from .language import LanguageAgent

__all__ = [
    "Acts",
    "Agent",
    "Bayes",
    "Chance",
    "Human",
    "Known",
    "LanguageAgent",
    "ScriptedTeller",
    "Told",
]
