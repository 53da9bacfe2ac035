"""A rehearsal (`beliefsim plan`, `--dry-run`): made-up answers come where an endpoint's would, and nothing is sent.

All else is as it will be: recordings are looked up, requests that share a prompt are sent once, replies are recorded
(in a folder that is thrown away), so that what is counted is what a run would ask.
"""

from __future__ import annotations

import json
import math
import random
import re
import string
from collections.abc import Mapping, Sequence
from typing import Any

from .client import Client
from .pace import Limits
from .wire import Answer, answer_of

_ALTERNATIVES = 200  # values of an answer that are listed among its likeliest tokens
_rng = random.Random(1)


class Rehearsal(Client):
    """A client that answers by itself, in the words of an endpoint that can do everything."""

    def __init__(self) -> None:
        super().__init__("", "", Limits())

    async def ask(self, body: Mapping[str, Any], tokens: int = 0) -> Answer:
        """A made-up answer."""
        return answer_of(answer(body))


def answer(body: Mapping[str, Any]) -> dict[str, Any]:
    """A chat completion that the schema of a request's body allows; every character is a token and about as likely.

    Free text is billed at its longest.
    """
    messages = body["messages"]
    begun = messages[-1]["content"] if messages[-1]["role"] == "assistant" else ""
    schema = (body.get("response_format") or {}).get("json_schema", {}).get("schema")
    value: Any = _instance(schema) if schema else None
    text = json.dumps(value) if schema else "5}" if begun else _filled(messages[-1]["content"])
    longest = int(body.get("max_tokens") or body.get("max_completion_tokens") or 1)
    choice: dict[str, Any] = {"message": {"role": "assistant", "content": begun + text}, "finish_reason": "stop"}
    if body.get("logprobs"):
        tokens = _tokens(schema, value) if schema else [_characters(messages, body["top_logprobs"])]
        choice["logprobs"] = {"content": [_position(each) for each in tokens]}
        choice["message"]["content"] = begun + "".join(each[0] for each in tokens)
    free = not begun and not body.get("logprobs") and (not schema or _is_free(schema))
    usage = {
        "prompt_tokens": sum(len(message["content"]) for message in messages) // 4,
        "completion_tokens": longest if free else min(len(text) // 4 + 1, longest),
    }
    return {"object": "chat.completion", "choices": [choice], "usage": usage}


def _filled(prompt: str) -> str:
    """A reasoned answer: the form that a prompt ends with, its blanks filled in."""
    forms = re.findall(r"\{.*\}", prompt)
    form = forms[-1].replace(", ...", "") if forms else ""
    return "A made-up answer. " + re.sub(r'(?<=")<.*?>(?=")|<[^<>]*>', _blank, form)


def _blank(blank: re.Match[str]) -> str:
    words = blank[0][1:-1]
    if numbers := re.fullmatch(r"\D* from (\d+) to (\d+)", words):
        return str(_rng.randint(int(numbers[1]), int(numbers[2])))
    if ordered := re.match(r"(.*) from highest to lowest", words):
        names = ordered[1].split(", ")
        return " > ".join(_rng.sample(names, len(names)))
    return _rng.choice(words.split(" or ")) if " or " in words else str(_rng.randint(1, 9))


def _characters(messages: Sequence[Mapping[str, str]], top: int) -> list[str]:
    """What may come next: every character of the prompt, then the usual ones."""
    asked = "".join(message["content"] for message in reversed(messages))
    return list(dict.fromkeys(string.digits + string.ascii_letters + string.punctuation + " " + asked))[:top]


def _tokens(schema: Mapping[str, Any], value: Mapping[str, Any]) -> list[list[str]]:
    """An object's tokens, the value of its first property among all that it might be."""
    name, part = next(iter(schema["properties"].items()))
    options = [json.dumps(each).strip('"') for each in (value[name], *_values(part))]
    before, _, after = json.dumps(value).partition(options[0])
    return [[before], list(dict.fromkeys(options)), [after]]


def _position(tokens: Sequence[str]) -> dict[str, Any]:
    weights = [_rng.uniform(0.5, 1.5) for _ in tokens]
    logs = [math.log(weight / sum(weights)) for weight in weights]
    top = [{"token": token, "logprob": log} for token, log in zip(tokens, logs, strict=True)]
    return {**top[0], "top_logprobs": top}


def _values(schema: Mapping[str, Any]) -> list[Any]:
    """Every value that a schema allows, as far as they can be listed."""
    if "enum" in schema:
        return list(schema["enum"])
    if schema.get("type") != "integer":
        return []
    first = int(schema.get("minimum", 0))
    return list(range(first, min(int(schema.get("maximum", first + 10)), first + _ALTERNATIVES) + 1))


def _instance(schema: Mapping[str, Any]) -> Any:
    """Some value that a JSON schema allows."""
    kind = schema.get("type")
    if options := _values(schema):
        return _rng.choice(options)
    if kind == "object":
        return {name: _instance(part) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        item, length = schema.get("items", {}), schema.get("minItems", 1)
        # a ranking names each level once
        return _rng.sample(_values(item), length) if len(_values(item)) >= length else [_instance(item)] * length
    if kind == "number":
        return round(_rng.uniform(schema.get("minimum", 0), schema.get("maximum", 10)), 2)
    return {"boolean": _rng.random() < 0.5, "null": None}.get(str(kind), "made up")


def _is_free(schema: Mapping[str, Any]) -> bool:
    parts = [*schema.get("properties", {}).values(), *filter(None, [schema.get("items")])]
    return (schema.get("type") == "string" and "enum" not in schema) or any(map(_is_free, parts))
