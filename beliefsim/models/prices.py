"""What models cost: a dated table that comes with the package, and one of the user's that goes before it."""

from __future__ import annotations

import csv
import functools
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Price", "own_table", "price"]

_TABLE = Path(__file__).with_name("prices.csv")
_DATED = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True)
class Price:
    """Dollars for a million tokens."""

    input: float
    cached_input: float
    output: float
    checked: str = ""  # day on which the price was looked up

    def dollars(self, input: float, output: float, cached: float = 0.0) -> float:
        """Cost of a number of tokens; `cached` of the input tokens were read from the endpoint's cache."""
        return ((input - cached) * self.input + cached * self.cached_input + output * self.output) / 1e6


def own_table() -> Path:
    """The user's price table: the same columns, its rows go first."""
    import platformdirs

    return platformdirs.user_config_path("beliefsim", appauthor=False) / "prices.csv"


def price(model: str) -> Price | None:
    """Price of a model, or None; a dated name (gpt-4.1-mini-2025-04-14) has the price of the undated one.

    Raises
    ------
    ValueError
        If a table has a row that cannot be read.

    Examples
    --------
    >>> price("gpt-4.1-mini-2025-04-14").output
    1.6
    """
    for name in (model, _DATED.sub("", model)):
        for table in (own_table(), _TABLE):
            found = _read(table, table.stat().st_mtime_ns).get(name) if table.exists() else None
            if found:
                return found
    return None


@functools.lru_cache(maxsize=8)
def _read(table: Path, modified: int) -> dict[str, Price]:
    """Prices of a table, read again when the file was edited."""
    prices = {}
    with table.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            try:
                input, output = float(row["input"]), float(row["output"])
                cached = float(row.get("cached_input") or input)
                prices[row["model"]] = Price(input, cached, output, row.get("checked") or "")
            except (KeyError, TypeError, ValueError):
                raise ValueError(
                    f"{table}, line {number}: needs model, input, output (dollars for a million tokens), got {row}"
                ) from None
    return prices
