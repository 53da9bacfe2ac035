"""Make one recording of several of the same model."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .keys import canonical, digest
from .recording import RecordingError
from .upkeep import Flaw, Reader

__all__ = ["Merged", "merge"]


class Merged(NamedTuple):
    """What `merge` wrote, and what it left out."""

    path: Path
    replies: int
    doubles: int
    left_out: list[Flaw]


def merge(out: Path, sources: Sequence[Path], keep_first: bool = False) -> Merged:
    """Write the union of recordings of one model; lines that `verify` finds fault with are left out and reported.

    Parameters
    ----------
    out : Path
        A new file.
    sources : sequence of Path
        Recordings of the same model and weights.
    keep_first : bool
        Where sources hold different replies under one key, take the one that comes first.

    Raises
    ------
    RecordingError
        If `out` is there, models or weights differ, or (without `keep_first`) a key has two different replies.
    """
    if out.exists():
        raise RecordingError(f"{out} exists: name a new file, and put it in the old one's place when it is as you want")
    header = _one_header(sources)
    partial = out.with_name(f".{out.name}.{os.getpid()}.partial")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            union = _Union(keep_first)
            file.write(_text(header))
            for source in sources:
                file.writelines(map(_text, union.new(source)))
        os.replace(partial, out)
    finally:
        partial.unlink(missing_ok=True)
    return Merged(out, len(union.replies), union.doubles, union.left_out)


class _Union:
    """Lines of sources that were not there before."""

    def __init__(self, keep_first: bool) -> None:
        self.keep_first = keep_first
        self.replies: dict[str, tuple[str, Path, int]] = {}
        self.doubles = 0
        self.left_out: list[Flaw] = []
        self._once: set[str] = set()

    def new(self, source: Path) -> Iterator[dict[str, Any]]:
        for number, line, words in Reader(source, unique=False).lines():
            kind = next(iter(line), "")
            if words and number > 1:
                self.left_out.append(Flaw(source, number, words))
            elif kind == "key":
                if self._is_new(line, source, number):
                    yield line
            elif kind == "endpoint" or (kind in ("prompt", "settings") and line[kind] not in self._once):
                self._once.add(str(line[kind]))
                yield line

    def _is_new(self, line: Mapping[str, Any], source: Path, number: int) -> bool:
        # what a cache held differs from run to run: tokens do not make two replies of one
        answer = digest(canonical({name: value for name, value in line.items() if name != "usage"}))
        before, path, where = self.replies.setdefault(line["key"], (answer, source, number))
        if (path, where) == (source, number):
            return True
        if before != answer and not self.keep_first:
            raise RecordingError(
                f"two different replies under the key {line['key']}: {path}, line {where}, and {source}, "
                f"line {number}; --keep-first takes the first"
            )
        self.doubles += 1
        return False


def _one_header(sources: Sequence[Path]) -> dict[str, Any]:
    headers = []
    for source in sources:
        reader = Reader(source)
        number, _, words = next(reader.lines(), (1, {}, "is empty"))
        if not reader.header or "upgrade" in words:
            raise RecordingError(f"{source}, line {number}: {words}")
        headers.append(reader.header)
    first = headers[0]
    for source, header in zip(sources, headers, strict=True):
        for name in ("model", "weights"):
            if header.get(name) != first.get(name):
                raise RecordingError(
                    f"{source} holds replies of another model: {name} {header.get(name)!r}, "
                    f"but {sources[0]} has {first.get(name)!r}"
                )
    return first | {"made": min(str(header.get("made", "")) for header in headers)}


def _text(line: Mapping[str, Any]) -> str:
    return json.dumps(line, separators=(",", ":")) + "\n"
