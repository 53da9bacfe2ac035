"""Does an answer betray its error by changing from sample to sample?

**Asked:** a solver states a sum or product several times and, as a checker, says of an answer whether it is right
(`Addition`, `Multiplication`). **Answer:** language models, sampled.
**Planted:** `ScriptedSolver` knows a share of items; on the others its errors repeat with a consistency, and all
detectors see the same samples.
**Scored:** three `detectors` give a probability that an answer is wrong: how much the samples vary, a small
classifier trained on known items, and the checker's verdicts; the fourth is their mean. `detection` gives AUROC with
DeLong's interval and areas under precision–recall. Null: chance. Line of theory: `consistent_error_auroc`, which
falls to one half as errors become consistent.

**Notebook:** ``06c_samples_and_cohorts``. **Use:**

>>> from beliefsim.studies import samples
>>> game = samples.Addition(17, 25)
>>> solved = bs.play(game, samples.ScriptedSolver(consistency=0.5), sessions=5, seed=1)
>>> items = samples.checked_samples(samples.sample_table(solved, "17+25", game.right))

**Source:** Muhammed, Rabby & Auer (2025), "SelfCheckAgent", arXiv:2502.01812; samples that disagree: Manakul, Liusie
& Gales (2023), doi:10.18653/v1/2023.emnlp-main.557.
"""

from .agents import ScriptedSolver
from .game import Addition, Multiplication
from .measures import checked_samples, consistent_error_auroc, detection, detectors, sample_table

__all__ = [
    "Addition",
    "Multiplication",
    "ScriptedSolver",
    "checked_samples",
    "consistent_error_auroc",
    "detection",
    "detectors",
    "sample_table",
]
