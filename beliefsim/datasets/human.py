"""Sessions that people played in a notebook, one file each, as the two tables."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

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
    every = [file for each in map(Path, given) for file in (sorted(each.glob("*.csv")) if each.is_dir() else [each])]
    if not every:
        raise ValueError(f"no sessions in {', '.join(map(str, given))}: bs.widgets.play_yourself() writes them")
    longest: dict[int, Sessions] = {}
    for each in map(_session, every):
        number = int(pd.concat([table["session"] for table in each]).iloc[0])
        if number not in longest or len(each.decisions) > len(longest[number].decisions):
            longest[number] = each
    return Sessions(*map(_merged, zip(*longest.values(), strict=True)))


def save_human(sessions: Sessions, file: Path) -> None:
    """Write the two tables of one session into one file, whole or not at all.

    Examples
    --------
    >>> from beliefsim.datasets import Sessions, save_human
    >>> save_human(Sessions(decisions.head(1), stated.head(0)), bs.paths.results() / "human" / "one.csv")
    """
    parts = [table.astype(object).assign(table=name) for name, table in zip(_TABLES, sessions, strict=True)]
    paths.write(file, pd.concat(parts, ignore_index=True).to_csv(index=False, lineterminator="\n"))


def _merged(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    return schema.concat([table for table in tables if len(table)] or tables[:1])


def _session(file: Path) -> Sessions:
    try:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        if rows.empty:
            raise ValueError("it has no rows")
        columns = [_columns(rows[rows["table"] == name], kinds) for name, kinds in _TABLES.items()]
        return Sessions(schema.decisions(**columns[0]), schema.beliefs(**columns[1]))
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"{file} is no session of play_yourself(): {error}") from None


def _columns(rows: pd.DataFrame, kinds: Mapping[str, str]) -> dict[str, pd.Series]:
    columns = {name: rows[name] for name in kinds if name in rows}  # an older schema had fewer
    for name, texts in columns.items():
        if kinds[name] == "truth":
            columns[name] = texts == "True"
        elif kinds[name] != "word":
            columns[name] = pd.to_numeric(texts)
        elif name == "move":
            columns[name] = texts.where(texts != "")  # a move that could not be read
    return columns
