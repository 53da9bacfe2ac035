"""What recordings hold: replies, prompts, tokens, cost, dates, by study and model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .recording import Recording

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["described", "stats"]


def stats(
    files: Iterable[Path], charge: Callable[[Mapping[str, Any], Mapping[str, int]], float | None]
) -> pd.DataFrame:
    """Describe recordings.

    Parameters
    ----------
    files : iterable of Path
        As `upkeep.files` finds them.
    charge : callable
        Dollars of a recording: takes its provenance and its sums of tokens (`input`, `cached`, `output`).

    Returns
    -------
    DataFrame
        A row for each file: `study` (its folder), `model`, `replies`, `prompts`, tokens `input`, `cached`, `output`,
        `dollars` (0 for weights that ran here, missing without a price), `finish` (word → count), `made` (first and
        last day noted), `runtime`, `weights` (sha256), `bytes`, `path`.

    Examples
    --------
    >>> stats([], lambda provenance, tokens: 0.0).empty
    True
    """
    import pandas as pd

    return pd.DataFrame([_row(file, charge) for file in files])


def _row(file: Path, charge: Callable[[Mapping[str, Any], Mapping[str, int]], float | None]) -> dict[str, Any]:
    recording = Recording(file)
    replies, known = recording.to_frame(), recording.provenance
    tokens = {name: int(replies[name].sum()) for name in ("input", "cached", "output")}
    return {
        "study": file.absolute().parent.name,
        "model": str(known.get("model", "")),
        "replies": len(replies),
        "prompts": int(replies["prompt"].nunique()),
        **tokens,
        "dollars": charge(known, tokens),
        "finish": {str(word): int(count) for word, count in replies["finish"].value_counts().items() if count},
        "made": _days(recording),
        "runtime": known.get("runtime") or known.get("url", ""),
        "weights": known.get("weights", ""),
        "bytes": file.stat().st_size,
        "path": str(file),
    }


def _days(recording: Recording) -> str:
    days = sorted({str(note["made"]) for note in recording.notes() if note.get("made")})
    return " to ".join(dict.fromkeys([*days[:1], *days[-1:]]))


def described(table: pd.DataFrame) -> str:
    """The table as a person reads it, with a line of sums."""
    from tabulate import tabulate

    rows = [_shown(row) for row in table.to_dict("records")]
    if not rows:
        return "no recordings"
    sums = {name: f"{int(table[name].sum()):,}" for name in ("replies", "prompts")}
    sums["tokens in"] = f"{int(table['input'].sum()):,}"
    sums["out"] = f"{int(table['output'].sum()):,}"
    right = ["replies", "prompts", "tokens in", "(cached)", "out", "cost", "MB"]
    header = list(rows[0])
    align = ["right" if name in right else "left" for name in header]
    body = [list(row.values()) for row in rows] + [[sums.get(name, "") for name in header]]
    return tabulate(body, header, "simple", colalign=align, disable_numparse=True)


def _shown(row: dict[Any, Any]) -> dict[str, str]:
    cost = row["dollars"]
    return {
        "study": row["study"],
        "model": row["model"],
        "replies": f"{row['replies']:,}",
        "prompts": f"{row['prompts']:,}",
        "tokens in": f"{row['input']:,}",
        "(cached)": f"{row['cached']:,}",
        "out": f"{row['output']:,}",
        "cost": "no price" if cost is None or cost != cost else "free" if not cost else f"${cost:,.2f}",
        "finish": ", ".join(_counted(row["finish"].items())),
        "made": row["made"],
        "asked at": row["runtime"],
        "weights": row["weights"][:12],
        "MB": f"{row['bytes'] / 1e6:.1f}",
    }


def _counted(words: Iterable[tuple[str, int]]) -> Iterator[str]:
    return (f"{word} {count:,}" for word, count in words)
