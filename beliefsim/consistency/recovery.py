"""`recover`: a planted dial, back through the path that language agents take."""

from collections.abc import Iterable
from itertools import product

import pandas as pd

from beliefsim import personas
from beliefsim.games import Game
from beliefsim.instruments import GroupMeans, Instrument
from beliefsim.play import elicit, play

from .comparison import compare
from .dials import Dials
from .scripted import ScriptedPopulation

_DIALS = ("coupling", "amplitude")


def recover(
    dial: str,
    values: Iterable[float],
    game: Game,
    instrument: Instrument | None = None,
    *,
    n: int = 200,
    replications: int = 5,
    permutations: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Plant values of a dial in scripted people, and get them back with play, elicit and compare.

    Parameters
    ----------
    dial : {"coupling", "amplitude"}
        Which dial of `Dials`; the metric of the same name estimates it.
    values : iterable of float
        Planted values.
    game : Game
        What is played.
    instrument : Instrument, optional
        How beliefs are elicited; GroupMeans by default (rankings have no amplitude in dollars).
    n : int
        People in each population, a factorial sample.
    replications : int
        Populations for each value, with effects and people of their own.
    permutations : int
        Draws of the null behind the gate.
    seed : int

    Returns
    -------
    DataFrame
        A row per value and replication: ``planted, replication, recovered, low, high, note``.

    Raises
    ------
    ValueError
        For a dial that no metric estimates.

    Examples
    --------
    >>> from beliefsim.games import TrustGame
    >>> found = recover("coupling", [1.0], TrustGame(), replications=1, seed=1)
    >>> bool(found.low[0] < 1 < found.high[0])
    True
    """
    if dial not in _DIALS:
        raise ValueError(f"dial {dial!r} is not among {', '.join(_DIALS)}")
    question = game.question(game.key(game.seats[0]), by=personas.TEST_ATTRIBUTES)
    rows = []
    for value, replication in product(values, range(replications)):
        people = personas.sample(n, design="factorial", seed=100 * seed + replication)
        agent = ScriptedPopulation(people, Dials(**{dial: value}), seed=replication)
        stated = elicit(question, instrument or GroupMeans(), agent, seed=replication)
        done = play(game, agent, people, seed=replication)
        row = compare(stated, done, people, seed=replication, permutations=permutations).row(dial)
        rows.append((value, replication, *row[["value", "low", "high", "note"]]))
    return pd.DataFrame(rows, columns=["planted", "replication", "recovered", "low", "high", "note"])
