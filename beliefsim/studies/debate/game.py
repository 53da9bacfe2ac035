"""A debate: members of a panel hold private signals of one hidden thing, vote, see all votes, and vote again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from beliefsim import prompts
from beliefsim.beliefs import Space
from beliefsim.games import Panel, State
from beliefsim.games.terms import check_whole

_SHOWN = ("votes", "confidence")


@dataclass(frozen=True)
class Debate(Panel):
    """A panel votes on a case in rounds; each member has one signal, and sees all votes of earlier rounds.

    Votes of a round are given at the same time. With one member it is a person who thinks again, alone.

    Parameters
    ----------
    case, size, candidates, panel
        As in `Panel`.
    rounds : int
        Votes of each member.
    shown : {"votes", "confidence"}
        What is seen of others: votes, or with each vote how sure that member's signal sounded.
    frame : str
        The wording, a file in ``texts/debate``; the case brings its own rules.

    Raises
    ------
    ValueError
        For a panel without a member, fewer candidates than members, or confidence that the case's signals do not show.

    References
    ----------
    Du et al. (2023), arXiv:2305.14325; Choi, Zhu & Li (2025), arXiv:2508.17536; Zhu et al. (2026), arXiv:2601.19921;
    votes of independent members: Grofman, Owen & Feld (1983), doi:10.1007/BF00125672.

    Examples
    --------
    >>> from beliefsim.studies import debate
    >>> game = debate.Debate(bs.games.Tips(), size=3, rounds=2)
    >>> print(game.history(bs.games.State((), (("A", "A sure", "B sure", "A unsure", "A", "B", "A"),))))
    Votes in round 1: A, A, B.
    """

    rounds: int = 5
    shown: str = "votes"
    sections = (*Panel.sections, "seen votes", "seen confidence", "history", "nothing", "own votes")

    def __post_init__(self) -> None:
        if self.shown not in _SHOWN:
            raise ValueError(f"shown {self.shown!r} is not among {', '.join(_SHOWN)}")
        if self.shown == "confidence" and not any(self.case.tones):
            raise ValueError(f"shown='confidence': the signals of {self.case.name} have no tone; take shown='votes'")
        check_whole("rounds", self.rounds, least=1)
        super().__post_init__()

    @property
    def members(self) -> tuple[str, ...]:
        """One for each signal."""
        return tuple(f"member {number}" for number in range(1, self.size + 1))

    def moves(self, state: State) -> Space:
        """After the signals, votes for what is hidden."""
        return super().moves(state) if len(state.moves) < len(self.chance) else self.case.hidden

    def votes(self, state: State) -> list[NDArray[np.intp]]:
        """Positions of the votes of each finished round, shape (n, size)."""
        cast = [moves[len(self.chance) :] for moves in state.past]
        return [np.stack([np.atleast_1d(self.case.hidden.index(vote)) for vote in row], axis=1) for row in cast]

    def payoffs(self, state: State) -> dict[str, Any]:
        """A point for each right vote."""
        votes = state.moves[len(self.chance) :]
        right = [(np.asarray(vote) == np.asarray(state.moves[0])).astype(float) for vote in votes]
        return dict(zip(self.members, right, strict=True))

    def values(self, state: State | None = None) -> dict[str, Any]:
        """With what is seen of votes."""
        return {**super().values(state), "seen": prompts.section(self.folder, self.frame, f"seen {self.shown}")}

    def history(self, state: State) -> str:
        """All votes of earlier rounds, sorted, so that nobody is known by name."""
        if not state.past:
            return self.text("nothing")
        tones = [self.case.tones[held] for held in self.held(State(state.past[-1]))[0]]
        lines = []
        for number, row in enumerate(self.votes(state), start=1):
            named = [self.case.hidden.texts[vote] for vote in row[0]]
            if self.shown == "confidence":
                named = [f"{vote} ({tone})" for vote, tone in zip(named, tones, strict=True)]
            lines.append(self.text("history", round=number, votes=", ".join(sorted(named))))
        return "\n".join(lines)

    def known(self, seat: str, state: State) -> str:
        """With a member's own earlier votes."""
        if seat not in self.members or not state.past:
            return super().known(seat, state)
        own = [self.case.hidden.texts[row[0][self.members.index(seat)]] for row in self.votes(state)]
        return f"{super().known(seat, state)} {self.text('own votes', votes=', '.join(own))}"
