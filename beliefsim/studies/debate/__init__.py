"""When does talk add truth, and at what token cost?

**Asked:** members of a panel hold private tips about one hidden answer, vote, see all votes, and vote again: does the
panel's belief move to the truth, and is talk better than votes without it at equal messages?
**Answer:** in the game `Debate` language models' votes are read exactly; what a member thinks is asked apart
(``about="self"``).
**Planted:** reliabilities of sure and unsure tips, and `ScriptedDebater`, whose dial ``heed`` says how much more a sure
member's vote counts. They come back as `belief_drift`, which has the sign of `weight_covariance`.
**Scored** against: no drift where votes count alike (a martingale, the null); the exact line `expected_beliefs`;
`sampled_ballots` at equal cost; Bayes' rule on all tips (the ceiling).

**Notebook:** ``09_many_minds``, with the room consultation. **Use:**

>>> from beliefsim.studies import debate
>>> game = debate.Debate(bs.games.Tips(sure=77, unsure=26), shown="confidence")
>>> agent = debate.ScriptedDebater(game, heed=0.9)
>>> votes = debate.panel_votes(bs.play(game, agent, sessions=50), game)
>>> drift = debate.belief_drift(votes)

**Source:** Zhu et al. (2026), arXiv:2601.19921; the martingale: Choi, Zhu & Li (2025), arXiv:2508.17536.
"""

from .agents import ScriptedDebater
from .game import Debate
from .martingale import expected_beliefs
from .measures import (
    ballots,
    belief_drift,
    conformity,
    majority_right,
    panel_votes,
    presence,
    round_table,
    sampled_ballots,
    weight_covariance,
)

__all__ = [
    "Debate",
    "ScriptedDebater",
    "ballots",
    "belief_drift",
    "conformity",
    "expected_beliefs",
    "majority_right",
    "panel_votes",
    "presence",
    "round_table",
    "sampled_ballots",
    "weight_covariance",
]
