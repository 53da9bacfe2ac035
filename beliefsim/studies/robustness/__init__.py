"""The study robustness."""

from .figure import specification_curve
from .frames import slope_over_frames, variance_table
from .manipulation import recovered_attributes
from .multiverse import multiverse

__all__ = ["multiverse", "recovered_attributes", "slope_over_frames", "specification_curve", "variance_table"]
