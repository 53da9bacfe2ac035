"""The study review."""

from .agents import ScriptedReviewer
from .game import Review
from .measures import Read, found, jaccard, judge_errors, matching, miss_correlation, read, union_bound

__all__ = [
    "Read",
    "Review",
    "ScriptedReviewer",
    "found",
    "jaccard",
    "judge_errors",
    "matching",
    "miss_correlation",
    "read",
    "union_bound",
]
