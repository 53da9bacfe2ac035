"""Tables as text: exact for CSV, readable for people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

__all__ = ["exact", "flat", "markdown", "readable"]


def readable(value: Any) -> str:
    """One cell as a person reads it: three decimals, an exponent for very small numbers, a dash where missing."""
    if not isinstance(value, (float, np.floating)):
        return "–" if value is None or value is pd.NA else str(value)
    number = float(value)
    if pd.isna(number):
        return "–"
    if number == round(number) and abs(number) >= 1000:
        return f"{number:.0f}"
    return f"{number:.1e}" if 0 < abs(number) < 5e-4 else f"{number + 0.0:.3f}"


def exact(value: Any) -> str:
    """Return a cell for CSV: six significant digits, nothing where missing."""
    if isinstance(value, (float, np.floating)):
        return "" if pd.isna(value) else f"{value + 0.0:.6g}"
    return "" if value is None or value is pd.NA or value is pd.NaT else str(value)


def flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with plain columns: a named index becomes columns, column groups are joined by " · "."""
    if any(label is not None for label in frame.index.names):
        frame = frame.reset_index()
    plain = frame.astype(object)
    for place in range(frame.shape[1]):
        plain.isetitem(place, _whole(frame.iloc[:, place]))
    plain.columns = pd.Index([_heading(label) for label in frame.columns])
    return plain.reset_index(drop=True)


def _whole(column: pd.Series) -> pd.Series:
    """Return counts as whole numbers again, where missing values had made them floats."""
    known = column.dropna()
    if column.dtype.kind != "f" or known.empty or not np.equal(known, known.round()).all():
        return column.astype(object)
    return pd.Series([None if pd.isna(value) else int(value) for value in column], column.index, dtype=object)


def _heading(label: Any) -> str:
    parts = label if isinstance(label, tuple) else (label,)
    return " · ".join(str(part) for part in parts if str(part))


def markdown(table: pd.DataFrame, caption: str) -> str:
    """Return a flat table with its caption as Markdown."""
    from tabulate import tabulate

    rows = [[_cell(readable(value)) for value in row] for row in table.itertuples(index=False, name=None)]
    headings = [_cell(label) for label in table.columns]
    text = tabulate(rows, headings, tablefmt="pipe", disable_numparse=True)
    return f"{text}\n\n{caption}\n" if caption else f"{text}\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
