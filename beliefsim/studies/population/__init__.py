"""Do stated trait effects match simulated ones, beside what the paper and human studies report?

**Asked:** a model states as a researcher what groups of people would send in a Trust Game, and simulated people of
these groups send; `beliefsim.consistency` compares the two. This room holds what surrounds that comparison.
**Answer:** language models; published models and human studies stand beside them.
**Planted:** a coupling of stated and done effects in `bs.ScriptedPopulation`, which comes back through `bs.recover`.
**Scored:** `paper_table` is the layout of the paper's Table 3, `against_chance` sets published medians against random
rankings, `cross_model` tells consistency from a stereotype that models share, `agreement` is how far predicted
distributions of sends are from those played (reference: a prediction that knows no trait). `coupling_claim` and
`pull_claim` are lines of the ledger.

**Notebook:** ``02_trust_population`` and ``02b_trust_conditioning``. **Use:**

>>> from beliefsim.studies import population
>>> table = population.paper_table(result)
>>> distances = population.agreement(stated, decisions, people)

**Source:** Mannekote et al. (2025), arXiv:2507.02197; the game: Berg, Dickhaut & McCabe (1995),
doi:10.1006/game.1995.1027.
"""

from .agreement import agreement
from .cross import cross_model
from .figure import attribute_effects, crossed, null_medians, published_medians
from .tables import against_chance, coupling_claim, paper_table, pull_claim

__all__ = [
    "against_chance",
    "agreement",
    "attribute_effects",
    "coupling_claim",
    "cross_model",
    "crossed",
    "null_medians",
    "paper_table",
    "published_medians",
    "pull_claim",
]
