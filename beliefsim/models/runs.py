"""One pass over requests: keeps a bounded number under way, hands results on in order, and tells how it ended."""

from __future__ import annotations

import queue
import warnings
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from typing import Any

from .client import Call
from .errors import Fault, MissingReply, ModelError, table
from .exchange import Exchange
from .pace import Limits
from .requests import Reply, Request

__all__ = ["Run"]

_HOPELESS = 32  # failures without one success after which a run is given up
_MISSING: Any = object()


class _Job:
    """A walk under way: a generator that yields requests and is sent their replies."""

    __slots__ = ("awaited", "replies", "result", "walk")

    def __init__(self, walk: Generator[list[Request], list[Reply], Any]) -> None:
        self.walk = walk
        self.replies: list[Any] = []
        self.awaited = 0
        self.result: Any = _MISSING


class Run:
    """Drives walks; used once.

    Parameters
    ----------
    exchange : Exchange
        Finds and sends.
    connect : callable
        Called before the first request that no recording answers; raises where asking is not allowed.
    limits : Limits
        Give how many requests are kept under way.
    """

    def __init__(self, exchange: Exchange, connect: Callable[[], None], limits: Limits) -> None:
        self._exchange, self._connect = exchange, connect
        self._window = 4 * limits.concurrency
        self._landed: queue.SimpleQueue[tuple[_Job, int, Reply | Fault, str]] = queue.SimpleQueue()
        self._causes: Counter[str] = Counter()
        self._answered = self._outstanding = 0
        self._calls: list[Call] = []

    def results(self, walks: Iterator[Generator[list[Request], list[Reply], Any]]) -> Iterator[Any]:
        """What the walks return, in order."""
        jobs: deque[_Job] = deque()
        more = True
        try:
            while more or jobs:
                while more and len(jobs) < self._window and self._outstanding < self._window:
                    walk = next(walks, None)
                    if walk is None:
                        more = False
                        break
                    job = _Job(walk)
                    self._advance(job, None)
                    if not jobs and job.result is not _MISSING:
                        yield job.result  # a replay never waits for the window to fill
                        continue
                    jobs.append(job)
                self._flush()
                while jobs and jobs[0].result is not _MISSING:
                    yield jobs.popleft().result
                if jobs and jobs[0].result is _MISSING:
                    self._receive()
            self._end()
        finally:
            if self._outstanding and self._exchange.client:
                self._exchange.client.drop(self)

    def _advance(self, job: _Job, replies: list[Reply] | None) -> None:
        """Let a walk go on until it needs a reply that no recording has."""
        exchange = self._exchange
        while True:
            try:
                wanted = job.walk.send(replies)  # type: ignore[arg-type]
            except StopIteration as ended:
                job.result = ended.value
                return
            if exchange.traits is None:
                self._connect()  # keys depend on what the endpoint can do
            keys = [exchange.key(request) for request in wanted]
            found = [exchange.find(key) for key in keys]
            if None not in found:
                replies = found  # type: ignore[assignment]
                continue
            self._prepare(wanted[found.index(None)])
            job.replies, job.awaited = found, found.count(None)
            for at, reply in enumerate(found):
                if reply is None:
                    self._ask(job, at, keys[at], wanted[at])
            return

    def _prepare(self, request: Request) -> None:
        if self._exchange.client is None:
            try:
                self._connect()
            except MissingReply as error:
                raise MissingReply(f"{error}\nThe first request without a reply:\n{_opening(request)}") from None

    def _ask(self, job: _Job, at: int, key: str, request: Request) -> None:
        landed = self._landed
        call = self._exchange.send(key, request, self, lambda reply: landed.put((job, at, reply, key)))
        self._outstanding += 1
        if call is not None:
            self._calls.append(call)

    def _flush(self) -> None:
        if self._calls and self._exchange.client:
            self._exchange.client.submit(self._calls)
            self._calls = []

    def _receive(self) -> None:
        """Wait for one reply, then take all that have come."""
        self._take(*self._landed.get())
        while not self._landed.empty():
            self._take(*self._landed.get())

    def _take(self, job: _Job, at: int, reply: Reply | Fault, key: str) -> None:
        self._outstanding -= 1
        if isinstance(reply, Fault):
            self._count(reply)
            reply = Reply(key, "", "error", error=reply.cause)
        else:
            self._answered += 1
        job.replies[at] = reply
        job.awaited -= 1
        if not job.awaited:
            self._advance(job, job.replies)

    def _count(self, fault: Fault) -> None:
        self._causes[fault.cause] += 1
        refused = bool(fault.status) and not fault.retry and not fault.personal
        if fault.stops or (not self._answered and (refused or self._causes.total() >= _HOPELESS)):
            raise ModelError(f"model {self._exchange.name}: {fault.cause}{self._kept()}")

    def _kept(self) -> str:
        return (
            f"\n{self._answered:,} replies of this run are recorded; a rerun continues there" if self._answered else ""
        )

    def _end(self) -> None:
        if not self._causes:
            return
        failed = self._causes.total()
        if not self._answered:
            raise ModelError(f"model {self._exchange.name}: every request failed: {next(iter(self._causes))}")
        warnings.warn(
            f"model {self._exchange.name}: {failed:,} of {failed + self._answered:,} requests failed and are missing; "
            f"a rerun asks only for them\n{table(self._causes)}",
            stacklevel=3,
        )


def _opening(request: Request) -> str:
    text = " … ".join(text for _, text in request.messages)
    return (text[:300] + " …" if len(text) > 300 else text) + (f" [{request.prefill}]" if request.prefill else "")
