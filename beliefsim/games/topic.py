"""A topic: texts come in, a stance is told, and a tool is called that encodes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .. import prompts
from ..beliefs import Belief, Options
from ..questions import Question
from .game import Game, State, check_whole

__all__ = ["Topic"]

_STAGES = ("persuasion", "debate", "reading", "placebo")
_TEXTS = 3  # arguments a side


@dataclass(frozen=True)
class Topic(Game):
    """Texts on a topic accumulate; after each the holder calls a tool, and may be asked for its stance.

    Round 1 is before any text. A tool stands for a statement as a stance does; which one, the prompt says. The
    paper's agents list, inspect and adopt tools over several steps; here adopting is one choice, read exactly.

    Parameters
    ----------
    topic : str
        A file in ``beliefsim/prompts/topics``; the topics there are neutral, and balanced in their arguments.
    stage : {"persuasion", "debate", "reading", "placebo"}
        One argument a round for one side; for both in turn; all for one side in round 2; or as many words a round
        about a room instead.
    side : {"first", "second"}
        The statement that is argued for (in a debate: first).
    rounds : int
        2 to 4; in a debate up to 7, and reading has 2.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/topic``.

    References
    ----------
    Geng et al. (2025), arXiv:2511.01805; Lord, Ross & Lepper (1979), doi:10.1037/0022-3514.37.11.2098.

    Examples
    --------
    >>> game = Topic("notes", rounds=3)
    >>> game.question("stance").space.names
    ('A', 'B')
    >>> Topic("notes", stage="placebo").texts(2)
    ['The room has white walls and a grey carpet. The clock above the door.']
    """

    topic: str = "notes"
    stage: str = "persuasion"
    side: str = "first"
    rounds: int = 3
    seats: ClassVar[tuple[str, ...]] = ("speaker", "holder")
    chance: ClassVar[tuple[str, ...]] = ("speaker",)

    def __post_init__(self) -> None:
        if self.topic not in (known := prompts.names("topics")):
            raise ValueError(f"topic {self.topic!r} is not among {', '.join(known)} (beliefsim/prompts/topics/)")
        for name, words in (("stage", _STAGES), ("side", ("first", "second"))):
            if getattr(self, name) not in words:
                raise ValueError(f"{name} {getattr(self, name)!r} is not among {', '.join(words)}")
        check_whole("rounds", self.rounds, least=2)
        most = {"debate": 2 * _TEXTS + 1, "reading": 2}.get(self.stage, _TEXTS + 1)
        if self.rounds > most:
            raise ValueError(f"rounds {self.rounds}: {self.stage} has texts for at most {most}")
        super().__post_init__()

    def moves(self, state: State) -> Options:
        """Which text comes in; then a tool."""
        if not state.moves:
            return Options(("none", "argument"), unit="text")
        return Options((self._said("tool first"), self._said("tool second")), unit="tool")

    def odds(self, seat: str, state: State) -> Belief:
        """No text in round 1, then always one."""
        return Belief.certain(self.moves(State()), np.array(["none" if state.round == 1 else "argument"]))

    def payoffs(self, state: State) -> dict[str, Any]:
        """Nothing is paid: no tool is right."""
        return {"holder": 0.0}

    def texts(self, number: int) -> list[str]:
        """The texts that have come in by a round, oldest first."""
        sides = [self.side, "second" if self.side == "first" else "first"]
        lines = [self._said(f"argument {side}").splitlines() for side in sides]
        if self.stage == "placebo":  # as long whatever the side, so that both sides share it
            return _cut(self._said("argument first").splitlines()[: number - 1])
        if self.stage == "debate":
            return [lines[turn % 2][turn // 2] for turn in range(number - 1)]
        return lines[0] if self.stage == "reading" and number > 1 else lines[0][: number - 1]

    def history(self, state: State) -> str:
        """The texts so far."""
        texts = self.texts(state.round)
        return self.text("history", texts=" ".join(texts)) if texts else self.text("nothing")

    def values(self, state: State | None = None) -> dict[str, Any]:
        """With the topic's statements and tools."""
        names = ("title", "first", "second", "tool first", "tool second")
        return {**super().values(state), **{name.replace(" ", "_"): self._said(name) for name in names}}

    def question(
        self,
        name: str,
        *,
        by: str | Iterable[str] | Mapping[str, Iterable[str]] = (),
        about: str | None = None,
        horizon: int = 0,
        given: Mapping[str, Any] | None = None,
    ) -> Question:
        """As in any game; besides, ``"stance"``: the statement that the holder agrees with."""
        if name != "stance":
            return super().question(name, by=by, about=about, horizon=horizon, given=given)
        if by or horizon or given:
            raise ValueError("a stance is the holder's own and of now: no by=, horizon= or given=")
        return Question(name, self, "holder", about or "self", Options(("A", "B"), unit="statement"))

    def _said(self, title: str) -> str:
        return prompts.section("topics", self.topic, title)


def _cut(arguments: list[str]) -> list[str]:
    """Sentences about a room, as many words as each argument has."""
    words = iter(prompts.section("interventions", "placebo", "sentences").split())
    return [" ".join(next(words) for _ in text.split()).rstrip(".,") + "." for text in arguments]
