"""What notebooks asked: calls, tokens and cost, from what their processes wrote down."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from beliefsim.models.bills import charge
from beliefsim.models.tally import COUNTS

_TOKENS = ["tokens_in", "tokens_out", "tokens_cached"]


def tally_table(tally: Path) -> pd.DataFrame:
    """Lines of a tally file (`beliefsim.models.tally`); a line written in part is left out."""
    text = tally.read_text(encoding="utf-8") if tally.exists() else ""
    lines = [json.loads(line) for line in text[: text.rfind("\n") + 1].splitlines()]
    return pd.DataFrame(lines, columns=["model", "free", "instrument", *COUNTS])


def summed(lines: pd.DataFrame, *by: str) -> list[dict[str, Any]]:
    """Add lines up over `by` (``model``, ``instrument``): a row for each that occurs.

    Its `dollars` are of what was sent: 0 for a free model, None without a price.

    Examples
    --------
    >>> counts = dict.fromkeys(COUNTS, 0) | {"calls": 2, "tokens_in": 300}
    >>> lines = pd.DataFrame([{"model": "m", "instrument": "play", "free": True, **counts}] * 2)
    >>> summed(lines, "model")[0]["tokens_in"]
    600
    """
    rows = []
    for names, part in lines.groupby(list(by), sort=False):
        counts = {str(name): int(count) for name, count in part[list(COUNTS)].sum().items()}
        costs = [charge(*row) for row in part[["model", "free", *_TOKENS]].itertuples(index=False)]
        dollars = None if None in costs else round(sum(cost or 0.0 for cost in costs), 4)
        rows.append({**dict(zip(by, names, strict=True)), **counts, "dollars": dollars})
    return rows


def listed(rows: Iterable[Mapping[str, Any]]) -> str:
    """What was counted without sending, a line for each model's row."""
    return "\n".join(f"  {in_words(row, 'at most ')}" for row in rows) or "  no model is asked"


def in_words(row: Mapping[str, Any], counted: str = "") -> str:
    """A row of a model; `counted` says how, where nothing was sent."""
    cost = "price unknown" if row["dollars"] is None else f"${row['dollars']:,.2f}"
    calls = f"{counted}{row['calls']:,} calls ({row['recorded']:,} recorded)"
    tokens = f"{'about ' if counted else ''}{row['tokens_in']:,} tokens in, {row['tokens_out']:,} out"
    failed = row.get("failed", 0)
    lost = f"; {failed:,} failed and are missing (the same command asks only for them)" if failed else ""
    return f"{row['model']}: {calls}, {tokens}: {cost}{lost}"
