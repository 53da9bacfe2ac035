"""A topic: texts come in, a stance is told, and a tool is called that encodes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np

from beliefsim import prompts
from beliefsim.beliefs import Belief, Integers, Options
from beliefsim.games import Game, State
from beliefsim.games.terms import check_whole

MATERIAL = str(Path(__file__).parent / "material")
_STAGES = ("persuasion", "debate", "reading")
KINDS = ("argument", "norms", "values", "empathy", "elite", "shuffled", "summary", "placebo")


@dataclass(frozen=True)
class Topic(Game):
    """Texts on a topic accumulate; after each the holder calls a tool, and may be asked for its stance.

    Round 1 is before any text. A tool stands for a statement as a stance does. In the frame *neutral* the prompt says
    which, and calling it is one choice; in the frame *inspect* the tools are listed, one is inspected, and one called.

    Parameters
    ----------
    topic : str
        One of `topic_names`, a file in ``material``.
    stage : {"persuasion", "debate", "reading"}
        One text a round for one side; one for each side in turn; or all for one side in round 2.
    kind : str
        What the texts are. *argument*: three reasons; *norms, values, empathy, elite*: one text that persuades by other
        means (made up, as are the elite's opinions); *summary* of the arguments; *shuffled*: the arguments' words in
        disorder; *placebo*: as many words about a room.
    side : {"first", "second"}
        The statement that is argued for (in a debate: first).
    rounds : int
        At least 2; one more than there are texts at most.
    frame : str
        The wording, a file in ``texts/topic``.

    References
    ----------
    Geng et al. (2025), arXiv:2511.01805; Lord, Ross & Lepper (1979), doi:10.1037/0022-3514.37.11.2098.

    Examples
    --------
    >>> from beliefsim.studies import topics
    >>> game = topics.Topic("notes", rounds=3)
    >>> game.question("stance").space.names
    ('A', 'B')
    >>> topics.Topic("notes", kind="placebo").texts(2)
    ['The room has white walls and a grey carpet. The clock above the door.']
    """

    topic: str = "notes"
    stage: str = "persuasion"
    kind: str = "argument"
    side: str = "first"
    rounds: int = 2
    chance = ("speaker",)
    sections = ("repetition", "history", "nothing")
    inspecting: ClassVar[tuple[str, ...]] = ("inspect",)  # frames in which a tool is inspected before one is called
    asked: ClassVar[Mapping[str, tuple[str, Integers | Options]]] = MappingProxyType(
        {"stance": ("self", Options(("A", "B"), unit="statement"))}  # the statement that the holder agrees with
    )

    def __post_init__(self) -> None:
        known = {"topic": prompts.names(MATERIAL), "stage": _STAGES, "kind": KINDS, "side": ("first", "second")}
        for name, words in known.items():
            if getattr(self, name) not in words:
                raise ValueError(
                    f"{name} {getattr(self, name)!r} is not among {', '.join(words)} ({prompts.shown_path(MATERIAL)})"
                )
        check_whole("rounds", self.rounds, least=2)
        lines = len(self._lines("first"))
        most = {"debate": 2 * lines + 1, "reading": 2}.get(self.stage, lines + 1)
        if self.rounds > most:
            raise ValueError(f"rounds {self.rounds}: {self.stage} by {self.kind} has texts for at most {most}")
        super().__post_init__()

    @property
    def seats(self) -> tuple[str, ...]:
        """The inspector, who is the holder one step earlier, moves in the frames that are `inspecting`."""
        return ("speaker", "inspector", "holder") if self.frame in self.inspecting else ("speaker", "holder")

    def moves(self, state: State) -> Options:
        """Which text comes in; then a tool."""
        if not state.moves:
            return Options(("none", "text"), unit="text")
        return Options((self._said("tool first"), self._said("tool second")), unit="tool")

    def odds(self, seat: str, state: State) -> Belief:
        """No text in round 1, then always one."""
        return Belief.certain(self.moves(State()), np.array(["none" if state.round == 1 else "text"]))

    def payoffs(self, state: State) -> dict[str, Any]:
        """Nothing is paid: no tool is right."""
        return {"holder": 0.0}

    def texts(self, number: int) -> list[str]:
        """The texts that have come in by a round, oldest first."""
        sides = [self.side, "second" if self.side == "first" else "first"]
        lines = [self._lines(side) for side in sides]
        if self.stage == "debate":
            return [lines[turn % 2][turn // 2] for turn in range(number - 1)]
        return lines[0] if self.stage == "reading" and number > 1 else lines[0][: number - 1]

    def doses(self, number: int) -> tuple[int, int]:
        """How many texts have come in for the first and for the second statement by a round."""
        texts = len(self.texts(number))
        other = texts // 2 if self.stage == "debate" else 0
        return (texts - other, other) if self.side == "first" else (other, texts - other)

    def history(self, state: State) -> str:
        """The texts so far."""
        texts = self.texts(state.round)
        return self.text("history", texts=" ".join(texts)) if texts else self.text("nothing")

    def values(self, state: State | None = None) -> dict[str, Any]:
        """With the topic's statements and tools, and what inspecting one has shown."""
        names = ("title", "first", "second", "tool first", "tool second")
        said = {name.replace(" ", "_"): self._said(name) for name in names}
        looked = state.moves[1] if state and len(state.moves) > 1 else None
        shown = {said[f"tool_{side}"]: self._said(f"about tool {side}") for side in ("first", "second")}
        return {**super().values(state), **said, "inspected": shown.get(str(looked), "")}

    def _said(self, title: str) -> str:
        return prompts.section(MATERIAL, self.topic, title)

    def _lines(self, side: str) -> list[str]:
        """All texts for a side; a placebo is as long whatever the side, so that both share it."""
        if self.kind == "placebo":
            return _cut(self._said("argument first").splitlines())
        if self.kind == "shuffled":
            return [_shuffled(line) for line in self._said(f"argument {side}").splitlines()]
        return self._said(f"{self.kind} {side}").splitlines()


def topic_names(*, contested: bool = False) -> list[str]:
    """Names of the topics: the neutral ones, and the contested ones if wanted.

    Examples
    --------
    >>> from beliefsim.studies import topics
    >>> sorted(set(topics.topic_names(contested=True)) - set(topics.topic_names()))
    ['basic_income', 'nuclear_power']
    """
    return [name for name in prompts.names(MATERIAL) if contested or "contested" not in prompts.titles(MATERIAL, name)]


def _cut(arguments: list[str]) -> list[str]:
    """Sentences about a room, as many words as each argument has."""
    words = iter(prompts.section("interventions", "placebo", "sentences").split())
    return [" ".join(next(words) for _ in text.split()).rstrip(".,") + "." for text in arguments]


def _shuffled(text: str) -> str:
    """The same words in one fixed disorder."""
    words = [word.strip(".,;").lower() for word in text.split()]
    return " ".join(np.random.default_rng(0).permutation(words)).capitalize() + "."
