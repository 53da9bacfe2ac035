"""One recording: a JSONL file of replies, each written at once."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import platform
import sys
import threading
import warnings
from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .index import Index
from .lines import FORMAT, RecordingError, parsed, readable
from .recorded import RecordedReply

if TYPE_CHECKING:
    import pandas as pd

_HEADER = b'{"recording":'
_LONGEST = 1 << 16  # bytes of a header
_FIELDS = ["key", "prompt", "settings", "draw", "text", "finish"]
_fields = itemgetter(*_FIELDS)
_TOKENS = ["input", "output", "reasoning", "cached"]


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
        self._guard = threading.RLock()  # of the file's end
        self._acquiring = threading.RLock()
        self._writers = 0
        self._held = contextlib.ExitStack()  # lock and descriptor of the one writer
        self._out = -1
        self._open()
        if path.exists() and path.stat().st_size > self._index.covered:
            self._warn("the last line, which was written in part,", 1)

    def _open(self) -> None:
        """Read where the lines are, now."""
        self._damaged: set[str] = set()
        try:
            self._check_header()
            self._index = Index(self.path)
        except OSError as error:
            raise RecordingError(f"cannot read {self.path}: {error.strerror}") from None
        if bad := self._index.bad:
            self._warn(f"line {bad[0]}", len(bad))

    def __repr__(self) -> str:
        return f"Recording({self.path}, {len(self):,} lines with a hash)"

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, digest: str) -> bool:
        return digest not in self._damaged and self._index.find(digest) is not None

    def _check_header(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            first = file.readline(_LONGEST)
        begun = first.startswith(_HEADER) or _HEADER.startswith(first)
        if begun and b"\n" not in first and len(first) < _LONGEST:
            return  # empty, or torn while the file was made
        try:
            if "recording" not in parsed(first):
                raise ValueError("is not a recording's header")
        except ValueError as error:
            raise RecordingError(f"{self.path} is no recording that can be read: line 1 {error}") from None

    def _warn(self, which: str, count: int) -> None:
        more = f" and {count - 1} more" if count > 1 else ""
        warnings.warn(f"{self.path}: {which}{more} cannot be read; the other lines are used", stacklevel=4)

    def line(self, digest: str) -> dict[str, Any] | None:
        """The line that begins with a hash, or None (also for a line that was damaged: it is then asked for again)."""
        index = self._index
        offset = index.find(digest)
        if offset is None:
            return None
        try:
            line = parsed(index.read(offset))
            return line if next(iter(line.values())) == digest else None
        except ValueError:
            if digest not in self._damaged:
                self._damaged.add(digest)
                number = self.path.read_bytes().count(b"\n", 0, offset) + 1
                self._warn(f"line {number} (reply {digest})", 1)
            return None

    def notes(self) -> list[dict[str, Any]]:
        """The header's and the last endpoint line's content."""
        index, notes = self._index, []
        for offset in dict.fromkeys([*index.notes[:1], *index.notes[-1:]]):
            with contextlib.suppress(ValueError):
                line = parsed(index.read(offset))
                notes.append(line.get("endpoint", line))
        return notes

    @property
    def provenance(self) -> dict[str, Any]:
        """Model, weights, endpoint and its traits, as the header and the last endpoint line say."""
        return {name: value for note in self.notes() for name, value in note.items() if name != "recording"}

    def reply(self, id: str) -> RecordedReply | None:
        """The reply with its prompt and settings, or None."""
        line = self.line(id)
        if line is None or "key" not in line:
            return None
        messages = (self.line(line["prompt"]) or {}).get("messages", ())
        settings = (self.line(line["settings"]) or {}).get("value", {})
        text = line.get("prefill", "") + line["text"]
        return RecordedReply(id, tuple(map(tuple, messages)), text, settings, line, self.provenance)

    def to_frame(self) -> pd.DataFrame:
        """All replies as a table.

        Returns
        -------
        DataFrame
            A row for each reply: `reply` (id), `prompt` and `settings` (hashes), `draw`, `text`, `finish`,
            `prefill`, and tokens `input`, `output`, `reasoning`, `cached`. A line that cannot be read is left
            out, with a warning that gives its number.
        """
        import pandas as pd

        rows, bad = [], []
        for number, _, line, fault in readable(self.path, b'{"key":') if self.path.exists() else ():
            if fault:
                bad.append(number)
            else:
                rows.append((*_fields(line), line.get("prefill", ""), *line["usage"]))
        if bad:
            self._warn(f"line {bad[0]}", len(bad))
        table = pd.DataFrame(rows, columns=["reply", *_FIELDS[1:], "prefill", *_TOKENS])
        categories = {"settings": "category", "finish": "category"}
        return table.astype({"draw": "int64", **dict.fromkeys(_TOKENS, "int32"), **categories})

    def acquire(self, header: Mapping[str, Any]) -> None:
        """Be the one writer of the file until `release`, nested; repairs a torn last line.

        Where somebody else is writing, this says so and waits, and can be interrupted; what they wrote is known then.

        Parameters
        ----------
        header : mapping
            Model, weights and date, for a new file.

        Raises
        ------
        RecordingError
            If the file cannot be written, or is no recording.
        """
        with self._acquiring:
            if not self._writers:
                try:
                    with contextlib.ExitStack() as held:
                        self._begin(header, held)
                        self._held = held.pop_all()
                except OSError as error:
                    raise RecordingError(f"cannot write {self.path}: {error.strerror}") from None
            self._writers += 1

    def release(self) -> None:
        """End what `acquire` began."""
        with self._acquiring:
            self._writers -= 1
            if not self._writers:
                self._held.close()

    def _begin(self, header: Mapping[str, Any], held: contextlib.ExitStack) -> None:
        import filelock

        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self.path.with_name(f".{self.path.name}.lock"), thread_local=False)
        holder = self.path.with_name(f".{self.path.name}.holder")
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            who = holder.read_text(encoding="utf-8") if holder.exists() else ""
            words = f"{who or 'another process'} is writing {self.path}; this one waits until that is done"
            print(f"{words} (interrupt to stop)", file=sys.stderr, flush=True)
            lock.acquire(timeout=-1)
        held.callback(lock.release)
        holder.write_text(f"process {os.getpid()} on {platform.node()}", encoding="utf-8")
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
        self._out = os.open(self.path, flags, 0o644)
        held.callback(self._close)
        self._look_again()
        if not self._index.covered:
            self._append({"recording": FORMAT, **header})

    def _close(self) -> None:
        os.close(self._out)
        self._out = -1

    def _look_again(self) -> None:
        """Another process may have written since, or put another file in this one's place, or have been killed."""
        now, file = os.fstat(self._out), self._index.file
        if not file or os.fstat(file.fileno()).st_ino != now.st_ino or now.st_size != self._index.covered:
            self._open()
        torn = now.st_size - self._index.covered
        if torn > 0:
            os.ftruncate(self._out, self._index.covered)
            warnings.warn(f"{self.path}: dropped a last line that was written in part ({torn} bytes)", stacklevel=5)
            self._index = Index(self.path)  # whose buffer does not hold the torn line

    def _append(self, line: Mapping[str, Any], digest: str = "") -> None:
        """One unbuffered write: what was written in part (a full disk) is taken back."""
        data = (json.dumps(line, separators=(",", ":")) + "\n").encode()
        assert self._out >= 0, "Recording.acquire() comes first"
        try:
            parsed(data)  # what no reader takes would be asked for, and paid, again and again
            if os.write(self._out, data) < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except ValueError as error:
            raise RecordingError(f"not written to {self.path}: the line {error}") from None
        except OSError as error:
            os.ftruncate(self._out, self._index.covered)
            self._index = Index(self.path)
            raise RecordingError(
                f"cannot write {self.path}: {error.strerror}; what was written is whole, and a rerun continues there"
            ) from None
        self._damaged.discard(digest)
        self._index.add(digest, len(data))

    def note(self, endpoint: Mapping[str, Any]) -> None:
        """Write what is known of the endpoint; replies that follow came from it."""
        with self._guard:
            self._append({"endpoint": dict(endpoint)})

    def add(self, line: Mapping[str, Any], messages: Any, settings: Mapping[str, Any]) -> None:
        """Write a reply line, after its prompt and its settings if the file has not got them."""
        with self._guard:
            if line["key"] in self:
                return
            for kind, content in (("prompt", {"messages": messages}), ("settings", {"value": settings})):
                if self.line(line[kind]) is None:
                    self._append({kind: line[kind], **content}, line[kind])
            self._append(line, line["key"])
