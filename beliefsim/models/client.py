"""The process's only event loop and HTTP client: a thread that asks as fast as an endpoint bears."""

from __future__ import annotations

import asyncio
import queue
import random
import threading
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .endpoint import HOSTED, Endpoint
from .errors import BrokenReply, Fault, classify
from .pace import Limits, Pace

if TYPE_CHECKING:
    from .embedded import Server

__all__ = ["NOT_SENT", "Call", "Client", "answers", "connected", "message"]

NOT_SENT = Fault("stopped before it was sent", retry=True)
_THREAD = "beliefsim-models"
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def background() -> asyncio.AbstractEventLoop:
    """Event loop in its own thread, started once: callers may have a loop of their own (Jupyter has)."""
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name=_THREAD, daemon=True).start()
        return _loop


@dataclass(slots=True, eq=False)
class Call:
    """One request on its way. Its callables are called on the background thread, which no Ctrl-C interrupts."""

    body: Mapping[str, Any]  # as the endpoint gets it
    tokens: int  # estimate, for the tokens-per-minute ceiling
    keep: Callable[[Any], Any]  # records the endpoint's answer, and returns what `result` becomes
    done: Callable[[Call], None]  # told when `result` or `fault` is set
    begin: Callable[[], None] | None = None  # called once before it is sent; makes ready to record
    result: Any = None
    fault: Fault | None = None
    attempts: int = 0
    dropped: bool = False
    started: float = 0.0

    def make_ready(self) -> bool:
        """Begin; False where the reply could not be recorded, so that it is not asked for."""
        try:
            if self.begin is not None:
                self.begin()
        except Exception as error:
            self.give_up(Fault(f"{error}", retry=False, stops=True))
            return False
        return True

    def keep_answer(self, answer: Any) -> None:
        """Record what came. Where that is not possible (a full disk), asking on would only cost more."""
        try:
            self.result = self.keep(answer)
        except BrokenReply:
            raise
        except Exception as error:
            self.fault = Fault(f"{error}", retry=False, stops=True)
        self.done(self)

    def give_up(self, fault: Fault) -> None:
        """End without an answer."""
        self.fault = fault
        self.done(self)


def answers(submit: Callable[[list[Call]], None], bodies: Iterable[tuple[Mapping[str, Any], int]]) -> list[Any]:
    """The endpoint's answer to each body (with its tokens), or its `Fault`; waits. Nothing is recorded."""
    landed: queue.SimpleQueue[Call] = queue.SimpleQueue()
    calls = [Call(body, tokens, _whole, landed.put) for body, tokens in bodies]
    submit(calls)
    for _ in calls:
        landed.get()
    return [call.fault or call.result for call in calls]


def _whole(answer: Any) -> Any:
    message(answer)  # a broken one is asked for again
    return answer


