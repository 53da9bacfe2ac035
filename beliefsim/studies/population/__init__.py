"""The study population."""

from .agreement import agreement
from .cross import cross_model
from .figure import attribute_effects, attributes_recovered, crossed, null_medians, published_medians
from .tables import against_chance, attainable_rho, coupling_claim, paper_table, pull_claim

__all__ = [
    "against_chance",
    "agreement",
    "attainable_rho",
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
