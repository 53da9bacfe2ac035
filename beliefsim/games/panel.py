"""Panels: chance hides something and draws a signal of it for each of several people, who then say something."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .. import prompts
from ..beliefs import Belief, Space
from ..questions import Question
from .evidence import Evidence
from .game import Game, State
from .lookup import Tips
from .terms import whole

_PANELS = ("random", "diverse")


@dataclass(frozen=True)
class Panel(Game, ABC):
    """Base: a case's hidden thing and a signal for each candidate are drawn once; `size` of them sit in the panel.

    A subclass gives `members` (the players' seats, in order) and what they may say. Two panels on one case that are
    played with one seed meet the same hidden things and signals.

    Parameters
    ----------
    case : Evidence
        What is hidden, and the signals of it.
    size : int
        Signals in the panel.
    candidates : int
        Signals drawn, at least `size`; 0 for `size`.
    panel : {"random", "diverse"}
        Which signals sit in the panel: any, or those that speak for the most different things.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> issubclass(debate.Debate, bs.games.Panel)
    True
    """

    case: Evidence = field(default_factory=Tips)
    size: int = whole(5, least=1)
    candidates: int = whole(0, least=0)
    panel: str = "random"
    sections: ClassVar[tuple[str, ...]] = ("repetition", "own signal", "all signals")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.panel not in _PANELS:
            raise ValueError(f"panel {self.panel!r} is not among {', '.join(_PANELS)}")
        if self.candidates and self.candidates < self.size:
            raise ValueError(f"candidates must be 0 or at least size={self.size}, got {self.candidates}")

    @property
    @abstractmethod
    def members(self) -> tuple[str, ...]:
        """Seats of the players: a kind and the number of its signal, ``"member 1"``."""

    @property
    def chance(self) -> tuple[str, ...]:
        """Chance chooses what is hidden, and a signal for each candidate."""
        hidden, signal = self.case.seats[:2]
        return (hidden, *(f"{signal} {number}" for number in range(1, max(self.size, self.candidates) + 1)))

    @property
    def seats(self) -> tuple[str, ...]:
        """What is hidden, the signals, the members."""
        return self.chance + self.members

    @property
    def words(self) -> Mapping[str, str]:
        """Those of the case and of the panel."""
        words = {**self.case.words, **prompts.words(self.folder, self.frame)}
        hidden = words[f"{self.chance[0]}.move"]
        return words | {f"{hidden}.self": words[hidden]}  # the same thing, whoever is asked

    def moves(self, state: State) -> Space:
        """What is hidden, then signals; a subclass goes on."""
        return self.case.signals if state.moves else self.case.hidden

    def odds(self, seat: str, state: State) -> Belief:
        """The case's."""
        return self.case.odds(self.case.seats[0 if seat == self.chance[0] else 1], State(state.moves[:1]))

    def apply(self, state: State, move: Any) -> State:
        """What is hidden, and the signals, stay over the rounds."""
        after = super().apply(state, move)
        return after if after.moves else State(after.past[-1][: len(self.chance)], after.past)

    def drawn(self, state: State) -> tuple[Any, ...]:
        """Every signal drawn, each one session's or an array over sessions."""
        return state.moves[1 : len(self.chance)]

    def held(self, state: State) -> NDArray[np.intp]:
        """Positions of the signals in the panel, shape (n, size)."""
        drawn = np.stack([np.atleast_1d(self.case.signals.index(one)) for one in self.drawn(state)], axis=1)
        if self.panel == "random":
            return drawn[:, : self.size]
        speaks = self.case.favours[drawn]
        repeats = np.tril(speaks[:, :, None] == speaks[:, None, :], -1).sum(axis=2)  # of earlier ones for the same
        order = repeats.argsort(axis=1, kind="stable")[:, : self.size]
        return np.take_along_axis(drawn, order, axis=1)

    def truth(self, question: Question, state: State) -> Belief:
        """The posterior given every signal drawn, or given one member's where the question is about its belief."""
        if question.seat != self.chance[0]:
            return super().truth(question, state)
        known, seen = self.drawn(state), question.about.partition("/")[0]
        if seen in self.members:
            held = self.held(state)[:, int(seen.rpartition(" ")[2]) - 1]
            known = (np.array(self.case.signals.texts, dtype=object)[held],)
        asked = self.case.question(self.case.key(self.case.seats[0]))
        return self.case.truth(asked, State(state.moves[:1], tuple((None, signal) for signal in known)))

    def question(self, name: str, *, about: str | None = None, **asked: Any) -> Question:
        """As in any game; what is hidden is asked of an onlooker who knows all signals, or of ``"member 1/…"``."""
        if name == self.key(self.chance[0]) and about is None:
            about = f"researcher/{self.chance[0]}"
        return super().question(name, about=about, **asked)

    def rules(self) -> str:
        """The case's rules, then the panel's."""
        return self.text("rules", case=self.case.rules())

    def messages(self, seat: str, persona: str, state: State | None = None, **asked: Any) -> prompts.Messages:
        """As in any game, with what only this seat knows; an onlooker knows all signals."""
        state = state or self.start()
        if len(state.moves) >= len(self.chance):
            asked["context"] = "\n".join(filter(None, [self.known(seat, state), asked.get("context")]))
        return super().messages(seat, persona, state, **asked)

    def known(self, seat: str, state: State) -> str:
        """What one seat knows of the signals, in words."""
        if seat in self.members:
            held = self.held(state)[0, int(seat.rpartition(" ")[2]) - 1]
            signal = self.case.signals.texts[held]
            return self.text("own signal", signals=self.case.text("history", signals=signal))
        drawn = ", ".join(str(signal) for signal in self.drawn(state))
        return self.text("all signals", signals=self.case.text("history", signals=drawn))
