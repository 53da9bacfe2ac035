"""One pass over requests: keeps a bounded number under way, hands results on in order, and tells how it ended."""

from __future__ import annotations

import queue
import warnings
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator
from typing import Any, NamedTuple

from .bills import Bill, Budget
from .client import Call
from .errors import BudgetSpent, Fault, MissingReply, ModelError, table
from .exchange import Done, Exchange
from .pace import Limits
from .requests import Reply, Request
from .tally import Tally

__all__ = ["Run", "Walks"]

Walks = Iterator[Generator[list[Request], list[Reply], Any]]

_HOPELESS = 32  # failures without one success after which a run is given up
_BATCH = 16  # requests handed to the background thread at once; to a worker, as many as it may have in flight
_PENDING: Any = object()


class _Job:
    """A walk under way: a generator that yields requests and is sent their replies."""

    __slots__ = ("awaited", "replies", "result", "walk")

    def __init__(self, walk: Generator[list[Request], list[Reply], Any]) -> None:
        self.walk = walk
        self.replies: list[Any] = []
        self.awaited = 0
        self.result: Any = _PENDING


class _Wanted(NamedTuple):
    """A reply that a job waits for."""

    job: _Job
    at: int
    key: str
    request: Request


class Run:
    """Drives walks, once: `exchange` finds and sends, `budget` is asked before each request, `bill` gets each reply.

    `connect` is called before the first request that no recording answers, and raises where asking is not allowed.
    `limits` may be under way `shares` times at once, on several workers.
    """

    def __init__(
        self,
        exchange: Exchange,
        connect: Callable[[], None],
        limits: Limits,
        budget: Budget,
        bill: Bill,
        shares: int = 1,
    ) -> None:
        self._exchange, self._connect, self._budget, self._bill = exchange, connect, budget, bill
        self._tally = Tally(bill.model, bill.free)
        self._begun = limits.ahead * limits.concurrency * shares  # walks that may be unfinished
        self._window = 4 * limits.concurrency * shares  # with finished ones that wait for their turn
        self._batch = _BATCH if shares == 1 else limits.concurrency
        self._unfinished = 0
        self._landed: queue.SimpleQueue[tuple[_Wanted, float, Reply | Fault]] = queue.SimpleQueue()
        self._causes: Counter[str] = Counter()
        self._answered = 0
        self._dones: dict[int, Done] = {}  # of what is under way
        self._held: deque[_Wanted] = deque()  # not sent yet
        self._blocked = False  # by the budget

    def results(self, walks: Walks) -> Iterator[Any]:
        """What the walks return, in order."""
        jobs: deque[_Job] = deque()
        try:
            while True:
                more = True
                while not self._blocked and len(jobs) < self._window and self._unfinished < self._begun:
                    walk = next(walks, None)
                    if walk is None:
                        more = False
                        break
                    job = self._start(walk)
                    if not jobs and job.result is not _PENDING:
                        yield job.result  # a replay does not wait for the window to fill
                    else:
                        jobs.append(job)
                        if len(self._held) >= self._batch:
                            self._send_held()
                self._send_held()
                while jobs and jobs[0].result is not _PENDING:
                    yield jobs.popleft().result
                if jobs and self._dones:
                    self._receive()
                elif jobs or self._held:
                    self._budget_spent()
                elif not more:
                    break
            self._end()
        finally:
            self._tally.close()
            if self._dones:
                self._exchange.abandon(self._dones.values())

    def _start(self, walk: Generator[list[Request], list[Reply], Any]) -> _Job:
        job = _Job(walk)
        self._unfinished += 1
        self._advance(job, None)
        return job

    def _advance(self, job: _Job, replies: list[Reply] | None) -> None:
        """Let a walk go on until it needs a reply that no recording has."""
        exchange = self._exchange
        while True:
            try:
                wanted = job.walk.send(replies)  # type: ignore[arg-type]
            except StopIteration as ended:
                job.result = ended.value
                self._unfinished -= 1
                return
            if exchange.traits is None:
                self._open(wanted[0])  # keys depend on what the endpoint can do
            keys = [exchange.key(request) for request in wanted]
            found = [exchange.find(key) for key in keys]
            missing = [at for at, reply in enumerate(found) if reply is None]
            self._bill.replayed += len(found) - len(missing)
            self._tally.found(found)
            if missing:
                self._open(wanted[missing[0]])
                job.replies, job.awaited = found, len(missing)
                self._held.extend(_Wanted(job, at, keys[at], wanted[at]) for at in missing)
                return
            replies = found  # type: ignore[assignment]

    def _open(self, request: Request) -> None:
        try:
            self._connect()
        except MissingReply as error:
            why = self._exchange.lacking(request)
            raise MissingReply(
                f"{error} Why: {why}.\nThe first request without a reply:\n{_opening(request)}"
            ) from None

    def _send_held(self) -> None:
        """Send what the budget allows."""
        calls = []
        self._blocked = False
        while self._held and not self._blocked:
            reserved = self._budget.reserve(self._bill, self._held[0].request)
            if reserved is None:
                self._blocked = True
            elif (call := self._call(self._held.popleft(), reserved)) is not None:
                calls.append(call)
        if calls and self._exchange.client:
            self._exchange.client.submit(calls)

    def _call(self, wanted: _Wanted, reserved: float) -> Call | None:
        def done(reply: Reply | Fault) -> None:
            self._landed.put((wanted, reserved, reply))

        self._dones[id(wanted)] = done
        return self._exchange.send(wanted.key, wanted.request, done)

    def _receive(self) -> None:
        """Wait for one reply, then take all that have come."""
        self._take(*self._landed.get())
        while not self._landed.empty():
            self._take(*self._landed.get())

    def _take(self, wanted: _Wanted, reserved: float, reply: Reply | Fault) -> None:
        del self._dones[id(wanted)]
        job = wanted.job
        if isinstance(reply, Fault):
            self._budget.settle(self._bill, reserved, None)
            self._count(reply)
            reply = Reply(wanted.key, "", "error", error=reply.cause)
        else:
            self._budget.settle(self._bill, reserved, reply)
            self._answered += 1
            self._bill.add(wanted.request, reply)
            self._tally.asked(reply)
        job.replies[wanted.at] = reply
        job.awaited -= 1
        if not job.awaited:
            self._advance(job, job.replies)

    def _count(self, fault: Fault) -> None:
        self._causes[fault.cause] += 1
        self._bill.failed += 1
        self._tally.failed()
        refused = bool(fault.status) and not fault.retry and not fault.personal
        if fault.stops or (not self._answered and (refused or self._causes.total() >= _HOPELESS)):
            raise ModelError(f"model {self._exchange.name}: {fault.cause}{self._kept()}")

    def _kept(self) -> str:
        kept = f"\n{self._answered:,} replies of this run are recorded; a rerun continues there"
        return kept if self._answered else ""

    def _budget_spent(self) -> None:
        raise BudgetSpent(f"the budget is spent ({self._budget}); the next request was not sent.{self._kept()}")

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
