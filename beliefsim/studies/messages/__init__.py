"""How much of a belief is lost in a message, and how little must a message of given length lose?

**Asked:** in the game `Relay` a sender knows from records where a parcel may be, and a receiver sees only its message;
which form (prose, words without numbers, a typed record) carries the belief, and at how many tokens?
**Answer:** language models read and write messages; beliefs are stated in percent, moves are read exactly.
**Planted:** `ScriptedMessenger` rounds what it writes (``grain``) and believes a share of what it reads (``trust``);
`code_loss` works out exactly what its code loses, and the trust comes back as moved ÷ apart of `transmission_table`.
**Scored:** KL(sent ‖ received) in nats. Null: even chances, as if no message came. Line of theory: the `bottleneck`,
below which no code can be.

**Notebook:** ``09b_messages``, with the room caches. **Use:**

>>> from beliefsim.studies import messages
>>> game = messages.Relay(frame="code")
>>> bits, loss = messages.code_loss(game.shares, messages.ScriptedMessenger(game, grain=2).code(game.shares))

**Source:** Yang et al. (2025), CodeAgents, arXiv:2507.03254; least loss: Tishby, Pereira & Bialek (1999),
arXiv:physics/0004057.
"""

from .agents import ScriptedMessenger
from .figure import rate_distortion, sent_and_received, tokens_and_loss
from .game import Relay
from .measures import bottleneck, code_loss, move_probabilities, transmission_table

__all__ = [
    "Relay",
    "ScriptedMessenger",
    "bottleneck",
    "code_loss",
    "move_probabilities",
    "rate_distortion",
    "sent_and_received",
    "tokens_and_loss",
    "transmission_table",
]
