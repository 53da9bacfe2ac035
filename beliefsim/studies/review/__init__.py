"""The study review."""

from .agents import ScriptedReviewer
from .game import MATERIAL, Review
from .measures import Read, found, jaccard, judge_errors, matching, miss_correlation, read, union_bound

__all__ = [
    "MATERIAL",
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
