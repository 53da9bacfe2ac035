"""What is a stated probability worth where decisions cost: does pooling several models save money?

Readers mark applicants who are good or bad; a screener rejects, phones or interviews, and each step has its price
(`Screening`). An agent states how likely the applicant is good, or how likely each mark is given either kind; the
second can be pooled over several models as log likelihood ratios (`pooled_log_ratios`) and updated by Bayes' rule,
and looks where the models disagree (`disagreement`). Scored are cost and regret per applicant under the true belief
(`policy_table`), with the dynamic programme as the least possible cost (`look_or_act`, `value_of_information`), how
unlike two groups are treated (`parity_gap`), and who saved what (`shapley`: shares that sum to the whole). Planted:
what marks weigh for a reader, its noise, and errors that readers share. Notebook ``06_confidence_to_decision``.

References
----------
Amin (2026), "Bayesian orchestration of multi-LLM agents for cost-aware sequential decision-making", arXiv:2601.01522.
Wald (1945), doi:10.1214/aoms/1177731118; Howard (1966), doi:10.1109/TSSC.1966.300074.
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
