"""Tables as text: exact for CSV, readable for people."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import pandas as pd

_LONG = 40  # characters of a cell that may be broken over lines


def readable(value: Any) -> str:
    """One cell as a person reads it: three decimals, an exponent for very small numbers, a dash where missing.

    Examples
    --------
    >>> [bs.outputs.readable(value) for value in (0.12345, 2e-5, None)]
    ['0.123', '2.0e-05', '–']
    """
    if not isinstance(value, (float, np.floating)):
        return "–" if value is None or value is pd.NA else str(value)
    number = float(value)
    if pd.isna(number):
        return "–"
    if abs(number) == float("inf"):
        return "∞" if number > 0 else "−∞"
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
    text = table.map(readable).map(_cell).rename(columns=_cell).to_markdown(index=False, disable_numparse=True)
    return f"{text}\n\n{caption}\n" if caption else f"{text}\n"


def html(table: pd.DataFrame, caption: str) -> str:
    """Return a flat table with its caption as HTML: numbers to the right, words to the left, wide ones scroll."""
    sides = ["right" if column.map(_number).all() else "left" for _, column in table.items()]
    head = "".join(f'<th scope="col" style="text-align:{side}">{escape(str(label))}</th>'
                   for side, label in zip(sides, table.columns, strict=True))  # fmt: skip
    shown = table.map(readable).itertuples(index=False, name=None)
    rows = "".join(f"<tr>{''.join(map(_html_cell, sides, row))}</tr>" for row in shown)
    label = escape(caption or "table")
    return (
        f'<div style="overflow:auto;max-height:max(36rem,85vh)" tabindex="0" role="region" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div><p>{escape(caption)}</p>"
    )


def _number(value: Any) -> bool:
    return not isinstance(value, str) and readable(value)[:1] in set("–-0123456789in")


def _html_cell(side: str, text: str) -> str:
    broken = "white-space:normal;min-width:18em" if len(text) > _LONG else "white-space:nowrap"
    return f'<td style="text-align:{side};{broken}">{escape(text)}</td>'


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
