"""Data that come with the clone, and human sessions exported by oTree.

A data set is a folder of `data/` with CSV files and a `description.md`, which names the source and licence and
describes every column.
"""

import re
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
    file = _file(name)
    text = (file.parent / "description.md").read_text(encoding="utf-8")
    frame = pd.read_csv(file, keep_default_na=False, na_values=[""])
    named = {word.lower(): _paragraph(text, word) for word in ("Source", "Licence", "Mark")}
    columns = described_columns(text, file.name)
    frame.attrs.update(name=f"{file.parent.name}/{file.stem}", **named, description=text, columns=columns)
    return frame


def described_columns(description: str, file: str) -> dict[str, str]:
    """Return column → meaning, from the part of a description about one file.

    Examples
    --------
    >>> from beliefsim.datasets import described_columns
    >>> described_columns(bs.load("berg1995").attrs["description"], "pairs.csv")["sent"]
    'by the trustor'
    """
    section = description.partition(f"## {file}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \|", section, flags=re.MULTILINE)
    return {column: meaning.strip() for column, meaning in rows if column != "column"}


def _file(name: str) -> Path:
    tables = [table for table in names() if name in (table, table.partition("/")[0])]
    if len(tables) == 1:
        return paths.data() / f"{tables[0]}.csv"
    if tables:
        raise ValueError(f"data set {name!r} has {len(tables)} tables; load one of {', '.join(map(repr, tables))}")
    folders = dict.fromkeys(table.partition("/")[0] for table in names())
    raise ValueError(prompts.unknown("data set", name, folders, "data/"))


def _paragraph(text: str, word: str) -> str:
    match = re.search(rf"^{word}: (.*?)(?:\n\n|\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return " ".join(match[1].split()) if match else ""
