"""A dry run: made-up answers in the model's place; calls are counted, nothing is sent or written."""

from __future__ import annotations

import hashlib
import json
import math
import random
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .exchange import Exchange
from .probing import LLAMA_CPP
from .requests import Reply, Request
from .runs import Account, Walk

_made: dict[str, Reply] = {}  # by key: a request that comes again would be replayed


def rehearse(walk: Walk, requests: Iterable[Request], exchange: Exchange, account: Account) -> Iterator[Any]:
    """Drive walks with recorded replies where there are some, and made-up ones elsewhere."""
    exchange.traits = exchange.traits or LLAMA_CPP
    bill = account.bill
    calls = bill.calls

    async def ask(wanted: list[Request]) -> list[Reply]:
        return [_reply(request, exchange, account) for request in wanted]

    try:
        for request in requests:
            try:
                walk(request, ask).send(None)
            except StopIteration as ended:
                yield ended.value
    finally:
        account.close()
    if bill.calls > calls:
        warnings.warn(f"dry run, answers are made up; this would be\n{bill}", stacklevel=2)


def _reply(request: Request, exchange: Exchange, account: Account) -> Reply:
    key = exchange.key(request)
    reply = _made.get(key) or exchange.find(key)
    if reply is not None:
        account.found([reply])
        return reply
    reply = _made[key] = _made_up(key, request, int(account.bill.input_tokens(request)))
    account.bill.add(request, reply.usage)
    account.answer(request, reply)
    return reply


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
