"""Serving weights on this machine: llama.cpp in a child process, one per machine and weights, shared by its users.

Two such processes on two cores are far slower than one, so a second user (another kernel) joins the first. A state file
in a folder that only this user can read says where the process is; the connection to it counts the users.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Client, Connection
from pathlib import Path

from .errors import ModelError
from .llama_process import Orders
from .weights import find

__all__ = ["Server", "runtime", "serve"]

_WELCOME_SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    """A running llama.cpp process, used until `close`.

    Parameters
    ----------
    address : str
        Base URL of its OpenAI-compatible API, on 127.0.0.1.
    key : str
        Secret that every request needs; drawn when the process started.
    pid : int
        The process.
    """

    address: str
    key: str = field(repr=False)
    pid: int
    _seat: Connection = field(repr=False)

    def close(self) -> None:
        """Leave; the process ends soon after its last user."""
        self._seat.close()


def serve(model: str | Path) -> Server:
    """Join the process that serves these weights, or start it.

    Parameters
    ----------
    model : str or Path
        Catalogue name or GGUF file.

    Raises
    ------
    FileNotFoundError
        If the weights are not installed.
    ModelError
        If xllamacpp is not installed, or the process does not start, with the end of its log.
    """
    weights = find(model)
    if importlib.util.find_spec("xllamacpp") is None:
        raise ModelError("the embedded model needs xllamacpp: pip install 'beliefsim[embedded]'")
    state = _state_file(weights)
    with _alone(state.with_suffix(".lock")):
        return _joined(state) or _started(weights, state)


def runtime() -> str:
    """Version of the program that serves weights, for provenance."""
    from importlib.metadata import version

    return f"xllamacpp {version('xllamacpp')}"


def _state_file(weights: Path) -> Path:
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    folder = Path(tempfile.gettempdir()) / f"beliefsim-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    about = folder.lstat()
    if folder.is_symlink() or (hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o077)):
        raise ModelError(f"{folder} is not a folder that only you can read; remove it, or set TMPDIR to another place")
    file = weights.resolve().stat()
    name = f"{weights.resolve()}:{file.st_size}:{file.st_mtime_ns}"
    return folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Let one process at a time look for the server and start it."""
    with open(lock, "w") as file:
        with contextlib.suppress(ImportError):  # Windows has no fcntl: two starts at once then make two processes
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _joined(state: Path) -> Server | None:
    """A seat at the running process; None where there is none, or a state file that a killed one left."""
    try:
        told = json.loads(state.read_text())
        seat = Client(told["socket"], authkey=told["key"].encode())
        if not seat.poll(_WELCOME_SECONDS):
            raise EOFError
        seat.recv_bytes()
    except (OSError, EOFError, ValueError, KeyError):
        state.unlink(missing_ok=True)
        return None
    return Server(told["address"] + "/v1", told["key"], told["pid"], seat)


def _started(weights: Path, state: Path) -> Server:
    orders = Orders(str(weights), secrets.token_urlsafe(32), str(state), str(state.with_suffix(".socket")))
    # Its own session: Ctrl-C in a cell stops the question, not the process that others use too.
    child = subprocess.Popen(
        [sys.executable, "-m", "beliefsim.models.llama_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(json.dumps(asdict(orders)) + "\n")
    child.stdin.close()
    answer = child.stdout.readline()
    child.stdout.close()
    server = _joined(state) if "address" in (json.loads(answer) if answer else {}) else None
    if server is None:
        child.kill()
        raise ModelError(f"llama.cpp does not serve {weights}: {_cause(answer, state.with_suffix('.log'))}")
    return server


def _cause(answer: str, log: Path) -> str:
    said = json.loads(answer).get("error", "") if answer else "it ended without a word"
    last = log.read_text(errors="replace").strip().splitlines()[-3:] if log.exists() else []
    return f"{said} (log {log}: {' / '.join(last) or 'empty'})"
