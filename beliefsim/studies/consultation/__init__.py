"""Do arguments that attack and defend each other decide better than a vote, and do they explain the decision?

**Asked:** in the game `Consultation` a proposer argues from each finding of a case to a disorder, a critic puts the
critical question, a replier may defend. What does the attack graph decide, and what is it worth as a belief?
**Answer:** language models' choices are read exactly; the same cases are also put to them whole (one pass).
**Planted:** chance draws the disorder and findings of the invented `Diagnosis`; `ScriptedArguer` errs as critic and
replier as often as its dial ``noise`` says, which comes back as `critic_noise` and, through `decision_accuracy`, on the
exact line `expected_accuracy`.
**Scored:** log loss of `argument_beliefs` (vote, extensions, gradual strengths). Null: even chances. Ceiling:
`informed_posterior`. `coherence` and `explanation_table` ask whether the explanation holds.

**Notebook:** ``09_many_minds``, with the room debate. **Use:**

>>> from beliefsim.studies import consultation
>>> game = consultation.Consultation(size=3)
>>> argued = consultation.argued_cases(bs.play(game, consultation.ScriptedArguer(game, 0.1), sessions=9), game)
>>> accuracy = consultation.decision_accuracy(argued)

**Source:** Hong et al. (2024), ArgMed-Agents, arXiv:2403.06294; argumentation: Dung (1995),
doi:10.1016/0004-3702(94)00041-X.
"""

from .agents import ScriptedArguer
from .arguments import admissible, categoriser, df_quad, grounded, preferred
from .game import Consultation, Diagnosis
from .measures import argued_cases, coherence, critic_noise, decision_accuracy, explanation_table
from .weighing import argument_beliefs, expected_accuracy, informed_posterior

__all__ = [
    "Consultation",
    "Diagnosis",
    "ScriptedArguer",
    "admissible",
    "argued_cases",
    "argument_beliefs",
    "categoriser",
    "coherence",
    "critic_noise",
    "decision_accuracy",
    "df_quad",
    "expected_accuracy",
    "explanation_table",
    "grounded",
    "informed_posterior",
    "preferred",
]
