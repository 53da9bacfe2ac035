"""What notebooks asked: calls, tokens and cost, from what their kernels wrote down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from beliefsim.models.bills import charge
from beliefsim.models.tally import COUNTS

__all__ = ["listed", "read", "said", "summed"]

Line = Mapping[str, Any]


def read(tally: Path) -> list[dict[str, Any]]:
    """Lines of a tally file (`beliefsim.models.tally`); a line written in part is left out."""
    if not tally.exists():
        return []
    text = tally.read_text(encoding="utf-8")
    return [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]


def summed(lines: Iterable[Line], *by: str) -> list[dict[str, Any]]:
    """Add lines, as `read` gives them, up over `by` (``model``, ``instrument``): a row for each that occurs.

    Its `dollars` are of what was sent: 0 for a free model, None without a price.

    Examples
    --------
    >>> counts = dict.fromkeys(COUNTS, 0) | {"calls": 2, "tokens_in": 300}
    >>> summed([{"model": "m", "instrument": "play", "free": True, **counts}] * 2, "model")[0]["tokens_in"]
    600
    """
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for line in lines:
        names = {name: line[name] for name in by}
        row = found.setdefault(tuple(names.values()), names | dict.fromkeys(COUNTS, 0) | {"dollars": 0.0})
        for name in COUNTS:
            row[name] += line[name]
        cost = charge(line["model"], line["free"], *(line[f"tokens_{kind}"] for kind in ("in", "out", "cached")))
        row["dollars"] = None if cost is None or row["dollars"] is None else row["dollars"] + cost
    return [row | {"dollars": None if row["dollars"] is None else round(row["dollars"], 4)} for row in found.values()]


def listed(rows: Sequence[Line]) -> list[str]:
    """Rows of models that were counted without sending, a line each."""
    return [f"  {said(row, at_most=True)}" for row in rows] or ["  no model is asked"]


def said(row: Line, at_most: bool = False) -> str:
    """A row of a model in words; `at_most` where it was counted without sending."""
    cost = "price unknown" if row["dollars"] is None else f"${row['dollars']:,.2f}"
    calls = f"{'at most ' if at_most else ''}{row['calls']:,} calls ({row['recorded']:,} recorded)"
    tokens = f"{'about ' if at_most else ''}{row['tokens_in']:,} tokens in, {row['tokens_out']:,} out"
    failed = row.get("failed", 0)
    lost = f"; {failed:,} failed and are missing (the same command asks only for them)" if failed else ""
    return f"{row['model']}: {calls}, {tokens}: {cost}{lost}"
