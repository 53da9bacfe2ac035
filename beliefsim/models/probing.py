"""What an endpoint can do: probed once with a few tiny requests, said once, and kept in the recording."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
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
Send = Callable[[Mapping[str, Any]], Answer | Fault]  # a body to what the endpoint says


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

    def to_dict(self) -> dict[str, Any]:
        """As the recording keeps it."""
        return asdict(self)

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


def probe(name: str, send: Send, *, hosted: bool) -> Traits:
    """Find an endpoint's traits with `send`, which asks its client.

    OpenAI's own API (`hosted`) is known to refuse top_k and min_p, and not to continue a begun answer.

    Raises
    ------
    ModelError
        If not even the plainest request succeeds.
    """
    traits = _settings(name, send, Traits(samplers=not hosted))
    traits = replace(traits, schema=_schema_mode(name, send, traits))
    traits = _likeliest(name, send, traits)
    traits = _prefill(name, send, traits) if traits.top and not hosted else replace(traits, prefill="")
    choice = "exact" if traits.top and traits.prefill else "first token" if traits.top else "sampled"
    traits = replace(traits, choice=choice)
    _say(name, traits)
    return traits


def _settings(name: str, send: Send, traits: Traits) -> Traits:
    """Leave out or rename what the endpoint refuses, guided by its words, then one by one."""
    for _ in range(6):
        answer = send({"model": name, "messages": _HELLO, **traits.settings(16, 1.0)})
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


def response_format(mode: str, schema: Mapping[str, Any] | None) -> dict[str, Any]:
    """Part of a body that asks for JSON in an endpoint's way."""
    if schema is None or mode == "text":
        return {}
    if mode == "json_object":
        return {"response_format": {"type": "json_object"}}
    form = {"name": "answer", "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": form}}


def _schema_mode(name: str, send: Send, traits: Traits) -> str:
    asked = [{"role": "user", "content": 'Answer with the JSON {"ok": true}.'}]
    for mode in ("json_schema", "json_object"):
        body = {"model": name, "messages": asked, **traits.settings(16, 1.0), **response_format(mode, _SCHEMA)}
        if not isinstance(send(body), Fault):
            return mode
    return "text"


def _likeliest(name: str, send: Send, traits: Traits) -> Traits:
    for top in (100, 20, 5):
        body = {"model": name, "messages": _HELLO, **traits.settings(1, 1.0), "logprobs": True, "top_logprobs": top}
        answer = send(body)
        if not isinstance(answer, Fault):
            several = bool(answer.logprobs) and len(answer.logprobs[0][1]) > 1
            return replace(traits, top=top if several else 0)
    return replace(traits, top=0)


def _prefill(name: str, send: Send, traits: Traits) -> Traits:
    """Whether the model continues inside a number, and the endpoint has not begun another turn for that."""
    begun = [{"role": "user", "content": _COUNT}, {"role": "assistant", "content": _BEGUN}]
    body = {"model": name, **traits.settings(1, 1.0, True), "logprobs": True, "top_logprobs": traits.top}
    for way in ("plain", "flags"):
        answer = send({**body, "messages": begun, **flags(way)})
        if isinstance(answer, Fault):
            continue
        candidates = dict(each for position in answer.logprobs[:1] for each in position[1])
        if candidates.get(_NEXT, -math.inf) > math.log(0.5) and not _new_turn(answer.usage[0], body, send):
            return replace(traits, prefill=way, echo=answer.text.startswith(_BEGUN))
    return replace(traits, prefill="")


def _new_turn(tokens: int, body: Mapping[str, Any], send: Send) -> bool:
    """Whether the prompt was longer than the same words in one turn; a strong model may go on in a new turn as well."""
    one_turn = send({**body, "messages": [{"role": "user", "content": f"{_COUNT} {_BEGUN}"}]})
    return isinstance(one_turn, Answer) and one_turn.usage[0] > 0 and tokens - one_turn.usage[0] >= _TURN_TOKENS


def flags(way: str) -> dict[str, Any]:
    """What an endpoint needs beside a last message of the assistant to continue it."""
    return {"add_generation_prompt": False, "continue_final_message": True} if way == "flags" else {}


def _say(name: str, traits: Traits) -> None:
    lacks = []
    if traits.thinks:
        lacks.append(f"thinks before it answers (each answer gets {ROOM:,} tokens more)")
    if not traits.temperature:
        lacks.append("takes no temperature")
    if traits.schema != "json_schema":
        lacks.append(f"takes no JSON schema (using {traits.schema})")
    if not traits.top:
        lacks.append("reports no log-probabilities")
    elif not traits.prefill:
        lacks.append("does not continue a begun answer")
    if lacks:
        warnings.warn(f"model {name} {', '.join(lacks)}: choices are read '{traits.choice}'", stacklevel=6)
