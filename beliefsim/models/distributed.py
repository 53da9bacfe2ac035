"""Requests sent from other processes or machines: any `concurrent.futures.Executor`.

Recordings, budget and order stay here: workers get requests that no recording answers, and give back what the endpoint
said. So a worker needs no shared file system, and one that is killed costs what it had in flight.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from typing import Any

from beliefsim.run import Run

from .client import Client, background, connected, waited
from .endpoint import Endpoint
from .errors import Fault, ModelError
from .pace import Limits
from .wire import Answer

_MOMENT_SECONDS = 0.01
AT_ONCE = 32  # shares of `Limits.concurrency` requests that are handed out before the first is back

Asked = tuple[Mapping[str, Any], int]  # what `Client.ask` takes


class Distributed:
    """Stands in a `Client`'s place; each worker has a client of its own, with its own pace and limits.

    Workers look up the endpoint's key in their own environment.
    """

    alive, state = True, "the workers have not answered"

    def __init__(self, executor: Executor, endpoint: Endpoint, limits: Limits) -> None:
        self._executor, self._endpoint, self._limits = executor, endpoint, limits
        self._held = _Share()
        self._lost = False  # a broken pool ends its futures itself

    async def ask(self, body: Mapping[str, Any], tokens: int = 0) -> Answer:
        """As `Client.ask`; a share that no worker has begun is taken back when all of it is cancelled."""
        loop, share = asyncio.get_running_loop(), self._held
        landed = loop.create_future()
        if not share.asked:
            loop.call_later(_MOMENT_SECONDS, self._send, share)
        share.asked.append((body, tokens))
        share.landed.append(landed)
        if len(share.asked) >= self._limits.concurrency:
            self._send(share)
        try:
            return await asyncio.shield(landed)
        except asyncio.CancelledError:
            share.unwanted += 1
            if share.unwanted == len(share.asked) and share.future and not self._lost:
                share.future.cancel()
            return await landed

    async def served(self, name: str) -> dict[str, str]:
        """Nothing: the endpoint may be out of reach from here; each reply names its model."""
        return {}

    def _send(self, share: _Share) -> None:
        if share is not self._held:
            return
        self._held = _Share()
        try:
            share.future = self._executor.submit(_asked, self._endpoint, self._limits, share.asked)
        except Exception as error:
            share.land([Fault(f"{type(error).__name__}: {error}", "stop")] * len(share.asked))
        else:
            share.future.add_done_callback(lambda _: background().call_soon_threadsafe(self._back, share))

    def _back(self, share: _Share) -> None:
        assert share.future is not None
        if share.future.cancelled() and share.unwanted < len(share.asked):
            share.land([Fault("the executor gave requests back unsent", "stop")] * len(share.asked))
        elif share.future.cancelled():
            for landed in share.landed:
                landed.cancel()
        elif (error := share.future.exception()) is not None:
            self._lost = True
            lost = Fault(f"a worker was lost: {type(error).__name__}: {error}", "stop")
            share.land([lost] * len(share.asked))
        else:
            share.land(share.future.result())

    def close(self) -> None:
        """Workers close their connections when they end; the executor is its owner's."""


@dataclass(eq=False)
class _Share:
    """Requests that are asked in the same moment, and go to one worker."""

    asked: list[Asked] = field(default_factory=list)
    landed: list[asyncio.Future[Answer]] = field(default_factory=list)
    future: Future[Any] | None = None
    unwanted: int = 0

    def land(self, answers: Sequence[Answer | BaseException]) -> None:
        for landed, answer in zip(self.landed, answers, strict=True):
            landed.set_exception(answer) if isinstance(answer, BaseException) else landed.set_result(answer)


def scheduler() -> Executor | None:
    """Executor of the dask scheduler that the environment names, or None.

    Raises
    ------
    ModelError
        If dask is not installed or nobody answers there.
    """
    address = Run.current().scheduler
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
