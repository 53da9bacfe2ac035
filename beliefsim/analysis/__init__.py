"""Metrics with their named nulls, ceilings and intervals: tables in, tables out."""

from .agreement import agreement
from .choices import Choices
from .conditioning import conditioning, perturbed, ranking
from .consistency import Comparison, compare
from .frames import slope_over_frames, variance_table
from .power import Plan, power_table
from .published import against_chance, random_medians
from .report import coupling_claim, paper_table

__all__ = [
    "Choices",
    "Comparison",
    "Plan",
    "against_chance",
    "agreement",
    "compare",
    "conditioning",
    "coupling_claim",
    "paper_table",
    "perturbed",
    "power_table",
    "random_medians",
    "ranking",
    "slope_over_frames",
    "variance_table",
]
