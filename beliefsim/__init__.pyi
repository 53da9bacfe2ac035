# The public names of beliefsim, and where each is defined; lazy-loader reads them here.
from . import (
    activations,
    agents,
    beliefs,
    consistency,
    datasets,
    figures,
    games,
    instruments,
    interventions,
    models,
)
from . import outputs, paths, personas, prompts, questions, recordings, schema, widgets
from .agents import Bayes, LanguageAgent, ScriptedTeller
from .beliefs import Belief, Integers, Options, Text
from .consistency import Dials, ScriptedPopulation, compare, recover
from .datasets import load, load_human, load_otree
from .games import Game, State
from .instruments import Bet, ChoiceProbabilities, Forecast, GroupMeans, OutcomeRanking, OwnAttribute, Percent, Ranking
from .interventions import Placebo, Prior
from .models import Model
from .play import elicit, play
from .recordings import reply
