"""Combinations of levels that hardly occur in people: flagged, never removed silently."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from . import codebook

Codes = Mapping[str, np.ndarray]


class Rule(NamedTuple):
    """Two attributes whose levels (divided by ``|``) do not go together; `reason` is what the column says."""

    attribute: str
    levels: str
    other: str
    other_levels: str
    reason: str

    def holds(self, people: Codes, categories: Mapping[str, tuple[str, ...]]) -> np.ndarray:
        """Who breaks the rule, shape (n,) of bool."""
        sides = ((self.attribute, self.levels), (self.other, self.other_levels))
        # A missing level has code -1: the False at the end.
        first, second = (
            np.array([level in levels.split("|") for level in categories[name]] + [False])[people[name]]
            for name, levels in sides
        )
        return np.asarray(first & second)


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
    breaks: dict[str, np.ndarray] = {}
    for rule in applicable(tuple(codes)):
        breaks[rule.reason] = breaks.get(rule.reason, np.False_) | rule.holds(codes, categories)
    pattern = np.zeros(len(index), dtype=np.int64)
    for bit, broken in enumerate(breaks.values()):
        pattern |= broken.astype(np.int64) << bit
    patterns, position = np.unique(pattern, return_inverse=True)
    words = ["; ".join(reason for bit, reason in enumerate(breaks) if (p >> bit) & 1) for p in patterns.tolist()]
    return pd.Series(words, dtype="str").take(position).set_axis(index).rename("implausible")


@cache
def applicable(attributes: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules about these attributes."""
    every = (Rule(*row) for row in rules().to_numpy().tolist())
    return tuple(rule for rule in every if rule.attribute in attributes and rule.other in attributes)
