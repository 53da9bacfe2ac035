"""The study messages."""

from .agents import ScriptedMessenger
from .figure import both_ends, rate_distortion, tokens_and_loss
from .game import Relay
from .measures import acted, bottleneck, code_loss, transmission

__all__ = [
    "Relay",
    "ScriptedMessenger",
    "acted",
    "both_ends",
    "bottleneck",
    "code_loss",
    "rate_distortion",
    "tokens_and_loss",
    "transmission",
]
