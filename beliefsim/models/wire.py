"""What came over the wire: an answer, a fault to retry, a refusal of this prompt, or a stop; told by kind and code."""

from __future__ import annotations

import contextlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .errors import Fault

_MOST_TOKENS = 2**31 - 1  # that a table holds
_RETRIED = {408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529}
_STOPS = {401, 402, 403, 404, 405, 407}
_STATUS = {"insufficient_quota": 402, "rate_limit_exceeded": 429, "json_validate_failed": 409, "content_filter": 422}
_TOO_LONG = re.compile(r"context.{0,9}(length|size|window)|(prompt|input|request) is too (long|large)", re.IGNORECASE)
_SECRET = re.compile(r"(sk-|Bearer\s+)[\w\-.~+/*=]{4,}")
_THOUGHT = re.compile(r"^(?:(?!<think>).)*?</think>\s*|^\s*<think>.*?(?:</think>\s*|$)", re.DOTALL)
_REMEDY = {
    401: "the endpoint wants a key: export it as an environment variable and pass key_variable='NAME' to Model",
    402: "the account has no credit left",
    403: "the key may not use this model",
    404: "no such model or address: check the name, and that base_url ends as the endpoint wants it (often /v1)",
    407: "the proxy wants a password",
    413: "the prompt is too long for the endpoint",
}


class Answer(NamedTuple):
    """An endpoint's answer, whatever shape it had."""

    text: str  # as it came, with thoughts that stand in it
    finish: str
    usage: list[int]  # tokens of the prompt, of the answer, of reasoning within it, and read from a cache
    reasoning: str = ""
    logprobs: list[list[Any]] = []  # noqa: RUF012  (never changed)
    model: str = ""  # what the endpoint calls itself
    id: str = ""

    @property
    def thought(self) -> bool:
        """Whether the model reasoned before it answered, or never came to its answer."""
        return bool(self.reasoning or self.usage[2] or "<think>" in self.text or self.empty)

    @property
    def empty(self) -> bool:
        """Whether it was cut before it said anything."""
        return self.finish == "length" and not visible(self.text)


def visible(text: str) -> str:
    """A text without the thoughts before it.

    Examples
    --------
    >>> visible("<think>4 or 5?</think>5"), visible("<think>4 or"), visible("5")
    ('5', '', '5')
    """
    return _THOUGHT.sub("", text, count=1) if "think>" in text else text


def received(status: int, headers: Mapping[str, str], body: bytes, secret: str = "") -> Answer:
    """The answer within a response of HTTP.

    Raises
    ------
    Fault
        For everything else.
    """
    data: Any = None
    with contextlib.suppress(ValueError, RecursionError):
        data = json.loads(body)
    if 300 <= status < 400:
        host = urlsplit(headers.get("Location", "")).netloc or "another address"
        raise Fault(f"{status}: the endpoint sends on to {host}; no prompt goes there unless base_url names it", "stop")
    if status < 300 and not isinstance(data, dict):
        page = "a web page" if body.lstrip().startswith(b"<") else "text that is no JSON object"
        raise Fault(f"{page} instead of an answer; is base_url the API's address (often it ends in /v1)?")
    if status < 300 and not data.get("error"):
        return answer_of(data, secret)
    raise _failure(status, headers, data, body, secret)


def answer_of(data: Mapping[str, Any], secret: str = "") -> Answer:
    """The answer within a chat completion; text from content, its parts, a tool call, or JSON among the reasoning.

    Raises
    ------
    Fault
        For an error inside a choice, and for anything that is no chat completion.
    """
    try:
        choice = data["choices"][0]
        if choice.get("error") or choice.get("finish_reason") == "error":
            raise _failure(502, {}, choice, b"", secret)
        said = choice["message"]
        text, reasoning = _content(said)
        finish = str(choice.get("finish_reason") or "stop")
        if said.get("refusal"):
            text, finish = str(said["refusal"]), "refusal"
        names = (str(data.get(name) or "") for name in ("model", "id"))
        return Answer(text, finish, _usage(data.get("usage")), reasoning, _likeliest(choice), *names)
    except (KeyError, IndexError, TypeError, AttributeError):
        raise Fault("JSON that is no chat completion, or one without choices") from None


