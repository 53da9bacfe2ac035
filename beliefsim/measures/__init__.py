"""Measures that several studies share: an estimate with its interval, verdicts, calibration, updating."""

from . import calibration, updating
from .estimate import Estimate, mean, ratio_over_personas, ratio_over_units
from .updating import hidden_things
from .variance import variance_shares
from .verdicts import verdict, with_interval

__all__ = [
    "Estimate",
    "calibration",
    "hidden_things",
    "mean",
    "ratio_over_personas",
    "ratio_over_units",
    "updating",
    "variance_shares",
    "verdict",
    "with_interval",
]
