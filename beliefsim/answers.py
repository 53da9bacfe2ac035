"""How a model is told to answer, and what its answer says: a number, an option, or missing, never a code."""

import itertools
import json
import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import prompts
from .beliefs import Integers, Options, Space

_MOST_PERMUTATIONS = 720  # of 6 names: beyond, a schema of all rankings grows too long
_MOST_OPENINGS = 1000  # braces that open no object: what has more is no answer, and would take minutes to read
_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_WORD = re.compile(r"\b(" + "|".join(_WORDS) + r")\b", flags=re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])-?\$?\s?-?\d[\d,]*(?:\.\d+)?(?![\w%]|\.\d)")
_DECISION = re.compile(
    r"(?:finally|in the end|i(?:'ll| will| would|'d)?(?: decide[d]? to)?\s+(?:give|send|sent|return|keep|offer))"
    r"[^.\d-]{0,40}?(-?\$?\s?\d[\d,]*(?:\.\d+)?)(?![\w%])",
    flags=re.IGNORECASE,
)


def form(key: str, space: Space) -> str:
    """The answer's JSON form in words, for the prompt.

    Examples
    --------
    >>> form("sent", Integers(0, 10))
    '{"sent": <whole number from 0 to 10>}'
    """
    if isinstance(space, Integers):
        return f'{{"{key}": <whole number from {space.low} to {space.high}>}}'
    if isinstance(space, Options):
        return f'{{"{key}": "<{" or ".join(space.names)}>"}}'
    return f'{{"{key}": "<your words>"}}'


def instruction(style: str, wanted: str) -> str:
    """The closing lines of a prompt in a style (``beliefsim/prompts/styles``), naming the wanted form."""
    return prompts.render(prompts.section("styles", style, "answer"), {"form": wanted})


def schema(properties: dict[str, Any]) -> dict[str, Any]:
    """JSON schema of one flat object with exactly these properties, all required."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def property_of(space: Space) -> dict[str, Any]:
    """JSON schema of one answer in a space."""
    if isinstance(space, Integers):
        return {"type": "integer", "minimum": space.low, "maximum": space.high}
    return {"type": "string", "enum": list(space.names)} if isinstance(space, Options) else {"type": "string"}


def prefill(key: str, space: Space) -> str:
    """What stands before the answer when a choice is read exactly."""
    return f'{{"{key}": ' if isinstance(space, Integers) else f'{{"{key}": "'


def terminator(space: Space) -> str:
    """What closes an answer, so that "1" does not swallow "10"."""
    return "}" if isinstance(space, Integers) else '"'


def last_object(text: str) -> dict[str, Any] | None:
    """The last JSON object in a text (a reasoned reply ends with it), or None.

    Examples
    --------
    >>> last_object('I think {"sent": 3}, no, {"sent": 4}.')
    {'sent': 4}
    """
    last, position, failed = None, text.find("{"), 0
    while position >= 0 and failed <= _MOST_OPENINGS:
        try:
            last, end = json.JSONDecoder().raw_decode(text, position)  # at a brace: an object, or none
        except (ValueError, RecursionError):  # also a number of 5,000 digits
            end, failed = position + 1, failed + 1
        position = text.find("{", end)
    return last if failed <= _MOST_OPENINGS else None


def number(value: object) -> float:
    """One number out of a JSON value or of prose; NaN where there is none or more than one candidate.

    Prose with several numbers is read only where a decision is announced ("finally, I will give 4 dollars"),
    and then the last such: the first number is often the endowment.

    Examples
    --------
    >>> number("I have $10. Trust is good. Finally, I will give 4 dollars."), number("five"), number("no idea")
    (4.0, 5.0, nan)
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value) if abs(value) < 1e300 else math.nan  # not so for missing, and for what no float holds
    text = _WORD.sub(lambda match: str(_WORDS.index(match[1].lower())), str(value))
    written = _DECISION.findall(text)[-1:] or _NUMBER.findall(text)
    numbers = {float(re.sub(r"[$,\s]", "", each)) for each in written}
    return numbers.pop() if len(numbers) == 1 and math.isfinite(max(numbers)) else math.nan


def move(text: str, key: str, space: Space) -> str | None:
    """A legal move as text, or None: from the last JSON object's `key`, else from prose.

    Parameters
    ----------
    text : str
        The raw reply.
    key : str
        The JSON field that was asked for.
    space : Integers or Options
        The legal moves.
    """
    last = last_object(text)
    answer = text if last is None else last.get(key)
    if isinstance(space, Integers):
        value = number(answer)
        return str(int(value)) if space.low <= value <= space.high and value == round(value) else None
    return _option(answer, space.names) if isinstance(space, Options) else text.strip() or None


def property_of_ranking(names: Sequence[str]) -> dict[str, Any]:
    """JSON schema of a strict ranking: all of them where they are few, else a pattern."""
    if math.factorial(len(names)) <= _MOST_PERMUTATIONS:
        return {"type": "string", "enum": [" > ".join(order) for order in itertools.permutations(names)]}
    one = f"({'|'.join(map(re.escape, names))})"
    return {"type": "string", "pattern": f"^{one}( > {one}){{{len(names) - 1}}}$"}


def ranking(text: str, names: Sequence[str]) -> NDArray[np.float64]:
    """Ranks of names in a text like ``"B > A = C"``; missing unless each name comes once.

    Parameters
    ----------
    text : str
        Names from first to last with ``>`` between them; those of one tier share the mean rank.
    names : sequence of str
        What is ranked.

    Returns
    -------
    ndarray, shape (names,)

    Examples
    --------
    >>> ranking("B > A = C", ["A", "B", "C"]).tolist()
    [2.5, 1.0, 2.5]
    """
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")
    tiers = [pattern.findall(tier) for tier in text.split(">")]
    if sorted(itertools.chain.from_iterable(tiers)) != sorted(names):
        return np.full(len(names), np.nan)
    ends = itertools.accumulate(map(len, tiers))
    ranks = {name: end - (len(tier) - 1) / 2 for tier, end in zip(tiers, ends, strict=True) for name in tier}
    return np.array([ranks[name] for name in names])


def _option(answer: object, names: tuple[str, ...]) -> str | None:
    text = str(answer or "").strip().casefold()
    named = [name for name in names if name.casefold() == text] or [
        name for name in names if re.search(rf"(?<!\w){re.escape(name.casefold())}(?!\w)", text)
    ]
    return named[0] if len(named) == 1 else None
