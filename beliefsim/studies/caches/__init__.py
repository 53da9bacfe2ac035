"""The study caches."""

from .anchors import Anchors
from .debaters import debaters
from .figure import reuse_losses
from .reuse import losses, reuse

__all__ = ["Anchors", "debaters", "losses", "reuse", "reuse_losses"]
