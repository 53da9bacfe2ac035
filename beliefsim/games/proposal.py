"""A proposal is argued for: with a listener who may give money for it, or in a talk."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from beliefsim import prompts
from beliefsim.beliefs import Space, Text

from .game import Game, State
from .terms import whole

_STATEMENTS = ("claim", "opposite", "use", "first", "second", "third")


@dataclass(frozen=True)
class Proposal(Game, ABC):
    """Base: in each round the listener answers and the speaker argues; the listener has the last word.

    Round 1 is before any argument, so that what is asked in round k + 1 is asked after k of them. A subclass says what
    an answer is (`answers`).

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> from beliefsim.studies import appeals
    >>> issubclass(appeals.Appeal, bs.games.Proposal), opponents.Talk(rounds=4).seats
    (True, ('listener', 'speaker'))
    """

    claim: str = "sundays"
    rounds: int = whole(2, least=2)
    seats = ("listener", "speaker")
    sections: ClassVar[tuple[str, ...]] = ("repetition", "history", "nothing")

    def __post_init__(self) -> None:
        if self.claim not in (known := prompts.names("claims")):
            raise ValueError(f"claim {self.claim!r} is not among {', '.join(known)} (beliefsim/prompts/claims/)")
        super().__post_init__()

    @property
    @abstractmethod
    def answers(self) -> Space:
        """What the listener may do."""

    @property
    def words(self) -> Mapping[str, str]:
        """The frame's words, with the claim's statements in them."""
        return {key: prompts.render(word, {}, self.statements) for key, word in super().words.items()}

    @property
    def statements(self) -> dict[str, str]:
        """The statements that every claim has, by title."""
        return {title: self.statement(title) for title in _STATEMENTS}

    def statement(self, title: str) -> str:
        """A statement of the claim's text; of several wordings the first."""
        return prompts.section("claims", self.claim, title).splitlines()[0]

    @property
    def arguments(self) -> Mapping[str, str]:
        """The arguments that come with the claim, by name, all of one length."""
        titles = [title for title in prompts.titles("claims", self.claim) if title not in _STATEMENTS]
        return {title: self.statement(title) for title in titles}

    def argument(self, name: str) -> str:
        """The words of an argument; another name raises ValueError."""
        if name not in (known := self.arguments):
            raise ValueError(f"argument {name!r} is not among {', '.join(known)}{prompts.suggestion(name, known)}")
        return known[name]

    def heard(self, state: State) -> list[list[str]]:
        """Names of the arguments so far, by round, one per session.

        Raises
        ------
        ValueError
            For words that are none of the claim's arguments: scripted listeners know only these.
        """
        names = {words: name for name, words in self.arguments.items()}
        try:
            return [[names[str(words)] for words in np.atleast_1d(moves[1])] for moves in state.past]
        except KeyError as error:
            raise ValueError(f"a scripted listener knows only the arguments of {self.claim!r}, not {error}") from None

    def moves(self, state: State) -> Space:
        """The listener's answer, then an argument."""
        return Text() if state.moves else self.answers

    def apply(self, state: State, move: Any) -> State:
        """The state after a move; an argument without words is refused, and the last round has none."""
        if state.moves and not all(str(words).strip() for words in np.atleast_1d(move)):
            raise ValueError("an argument needs words, got an empty one")
        return State((), (*state.past, (move,))) if state.round == self.rounds else super().apply(state, move)

    def values(self, state: State | None = None) -> dict[str, Any]:
        """Also the claim's statements, and how many words a text may have."""
        return {**super().values(state), **self.statements, "words": Text().words}
