"""A dry run: made-up answers in the model's place; calls are counted, nothing is sent or written."""

from __future__ import annotations

import hashlib
import json
import math
import random
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from .bills import Bill
from .exchange import Exchange
from .probing import LLAMA_CPP
from .requests import Reply, Request
from .runs import Walks
from .tally import Tally

__all__ = ["rehearse"]

_seen: set[str] = set()  # a request that comes again would be replayed


def rehearse(walks: Walks, exchange: Exchange, bill: Bill) -> Iterator[Any]:
    """Drive walks with recorded replies where there are some, and made-up ones elsewhere."""
    if exchange.traits is None:
        exchange.traits = LLAMA_CPP
    calls, tally = bill.calls, Tally(bill.model, bill.free)
    try:
        yield from _driven(walks, exchange, bill, tally)
    finally:
        tally.close()
    if bill.calls > calls:
        warnings.warn(f"dry run, answers are made up; this would be\n{bill}", stacklevel=2)


def _driven(walks: Walks, exchange: Exchange, bill: Bill, tally: Tally) -> Iterator[Any]:
    for walk in walks:
        replies: list[Reply] | None = None
        while True:
            try:
                wanted = walk.send(replies)  # type: ignore[arg-type]
            except StopIteration as ended:
                yield ended.value
                break
            replies = [_reply(request, exchange, bill, tally) for request in wanted]


def _reply(request: Request, exchange: Exchange, bill: Bill, tally: Tally) -> Reply:
    key = exchange.key(request)
    first = key not in _seen
    _seen.add(key)
    found = exchange.find(key)
    if found is not None:
        bill.replayed += first
        tally.found([found])
        return found
    rng = random.Random(hashlib.sha256(key.encode()).digest())
    top = _likeliest(request, rng) if request.options and request.logprobs else ()
    text = top[0][0] if top else _text(request, rng)
    usage = (int(bill.input_tokens(request)), 1 if top else min(len(text) // 4 + 1, request.max_tokens), 0, 0)
    reply = Reply(key, request.prefill + text, usage=usage, logprobs=top)
    if first:
        bill.add(request, reply)
        tally.asked(reply)
    return reply


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
