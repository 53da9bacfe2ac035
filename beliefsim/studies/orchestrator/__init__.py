"""Whom should an orchestrator of several agents believe: the surest, the most, or the best calibrated?

Agents of unequal skill look at the same items apart from each other and state beliefs over kinds; one of them may be
too bold, by a planted weight of evidence. `same_items` lays their beliefs side by side. Policies
(`orchestrator_answers`): the surest agent, the majority, trust (the agent surest after recalibration by temperature
or isotonic regression, learned on known answers), and re-evaluation, in which agents look again where trust is in
doubt. Scored is accuracy item by item; `expected_accuracy` is its exact value for calibrated agents, the line that
trust must stay on; `flip_shares` counts answers mended and spoiled by second thoughts. Null: trust gains nothing over
the surest agent where all are calibrated. Notebook ``06b_trust_in_confidence``.

References
----------
Roumeliotis, Sapkota, Karkee & Tselikas (2025), "Orchestrator-Agent Trust", arXiv:2507.10571. Temperature: Guo et al.
(2017), arXiv:1706.04599; isotonic regression: Zadrozny & Elkan (2002), doi:10.1145/775047.775151.
"""

from .measures import (
    expected_accuracy,
    flip_shares,
    majority,
    orchestrator_answers,
    recalibrated,
    same_items,
    surest_answers,
    temperature,
)

__all__ = [
    "expected_accuracy",
    "flip_shares",
    "majority",
    "orchestrator_answers",
    "recalibrated",
    "same_items",
    "surest_answers",
    "temperature",
]
