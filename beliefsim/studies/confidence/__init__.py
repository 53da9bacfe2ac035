"""Is a stated confidence right, and which reward makes it so?

Items of a few kinds are judged after looks of a known reliability (`Lookalikes`); tools that may be wrong are in
`beliefsim.games.Lookup`. Agents state a probability for each kind. `answer_table` gives the likeliest answer, the
confidence in it and whether it is right; `confidence_table` scores that: calibration error (ECE), share of answers
that are wrong with a high confidence (OCR), correlation of confidence and being right (CCC), mean confidence when
wrong (MCIP), and AUROC, each with an interval, and for ECE, OCR and MCIP with the band that calibrated confidences
would show. The study asks whether a tool that returns evidence makes confidences too high while one that verifies
does not, and trains a head on accuracy, Brier, log and margin rewards (`trained_confidence`). Notebooks
``06b_trust_in_confidence`` and ``06c_samples_and_cohorts``.

References
----------
Xuan et al. (2026), "The confidence dichotomy: analyzing and mitigating miscalibration in tool-use agents",
arXiv:2601.07264. Bets: Karni (2009), doi:10.3982/ECTA7833.
"""

from .game import Lookalikes
from .measures import answer_table, confidence_table, trained_confidence

__all__ = ["Lookalikes", "answer_table", "confidence_table", "trained_confidence"]
