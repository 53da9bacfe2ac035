"""Figures from tables. Each function returns a matplotlib Figure with two more attributes: `caption` and `alt`.

`beliefsim.outputs.figure(fig, name)` saves a figure with both. In a notebook a figure that is a cell's last expression
is shown once.
"""

from __future__ import annotations

from beliefsim.figures.bands import forest, recovery
from beliefsim.figures.chance import chance
from beliefsim.figures.decisions import costs, curves, savings
from beliefsim.figures.drift import case_difficulty, drift_curves, implied_reliability, intervals
from beliefsim.figures.gate import recoveries, reliability
from beliefsim.figures.individual import crossed, edges, horizons, payoffs, skills
from beliefsim.figures.medians import null_medians, published_medians
from beliefsim.figures.messages import both_ends, rate_distortion, reuse_losses, tokens_and_loss
from beliefsim.figures.multiverse import multiverse
from beliefsim.figures.persuasion import envelope, ranking, splitting
from beliefsim.figures.planning import power
from beliefsim.figures.players import stated_done
from beliefsim.figures.saydo import scatter
from beliefsim.figures.sends import distribution
from beliefsim.figures.yardsticks import attribute_effects, attributes_recovered, yardsticks

__all__ = [
    "attribute_effects",
    "attributes_recovered",
    "both_ends",
    "case_difficulty",
    "chance",
    "costs",
    "crossed",
    "curves",
    "distribution",
    "drift_curves",
    "edges",
    "envelope",
    "forest",
    "horizons",
    "implied_reliability",
    "intervals",
    "multiverse",
    "null_medians",
    "payoffs",
    "power",
    "published_medians",
    "ranking",
    "rate_distortion",
    "recoveries",
    "recovery",
    "reliability",
    "reuse_losses",
    "savings",
    "scatter",
    "skills",
    "splitting",
    "stated_done",
    "tokens_and_loss",
    "yardsticks",
]
