"""Figures from tables. Each function returns a matplotlib Figure with two more attributes: `caption` and `alt`.

`beliefsim.outputs.figure(fig, name)` saves a figure with both. In a notebook a figure that is a cell's last expression
is shown once.
"""

from __future__ import annotations

from .bands import forest, recovery
from .chance import chance_panels
from .decisions import curves
from .drift import intervals
from .gate import recoveries, reliability
from .planning import power_curves
from .players import stated_done
from .saydo import scatter
from .sends import distribution
from .yardsticks import yardsticks

__all__ = [
    "chance_panels",
    "curves",
    "distribution",
    "forest",
    "intervals",
    "power_curves",
    "recoveries",
    "recovery",
    "reliability",
    "scatter",
    "stated_done",
    "yardsticks",
]
