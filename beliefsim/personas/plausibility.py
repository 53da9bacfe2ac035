"""Combinations of levels that hardly occur in people: flagged, never removed silently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from . import codebook

Codes = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Rule:
    """Two sets of levels that do not go together; `reason` is what the column says."""

    attribute: str
    levels: frozenset[str]
    other: str
    other_levels: frozenset[str]
    reason: str

    def holds(self, people: Codes, categories: Mapping[str, tuple[str, ...]]) -> np.ndarray:
        """Who breaks the rule, shape (n,) of bool."""
        return _within(people, categories, self.attribute, self.levels) & _within(
            people, categories, self.other, self.other_levels
        )


def rules() -> pd.DataFrame:
    """Implausible combinations; several levels of one attribute are divided by ``|``.

    Each is a contradiction, or rarer than one in a hundred of those concerned in the GenAgents bank.

    Examples
    --------
    >>> bs.personas.rules().columns.tolist()
    ['attribute', 'levels', 'other', 'other_levels', 'reason']
    """
    return codebook.read_table("implausible.csv")


def implausible(people: pd.DataFrame) -> pd.Series:
    """Reasons why a persona is implausible, divided by ``; ``, and ``""`` where there are none.

    Parameters
    ----------
    people : DataFrame
        One categorical column per attribute.

    Examples
    --------
    >>> flagged = bs.personas.implausible(people)
    >>> bool(flagged.ne("").mean() < 0.5)
    True
    """
    columns = [str(name) for name in people if isinstance(people[name].dtype, pd.CategoricalDtype)]
    codes = {name: people[name].cat.codes.to_numpy() for name in columns}
    categories = {name: tuple(people[name].cat.categories) for name in columns}
    return reasons(codes, categories, people.index)


def reasons(codes: Codes, categories: Mapping[str, tuple[str, ...]], index: pd.Index) -> pd.Series:
    """As `implausible`, from integer codes."""
    breaks = {rule.reason: np.zeros(len(index), dtype=bool) for rule in applicable(tuple(codes))}
    for rule in applicable(tuple(codes)):
        breaks[rule.reason] |= rule.holds(codes, categories)
    pattern = np.zeros(len(index), dtype=np.int64)
    for bit, broken in enumerate(breaks.values()):
        pattern |= broken.astype(np.int64) << bit
    patterns, position = np.unique(pattern, return_inverse=True)
    words = ["; ".join(reason for bit, reason in enumerate(breaks) if (p >> bit) & 1) for p in patterns.tolist()]
    named = pd.Series(words, dtype="str").take(position)
    return pd.Series(named.to_numpy(), index=index, name="implausible", dtype="str")


@cache
def applicable(attributes: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules about these attributes."""
    found = (
        Rule(attribute, frozenset(levels.split("|")), other, frozenset(other_levels.split("|")), reason)
        for attribute, levels, other, other_levels, reason in rules().to_numpy().tolist()
    )
    return tuple(rule for rule in found if rule.attribute in attributes and rule.other in attributes)


def _within(
    people: Codes, categories: Mapping[str, tuple[str, ...]], attribute: str, wanted: frozenset[str]
) -> np.ndarray:
    member = np.array([level in wanted for level in categories[attribute]] + [False])
    return member[people[attribute]]  # a missing level has code -1: the False at the end
