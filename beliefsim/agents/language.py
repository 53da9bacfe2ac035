"""Agents that are language models in a role."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import numpy as np

from beliefsim.models import Choice, Request

from .. import answers, personas, prompts
from ..beliefs import Belief, Options, Space, Text
from ..instruments import Instrument
from ..interventions import Intervention
from ..questions import Asking, Turn
from .agent import Acts, Told, pick

if TYPE_CHECKING:
    from ..models import Model

Sessions = TypeVar("Sessions", bound=Turn)
_MAX_TOKENS = {"plain": 24, "reasoning": 240}
_PREFILLED = 8  # tokens that a number or an option and its closing take


@dataclass(frozen=True)
class LanguageAgent:
    """A language model that plays personas and answers questions.

    Parameters
    ----------
    model : Model
        Who answers.
    style : {"plain", "reasoning"}
        Answer at once, or after thinking aloud (then only sampled replies can be read).
    read : {"exact", "sampled", "prefilled"}
        How a move is read: from the model's log-probabilities where it gives them, from one reply, or from one reply
        that begins with the same prefix as the exact reading (to compare the two).
    temperature : float
        Sampling temperature, 0 or more; exact distributions are tempered alike. The paper used 0.05.
    interventions : tuple of Intervention
        What is put before the agent; use `given`.

    Examples
    --------
    >>> LanguageAgent(None, style="fast")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    ValueError: style 'fast' is not among plain, reasoning (beliefsim/prompts/styles/)
    """

    model: Model
    style: str = "plain"
    read: str = "exact"
    temperature: float = 1.0
    interventions: tuple[Intervention, ...] = ()

    block_size: ClassVar[int] = 2000

    def __post_init__(self) -> None:
        if self.style not in (known := prompts.names("styles")):
            raise ValueError(f"style {self.style!r} is not among {', '.join(known)} (beliefsim/prompts/styles/)")
        if self.read not in ("exact", "sampled", "prefilled"):
            raise ValueError(f"read {self.read!r} is not among exact, sampled, prefilled")
        if not self.temperature >= 0:
            raise ValueError(f"temperature must be 0 or more, got {self.temperature!r}")

    @property
    def arm(self) -> str:
        """The model's name."""
        return self.model.name

    @property
    def condition(self) -> str:
        """Names of the interventions."""
        return "+".join(intervention.condition for intervention in self.interventions)

    @property
    def exact(self) -> bool:
        """Whether moves are read from log-probabilities; a reasoned reply has no exact distribution."""
        return self.read == "exact" and self.style == "plain"

    def given(self, intervention: Intervention) -> LanguageAgent:
        """The same agent under one more intervention."""
        return replace(self, interventions=(*self.interventions, intervention))

    def through(self, executor: Executor) -> LanguageAgent:
        """The same agent, its model asked from an executor's workers."""
        return replace(self, model=self.model.through(executor))

    def act(self, turn: Turn) -> Acts:
        """Moves of the sessions, asked concurrently."""
        free = isinstance(turn.space, Text)
        if self.exact and not free:
            p, ids, read, legal = _averaged(list(self.model.choose(self._moves(turn))), turn)
            shown = np.where((read == "sampled")[:, None], np.nan, p)
            return Acts(pick(p, turn), shown, reply=ids, read=read, legal=np.where(read == "exact", legal, np.nan))
        replies = list(self.model.ask(self._moves(turn)))
        moves = [answers.move(reply.text, turn.game.key(turn.seat), turn.space) for reply in replies]
        chosen = [-1 if move is None else 0 if free else int(turn.listed.index(move)) for move in moves]
        texts = np.array(moves, dtype=object) if free else None
        return Acts(np.array(chosen, dtype=np.intp), texts=texts, reply=np.array([reply.id for reply in replies]))

    def tell(self, instrument: Instrument, askings: Iterable[Asking]) -> Iterator[Told]:
        """Answers in order; requests of later askings are already under way."""
        waiting: deque[Asking] = deque()
        exact = instrument.exact and self.exact

        def requests() -> Iterator[Request]:
            for asking in askings:
                waiting.append(asking)
                yield from self._asks(instrument, asking)

        replies: Iterator[Any] = self.model.choose(requests()) if exact else self.model.ask(requests())
        for first in replies:
            asking = waiting.popleft()
            rotations = len(_rotations(asking, 0)) if exact else 1
            group = [first, *itertools.islice(replies, rotations * len(asking) - 1)]
            if exact:
                p, ids, read, _ = _averaged(group, asking)
                yield Told(asking, instrument.express(Belief(asking.listed, p)), ids, read)
            else:
                values = np.array([instrument.read(reply.text, asking) for reply in group])
                yield Told(asking, values, np.array([reply.id for reply in group]), "sampled")

    def _moves(self, turn: Turn) -> Iterator[Request]:
        """A request per session and order of the options: every rotation if read exactly, else one."""
        game, key = turn.game, turn.game.key(turn.seat)
        for one, persona, context, space in self._each(turn, every=self.exact):
            answer = "" if isinstance(space, Text) else answers.instruction(self.style, answers.form(key, space))
            sent = game.messages(turn.seat, persona, one.state, context=context, answer=answer)
            yield self._request(sent, key, space, turn.draw)

    def _asks(self, instrument: Instrument, asking: Asking) -> Iterator[Request]:
        exact = instrument.exact and self.exact
        for one, persona, context, space in self._each(asking, every=exact):
            asked = replace(one, question=replace(asking.question, space=space))
            sent = instrument.messages(asked, persona, context=context, style=self.style)
            if exact or (instrument.exact and self.read == "prefilled"):
                yield self._request(sent, asking.question.name, space, asking.draw)
                continue
            tokens = instrument.max_tokens + (_MAX_TOKENS["reasoning"] if self.style == "reasoning" else 0)
            schema = instrument.schema(asked) if self.style == "plain" else None
            yield Request(sent, schema=schema, temperature=self.temperature, max_tokens=tokens, draw=asking.draw)

    def _each(self, turn: Sessions, every: bool) -> Iterator[tuple[Sessions, str, str, Space]]:
        """Each session by itself, its persona and what interventions add, with each order of the options."""
        for position, persona in enumerate(_prose(turn)):
            one = replace(turn, state=turn.state.at(position))
            context = "\n".join(intervention.context(turn, position) for intervention in self.interventions)
            for rotation in _rotations(turn, position, every):
                space = one.space
                yield one, persona, context, space.rotated(rotation) if isinstance(space, Options) else space

    def _request(self, sent: prompts.Messages, key: str, space: Space, draw: int) -> Request:
        """A request for a move, or for one outcome, as this agent reads it."""
        asked = Request(sent, temperature=self.temperature, max_tokens=_MAX_TOKENS[self.style], draw=draw)
        if isinstance(space, Text):
            return replace(asked, max_tokens=2 * space.words)
        if self.style == "reasoning":
            return asked
        if self.read == "prefilled":
            return replace(asked, max_tokens=_PREFILLED, prefill=answers.prefill(key, space))
        asked = replace(asked, schema=answers.schema({key: answers.property_of(space)}))
        if not self.exact:
            return asked
        start, end = answers.prefill(key, space), answers.terminator(space)
        return replace(asked, prefill=start, options=space.texts, terminator=end)


