"""Instruments: ways of asking for a belief and of reading the answer."""

from .bet import Bet
from .choice_probabilities import ChoiceProbabilities
from .forecast import Forecast
from .groups import EFFECT_SIZES, GroupMeans, Ranking
from .instrument import Cell, Instrument, preview, registry
from .outcome_ranking import OutcomeRanking
from .own_attribute import OwnAttribute, own_attribute
from .percent import Percent

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
