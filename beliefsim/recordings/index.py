"""Where each line of a recording is: a table from hash to offset, rebuilt from the file whenever it is not trusted."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from array import array
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from beliefsim import paths

__all__ = ["Index", "Place"]

Numbers = NDArray[Any]

_STARTS = {b'{"key"': 8, b'{"prom': 11, b'{"sett': 13}  # where the hash begins, by a line's first bytes
_MERGE = 50_000  # lines kept in a dictionary before they join the sorted table
_WORTH_KEEPING = 1 << 22  # bytes newly read after which a sidecar saves time
_BLOCK = 1 << 22


class Place(NamedTuple):
    """Where a line is."""

    offset: int
    length: int


class Index:
    """Offsets of a recording's lines by the hash that each begins with; the recording may not exist yet.

    Attributes
    ----------
    covered, lines : int
        Bytes of the file that were read (always whole lines), and lines within them.
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
        # hashes (sorted), offsets, lengths: replaced as one, since other threads read while one writes
        self._table: tuple[Numbers, Numbers, Numbers] = (
            np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.uint32)
        )  # fmt: skip
        self._load()
        self.refresh()

    def __len__(self) -> int:
        return len(self._table[0]) + len(self._recent)

    def find(self, digest: str) -> Place | None:
        """Place of the line with a hash (its first 64 bits are compared here, all of them by who reads the line)."""
        short = int(digest[:16], 16)
        place = self._recent.get(short)
        if place is not None:
            return place
        hashes, offsets, lengths = self._table
        at = int(hashes.searchsorted(np.uint64(short), side="right")) - 1  # the last line of a key counts
        return Place(int(offsets[at]), int(lengths[at])) if at >= 0 and int(hashes[at]) == short else None

    def add(self, digest: str, length: int) -> None:
        """Count a line just appended."""
        self._recent[int(digest[:16], 16)] = Place(self.covered, length)
        self.skip(length)

    def skip(self, length: int) -> None:
        """Count a line without a hash."""
        self.covered += length
        self.lines += 1
        if len(self._recent) > _MERGE:
            self._merge_recent()

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
        before, found = self.covered, (array("Q"), array("Q"), array("I"))
        with self.path.open("rb", buffering=_BLOCK) as file:
            file.seek(self.covered)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._read(line, found)
        self._merge(*map(np.asarray, found))
        if self.covered - before > _WORTH_KEEPING:
            self.save()

    def _read(self, line: bytes, found: tuple[array[int], array[int], array[int]]) -> None:
        begin = _STARTS.get(line[:6], 0)
        if begin and line[begin + 32 : begin + 33] == b'"' and line.endswith(b"}\n"):
            with contextlib.suppress(ValueError):
                found[0].append(int(line[begin : begin + 16], 16))
                found[1].append(self.covered)
                found[2].append(len(line))
                self._count(line)
                return
        if line.startswith((b'{"recording":', b'{"endpoint":')) and line.endswith(b"}\n"):
            self.notes.append(self.covered)
        elif line.strip():
            self.bad.append(self.lines + 1)
        self._count(line)

    def _count(self, line: bytes) -> None:
        self.covered += len(line)
        self.lines += 1

    def _merge(self, hashes: Numbers, offsets: Numbers, lengths: Numbers) -> None:
        """Sort lines into the table."""
        if not len(hashes):
            return
        new = (hashes, offsets, lengths)
        joined = [np.concatenate([old, added]) for old, added in zip(self._table, new, strict=True)]
        order = joined[0].argsort(kind="stable")  # so that the last line of a key stays the last
        self._table = joined[0][order], joined[1][order], joined[2][order]

    def _merge_recent(self) -> None:
        places = np.array(list(self._recent.values()), np.uint64).reshape(-1, 2)
        recent = np.fromiter(self._recent, np.uint64, len(self._recent))
        self._merge(recent, places[:, 0], places[:, 1].astype(np.uint32))
        self._recent = {}

    @property
    def _sidecar(self) -> Path:
        name = hashlib.sha256(str(self.path.resolve()).encode()).hexdigest()[:16]
        return paths.recordings() / ".index" / f"{self.path.stem}-{name}.npz"

    def save(self) -> None:
        """Write the sidecar; a folder that cannot be written only costs time at the next start."""
        self._merge_recent()
        numbers = np.array([self.covered, self.lines], np.int64)
        temporary = self._sidecar.with_suffix(f".{os.getpid()}.npz")
        with contextlib.suppress(OSError):
            temporary.parent.mkdir(parents=True, exist_ok=True)
            np.savez(
                temporary,
                hashes=self._table[0],
                offsets=self._table[1],
                lengths=self._table[2],
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
                self._table = kept["hashes"], kept["offsets"], kept["lengths"]
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
