"""Metrics with their named nulls, ceilings and intervals: tables in, tables out."""

from . import confidence, opponents
from .behind import rows_behind
from .choices import Choices
from .conditioning import conditioning, conditions
from .consistency import Comparison, compare
from .exactness import exact_against_sampled
from .own import stated_done
from .power import Plan, power_table
from .published import random_medians
from .report import sends
from .yardsticks import attribute_effects, yardsticks

__all__ = [
    "Choices",
    "Comparison",
    "Plan",
    "attribute_effects",
    "compare",
    "conditioning",
    "conditions",
    "confidence",
    "exact_against_sampled",
    "opponents",
    "power_table",
    "random_medians",
    "rows_behind",
    "sends",
    "stated_done",
    "yardsticks",
]
