"""Sessions that people played in a notebook, one file each, as the two tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from beliefsim import paths, schema
from beliefsim.datasets.otree import Sessions

_TABLES: Mapping[str, Mapping[str, str]] = {"decisions": schema.DECISIONS, "beliefs": schema.BELIEFS}


def load_human(files: str | Path | Iterable[str | Path] | None = None) -> Sessions:
    """Merge the sessions of one or more players.

    Parameters
    ----------
    files : path or iterable of paths, optional
        Files, or folders of files; default: ``results/human``. A session that comes twice counts once.

    Returns
    -------
    Sessions
        `decisions` and `beliefs` of all players, arm ``human``; `persona` is the name that a player gave, or "".

    Raises
    ------
    ValueError
        If there is no file, or one is no session.

    Examples
    --------
    >>> from beliefsim.datasets import Sessions, save_human
    >>> save_human(Sessions(decisions.head(1), stated.head(0)), bs.paths.results() / "human" / "one.csv")
    >>> len(bs.load_human().decisions)
    1
    """
    given = [paths.results() / "human"] if files is None else [files] if isinstance(files, (str, Path)) else [*files]
    found = [file for each in map(Path, given) for file in (sorted(each.glob("*.csv")) if each.is_dir() else [each])]
    if not found:
        raise ValueError(f"no sessions in {', '.join(map(str, given))}: bs.widgets.play_yourself() writes them")
    parts: dict[int, Sessions] = {}
    for file in found:
        part = _read(file)
        number = int(pd.concat([part.decisions["session"], part.beliefs["session"]]).iloc[0])
        if number not in parts or len(part.decisions) > len(parts[number].decisions):
            parts[number] = part
    return Sessions(*(_merged([part[at] for part in parts.values()]) for at in (0, 1)))


def save_human(sessions: Sessions, file: Path) -> None:
    """Write the two tables of one session into one file, whole or not at all.

    Examples
    --------
    >>> from beliefsim.datasets import Sessions, save_human
    >>> save_human(Sessions(decisions.head(1), stated.head(0)), bs.paths.results() / "human" / "one.csv")
    """
    parts = [table.astype(object).assign(table=name) for name, table in zip(_TABLES, sessions, strict=True)]
    paths.write(file, pd.concat(parts, ignore_index=True).to_csv(index=False, lineterminator="\n"))


def _merged(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return schema.concat([table for table in tables if len(table)] or tables[:1])


def _read(file: Path) -> Sessions:
    try:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        tables = [_table(rows[rows["table"] == name], columns) for name, columns in _TABLES.items()]
        if not len(rows):
            raise ValueError("it has no rows")
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{file} is no session of play_yourself(): {error}") from None
    return Sessions(schema.decisions(**tables[0]), schema.beliefs(**tables[1]))


def _table(rows: pd.DataFrame, columns: Mapping[str, str]) -> dict[str, np.ndarray]:
    columns = {name: kind for name, kind in columns.items() if name in rows}  # an older schema had fewer
    found = {name: rows[name].to_numpy(dtype=object) for name in columns}
    for name, kind in columns.items():
        if kind == "truth":
            found[name] = found[name] == "True"
        elif kind != "word":
            found[name] = pd.to_numeric(rows[name]).to_numpy(dtype=float)
    if "move" in found:
        found["move"] = np.where(found["move"] == "", None, found["move"])  # a move that could not be read
    return found
