"""The study case_files."""

from .agents import CaseReader
from .figure import case_difficulty, implied_reliability
from .game import CaseFile, stories
from .revision import revised, source_weights, stated_claims, summary
from .scores import averages, case_scores, file_check, per_case, selections, set_scores

__all__ = [
    "CaseFile",
    "CaseReader",
    "averages",
    "case_difficulty",
    "case_scores",
    "file_check",
    "implied_reliability",
    "per_case",
    "revised",
    "selections",
    "set_scores",
    "source_weights",
    "stated_claims",
    "stories",
    "summary",
]
