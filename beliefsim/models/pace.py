"""How fast to ask: adaptive concurrency, ceilings per minute, deadlines."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Limits", "Pace"]


@dataclass(frozen=True)
class Limits:
    """Ceilings, deadlines and attempts for one endpoint.

    Parameters
    ----------
    concurrency : int
        Most requests in flight.
    start : int
        Requests in flight at first; doubles each round trip until the first fault.
    requests_per_minute, tokens_per_minute : int or None
        Ceilings of the account, if they are known; without them the endpoint's refusals set the pace.
    attempt_seconds : float
        Longest wait for one complete answer.
    deadline_seconds : float
        Longest time for a request with all its attempts.
    attempts : int
        Most attempts for a request.
    backoff_seconds : float
        Wait before the second attempt; doubles, with jitter.
    ahead : int
        Choices begun for each request in flight. With 1, the next request of a choice is sent before another choice
        begins, so that a server with few slots still holds its prompt.

    Examples
    --------
    >>> from beliefsim.models import Limits
    >>> bs.Model("gpt-4.1-mini", limits=Limits(concurrency=8)).limits.concurrency
    8
    """

    concurrency: int = 64
    start: int = 16
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    attempt_seconds: float = 120.0
    deadline_seconds: float = 900.0
    attempts: int = 8
    backoff_seconds: float = 0.5
    ahead: int = 4

    def __post_init__(self) -> None:
        for name in ("concurrency", "start", "attempts", "attempt_seconds", "deadline_seconds", "ahead"):
            if getattr(self, name) <= 0:
                raise ValueError(f"Limits: {name} must be above 0, got {getattr(self, name)}")


class Pace:
    """Additive increase, multiplicative decrease of the requests in flight (as TCP does), and two token buckets."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.limit: float = min(limits.start, limits.concurrency)
        self._slow_start = True
        self._halved = float("-inf")
        self._closed_until = 0.0
        self._requests = _Bucket(limits.requests_per_minute)
        self._tokens = _Bucket(limits.tokens_per_minute)

    def succeeded(self) -> None:
        """One answer came: +1 each answer at first, later +1 each round of answers."""
        if self.limit < self.limits.concurrency:
            self.limit = min(self.limit + (1 if self._slow_start else 1 / self.limit), self.limits.concurrency)

    def overloaded(self, now: float, wait_seconds: float | None) -> None:
        """The endpoint refused or was silent: halve, at most once a second, and stay away as long as it asks."""
        if now - self._halved > 1.0:
            self.limit, self._halved, self._slow_start = max(self.limit / 2, 1), now, False
        if wait_seconds:
            self._closed_until = max(self._closed_until, now + wait_seconds)

    def pause(self, now: float, tokens: int) -> float:
        """Seconds until the next request may go; 0 means now, and counts it."""
        wait = max(self._closed_until - now, self._requests.wait(now, 1), self._tokens.wait(now, tokens))
        if wait <= 0:
            self._requests.take(1)
            self._tokens.take(tokens)
        return wait


class _Bucket:
    """Token bucket that holds a second's worth, so that a minute's ceiling is never spent in one burst."""

    def __init__(self, per_minute: int | None) -> None:
        self._rate = None if per_minute is None else per_minute / 60
        self._level = self._size = max(self._rate or 0.0, 1.0)
        self._filled: float | None = None

    def wait(self, now: float, amount: float) -> float:
        if self._rate is None:
            return 0.0
        if self._filled is not None:
            self._level = min(self._level + (now - self._filled) * self._rate, self._size)
        self._filled = now
        return max((min(amount, self._size) - self._level) / self._rate, 0.0)

    def take(self, amount: float) -> None:
        self._level -= amount
