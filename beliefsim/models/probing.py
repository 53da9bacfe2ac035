"""What an endpoint can do: probed once with a few tiny requests, said once, and kept in the recording."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from .errors import Fault, ModelError
from .wire import Answer

_HELLO = [{"role": "user", "content": "Say ok."}]
_COUNT = "Count from 1 to 20."
_BEGUN, _NEXT = "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 1", "6"  # stops within a number
_TURN_TOKENS = 3  # the fewest that end one turn and begin another
_SCHEMA = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}

ROOM = 4096  # tokens to think
Send = Callable[..., Answer | Fault]  # traits, longest answer, messages and further parameters to an answer


@dataclass(frozen=True)
class Traits:
    """What an endpoint can do."""

    schema: str = "json_schema"  # how it takes a JSON schema: also "json_object", or "text" (not at all)
    choice: str = "exact"  # how a choice is read: also "first token" and "sampled"
    top: int = 20  # likeliest tokens that it reports, 0 for none
    prefill: str = "plain"  # how it continues a begun answer: also "flags" (of vLLM), or "" (not at all)
    echo: bool = False  # whether the answer repeats the begun part
    samplers: bool = True  # whether it knows top_k and min_p, so that they can be made neutral
    temperature: bool = True  # whether it takes one (reasoning models do not)
    length: str = "max_tokens"  # name of the parameter for the longest answer
    thinks: bool = False  # whether it reasons before it answers, and needs room for that

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Traits:
        """From a recording; unknown entries are left out."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})

    def settings(self, length: int, temperature: float, continued: bool = False) -> dict[str, Any]:
        """Neutral sampling: without it a server's own defaults cut options off (top_k 40, top_p .95, min_p .05).

        A model that thinks gets room, unless it continues an answer that was begun.
        """
        room = ROOM if not self.temperature or (self.thinks and not continued) else 0
        body: dict[str, Any] = {self.length: length + room}
        if self.temperature:
            body |= {"temperature": temperature, "top_p": 1}
        if self.samplers:
            body |= {"top_k": 0, "min_p": 0}
        return body


LLAMA_CPP = Traits(top=100, echo=True)


def probe(name: str, ask: Callable[[Mapping[str, Any]], Answer | Fault], *, hosted: bool) -> Traits:
    """Find an endpoint's traits with `ask`, which sends a body and gives what comes back.

    OpenAI's own API (`hosted`) is known to refuse top_k and min_p, and not to continue a begun answer.

    Raises
    ------
    ModelError
        If not even the plainest request succeeds.
    """

    def send(traits: Traits, length: int, messages: Any = _HELLO, begun: bool = False, **more: Any) -> Answer | Fault:
        return ask({"model": name, **traits.settings(length, 1.0, begun), "messages": messages, **more})

    traits = _settings(name, send, Traits(samplers=not hosted))
    traits = replace(traits, schema=_schema_mode(send, traits))
    traits = replace(traits, top=_likeliest(send, traits))
    traits = _prefill(send, traits) if traits.top and not hosted else replace(traits, prefill="")
    choice = "exact" if traits.top and traits.prefill else "first token" if traits.top else "sampled"
    traits = replace(traits, choice=choice)
    _say(name, traits)
    return traits


def _settings(name: str, send: Send, traits: Traits) -> Traits:
    """Leave out or rename what the endpoint refuses, guided by its words, then one by one."""
    for _ in range(6):
        answer = send(traits, 16)
        if isinstance(answer, Answer):
            return replace(traits, thinks=traits.thinks or answer.thought)
        simpler = _simpler(traits, answer.cause)
        if answer.kind != "refused" or simpler == traits:
            break
        traits = simpler
    assert isinstance(answer, Fault)
    raise ModelError(f"model {name}: {answer.cause}")


def _simpler(traits: Traits, cause: str) -> Traits:
    if not traits.thinks and ("output limit" in cause or "higher max_tokens" in cause):
        return replace(traits, thinks=True)  # it thought until it was cut
    if "max_tokens" in cause and traits.length == "max_tokens":
        return replace(traits, length="max_completion_tokens")
    if traits.samplers and ("top_k" in cause or "min_p" in cause):
        return replace(traits, samplers=False)
    if traits.temperature and ("temperature" in cause or "top_p" in cause):
        return replace(traits, temperature=False)
    if traits.samplers:  # words that do not tell: the least usual parameters go first
        return replace(traits, samplers=False)
    return traits


def response_format(mode: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Part of a body that asks for JSON in an endpoint's way."""
    if mode == "text":
        return {}
    if mode == "json_object":
        return {"response_format": {"type": "json_object"}}
    form = {"name": "answer", "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": form}}


def _schema_mode(send: Send, traits: Traits) -> str:
    asked = [{"role": "user", "content": 'Answer with the JSON {"ok": true}.'}]
    for mode in ("json_schema", "json_object"):
        if not isinstance(send(traits, 16, asked, **response_format(mode, _SCHEMA)), Fault):
            return mode
    return "text"


def _likeliest(send: Send, traits: Traits) -> int:
    for top in (100, 20, 5):
        answer = send(traits, 1, logprobs=True, top_logprobs=top)
        if not isinstance(answer, Fault):
            return top if answer.logprobs and len(answer.logprobs[0][1]) > 1 else 0
    return 0


def _prefill(send: Send, traits: Traits) -> Traits:
    """Whether the model continues inside a number, and the endpoint has not begun another turn for that."""
    begun = [{"role": "user", "content": _COUNT}, {"role": "assistant", "content": _BEGUN}]
    one_turn = [{"role": "user", "content": f"{_COUNT} {_BEGUN}"}]
    likeliest = {"logprobs": True, "top_logprobs": traits.top}
    for way in ("plain", "flags"):
        answer = send(traits, 1, begun, True, **likeliest, **flags(way))
        if isinstance(answer, Fault):
            continue
        candidates = dict(each for position in answer.logprobs[:1] for each in position[1])
        if candidates.get(_NEXT, -math.inf) > math.log(0.5):
            same = send(traits, 1, one_turn, True, **likeliest)  # a strong model may go on in a new turn as well
            shorter = same.usage[0] if isinstance(same, Answer) else 0
            if not shorter or answer.usage[0] - shorter < _TURN_TOKENS:
                return replace(traits, prefill=way, echo=answer.text.startswith(_BEGUN))
    return replace(traits, prefill="")


def flags(way: str) -> dict[str, Any]:
    """What an endpoint needs beside a last message of the assistant to continue it."""
    return {"add_generation_prompt": False, "continue_final_message": True} if way == "flags" else {}


def _say(name: str, traits: Traits) -> None:
    remarks = {
        f"thinks before it answers (each answer gets {ROOM:,} tokens more)": traits.thinks,
        "takes no temperature": not traits.temperature,
        f"takes no JSON schema (using {traits.schema})": traits.schema != "json_schema",
        "reports no log-probabilities": not traits.top,
        "does not continue a begun answer": traits.top and not traits.prefill,
    }
    lacks = [words for words, holds in remarks.items() if holds]
    if lacks:
        warnings.warn(f"model {name} {', '.join(lacks)}: choices are read '{traits.choice}'", stacklevel=6)
