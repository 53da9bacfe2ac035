"""What each verb of a notebook asked, written down for `beliefsim reproduce` and `beliefsim plan`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from beliefsim.run import Run

from .requests import Reply

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
    ...     done = bs.play(game, agent, people.head(2))
    >>> len(done)
    2
    """
    token = _purpose.set(purpose)
    try:
        yield
    finally:
        _purpose.reset(token)


class Tally:
    """Counts the replies of one run, each once in a process; does nothing outside `beliefsim reproduce` and `plan`."""

    def __init__(self, model: str, free: bool) -> None:
        self._file = Run.current().tally
        self._line = {"model": model, "free": free, "instrument": _purpose.get()}
        self._counts = dict.fromkeys(COUNTS, 0)
        self._found: dict[int, tuple[int, ...]] = {}
        self._closed = False

    def asked(self, reply: Reply) -> None:
        """Count an answer that was sent for; one that comes after the run was interrupted gets a line of its own."""
        if self._file:
            self._add("calls", "tokens", _number(reply), reply.usage)
        if self._closed:
            self.close()

    def failed(self) -> None:
        """Count a request that was given up."""
        self._counts["failed"] += bool(self._file)

    def found(self, replies: Iterable[Reply | None]) -> None:
        """Count answers that recordings held."""
        if self._file:
            self._found |= {_number(reply): reply.usage for reply in replies if reply is not None}

    def _add(self, name: str, tokens: str, number: int, usage: tuple[int, ...]) -> None:
        if number not in _counted:
            _counted.add(number)
            self._counts[name] += 1
            self._counts[f"{tokens}_in"] += usage[0]
            self._counts[f"{tokens}_out"] += usage[1]
            self._counts["tokens_cached"] += usage[3] if name == "calls" else 0

    def close(self) -> None:
        """Append the line. What was found is added last: another request of this run may have been sent for it."""
        self._closed = True
        for number, usage in self._found.items():
            self._add("recorded", "recorded", number, usage)
        self._found.clear()
        if any(self._counts.values()):
            with Path(self._file).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(self._line | self._counts) + "\n")
            self._counts = dict.fromkeys(COUNTS, 0)


def _number(reply: Reply) -> int:
    return int(reply.id[:16] or "0", 16)
