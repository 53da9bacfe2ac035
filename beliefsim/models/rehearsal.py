"""A dry run: made-up answers in the model's place; calls are counted, nothing is sent or written."""

from __future__ import annotations

import hashlib
import json
import math
import random
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from .bills import Bill, Budget
from .exchange import Done, Exchange
from .pace import Limits
from .probing import LLAMA_CPP
from .requests import Reply, Request
from .runs import Run, Walks

__all__ = ["rehearse"]

_made: dict[str, Reply] = {}  # by key: a request that comes again would be replayed


def rehearse(walks: Walks, exchange: Exchange, bill: Bill) -> Iterator[Any]:
    """Drive walks with recorded replies where there are some, and made-up ones elsewhere."""
    exchange.traits = exchange.traits or LLAMA_CPP
    calls = bill.calls
    yield from Run(_Rehearsal(exchange, bill), lambda: None, Limits(), Budget(), bill).results(walks)
    if bill.calls > calls:
        warnings.warn(f"dry run, answers are made up; this would be\n{bill}", stacklevel=2)


class _Rehearsal(Exchange):
    """An exchange over the same recordings, with made-up answers in the endpoint's place."""

    def __init__(self, exchange: Exchange, bill: Bill) -> None:
        sources = [each.path for each in exchange.sources]
        super().__init__(exchange.name, exchange.weights, sources, exchange.target.path)
        self.traits, self._bill = exchange.traits, bill

    def find(self, key: str) -> Reply | None:
        return _made.get(key) or super().find(key)

    def send(self, key: str, request: Request, done: Done) -> None:
        if key not in _made:
            _made[key] = _made_up(key, request, int(self._bill.input_tokens(request)))
        done(_made[key])


def _made_up(key: str, request: Request, tokens: int) -> Reply:
    rng = random.Random(hashlib.sha256(key.encode()).digest())
    top = _likeliest(request, rng) if request.options and request.logprobs else ()
    text = top[0][0] if top else _text(request, rng)
    usage = (tokens, 1 if top else min(len(text) // 4 + 1, request.max_tokens), 0, 0)
    return Reply(key, request.prefill + text, usage=usage, logprobs=top)


def _likeliest(request: Request, rng: random.Random) -> Any:
    """One token's candidates: the characters that go on in some option."""
    assert request.options
    whole = [option + request.terminator for option in request.options]
    begun = next((end for end in range(len(request.prefill) + 1) if _fits(request.prefill[end:], whole)), 0)
    rest = request.prefill[begun:]
    following = sorted({each[len(rest)] for each in whole if each.startswith(rest) and len(each) > len(rest)})
    weights = [rng.random() + 0.05 for _ in following]
    return [(following[0], [(token, math.log(w / sum(weights))) for token, w in zip(following, weights, strict=True)])]


def _fits(rest: str, whole: list[str]) -> bool:
    return any(each.startswith(rest) and len(each) > len(rest) for each in whole)


def _text(request: Request, rng: random.Random) -> str:
    if request.options:
        return rng.choice(request.options) + request.terminator
    return json.dumps(_instance(request.schema, rng)) if request.schema else "A made-up answer."


def _instance(schema: Mapping[str, Any], rng: random.Random) -> Any:
    """Some value that a JSON schema allows."""
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "object":
        return {name: _instance(part, rng) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return _items(schema, rng)
    if kind in ("integer", "number"):
        low, high = schema.get("minimum", 0), schema.get("maximum", 10)
        return rng.randint(int(low), int(high)) if kind == "integer" else round(rng.uniform(low, high), 2)
    return {"boolean": rng.random() < 0.5, "null": None}.get(str(kind), "made up")


def _items(schema: Mapping[str, Any], rng: random.Random) -> list[Any]:
    item, length = schema.get("items", {}), schema.get("minItems", 1)
    if len(item.get("enum", ())) >= length:
        return rng.sample(item["enum"], length)  # a ranking names each level once
    return [_instance(item, rng) for _ in range(length)]
