"""Does a team of readers find more planted limitations than one reader who reads again?

**Asked:** what share of a report's limitations a team names, and whether it names sound passages as readily.
**Answer:** in the game `Review` roles say yes or no passage by passage, a judge is told how many said yes and decides
what to keep. Language models are read exactly, and also state in percent how likely a passage is limited.
**Planted:** chance makes each passage limited or sound; `ScriptedReviewer` has planted hits, false alarms, common luck
and boldness, which come back as coverage, alarm, `miss_correlation`, `judge_errors` and the recalibration slope.
**Scored** against: who says yes whatever is read (coverage less alarm is 0), the `union_bound` as the line of theory,
one reader who reads again at equal calls. `matcher_errors` tests the word matcher on which such coverage is often
scored.

**Notebook:** ``09c_planted_limitations``. **Use:**

>>> from beliefsim.studies import review
>>> game = review.Review(("extractor", "analyser"))
>>> verdicts = review.verdict_table(bs.play(game, review.ScriptedReviewer(), sessions=50), game)
>>> covered = review.coverage_table(verdicts)

**Source:** Al Azher, Guo & Alhoori (2025), LimAgents, arXiv:2601.11578; planted errors: Godlee, Gale & Martyn (1998),
doi:10.1001/jama.280.3.237.
"""

from .agents import ScriptedReviewer
from .game import MATERIAL, Review
from .measures import (
    coverage_table,
    jaccard,
    judge_errors,
    matcher_errors,
    miss_correlation,
    named_by_any,
    union_bound,
    verdict_table,
)

__all__ = [
    "MATERIAL",
    "Review",
    "ScriptedReviewer",
    "coverage_table",
    "jaccard",
    "judge_errors",
    "matcher_errors",
    "miss_correlation",
    "named_by_any",
    "union_bound",
    "verdict_table",
]
