"""What is a stated probability worth where decisions cost: does pooling several models save money?

**Asked:** in the game `Screening` readers mark applicants who are good or bad; a screener rejects, phones or
interviews, and each step has its price. An agent states how likely the applicant is good, or how likely each mark is
given either kind. **Answer:** language models; of several, stated likelihoods are pooled (`pooled_log_ratios`),
updated by Bayes' rule, and a look is taken where they disagree (`disagreement`).
**Planted:** what marks weigh for a `bs.ScriptedTeller`, its noise, and errors that tellers share.
**Scored:** cost and regret per applicant under the true belief (`policy_table`), how unlike two groups are treated
(`parity_gap`), who saved what (`shapley`: shares that sum to the whole). Line and ceiling: the dynamic programme's
least cost (`look_or_act`, `value_of_information`). Null: errors that are shared, where pooling saves nothing.

**Notebook:** ``06_confidence_to_decision``. **Use:**

>>> from beliefsim.studies import screening
>>> game = screening.Screening(rounds=2)
>>> marked = bs.play(game, bs.Bayes(game), sessions=50, seed=1)
>>> told = bs.elicit(game.question("applicant"), bs.Percent(), bs.ScriptedTeller(game, evidence_weight=2.0), at=marked)

**Source:** Amin (2026), "Bayesian orchestration of multi-LLM agents", arXiv:2601.01522; Wald (1945),
doi:10.1214/aoms/1177731118; Howard (1966), doi:10.1109/TSSC.1966.300074.
"""

from .decisions import cheapest, expected_costs, look_or_act, value_of_information
from .figure import costs, savings
from .game import Screening
from .policies import costs_paid, disagreement, parity_gap, policy_table, pooled_log_ratios, shapley

__all__ = [
    "Screening",
    "cheapest",
    "costs",
    "costs_paid",
    "disagreement",
    "expected_costs",
    "look_or_act",
    "parity_gap",
    "policy_table",
    "pooled_log_ratios",
    "savings",
    "shapley",
    "value_of_information",
]
