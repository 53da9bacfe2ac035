"""Is a judge better who judges related items together?

**Asked:** a judge says how likely each item of a generated cohort is right: from its own evidence alone, or with the
nearest items, items of the same learned code, or evidence that is passed along random graphs (`Judge`, `propagated`).
**Answer:** scripted judges here; in the notebook language models judge answers beside similar ones.
**Planted:** in a `cohort` items of one code share a hidden quirk of the rubric as far as their relatedness goes.
**Scored:** Brier score, and `contradictions`, pairs of equivalent items with different verdicts. Ceiling: exact
belief propagation with codes and relatedness known (`Judge.ceiling`). Null: no gain where items are unrelated.
`enumerated` checks propagation by going through all states.

**Notebook:** ``06c_samples_and_cohorts``. **Use:**

>>> import numpy as np
>>> from beliefsim.studies import cohorts
>>> known, new = (cohorts.cohort(200, 0.8, rng=np.random.default_rng(seed)) for seed in (1, 2))
>>> together = cohorts.Judge(known).say(new, "neighbours")

**Source:** Garg, Cheezum, Dutta & Agarwal (2026), "JAF: Judge Agent Forest", arXiv:2601.22269; belief propagation:
Murphy, Weiss & Jordan (1999), arXiv:1301.6725.
"""

from .measures import Judge, cohort, contradictions
from .propagation import enumerated, propagated

__all__ = ["Judge", "cohort", "contradictions", "enumerated", "propagated"]
