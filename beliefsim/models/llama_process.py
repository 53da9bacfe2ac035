"""The process that holds the embedded model: llama.cpp, and a count of who uses it.

`beliefsim.models.embedded` runs this file and writes orders to stdin, because arguments and environment of a process
are less private. A user is an open connection to a local socket, so that users who are killed are counted out too;
without users the process ends.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection, Listener, wait
from pathlib import Path
from typing import Any

# Figures and how they were measured: benchmarks/embedded.py.
SLOTS = 4
_CONTEXT_TOKENS = 16384  # shared by the slots: one long prompt or several short ones
_CACHE_MEGABYTES = 256  # of prompts that lost their slot; llama.cpp's own 8 GB would fill a laptop
_FIRST_USER_SECONDS = 30.0
_LINGER_SECONDS = 2.0
_POLL_SECONDS = 0.25


@dataclass(frozen=True)
class Orders:
    """What the starting process asks for."""

    weights: str  # GGUF file
    key: str  # secret of this process, for requests and for users
    state: str  # file that tells others how to join
    socket: str  # where users connect


def parameters(weights: str, key: str, **settings: Any) -> Any:
    """llama.cpp's parameters: private, quiet, quick for prompts that begin alike; `settings` replace or add some."""
    import xllamacpp

    chosen = xllamacpp.CommonParams()
    chosen.model.path = weights
    chosen.model_alias = {Path(weights).stem}  # replies name the model: no path of this machine in them
    chosen.api_keys = [key]
    chosen.hostnames = ["127.0.0.1"]
    chosen.port = 0
    chosen.ui = False
    chosen.endpoint_slots = False
    chosen.cors_origins = ""
    chosen.verbosity = -1
    chosen.prefill_assistant = True
    chosen.n_parallel = SLOTS
    chosen.kv_unified = True
    chosen.n_ctx = _CONTEXT_TOKENS
    chosen.cache_ram_mib = _CACHE_MEGABYTES
    for name, value in settings.items():
        setattr(chosen, name, value)
    return chosen


class Users:
    """Who uses the process: one open connection each; the listener asks everybody for the key."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._connections: list[Connection] = []
        self._lock = threading.Lock()
        self._closed = False
        threading.Thread(target=self._welcome, daemon=True).start()

    def wait_until_gone(
        self, first_seconds: float = _FIRST_USER_SECONDS, linger_seconds: float = _LINGER_SECONDS
    ) -> None:
        """Return when the last user has left, or nobody came; nobody is welcomed after that."""
        leave_at = time.monotonic() + first_seconds
        while True:
            for connection in self._left():
                connection.close()
                self._connections.remove(connection)
            now = time.monotonic()
            if self._connections:
                leave_at = now + linger_seconds
            with self._lock:
                if now > leave_at and not self._connections:
                    self._closed = True
                    return

    def _left(self) -> list[Any]:
        present = list(self._connections)
        if not present:
            time.sleep(_POLL_SECONDS)
        return wait(present, _POLL_SECONDS)  # users never send: readable means closed

    def _welcome(self) -> None:
        while not self._closed:
            try:
                connection = self._listener.accept()
            except Exception:  # a stranger, or somebody who was killed while knocking
                time.sleep(_POLL_SECONDS)
                continue
            with self._lock:
                if self._closed:
                    connection.close()
                else:
                    connection.send_bytes(b"welcome")
                    self._connections.append(connection)


def main() -> None:
    """Serve until the last user has left."""
    orders = Orders(**json.loads(sys.stdin.readline()))
    answer = _silence(Path(orders.state).with_suffix(".log"))
    try:
        import xllamacpp

        server = xllamacpp.Server(parameters(orders.weights, orders.key))
        address = f"{server.listening_address}/v1"
        listener = Listener(orders.socket, backlog=16, authkey=orders.key.encode())
        _write_state(orders, address)
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), file=answer, flush=True)
        raise
    print(json.dumps({"address": address}), file=answer, flush=True)
    Users(listener).wait_until_gone()
    listener.close()
    _forget_state(Path(orders.state))
    os._exit(0)  # nothing is left to save, and threads of llama.cpp may still answer somebody who is gone


def _silence(log: Path) -> Any:
    """Send what llama.cpp prints to a file; give back the stream that reaches who started us."""
    answer = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(file, stream.fileno())
    return answer


def _write_state(orders: Orders, address: str) -> None:
    state = Path(orders.state)
    fresh = state.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({"pid": os.getpid(), "address": address, "key": orders.key, "socket": orders.socket}, file)
    os.replace(fresh, state)


def _forget_state(state: Path) -> None:
    try:
        if json.loads(state.read_text(encoding="utf-8"))["pid"] == os.getpid():
            state.unlink()
    except (OSError, ValueError):  # somebody else's already
        pass


if __name__ == "__main__":
    main()