class Client:
    """Sends calls to one endpoint; everything but `submit`, `drop` and `close` runs on the background thread.

    `base_url` is None for the SDK's hosted default. The key is written nowhere. `server` is the embedded one behind the
    address; it stays as long as the client is open.
    """

    def __init__(self, base_url: str | None, key: str, limits: Limits, server: Server | None = None) -> None:
        import openai  # noqa: F401  (a second of work, better done on the caller's thread)

        self.base_url, self.limits, self.server = base_url, limits, server
        self.pace = Pace(limits)
        self._key = key
        self._sdk: list[Any] = []  # the SDK's client, made by the first request, on the background thread
        self._finalizer = weakref.finalize(self, _close, self._sdk)
        self._loop = background()
        self._incoming: deque[Call] = deque()
        self._waiting: deque[Call] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._later: asyncio.TimerHandle | None = None

    def __repr__(self) -> str:
        return f"Client({self.base_url or 'hosted'})"

    def submit(self, calls: list[Call]) -> None:
        """Queue calls from any thread."""
        self._incoming.extend(calls)
        self._loop.call_soon_threadsafe(self._pump)

    def drop(self, calls: Collection[Call]) -> None:
        """Forget calls that are not in flight; those in flight are paid for: they finish and are recorded."""
        if threading.current_thread().name == _THREAD:  # a generator may be collected there
            self._forget(calls)
            return
        done = threading.Event()
        self._loop.call_soon_threadsafe(self._forget, calls)
        self._loop.call_soon_threadsafe(done.set)
        done.wait(5)  # so that nobody waits for a call that is about to be forgotten

    def _forget(self, calls: Collection[Call]) -> None:
        self._take_in()
        for call in calls:
            call.dropped = True  # one that waits for its next attempt is not sent again
        self._waiting = deque(call for call in self._waiting if not call.dropped)
        for call in calls:
            if not call.attempts:
                call.give_up(NOT_SENT)

    @property
    def alive(self) -> bool:
        """Whether the process behind it, if it is one of ours, still runs."""
        return self.server is None or self.server.alive

    def close(self) -> None:
        """Close connections; the embedded server stops with its last user."""
        self._finalizer()
        if self.server is not None:
            self.server.close()

    def _connect(self) -> Any:
        import openai

        # the SDK would otherwise send the user's organisation and project, from the environment, to any address
        private = {"OpenAI-Organization": openai.Omit(), "OpenAI-Project": openai.Omit()} if self.base_url else {}
        return openai.AsyncOpenAI(
            api_key=self._key,
            base_url=self.base_url or HOSTED,
            max_retries=0,
            timeout=self.limits.attempt_seconds,
            default_headers=private,  # type: ignore[arg-type]
            http_client=openai.DefaultAioHttpClient(),
        )

    def _pump(self) -> None:
        self._take_in()
        while self._waiting and len(self._tasks) < self.pace.limit:
            pause = self.pace.pause(self._loop.time(), self._waiting[0].tokens)
            if pause > 0:
                self._wake_after(pause)
                return
            call = self._waiting.popleft()
            call.attempts += 1  # from here on it counts as sent
            if call.attempts > 1 or call.make_ready():
                self._tasks.add(self._loop.create_task(self._attempt(call)))

    def _take_in(self) -> None:
        while self._incoming:
            self._waiting.append(self._incoming.popleft())

    def _wake_after(self, seconds: float) -> None:
        if self._later is not None:
            self._later.cancel()
        self._later = self._loop.call_later(seconds, self._pump)

    async def _attempt(self, call: Call) -> None:
        now = self._loop.time()
        call.started = call.started or now
        try:
            if not self._sdk:
                self._sdk.append(self._connect())  # takes longer than some time limits
            async with asyncio.timeout(self.limits.attempt_seconds):
                answer = await self._post(call.body)
            self.pace.succeeded()
            call.keep_answer(answer)
        except Exception as error:
            self._failed(call, classify(error, self._key))
        finally:
            self._tasks.discard(asyncio.current_task())  # type: ignore[arg-type]
            self._pump()

    async def _post(self, body: Mapping[str, Any]) -> Any:
        # the SDK's untyped way in: a typed completion costs as much again as the request, and drops unknown fields
        return await self._sdk[0].post("/chat/completions", body=body, cast_to=object)

    def _failed(self, call: Call, fault: Fault) -> None:
        if fault.busy:
            self.pace.overloaded(self._loop.time(), fault.wait_seconds)
        wait = self._wait(call, fault)
        left = self.limits.deadline_seconds - (self._loop.time() - call.started)
        if not fault.retry or call.attempts >= self.limits.attempts or wait > left:
            call.give_up(fault)
        else:
            self._loop.call_later(wait, self._again, call)

    def _wait(self, call: Call, fault: Fault) -> float:
        if fault.wait_seconds is not None:
            return fault.wait_seconds + random.uniform(0, 0.1)
        ceiling = min(self.limits.backoff_seconds * 2 ** (call.attempts - 1), 30.0)
        return random.uniform(ceiling / 2, ceiling)

    def _again(self, call: Call) -> None:
        if call.dropped:
            call.give_up(NOT_SENT)
            return
        self._waiting.appendleft(call)
        self._pump()


def connected(endpoint: Endpoint, limits: Limits) -> Client:
    """Client of an endpoint; weights are served first.

    Raises
    ------
    ModelError, FileNotFoundError
        If the key or the weights are not there, or they cannot be served.
    """
    if not endpoint.weights:
        return Client(endpoint.base_url, endpoint.key(), limits)
    from . import embedded

    server = embedded.serve(endpoint.weights)
    return Client(server.address, server.key, limits, server)


def _close(sdk: list[Any]) -> None:
    if sdk and threading.current_thread().name != _THREAD:
        asyncio.run_coroutine_threadsafe(sdk.pop().close(), background()).result(timeout=5)


def message(answer: Any) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """First choice and usage of an endpoint's answer.

    Raises
    ------
    BrokenReply
        For anything that is no chat completion.
    """
    if isinstance(answer, str):
        kind = "a web page" if answer.lstrip().startswith("<") else "text that is no JSON"
        raise BrokenReply(f"{kind} instead of an answer; is base_url the API's address (often it ends in /v1)?")
    try:
        choice = answer["choices"][0]
        choice["message"].get("content")
        return choice, answer.get("usage") or {}
    except (KeyError, IndexError, TypeError, AttributeError):
        raise BrokenReply("JSON that is no chat completion, or one without choices") from None
