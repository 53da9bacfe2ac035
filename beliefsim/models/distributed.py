"""Requests sent from other processes or machines: any `concurrent.futures.Executor`.

Recordings, budget and order stay here: workers get requests that no recording answers, and give back what the endpoint
said. So a worker needs no shared file system, and one that is killed costs what it had in flight.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor, Future
from typing import Any

from beliefsim.run import Run

from .client import NOT_SENT, Call, Client, answers, background, connected
from .endpoint import Endpoint
from .errors import Fault, ModelError
from .pace import Limits

__all__ = ["Distributed", "scheduler", "workers"]

AT_ONCE = 32  # shares of `Limits.concurrency` requests that are handed out before the first is back


class Distributed:
    """Stands in a `Client`'s place; each worker has a client of its own, with its own pace and limits.

    Workers look up the endpoint's key in their own environment.
    """

    def __init__(self, executor: Executor, endpoint: Endpoint, limits: Limits) -> None:
        self._executor, self._endpoint, self._limits = executor, endpoint, limits
        self._futures: dict[Future[Any], list[Call]] = {}
        self.alive = True
        self._lost = False  # a broken pool ends its futures itself

    def submit(self, calls: Sequence[Call]) -> None:
        """Hand calls to workers."""
        background().call_soon_threadsafe(self._submit, list(calls))  # where no Ctrl-C interrupts

    def _submit(self, calls: list[Call]) -> None:
        for first in range(0, len(calls), self._limits.concurrency):
            share = calls[first : first + self._limits.concurrency]
            ready = [call for call in share if call.make_ready()]
            bodies = [(call.body, call.tokens) for call in ready]
            try:
                future = self._executor.submit(_asked, self._endpoint, self._limits, bodies)
            except Exception as error:
                _give_up(ready, Fault(f"{type(error).__name__}: {error}", retry=False, stops=True))
            else:
                self._futures[future] = ready
                future.add_done_callback(self._done)

    def _done(self, future: Future[Any]) -> None:
        background().call_soon_threadsafe(self._back, future)

    def _back(self, future: Future[Any]) -> None:
        share = self._futures.pop(future)
        if future.cancelled():
            _give_up(share, NOT_SENT)
        elif (error := future.exception()) is not None:
            self._lost = True
            _give_up(share, Fault(f"a worker was lost: {type(error).__name__}: {error}", retry=False, stops=True))
        else:
            for call, answer in zip(share, future.result(), strict=True):
                call.give_up(answer) if isinstance(answer, Fault) else call.keep_answer(answer)

    def drop(self, calls: Collection[Call]) -> None:
        """Take back shares that no worker has begun; the others finish and are recorded."""
        background().call_soon_threadsafe(self._drop, set(map(id, calls)))

    def _drop(self, unwanted: set[int]) -> None:
        for future, share in list(self._futures.items()):
            if not self._lost and all(id(call) in unwanted for call in share):
                future.cancel()

    def close(self) -> None:
        """Workers close their connections when they end; the executor is its owner's."""


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


def _give_up(share: list[Call], fault: Fault) -> None:
    for call in share:
        call.give_up(fault)


def _asked(endpoint: Endpoint, limits: Limits, bodies: Sequence[tuple[Mapping[str, Any], int]]) -> list[Any]:
    """Each request's answer or Fault; runs on a worker."""
    return answers(_client(endpoint, limits).submit, bodies)


@functools.cache
def _client(endpoint: Endpoint, limits: Limits) -> Client:
    """A worker's connection, made once so that it lasts."""
    return connected(endpoint, limits)
