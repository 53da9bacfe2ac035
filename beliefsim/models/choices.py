"""Reading a choice: the probability that a model gives to each option, not a sample of it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from .probing import Traits
from .requests import Choice, Reply, Request

NEGLIGIBLE = 1e-4  # branches less likely than this are not asked about; `Choice.skipped` holds their sum

Ask = Callable[[list[Request]], Awaitable[list[Reply]]]


async def read_choice(request: Request, traits: Traits, ask: Ask) -> Choice:
    """The `Choice`, in the best way that the endpoint allows; `ask` gives the replies that it needs."""
    _check(request)
    if traits.choice == "exact":
        return await _exact(request, traits, ask)
    if traits.choice == "first token":
        return await _first_token(request, traits, ask)
    return await _sampled(request, traits, ask)


def _check(request: Request) -> None:
    if not request.options or len(set(request.options)) < len(request.options):
        raise ValueError(f"Request: options must be different texts, got {request.options!r}")
    whole = sorted(option + request.terminator for option in request.options)
    for shorter, longer in itertools.pairwise(whole):
        if longer.startswith(shorter):
            raise ValueError(f"Request: {shorter!r} begins {longer!r}; a terminator must tell where an option ends")


@dataclass(slots=True)
class _Node:
    """A prefix of option texts: its probability under tempering among legal tokens, and as the model gives it."""

    weight: float = 0.0
    raw: float = 0.0


async def _exact(request: Request, traits: Traits, ask: Ask) -> Choice:
    """Walk the trie of options, terminator included, in the space of texts.

    At each node where more than one option is still possible, the likeliest next tokens are read; those that continue
    an option are tempered (p^(1/T) per token) and renormalised. Two ways to spell one prefix meet in one node.
    """
    targets = [option + request.terminator for option in request.options]
    open_nodes, p, legal, skipped, first = {"": _Node(1.0, 1.0)}, np.zeros(len(targets)), 0.0, 0.0, ""
    while open_nodes:
        length = min(map(len, open_nodes))
        asked = []
        for text in [text for text in open_nodes if len(text) == length]:
            within = [index for index, target in enumerate(targets) if target.startswith(text)]
            if text and len(within) == 1:
                p[within[0]] += open_nodes[text].weight
                legal += open_nodes.pop(text).raw
            elif open_nodes[text].weight < NEGLIGIBLE:
                skipped += open_nodes.pop(text).weight
            else:
                asked.append(text)
        replies = await ask([_at(request, text, traits) for text in asked]) if asked else []
        for text, reply in zip(asked, replies, strict=True):
            first = first or reply.id
            if reply.error:
                return _unread(reply, "exact", len(request.options))
            legal += _spread(open_nodes, open_nodes.pop(text), text, reply, targets, p, request.temperature)
    if not p.sum():
        return Choice(first, np.full(len(targets), np.nan), 0.0, "exact", "no option is among the likeliest tokens")
    return Choice(first, p / p.sum(), legal, "exact", skipped=skipped)


def _at(request: Request, text: str, traits: Traits) -> Request:
    """One token after the prefill and `text`; the temperature is ours to apply, so one recording serves all."""
    return replace(
        request, schema=None, temperature=1.0, max_tokens=1, prefill=request.prefill + text, logprobs=traits.top
    )


def _spread(
    nodes: dict[str, _Node], node: _Node, text: str, reply: Reply, targets: list[str], p: np.ndarray, temperature: float
) -> float:
    """Pass a node's probability on to its legal continuations; give the model's own mass of what is decided here."""
    tokens = [(token, logprob) for token, logprob in _candidates(reply) if _continues(text + token, targets)]
    decided = 0.0
    for (token, logprob), share in zip(tokens, tempered([each[1] for each in tokens], temperature), strict=True):
        longer, raw = text + token, node.raw * math.exp(logprob)
        done = next((index for index, target in enumerate(targets) if longer.startswith(target)), None)
        if done is not None:
            p[done] += node.weight * share
            decided += raw
        else:
            child = nodes.setdefault(longer, _Node())
            child.weight += node.weight * share
            child.raw += raw
    return decided


def _candidates(reply: Reply) -> list[tuple[str, float]]:
    return [(token, logprob) for token, logprob in reply.logprobs[0][1] if token] if reply.logprobs else []


def _continues(text: str, targets: Iterable[str]) -> bool:
    return any(target.startswith(text) or text.startswith(target) for target in targets)


def tempered(logprobs: Iterable[float], temperature: float) -> np.ndarray:
    """p^(1/T) over the given tokens, renormalised; at 0 the likeliest takes all.

    Examples
    --------
    >>> tempered([math.log(.2), math.log(.1)], .5).round(3).tolist()
    [0.8, 0.2]
    """
    logs = np.array(list(logprobs), dtype=float)
    if not logs.size:
        return logs
    if temperature <= 0:
        return np.eye(logs.size)[logs.argmax()]
    weights = np.exp((logs - logs.max()) / temperature)
    return np.asarray(weights / weights.sum())


async def _first_token(request: Request, traits: Traits, ask: Ask) -> Choice:
    """Read the token at which the model's own answer reaches the option; sampled where tokens are shared."""
    [reply] = await ask([replace(request, prefill="", logprobs=traits.top, temperature=1.0)])
    if reply.error:
        return _unread(reply, "first token", len(request.options))
    position = _position(reply, request.prefill)
    owners = _owners(request, reply.logprobs[position][1]) if position is not None else {}
    if not owners:
        return await _sampled(request, traits, ask)
    found = list(owners.items())
    shares = tempered([logprob for (_, logprob), _ in found], request.temperature)
    p = np.zeros(len(request.options))
    for (_, owner), share in zip(found, shares, strict=True):
        p[owner] += share
    return Choice(reply.id, p, sum(math.exp(logprob) for (_, logprob), _ in found), "first token", text=reply.text)


