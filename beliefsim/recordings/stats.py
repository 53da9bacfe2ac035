"""What recordings hold: replies, prompts, tokens, cost, dates, by study and model."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .recording import Recording, RecordingError

if TYPE_CHECKING:
    import pandas as pd

Charge = Callable[[Mapping[str, Any], Mapping[str, int]], float | None]


def stats(files: Iterable[Path], charge: Charge) -> pd.DataFrame:
    """Describe recordings; a file that is none is named in a warning.

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
        `dollars` (0 for weights that ran here, missing without a price), `finish` (each word with its count), `made`
        (first and last day noted), `runtime`, `weights` (sha256), `bytes`, `path`.

    Examples
    --------
    >>> stats([], lambda provenance, tokens: 0.0).empty
    True
    """
    import pandas as pd

    return pd.DataFrame([row for file in files for row in _rows(file, charge)])


def _rows(file: Path, charge: Charge) -> list[dict[str, Any]]:
    try:
        recording = Recording(file)
    except RecordingError as error:
        warnings.warn(f"{error}; it is left out", stacklevel=4)
        return []
    replies, known = recording.to_frame(), recording.provenance
    tokens = {name: int(replies[name].sum()) for name in ("input", "cached", "output")}
    days = sorted({note["made"] for note in recording.notes() if note.get("made")})
    finish = replies["finish"].value_counts()
    row = {
        "study": file.absolute().parent.name,
        "model": known.get("model", ""),
        "replies": len(replies),
        "prompts": replies["prompt"].nunique(),
        **tokens,
        "dollars": charge(known, tokens),
        "finish": ", ".join(f"{word} {count:,}" for word, count in finish[finish > 0].items()),
        "made": " to ".join(dict.fromkeys([*days[:1], *days[-1:]])),
        "runtime": known.get("runtime") or known.get("url", ""),
        "weights": known.get("weights", ""),
        "bytes": file.stat().st_size,
        "path": str(file),
    }
    return [row]


def described(table: pd.DataFrame) -> str:
    """The table as a person reads it, with a line of sums."""
    from tabulate import tabulate

    if table.empty:
        return "no recordings"
    sums = table[["replies", "prompts", "input", "output"]].sum()
    shown = table.assign(
        dollars=[
            "no price" if cost is None or cost != cost else f"${cost:,.2f}" if cost else "free"
            for cost in table["dollars"]
        ],
        weights=table["weights"].str[:12],
        bytes=(table["bytes"] / 1e6).map("{:.1f}".format),
    )
    shown.loc[len(shown), sums.index] = sums
    numbers = ["replies", "prompts", "input", "cached", "output"]
    shown[numbers] = shown[numbers].map(lambda count: "" if count != count else f"{count:,.0f}")
    names = {"input": "tokens in", "cached": "(cached)", "output": "out", "dollars": "cost", "bytes": "MB"}
    shown = shown.drop(columns="path").fillna("").rename(columns={**names, "runtime": "asked at"})
    align = ["right" if name in {*names.values(), "replies", "prompts"} else "left" for name in shown]
    return tabulate(shown.to_numpy().tolist(), list(shown), "simple", colalign=align, disable_numparse=True)
