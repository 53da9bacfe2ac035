"""What instruments about one outcome share: the question is put to a persona in its seat, or to a researcher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .. import answers, prompts
from ..beliefs import Belief, Integers, Options
from ..questions import Block, Question
from .instrument import Array, Cell, Instrument

OF_100 = {"type": "integer", "minimum": 0, "maximum": 100}


@dataclass(frozen=True)
class SingleOutcome(Instrument):
    """Base of instruments that ask about one move or one fact, not about groups."""

    spaces: ClassVar[tuple[type, ...]] = (Integers, Options)

    def check(self, question: Question) -> None:
        """It needs one outcome from a list."""
        if question.levels:
            raise ValueError(f"{self.name} asks about one outcome; ask game.question({question.name!r}) without by=")
        if not isinstance(question.space, self.spaces):
            wanted = " or ".join(space.__name__ for space in self.spaces)
            raise ValueError(f"{self.name} needs {wanted}; the outcomes of {question.name!r} are {question.space}")

    def messages(self, block: Block, persona: str, state: Any, *, context: str, style: str) -> prompts.Messages:
        """The game's own prompt, with the instrument's question in the place of the move's."""
        texts = space_of(block).texts
        ends = {"low": texts[0], "high": texts[-1]}
        ask = self._ask(block, {"when": _when(block), "outcomes": ", ".join(texts), **ends})
        return block.game.messages(
            block.seat, persona, state, context=context, ask=ask, answer=self._answer(block, style)
        )

    def cells(self, block: Block) -> list[Cell]:
        """A probability per outcome."""
        return [Cell("probability", "probability", outcome=text) for text in space_of(block).texts]

    def express(self, belief: Belief, block: Block) -> Array:
        """The believed probabilities."""
        return per_session(belief.p, block)


@dataclass(frozen=True)
class OneAnswer(SingleOutcome):
    """Base of instruments that ask for one of the outcomes, and so can be read exactly."""

    max_tokens = 24
    exact = True

    def form(self, block: Block) -> str:
        """The answer, under the question's name."""
        return answers.form(_name(block), block.space)

    def schema(self, block: Block) -> dict[str, Any]:
        """One of the outcomes."""
        return answers.schema({_name(block): answers.property_of(block.space)})

    def said(self, text: str, block: Block) -> str | None:
        """The outcome that a reply names, or None."""
        return answers.move(text, _name(block), block.space)


@dataclass(frozen=True)
class PerOutcome(SingleOutcome):
    """Base of instruments that state a number for each outcome of a short list."""

    max_tokens = 120
    number: ClassVar[str] = ""  # what stands for each number where the form is shown
    most: ClassVar[int] = 12  # outcomes that a person would still go through one by one

    def check(self, question: Question) -> None:
        """It needs few outcomes."""
        super().check(question)
        if len(question.space) > self.most:  # type: ignore[arg-type]
            raise ValueError(
                f"{self.name} goes through the outcomes one by one, at most {self.most}; {question.name!r} has "
                f"{len(question.space)}: ask with ChoiceProbabilities() or Forecast()"  # type: ignore[arg-type]
            )

    def form(self, block: Block) -> str:
        """A number per outcome."""
        pairs = ", ".join(f'"{text}": <{self.number}>' for text in space_of(block).texts)
        return f"{{{pairs}}}"

    def schema(self, block: Block) -> dict[str, Any]:
        """Whole numbers up to 100."""
        return answers.schema(dict.fromkeys(space_of(block).texts, OF_100))


def per_session(values: Array, block: Block) -> Array:
    """One row per session; a single row is what all of them believe."""
    return np.broadcast_to(values, (len(block), values.shape[-1])).copy()


def space_of(block: Block) -> Integers | Options:
    """The outcomes asked about."""
    assert isinstance(block.space, (Integers, Options))
    return block.space


def _name(block: Block) -> str:
    assert block.question is not None
    return block.question.name


def _when(block: Block) -> str:
    """What is supposed, and the round asked about, in words; no round unless a player's move is asked about."""
    question = block.question
    assert question is not None
    supposed = ""
    for move, value in question.given.items():
        own = block.seat in block.game.seats and block.game.key(block.seat) == move
        word = block.game.words[f"{move}.self" if own else move]
        supposed = " " + prompts.render(prompts.section("phrases", "given", "if"), {"move": word, "value": value})
    return supposed + _round(block, question)


def _round(block: Block, question: Question) -> str:
    if block.game.rounds == 1 or question.seat in block.game.chance or question.name in block.game.asked:
        return ""
    title = ("coming", "next")[question.horizon] if question.horizon < 2 else "later"
    values = {"target": block.state.round + question.horizon}
    if title == "later":
        values["horizon"] = question.horizon
    return " " + prompts.render(prompts.section("phrases", "when", title), values)
