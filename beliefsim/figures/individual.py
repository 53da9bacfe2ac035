"""Figures of the individual level: forecasts by horizon, payoffs by round, and acting on one's own beliefs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
