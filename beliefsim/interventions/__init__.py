"""Interventions: what is put before an agent besides persona and rules. Each makes a new agent."""

from .prior import Intervention, Placebo, Prior, permuted

__all__ = ["Intervention", "Placebo", "Prior", "permuted"]
