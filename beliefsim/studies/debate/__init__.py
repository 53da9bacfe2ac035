"""The study debate."""

from .agents import ScriptedDebater
from .game import Debate
from .martingale import expected, expected_path
from .measures import Talk, conformity, covariance, drift, path, plurality, plurality_expected, read, votes_drawn

__all__ = [
    "Debate",
    "ScriptedDebater",
    "Talk",
    "conformity",
    "covariance",
    "drift",
    "expected",
    "expected_path",
    "path",
    "plurality",
    "plurality_expected",
    "read",
    "votes_drawn",
]
