"""Replies gathered in memory, on a worker of another process or machine, for the one writer to record."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["Collected", "Parcel"]

Parcel = list[tuple[Mapping[str, Any], Any, Mapping[str, Any]]]  # line, messages, settings of each reply


class Collected:
    """Stands in a `Recording`'s place; nothing is written here.

    Parameters
    ----------
    path : Path
        Of the recording that the replies are for.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.provenance: dict[str, Any] = {}
        self._guard = threading.Lock()
        self._lines: dict[str, Mapping[str, Any]] = {}
        self._parcel: Parcel = []

    def __len__(self) -> int:
        return len(self._lines)

    def acquire(self, header: Mapping[str, Any]) -> None:
        """Nothing to lock."""

    def release(self) -> None:
        """Nothing to unlock."""

    def note(self, endpoint: Mapping[str, Any]) -> None:
        """Keep what is known of the endpoint."""
        self.provenance = dict(endpoint)

    def line(self, digest: str) -> Mapping[str, Any] | None:
        """A reply line gathered here, or None."""
        return self._lines.get(digest)

    def add(self, line: Mapping[str, Any], messages: Any, settings: Mapping[str, Any]) -> None:
        """Gather a reply."""
        with self._guard:
            self._lines[line["key"]] = line
            self._parcel.append((line, messages, settings))

    def take(self) -> Parcel:
        """What was gathered since the last call."""
        with self._guard:
            taken, self._parcel = self._parcel, []
        return taken
