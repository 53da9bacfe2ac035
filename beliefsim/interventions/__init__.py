"""Interventions: what is put before an agent besides persona and rules. Each makes a new agent."""

from .intervention import Intervention
from .prior import Placebo, Prior
from .rankings import permuted
from .tell_first import TellFirst

__all__ = ["Intervention", "Placebo", "Prior", "TellFirst", "permuted"]
