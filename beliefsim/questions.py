"""What is asked, and who is asked it or moves: a question about one outcome space, sessions at one point of a game."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .beliefs import Integers, Options, Space, Text

if TYPE_CHECKING:
    from .games import Game


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

    Examples
    --------
    >>> asked = game.question("sent", by=["openness"])
    >>> asked.about, asked.levels
    ('trustor', {'openness': ('Low', 'Moderate', 'High')})
    """

    name: str
    game: Game
    seat: str
    about: str
    space: Space
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    horizon: int = 0
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def listed(self) -> Integers | Options:
        """The outcomes, where they are a list; for a free text ValueError is raised."""
        return listed(self.space)

    @property
    def teller(self) -> str:
        """The seat whose belief is asked for: the first of a path, else the seat that makes the move.

        What chance has drawn is told, as ``"self"``, by the first player.
        """
        first, _, further = self.about.partition("/")
        if further:
            return first
        return self.game.players[0] if self.seat in self.game.chance else self.seat


@dataclass(frozen=True)
class State:
    """Moves so far. Each move is a scalar (one session) or an array (one entry per session).

    Parameters
    ----------
    moves : tuple
        This round's moves in the order of play.
    past : tuple of tuple
        Finished rounds, oldest first.

    Examples
    --------
    >>> bs.games.State(moves=(4,)).moves
    (4,)
    """

    moves: tuple[Any, ...] = ()
    past: tuple[tuple[Any, ...], ...] = ()

    @property
    def round(self) -> int:
        """Number of the current round, from 1."""
        return len(self.past) + 1

    def at(self, position: int) -> State:
        """The state of one of the sessions."""
        return self._of_each(lambda move: move[position] if np.ndim(move) else move)

    def take(self, keep: slice | NDArray[Any]) -> State:
        """The state of some of the sessions, by a mask or positions."""
        return self._of_each(lambda move: np.asarray(move)[keep])

    def _of_each(self, pick: Callable[[Any], Any]) -> State:
        return State(tuple(map(pick, self.moves)), tuple(tuple(map(pick, moves)) for moves in self.past))


def listed(space: Space) -> Integers | Options:
    """The space itself, if it lists what is possible; ValueError for a free text.

    Examples
    --------
    >>> listed(Options(("up", "down"))).texts
    ('up', 'down')
    """
    if isinstance(space, Text):
        raise ValueError(f"here a list of what is possible is needed, not {space}")
    return space


@dataclass(frozen=True)
class Turn:
    """Sessions that stand at the same point of a game, where a seat is to move.

    Parameters
    ----------
    game : Game
        The game.
    seat : str
        The seat that moves.
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

    Examples
    --------
    >>> turn = Turn(game, "trustor", game.start(), np.arange(3))
    >>> len(turn), turn.space
    (3, Integers(low=0, high=10, unit='dollars'))
    """

    game: Game
    seat: str
    state: State
    sessions: NDArray[np.int64]
    people: pd.DataFrame | None = None
    draw: int = 0
    seed: int = 0

    def __len__(self) -> int:
        return len(self.sessions)

    @property
    def space(self) -> Space:
        """The legal moves."""
        return self.game.moves(self.state)

    @property
    def listed(self) -> Integers | Options:
        """The space, where it lists what is possible; for a free text ValueError is raised."""
        return listed(self.space)

    @property
    def amounts(self) -> Integers:
        """The space, where it is of whole numbers; ValueError for any other."""
        if not isinstance(space := self.space, Integers):
            raise ValueError(f"whole numbers are needed; what is possible here is {space}")
        return space

    def take(self, keep: slice | NDArray[Any]) -> Self:
        """Some of the sessions, by a mask or positions."""
        people = None if self.people is None else self.people.iloc[keep]
        return replace(self, sessions=self.sessions[keep], people=people, state=self.state.take(keep))

    def blocks(self, size: int) -> Iterator[Self]:
        """The same sessions, at most so many at a time."""
        return (self.take(slice(first, first + size)) for first in range(0, len(self), size))

    def asking(self, question: Question, attribute: str = "") -> Asking:
        """The same sessions, asked a question."""
        return Asking(**{**vars(self), "question": question, "attribute": attribute})

    def uniform(self, stream: int = 0) -> NDArray[np.float64]:
        """One uniform number per session, shape (n,); the same for a session in whatever block it comes.

        Parameters
        ----------
        stream : int
            Which of several independent numbers, from 0.
        """
        point = (self.seed, self.state.round, len(self.state.moves), self.draw, stream)
        if not len(self):
            return np.empty(0)
        first, last = int(self.sessions[0]), int(self.sessions[-1])
        bits = np.random.PCG64(np.random.SeedSequence(point))
        bits.advance(first)
        return np.random.Generator(bits).random(last - first + 1)[self.sessions - first]


@dataclass(frozen=True)
class Asking(Turn):
    """Sessions that stand at the same point of a game and are asked the same thing.

    The parameters are those of `Turn`, and:

    Parameters
    ----------
    seat : str
        The seat that is asked; ``"researcher"`` for a question without a persona.
    question : Question
        What is asked.
    attribute : str
        The attribute whose levels are compared, ``""`` for a question about one person.

    Examples
    --------
    >>> turn = Turn(game, "researcher", game.start(), np.arange(1))
    >>> turn.asking(game.question("sent", by=["openness"]), "openness").levels
    ('Low', 'Moderate', 'High')
    """

    question: Question = field(kw_only=True)
    attribute: str = ""

    @property
    def space(self) -> Space:
        """The outcomes asked about."""
        return self.question.space

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels compared, in the question's order."""
        return self.question.levels.get(self.attribute, ())


def kinds(base: type[Any]) -> dict[str, type[Any]]:
    """Every class that stands below a base, by its name; only those of modules that were imported are known.

    Examples
    --------
    >>> "Urns" in kinds(bs.Game)
    True
    """
    below = base.__subclasses__()
    for kind in below:
        below.extend(kind.__subclasses__())  # which this loop comes to
    return {kind.__name__: kind for kind in sorted(below, key=lambda kind: kind.__name__)}
