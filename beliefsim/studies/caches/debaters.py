"""Persons who judge the same evidence, each in a context of its own, on real weights."""

from typing import Any

import pandas as pd

from beliefsim import answers, personas
from beliefsim.activations import Weights
from beliefsim.games import Evidence, State

from .reuse import reused_beliefs


def debater_beliefs(
    weights: Weights, game: Evidence, decisions: pd.DataFrame, people: pd.DataFrame
) -> tuple[pd.DataFrame, list[str]]:
    """Beliefs about what is hidden, after all signals, of persons who read them afresh or from the first one's cache.

    Parameters
    ----------
    weights : Weights
    game : Evidence
    decisions : DataFrame
        Its play: what was hidden, and the signals of each session.
    people : DataFrame
        At least two; what is told of each stands before the signals.

    Returns
    -------
    tuple of DataFrame and list of str
        As `reused_beliefs`, a case per session; and what was hidden in each.

    Raises
    ------
    ValueError
        If two answers begin with the same token.

    Examples
    --------
    >>> from beliefsim.studies import caches
    >>> game = bs.games.Lookup(answers=3, rounds=24)
    >>> searched = bs.play(game, bs.Bayes(game), sessions=2, seed=1)
    >>> persons = bs.personas.sample(2, design="natural", seed=1)
    >>> held, truth = caches.debater_beliefs(Weights(), game, searched, persons)  # doctest: +SKIP
    """
    states = _states(game, decisions)
    told = [game.history(state) for state in states]
    key = game.key(game.players[0])
    answer = answers.instruction("plain", answers.form(key, game.hidden))
    sent = [
        game.messages(game.players[0], persona, states[0], answer=answer) for persona in personas.describe_many(people)
    ]
    parts = [weights.chat(each).split(told[0]) for each in sent]
    ask = parts[0][1] + answers.prefill(key, game.hidden)
    options = {name: weights.tokens(name)[0] for name in game.hidden.texts}
    if len(set(options.values())) < len(options):
        raise ValueError(
            f"answers {', '.join(options)} of the {game.name} game begin alike: their first tokens must differ"
        )
    prefixes, passages = [weights.tokens(before) for before, _ in parts], [weights.tokens(text) for text in told]
    held = reused_beliefs(weights, prefixes, passages, weights.tokens(ask), options)
    return held, [str(state.moves[0]) for state in states]


def _states(game: Evidence, decisions: pd.DataFrame) -> list[State]:
    """The state of each session after its last signal."""
    rows = decisions[decisions["chosen"]].astype({"move": str})
    hidden, signals = (_by_round(rows, seat) for seat in game.chance)
    return [
        State((kind, seen[-1]), tuple((kind, signal, "") for signal in seen[:-1]))
        for kind, seen in zip(hidden[1], signals.to_numpy().tolist(), strict=True)
    ]


def _by_round(rows: pd.DataFrame, seat: str) -> Any:
    return rows[rows["player"] == seat].pivot(index="session", columns="round", values="move")
