"""Where each line of a recording is: a table from hash to offset, rebuilt from the file whenever it is not trusted."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from beliefsim import paths

__all__ = ["Index", "Place"]

_STARTS = {b'{"key":"': 8, b'{"prompt":"': 11, b'{"settings":"': 13}
_MERGE = 50_000  # lines kept in a dictionary before they join the sorted table
_BLOCK = 1 << 24


class Place(NamedTuple):
    """Where a line is."""

    offset: int
    length: int


class Index:
    """Offsets of a recording's lines by the hash that each begins with.

    Parameters
    ----------
    path : Path
        The recording; it may not exist yet.

    Attributes
    ----------
    covered : int
        Bytes of the file that were read: always whole lines.
    lines : int
        Lines within them.
    notes : list of int
        Offsets of the lines that carry no hash (header and endpoints).
    bad : list of int
        Numbers, from 1, of lines that are no JSON object.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.covered = self.lines = 0
        self.notes: list[int] = []
        self.bad: list[int] = []
        self._recent: dict[int, Place] = {}
        self._hashes = np.empty(0, np.uint64)
        self._offsets = np.empty(0, np.uint64)
        self._lengths = np.empty(0, np.uint32)
        self._load()
        self.refresh()

    def __len__(self) -> int:
        return len(self._hashes) + len(self._recent)

    def find(self, digest: str) -> Place | None:
        """Place of the line with a hash (its first 64 bits are compared here, all of them by who reads the line)."""
        short = int(digest[:16], 16)
        place = self._recent.get(short)
        if place is not None or not len(self._hashes):
            return place
        at = int(self._hashes.searchsorted(np.uint64(short), side="right")) - 1  # the last line of a key counts
        if at < 0 or int(self._hashes[at]) != short:
            return None
        return Place(int(self._offsets[at]), int(self._lengths[at]))

    def add(self, digest: str, length: int) -> None:
        """Count a line just appended."""
        self._recent[int(digest[:16], 16)] = Place(self.covered, length)
        self.skip(length)

    def skip(self, length: int) -> None:
        """Count a line without a hash."""
        self.covered += length
        self.lines += 1
        if len(self._recent) > _MERGE:
            self._merge()

    def number(self, place: Place) -> int:
        """Number of a line, from 1; reads the file up to it."""
        with self.path.open("rb") as file:
            return file.read(place.offset).count(b"\n") + 1

    def read_notes(self) -> list[dict[str, Any]]:
        """The header and the last endpoint line."""
        found = []
        for offset in dict.fromkeys([*self.notes[:1], *self.notes[-1:]]):
            with self.path.open("rb") as file, contextlib.suppress(ValueError):
                file.seek(offset)
                found.append(json.loads(file.readline()))
        return found

    def refresh(self) -> None:
        """Read what was appended since, by this process or another; a torn last line stays unread."""
        if not self.path.exists() or self.path.stat().st_size <= self.covered:
            return
        before = self.covered
        with self.path.open("rb", buffering=_BLOCK) as file:
            file.seek(self.covered)
            for line in _whole_lines(file):
                self._read(line)
        if self.covered - before > 1 << 22:
            self.save()

    def _read(self, line: bytes) -> None:
        for start, begin in _STARTS.items():
            if line.startswith(start) and line.endswith(b"}\n"):
                with contextlib.suppress(ValueError):
                    int(line[begin : begin + 32], 16)
                    self.add(line[begin : begin + 32].decode(), len(line))
                    return
        if line.startswith((b'{"recording":', b'{"endpoint":')) and line.endswith(b"}\n"):
            self.notes.append(self.covered)
        elif line.strip():
            self.bad.append(self.lines + 1)
        self.skip(len(line))

    def _merge(self) -> None:
        recent = np.fromiter(self._recent, np.uint64, len(self._recent))
        places = np.array(list(self._recent.values()), np.uint64).reshape(-1, 2)
        hashes = np.concatenate([self._hashes, recent])
        order = hashes.argsort(kind="stable")  # so that the last line of a key stays the last
        self._hashes = hashes[order]
        self._offsets = np.concatenate([self._offsets, places[:, 0]])[order]
        self._lengths = np.concatenate([self._lengths, places[:, 1].astype(np.uint32)])[order]
        self._recent.clear()

    @property
    def _sidecar(self) -> Path:
        name = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()[:16]
        return paths.recordings() / ".index" / f"{self.path.stem}-{name}.npz"

    def save(self) -> None:
        """Write the sidecar; a folder that cannot be written only costs time at the next start."""
        self._merge()
        numbers = np.array([self.covered, self.lines], np.int64)
        temporary = self._sidecar.with_suffix(f".{os.getpid()}.npz")
        with contextlib.suppress(OSError):
            temporary.parent.mkdir(parents=True, exist_ok=True)
            np.savez(
                temporary,
                hashes=self._hashes,
                offsets=self._offsets,
                lengths=self._lengths,
                numbers=numbers,
                notes=np.array(self.notes, np.int64),
                bad=np.array(self.bad, np.int64),
                print=self._fingerprint(self.covered),
            )
            os.replace(temporary, self._sidecar)

    def _load(self) -> None:
        try:
            with np.load(self._sidecar, allow_pickle=False) as kept:
                covered, lines = (int(number) for number in kept["numbers"])
                if not np.array_equal(kept["print"], self._fingerprint(covered)):
                    return
                self._hashes, self._offsets, self._lengths = kept["hashes"], kept["offsets"], kept["lengths"]
                self.notes, self.bad = kept["notes"].tolist(), kept["bad"].tolist()
                self.covered, self.lines = covered, lines
        except (OSError, ValueError, KeyError, EOFError):
            return

    def _fingerprint(self, covered: int) -> NDArray[np.uint8]:
        """Of the first and last bytes of the covered part: another file under the same name does not pass."""
        with self.path.open("rb") as file:
            first = file.read(min(covered, 4096))
            file.seek(max(covered - 4096, 0))
            last = file.read(min(covered, 4096))
        return np.frombuffer(hashlib.sha256(first + b"|" + last).digest(), np.uint8)


def _whole_lines(file: IO[bytes]) -> Iterator[bytes]:
    """Lines that end with a newline, read in blocks; what follows the last newline is left out."""
    for line in file:
        if line.endswith(b"\n"):
            yield line
