"""Where each line of a recording is: a table from hash to offset, filled when the recording is opened."""

from __future__ import annotations

import threading
from bisect import bisect_right
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

_STARTS = {b'{"key":"': 8, b'{"prompt': 11, b'{"settin': 13}  # where the hash begins, by a line's first bytes
_NOTES = (b'{"recording":', b'{"endpoint":')
_FEW = 50_000  # lines for a dictionary, which is looked up three times as fast and takes ten times the memory
_BLOCK = 1 << 21
_DIGITS = np.full(256, 255, np.uint8)
_DIGITS[np.frombuffer(b"0123456789abcdef", np.uint8)] = range(16)


class Index:
    """Offsets of a recording's lines by the hash that each begins with, as they are now; made anew where others wrote.

    Attributes
    ----------
    covered : int
        Bytes of the file in whole lines; a torn last line follows them.
    notes : list of int
        Offsets of the lines that carry no hash (header and endpoints).
    bad : list of int
        Numbers, from 1, of lines that begin like no line of a recording.
    file : file, optional
        From which the lines are read; None while there is no recording.
    """

    def __init__(self, path: Path) -> None:
        self.covered = 0
        self.notes: list[int] = []
        self.bad: list[int] = []
        self.file: BinaryIO | None = path.open("rb") if path.exists() else None
        self._reading = threading.Lock()  # a position and the read that follows belong together
        self._lines = 0
        parts = [(np.empty(0, np.uint64), np.empty(0, np.uint64)), *self._blocks()]
        hashes, offsets = (np.concatenate(column) for column in zip(*parts, strict=True))
        del parts
        order: Any = hashes.argsort(kind="stable")  # so that the last line of a key stays the last
        few = order[:0] if len(order) <= _FEW else order
        self._hashes, self._offsets = memoryview(hashes[few]), memoryview(offsets[few])  # type: ignore[arg-type]
        self._recent = {} if len(few) else dict(zip(hashes.tolist(), offsets.tolist(), strict=True))

    def __del__(self) -> None:
        if self.file is not None:
            self.file.close()

    def __len__(self) -> int:
        return len(self._hashes) + len(self._recent)

    def find(self, digest: str) -> int | None:
        """Offset of the line with a hash (its first 64 bits are compared here, all of them by who reads the line)."""
        short = int(digest[:16], 16)
        offset = self._recent.get(short)
        if offset is None:
            at = bisect_right(self._hashes, short) - 1  # the last line of a key counts
            return self._offsets[at] if at >= 0 and self._hashes[at] == short else None
        return offset

    def read(self, offset: int) -> bytes:
        """The line at an offset."""
        assert self.file is not None
        with self._reading:
            self.file.seek(offset)
            return self.file.readline()

    def add(self, digest: str, length: int) -> None:
        """Count a line just appended, with its hash ("" for a note)."""
        if digest:
            self._recent[int(digest[:16], 16)] = self.covered
        else:
            self.notes.append(self.covered)
        self.covered += length

    def _blocks(self) -> Any:
        """Hashes and offsets, block by block of whole lines."""
        pieces: list[bytes] = []  # of a line longer than a block
        while self.file and (block := self.file.read(_BLOCK)):
            end = block.rfind(b"\n") + 1
            if end:
                yield self._scanned(b"".join([*pieces, block[:end]]))
                pieces = []
            pieces.append(block[end:])

    def _scanned(self, data: bytes) -> tuple[Any, Any]:
        """Hashes and offsets of whole lines, all at once."""
        text = np.frombuffer(data + bytes(64), np.uint8)
        ends = np.flatnonzero(text == ord("\n"))
        starts = np.append(0, ends[:-1] + 1)
        kinds = text[starts[:, None] + np.arange(8)].view("S8")[:, 0]
        begins = starts + np.select([kinds == start for start in _STARTS], list(_STARTS.values()), 0)
        digits = _DIGITS[text[begins[:, None] + np.arange(16)]]
        closed = text[ends - 1 - (text[ends - 1] == ord("\r"))] == ord("}")
        good = (begins > starts) & (digits < 16).all(1) & closed
        for at in np.flatnonzero(~good):
            line = data[starts[at] : ends[at]]
            if line.startswith(_NOTES) and closed[at]:
                self.notes.append(self.covered + int(starts[at]))
            elif line.strip():
                self.bad.append(self._lines + int(at) + 1)
        pairs = digits[good].reshape(-1, 8, 2)
        offsets = (starts[good] + self.covered).astype(np.uint64)
        self.covered += len(data)
        self._lines += len(ends)
        return ((pairs[:, :, 0] << 4) | pairs[:, :, 1]).view(">u8")[:, 0].astype(np.uint64), offsets
