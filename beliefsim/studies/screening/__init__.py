"""The study screening."""

from .decisions import cheapest, expected_costs, look_or_act, posterior, value_of_information
from .figure import costs, savings
from .game import Screening
from .policies import disagreement, paid, parity_gap, pooled_log_ratios, scored, shapley

__all__ = [
    "Screening",
    "cheapest",
    "costs",
    "disagreement",
    "expected_costs",
    "look_or_act",
    "paid",
    "parity_gap",
    "pooled_log_ratios",
    "posterior",
    "savings",
    "scored",
    "shapley",
    "value_of_information",
]
