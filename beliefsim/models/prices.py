"""What models cost: a table of the user's goes first, then genai-prices."""

from __future__ import annotations

import csv
import functools
from pathlib import Path
from typing import NamedTuple


class Price(NamedTuple):
    """Dollars for a million tokens: of the prompt, of what was read from a cache, of the answer."""

    input: float
    cached: float
    output: float


def own_table() -> Path:
    """The user's price table, with columns model, input, output, and perhaps cached_input."""
    import platformdirs

    return platformdirs.user_config_path("beliefsim", appauthor=False) / "prices.csv"


def price(model: str) -> Price | None:
    """Price of a model, or None.

    Raises
    ------
    ValueError
        If the user's table has a row that cannot be read.

    Examples
    --------
    >>> price("gpt-4.1-mini-2025-04-14").output
    1.6
    """
    table = own_table()
    own = _read(table, table.stat().st_mtime_ns).get(model) if table.exists() else None
    return own or _known(model)


@functools.cache
def _known(model: str) -> Price | None:
    from genai_prices import Usage, calc_price

    tokens = 1000  # a short prompt: some models charge more for long ones
    usages = (
        {"input_tokens": tokens},
        {"input_tokens": tokens, "cache_read_tokens": tokens},
        {"output_tokens": tokens},
    )
    try:
        return Price(
            *(float(calc_price(Usage(**usage), model_ref=model).total_price) * 1e6 / tokens for usage in usages)
        )
    except LookupError:
        return None


@functools.lru_cache(maxsize=8)
def _read(table: Path, modified: int) -> dict[str, Price]:
    """Prices of a table, read again when the file was edited."""
    prices = {}
    with table.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                input, output = float(row["input"]), float(row["output"])
                prices[row["model"]] = Price(input, float(row.get("cached_input") or input), output)
            except (KeyError, TypeError, ValueError):
                needed = "needs model, input, output (dollars for a million tokens)"
                raise ValueError(f"{table}, line {number}: {needed}, got {row}") from None
    return prices
