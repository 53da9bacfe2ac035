"""The study robustness."""

from .frames import slope_over_frames, variance_table
from .manipulation import recovered_attributes
from .multiverse import multiverse

__all__ = ["multiverse", "multiverse", "recovered_attributes", "slope_over_frames", "variance_table"]
