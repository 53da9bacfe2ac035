"""Interventions: what is put before an agent besides persona and rules. Each makes a new agent."""

from __future__ import annotations

from typing import Protocol

from .questions import Block

__all__ = ["Intervention"]


class Intervention(Protocol):
    """A treatment: a name for the column `condition`, and the text that it adds to a prompt."""

    @property
    def condition(self) -> str:
        """Name in tables."""

    def context(self, block: Block, position: int) -> str:
        """Text for one session of a block."""
