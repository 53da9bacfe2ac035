"""The codebook: which attributes a persona can have, their levels, and how a persona reads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class Entry:
    """One attribute of the codebook: levels by set, and the sentence that tells each level."""

    title: str
    ordered: bool
    levels: Mapping[str, tuple[str, ...]]
    prose: Mapping[str, str]


@cache
def entries() -> dict[str, Entry]:
    """The codebook by attribute, in the order in which a description tells them."""
    return {
        str(name): Entry(
            title=rows["title"].iloc[0],
            ordered=rows["ordered"].iloc[0] == "yes",
            levels={one: tuple(rows.loc[rows["sets"].isin([one, "both"]), "level"]) for one in LEVEL_SETS},
            prose=dict(zip(rows["level"], rows["prose"], strict=True)),
        )
        for name, rows in read_table("codebook.csv").groupby("attribute", sort=False)
    }


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
    table = read_table("codebook.csv").rename(columns={"sets": "levels"})
    table["ordered"] = table["ordered"] == "yes"
    counts = read_table("population/counts.csv").set_index(["attribute", "level"])["count"]
    keys = pd.MultiIndex.from_frame(table[["attribute", "level"]])
    table.insert(6, "count", counts.reindex(keys).astype("Int64").array)
    return table


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
        raise ValueError(prompts.unknown("levels", levels, LEVEL_SETS, "beliefsim/personas/codebook.csv"))
    return entries()[attribute].levels[levels]


def dtype(attribute: str, level_set: str) -> pd.CategoricalDtype:
    """Categories of an attribute's column."""
    return pd.CategoricalDtype(list(levels(attribute, level_set)), ordered=entries()[attribute].ordered)


def title(attribute: str) -> str:
    """How an attribute is called within a sentence; one that the codebook lacks keeps its name.

    Examples
    --------
    >>> title("highest_degree_received"), title("us_citizenship_status"), title("favourite_game")
    ('highest degree received', 'US citizenship', 'favourite game')
    """
    words = entries()[attribute].title if attribute in entries() else attribute.replace("_", " ")
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


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
        raise ValueError(f"no attributes are given; possible are {', '.join(entries())} (bs.personas.attributes())")
    for attribute in chosen:
        if attribute not in entries():
            raise ValueError(prompts.unknown("attribute", attribute, entries(), "bs.personas.attributes()"))
    repeated = sorted({attribute for attribute in chosen if chosen.count(attribute) > 1})
    if repeated:
        raise ValueError(f"attributes {', '.join(repeated)} are given more than once")
    return chosen


def read_table(name: str) -> pd.DataFrame:
    """One CSV of this folder; "None" is a religion here, never a missing value."""
    return pd.read_csv(_folder / name, keep_default_na=False)


def describe(persona: pd.Series | Mapping[str, Any]) -> str:
    """Prose of one persona, the same for the same persona.

    Parameters
    ----------
    persona : Series or mapping
        A row of people. ``name`` is told first where there is one, ``age_years`` instead of the age band. A level
        that the codebook lacks reads "Title: level."; a missing one is left out. Attributes come in the codebook's
        order, then the others.

    Examples
    --------
    >>> describe({"openness": "High", "age": "18-29", "religion": "None"})
    'You are 18 to 29 years old. You have no religion. You are very open to new experiences.'
    >>> describe({"age": "18-29", "age_years": 25, "pet": "a cat"})
    'You are 25 years old. Pet: a cat.'
    """
    row = dict(persona)
    return " ".join(filter(None, (_teller(attribute)(row[attribute]) for attribute in _in_order(row))))


def describe_many(people: pd.DataFrame) -> list[str]:
    """Prose of every person, as `describe` gives it for each row.

    Examples
    --------
    >>> describe_many(pd.DataFrame({"sex": pd.Categorical(["Female", "Male"])}))
    ['You are a woman.', 'You are a man.']
    """
    columns = [_sentences(people[attribute], attribute) for attribute in _in_order(people.columns)]
    return [" ".join(filter(None, each)) for each in zip(*columns, strict=True)] if columns else [""] * len(people)


def _sentences(column: pd.Series, attribute: str) -> list[str]:
    """A sentence per row, each level told once."""
    codes, values = pd.factorize(column)
    sentences = [*map(_teller(attribute), values), ""]  # a missing level has code -1: the last
    return [sentences[code] for code in codes.tolist()]


def _in_order(attributes: Iterable[str]) -> list[str]:
    """Attributes that a description tells: the name, those of the codebook (years for the age band), the others."""
    given = list(attributes)
    first = ["name", *("age_years" if name == "age" and "age_years" in given else name for name in entries())]
    untold = {*first, *entries(), "implausible"}
    return [name for name in first if name in given] + [name for name in given if name not in untold]


@cache
def _teller(attribute: str) -> Callable[[Any], str]:
    """What turns a level of this attribute into a sentence."""
    if attribute == "age_years":
        return lambda years: "" if pd.isna(years) else f"You are {int(years)} years old."
    if attribute == "name":
        return lambda name: f"Your name is {name}." if isinstance(name, str) and name else ""
    prose = entries()[attribute].prose if attribute in entries() else {}
    words = title(attribute)
    words = words[:1].upper() + words[1:]
    return lambda level: "" if pd.isna(level) else prose.get(str(level), f"{words}: {level}.")
