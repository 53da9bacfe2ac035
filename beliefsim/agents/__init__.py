"""Agents: they act, and they tell."""

from .agent import Acts, Agent, Known, Told
from .language import LanguageAgent

__all__ = ["Acts", "Agent", "Known", "LanguageAgent", "Told"]
