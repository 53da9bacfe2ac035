"""Figures from tables. Each function returns a matplotlib Figure with two more attributes: `caption` and `alt`.

`beliefsim.outputs.figure(fig, name)` saves a figure with both. In a notebook a figure that is a cell's last expression
is shown once.
"""

from .estimates import curves, forest, intervals
from .gate import recoveries, recovery, reliability
from .saydo import scatter

__all__ = ["curves", "forest", "intervals", "recoveries", "recovery", "reliability", "scatter"]
