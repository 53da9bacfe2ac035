"""What instruments about one outcome share: the question is put to a persona in its seat, or to a researcher."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .. import answers, prompts
from ..beliefs import Belief, Integers, Options
from ..questions import Asking, Question
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

    def messages(self, asking: Asking, persona: str, state: Any, *, context: str, style: str) -> prompts.Messages:
        """The game's own prompt, with the instrument's question in the place of the move's."""
        texts = asking.listed.texts
        ends = {"low": texts[0], "high": texts[-1]}
        ask = self._ask(asking, {"when": _when(asking), "outcomes": ", ".join(texts), **ends})
        return asking.game.messages(
            asking.seat, persona, state, context=context, ask=ask, answer=self._answer(asking, style)
        )

    def cells(self, asking: Asking) -> list[Cell]:
        """A probability per outcome."""
        return [Cell("probability", "probability", outcome=text) for text in asking.listed.texts]

    def express(self, belief: Belief, asking: Asking) -> Array:
        """The believed probabilities."""
        return per_session(belief.p, asking)


@dataclass(frozen=True)
class OneAnswer(SingleOutcome):
    """Base of instruments that ask for one of the outcomes, and so can be read exactly."""

    max_tokens = 24
    exact = True

    def form(self, asking: Asking) -> str:
        """The answer, under the question's name."""
        return answers.form(asking.question.name, asking.space)

    def schema(self, asking: Asking) -> dict[str, Any]:
        """One of the outcomes."""
        return answers.schema({asking.question.name: answers.property_of(asking.space)})

    def said(self, text: str, asking: Asking) -> str | None:
        """The outcome that a reply names, or None."""
        return answers.move(text, asking.question.name, asking.space)


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

    def form(self, asking: Asking) -> str:
        """A number per outcome."""
        pairs = ", ".join(f'"{text}": <{self.number}>' for text in asking.listed.texts)
        return f"{{{pairs}}}"

    def schema(self, asking: Asking) -> dict[str, Any]:
        """Whole numbers up to 100."""
        return answers.schema(dict.fromkeys(asking.listed.texts, OF_100))


def per_session(values: Array, asking: Asking) -> Array:
    """One row per session; a single row is what all of them believe."""
    return np.broadcast_to(values, (len(asking), values.shape[-1])).copy()


def _when(asking: Asking) -> str:
    """What is supposed, and the round asked about, in words; no round unless a player's move is asked about."""
    supposed = ""
    for move, value in asking.question.given.items():
        own = asking.seat in asking.game.seats and asking.game.key(asking.seat) == move
        word = asking.game.words[f"{move}.self" if own else move]
        supposed = " " + prompts.render(prompts.section("phrases", "given", "if"), {"move": word, "value": value})
    return supposed + _round(asking)


def _round(asking: Asking) -> str:
    question = asking.question
    if asking.game.rounds == 1 or question.seat in asking.game.chance or question.name in asking.game.asked:
        return ""
    title = ("coming", "next")[question.horizon] if question.horizon < 2 else "later"
    values = {"target": asking.state.round + question.horizon}
    if title == "later":
        values["horizon"] = question.horizon
    return " " + prompts.render(prompts.section("phrases", "when", title), values)
