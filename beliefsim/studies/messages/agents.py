"""Scripted ends of a relay: what is written is rounded, what is read is believed in part."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from beliefsim.agents import Bayes
from beliefsim.agents.agent import check_dials
from beliefsim.agents.bayes import Array, rounded
from beliefsim.beliefs import Belief, Text
from beliefsim.questions import Asking, Turn

from .game import Relay


@dataclass(frozen=True)
class ScriptedMessenger(Bayes):
    """Writes beliefs into messages with planted coarseness, and reads them with planted trust.

    It knows the code: a message is read as the mean of all beliefs that would have been written so, which loses least.

    Parameters
    ----------
    game : Relay
        Where it writes and reads.
    grain : int
        A message states multiples of 1/grain; the grain divides 100. 1 names the likeliest depot only; the number of
        cases in the records loses nothing.
    trust : float, in [0, 1]
        Share of what is read in the belief; the rest is the prior.

    Raises
    ------
    ValueError
        For another grain, or one that the frame has no words for.

    Examples
    --------
    >>> from beliefsim.studies import messages
    >>> game = messages.Relay(frame="code")
    >>> talk = bs.play(game, messages.ScriptedMessenger(game, grain=2), sessions=1, seed=1)
    >>> [str(talk.loc[talk["player"] == seat, "move"].iloc[0]) for seat in ("records", "sender")]
    ['15 0 5', 'belief(north=100, south=0, east=0)']
    """

    game: Relay
    grain: int = 20
    trust: float = 1.0
    arm = "scripted"

    def __post_init__(self) -> None:
        if self.grain < 1 or 100 % self.grain or (self.game.scale and self.grain != len(self.game.scale) - 1):
            wanted = f"{len(self.game.scale) - 1} (its words)" if self.game.scale else "a divisor of 100"
            raise ValueError(f"grain must be {wanted} in frame {self.game.frame!r}, got {self.grain}")
        check_dials(self, trust=(0, 1))

    def code(self, belief: Array) -> Array:
        """What is written of beliefs, shape (n, 3): multiples of 1/grain."""
        return rounded(np.asarray(belief), self.grain)

    def believe(self, asking: Asking) -> Belief:
        """By the records in the first round, later by the last message; the prior where it cannot be read."""
        if not asking.state.past:
            return super().believe(asking)
        heard, prior = self._heard(asking.state.past[-1][2]), self.game.prior
        believed = self.trust * heard + (1 - self.trust) * prior
        return Belief(self.game.hidden, np.where(np.isnan(believed), prior, believed))

    def decide(self, turn: Turn) -> Belief | Any:
        """A message, or the likeliest depot."""
        if not isinstance(turn.space, Text):
            return super().decide(turn)
        belief = self.believe(turn.asking(self.game.question("place"))).p
        written, which = np.unique(self.code(belief), axis=0, return_inverse=True)
        texts = np.array([self.game.message_of(row) for row in written], dtype=object)
        return np.broadcast_to(texts[which.ravel()], len(turn))

    def _heard(self, messages: Any) -> Array:
        """What messages mean, shape (n, 3): the mean of beliefs that are written so, else what they state."""
        shares = self.game.shares
        written = self.code(shares)
        texts, which = np.unique(np.atleast_1d(messages).astype(str), return_inverse=True)
        stated = np.stack([self.game.belief_of(text) for text in texts])
        alike = np.asarray(np.isclose(stated[:, None], written).all(axis=-1))
        means = alike @ shares / np.maximum(alike.sum(axis=1, keepdims=True), 1)
        return np.asarray(np.where(alike.any(axis=1, keepdims=True), means, stated)[which])
