"""Instruments: ways of asking for a belief and of reading the answer."""

from .bet import Bet
from .choice_probabilities import ChoiceProbabilities
from .forecast import Forecast
from .groups import EFFECT_SIZES, GroupMeans, Ranking
from .instrument import Cell, Instrument, preview, registry
from .outcome_ranking import OutcomeRanking
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
    "Percent",
    "Ranking",
    "preview",
    "registry",
]
