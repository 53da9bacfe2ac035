# The public names of beliefsim, and where each is defined; lazy-loader reads them here.
from . import consistency, figures, games, instruments, measures, outputs, paths, personas, prompts, schema, widgets
from .agents import Bayes, LanguageAgent, ScriptedTeller
from .beliefs import Belief, Integers, Options, Text
from .consistency import Dials, ScriptedPopulation, compare, recover
from .datasets import load, load_human, load_otree
from .games import Game
from .instruments import Bet, ChoiceProbabilities, Forecast, GroupMeans, OutcomeRanking, Percent, Ranking
from .interventions import Placebo, Prior
from .models import Model
from .play import elicit, play
from .recordings import reply

__all__ = [
    "Bayes",
    "Belief",
    "Bet",
    "ChoiceProbabilities",
    "Dials",
    "Forecast",
    "Game",
    "GroupMeans",
    "Integers",
    "LanguageAgent",
    "Model",
    "Options",
    "OutcomeRanking",
    "Percent",
    "Placebo",
    "Prior",
    "Ranking",
    "ScriptedPopulation",
    "ScriptedTeller",
    "Text",
    "compare",
    "consistency",
    "elicit",
    "figures",
    "games",
    "instruments",
    "load",
    "load_human",
    "load_otree",
    "measures",
    "outputs",
    "paths",
    "personas",
    "play",
    "prompts",
    "recover",
    "reply",
    "schema",
    "widgets",
]
