"""Does an answer betray its error by changing from sample to sample?

A solver states a sum or product several times and, as a checker, says of an answer whether it is right (`Addition`,
`Multiplication`). `ScriptedSolver` knows a planted share of items; on the others its errors repeat with a planted
consistency. Three detectors give a probability that an answer is wrong (`detectors`): how many samples disagree with
the first, a small classifier trained on known items, and the checker's verdicts; their mean is a fourth. Scored by
AUROC with DeLong's interval and areas under precision–recall (`detection`), against chance and against
`consistent_error_auroc`, the best that disagreement can do: as errors become consistent it falls to one half, and no
method that asks the same model can see them. Notebook ``06c_samples_and_cohorts``.

References
----------
Muhammed, Rabby & Auer (2025), "SelfCheckAgent", arXiv:2502.01812. Samples that disagree: Manakul, Liusie & Gales
(2023), doi:10.18653/v1/2023.emnlp-main.557.
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
