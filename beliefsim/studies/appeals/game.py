"""A proposal is argued for, and the listener may give money for it before and after."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from beliefsim import prompts
from beliefsim.beliefs import Integers, Options
from beliefsim.games import Proposal, State
from beliefsim.games.terms import check_whole

MATERIAL = str(Path(__file__).parent / "material")


@dataclass(frozen=True)
class Appeal(Proposal):
    """An argument of one social dimension is made; before and after it the listener may give money.

    Parameters
    ----------
    claim : str
        A file in ``beliefsim/prompts/claims``: it has an argument for each of ten dimensions, one that is none
        (``neutral``) and one for the ``other side``, all of one length; ``label fun`` only names a dimension.
    rounds : int
        One more than arguments.
    stake : int
        Dollars that the listener has: giving is a costly act.
    firmness : int, 0 to 5
        How hard to move the listener is said to be; 0: nothing is said.
    frame : str
        The wording, a file in ``texts/appeal``.

    References
    ----------
    Breum et al. (2024), arXiv:2312.15523; dimensions: Choi et al. (2020), doi:10.1145/3366423.3380224.

    Examples
    --------
    >>> from beliefsim.studies import appeals
    >>> game = appeals.Appeal("trees")
    >>> game.argument("neutral")[:34], len(game.arguments["fun"].split())
    ('The street runs from north to sout', 23)
    """

    stake: int = 5
    firmness: int = 0
    sections = ("repetition", "history", "nothing", "label")
    asked: ClassVar[Mapping[str, tuple[str, Integers | Options]]] = MappingProxyType(
        {
            "opinion": ("self", Integers(1, 7, unit="points")),
            "change": ("self", Options(("yes", "no"), unit="answer")),
        }
    )
    dimensions: ClassVar[tuple[str, ...]] = (
        *("knowledge", "power", "status", "trust", "support"),
        *("romance", "similarity", "identity", "fun", "conflict"),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        check_whole("stake", self.stake, least=1)
        check_whole("firmness", self.firmness, least=0, most=5)

    @property
    def answers(self) -> Integers:
        """Dollars given."""
        return Integers(0, self.stake, unit="dollars")

    @property
    def arguments(self) -> Mapping[str, str]:
        """Also the labels: a dimension's name without its argument."""
        label = prompts.section(self.folder, self.frame, "label")
        labels = {f"label {each}": prompts.render(label, {"dimension": each}) for each in self.dimensions}
        return {**super().arguments, **labels}

    def payoffs(self, state: State) -> dict[str, Any]:
        """What the listener keeps."""
        return {"listener": self.stake - np.asarray(state.moves[0], dtype=float)}

    def history(self, state: State) -> str:
        """The arguments so far."""
        said = [self.text("history", None, argument=str(moves[1])) for moves in state.past]
        return "\n".join(said) or self.text("nothing")

    def values(self, state: State | None = None) -> dict[str, Any]:
        """Also how firm the listener is."""
        lines = prompts.section(MATERIAL, "firmness", "listener").splitlines()
        return {**super().values(state), "firm": lines[self.firmness].partition(":")[2].strip()}
