"""Does the answer of the core study hang on wording, stakes, analysis, or on who is sampled?

The same comparison of stated and done effects as in the room `population`, under other conditions: ten wordings of
the game, other endowments, natural and paper-sized samples. `slope_over_frames` gives the slope over people and
wordings together, with an interval crossed over both; `variance_table` says how much of what is sent is wording,
persona or their mixture; `multiverse` computes the slope under every combination of analysis choices that the paper
leaves open, `specification_curve` draws it; `recovered_attributes` is the manipulation check: an agent that does not
know its own age cannot act on it (null: chance). Notebook ``02c_trust_robustness``.

References
----------
Mannekote et al. (2025), arXiv:2507.02197. Crossed intervals: Cameron, Gelbach & Miller (2011),
doi:10.1198/jbes.2010.07136. Multiverse: Steegen et al. (2016), doi:10.1177/1745691616658637.
"""

from .figure import specification_curve
from .frames import slope_over_frames, variance_table
from .manipulation import recovered_attributes
from .multiverse import multiverse

__all__ = ["multiverse", "recovered_attributes", "slope_over_frames", "specification_curve", "variance_table"]
