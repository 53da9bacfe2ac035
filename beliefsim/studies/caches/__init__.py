"""May agents share what one of them has read, and do they still believe what they would have believed?

**Asked:** debaters get the same passage after prefixes of their own. The first has read it; what changes in the others'
beliefs if they use its keys and values as they are (*naive*), moved to their positions, or corrected with anchors?
**Answer:** a reader's option probabilities: a small transformer with random weights (`beliefsim.activations.Decoder`),
or the embedded model's real weights, through `debater_beliefs`.
**Planted:** the transformer's dial ``context``, how strongly a context writes into what later layers see; one layer's
cache knows no context, so that moving mends it exactly.
**Scored:** KL(fresh ‖ reused), flips, and tokens and seconds that were saved. Null: the belief about another passage.
Ceiling: the passage read afresh, 0.

**Notebook:** ``09b_messages``, with the room messages. **Use:**

>>> from beliefsim.activations import Decoder
>>> from beliefsim.studies import caches
>>> reader = Decoder(seed=1)
>>> held = caches.reused_beliefs(reader, [[1, 2], [3, 4, 5]], [[6, 7, 8], [8, 7, 6]], [9], {"yes": 10, "no": 11})
>>> kl = caches.loss_table(held, ["yes", "no"]).groupby("method")["kl"].mean()

**Source:** Ye et al. (2025), KVCOMM, arXiv:2510.12872.
"""

from .debaters import debater_beliefs
from .figure import loss_by_method
from .reuse import loss_table, reused_beliefs

__all__ = ["debater_beliefs", "loss_by_method", "loss_table", "reused_beliefs"]
