"""The study cohorts."""

from .measures import Judge, cohort, contradictions
from .propagation import enumerated, propagated

__all__ = ["Judge", "cohort", "contradictions", "enumerated", "propagated"]
