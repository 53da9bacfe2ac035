"""Is a judge better who judges related items together?

A generated cohort (`cohort`) has items whose truth follows a quirk that they share with the items of the same code,
as far as a planted relatedness goes; each item has evidence of its own and noisy looks at its code. A `Judge` learned
on a labelled cohort how to weigh what it sees besides: nothing (alone), the nearest items, items of the same learned
code, or randomly drawn graphs along which evidence is passed (`propagated`). Scored by Brier score and by
`contradictions`, pairs of equivalent items with different verdicts. The ceiling is exact belief propagation with
codes and relatedness known; the null is no gain where items are unrelated. `enumerated` goes through all states, to
check propagation on small graphs. Notebook ``06c_samples_and_cohorts``.

References
----------
Garg, Cheezum, Dutta & Agarwal (2026), "JAF: Judge Agent Forest", arXiv:2601.22269. Belief propagation: Murphy, Weiss
& Jordan (1999), arXiv:1301.6725.
"""

from .measures import Judge, cohort, contradictions
from .propagation import enumerated, propagated

__all__ = ["Judge", "cohort", "contradictions", "enumerated", "propagated"]
