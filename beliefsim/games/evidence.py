"""Games about evidence: chance hides something, then shows signals of it, and a guesser judges what is hidden."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from ..beliefs import Belief, Integers, Options, Space
from ..questions import Question
from .game import Game, State
from .terms import whole

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Evidence(Game, ABC):
    """Base: one signal per round, independent given what is hidden, and a guess after each.

    A subclass names its seats (hidden, signal, guesser) and gives `hidden`, `signals`, `likelihood`, and
    `prior` where it is not even.

    Examples
    --------
    >>> issubclass(bs.games.Urns, bs.games.Evidence), bs.games.Coin(rounds=6).seats
    (True, ('coin', 'toss', 'guesser'))
    """

    rounds: int = whole(4, least=1)
    sections: ClassVar[tuple[str, ...]] = ("repetition", "history", "nothing")

    @property
    def chance(self) -> tuple[str, ...]:
        """Chance chooses what is hidden, and draws signals."""
        return self.seats[:2]

    @property
    @abstractmethod
    def hidden(self) -> Integers | Options:
        """What may be hidden."""

    @property
    @abstractmethod
    def signals(self) -> Options:
        """What may be seen."""

    @property
    def prior(self) -> Array:
        """Probability of each hidden thing, shape (H,); here each is as likely."""
        return np.full(len(self.hidden), 1 / len(self.hidden))

    @property
    @abstractmethod
    def likelihood(self) -> Array:
        """Probability of each signal given each hidden thing, shape (H, S)."""

    @property
    def tones(self) -> tuple[str, ...]:
        """How sure each signal sounds, in words; empty where signals have no tone."""
        return ("",) * len(self.signals)

    @property
    def favours(self) -> NDArray[np.intp]:
        """Position of the hidden thing under which each signal is the likeliest, shape (S,)."""
        return self.likelihood.argmax(axis=0)

    def moves(self, state: State) -> Space:
        """The hidden thing, then a signal, then a guess at the hidden thing."""
        return self.signals if len(state.moves) == 1 else self.hidden

    def odds(self, seat: str, state: State) -> Belief:
        """The prior, or the signal's probabilities given what is hidden."""
        if seat == self.seats[0]:
            return Belief(self.hidden, self.prior)
        return Belief(self.signals, self.likelihood[self.hidden.index(state.moves[0])])

    def apply(self, state: State, move: Any) -> State:
        """What is hidden stays hidden over the rounds."""
        after = super().apply(state, move)
        return after if after.moves else State(state.moves[:1], after.past)

    def seen(self, state: State) -> list[Any]:
        """Signals so far, oldest first; each one session's, or an array over sessions."""
        return [moves[1] for moves in (*state.past, state.moves) if len(moves) > 1]

    def evidence(self, state: State) -> Array:
        """Log-likelihood of each hidden thing by signal, shape (T, n, H); n is 1 for one session."""
        seen = [np.atleast_1d(self.signals.index(signal)) for signal in self.seen(state)]
        if not seen:
            return np.zeros((0, 1, len(self.hidden)))
        return np.log(self.likelihood.T)[np.array(seen)]

    def truth(self, question: Question, state: State) -> Belief:
        """The posterior given the signals, shape (n, H); or a signal's chances if something is supposed hidden.

        Raises
        ------
        ValueError
            For a question about another seat's move.
        """
        if question.seat == self.seats[1] and question.given:
            supposed = question.given[self.key(self.seats[0])]
            return Belief(self.signals, self.likelihood[self.hidden.index([supposed])])
        if question.seat != self.seats[0]:
            return super().truth(question, state)
        logs = np.log(self.prior) + self.evidence(state).sum(axis=0)
        return Belief.normalised(self.hidden, np.exp(logs - logs.max(axis=-1, keepdims=True)))

    def worth(self, p: Array) -> Array:
        """Expected payoff of each guess given beliefs of shape (n, H)."""
        return p

    def payoffs(self, state: State) -> dict[str, Any]:
        """One point for a right guess."""
        right = np.asarray(state.moves[2]) == np.asarray(state.moves[0])
        return {self.seats[2]: right.astype(float)}

    def supposable(self, seat: str) -> tuple[str, ...]:
        """In a question about a signal, what is hidden; else as in any game."""
        return self.seats[:1] if seat == self.seats[1] else super().supposable(seat)

    def history(self, state: State) -> str:
        """The signals so far."""
        seen = [str(signal) for signal in self.seen(state)]
        return self.text("history", None, signals=", ".join(seen)) if seen else self.text("nothing")
