"""One agent knows, another is told: beliefs passed on in messages."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from beliefsim.beliefs import Belief, Options, Space, Text
from beliefsim.games import Evidence, State
from beliefsim.games.evidence import Array
from beliefsim.games.terms import check_whole
from beliefsim.questions import Question


@dataclass(frozen=True)
class Relay(Evidence):
    """Where is a parcel? A sender has records of parcels like it; a receiver sees nothing but the sender's message.

    In the last round the receiver answers; in each round before it a message is written, the first by who has the
    records, the next by who has read a message. The frame is the form of messages: numbers in a sentence (*prose*),
    a sentence without numbers (*words*), or a typed record (*code*).

    Parameters
    ----------
    cases : int
        Parcels in the records. Every way to divide them among the three depots is as likely.
    rounds : int, at least 2
        One more than the messages.
    frame : str
        The form of messages, a file in ``texts/relay``.

    References
    ----------
    Tishby, Pereira & Bialek (1999), arXiv:physics/0004057 (a message as a bottleneck); Bartlett (1932),
    *Remembering* (serial reproduction), doi:10.1017/CBO9780511759185; Yang et al. (2025), arXiv:2507.03254
    (codified messages among agents).

    Examples
    --------
    >>> from beliefsim.studies import messages
    >>> game = messages.Relay()
    >>> game.truth(game.question("place"), bs.games.State(("north", "11 5 4"))).p.tolist()
    [[0.55, 0.25, 0.2]]
    >>> print(game.message_of([0.55, 0.25, 0.2]))
    The chance is 55 percent that the parcel is in the north depot, 25 percent in the south and 20 percent in the east.
    """

    cases: int = 20
    rounds: int = 2
    frame: str = field(default="prose", kw_only=True)
    sections = ("repetition", "records", "history", "nothing", "scale", "message")
    seats = ("parcel", "records", "sender", "receiver")

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole("rounds", self.rounds, least=2)
        check_whole("cases", self.cases, least=1)

    @property
    def hidden(self) -> Options:
        """The depots."""
        return Options(("north", "south", "east"), unit="depot")

    @cached_property
    def shares(self) -> Array:
        """Of parcels in each depot, a row per possible records, shape (D, 3)."""
        counts = [(north, south) for north in range(self.cases + 1) for south in range(self.cases + 1 - north)]
        return np.array([(north, south, self.cases - north - south) for north, south in counts]) / self.cases

    @cached_property
    def signals(self) -> Options:  # type: ignore[override]
        """What the records may say: numbers of parcels in the depots."""
        counts = np.rint(self.shares * self.cases).astype(int)
        return Options(tuple(" ".join(map(str, row)) for row in counts), unit="records")

    @cached_property
    def likelihood(self) -> Array:  # type: ignore[override]
        """Of records, given where the parcel is: its chance is the share of parcels that were there."""
        return np.asarray(self.shares.T * 3 / len(self.shares))

    @cached_property
    def scale(self) -> tuple[str, ...]:
        """The words for shares from 0 to 1, in equal steps; none where messages have numbers."""
        return tuple(self.text("scale").splitlines())

    def turn(self, state: State) -> str | None:
        """Chance, then who writes; in the last round who answers."""
        if state.round > self.rounds:
            return None
        last = "receiver" if state.round == self.rounds else "sender"
        return (*self.chance, last)[len(state.moves)]

    def moves(self, state: State) -> Space:
        """The depot, then records, then a message or an answer."""
        if len(state.moves) == 2 and state.round < self.rounds:
            return Text(words=40)
        return self.signals if len(state.moves) == 1 else self.hidden

    def apply(self, state: State, move: Any) -> State:
        """Depot and records stay."""
        moves = (*state.moves, move)
        return State(moves, state.past) if len(moves) < 3 else State(moves[:2], (*state.past, moves))

    def seen(self, state: State) -> list[Any]:
        """The records."""
        return list((state.past[0] if state.past else state.moves)[1:2])

    def truth(self, question: Question, state: State) -> Belief:
        """What the records say, shape (n, 3), in every round; a receiver who says so has lost nothing."""
        if question.seat != "parcel":
            return super().truth(question, state)
        seen = self.seen(state)
        return Belief(self.hidden, self.shares[np.atleast_1d(self.signals.index(seen[0]))] if seen else self.prior)

    def history(self, state: State) -> str:
        """The records in the first round, later the last message alone."""
        if state.past:
            return self.text("history", message=" ".join(str(state.past[-1][2]).split()))
        if not self.seen(state):
            return self.text("nothing")
        counts = dict(zip(self.hidden.names, str(self.seen(state)[0]).split(), strict=True))
        return self.text("records", None, **counts)

    def payoffs(self, state: State) -> dict[str, Any]:
        """One point for a right answer."""
        right = np.asarray(state.moves[2], dtype=object) == np.asarray(state.moves[0], dtype=object)
        return {"receiver": right.astype(float)}

    def message_of(self, belief: Any) -> str:
        """A message in this frame's form that states a belief, shape (3,): whole percentages, or the nearest words."""
        said = [f"{share:.0f}" for share in 100 * np.asarray(belief)]
        if self.scale:
            said = [self.scale[round(share * (len(self.scale) - 1))] for share in belief]
        return self.text("message", None, **dict(zip(self.hidden.names, said, strict=True)))

    def belief_of(self, message: str) -> Array:
        """The belief that a message states, shape (3,): each depot once, in the order of three numbers or words.

        Missing where the message is otherwise, or percentages do not sum to 100 by more than one.

        Examples
        --------
        >>> from beliefsim.studies import messages
        >>> game = messages.Relay(frame="words")
        >>> game.belief_of("South is as likely as not, north unlikely, east too is unlikely.").tolist()
        [0.25, 0.5, 0.25]
        """
        value = "|".join(sorted(map(re.escape, self.scale), key=len, reverse=True)) or r"\d+(?:\.\d+)?"
        places = re.findall(r"\b(?:{})\b".format("|".join(self.hidden.names)), message.casefold())
        said = re.findall(rf"\b(?:{value})\b", message.casefold())
        if sorted(places) != sorted(self.hidden.names) or len(said) != len(places):
            return np.full(3, np.nan)
        known = dict(zip(places, map(self.scale.index if self.scale else float, said), strict=True))
        stated = np.array([float(known[name]) for name in self.hidden.names])
        total = stated.sum()
        whole = total > 0 if self.scale else abs(total - 100) <= 1
        return stated / total if whole else np.full(3, np.nan)
