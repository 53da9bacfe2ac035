"""How fast to ask: adaptive concurrency, ceilings per minute, deadlines."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass

LONGEST_WAIT_SECONDS = 60.0


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

    def capped(self, wait_seconds: float) -> float:
        """A wait that an endpoint asks for, short enough to try several times before the deadline."""
        return min(wait_seconds, LONGEST_WAIT_SECONDS, self.deadline_seconds / 8)


class Pace:
    """Additive increase, multiplicative decrease of the requests in flight (as TCP does); ceilings space them out."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.limit, self.flying = limits, float(min(limits.start, limits.concurrency)), 0
        self.closed_until = self._next = self._halved = float("-inf")
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def begin(self, tokens: int) -> None:
        """Wait for a place among the requests in flight, and until the ceilings allow one more."""
        if self.flying >= int(self.limit):
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            try:
                await turn  # who wakes it hands its place on
            except asyncio.CancelledError:
                if not turn.cancelled():
                    self.end()
                raise
        else:
            self.flying += 1
        try:
            while (pause := self.pause(asyncio.get_running_loop().time(), tokens)) > 0:
                await asyncio.sleep(pause)
        except asyncio.CancelledError:
            self.end()
            raise

    def end(self) -> None:
        """Give a place back."""
        self.flying -= 1
        while self._waiting and self.flying < int(self.limit):
            turn = self._waiting.popleft()
            if not turn.done():
                self.flying += 1
                turn.set_result(None)

    def faster(self) -> None:
        """One answer came: +1 each answer until the first fault, later +1 each round of answers."""
        step = 1 if self._halved == float("-inf") else 1 / self.limit
        self.limit = min(self.limit + step, self.limits.concurrency)

    def slower(self, now: float, wait_seconds: float | None) -> None:
        """The endpoint refused or was silent: halve, at most once a second, and stay away as long as it asks."""
        if now - self._halved > 1.0:
            self.limit, self._halved = max(self.limit / 2, 1), now
        if wait_seconds:
            self.closed_until = max(self.closed_until, now + self.limits.capped(wait_seconds))

    def pause(self, now: float, tokens: int) -> float:
        """Seconds until the next request may go; 0 means now, and counts it."""
        wait = max(self.closed_until, self._next) - now
        if wait > 0:
            return wait
        ceilings = ((self.limits.requests_per_minute, 1), (self.limits.tokens_per_minute, tokens))
        self._next = now + max(60 * amount / ceiling if ceiling else 0.0 for ceiling, amount in ceilings)
        return 0.0
