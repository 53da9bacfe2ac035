"""One pass over requests: keeps a bounded number under way, hands results on in order, and tells how it ended."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import queue
import warnings
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import Future
from typing import Any

from .bills import Bill, Budget
from .choices import Ask
from .client import background, waited
from .errors import BudgetSpent, Fault, MissingReply, ModelError, table
from .exchange import Exchange
from .pace import Limits
from .requests import Choice, Reply, Request
from .tally import Tally

Walk = Callable[[Request, Ask], Coroutine[Any, Any, Any]]  # asks for what it needs, and returns a request's result

_REFUSALS, _HOPELESS = 5, 32  # different prompts refused, or failures, without one reply, after which a run is given up
_PATIENCE_SECONDS = 20.0  # without an answer, after which it is told what is waited for
_LEAVING_SECONDS = 10.0  # for answers in flight, which are paid, before the process ends
_tasks: set[Any] = set()  # walks that need the endpoint


class _Lacking(Exception):
    """No recording has the reply to `request`."""

    def __init__(self, request: Request) -> None:
        self.request = request


class Account:
    """Who pays and counts: the budget is asked before each request; bill and tally get each reply as it comes."""

    def __init__(self, budget: Budget, bill: Bill) -> None:
        self.bill, self._budget, self._tally = bill, budget, Tally(bill.model, bill.free)
        self.answered = self.replayed = 0
        self.causes: Counter[str] = Counter()
        self.remarks: Counter[str] = Counter()
        self._refused: set[Any] = set()

    def found(self, replies: list[Reply]) -> None:
        """Count replies of recordings."""
        self.bill.replayed += len(replies)
        self.replayed += len(replies)
        self._tally.found(replies)

    async def reserve(self, request: Request, length: int) -> float:
        """Set the most that a request can cost aside, for an answer of at most `length` tokens."""
        return await self._budget.reserve(self.bill, request, length)

    def settle(self, request: Request, reserved: float, usage: Sequence[int] | None) -> None:
        """Replace what was set aside by what an answer did cost, or by nothing."""
        self._budget.settle(self.bill, reserved, usage)
        if usage is not None:
            self.bill.add(request, usage)

    def answer(self, request: Request, reply: Reply) -> None:
        """Count a reply that was recorded."""
        self.answered += 1
        self._tally.asked(reply)
        if reply.finish in ("refusal", "content_filter"):
            self.remarks[f"refused by the model or its filter ({reply.finish})"] += 1
        elif reply.finish == "length" and not (request.logprobs or request.prefill):
            self.remarks["cut at the longest answer that was asked for (finish 'length')"] += 1

    def failed(self, request: Request, fault: Fault) -> None:
        """Count a request that was given up.

        Raises
        ------
        ModelError
            If asking on cannot help.
        """
        self.causes[fault.cause] += 1
        self.bill.failed += 1
        self._tally.failed()
        if fault.kind == "refused":
            self._refused.add(request.messages)
        hopeless = len(self._refused) >= _REFUSALS or self.causes.total() >= _HOPELESS
        if fault.kind == "stop" or (hopeless and not self.answered and not self.replayed):
            raise ModelError(f"model {self.bill.model}: {fault.cause}{self.kept}")

    @property
    def kept(self) -> str:
        """What a stop leaves."""
        return f"\n{self.answered:,} replies of this run are recorded; a rerun continues there" if self.answered else ""

    def close(self) -> None:
        """Write the tally."""
        self._tally.close()

    def end(self) -> None:
        """Tell of what failed, was cut, refused or could not be read, once."""
        failed, name = self.causes.total(), self.bill.model
        if failed and not self.answered and not self.replayed:
            raise ModelError(f"model {name}: every request failed: {next(iter(self.causes))}")
        total = failed + self.answered + self.replayed
        if failed:
            lost = f"model {name}: {failed:,} of {total:,} requests failed and are missing; a rerun asks only for them"
            warnings.warn(f"{lost}\n{table(self.causes + self.remarks)}", stacklevel=4)
        elif self.remarks:
            said = "; ".join(f"{count:,} {cause}" for cause, count in self.remarks.most_common())
            warnings.warn(f"model {name}: of {total:,} replies, {said}", stacklevel=4)


class Run:
    """Drives walks, once: each first through the recordings, on the caller's thread; anew where a reply is missing.

    `connect` is called before the first request that no recording answers, and raises where asking is not allowed.
    `limits` may be under way `shares` times at once, on several workers.
    """

    def __init__(
        self, exchange: Exchange, connect: Callable[[], None], limits: Limits, account: Account, shares: int = 1
    ) -> None:
        self._exchange, self._connect, self._account = exchange, connect, account
        self._begun = limits.ahead * limits.concurrency * shares  # walks that may be unfinished
        self._window = 4 * limits.concurrency * shares  # with finished ones that wait for their turn
        self._found: list[Reply] = []
        self._unfinished: set[Future[Any]] = set()
        self._landed: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._writing = False

    def results(self, walk: Walk, requests: Iterable[Request]) -> Iterator[Any]:
        """What the walks return, in order."""
        waiting, jobs, more = iter(requests), deque[Future[Any]](), True
        try:
            while more or jobs:
                while more and len(jobs) < self._window and len(self._unfinished) < self._begun:
                    request = next(waiting, None)
                    if request is None:
                        more = False
                    elif (job := self._tried(walk, request)).done() and not jobs:
                        yield job.result()  # a replay does not wait for the window to fill
                    else:
                        jobs.append(job)
                while jobs and jobs[0].done():
                    yield jobs.popleft().result()
                if jobs and (not more or len(jobs) >= self._window or len(self._unfinished) >= self._begun):
                    self._receive()
            self._account.end()
        except BudgetSpent as error:
            raise BudgetSpent(f"{error}{self._account.kept}") from None
        finally:
            self._leave()

    def _tried(self, walk: Walk, request: Request) -> Future[Any]:
        """A walk through the recordings, or by way of the endpoint if a reply is missing."""
        self._found.clear()
        job: Future[Any] = Future()
        try:
            walk(request, self._recorded).send(None)
        except StopIteration as ended:
            job.set_result(ended.value)
            self._account.found(self._found)
        except _Lacking as lacking:
            self._open(lacking.request)
            job = asyncio.run_coroutine_threadsafe(self._lived(walk, request), background())
            self._unfinished.add(job)
            job.add_done_callback(self._land)
        return job

    def _land(self, job: Future[Any]) -> None:
        self._unfinished.discard(job)
        self._landed.put(job)

    async def _recorded(self, requests: list[Request]) -> list[Reply]:
        for request in requests:
            if self._exchange.traits is None:
                self._open(request)  # keys depend on what the endpoint can do
            reply = self._exchange.find(self._exchange.key(request))
            if reply is None:
                raise _Lacking(request)
            self._found.append(reply)
        return self._found[-len(requests) :]

    def _open(self, request: Request) -> None:
        try:
            self._connect()
        except MissingReply as error:
            why = self._exchange.lacking(request)
            first = f"The first request without a reply:\n{_opening(request)}"
            raise MissingReply(f"{error} Why: {why}.\n{first}") from None
        if not self._writing:  # until the run ends
            self._exchange.target.acquire(self._exchange.header)
            self._writing = True

    async def _lived(self, walk: Walk, request: Request) -> Any:
        task = asyncio.current_task()
        _tasks.add(task)
        try:
            result = await walk(request, self._asked)
        finally:
            _tasks.discard(task)
        if isinstance(result, Choice) and result.error and result.error not in self._account.causes:
            self._account.remarks[f"unread: {result.error}"] += 1
        return result

    async def _asked(self, requests: list[Request]) -> list[Reply]:
        if len(requests) == 1:
            return [await self._one(requests[0])]
        return await asyncio.gather(*map(self._one, requests))

    async def _one(self, request: Request) -> Reply:
        try:
            return await self._exchange.reply(request, self._account)
        except Fault as fault:
            self._account.failed(request, fault)
            return Reply(self._exchange.key(request), "", "error", error=fault.cause)

    def _receive(self) -> None:
        """Wait for one walk to end, then take all that have; a stop counts at once, a spent budget in its turn."""
        patience, client = _PATIENCE_SECONDS, self._exchange.client
        while True:
            try:
                error = self._landed.get(timeout=patience).exception()
            except queue.Empty:
                waits = f"no answer for {patience:.0f} s: {client.state if client else ''}"
                warnings.warn(f"model {self._account.bill.model}: {waits}", stacklevel=4)
                patience *= 2
                continue
            if error is not None and not isinstance(error, BudgetSpent):
                raise error
            if self._landed.empty():
                return

    def _leave(self) -> None:
        """Stop what is not in flight; what is finishes, is recorded and billed."""
        self._account.close()
        for job in list(self._unfinished):
            with contextlib.suppress(RuntimeError):  # at the end of the process
                job.cancel()
        if self._writing:
            self._exchange.target.release()


@atexit.register
def _wait_for_the_last() -> None:
    """Let requests in flight, which are paid, come in and be recorded."""

    async def last() -> None:
        for task in _tasks:
            task.cancel()
        await asyncio.wait(_tasks)

    if _tasks:
        with contextlib.suppress(Exception):
            waited(last(), _LEAVING_SECONDS)


def _opening(request: Request) -> str:
    text = " … ".join(text for _, text in request.messages)
    return (text[:300] + " …" if len(text) > 300 else text) + (f" [{request.prefill}]" if request.prefill else "")
