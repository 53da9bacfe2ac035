"""Requests sent from other processes or machines: any `concurrent.futures.Executor`.

Recordings, budget and order stay here: workers get requests that no recording answers, and give back what the endpoint
said. So a worker needs no shared file system, and one that is killed costs what it had in flight.
"""

from __future__ import annotations

import asyncio
import functools
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any, NamedTuple

from .client import Client, background, connected, waited
from .endpoint import Endpoint
from .errors import Fault, ModelError
from .pace import Limits
from .wire import Answer

SCHEDULER = "BELIEFSIM_SCHEDULER"  # address of a dask scheduler; `reproduce --scheduler` sets it
AT_ONCE = 32  # shares of `Limits.concurrency` requests that are handed out before the first is back

Asked = tuple[Mapping[str, Any], int]  # what `Client.ask` takes


class _Entry(NamedTuple):
    asked: Asked
    landed: asyncio.Future[Answer]


class Distributed:
    """Stands in a `Client`'s place; each worker has a client of its own, with its own pace and limits.

    Workers look up the endpoint's key in their own environment.
    """

    alive, state = True, "the workers have not answered"

    def __init__(self, executor: Executor, endpoint: Endpoint, limits: Limits) -> None:
        self._executor, self._endpoint, self._limits = executor, endpoint, limits
        self._held: list[_Entry] = []  # what is asked in the same moment goes out together
        self._shares: dict[Future[Any], list[_Entry]] = {}
        self._lost = False  # a broken pool ends its futures itself

    async def ask(self, body: Mapping[str, Any], tokens: int = 0) -> Answer:
        """As `Client.ask`; a share that no worker has begun is taken back when all of it is cancelled."""
        loop = asyncio.get_running_loop()
        entry = _Entry((body, tokens), loop.create_future())
        if not self._held:
            loop.call_soon(self._send)
        self._held.append(entry)
        if len(self._held) >= self._limits.concurrency:
            self._send()
        try:
            return await asyncio.shield(entry.landed)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if not (task and task.cancelling()) or entry.landed.cancelled():
                raise
            self._take_back(entry)
            return await entry.landed

    async def served(self, name: str) -> dict[str, str]:
        """Nothing: the endpoint may be out of reach from here; each reply names its model."""
        return {}

    def _send(self) -> None:
        share = [entry for entry in self._held if not entry.landed.cancelled()]
        self._held = []
        if share:
            try:
                future = self._executor.submit(_asked, self._endpoint, self._limits, [entry.asked for entry in share])
            except Exception as error:
                self._give_up(share, f"{type(error).__name__}: {error}")
                return
            self._shares[future] = share
            future.add_done_callback(lambda future: background().call_soon_threadsafe(self._back, future))

    def _back(self, future: Future[Any]) -> None:
        share = self._shares.pop(future)
        if future.cancelled():
            for entry in share:
                entry.landed.cancel()
        elif (error := future.exception()) is not None:
            self._lost = True
            self._give_up(share, f"a worker was lost: {type(error).__name__}: {error}")
        else:
            for entry, answer in zip(share, future.result(), strict=True):
                _land(entry, answer)

    def _give_up(self, share: Sequence[_Entry], cause: str) -> None:
        for entry in share:
            _land(entry, Fault(cause, "stop"))

    def _take_back(self, entry: _Entry) -> None:
        if entry in self._held:
            entry.landed.cancel()
        for future, share in self._shares.items():
            if entry in share:
                self._unwanted.add(id(entry))
                if not self._lost and all(id(each) in self._unwanted for each in share):
                    future.cancel()

    @functools.cached_property
    def _unwanted(self) -> set[int]:
        return set()

    def close(self) -> None:
        """Workers close their connections when they end; the executor is its owner's."""


def _land(entry: _Entry, answer: Answer | BaseException) -> None:
    if not entry.landed.done():
        entry.landed.set_exception(answer) if isinstance(answer, BaseException) else entry.landed.set_result(answer)


def scheduler() -> Executor | None:
    """Executor of the dask scheduler that the environment names, or None.

    Raises
    ------
    ModelError
        If dask is not installed or nobody answers there.
    """
    address = os.environ.get(SCHEDULER, "")
    return _connected(address) if address else None


def workers(address: str) -> int:
    """Number of workers of a dask scheduler, each of which can import beliefsim.

    Raises
    ------
    ModelError
        If dask is not installed, nobody answers there, or a worker lacks beliefsim.
    """
    with _client_of(address) as dask:
        try:
            return len(dask.run(_version))
        except Exception as error:
            raise ModelError(
                f"a worker of {address} cannot run beliefsim ({type(error).__name__}: {error}): "
                "install the same version in the workers' environment"
            ) from None


def _version() -> str:
    from importlib.metadata import version

    return version("beliefsim")


@functools.cache
def _connected(address: str) -> Executor:
    return _client_of(address).get_executor()  # type: ignore[no-any-return]


def _client_of(address: str) -> Any:
    try:
        from distributed import Client as Dask
    except ImportError:
        raise ModelError("a dask scheduler needs dask: pip install 'beliefsim[cluster]'") from None
    try:
        return Dask(address, set_as_default=False)
    except Exception as error:  # an address of another kind fails somewhere within dask, at times by an assertion
        raise ModelError(
            f"no dask scheduler answers at {address}: {error!r}; its address looks like tcp://HOST:8786"
        ) from None


def _asked(endpoint: Endpoint, limits: Limits, asked: Sequence[Asked]) -> list[Any]:
    """Each request's answer or Fault; runs on a worker."""
    client = _client(endpoint, limits)

    async def ask_all() -> list[Any]:
        return await asyncio.gather(*(client.ask(*each) for each in asked), return_exceptions=True)

    return waited(ask_all())


@functools.cache
def _client(endpoint: Endpoint, limits: Limits) -> Client:
    """A worker's connection, made once so that it lasts."""
    return connected(endpoint, limits)
