"""Metrics with their named nulls, ceilings and intervals: tables in, tables out."""

from .choices import Choices
from .consistency import Comparison, compare

__all__ = ["Choices", "Comparison", "compare"]
