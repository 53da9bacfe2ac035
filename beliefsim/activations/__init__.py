"""What a model keeps of what it has read: keys and values, and whether they may be used in another's context.

The arithmetic is numpy and needs nothing else; only `Weights`, a real model, needs ``beliefsim[activations]``.
"""

from .anchors import Anchors
from .cache import Cache, rotated
from .debaters import debaters
from .decoder import Decoder
from .reuse import losses, reuse
from .weights import Weights

__all__ = ["Anchors", "Cache", "Decoder", "Weights", "debaters", "losses", "reuse", "rotated"]
