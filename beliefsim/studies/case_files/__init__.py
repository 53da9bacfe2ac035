"""When reports contradict each other, are beliefs revised, and acts with them?

**Asked:** in the game `CaseFile` sources of stated reliability report on two claims, and later reports overturn earlier
ones. After each, beliefs about both are stated, a set of true claims is selected, and a file is written that a program
checks. **Answer:** language models as analyst and clerk.
**Planted:** four designs of updates (*drawn*, *retraction*, *contradiction*, *authority*), and `CaseReader` with a rule
of thumb or a trust in each source, which comes back in `source_weights`, and with an evidence weight, which comes back
as over-correction in `revision_summary`.
**Scored** against Bayes' rule (line and ceiling) and guessing a set, ¼ (the null): `verdict_scores` a verdict,
`score_table` a case, with CRS, the benchmark's mean of completion and robustness.

**Notebook:** ``04c_case_files``. **Use:**

>>> from beliefsim.studies import case_files
>>> file = case_files.CaseFile(design="retraction", rounds=6, frame="filing")
>>> filed = bs.play(file, case_files.CaseReader(file, rule="first"), sessions=5)
>>> scores = case_files.score_table(case_files.verdict_scores(file, filed))

**Source:** the score is that of the ClawArena benchmark, Ji et al. (2026), arXiv:2604.04202; the lasting influence of
what was retracted: Johnson & Seifert (1994), doi:10.1037/0278-7393.20.6.1420.
"""

from .agents import CaseReader
from .figure import case_difficulty, implied_reliability
from .game import CaseFile, stories
from .revision import revision_summary, revision_table, source_weights
from .scores import case_scores, mean_scores, score_table, set_scores, verdict_scores

__all__ = [
    "CaseFile",
    "CaseReader",
    "case_difficulty",
    "case_scores",
    "implied_reliability",
    "mean_scores",
    "revision_summary",
    "revision_table",
    "score_table",
    "set_scores",
    "source_weights",
    "stories",
    "verdict_scores",
]
