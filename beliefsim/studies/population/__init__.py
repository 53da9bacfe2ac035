"""Do stated trait effects match simulated ones, beside what the paper and human studies report?

The core study, with `beliefsim.consistency` as its measure: a model states as a researcher what groups of people
would send in a Trust Game, and simulated people of these groups send. This room holds what surrounds it:
`paper_table`, the layout of the paper's Table 3; `against_chance`, the published medians against random rankings;
`cross_model`, which tells consistency from a stereotype that models share; `agreement`, how far predicted
distributions of sends are from those played; what attributes explain beside survey trust (`attribute_effects`); the
claims of the notebooks (`coupling_claim`, `pull_claim`), and the figures of these. Scripted people with a planted
coupling come back through the same path (`bs.recover`). Notebooks ``02_trust_population`` and
``02b_trust_conditioning``.

References
----------
Mannekote et al. (2025), "Do Role-Playing Agents Practice What They Preach?", arXiv:2507.02197. The game: Berg,
Dickhaut & McCabe (1995), doi:10.1006/game.1995.1027.
"""

from .agreement import agreement
from .cross import cross_model
from .figure import attribute_effects, attributes_recovered, crossed, null_medians, published_medians
from .tables import against_chance, coupling_claim, paper_table, pull_claim

__all__ = [
    "against_chance",
    "agreement",
    "attribute_effects",
    "attributes_recovered",
    "coupling_claim",
    "cross_model",
    "crossed",
    "null_medians",
    "paper_table",
    "published_medians",
    "pull_claim",
]
