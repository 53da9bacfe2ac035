"""Is a stated confidence right, and which reward makes it so?

**Asked:** items of a few kinds are judged after looks of a known reliability (`Lookalikes`); answers are looked up
with tools that may be wrong (`bs.games.Lookup`). Agents state a probability for each kind. **Answer:** language
models, in percent, by bets, or read exactly.
**Planted:** how strongly a tool's result is believed, and how often it errs; a head is trained on accuracy, Brier,
log and margin rewards (`trained_confidence`).
**Scored:** `answer_table` gives the likeliest answer, its confidence and whether it is right; `confidence_table` the
calibration error (ECE), the share of answers that are wrong with a high confidence (OCR), the correlation of
confidence and being right (CCC), the mean confidence when wrong (MCIP), and AUROC. Null: the band that calibrated
confidences would show.

**Notebook:** ``06b_trust_in_confidence``. **Use:**

>>> from beliefsim.studies import confidence
>>> game = confidence.Lookalikes(share=60)
>>> seen = bs.play(game, bs.Bayes(game), sessions=50, seed=1)
>>> told = bs.elicit(game.question("tree"), bs.Percent(), bs.ScriptedTeller(game, evidence_weight=2.0), at=seen)
>>> answers = confidence.answer_table(told, seen)
>>> scores = confidence.confidence_table(answers["confidence"], answers["right"])

**Source:** Xuan et al. (2026), "The confidence dichotomy", arXiv:2601.07264; bets: Karni (2009),
doi:10.3982/ECTA7833.
"""

from .game import Lookalikes
from .measures import answer_table, confidence_table, trained_confidence

__all__ = ["Lookalikes", "answer_table", "confidence_table", "trained_confidence"]
