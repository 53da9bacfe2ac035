"""Whom should an orchestrator of several agents believe: the surest, the most, or the best calibrated?

**Asked:** agents of unequal skill look at the same items apart from each other and state beliefs over kinds;
`same_items` lays them side by side. **Answer:** language models with poor and with good looks.
**Planted:** one agent is too bold, by a weight of evidence, which comes back as a `temperature`.
**Scored:** accuracy, item by item, of policies (`orchestrator_answers`): the surest agent, the majority, trust (the
agent surest after recalibration on known answers, by temperature or isotonic regression), and re-evaluation, in which
agents look again where trust is in doubt; `flip_shares` counts what second thoughts mend and spoil. Line of theory:
`expected_accuracy` of calibrated agents, on which trust must stay. Null: no gain over the surest agent where all are
calibrated.

**Notebook:** ``06b_trust_in_confidence``. **Use:**

>>> from beliefsim.studies import orchestrator
>>> bold, shy = [[0.05, 0.95]] * 8, [[0.8, 0.2]] * 8  # beliefs of two agents about eight items
>>> table = orchestrator.orchestrator_answers([bold, shy], [0, 0, 0, 1] * 2, train=[True] * 4 + [False] * 4)

**Source:** Roumeliotis, Sapkota, Karkee & Tselikas (2025), "Orchestrator-Agent Trust", arXiv:2507.10571; temperature:
Guo et al. (2017), arXiv:1706.04599; isotonic regression: Zadrozny & Elkan (2002), doi:10.1145/775047.775151.
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
