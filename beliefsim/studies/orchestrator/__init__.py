"""The study orchestrator."""

from .measures import expected_accuracy, flips, majority, orchestrated, recalibrated, same_items, temperature, trusted

__all__ = [
    "expected_accuracy",
    "flips",
    "majority",
    "orchestrated",
    "recalibrated",
    "same_items",
    "temperature",
    "trusted",
]
