"""A report with planted limitations is read by a team, and a judge decides what to keep."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from beliefsim import prompts
from beliefsim.beliefs import Belief, Options, Space, Text
from beliefsim.games import Game, State
from beliefsim.games.terms import check_whole, role

MATERIAL = str(Path(__file__).parent / "material")
_ROLES = ("extractor", "analyser", "reviewer", "citer", "reader", "writer")
_KINDS = tuple(prompts.names(MATERIAL))


@dataclass(frozen=True)
class Review(Game):
    """Passage by passage: does it show a limitation? Chance plants it, a team says yes or no, a judge decides.

    Each passage exists in a limited and in a sound version (``material``), and is read by itself.
    A role that is named more often reads again: its seats are numbered. A *writer* states the limitation in words.

    Parameters
    ----------
    team : tuple of str
        Who reads: extractor, analyser, reviewer, citer, reader, writer.
    share : int, 1 to 99
        Times in 100 that a passage is limited.
    rounds : int, 1 to 6
        Passages.
    frame : str
        The wording, a file in ``texts/review``.

    References
    ----------
    Al Azher, Guo & Alhoori (2025), arXiv:2601.11578 (LimAgents); planted errors to test reviewers: Godlee, Gale &
    Martyn (1998), doi:10.1001/jama.280.3.237.

    Examples
    --------
    >>> from beliefsim.studies import review
    >>> review.Review(("reader", "reader")).seats
    ('passage', 'reader 1', 'reader 2', 'judge')
    """

    team: tuple[str, ...] = ("extractor", "analyser", "reviewer", "citer")
    share: int = 50
    rounds: int = 6
    chance = ("passage",)
    sections = ("repetition", "history")
    states: ClassVar[Options] = Options(("limited", "sound"), unit="passage")
    verdicts: ClassVar[Options] = Options(("yes", "no"), unit="verdict")

    def __post_init__(self) -> None:
        object.__setattr__(self, "team", tuple(self.team))
        if not self.team or (unknown := [name for name in self.team if name not in _ROLES]):
            raise ValueError(f"team {unknown if self.team else ()!r} must be among {', '.join(_ROLES)}, at least one")
        check_whole("share", self.share, least=1)
        check_whole("rounds", self.rounds, least=1)
        if self.share > 99 or self.rounds > len(_KINDS):
            raise ValueError(
                f"share must be within 1..99 and rounds within 1..{len(_KINDS)} ({prompts.shown_path(MATERIAL)}), "
                f"got {self.share} and {self.rounds}"
            )
        super().__post_init__()

    @property
    def readers(self) -> tuple[str, ...]:
        """The team's seats."""
        often, seen = Counter(self.team), Counter[str]()
        names = []
        for name in self.team:
            seen[name] += 1
            names.append(name if often[name] == 1 else f"{name} {seen[name]}")
        return tuple(names)

    @property
    def seats(self) -> tuple[str, ...]:
        """The passage, the team, the judge."""
        return ("passage", *self.readers, "judge")

    def moves(self, state: State) -> Space:
        """The state of the passage; yes or no; what a writer writes."""
        if not state.moves:
            return self.states
        return Text(words=25) if role(self.seats[len(state.moves)]) == "writer" else self.verdicts

    def odds(self, seat: str, state: State) -> Belief:
        """As often limited as `share` says."""
        return Belief(self.states, np.array([self.share, 100 - self.share]) / 100)

    def payoffs(self, state: State) -> dict[str, Any]:
        """A point for each right verdict; words are not paid."""
        limited = np.asarray(state.moves[0]) == "limited"
        said = dict(zip(self.seats[1:], state.moves[1:], strict=True))
        judged = {seat: move for seat, move in said.items() if role(seat) != "writer"}
        return {seat: ((np.asarray(move) == "yes") == limited).astype(float) for seat, move in judged.items()}

    def kind(self, number: int) -> str:
        """Which limitation the passage of a round may show."""
        return _KINDS[number - 1]

    def values(self, state: State | None = None) -> dict[str, Any]:
        """With the team's size and how many of it said yes."""
        said = (state or State()).moves[1 : len(self.seats) - 1]
        return {
            **super().values(state),
            "size": len(self.team) - self.team.count("writer"),
            "flagged": sum(move == "yes" for move in said),
        }

    def history(self, state: State) -> str:
        """The passage."""
        if not state.moves:
            return ""
        return self.text("history", text=prompts.section(MATERIAL, self.kind(state.round), str(state.moves[0])))
