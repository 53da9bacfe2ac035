"""The codebook: which attributes a persona can have, their levels, and how each reads."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pandas as pd

from .. import prompts

TEST_ATTRIBUTES: tuple[str, ...] = (
    "age",
    "conscientiousness",
    "openness",
    "family_structure_at_16",
    "highest_degree_received",
    "political_views",
    "religion",
    "same_residence_since_16",
    "us_citizenship_status",
    "work_status",
)
"""The ten test attributes of Mannekote et al. (2025), Table 5."""

AUGMENTED: tuple[str, ...] = (
    "openness",
    "conscientiousness",
    "extraversion",
    "agreeableness",
    "neuroticism",
    "communication_quality",
    "cultural_norms",
    "general_activity_level",
    "type_of_disability",
)
"""Attributes that the paper adds to the bank's: drawn independently of everything else."""

LEVEL_SETS = ("paper", "bank")

_folder = Path(__file__).parent


def attributes() -> pd.DataFrame:
    """Codebook of persona attributes, one row per level.

    Returns
    -------
    DataFrame
        Columns ``attribute``, ``title`` (for questions), ``level``, ``order`` (from 1), ``ordered``
        (whether the order means something), ``levels`` (the level belongs to the ``"bank"``, the
        ``"paper"``, or ``"both"``), ``count`` (people of the GenAgents bank; missing where the bank
        has no such level), ``source``, ``prose`` (the sentence in a persona's description).

    Examples
    --------
    >>> book = attributes()
    >>> book.loc[book["attribute"] == "us_citizenship_status", "count"].tolist()
    [3426, 79]
    """
    return _counted().copy()


def levels(attribute: str, levels: str = "paper") -> tuple[str, ...]:
    """Levels of one attribute, in the codebook's order.

    Parameters
    ----------
    attribute : str
        A name of the codebook.
    levels : {"paper", "bank"}
        The paper uses a part of the bank's levels for three of its ten test attributes, and its own
        levels for ``family_structure_at_16``; elsewhere the two are the same.

    Raises
    ------
    ValueError
        For an unknown attribute or set of levels.

    Examples
    --------
    >>> levels("political_views")
    ('Extremely liberal', 'Slightly liberal', 'Slightly conservative', 'Extremely conservative')
    >>> len(levels("political_views", "bank"))
    7
    """
    check_attributes([attribute])
    if levels not in LEVEL_SETS:
        raise ValueError(unknown("levels", levels, LEVEL_SETS, "beliefsim/personas/codebook.csv"))
    return _levels()[attribute, levels]


def dtype(attribute: str, level_set: str) -> pd.CategoricalDtype:
    """Categories of an attribute's column."""
    return pd.CategoricalDtype(list(levels(attribute, level_set)), ordered=_ordered()[attribute])


def names() -> tuple[str, ...]:
    """Every attribute, in the order in which a description tells them."""
    return tuple(_ordered())


def title(attribute: str) -> str:
    """How an attribute is called within a sentence; one that the codebook lacks keeps its name.

    Examples
    --------
    >>> title("highest_degree_received"), title("us_citizenship_status"), title("favourite_game")
    ('highest degree received', 'US citizenship', 'favourite game')
    """
    said = _titles().get(attribute, attribute.replace("_", " "))
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]


def sample_persona() -> pd.Series:
    """The paper's sample persona: an agent of the GenAgents bank, with high openness and conscientiousness.

    Returns
    -------
    Series
        Named by the agent's id; attributes as in a row of `bs.personas.load_genagents`.

    References
    ----------
    Mannekote, A. et al. (2025). Do role-playing agents practice what they preach? doi:10.48550/arXiv.2507.02197,
    appendix C.4; the bank's agent 0023952f-142e-434b-82e2-7a7451b7c55f is its only match.

    Examples
    --------
    >>> persona = sample_persona()
    >>> persona["religion"], persona["age_years"]
    ('Catholic', 25)
    """
    rows = read_table("sample_persona.csv").set_index("attribute")["value"].astype(object)
    persona = rows.drop("id")
    persona["age_years"] = int(persona["age_years"])
    return persona.rename(rows["id"])


def check_attributes(wanted: Iterable[str]) -> tuple[str, ...]:
    """The same attributes, or an error that names the unknown one and what is possible."""
    chosen = tuple(wanted)
    if not chosen:
        raise ValueError(f"no attributes are given; possible are {', '.join(names())} (bs.personas.attributes())")
    for attribute in chosen:
        if attribute not in _ordered():
            raise ValueError(unknown("attribute", attribute, names(), "bs.personas.attributes()"))
    repeated = sorted({attribute for attribute in chosen if chosen.count(attribute) > 1})
    if repeated:
        raise ValueError(f"attributes {', '.join(repeated)} are given more than once")
    return chosen


def read_table(name: str) -> pd.DataFrame:
    """One CSV of this folder; "None" is a religion here, never a missing value."""
    return pd.read_csv(_folder / name, keep_default_na=False)


@cache
def book() -> pd.DataFrame:
    """The codebook as its file has it."""
    return read_table("codebook.csv")


@cache
def _counted() -> pd.DataFrame:
    table = book().rename(columns={"sets": "levels"})
    table["ordered"] = table["ordered"] == "yes"
    counts = read_table("population/counts.csv").set_index(["attribute", "level"])["count"]
    keys = pd.MultiIndex.from_frame(table[["attribute", "level"]])
    table.insert(6, "count", counts.reindex(keys).astype("Int64").array)
    return table


@cache
def _titles() -> dict[str, str]:
    return dict(zip(book()["attribute"], book()["title"], strict=True))


@cache
def _levels() -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (str(attribute), chosen): tuple(rows.loc[rows["sets"].isin([chosen, "both"]), "level"])
        for attribute, rows in book().groupby("attribute", sort=False)
        for chosen in LEVEL_SETS
    }


@cache
def _ordered() -> dict[str, bool]:
    each = book().drop_duplicates("attribute")
    return dict(zip(each["attribute"], each["ordered"] == "yes", strict=True))


def unknown(kind: str, given: str, possible: Iterable[str], where: str) -> str:
    """Say that a word is not among the possible ones, with a suggestion."""
    possible = tuple(possible)
    return f"{kind} {given!r} is not among {', '.join(possible)} ({where}){prompts.suggestion(given, possible)}"
