"""What every instrument shares: how a question is put, how the answer is read, and how an exact teller would answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .. import personas, prompts
from ..beliefs import Belief
from ..questions import Asking, Question, Turn, kinds

if TYPE_CHECKING:
    from ..games import State

Array = NDArray[np.float64]


class Cell(NamedTuple):
    """One number that an answer states: its statistic, and the level or outcome it is about.

    Examples
    --------
    >>> bs.instruments.Cell("mean", "dollars", level="High")
    Cell(statistic='mean', unit='dollars', level='High', outcome='')
    """

    statistic: str
    unit: str
    level: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Instrument:
    """One way of asking and reading. A subclass says which `cells` an answer has and how to fill them.

    An answer is a vector with one number per cell, missing where it could not be read. A reply in words
    comes in through `read`; a distribution that a model's choices show, or another agent's belief, through `express`.

    Examples
    --------
    >>> issubclass(bs.Ranking, bs.instruments.Instrument), bs.Ranking().name
    (True, 'CTX+TR')
    """

    text: ClassVar[str] = ""  # file in beliefsim/prompts/instruments
    max_tokens: ClassVar[int] = 60
    exact: ClassVar[bool] = False  # read from the model's distribution over outcomes

    @property
    def name(self) -> str:
        """The instrument's name in tables."""
        return self.text

    def check(self, question: Question) -> None:
        """Raise ValueError if the question does not suit the instrument."""

    def cells(self, asking: Asking) -> list[Cell]:
        """What an answer states, in order."""
        raise NotImplementedError

    def form(self, asking: Asking) -> str:
        """The JSON form of an answer in words."""
        raise NotImplementedError

    def schema(self, asking: Asking) -> dict[str, Any]:
        """The JSON schema of an answer."""
        raise NotImplementedError

    def read(self, text: str, asking: Asking) -> Array:
        """The answer in a reply's text, shape (cells,)."""
        raise NotImplementedError

    def express(self, belief: Belief) -> Array:
        """What a teller with this belief answers, shape (cells,) or (n, cells).

        Parameters
        ----------
        belief : Belief
            Shape (levels, K) for a question that compares levels, (n, K) for a question about each person.
        """
        raise NotImplementedError

    def messages(self, asking: Asking, persona: str, *, context: str, style: str) -> prompts.Messages:
        """What a language agent is sent in one session, as (role, text) pairs."""
        raise NotImplementedError

    def paraphrase(self, asking: Asking) -> str:
        """Title of the wording that this draw uses; the wordings of a text take turns."""
        titles = [title for title in prompts.titles("instruments", self.text) if title.startswith("ask")]
        return titles[asking.draw % len(titles)]

    def _ask(self, asking: Asking, values: dict[str, Any]) -> str:
        template = prompts.section("instruments", self.text, self.paraphrase(asking))
        key = asking.question.name + (".self" if asking.question.about == "self" else "")
        values = {**asking.game.values(), **values, "question": asking.game.words[key]}
        return prompts.render(template, {}, values)


def preview(
    question: Question,
    instrument: Instrument,
    persona: pd.Series | Mapping[str, object] | None = None,
    state: State | None = None,
    *,
    draw: int = 0,
    style: str = "plain",
    context: str = "",
) -> str:
    """Exactly what a question looks like, for the first attribute asked about.

    Parameters
    ----------
    question : Question
        Made by ``game.question(...)``.
    instrument : Instrument
        How it is asked.
    persona : Series or mapping, optional
        A row of a people table, asked in the teller's seat; without it a researcher is asked, or the player itself
        where the question is ``about="self"``.
    state : State, optional
        One session's state; default: the start.
    draw : int
        Which wording.
    style : str
        ``"plain"`` or ``"reasoning"``.
    context : str
        What an intervention puts before the agent.

    Examples
    --------
    >>> text = bs.instruments.preview(bs.games.Urns().question("urn"), bs.Percent())
    >>> print(text.splitlines()[-1])
    Answer with this JSON and nothing else: {"A": <percent>, "B": <percent>}
    """
    instrument.check(question)
    attribute = next(iter(question.levels), "")
    state = question.game.start() if state is None else state
    seat = "researcher" if persona is None and question.about != "self" else question.teller
    prose = "" if persona is None else personas.describe(persona)
    asking = Turn(question.game, seat, state, np.arange(1), draw=draw).asking(question, attribute)
    sent = instrument.messages(asking, prose, context=context, style=style)
    return "\n\n".join(f"[{role}]\n{text}" for role, text in sent)


def registry() -> dict[str, type[Instrument]]:
    """Every instrument class with a text, by name; tests walk it.

    Examples
    --------
    >>> "Ranking" in bs.instruments.registry()
    True
    """
    return {name: kind for name, kind in kinds(Instrument).items() if kind.text}
