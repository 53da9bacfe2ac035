"""What every intervention has."""

from __future__ import annotations

from typing import Protocol

from ..questions import Turn


class Intervention(Protocol):
    """A treatment: a name for the column `condition`, and the text that it adds to a prompt.

    Examples
    --------
    >>> bs.Prior(stated).condition
    'self'
    """

    @property
    def condition(self) -> str:
        """Name in tables."""

    def context(self, turn: Turn, position: int) -> str:
        """Text for one session of a turn or an asking."""
