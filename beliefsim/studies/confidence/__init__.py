"""The study confidence."""

from .game import Lookalikes
from .measures import answered, confidence, trained_confidence

__all__ = ["Lookalikes", "answered", "confidence", "trained_confidence"]
