"""Instruments: ways of asking for a belief and of reading the answer."""

from .groups import EFFECT_SIZES, GroupMeans, Ranking
from .instrument import Cell, Instrument, preview, registry
from .per_outcome import Bet, OutcomeRanking, Percent
from .single import ChoiceProbabilities, Forecast, OwnAttribute, own_attribute

__all__ = [
    "EFFECT_SIZES",
    "Bet",
    "Cell",
    "ChoiceProbabilities",
    "Forecast",
    "GroupMeans",
    "Instrument",
    "OutcomeRanking",
    "OwnAttribute",
    "Percent",
    "Ranking",
    "own_attribute",
    "preview",
    "registry",
]
