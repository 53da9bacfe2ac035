"""How a persona reads: one short sentence in the second person per attribute."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import pandas as pd

from . import codebook

_NOT_TOLD = frozenset({"implausible", "name", "age_years"})  # the last two have their own place


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
    sentences = (_teller(attribute)(row[attribute]) for attribute in _told(row))
    return " ".join(sentence for sentence in sentences if sentence)


def describe_many(people: pd.DataFrame) -> list[str]:
    """Prose of every person, as `describe` gives it for each row.

    Examples
    --------
    >>> describe_many(pd.DataFrame({"sex": pd.Categorical(["Female", "Male"])}))
    ['You are a woman.', 'You are a man.']
    """
    columns = [_sentences(people[attribute], attribute) for attribute in _told(people.columns)]
    if not columns:
        return [""] * len(people)
    return [" ".join(filter(None, sentences)) for sentences in zip(*columns, strict=True)]


def _sentences(column: pd.Series, attribute: str) -> list[str]:
    """A sentence per row, each level told once."""
    codes, values = (
        (column.cat.codes.to_numpy(), column.cat.categories)
        if isinstance(column.dtype, pd.CategoricalDtype)
        else pd.factorize(column)
    )
    tell = _teller(attribute)
    told = [tell(value) for value in values] + [""]  # a missing level has code -1: the last
    return list(map(told.__getitem__, codes.tolist()))


def _told(present: Iterable[str]) -> list[str]:
    present = list(present)
    years = "age_years" in present
    known = [name for name in codebook.names() if name in present or (name == "age" and years)]
    others = [name for name in present if name not in known and name not in _NOT_TOLD]
    named = [name for name in ("name",) if name in present]
    return named + ["age_years" if name == "age" and years else name for name in known] + others


@cache
def _teller(attribute: str) -> Callable[[Any], str]:
    """What turns a level of this attribute into a sentence."""
    if attribute == "age_years":
        return lambda years: "" if pd.isna(years) else f"You are {int(years)} years old."
    if attribute == "name":
        return lambda name: f"Your name is {name}." if isinstance(name, str) and name else ""
    prose = _prose().get(attribute, {})
    title = codebook.title(attribute)
    title = title[:1].upper() + title[1:]
    return lambda level: "" if pd.isna(level) else prose.get(str(level), f"{title}: {level}.")


@cache
def _prose() -> dict[str, dict[str, str]]:
    return {
        str(attribute): dict(zip(rows["level"], rows["prose"], strict=True))
        for attribute, rows in codebook.book().groupby("attribute", sort=False)
    }