def _position(reply: Reply, prefill: str) -> int | None:
    """Position of the token that follows the prefill in the model's own text, however it was spaced."""
    wanted, seen = "".join(prefill.split()), ""
    for position, (token, _) in enumerate(reply.logprobs):
        if seen.endswith(wanted) and token.strip():
            return position
        seen += "".join(token.split())
    return None


def _owners(request: Request, candidates: Iterable[tuple[str, float]]) -> dict[tuple[str, float], int]:
    """Option of each candidate token; nothing where a token could begin two options."""
    candidates = [(token, logprob) for token, logprob in candidates if token.strip()]
    whole = {token.strip() for token, _ in candidates}
    owners = {}
    for token, logprob in candidates:
        text = token.strip()
        begun = [index for index, option in enumerate(request.options) if option.startswith(text)]
        if text in request.options and all(request.options[index] in whole for index in begun):
            begun = [request.options.index(text)]  # "1" is the option 1, since "10" is a token of its own
        if len(begun) > 1:
            return {}
        if begun:
            owners[token, logprob] = begun[0]
    return owners


async def _sampled(request: Request, traits: Traits, ask: Ask) -> Choice:
    """One answer; all probability on the option that it names."""
    prefill = request.prefill if traits.prefill else ""
    [reply] = await ask([replace(request, prefill=prefill, schema=None if prefill else request.schema)])
    if reply.error:
        return _unread(reply, "sampled", len(request.options))
    index = named(reply.text, request)
    p = np.full(len(request.options), np.nan) if index is None else np.eye(len(request.options))[index]
    error = "" if index is not None else "the answer names no option"
    return Choice(reply.id, p, float(index is not None), "sampled", error, reply.text)


def named(text: str, request: Request) -> int | None:
    """Position of the option that an answer names after the prefill, or None."""
    dense, wanted = "".join(text.split()), "".join(request.prefill.split())
    _, found, rest = dense.partition(wanted) if wanted else ("", "found", dense)
    if not found:
        return None
    for index, option in enumerate(request.options):
        if rest == "".join(option.split()) or rest.startswith("".join((option + request.terminator).split())):
            return index
    return None


def _unread(reply: Reply, read: str, count: int) -> Choice:
    return Choice(reply.id, np.full(count, np.nan), 0.0, read, reply.error, reply.text)
