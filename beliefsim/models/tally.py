"""What each verb of a notebook asked, written down for `beliefsim reproduce` and `beliefsim plan`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from .requests import Reply

TALLY = "BELIEFSIM_TALLY"  # file that gets a JSON line for each run of requests; `reproduce` and `plan` set it
# Requests answered, replies found in recordings, requests given up; tokens of what was answered, and of what was found.
COUNTS = ("calls", "recorded", "failed", "tokens_in", "tokens_out", "tokens_cached", "recorded_in", "recorded_out")
_purpose: ContextVar[str] = ContextVar("purpose", default="")
_counted: set[int] = set()  # a reply that is used again has cost nothing again


@contextmanager
def asked_for(purpose: str) -> Iterator[None]:
    """Count what is asked within the block under a word: an instrument's name, or ``play``."""
    token = _purpose.set(purpose)
    try:
        yield
    finally:
        _purpose.reset(token)


class Tally:
    """Counts the replies of one run, each once in a process; does nothing unless `BELIEFSIM_TALLY` names a file."""

    def __init__(self, model: str, free: bool) -> None:
        self._file, self._closed = os.environ.get(TALLY, ""), False
        self._line = {"model": model, "free": free, "instrument": _purpose.get()}
        self._counts = dict.fromkeys(COUNTS, 0)

    def asked(self, reply: Reply) -> None:
        """Count an answer that was sent for; one that comes after the run was interrupted gets a line of its own."""
        self._add("calls", "tokens", reply)
        if self._closed:
            self.close()

    def failed(self) -> None:
        """Count a request that was given up."""
        self._counts["failed"] += 1

    def found(self, replies: Iterable[Reply]) -> None:
        """Count answers that recordings held."""
        if self._file:
            for reply in replies:
                self._add("recorded", "recorded", reply)

    def _add(self, name: str, tokens: str, reply: Reply) -> None:
        key = int(reply.id[:16] or "0", 16)
        if self._file and key not in _counted:
            _counted.add(key)
            self._counts[name] += 1
            self._counts[f"{tokens}_in"] += reply.usage[0]
            self._counts[f"{tokens}_out"] += reply.usage[1]
            self._counts["tokens_cached"] += reply.usage[3] if name == "calls" else 0

    def close(self) -> None:
        """Append the line."""
        self._closed = True
        if self._file and any(self._counts.values()):
            with Path(self._file).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(self._line | self._counts) + "\n")
            self._counts = dict.fromkeys(COUNTS, 0)
