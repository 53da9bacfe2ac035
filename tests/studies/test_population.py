"""The individual level: forecasts of own play, and acting on own beliefs."""

import numpy as np
import pytest

import beliefsim as bs
from beliefsim.games import TrustGame
from beliefsim.studies import population

PAIR, ONE = TrustGame(trustee="player"), TrustGame()


def crowd(n=60, seed=1):
    return bs.personas.sample(n, design="factorial", seed=seed)


# whose statements predict whose play


def test_own_statements_predict_own_play_and_a_shared_stereotype_is_told_apart():
    people = crowd(400, seed=2)
    question = ONE.question("sent", by=bs.personas.TEST_ATTRIBUTES)

    def matrix(seeds):
        agents = {f"m{k}": bs.ScriptedPopulation(people, bs.Dials(coupling=0.9), seed=s) for k, s in enumerate(seeds)}
        stated = {name: bs.elicit(question, bs.GroupMeans(), agent) for name, agent in agents.items()}
        done = {name: bs.play(ONE, agent, people, seed=k) for k, (name, agent) in enumerate(agents.items())}
        return population.cross_model(stated, done, people)

    own, shared = matrix((1, 2, 3)), matrix((5, 5))
    assert own.headline["low"].iloc[0] > 0.5 and np.diag(own.matrix).min() > 0.6
    assert shared.headline["low"].iloc[0] < 0 < shared.headline["high"].iloc[0]
    with pytest.raises(ValueError, match="two arms or more"):
        population.cross_model({}, {}, people)


"""People and published models on this study's axes."""
