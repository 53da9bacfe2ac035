"""Figures of messages and of shared caches: what a belief loses on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass
