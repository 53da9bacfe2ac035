"""Metrics with their named nulls, ceilings and intervals: tables in, tables out."""

from . import calibration, updating
from .agreement import agreement
from .choices import Choices
from .conditioning import conditioning, conditions
from .consistency import Comparison, compare
from .exactness import exact_against_sampled
from .frames import slope_over_frames, variance_table
from .manipulation import recovered_attributes
from .multiverse import multiverse
from .own import stated_done
from .power import Plan, power_table
from .published import against_chance, random_medians
from .report import coupling_claim, paper_table, pull_claim, sends
from .yardsticks import attribute_effects, yardsticks

__all__ = [
    "Choices",
    "Comparison",
    "Plan",
    "against_chance",
    "agreement",
    "attribute_effects",
    "calibration",
    "compare",
    "conditioning",
    "conditions",
    "coupling_claim",
    "exact_against_sampled",
    "multiverse",
    "paper_table",
    "power_table",
    "pull_claim",
    "random_medians",
    "recovered_attributes",
    "sends",
    "slope_over_frames",
    "stated_done",
    "updating",
    "variance_table",
    "yardsticks",
]
