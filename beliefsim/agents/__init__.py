"""Agents: they act, and they tell."""

from .agent import Acts, Agent, Known, Told
from .language import LanguageAgent
from .scripted import Dials, ScriptedPopulation

__all__ = ["Acts", "Agent", "Dials", "Known", "LanguageAgent", "ScriptedPopulation", "Told"]
