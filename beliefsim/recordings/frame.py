"""A recording as a table, fast enough for a million replies."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["frame"]

_BATCH = 20_000  # lines parsed in one call
_TOKENS = ["input", "output", "reasoning", "cached"]
_get = itemgetter("key", "prompt", "settings", "draw", "text", "finish", "usage")


def frame(path: Path, warn: Callable[[str, int], None]) -> pd.DataFrame:
    """Table of a recording's replies; `warn` gets the first line that cannot be read, and how many there are."""
    parts: list[pd.DataFrame] = []
    bad: list[int] = []
    if path.exists():
        with path.open("rb", buffering=1 << 22) as file:
            numbered = ((number, line) for number, line in enumerate(file, 1) if line.startswith(b'{"key":'))
            while batch := list(itertools.islice(numbered, _BATCH)):
                parts.append(_part(list(_parsed(batch, bad))))
    if bad:
        warn(f"line {bad[0]}", len(bad))
    table = pd.concat(parts, ignore_index=True) if parts else _part([])
    return table.astype({"prompt": "category", "settings": "category", "finish": "category"})


def _parsed(batch: list[tuple[int, bytes]], bad: list[int]) -> Iterator[dict[str, Any]]:
    try:
        yield from json.loads(b"[" + b",".join([line for _, line in batch]) + b"]")
    except ValueError:
        for number, line in batch:
            try:
                yield json.loads(line)
            except ValueError:
                bad.append(number)


def _part(lines: list[dict[str, Any]]) -> pd.DataFrame:
    columns = list(zip(*map(_get, lines), strict=True)) or [()] * 7
    key, prompt, settings, draw, text, finish, usage = columns
    tokens = np.array(usage, dtype=np.int64).reshape(-1, len(_TOKENS))
    return pd.DataFrame(
        {
            "reply": key,
            "prompt": prompt,
            "settings": settings,
            "draw": np.array(draw, dtype=np.int64),
            "prefill": [line.get("prefill", "") for line in lines],
            "text": text,
            "finish": finish,
            **{name: tokens[:, at] for at, name in enumerate(_TOKENS)},
        }
    )
