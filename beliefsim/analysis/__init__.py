"""Metrics with their named nulls, ceilings and intervals: tables in, tables out."""

from . import calibration, updating
from .agreement import agreement
from .choices import Choices
from .conditioning import conditioning, conditions
from .consistency import Comparison, compare
from .exactness import exact_against_sampled
from .frames import slope_over_frames, variance_table
from .power import Plan, power_table
from .published import against_chance, random_medians
from .report import coupling_claim, paper_table, pull_claim

__all__ = [
    "Choices",
    "Comparison",
    "Plan",
    "against_chance",
    "agreement",
    "calibration",
    "compare",
    "conditioning",
    "conditions",
    "coupling_claim",
    "exact_against_sampled",
    "paper_table",
    "power_table",
    "pull_claim",
    "random_medians",
    "slope_over_frames",
    "updating",
    "variance_table",
]
