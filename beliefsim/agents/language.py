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
from ..questions import Block
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

    def act(self, block: Block) -> Acts:
        """Moves of a block, asked concurrently."""
        space = block.space
        if isinstance(space, (Integers, Options)):
            return self._act_exact(block) if self.exact else self._act_sampled(block)
        replies = list(self.model.ask(self._moves(block)))
        texts = np.array([answers.move(reply.text, "say", space) for reply in replies], dtype=object)
        chosen = np.where([text is None for text in texts], -1, 0)
        return Acts(chosen, texts=texts, reply=np.array([reply.id for reply in replies]))

    def tell(self, instrument: Instrument, blocks: Iterable[Block]) -> Iterator[Told]:
        """Answers block by block; requests of later blocks are already under way."""
        waiting: deque[Block] = deque()
        exact = instrument.exact and self.exact

        def requests() -> Iterator[Request]:
            for block in blocks:
                waiting.append(block)
                yield from self._asks(instrument, block)

        replies: Iterator[Any] = iter(self.model.choose(requests()) if exact else self.model.ask(requests()))
        for first in replies:
            block = waiting.popleft()
            turns = len(_turns(block, 0)) if exact else 1
            group = [first, *itertools.islice(replies, turns * len(block) - 1)]
            if exact:
                p, ids, read, _ = _averaged(group, block)
                yield Told(block, np.array([instrument.read_exact(row, block) for row in p]), ids, read)
            else:
                values = np.array([instrument.read(reply.text, block) for reply in group])
                yield Told(block, values, np.array([reply.id for reply in group]), "sampled")

    def _act_exact(self, block: Block) -> Acts:
        p, ids, read, legal = _averaged(list(self.model.choose(self._moves(block))), block)
        shown = np.where((read == "sampled")[:, None], np.nan, p)
        return Acts(pick(p, block), shown, reply=ids, read=read, legal=np.where(read == "exact", legal, np.nan))

    def _act_sampled(self, block: Block) -> Acts:
        space = block.space
        assert isinstance(space, (Integers, Options))
        replies = list(self.model.ask(self._moves(block)))
        key = block.game.key(block.seat)
        moves = [answers.move(reply.text, key, space) for reply in replies]
        chosen = np.array([-1 if move is None else int(space.index(move)) for move in moves], dtype=np.intp)
        return Acts(chosen, reply=np.array([reply.id for reply in replies]))

    def _moves(self, block: Block) -> Iterator[Request]:
        """A request per session and order of the options: every rotation if read exactly, else one."""
        game, key = block.game, block.game.key(block.seat)
        for position, persona in enumerate(_prose(block)):
            state = block.state.at(position)
            context = self._context(block, position)
            for space in _orders(game.moves(state), _turns(block, position, every=self.exact)):
                answer = "" if isinstance(space, Text) else answers.instruction(self.style, answers.form(key, space))
                sent = game.messages(block.seat, persona, state, context=context, answer=answer)
                yield self._request(sent, key, space, block.draw)

    def _asks(self, instrument: Instrument, block: Block) -> Iterator[Request]:
        key = block.question.name if block.question else ""
        for position, persona in enumerate(_prose(block)):
            context = self._context(block, position)
            state = block.state.at(position)
            exact = instrument.exact and self.exact
            for space in _orders(block.space, _turns(block, position, every=exact)):
                asked = replace(block, question=replace(block.question, space=space)) if block.question else block
                sent = instrument.messages(asked, persona, state, context=context, style=self.style)
                if exact or (instrument.exact and self.read == "prefilled"):
                    yield self._request(sent, key, space, block.draw)
                    continue
                tokens = instrument.max_tokens + (_MAX_TOKENS["reasoning"] if self.style == "reasoning" else 0)
                schema = instrument.schema(asked) if self.style == "plain" else None
                yield Request(sent, schema=schema, temperature=self.temperature, max_tokens=tokens, draw=block.draw)

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

    def _context(self, block: Block, position: int) -> str:
        return "\n".join(intervention.context(block, position) for intervention in self.interventions)


def _turns(block: Block, position: int, every: bool = True) -> list[int]:
    """Rotations in which a session sees listed options: all, or the one that its number and draw give."""
    space = block.space
    if not isinstance(space, Options):
        return [0]
    return list(range(len(space))) if every else [(int(block.sessions[position]) + block.draw) % len(space)]


def _orders(space: Space, turns: list[int]) -> list[Space]:
    return [space.rotated(turn) if isinstance(space, Options) else space for turn in turns]


def _averaged(choices: list[Any], block: Block) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Each session's probabilities in the natural order of options, its reply, reading and legal mass.

    Probabilities and legal mass are averaged over rotations.
    """
    turns = _turns(block, 0)
    p = np.zeros((len(block), len(turns), len(block.space)))  # type: ignore[arg-type]
    for number, choice in enumerate(choices):
        row, turn = divmod(number, len(turns))
        p[row, turn, : len(choice.p)] = np.roll(choice.p, turn)
    ids = np.array([choice.id for choice in choices]).reshape(p.shape[:2])
    read = np.array([choice.read for choice in choices]).reshape(p.shape[:2])
    legal = np.array([choice.legal for choice in choices]).reshape(p.shape[:2]).mean(axis=1)
    return p.mean(axis=1), ids[:, 0], np.where((read == "sampled").any(axis=1), "sampled", read[:, 0]), legal


def _prose(block: Block) -> list[str]:
    """The personas in words: those of a question's teller; in play the first seat's, which the others do not see."""
    seen = block.question is not None or block.seat == block.game.players[0]
    return personas.describe_many(block.people) if seen and block.people is not None else [""] * len(block)
