"""Does the answer of the core study hang on wording, stakes, analysis, or on who is sampled?

**Asked:** the comparison of stated and done effects as in the room `population`, under ten wordings of the game,
other endowments, natural and paper-sized samples. **Answer:** language models.
**Planted:** noise of wording in `bs.ScriptedPopulation` (`frame_noise`), and people who know their attributes.
**Scored:** `slope_over_frames`, the slope over people and wordings together with an interval crossed over both;
`variance_table`, how much of what is sent is wording, persona or their mixture; `multiverse`, the slope under every
combination of analysis choices that the paper leaves open, drawn by `specification_curve`; `recovered_attributes`,
the manipulation check: who does not know its own age cannot act on it (null: chance).

**Notebook:** ``02c_trust_robustness``. **Use:**

>>> from beliefsim.studies import robustness
>>> asked = bs.instruments.own_attribute(game, people["openness"])
>>> told = bs.elicit(asked, bs.instruments.OwnAttribute(), agent, people)
>>> known = robustness.recovered_attributes(told, people)

**Source:** Mannekote et al. (2025), arXiv:2507.02197; crossed intervals: Cameron, Gelbach & Miller (2011),
doi:10.1198/jbes.2010.07136; multiverse: Steegen et al. (2016), doi:10.1177/1745691616658637.
"""

from .figure import attributes_recovered, specification_curve
from .frames import slope_over_frames, variance_table
from .manipulation import recovered_attributes
from .multiverse import multiverse

__all__ = [
    "attributes_recovered",
    "multiverse",
    "recovered_attributes",
    "slope_over_frames",
    "specification_curve",
    "variance_table",
]
