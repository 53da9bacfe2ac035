"""One recording: a JSONL file of replies, each written at once."""

from __future__ import annotations

import errno
import json
import os
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .index import Index, Place
from .recorded import RecordedReply

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FORMAT", "Recording", "RecordingError"]

FORMAT = 1


class RecordingError(ValueError):
    """A file is no recording, is from a newer version, cannot be written, or is being written by another process.

    Examples
    --------
    >>> from beliefsim.recordings import RecordingError
    >>> issubclass(RecordingError, ValueError)
    True
    """


class Recording:
    """One JSONL file of replies; use `opened` so that a process has one object for a file.

    Parameters
    ----------
    path : Path
        The file; it is made when the first reply is written.

    Raises
    ------
    RecordingError
        If the file is no recording, or from a newer version of beliefsim.

    Examples
    --------
    >>> from beliefsim.recordings import Recording
    >>> len(Recording(bs.paths.results() / "new.jsonl"))
    0
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._damaged: set[str] = set()
        self._guard = threading.RLock()
        self._writers = 0
        self._lock: Any = None
        self._out: int | None = None
        self._in: int | None = None
        self._check_header()
        self._index = Index(path)
        if self._index.bad:
            self._warn(f"line {self._index.bad[0]}", len(self._index.bad))

    def __repr__(self) -> str:
        return f"Recording({self.path}, {len(self._index):,} lines with a hash)"

    def __len__(self) -> int:
        return len(self._index)

    def _check_header(self) -> None:
        if not self.path.exists() or not self.path.stat().st_size:
            return
        with self.path.open("rb") as file:
            first = file.readline(1 << 16)
        try:
            version = json.loads(first)["recording"]
        except (ValueError, KeyError, TypeError):
            if b"\n" not in first and first.startswith(b'{"'):
                return  # torn while the file was made
            raise RecordingError(f"{self.path} is no recording: line 1 is not a recording's header") from None
        if version > FORMAT:
            raise RecordingError(
                f"{self.path} has format version {version}, this beliefsim reads up to {FORMAT}: upgrade beliefsim"
            )

    def _warn(self, which: str, count: int) -> None:
        more = f" and {count - 1} more" if count > 1 else ""
        warnings.warn(f"{self.path}: {which}{more} cannot be read; the other lines are used", stacklevel=4)

    def line(self, digest: str) -> dict[str, Any] | None:
        """The line that begins with a hash, or None (also for a line that was damaged: it is then asked for again)."""
        place = self._index.find(digest)
        if place is None:
            return None
        try:
            line = json.loads(self._bytes(place))
            return line if digest in (line.get("key"), line.get("prompt"), line.get("settings")) else None
        except ValueError:
            if digest not in self._damaged:
                self._damaged.add(digest)
                self._warn(f"line {self._index.number(place)} (reply {digest})", 1)
            return None

    def _bytes(self, place: Place) -> bytes:
        if self._in is None:
            self._in = os.open(self.path, os.O_RDONLY)
        return os.pread(self._in, place.length, place.offset)

    @property
    def bad(self) -> list[int]:
        """Numbers, from 1, of lines that are no JSON object."""
        return self._index.bad

    def __contains__(self, digest: str) -> bool:
        return digest not in self._damaged and self._index.find(digest) is not None

    @property
    def provenance(self) -> dict[str, Any]:
        """Model, weights, endpoint and its traits, as the header and the last endpoint line say."""
        found: dict[str, Any] = {}
        for note in self._index.read_notes():
            found |= note.get("endpoint") or {name: value for name, value in note.items() if name != "recording"}
        return found

    def notes(self) -> list[dict[str, Any]]:
        """The header's and the last endpoint line's content."""
        return [note.get("endpoint") or note for note in self._index.read_notes()]

    def reply(self, id: str) -> RecordedReply | None:
        """The reply with its prompt and settings, or None."""
        line = self.line(id)
        if line is None or "key" not in line:
            return None
        prompt = self.line(line["prompt"]) or {}
        settings = self.line(line["settings"]) or {}
        messages = tuple((role, text) for role, text in prompt.get("messages", ()))
        text = line.get("prefill", "") + line.get("text", "")
        return RecordedReply(id, messages, text, settings.get("value", {}), line, self.provenance)

    def to_frame(self) -> pd.DataFrame:
        """All replies as a table.

        Returns
        -------
        DataFrame
            A row for each reply: `reply` (id), `prompt` and `settings` (hashes), `draw`, `text`, `finish`,
            `prefill`, and tokens `input`, `output`, `reasoning`, `cached`. A line that cannot be read is left
            out, with a warning that gives its number.
        """
        from .frame import frame

        return frame(self.path, self._warn)

    def acquire(self, header: Mapping[str, Any]) -> None:
        """Be the one writer of the file until `release`, nested; repairs a torn last line.

        Raises
        ------
        RecordingError
            If another process is writing, or the file cannot be written.
        """
        with self._guard:
            if not self._writers:
                self._begin(header)
            self._writers += 1

    def release(self) -> None:
        """End what `acquire` began."""
        with self._guard:
            self._writers -= 1
            if not self._writers:
                self._end()

    def _begin(self, header: Mapping[str, Any]) -> None:
        import filelock

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.path.with_name(f".{self.path.name}.lock"), timeout=0, thread_local=False)
            lock.acquire()
            self._lock = lock
            self._out = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        except filelock.Timeout:
            raise RecordingError(
                f"another process is writing {self.path}: wait for it, or give Model(recording='another.jsonl')"
            ) from None
        except OSError as error:
            raise RecordingError(f"cannot write {self.path}: {error.strerror}") from None
        self._look_again()
        self._repair()
        if not self._index.covered:
            self._append({"recording": FORMAT, **header})
        self._index.refresh()

    def _look_again(self) -> None:
        """Another process may have written since, or put another file in this one's place."""
        assert self._out is not None
        state = os.fstat(self._out)
        replaced = self._in is not None and os.fstat(self._in).st_ino != state.st_ino
        if replaced or state.st_size < self._index.covered:
            self._check_header()
            self._index = Index(self.path)
            if self._in is not None:
                os.close(self._in)
                self._in = None
        self._index.refresh()

    def _repair(self) -> None:
        assert self._out is not None
        torn = os.fstat(self._out).st_size - self._index.covered
        if torn > 0:
            os.ftruncate(self._out, self._index.covered)
            warnings.warn(f"{self.path}: dropped a last line that was written in part ({torn} bytes)", stacklevel=5)

    def _end(self) -> None:
        if self._out is not None:
            os.close(self._out)
        self._out = None
        self._lock.release()

    def _append(self, line: Mapping[str, Any], digest: str = "") -> None:
        """One unbuffered write: what was written in part (a full disk) is taken back."""
        data = (json.dumps(line, separators=(",", ":")) + "\n").encode()
        assert self._out is not None, "Recording.acquire() comes first"
        try:
            if os.write(self._out, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            os.ftruncate(self._out, self._index.covered)
            raise RecordingError(
                f"cannot write {self.path}: {error.strerror}; what was written is whole, and a rerun continues there"
            ) from None
        if digest:
            self._damaged.discard(digest)
            self._index.add(digest, len(data))
        else:
            self._index.notes.append(self._index.covered)
            self._index.skip(len(data))

    def note(self, endpoint: Mapping[str, Any]) -> None:
        """Write what is known of the endpoint; replies that follow came from it."""
        with self._guard:
            self._append({"endpoint": dict(endpoint)})

    def add(self, line: Mapping[str, Any], messages: Any, settings: Mapping[str, Any]) -> None:
        """Write a reply line, after its prompt and its settings if the file has not got them."""
        with self._guard:
            if line["key"] in self:
                return
            if line["prompt"] not in self:
                self._append({"prompt": line["prompt"], "messages": messages}, line["prompt"])
            if line["settings"] not in self:
                self._append({"settings": line["settings"], "value": settings}, line["settings"])
            self._append(line, line["key"])
