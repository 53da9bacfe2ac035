"""Items that are easily confused: looks at one, then similar ones whose kinds are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from beliefsim import prompts
from beliefsim.beliefs import Belief, Options
from beliefsim.games import Evidence, State
from beliefsim.games.evidence import Array
from beliefsim.games.lookup import naming
from beliefsim.games.terms import check_whole


@dataclass(frozen=True)
class Lookalikes(Evidence):
    """Of which kind is an item? Own looks come first, similar items after them; the frame names the kinds.

    Frame ``neutral`` is leaves to be classified, ``verdict`` answers to be judged right or wrong.

    Parameters
    ----------
    share : int, 1 to 99
        Looks in 100 that name the right kind; else a wrong one, each as likely.
    alike : int, 1 to 99
        Similar items in 100 that are of the same kind; 100 divided by the number of kinds: nothing is learned of them.
    looks : int
        Rounds that are looks.
    rounds : int
        Looks and similar items.
    frame : str
        The wording, a file in ``texts/lookalikes``.

    References
    ----------
    Known neighbours as evidence: Cover & Hart (1967), doi:10.1109/TIT.1967.1053964.

    Examples
    --------
    >>> from beliefsim.studies import confidence
    >>> game = confidence.Lookalikes(share=60, alike=80, rounds=2)
    >>> seen = bs.games.State(("plane", "a similar leaf is plane"), (("plane", "the look says maple", "maple"),))
    >>> game.truth(game.question("tree"), seen).p.round(2).tolist()
    [[0.25, 0.67, 0.08]]
    """

    share: int = 60
    alike: int = 80
    looks: int = 1
    rounds: int = 1
    seats = ("item", "sign", "judge")
    kinds: ClassVar[Mapping[str, int]] = MappingProxyType({"verdict": 2})  # how many a frame names, if not 3

    def __post_init__(self) -> None:
        for name in ("share", "alike"):
            check_whole(name, getattr(self, name), least=1, most=99)
        check_whole("looks", self.looks, least=1)
        super().__post_init__()
        if len(self.hidden) != (kinds := self.kinds.get(self.frame, 3)):
            where = f"{prompts.shown_path(self.folder)}{self.frame}.md"
            raise ValueError(f"frame {self.frame!r} names {len(self.hidden)} kinds, not {kinds} ({where})")

    @property
    def hidden(self) -> Options:
        """The frame's kinds."""
        return Options(tuple(self.words["kinds"].split(", ")), unit=self.key("item"))

    @property
    def signals(self) -> Options:
        """What a look says, then what a similar item is."""
        return Options(tuple(f"{self.words[who]} {kind}" for who in ("look", "similar") for kind in self.hidden.names))

    @property
    def likelihood(self) -> Array:
        """Looks and similar items side by side, as if each were half of the signals."""
        return np.hstack([naming(right, len(self.hidden)) for right in (self.share, self.alike)]) / 2

    def odds(self, seat: str, state: State) -> Belief:
        """A look in the first rounds, then a similar item."""
        belief = super().odds(seat, state)
        if seat == self.seats[0]:
            return belief
        mine = np.repeat([state.round <= self.looks, state.round > self.looks], len(self.hidden))
        return Belief(self.signals, 2 * belief.p * mine)
