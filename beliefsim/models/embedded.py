"""The embedded model: llama.cpp in a process of its own, one for each weights file, shared by all that runs here.

Two such processes on two cores are far slower than one, so a second user (another kernel) joins the first. A state file
in a folder that only this user can read says where the process is; an open connection to it counts each user.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict, dataclass, field
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection
from pathlib import Path

from . import llama_process
from .errors import ModelError
from .llama_process import Orders
from .weights import find

_WELCOME_SECONDS = 10.0


@dataclass(frozen=True)
class Server:
    """A running llama.cpp process, used until `close`."""

    address: str  # base URL of its OpenAI-compatible API, on 127.0.0.1
    key: str = field(repr=False)  # secret that every request needs; drawn when the process started
    _seat: Connection = field(repr=False, compare=False)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return not self._seat.closed and not self._seat.poll()  # it never sends: readable means gone

    def close(self) -> None:
        """Leave; the process ends soon after its last user, also when users are killed."""
        self._seat.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


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
    import filelock

    state = _folder() / f"{_name(weights)}.json"
    with filelock.FileLock(state.with_suffix(".lock")):
        return _join(state) or _start(weights, state)


def runtime() -> str:
    """What runs the embedded model, for provenance: "xllamacpp" and its version."""
    try:
        return f"xllamacpp {importlib.metadata.version('xllamacpp')}"
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError(
            "the embedded model needs xllamacpp: pip install 'beliefsim[embedded]'; "
            "or name an endpoint that runs: Model(name, base_url=…)"
        ) from error


def _name(weights: Path) -> str:
    # Short, since socket paths are limited. Another version of llama.cpp answers differently: a process of its own.
    file = weights.stat()
    identity = f"{runtime()} {weights.resolve()} {file.st_size} {file.st_mtime_ns}"
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def _folder() -> Path:
    """Folder that only this user can read."""
    user = str(os.getuid()) if sys.platform != "win32" else os.environ.get("USERNAME", "user")
    folder = Path(tempfile.gettempdir()) / f"beliefsim-{user}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if sys.platform != "win32":
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise ModelError(f"{folder} is not a folder that only you can read; remove it, or set TMPDIR")
    return folder


def _join(state: Path) -> Server | None:
    """A seat at the running process; None where there is none, or only the files of one that was killed."""
    try:
        told = json.loads(state.read_text(encoding="utf-8"))
        seat = Client(told["socket"], authkey=told["key"].encode())
        if seat.poll(_WELCOME_SECONDS) and seat.recv_bytes() == b"welcome":
            return Server(told["address"], told["key"], seat)
    except (OSError, EOFError, ValueError, KeyError, AuthenticationError):
        pass
    return None


def _start(weights: Path, state: Path) -> Server:
    orders = Orders(weights=str(weights), key=secrets.token_urlsafe(32), state=str(state), socket=_socket(state))
    process = subprocess.Popen(
        [sys.executable, "-P", llama_process.__file__],  # as a file: the package around it takes a second to import
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        start_new_session=True,  # Ctrl-C in a cell stops the question, not the process that others use too
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        with process.stdin, process.stdout:
            with contextlib.suppress(BrokenPipeError):  # it has ended already; the log says why
                process.stdin.write(json.dumps(asdict(orders)) + "\n")
                process.stdin.flush()
            answer = process.stdout.readline()  # once the weights are loaded, or at its end
        server = _join(state) if "address" in json.loads(answer or "{}") else None
        if server is None:
            raise ModelError(f"llama.cpp does not serve {weights}: {_cause(answer, state.with_suffix('.log'))}")
    except BaseException:
        process.kill()
        process.wait()
        raise
    threading.Thread(target=process.wait, daemon=True).start()  # else it stays as a zombie once it has ended
    return server


def _socket(state: Path) -> str:
    """A fresh address for users: a process that is ending removes its own only."""
    fresh = f"{state.stem}-{secrets.token_hex(3)}"
    if sys.platform == "win32":
        return rf"\\.\pipe\beliefsim-{fresh}"
    for left in state.parent.glob(f"{state.stem}-*.socket"):
        left.unlink(missing_ok=True)
    return str(state.with_name(f"{fresh}.socket"))


def _cause(answer: str, log: Path) -> str:
    said = json.loads(answer).get("error", "") if answer else "it ended without a word"
    last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-3:] if log.exists() else []
    return f"{said} (log {log}: {' / '.join(last) or 'empty'})"
