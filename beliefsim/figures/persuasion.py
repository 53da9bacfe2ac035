"""Figures of persuasion: the concave envelope, how a scheme splits a prior, and a ranking of arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
