"""What agents give back, `Acts` for moves and `Told` for answers; agents whose beliefs are known; and a person."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from beliefsim.beliefs import Belief, Integers
from beliefsim.games import Game
from beliefsim.instruments import Instrument, OwnAttribute
from beliefsim.questions import Asking, Turn


@dataclass(frozen=True)
class Acts:
    """Moves of n sessions.

    Parameters
    ----------
    chosen : ndarray, shape (n,)
        Position of the move in the space with which play goes on; -1 where the reply could not be read.
    p : ndarray, shape (n, K), or None
        Probability of every move where the choice was read exactly; rows of a sampled reply are missing.
    texts : ndarray of str, shape (n,), or None
        The moves themselves where the space has no list of moves (dialogue).
    reply : ndarray of str or str
        Reply ids.
    read : ndarray of str or str
        How each was read: exact, first token, or sampled.
    legal : ndarray, shape (n,), or float
        Probability that the model, left alone, says a legal move; missing where it is not known.

    Examples
    --------
    >>> from beliefsim.agents import Acts
    >>> Acts(np.array([5, 0])).read  # two sessions: the sixth and the first of the legal moves
    'sampled'
    """

    chosen: NDArray[np.intp]
    p: NDArray[np.float64] | None = None
    texts: NDArray[Any] | None = None
    reply: NDArray[Any] | str = ""
    read: NDArray[Any] | str = "sampled"
    legal: NDArray[np.float64] | float = np.nan


class Told(NamedTuple):
    """Answers: one row per session, one column per cell of the instrument.

    Examples
    --------
    >>> from beliefsim.agents import Told
    >>> Told._fields
    ('asking', 'values', 'reply', 'read')
    """

    asking: Asking
    values: NDArray[np.float64]
    reply: NDArray[Any] | str = ""
    read: NDArray[Any] | str = "sampled"


class Agent(Protocol):
    """Who acts and tells.

    Examples
    --------
    >>> agent.arm, agent.condition, agent.style
    ('scripted', '', 'plain')
    """

    @property
    def arm(self) -> str:
        """Name in tables."""

    @property
    def condition(self) -> str:
        """Interventions in force, ``""`` for none."""

    @property
    def style(self) -> str:
        """Plain or reasoning."""

    @property
    def block_size(self) -> int:
        """How many sessions it answers at once."""

    def act(self, turn: Turn) -> Acts:
        """The move of each session."""

    def tell(self, instrument: Instrument, askings: Iterable[Asking]) -> Iterator[Told]:
        """Answers to each asking, in order."""


class Known:
    """An agent whose beliefs are computed, not asked for: scripted and Bayes agents.

    A subclass gives `believe` (a Belief per level or per session) and `decide` (moves, or a Belief over moves).

    Examples
    --------
    >>> from beliefsim.agents import Known
    >>> isinstance(agent, Known)  # what scripted people believe is known
    True
    """

    game: Game  # of agents that are made for one
    arm: str = "scripted"
    condition: str = ""
    style: ClassVar[str] = "plain"
    block_size: ClassVar[int] = 1 << 40

    def believe(self, asking: Asking) -> Belief:
        """Belief about what is asked: shape (levels, K), or (n, K) for a question about each person."""
        raise NotImplementedError(f"{type(self).__name__} has no belief about {asking.question}")

    def decide(self, turn: Turn) -> Belief | NDArray[Any]:
        """Moves of shape (n,), or a Belief of shape (n, K) from which play draws."""
        raise NotImplementedError(f"{type(self).__name__} does not move")

    def act(self, turn: Turn) -> Acts:
        """The move of each session; a Belief over moves is recorded as exact probabilities."""
        decided = self.decide(turn)
        if isinstance(decided, Belief):
            return Acts(pick(decided.p, turn), decided.p, read="exact")
        space = turn.space
        if isinstance(space, Integers):
            return Acts(np.asarray(decided, dtype=np.intp) - space.low)
        return Acts(np.zeros(len(turn), dtype=np.intp), texts=np.asarray(decided, dtype=object))

    def tell(self, instrument: Instrument, askings: Iterable[Asking]) -> Iterator[Told]:
        """What the instrument makes of the belief; who its personas are, such an agent knows."""
        for asking in askings:
            belief = instrument.truth(asking) if isinstance(instrument, OwnAttribute) else self.believe(asking)
            shape = len(asking), len(instrument.cells(asking))
            yield Told(asking, np.broadcast_to(instrument.express(belief), shape))

    def _plays(self, turn: Turn, kind: type) -> Any:
        """The turn's game, refused if it is of another kind than such agents play."""
        if not isinstance(turn.game, kind):
            raise ValueError(f"{type(self).__name__} plays {kind.__name__}, not {turn.game}")
        return turn.game

    def _check(self, turn: Turn) -> None:
        """Refuse another game than the agent is made for."""
        if turn.game != self.game:
            raise ValueError(f"{type(self).__name__} of {self.game} is asked about {turn.game}")


class Chance(Known):
    """Draws the moves that a game leaves to chance; a row of decisions each, like any other move.

    Examples
    --------
    >>> from beliefsim.agents import Chance
    >>> urns = bs.games.Urns(rounds=2)
    >>> drawn = bs.play(urns, bs.Bayes(urns), sessions=3, seed=1)
    >>> len(drawn[drawn["arm"] == Chance.arm])  # the urn and two balls, three times
    9
    """

    arm = "chance"

    def act(self, turn: Turn) -> Acts:
        """One draw per session from the game's odds."""
        p = turn.game.odds(turn.seat, turn.state).p
        return Acts(pick(np.broadcast_to(p, (len(turn), p.shape[-1])), turn))


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


def pick(p: NDArray[np.float64], turn: Turn) -> NDArray[np.intp]:
    """Position drawn from each session's distribution with the session's own uniform number; -1 where missing."""
    cumulative = np.cumsum(p, axis=1)
    position = (cumulative < turn.uniform()[:, None] * cumulative[:, -1:]).sum(axis=1)
    return np.where(np.isnan(cumulative[:, -1]), -1, np.minimum(position, p.shape[1] - 1))


def check_dials(owner: object, **ranges: tuple[float, float]) -> None:
    """Refuse a dial that is outside its range, whose ends are allowed; None is a dial that is not set."""
    for name, (low, high) in ranges.items():
        value = getattr(owner, name)
        if value is not None and not low <= value <= high:
            raise ValueError(f"dial {name} must be within [{low}, {high}], got {value!r}")
