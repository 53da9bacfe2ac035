"""Instruments: ways of asking for a belief and of reading the answer."""

from .groups import EFFECT_SIZES, GroupMeans, Ranking
from .instrument import Instrument, registry

__all__ = ["EFFECT_SIZES", "GroupMeans", "Instrument", "Ranking", "registry"]