def _rotations(turn: Turn, position: int, every: bool = True) -> list[int]:
    """Rotations in which a session sees listed options: all, or the one that its number and draw give."""
    space = turn.space
    if not isinstance(space, Options):
        return [0]
    return list(range(len(space))) if every else [(int(turn.sessions[position]) + turn.draw) % len(space)]


def _averaged(choices: list[Choice], turn: Turn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each session's probabilities in the natural order of options, its reply, reading and legal mass.

    Probabilities and legal mass are averaged over rotations.
    """
    shape = len(turn), len(_rotations(turn, 0))
    p = np.zeros((*shape, len(turn.listed)))
    for (row, rotation), choice in zip(np.ndindex(shape), choices, strict=True):
        p[row, rotation, : len(choice.p)] = np.roll(choice.p, rotation)
    ids, read, legal = (
        np.array([getattr(one, name) for one in choices]).reshape(shape) for name in ("id", "read", "legal")
    )
    read = np.where((read == "sampled").any(axis=1), "sampled", read[:, 0])
    return p.mean(axis=1), ids[:, 0], read, legal.mean(axis=1)


def _prose(turn: Turn) -> list[str]:
    """The personas in words: those of a question's teller; in play the first seat's, which the others do not see."""
    seen = isinstance(turn, Asking) or turn.seat == turn.game.players[0]
    return personas.describe_many(turn.people) if seen and turn.people is not None else [""] * len(turn)
