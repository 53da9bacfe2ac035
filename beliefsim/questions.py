"""What is asked: a question about one outcome space, and the block of people and sessions that are asked it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .beliefs import Space


@dataclass(frozen=True)
class Question:
    """A question that a game poses. Made by ``game.question(...)``.

    Parameters
    ----------
    name : str
        The outcome asked about, for example ``"sent"``.
    game : Game
        Whose outcome it is.
    seat : str
        The seat that makes the move asked about.
    about : str
        Whose move: a seat, ``"self"``, or a path such as ``"trustee/trustor"`` (second order).
    space : Space
        The possible outcomes, with their unit.
    levels : mapping of str to tuple of str
        Attributes whose levels are compared, with the levels; empty for a question about one person.
    horizon : int
        Rounds ahead: 0 is the coming move.
    given : mapping of str to move
        Supposed moves of this round, by their names: "if $5 are sent". At most one.
    """

    name: str
    game: Any
    seat: str
    about: str
    space: Space
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    horizon: int = 0
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def teller(self) -> str:
        """The seat whose belief is asked for: the first of a path, else the seat that makes the move.

        What chance has drawn is told, as ``"self"``, by the first player.
        """
        first, _, further = self.about.partition("/")
        if further:
            return first
        players: tuple[str, ...] = self.game.players
        return players[0] if self.seat in self.game.chance else self.seat


@dataclass(frozen=True)
class Block:
    """Sessions that stand at the same point of a game and are asked the same thing at once.

    Parameters
    ----------
    game : Game
        The game.
    seat : str
        The seat that acts or is asked; ``"researcher"`` for a question without a persona.
    state : State
        The sessions' moves so far, each an array of shape (n,).
    sessions : ndarray of int, shape (n,)
        Session numbers; randomness belongs to them, so that any division into blocks gives the same draws.
    people : DataFrame or None
        n rows, the persona of each session.
    draw : int
        Number of the repetition, from 0.
    seed : int
        The verb's seed.
    question : Question or None
        What is asked; None for a move.
    attribute : str
        The attribute whose levels are compared, ``""`` for a question about one person.
    """

    game: Any
    seat: str
    state: Any
    sessions: NDArray[np.int64]
    people: pd.DataFrame | None = None
    draw: int = 0
    seed: int = 0
    question: Question | None = None
    attribute: str = ""

    def __len__(self) -> int:
        return len(self.sessions)

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels compared, in the question's order."""
        return self.question.levels[self.attribute] if self.question and self.attribute else ()

    @property
    def space(self) -> Space:
        """The outcomes asked about, or the legal moves."""
        return self.question.space if self.question else self.game.moves(self.state)

    def uniform(self, stream: int = 0) -> NDArray[np.float64]:
        """One uniform number per session, shape (n,); the same for a session in whatever block it comes.

        Parameters
        ----------
        stream : int
            Which of several independent numbers, from 0.
        """
        point = (self.seed, self.state.round, len(self.state.moves), self.draw, stream)
        first = int(self.sessions[0]) if len(self) else 0
        bits = np.random.PCG64(np.random.SeedSequence(point))
        bits.advance(first)
        span = int(self.sessions[-1]) - first + 1 if len(self) else 0
        numbers = np.random.Generator(bits).random(max(span, 0))
        return numbers[self.sessions - first]
