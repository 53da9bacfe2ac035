"""Agents that are language models in a role."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from beliefsim.models import Request

from .. import answers, personas, prompts
from ..beliefs import Integers, Options, Space, Text
from ..instruments import Instrument
from ..interventions import Intervention
from ..questions import Asking, Turn
from .agent import Acts, Told, pick

if TYPE_CHECKING:
    from ..models import Model


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
        space = turn.space
        if isinstance(space, (Integers, Options)):
            return self._act_exact(turn) if self.exact else self._act_sampled(turn)
        replies = list(self.model.ask(self._moves(turn)))
        texts = np.array([answers.move(reply.text, "say", space) for reply in replies], dtype=object)
        chosen = np.where([text is None for text in texts], -1, 0)
        return Acts(chosen, texts=texts, reply=np.array([reply.id for reply in replies]))

    def tell(self, instrument: Instrument, askings: Iterable[Asking]) -> Iterator[Told]:
        """Answers in order; requests of later askings are already under way."""
        waiting: deque[Asking] = deque()
        exact = instrument.exact and self.exact

        def requests() -> Iterator[Request]:
            for asking in askings:
                waiting.append(asking)
                yield from self._asks(instrument, asking)

        replies: Iterator[Any] = iter(self.model.choose(requests()) if exact else self.model.ask(requests()))
        for first in replies:
            asking = waiting.popleft()
            turns = len(_rotations(asking, 0)) if exact else 1
            group = [first, *itertools.islice(replies, turns * len(asking) - 1)]
            if exact:
                p, ids, read, _ = _averaged(group, asking)
                yield Told(asking, np.array([instrument.read_exact(row, asking) for row in p]), ids, read)
            else:
                values = np.array([instrument.read(reply.text, asking) for reply in group])
                yield Told(asking, values, np.array([reply.id for reply in group]), "sampled")

    def _act_exact(self, turn: Turn) -> Acts:
        p, ids, read, legal = _averaged(list(self.model.choose(self._moves(turn))), turn)
        shown = np.where((read == "sampled")[:, None], np.nan, p)
        return Acts(pick(p, turn), shown, reply=ids, read=read, legal=np.where(read == "exact", legal, np.nan))

    def _act_sampled(self, turn: Turn) -> Acts:
        space = turn.listed
        replies = list(self.model.ask(self._moves(turn)))
        key = turn.game.key(turn.seat)
        moves = [answers.move(reply.text, key, space) for reply in replies]
        chosen = np.array([-1 if move is None else int(space.index(move)) for move in moves], dtype=np.intp)
        return Acts(chosen, reply=np.array([reply.id for reply in replies]))

    def _moves(self, turn: Turn) -> Iterator[Request]:
        """A request per session and order of the options: every rotation if read exactly, else one."""
        game, key = turn.game, turn.game.key(turn.seat)
        for position, persona in enumerate(_prose(turn)):
            state = turn.state.at(position)
            context = self._context(turn, position)
            for space in _orders(game.moves(state), _rotations(turn, position, every=self.exact)):
                answer = "" if isinstance(space, Text) else answers.instruction(self.style, answers.form(key, space))
                sent = game.messages(turn.seat, persona, state, context=context, answer=answer)
                yield self._request(sent, key, space, turn.draw)

    def _asks(self, instrument: Instrument, asking: Asking) -> Iterator[Request]:
        key = asking.question.name
        for position, persona in enumerate(_prose(asking)):
            context = self._context(asking, position)
            state = asking.state.at(position)
            exact = instrument.exact and self.exact
            for space in _orders(asking.space, _rotations(asking, position, every=exact)):
                asked = replace(asking, question=replace(asking.question, space=space))
                sent = instrument.messages(asked, persona, state, context=context, style=self.style)
                if exact or (instrument.exact and self.read == "prefilled"):
                    yield self._request(sent, key, space, asking.draw)
                    continue
                tokens = instrument.max_tokens + (_MAX_TOKENS["reasoning"] if self.style == "reasoning" else 0)
                schema = instrument.schema(asked) if self.style == "plain" else None
                yield Request(sent, schema=schema, temperature=self.temperature, max_tokens=tokens, draw=asking.draw)

    def _request(self, sent: prompts.Messages, key: str, space: object, draw: int) -> Request:
        if not isinstance(space, (Integers, Options)):
            words = space.words if isinstance(space, Text) else 60
            return Request(sent, temperature=self.temperature, max_tokens=2 * words, draw=draw)
        schema = answers.schema({key: answers.property_of(space)}) if self.style == "plain" else None
        if self.read == "prefilled" and self.style == "plain":
            start = answers.prefill(key, space)
            return Request(sent, temperature=self.temperature, max_tokens=_PREFILLED, prefill=start, draw=draw)
        if not self.exact:
            tokens = _MAX_TOKENS[self.style]
            return Request(sent, schema=schema, temperature=self.temperature, max_tokens=tokens, draw=draw)
        return Request(
            sent,
            schema=schema,
            temperature=self.temperature,
            max_tokens=_MAX_TOKENS["plain"],
            prefill=answers.prefill(key, space),
            options=space.texts,
            terminator=answers.terminator(space),
            draw=draw,
        )

    def _context(self, turn: Turn, position: int) -> str:
        return "\n".join(intervention.context(turn, position) for intervention in self.interventions)


def _rotations(turn: Turn, position: int, every: bool = True) -> list[int]:
    """Rotations in which a session sees listed options: all, or the one that its number and draw give."""
    space = turn.space
    if not isinstance(space, Options):
        return [0]
    return list(range(len(space))) if every else [(int(turn.sessions[position]) + turn.draw) % len(space)]


def _orders(space: Space, rotations: list[int]) -> list[Space]:
    return [space.rotated(rotation) if isinstance(space, Options) else space for rotation in rotations]


def _averaged(choices: list[Any], turn: Turn) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each session's probabilities in the natural order of options, its reply, reading and legal mass.

    Probabilities and legal mass are averaged over rotations.
    """
    rotations = _rotations(turn, 0)
    p = np.zeros((len(turn), len(rotations), len(turn.listed)))
    for number, choice in enumerate(choices):
        row, rotation = divmod(number, len(rotations))
        p[row, rotation, : len(choice.p)] = np.roll(choice.p, rotation)
    ids = np.array([choice.id for choice in choices]).reshape(p.shape[:2])
    read = np.array([choice.read for choice in choices]).reshape(p.shape[:2])
    legal = np.array([choice.legal for choice in choices]).reshape(p.shape[:2]).mean(axis=1)
    return p.mean(axis=1), ids[:, 0], np.where((read == "sampled").any(axis=1), "sampled", read[:, 0]), legal


def _prose(turn: Turn) -> list[str]:
    """The personas in words: those of a question's teller; in play the first seat's, which the others do not see."""
    seen = isinstance(turn, Asking) or turn.seat == turn.game.players[0]
    return personas.describe_many(turn.people) if seen and turn.people is not None else [""] * len(turn)
