"""Agents: they act, and they tell."""

from .agent import Acts, Agent, Chance, Human, Known, Told
from .bayes import Bayes, ScriptedTeller
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
