"""A person at the keyboard: moves and answers come from outside, one at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..instruments import Instrument
from ..questions import Asking, Turn
from .agent import Acts, Known, Told


@dataclass(frozen=True)
class Human(Known):
    """What a person did and said so far. Play stops where the person has not moved yet.

    Parameters
    ----------
    moves : tuple
        The person's moves, one a round.
    answers : mapping of str to value
        Answer to each question, by its name; read by the instruments that read models' replies.

    Examples
    --------
    >>> from beliefsim.games import Returns, TrustGame
    >>> from beliefsim.play import play
    >>> play(TrustGame(trustee=Returns(5), rounds=3), Human((4, 6)))["payoff"].tolist()
    [11.0, 9.0, nan]
    """

    moves: tuple[Any, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict, hash=False)
    arm = "human"

    def act(self, turn: Turn) -> Acts:
        """The move of this round; unread where there is none yet."""
        if turn.state.round > len(self.moves):
            return Acts(np.full(len(turn), -1, dtype=np.intp))
        return Acts(np.repeat(turn.listed.index([self.moves[turn.state.round - 1]]), len(turn)))

    def tell(self, instrument: Instrument, askings: Iterable[Asking]) -> Iterator[Told]:
        """The answer to each question, as the instrument reads it."""
        for asking in askings:
            name = asking.question.name
            reply = json.dumps({name: self.answers.get(name)})
            yield Told(asking, np.array([instrument.read(reply, asking)] * len(asking)))
