"""A debate: members of a panel hold private signals of one hidden thing, vote, see all votes, and vote again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import prompts
from ..beliefs import Belief
from ..questions import Question
from .evidence import Evidence, positions
from .game import Game, State, check_whole
from .tips import Tips

__all__ = ["Debate"]

_PANELS = ("random", "diverse")
_SHOWN = ("votes", "confidence")


@dataclass(frozen=True)
class Debate(Game):
    """A panel votes on a case in rounds; each member has one signal, and sees all votes of earlier rounds.

    Votes of a round are given at the same time. With one member it is a person who thinks again, alone.

    Parameters
    ----------
    case : Evidence
        What is hidden, and the signals of it.
    size : int
        Members.
    rounds : int
        Votes of each.
    shown : {"votes", "confidence"}
        What is seen of others: votes, or with each vote how sure that member's signal sounded.
    candidates : int
        Signals from which the panel is made, at least `size`; 0 for `size`.
    panel : {"random", "diverse"}
        Who of the candidates sits in the panel: any, or those whose signals speak for the most different things.
    frame : str
        The wording, a file in ``beliefsim/prompts/games/debate``; the case brings its own rules.

    Raises
    ------
    ValueError
        For a panel without a member, fewer candidates than members, or confidence that the case's signals do not show.

    References
    ----------
    Du et al. (2023), arXiv:2305.14325; Choi, Zhu & Li (2025), arXiv:2508.17536; Zhu et al. (2026), arXiv:2601.19921;
    votes of independent members: Condorcet (1785), see Grofman, Owen & Feld (1983), doi:10.1007/BF00125672.

    Examples
    --------
    >>> debate = bs.games.Debate(bs.games.Tips(), size=3, rounds=2)
    >>> print(debate.history(bs.games.State((), (("A", "A sure", "B sure", "A unsure", "A", "B", "A"),))))
    Votes in round 1: A, A, B.
    """

    case: Evidence = field(default_factory=Tips)
    size: int = 5
    rounds: int = 5
    shown: str = "votes"
    candidates: int = 0
    panel: str = "random"

    def __post_init__(self) -> None:
        check_whole("size", self.size, least=1)
        check_whole("candidates", self.candidates, least=0)
        for name, known in (("shown", _SHOWN), ("panel", _PANELS)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} {getattr(self, name)!r} is not among {', '.join(known)}")
        if self.candidates and self.candidates < self.size:
            raise ValueError(f"candidates must be 0 or at least size={self.size}, got {self.candidates}")
        if self.shown == "confidence" and not any(self.case.tones):
            raise ValueError(f"shown='confidence': the signals of {self.case.name} have no tone; take shown='votes'")
        super().__post_init__()

    @property
    def members(self) -> tuple[str, ...]:
        """Seats of the panel."""
        return tuple(f"member {number}" for number in range(1, self.size + 1))

    @property
    def chance(self) -> tuple[str, ...]:  # type: ignore[override]
        """Chance chooses what is hidden, and a signal for each candidate."""
        hidden, signal = self.case.seats[:2]
        return (hidden, *(f"{signal} {number}" for number in range(1, max(self.size, self.candidates) + 1)))

    @property
    def seats(self) -> tuple[str, ...]:  # type: ignore[override]
        """What is hidden, the signals, the members."""
        return self.chance + self.members

    @property
    def words(self) -> Mapping[str, str]:
        """Those of the case and of the panel, for every seat."""
        own, signal = prompts.words(self.folder, self.frame), self.case.seats[1]
        words = {**self.case.words, **own}
        words |= {f"{seat}.move": words[f"{signal}.move"] for seat in self.chance[1:]}
        words |= {f"{seat}.move": own["member.move"] for seat in self.members}
        return words | {f"{seat}.role": own["member.role"] for seat in self.members}

    def moves(self, state: State) -> Any:
        """What is hidden, then signals, then votes for what is hidden."""
        return self.case.signals if 1 <= len(state.moves) < len(self.chance) else self.case.hidden

    def odds(self, seat: str, state: State) -> Belief:
        """The case's."""
        return self.case.odds(self.case.seats[0 if seat == self.chance[0] else 1], State(state.moves[:1]))

    def apply(self, state: State, move: Any) -> State:
        """What is hidden, and the signals, stay over the rounds."""
        after = super().apply(state, move)
        return after if after.moves else State(after.past[-1][: len(self.chance)], after.past)

    def held(self, state: State) -> NDArray[np.intp]:
        """Positions of the members' signals, shape (n, size)."""
        drawn = [np.atleast_1d(positions(self.case.signals, one)) for one in state.moves[1 : len(self.chance)]]
        found, speaks = np.stack(drawn, axis=1), self.case.favours
        if self.panel == "random":
            return found[:, : self.size]
        same = speaks[found][:, :, None] == speaks[found][:, None, :]
        repeats = np.tril(same, -1).sum(axis=2)  # of candidates before who speak for the same
        order = repeats.argsort(axis=1, kind="stable")[:, : self.size]
        return np.take_along_axis(found, order, axis=1)

    def votes(self, state: State) -> list[NDArray[np.intp]]:
        """Positions of the votes of each finished round, shape (n, size)."""
        first = len(self.chance)
        return [
            np.stack([np.atleast_1d(positions(self.case.hidden, vote)) for vote in moves[first:]], axis=1)
            for moves in state.past
        ]

    def truth(self, question: Question, state: State) -> Belief:
        """The posterior given every signal drawn, or given a member's own where the question is about its belief."""
        if question.seat != self.chance[0]:
            return super().truth(question, state)
        drawn, seen = state.moves[1 : len(self.chance)], question.about.partition("/")[0]
        if seen in self.members:
            held = self.held(state)[:, self.members.index(seen)]
            drawn = (np.array(self.case.signals.texts, dtype=object)[held],)
        asked = self.case.question(self.case.key(self.case.seats[0]))
        return self.case.truth(asked, State(state.moves[:1], tuple((None, signal) for signal in drawn)))

    def payoffs(self, state: State) -> dict[str, Any]:
        """A point for each right vote."""
        votes = state.moves[len(self.chance) :]
        right = [(np.asarray(vote) == np.asarray(state.moves[0])).astype(float) for vote in votes]
        return dict(zip(self.members, right, strict=True))

    def question(
        self,
        name: str,
        *,
        by: str | Iterable[str] | Mapping[str, Iterable[str]] = (),
        about: str | None = None,
        horizon: int = 0,
        given: Mapping[str, Any] | None = None,
    ) -> Question:
        """As in any game; what is hidden is asked of an onlooker who knows all signals, or of ``"member 1/…"``."""
        if name == self.key(self.chance[0]) and about is None:
            about = f"researcher/{self.chance[0]}"
        return super().question(name, by=by, about=about, horizon=horizon, given=given)

    def rules(self) -> str:
        """The case's rules, then the panel's."""
        return self.text("rules", case=self.case.rules())

    def values(self, state: State | None = None) -> dict[str, Any]:
        """With what is seen of votes."""
        return {**super().values(state), "seen": prompts.section(self.folder, self.frame, f"seen {self.shown}")}

    def history(self, state: State) -> str:
        """All votes of earlier rounds, sorted, so that nobody is known by name."""
        tones = np.array(self.case.tones, dtype=object)[self.held(state if state.moves else State(state.past[-1]))[0]]
        lines = []
        for number, row in enumerate(self.votes(state), start=1):
            named = [self.case.hidden.texts[vote] for vote in row[0]]
            if self.shown == "confidence":
                named = [f"{vote} ({tone})" for vote, tone in zip(named, tones, strict=True)]
            lines.append(self.text("history", round=number, votes=", ".join(sorted(named))))
        return "\n".join(lines) or self.text("nothing")

    def messages(
        self,
        seat: str,
        persona: str,
        state: State | None = None,
        *,
        context: str = "",
        answer: str = "",
        ask: str | None = None,
    ) -> prompts.Messages:
        """As in any game, with what only this seat knows; an onlooker knows all signals."""
        state = state or self.start()
        if len(state.moves) >= len(self.chance):
            context = "\n".join(filter(None, [self._known(seat, state), context]))
        ask = self.text("ask member") if ask is None else ask
        return super().messages(seat, persona, state, context=context, answer=answer, ask=ask)

    def _known(self, seat: str, state: State) -> str:
        if seat not in self.members:
            drawn = ", ".join(str(signal) for signal in state.moves[1 : len(self.chance)])
            return self.text("all signals", signals=self.case.text("history", signals=drawn))
        number = self.members.index(seat)
        held = self.case.signals.texts[self.held(state)[0, number]]
        known = self.text("own signal", signals=self.case.text("history", signals=held))
        own = [self.case.hidden.texts[row[0][number]] for row in self.votes(state)]
        return f"{known} {self.text('own votes', votes=', '.join(own))}" if own else known
