"""A recording as a table, fast enough for a million replies."""

from __future__ import annotations

import gc
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["frame"]

_BATCH = 20_000  # lines parsed in one call
_TOKENS = ["input", "output", "reasoning", "cached"]
_get = itemgetter("key", "prompt", "settings", "draw", "text", "finish", "usage")
_NAMES = ("reply", "prompt", "settings", "draw", "text", "finish", "usage", "prefill")


def frame(path: Path, warn: Callable[[str, int], None]) -> pd.DataFrame:
    """Table of a recording's replies; `warn` gets the first line that cannot be read, and how many there are."""
    columns: dict[str, list[Any]] = {name: [] for name in _NAMES}
    bad: list[int] = []
    if path.exists():
        with path.open("rb", buffering=1 << 22) as file, _uncollected():
            numbered = ((number, line) for number, line in enumerate(file, 1) if line.startswith(b'{"key":'))
            while batch := list(itertools.islice(numbered, _BATCH)):
                rows = zip(*map(_row, _parsed(batch, bad)), strict=True)
                for column, values in zip(columns.values(), rows, strict=False):
                    column.extend(values)
    if bad:
        warn(f"line {bad[0]}", len(bad))
    tokens = np.array(columns.pop("usage"), dtype=np.int32).reshape(-1, len(_TOKENS))
    table = pd.DataFrame({**columns, **{name: tokens[:, at] for at, name in enumerate(_TOKENS)}}, copy=False)
    return table.astype({"draw": np.int64, "settings": "category", "finish": "category"})


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: it would walk over millions of parsed values again and again (half of the time)."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _parsed(batch: list[tuple[int, bytes]], bad: list[int]) -> list[dict[str, Any]]:
    try:
        return json.loads(b"[" + b",".join([line for _, line in batch]) + b"]")  # type: ignore[no-any-return]
    except ValueError:
        return list(_parsed_one_by_one(batch, bad))


def _parsed_one_by_one(batch: list[tuple[int, bytes]], bad: list[int]) -> Iterator[dict[str, Any]]:
    for number, line in batch:
        try:
            yield json.loads(line)
        except ValueError:
            bad.append(number)


def _row(line: dict[str, Any]) -> tuple[Any, ...]:
    return (*_get(line), line.get("prefill", ""))
