"""The process's only event loop, and a client that asks one endpoint as fast as it bears."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import ssl
import threading
import weakref
from collections.abc import Coroutine, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from .endpoint import HOSTED, Endpoint, headers, proxy
from .errors import Fault, ModelError
from .pace import Limits, Pace
from .wire import Answer, clean, received

if TYPE_CHECKING:
    import aiohttp

    from .embedded import Server

Result = TypeVar("Result")

_FIRST_ATTEMPTS = 3  # at an endpoint that has never answered
_UNIQUE, _REMEMBERED = 24, 4096  # letters of an id that belongs to one answer; ids that are compared
_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None


def background() -> asyncio.AbstractEventLoop:
    """Event loop in its own thread, started once: callers may have a loop of their own (Jupyter has)."""
    global _loop
    with _lock:
        if _loop is None or _loop.is_closed():
            _loop = asyncio.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="beliefsim-models", daemon=True).start()
        return _loop


def waited(coroutine: Coroutine[Any, Any, Result], seconds: float | None = None) -> Result:
    """What a coroutine on the background loop returns."""
    return asyncio.run_coroutine_threadsafe(coroutine, background()).result(seconds)


async def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """What a request in flight returns, also if its task is cancelled meanwhile: it is paid for."""
    task = asyncio.ensure_future(work)
    while not task.done():
        try:
            await asyncio.shield(task)
        except (asyncio.CancelledError, Fault):
            continue
    return task.result()


def stop_if_cancelled() -> None:
    """Go no further in a task that was cancelled while a request was in flight."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


class Client:
    """Asks one endpoint; its coroutines run on the background loop.

    `server` is the embedded one behind the address; it stays as long as the client is open. The key is written nowhere.
    """

    def __init__(self, address: str, key: str, limits: Limits, server: Server | None = None) -> None:
        self.address, self.limits, self.server, self.pace = address, limits, server, Pace(limits)
        self._key, self._headers, self._proxy = key, headers(address, key), proxy(address)
        parts = urlsplit(address)
        below = {path: parts.path.rstrip("/") + path for path in ("/chat/completions", "/models")}
        self._urls = {path: parts._replace(path=whole, fragment="").geturl() for path, whole in below.items()}
        self._reached = False
        self._ids: dict[str, None] = {}  # of the last answers
        self._session: list[aiohttp.ClientSession] = []  # made by the first request, on the background thread
        self._finalizer = weakref.finalize(self, _close, self._session)

    def __repr__(self) -> str:
        return f"Client({urlsplit(self.address).netloc})"

    @property
    def alive(self) -> bool:
        """Whether the process behind it, if it is one of ours, still runs."""
        return self.server is None or self.server.alive

    @property
    def state(self) -> str:
        """What it waits for, in words."""
        closed = self.pace.closed_until - background().time()
        if closed > 0:
            return f"the endpoint asked to be left alone, and is asked again in {closed:.0f} s"
        return f"the endpoint is slow ({self.pace.flying} requests in flight; Limits(concurrency=…) sets their number)"

    async def ask(self, body: Mapping[str, Any], tokens: int = 0) -> Answer:
        """The endpoint's answer, after as many attempts as it takes.

        Parameters
        ----------
        body : mapping
            As it is sent.
        tokens : int
            Estimate, for the ceiling of tokens a minute.

        Raises
        ------
        Fault
            The last one. A cancelled task is told so once nothing of it is in flight.
        """
        started = background().time()
        for attempt in itertools.count(1):
            await self.pace.begin(tokens)
            try:
                answer = await finished(self._attempt(body))
                self.pace.faster()
                return answer
            except Fault as caught:
                fault = caught
                if fault.busy:
                    self.pace.slower(background().time(), fault.wait_seconds)
            finally:
                self.pace.end()
            stop_if_cancelled()
            wait = self._wait(fault, attempt)
            left = self.limits.deadline_seconds - (background().time() - started)
            attempts = self.limits.attempts if self._reached else min(self.limits.attempts, _FIRST_ATTEMPTS)
            if fault.kind != "retry" or attempt >= attempts or wait > left:
                raise fault
            await asyncio.sleep(wait)
        raise AssertionError

    def _wait(self, fault: Fault, attempt: int) -> float:
        if fault.wait_seconds is not None:
            return self.limits.capped(fault.wait_seconds) + random.uniform(0, 0.1)
        ceiling = min(self.limits.backoff_seconds * 2 ** (attempt - 1), 30.0)
        return random.uniform(ceiling / 2, ceiling)

    async def _attempt(self, body: Mapping[str, Any]) -> Answer:
        import aiohttp

        via = f" through the proxy {urlsplit(self._proxy).netloc.rpartition('@')[2]}" if self._proxy else ""
        try:
            status, sent, data = await self._sent("POST", "/chat/completions", json.dumps(body).encode())
        except TimeoutError:
            words = f"no complete answer within {self.limits.attempt_seconds:g} s{via}: the endpoint is slow; "
            raise Fault(f"{words}Limits(attempt_seconds=…) waits longer, concurrency=… asks less", busy=True) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Fault(f"connection failed{via}: {clean(str(error), self._key)}", busy=True) from None
        self._reached = True
        answer = received(status, sent, data, self._key)
        if len(answer.id) >= _UNIQUE and answer.id in self._ids:
            self._renew()
            raise Fault("the same answer came twice: something between here and the model repeats or caches answers")
        self._ids[answer.id] = None
        if len(self._ids) > _REMEMBERED:
            del self._ids[next(iter(self._ids))]
        return answer

    def _renew(self) -> None:
        """Use no connection again: what comes next on one of them may be the answer to what was asked before."""
        if self._session:
            old, seconds = self._session.pop(), self.limits.attempt_seconds
            background().call_later(seconds, lambda: background().create_task(old.close()))

    async def _sent(self, method: str, path: str, data: bytes | None = None) -> tuple[int, Mapping[str, str], bytes]:
        if not self._session:
            self._session.append(_session(self.address, self._headers, self.limits.attempt_seconds))
        request = self._session[0].request(
            method, self._urls[path], data=data, proxy=self._proxy, allow_redirects=False
        )
        async with request as response:
            return response.status, response.headers, await response.read()

    async def served(self, name: str) -> dict[str, str]:
        """What the endpoint says that it serves under a name: id, owner and root; empty where it does not say."""
        try:
            _, _, data = await asyncio.wait_for(self._sent("GET", "/models"), 10.0)
            listed = json.loads(data)["data"]
            fitting = [each for each in listed if each["id"] in (name, f"{name}:latest")] or listed
            known = fitting[0] if len(fitting) == 1 else {}
            size = (known.get("meta") or {}).get("size")  # of llama.cpp, in bytes
            said = {**{each: known.get(each) for each in ("id", "owned_by", "root")}, "size": size}
            return {each: str(value) for each, value in said.items() if value}
        except Exception:  # whatever stands there: it does not say
            return {}

    def close(self) -> None:
        """Close connections; the embedded server stops with its last user."""
        self._finalizer()
        if self.server is not None:
            self.server.close()


