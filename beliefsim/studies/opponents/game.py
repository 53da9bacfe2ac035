"""A talk: a listener says what it thinks of a proposal, and a speaker argues against what stands in its way."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from beliefsim.beliefs import Integers, Options, Text
from beliefsim.games import Proposal, State
from beliefsim.games.terms import whole

MATERIAL = str(Path(__file__).parent / "material")


@dataclass(frozen=True)
class Talk(Proposal):
    """Listener and speaker talk in turn; three counter-claims stand between the listener and the claim.

    Parameters
    ----------
    claim : str
        A file in ``beliefsim/prompts/claims``, with three counter-claims and an answer to each (``against first``, …).
    rounds : int
        One more than arguments.
    frame : str
        The wording, a file in ``texts/talk``.

    References
    ----------
    Han, Liu & You (2025), arXiv:2505.22961; beliefs that rest on others: Wyer & Goldberg (1970), doi:10.1037/h0028769.

    Examples
    --------
    >>> from beliefsim.studies import opponents
    >>> game = opponents.Talk("trees")
    >>> game.question("second", about="speaker/listener").space
    Integers(low=0, high=4, unit='agreement')
    >>> game.statement("second")
    'the roots would break up the pavement'
    """

    rounds: int = whole(4, least=2)
    counters: ClassVar[tuple[str, ...]] = ("first", "second", "third")
    asked: ClassVar[Mapping[str, tuple[str, Integers | Options]]] = MappingProxyType(
        {name: ("self", Integers(0, 4, unit="agreement")) for name in ("claim", "opposite", *counters)}
    )

    @property
    def answers(self) -> Text:
        """A reply."""
        return Text()

    def payoffs(self, state: State) -> dict[str, Any]:
        """Nothing is paid."""
        return {"listener": 0.0}

    def history(self, state: State) -> str:
        """The talk so far."""
        rounds = (*state.past, state.moves)
        turns = [turn for moves in rounds for turn in zip(self.seats, moves, strict=False)]
        lines = [self.text("history", None, who=f"The {who}", words=str(text)) for who, text in turns]
        return "\n".join(lines) or self.text("nothing")
