"""Does an inquirer follow its evidence?

**Asked:** in the game `Inquiry` a hidden rule is tested at a cost, in three frames. Which of eighteen epistemic motifs
does a trace show, how much evidence is taken up, and how telling are the chosen tests?
**Answer:** a language model states a belief (exact probabilities) after each result and then chooses a test; nobody
judges text.
**Planted:** `ScriptedInquirer` with a policy of tests, a way to take results and a weight of evidence. Detectors are
judged by `detection_scores`; the weight comes back as uptake in `efficiency_table`, shares of model and scaffold in
`beliefsim.measures.variance_shares`.
**Scored** against Bayes' rule (line and ceiling, 1), no move (0) and tests at random (the null of information).

**Notebook:** ``04b_inquiry``. **Use:**

>>> from beliefsim.studies import inquiry
>>> box = inquiry.Inquiry(rounds=4)
>>> agent = inquiry.ScriptedInquirer(box, policy="plan", evidence_weight=0.5)
>>> tested = bs.play(box, agent, sessions=20)
>>> told = bs.elicit(box.question("rule", about="self"), bs.ChoiceProbabilities(), agent, at=tested)
>>> motifs = inquiry.motif_shares(inquiry.motif_table(box, tested, told))

**Source:** Ríos-García et al. (2026), arXiv:2604.18805; tests of rules: Wason (1960), doi:10.1080/17470216008416717.
"""

from .agents import ScriptedInquirer
from .game import Inquiry
from .motifs import BREAKDOWNS, PRODUCTIVE, detection_scores, motif_shares, motif_table
from .traces import efficiency_table, trace_graph, trace_scores

__all__ = [
    "BREAKDOWNS",
    "PRODUCTIVE",
    "Inquiry",
    "ScriptedInquirer",
    "detection_scores",
    "efficiency_table",
    "motif_shares",
    "motif_table",
    "trace_graph",
    "trace_scores",
]