def connected(endpoint: Endpoint, limits: Limits) -> Client:
    """Client of an endpoint; weights are served first.

    Raises
    ------
    ModelError, FileNotFoundError
        If the key or the weights are not there, or they cannot be served.
    """
    import aiohttp  # noqa: F401  (a fifth of a second, better spent on the caller's thread)

    if not endpoint.weights:
        return Client(endpoint.base_url or HOSTED, endpoint.key(), limits)
    from . import embedded, weights

    path = weights.find(endpoint.weights)
    if weights.digest(path) != endpoint.sha256:
        raise ModelError(
            f"{path} is another file than {endpoint.weights}: sha256 {weights.digest(path)}, not {endpoint.sha256}. "
            "`beliefsim models install` fetches the right one; a file of your own is Model('its/path.gguf')"
        )
    server = embedded.serve(endpoint.weights)
    return Client(server.address, server.key, limits, server)


def _session(address: str, headers: Mapping[str, str], seconds: float) -> aiohttp.ClientSession:
    import aiohttp
    import certifi

    class Connector(aiohttp.TCPConnector):
        """Closes a connection on which something came unasked: it would be taken for the next answer."""

        async def _get(self, *given: Any) -> Any:
            found = await super()._get(*given)
            while found is not None and (found.protocol is None or found.protocol.should_close):
                found.close()
                found = await super()._get(*given)
            return found

    certificates: ssl.SSLContext | bool = True
    if address.startswith("https"):  # the system's, if it names them; else the SDK's, since Python on macOS has none
        file = None if os.environ.get("SSL_CERT_FILE") else certifi.where()
        certificates = ssl.create_default_context(cafile=file)
    connector, cookies = Connector(limit=0, ssl=certificates), aiohttp.DummyCookieJar()
    timeout = aiohttp.ClientTimeout(total=seconds)
    return aiohttp.ClientSession(connector=connector, headers=headers, timeout=timeout, cookie_jar=cookies)


def _close(session: list[aiohttp.ClientSession]) -> None:
    if session and _loop is not None and _loop.is_running():
        asyncio.run_coroutine_threadsafe(session.pop().close(), _loop)
