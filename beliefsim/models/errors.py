"""What can go wrong at an endpoint, and what to do about it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

__all__ = ["BudgetSpent", "Fault", "MissingReply", "ModelError", "classify", "table"]

_RETRIED = {408, 409, 425, 429, 500, 502, 503, 504, 520, 522, 524, 529}
_SECRET = re.compile(r"(sk-|Bearer\s+)[\w\-.~+/*=]{4,}")
_REMEDY = {
    400: "the endpoint refuses the request; its words above say which part",
    401: "the endpoint wants a key: export it as an environment variable and pass key_variable='NAME' to Model",
    402: "the account has no credit left",
    403: "the key may not use this model",
    404: "no such model or address: check the name, and that base_url ends as the endpoint wants it (often /v1)",
    413: "the prompt is too long for the endpoint",
    422: "the endpoint refuses the request; its words above say which part",
}


class ModelError(RuntimeError):
    """A model could not answer; the message names the cause and a remedy.

    Examples
    --------
    >>> from beliefsim.models import MissingReply, ModelError
    >>> issubclass(MissingReply, ModelError)
    True
    """


class MissingReply(ModelError):
    """A reply is in no recording and the model may not be asked.

    Examples
    --------
    >>> from beliefsim.models import Request
    >>> hello = Request((("user", "Say hello."),))
    >>> list(bs.Model("gpt-4.1-mini").ask([hello]))  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    MissingReply: no recorded reply of model 'gpt-4.1-mini', and it may not be asked: pass live=True (--live) …
    """


class BudgetSpent(ModelError):
    """The next request would exceed the budget; what was answered is recorded.

    Examples
    --------
    >>> from beliefsim.models import BudgetSpent, ModelError
    >>> issubclass(BudgetSpent, ModelError)
    True
    """


@dataclass(frozen=True, slots=True)
class Fault:
    """One failed attempt."""

    cause: str  # short and without the secret; equal causes are counted together
    retry: bool  # whether the same request can succeed later
    stops: bool = False  # whether no request to this endpoint can succeed
    busy: bool = False  # whether the endpoint is overloaded, so that fewer requests should be in flight
    wait_seconds: float | None = None  # what the endpoint asked for
    status: int = 0  # of HTTP, 0 for none
    personal: bool = False  # whether it is about this request (too long, filtered) and says nothing about others


def classify(error: BaseException, secret: str) -> Fault:
    """Tell what a failed attempt means for the request and for the run."""
    import openai

    if isinstance(error, openai.APIStatusError):
        return _status(error, secret)
    refused = _refused(error)
    if refused is None and isinstance(error, (TimeoutError, openai.APITimeoutError)):
        return Fault("no complete answer in time", retry=True, busy=True)
    if isinstance(error, openai.APIConnectionError):
        words = _clean(str(refused or error.__cause__ or error), secret)
        return Fault(f"connection failed: {words}", retry=True, busy=True)
    if isinstance(error, BrokenReply):
        return Fault(_clean(str(error), secret), retry=True)
    return Fault(_clean(f"{type(error).__name__}: {error}", secret), retry=_is_torn(error))


def _refused(error: BaseException | None) -> BaseException | None:
    """The refused connection behind an error, which the transport reports as a timeout."""
    while error is not None and not isinstance(error, ConnectionRefusedError):
        error = error.__cause__
    return error


class BrokenReply(ValueError):
    """The endpoint said 200 and sent something that is no chat completion."""


def _is_torn(error: BaseException) -> bool:
    # the SDK passes on the transport's own errors for a body that ends early
    return isinstance(error, (OSError, ValueError)) or type(error).__module__.split(".")[0] in {
        "aiohttp",
        "httpx",
        "httpx2",
        "httpcore",
    }


def _status(error: Any, secret: str) -> Fault:
    status = error.status_code
    body = error.body if isinstance(error.body, dict) else {}
    code = str(body.get("code") or body.get("type") or "")
    words = _clean(str(body.get("message") or _first_words(error.response)), secret)
    if code == "insufficient_quota":
        return Fault(f"429: {words}; {_REMEDY[402]}", retry=False, stops=True, status=status)
    if status in _RETRIED:
        return Fault(
            f"{status}: {words}", retry=True, busy=True, wait_seconds=_wait(error.response.headers), status=status
        )
    remedy = _REMEDY.get(status, "asking again would not help")
    personal = code in {"context_length_exceeded", "content_filter"} or status == 413
    stops = status in {401, 402, 403, 404}
    return Fault(f"{status}: {words}; {remedy}", retry=False, stops=stops, status=status, personal=personal)


def _first_words(response: Any) -> str:
    text = response.text
    if text.lstrip().startswith("<"):
        return "a web page instead of an answer; is base_url the API's address, and does a proxy stand between?"
    return text[:200]


def _wait(headers: Any) -> float | None:
    """Seconds of Retry-After (a number or a date) or retry-after-ms."""
    import email.utils
    import time

    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        value = headers.get(name, "")
        try:
            return max(float(value) / unit, 0.0)
        except ValueError:
            date = email.utils.parsedate_tz(value)
            if date:
                return max(email.utils.mktime_tz(date) - time.time(), 0.0)
    return None


def _clean(words: str, secret: str) -> str:
    words = " ".join(words.split())
    if secret:
        words = words.replace(secret, "[key]")
    return _SECRET.sub("[key]", words)[:300]


def table(causes: Counter[str]) -> str:
    """Short table of causes, the most frequent first."""
    rows = [f"{count:7,}  {cause}" for cause, count in causes.most_common(8)]
    if len(causes) > 8:
        rows.append(f"         and {len(causes) - 8} further causes")
    return "\n".join(rows)
