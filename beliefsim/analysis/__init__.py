"""Metrics with their named nulls, ceilings and intervals: tables in, tables out."""

from . import confidence, opponents
from .agreement import agreement
from .behind import rows_behind
from .choices import Choices
from .conditioning import conditioning, conditions
from .consistency import Comparison, compare
from .cross import cross_model
from .edge import belief_act_edge
from .exactness import exact_against_sampled
from .forecasts import best_sends, forecast_errors, forecast_mae, forecast_skill, horizon_slopes, retest
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
    "belief_act_edge",
    "best_sends",
    "compare",
    "conditioning",
    "conditions",
    "confidence",
    "coupling_claim",
    "cross_model",
    "exact_against_sampled",
    "forecast_errors",
    "forecast_mae",
    "forecast_skill",
    "horizon_slopes",
    "multiverse",
    "opponents",
    "paper_table",
    "power_table",
    "pull_claim",
    "random_medians",
    "recovered_attributes",
    "retest",
    "rows_behind",
    "sends",
    "slope_over_frames",
    "stated_done",
    "variance_table",
    "yardsticks",
]
