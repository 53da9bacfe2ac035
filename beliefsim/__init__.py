"""Do simulated people practise what they preach?

beliefsim elicits an agent's beliefs, lets it act in a game, and compares the two. The verbs are `play`, `elicit`,
`compare`, `recover`, `load` and `reply`; the nouns are games, personas, models, agents, instruments and
interventions. Everything below is imported when it is first used, so that ``import beliefsim`` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import (
        activations,
        agents,
        analysis,
        beliefs,
        figures,
        games,
        instruments,
        outputs,
        paths,
        personas,
        prompts,
        schema,
        widgets,
    )
    from .agents import (
        Bayes,
        Dials,
        LanguageAgent,
        ScriptedForecaster,
        ScriptedPopulation,
        ScriptedSolver,
        ScriptedTeller,
        ScriptedTrustor,
    )
    from .analysis import compare
    from .beliefs import Belief, Integers, Options, Text
    from .datasets import load, load_human, load_otree
    from .games import Game, State
    from .instruments import (
        Bet,
        ChoiceProbabilities,
        Forecast,
        GroupMeans,
        OutcomeRanking,
        OwnAttribute,
        Percent,
        Ranking,
    )
    from .interventions import Placebo, Prior, TellFirst
    from .models import Model
    from .recordings import reply
    from .recovery import recover
    from .simulate import elicit, play

_WHERE = {
    "Bayes": "agents",
    "Belief": "beliefs",
    "Bet": "instruments",
    "ChoiceProbabilities": "instruments",
    "Dials": "agents",
    "Forecast": "instruments",
    "Game": "games",
    "GroupMeans": "instruments",
    "Integers": "beliefs",
    "LanguageAgent": "agents",
    "Model": "models",
    "Options": "beliefs",
    "OutcomeRanking": "instruments",
    "OwnAttribute": "instruments",
    "Percent": "instruments",
    "Placebo": "interventions",
    "Prior": "interventions",
    "Ranking": "instruments",
    "ScriptedForecaster": "agents",
    "ScriptedPopulation": "agents",
    "ScriptedSolver": "agents",
    "ScriptedTeller": "agents",
    "ScriptedTrustor": "agents",
    "State": "games",
    "TellFirst": "interventions",
    "Text": "beliefs",
    "compare": "analysis",
    "elicit": "simulate",
    "load": "datasets",
    "load_human": "datasets",
    "load_otree": "datasets",
    "play": "simulate",
    "recover": "recovery",
    "reply": "recordings",
}
_MODULES = (
    "activations",
    "agents",
    "analysis",
    "beliefs",
    "figures",
    "games",
    "instruments",
    "outputs",
    "paths",
    "personas",
    "prompts",
    "schema",
    "widgets",
)

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
    "OwnAttribute",
    "Percent",
    "Placebo",
    "Prior",
    "Ranking",
    "ScriptedForecaster",
    "ScriptedPopulation",
    "ScriptedSolver",
    "ScriptedTeller",
    "ScriptedTrustor",
    "State",
    "TellFirst",
    "Text",
    "activations",
    "agents",
    "analysis",
    "beliefs",
    "compare",
    "elicit",
    "figures",
    "games",
    "instruments",
    "load",
    "load_human",
    "load_otree",
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


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if name in _WHERE:
        return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'beliefsim' has no attribute {name!r}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return __all__