def _content(said: Mapping[str, Any]) -> tuple[str, str]:
    content = said.get("content") or ""
    listed = content if isinstance(content, list) else [content]
    parts = [part if isinstance(part, dict) else {"text": part} for part in listed]
    text = "".join(str(part.get("text") or "") for part in parts)
    reasoning = said.get("reasoning_content") or said.get("reasoning") or "".join(map(_thinking, parts))
    reasoning = reasoning if isinstance(reasoning, str) else ""
    if not text and said.get("tool_calls"):
        arguments = said["tool_calls"][0]["function"]["arguments"]
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    if not text:
        with contextlib.suppress(ValueError, RecursionError):
            text = reasoning if isinstance(json.loads(reasoning), dict) else ""
    return text, reasoning


def _thinking(part: Mapping[str, Any]) -> str:
    thought = part.get("thinking") or ""
    return thought if isinstance(thought, str) else "".join(str(each.get("text") or "") for each in thought)


def _usage(usage: Any) -> list[int]:
    usage = usage if isinstance(usage, dict) else {}
    completion, prompt = (usage.get(f"{each}_tokens_details") for each in ("completion", "prompt"))
    names = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "cached_tokens")
    return list(map(_count, (usage, usage, completion, prompt), names))


def _count(table: Any, name: str) -> int:
    try:
        return min(max(int(float(table[name])), 0), _MOST_TOKENS)
    except (KeyError, IndexError, TypeError, ValueError, OverflowError):
        return 0


def _likeliest(choice: Mapping[str, Any]) -> list[list[Any]]:
    """For each generated token: its text and the likeliest candidates, those below 1e-5 left out."""
    logprobs = choice.get("logprobs")
    positions = logprobs.get("content") if isinstance(logprobs, dict) else ()
    return [[str(each["token"]), _candidates(each.get("top_logprobs"))] for each in positions or ()]


def _candidates(listed: Any) -> list[list[Any]]:
    known = [each for each in listed or () if type(each.get("logprob")) in (int, float)]
    return [[str(each["token"]), round(each["logprob"], 4)] for each in known if -11.5 < each["logprob"] < 1]


def _failure(status: int, headers: Mapping[str, str], data: Any, body: bytes, secret: str) -> Fault:
    """What an error means: by its own code before the status that it came with."""
    data = data if isinstance(data, dict) else {}
    error = data.get("error") or data
    error = error if isinstance(error, dict) else {"message": error}
    code = error.get("code") or error.get("type") or ""
    said = error.get("message") or error.get("detail") or _first_words(body)
    words = clean(f"{said} {(error.get('metadata') or {}).get('raw') or ''}", secret)
    status = status if status >= 300 else 502  # an error inside a 200
    with contextlib.suppress(TypeError, ValueError):
        status = int(code) if 300 <= int(code) < 600 else status
    status = _STATUS.get(str(code), status)
    cause = f"{status}: {words}"
    if str(code) in ("context_length_exceeded", "exceed_context_size_error") or _TOO_LONG.search(words):
        return Fault(f"{cause}; {_REMEDY[413]}", "refused")
    if status in _RETRIED:
        return Fault(cause, "retry", code != "json_validate_failed", _wait(headers))
    remedy = _REMEDY.get(status, "the endpoint refuses the request; its words say which part")
    return Fault(f"{cause}; {remedy}", "stop" if status in _STOPS else "refused")


def _first_words(body: bytes) -> str:
    if body.lstrip().startswith(b"<"):
        return "a web page instead of an answer; is base_url the API's address, and does a proxy stand between?"
    return body[:200].decode(errors="replace") or "no words"


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds of Retry-After (a number or a date) or retry-after-ms."""
    import email.utils
    import time

    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name, "")
        try:
            seconds = float(value) / unit
            return None if math.isnan(seconds) else max(seconds, 0.0)
        except ValueError:
            date = email.utils.parsedate_tz(value)
            if date:
                return max(email.utils.mktime_tz(date) - time.time(), 0.0)
    return None


def clean(words: str, secret: str = "") -> str:
    """Words of an error in one line, without the key."""
    words = " ".join(words.split())
    return _SECRET.sub("[key]", words.replace(secret, "[key]") if secret else words)[:300]
