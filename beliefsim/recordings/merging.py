"""Make one recording of several of the same model."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from beliefsim import paths

from .keys import canonical, digest
from .lines import RecordingError
from .upkeep import Flaw, checked


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
    import pandas as pd

    if out.exists():
        raise RecordingError(f"{out} exists: name a new file, and put it in the old one's place when it is as you want")
    header = _one_header(sources)
    rows = [row for source in sources for row in _rows(source)]
    lines = pd.DataFrame(rows, columns=["kind", "id", "answer", "text", "source", "number", "words"])
    good, left_out = lines[lines["words"] == ""], lines[lines["words"] != ""].iloc[:, -3:]
    replies = good[good["kind"] == "key"]
    answers = replies.drop_duplicates(["id", "answer"])
    twice = answers[answers.duplicated("id", keep=False)]
    if len(twice) and not keep_first:
        first, second = twice[twice["id"] == twice["id"].iloc[0]].head(2).itertuples()
        raise RecordingError(
            f"two different replies under the key {first.id}: {first.source}, line {first.number}, and "
            f"{second.source}, line {second.number}; --keep-first takes the first"
        )
    kept = good[(good["kind"] == "endpoint") | ~good.duplicated(["kind", "id"])]
    paths.write(out, "\n".join([json.dumps(header, separators=(",", ":")), *kept["text"], ""]))
    count = replies["id"].nunique()
    return Merged(out, count, len(replies) - count, [Flaw(*row) for row in left_out.itertuples(index=False)])


def _one_header(sources: Sequence[Path]) -> dict[str, Any]:
    if not sources:
        raise RecordingError("no recordings to join: name .jsonl files, or folders of them")
    headers = []
    for source in sources:
        number, _, header, words = next(checked(source))
        if words:
            raise RecordingError(f"{source}, line {number}: {words}")
        headers.append(header)
        for name in ("model", "weights"):
            if header[name] != headers[0][name]:
                raise RecordingError(
                    f"{source} holds replies of another model: {name} {header[name]!r}, "
                    f"but {sources[0]} has {headers[0][name]!r}"
                )
    return headers[0] | {"made": min(header.get("made", "") for header in headers)}


def _rows(source: Path) -> Iterator[tuple[Any, ...]]:
    for number, data, line, words in checked(source):
        kind = next(iter(line), "")
        if words or kind != "recording":
            # what a cache held differs from run to run: tokens do not make two replies of one
            answer = digest(canonical({name: value for name, value in line.items() if name != "usage"}))
            yield kind, str(line.get(kind)), answer, "" if words else data.decode().strip(), source, number, words
