"""Does an agent act on its own beliefs?

**Asked:** a trustor states what would come back for each amount that it might send, and sends. `TellFirst` is the
intervention: it sees its own statement, or its own act, before the other is asked. Controls with nothing to believe
about another: `bs.games.Dictator`, and `bs.games.Lottery` for risk. **Answer:** language models.
**Planted:** `ScriptedTrustor` expects a share and chooses by quantal response with a rationality.
**Scored:** `belief_act_edge` gives the regret of the act by the agent's own belief, and how often the act is the best
response, each beside what random sends would have. Null: beliefs exchanged among people.

**Notebook:** ``03b_trust_belief_act``. **Use:**

>>> from beliefsim.studies import belief_act
>>> trustor = belief_act.ScriptedTrustor(expects=0.5, rationality=2.0)
>>> sent = bs.play(game, trustor, people, seed=1)

**Source:** Costa-Gomes & Weizsäcker (2008), doi:10.1111/j.1467-937X.2008.00498.x: people best-respond to their own
stated beliefs in about half of games; Cox (2004), doi:10.1016/S0899-8256(03)00119-2.
"""

from .agents import ScriptedTrustor
from .figure import edges
from .intervention import TellFirst
from .measures import belief_act_edge

__all__ = ["ScriptedTrustor", "TellFirst", "belief_act_edge", "edges"]
