"""Metrics with their named nulls, ceilings and intervals: tables in, tables out."""

from . import (
    arguments,
    bradley_terry,
    calibration,
    casework,
    confidence,
    consultation,
    coverage,
    debate,
    decisions,
    drift,
    judging,
    martingale,
    matching,
    messages,
    motifs,
    opponents,
    persuasion,
    policies,
    propagation,
    recalibrate,
    revision,
    selfcheck,
    together,
    traces,
    trust,
    updating,
    weighing,
)
from .agreement import agreement
from .behind import rows_behind
from .choices import Choices
from .conditioning import conditioning, conditions
from .consistency import Comparison, compare
from .cross import cross_model
from .crossed import variance_shares
from .edge import belief_act_edge
from .exactness import exact_against_sampled
from .forecasts import best_sends, forecast_errors, forecast_mae, forecast_skill, horizon_slopes, retest
from .frames import slope_over_frames, variance_table
from .jackknife import ratio_over_personas, ratio_over_units
from .manipulation import recovered_attributes
from .multiverse import multiverse
from .own import stated_done
from .power import Plan, power_table
from .published import against_chance, random_medians
from .repetition import accumulated, repetition
from .report import coupling_claim, paper_table, pull_claim, sends
from .slopes import mean
from .verdicts import verdict, with_interval
from .yardsticks import attribute_effects, yardsticks

__all__ = [
    "Choices",
    "Comparison",
    "Plan",
    "accumulated",
    "against_chance",
    "agreement",
    "arguments",
    "attribute_effects",
    "belief_act_edge",
    "best_sends",
    "bradley_terry",
    "calibration",
    "casework",
    "compare",
    "conditioning",
    "conditions",
    "confidence",
    "consultation",
    "coupling_claim",
    "coverage",
    "cross_model",
    "debate",
    "decisions",
    "drift",
    "exact_against_sampled",
    "forecast_errors",
    "forecast_mae",
    "forecast_skill",
    "horizon_slopes",
    "judging",
    "martingale",
    "matching",
    "mean",
    "messages",
    "motifs",
    "multiverse",
    "opponents",
    "paper_table",
    "persuasion",
    "policies",
    "power_table",
    "propagation",
    "pull_claim",
    "random_medians",
    "ratio_over_personas",
    "ratio_over_units",
    "recalibrate",
    "recovered_attributes",
    "repetition",
    "retest",
    "revision",
    "rows_behind",
    "selfcheck",
    "sends",
    "slope_over_frames",
    "stated_done",
    "together",
    "traces",
    "trust",
    "updating",
    "variance_shares",
    "variance_table",
    "verdict",
    "weighing",
    "with_interval",
    "yardsticks",
]
