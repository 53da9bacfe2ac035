"""Data that come with the clone, and human sessions exported by oTree.

A data set is a folder of `data/` with CSV files and a `description.md`, which names the source and licence and
describes every column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from beliefsim import paths, prompts

from .human import load_human, save_human
from .otree import Fields, Sessions, load_otree

__all__ = ["Fields", "Sessions", "described_columns", "load", "load_human", "load_otree", "names", "save_human"]


def names() -> list[str]:
    """Return what `load` takes, ``"folder/table"``, in alphabetical order.

    Examples
    --------
    >>> from beliefsim.datasets import names
    >>> "berg1995/pairs" in names()
    True
    """
    folders = (file.parent for file in paths.data().glob("*/description.md"))
    return sorted(f"{folder.name}/{table.stem}" for folder in folders for table in folder.glob("*.csv"))


def load(name: str) -> pd.DataFrame:
    """Load a data set.

    Parameters
    ----------
    name : str
        The data set, ``"berg1995"``, or one of its tables, ``"mannekote2025/table3"``.

    Returns
    -------
    DataFrame
        As in the file. `attrs` holds `name`, `source`, `licence`, `mark`, `description` (the whole text) and
        `columns` (meaning of each).

    Raises
    ------
    ValueError
        If there is no such data set, or it has several tables and none is named.
    FileNotFoundError
        In an installed wheel, which carries no data.

    Examples
    --------
    >>> pairs = load("berg1995")
    >>> round(float(pairs[pairs["treatment"] == "no_history"]["sent"].mean()), 2)
    5.16
    """
    file = _file(name, names())
    text = (file.parent / "description.md").read_text(encoding="utf-8")
    frame = pd.read_csv(file, keep_default_na=False, na_values=[""])
    frame.attrs.update(
        name=f"{file.parent.name}/{file.stem}",
        source=_said(text, "Source"),
        licence=_said(text, "Licence"),
        mark=_said(text, "Mark"),
        description=text,
        columns=described_columns(text, file.name),
    )
    return frame


def described_columns(description: str, file: str) -> dict[str, str]:
    """Return column → meaning, from the part of a description about one file.

    Examples
    --------
    >>> from beliefsim.datasets import described_columns
    >>> described_columns(bs.load("berg1995").attrs["description"], "pairs.csv")["sent"]
    'by the trustor'
    """
    _, _, part = description.partition(f"## {file}\n")
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \|", part.partition("\n## ")[0], flags=re.MULTILINE)
    return {column: meaning.strip() for column, meaning in rows if column != "column"}


def _file(name: str, known: Iterable[str]) -> Path:
    known = list(known)
    found = [table for table in known if name in (table, table.partition("/")[0])]
    if len(found) == 1:
        return paths.data() / f"{found[0]}.csv"
    if found:
        raise ValueError(f"data set {name!r} has {len(found)} tables; load one of {', '.join(map(repr, found))}")
    folders = dict.fromkeys(table.partition("/")[0] for table in known)
    near = prompts.suggestion(name, [*folders, *known])
    raise ValueError(f"data set {name!r} is not among {', '.join(folders)}{near} (data/)")


def _said(text: str, word: str) -> str:
    found = re.search(rf"^{word}: (.*?)(?:\n\n|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return " ".join(found.group(1).split()) if found else ""
