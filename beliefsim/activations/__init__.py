"""What a model keeps of what it has read: keys and values, and whether they may be used in another's context.

The arithmetic is numpy and needs nothing else; only `Weights`, a real model, needs ``beliefsim[activations]``.
"""

from .cache import Cache, rotated
from .decoder import Decoder
from .weights import Weights

__all__ = ["Cache", "Decoder", "Weights", "rotated"]
