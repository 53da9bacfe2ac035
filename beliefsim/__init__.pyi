# The public names of beliefsim, and where each is defined; lazy-loader reads them here.
from . import (
    activations,
    agents,
    analysis,
    beliefs,
    datasets,
    figures,
    games,
    instruments,
    interventions,
    models,
    outputs,
)
from . import paths, personas, prompts, questions, recordings, schema, widgets
from .agents import Bayes, Dials, LanguageAgent, ScriptedPopulation, ScriptedTeller
from .analysis import compare
from .beliefs import Belief, Integers, Options, Text
from .datasets import load, load_human, load_otree
from .games import Game, State
from .instruments import Bet, ChoiceProbabilities, Forecast, GroupMeans, OutcomeRanking, OwnAttribute, Percent, Ranking
from .interventions import Placebo, Prior
from .models import Model
from .recordings import reply
from .recovery import recover
from .simulate import elicit, play
