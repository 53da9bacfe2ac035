"""What each verb of a notebook asked, written down for `beliefsim reproduce` and `beliefsim plan`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from .requests import Reply

__all__ = ["COUNTS", "TALLY", "Tally", "asked_for"]

TALLY = "BELIEFSIM_TALLY"  # file that gets a JSON line for each run of requests; `reproduce` and `plan` set it
# Requests answered, replies found in recordings, requests given up; tokens of what was answered, and of what was found.
COUNTS = ("calls", "recorded", "failed", "tokens_in", "tokens_out", "tokens_cached", "recorded_in", "recorded_out")
_purpose: ContextVar[str] = ContextVar("purpose", default="")
_counted: set[int] = set()  # a reply that is used again has cost nothing again


@contextmanager
def asked_for(purpose: str) -> Iterator[None]:
    """Count what is asked within the block under a word: an instrument's name, or ``play``.

    Examples
    --------
    >>> from beliefsim.models import asked_for
    >>> with asked_for("play"):
    ...     decisions = bs.play(game, agent, people, seed=1)
    """
    token = _purpose.set(purpose)
    try:
        yield
    finally:
        _purpose.reset(token)


class Tally:
    """Counts the replies of one run, each once in a process; does nothing unless `BELIEFSIM_TALLY` names a file."""

    def __init__(self, model: str, free: bool) -> None:
        self._file = os.environ.get(TALLY, "")
        self._line = {"model": model, "free": free, "instrument": _purpose.get()}
        self._counts = dict.fromkeys(COUNTS, 0)

    def asked(self, reply: Reply) -> None:
        """Count an answer that was sent for."""
        if self._file and _is_new(reply):
            self._add("tokens", "calls", reply)
            self._counts["tokens_cached"] += reply.usage[3]

    def failed(self) -> None:
        """Count a request that was given up."""
        self._counts["failed"] += bool(self._file)

    def found(self, replies: Iterable[Reply | None]) -> None:
        """Count answers that recordings held."""
        if self._file:
            for reply in replies:
                if reply is not None and _is_new(reply):
                    self._add("recorded", "recorded", reply)

    def _add(self, tokens: str, name: str, reply: Reply) -> None:
        self._counts[name] += 1
        self._counts[f"{tokens}_in"] += reply.usage[0]
        self._counts[f"{tokens}_out"] += reply.usage[1]

    def close(self) -> None:
        """Append the line."""
        if any(self._counts.values()):
            with Path(self._file).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(self._line | self._counts) + "\n")
            self._counts = dict.fromkeys(COUNTS, 0)


def _is_new(reply: Reply) -> bool:
    key = int(reply.id[:16] or "0", 16)
    if key in _counted:
        return False
    _counted.add(key)
    return True
