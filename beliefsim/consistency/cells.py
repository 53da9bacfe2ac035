"""From the two tables to stacked level cells: one expected amount per persona, one column per stated level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .effects import Effects, effects_from_sums

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
_ROWS = 20_000  # personas per chunk of a matrix product: 20,000 × 40 levels are 6 MB


class Moments(NamedTuple):
    """Sums over one or more groups of personas."""

    n: Array  # (G, L) personas per level
    sums: Array  # (G, L) amounts per level
    squares: Array  # (G, A) squared amounts that each attribute covers


@dataclass(frozen=True)
class Cells:
    """Personas' amounts beside the stated value of each of their levels; all attributes' levels are stacked.

    Only levels with a stated value and at least one persona are columns.
    """

    attributes: tuple[str, ...]  # A of them
    levels: tuple[str, ...]  # L level names, attribute after attribute
    starts: Whole  # (A,) column of each attribute's first level
    columns: tuple[Whole, ...]  # for each attribute (N,): column of each persona's level, -1 where it is not covered
    stated: Array  # (L,) larger means "sends more"
    amounts: Array  # (N,)

    @property
    def sizes(self) -> Whole:
        """Number of levels of each attribute, shape (A,)."""
        return np.diff(np.append(self.starts, len(self.levels)))

    @property
    def owner(self) -> Whole:
        """Position of each column's attribute, shape (L,)."""
        return np.repeat(np.arange(len(self.attributes)), self.sizes)

    @cached_property
    def everywhere(self) -> NDArray[np.bool_]:
        """Which personas every attribute covers, shape (N,)."""
        return np.all([column >= 0 for column in self.columns], axis=0)

    @cached_property
    def covered(self) -> bool:
        """Whether every attribute covers every persona."""
        return bool(self.everywhere.all())

    @cached_property
    def n(self) -> Array:
        """Personas per level, shape (L,)."""
        return self._sums(None)[0]

    def sums(self, values: Array) -> Array:
        """Sum of `values` (N,) per level, shape (L,)."""
        return self._sums(values)[0]

    @cached_property
    def means(self) -> Array:
        """Mean amount per level, shape (L,)."""
        return self.sums(self.amounts) / self.n

    @cached_property
    def effects(self) -> Effects:
        """One-way effect sizes of each attribute."""
        squares = np.add.reduceat(self.sums(self.amounts**2), self.starts)
        return effects_from_sums(self.n, self.sums(self.amounts), squares, self.starts)

    def onehot(self, rows: slice = slice(None)) -> Array:
        """Membership of personas in levels, shape (rows, L)."""
        matrix = np.zeros((len(self.amounts[rows]), len(self.levels)))
        for column in self.columns:
            inside = column[rows] >= 0
            matrix[np.flatnonzero(inside), column[rows][inside]] = 1
        return matrix

    def chunks(self) -> Iterator[slice]:
        """Slices of personas small enough for a matrix product."""
        for first in range(0, len(self.amounts), _ROWS):
            yield slice(first, first + _ROWS)

    def complete(self) -> Cells:
        """Only the personas that every attribute covers, and their levels."""
        if self.covered:
            return self
        columns = tuple(column[self.everywhere] for column in self.columns)
        return replace(self, columns=columns, amounts=self.amounts[self.everywhere])

    @cached_property
    def pairs(self) -> Array:
        """Personas in both of two levels, shape (L, L)."""
        return self.pairs_by(np.zeros(len(self.amounts), dtype=np.intp), 1)[0]

    def pairs_by(self, group: Whole, number: int) -> Array:
        """Personas in both of two levels, by group of personas, shape (number, L, L)."""
        wide = len(self.levels)
        total = np.zeros(number * wide * wide)
        rows = [np.where(column >= 0, (group * wide + column) * wide, -1) for column in self.columns]
        for first, row in enumerate(rows):
            for column in self.columns[first:]:
                inside = slice(None) if self.covered else (row >= 0) & (column >= 0)
                total += np.bincount(row[inside] + column[inside], minlength=len(total))
        counts = total.reshape(number, wide, wide)
        return counts + np.triu(counts, 1).transpose(0, 2, 1)

    def moments(self, group: Whole, number: int) -> Moments:
        """Sums by group of personas (`group` (N,) holds 0 … number − 1)."""
        n, sums, squares = (self._sums(values, group, number) for values in (None, self.amounts, self.amounts**2))
        return Moments(n, sums, np.add.reduceat(squares, self.starts, axis=1))

    def _sums(self, values: Array | None, group: Whole | int = 0, number: int = 1) -> Array:
        """Sum of values (or number of personas) by group and level, shape (number, L)."""
        wide = len(self.levels)
        total = np.zeros(number * wide)
        for column in self.columns:
            inside = slice(None) if self.covered else column >= 0
            weights = None if values is None else values[inside]
            total += np.bincount((group * wide + column)[inside], weights, minlength=len(total))
        return total.reshape(number, wide)


def groups(table: pd.DataFrame, keys: Sequence[str]) -> Iterator[tuple[dict[str, str], Whole | slice]]:
    """Each combination of `keys` that occurs, with the positions of its rows (a full slice when there is one)."""
    first = {key: str(table[key].iloc[0]) for key in keys}
    varying = [key for key in keys if table[key].nunique(dropna=False) > 1]
    if not varying:
        yield first, slice(None)
        return
    for values, rows in table.groupby(varying, observed=True, sort=False).indices.items():
        words = map(str, values if isinstance(values, tuple) else (values,))
        yield first | dict(zip(varying, words, strict=True)), np.asarray(rows)


def expected_amounts(decisions: pd.DataFrame, people: pd.DataFrame) -> tuple[Array, Array]:
    """One expected amount per persona: Σ probability·amount over its rows, averaged over draws.

    Returns
    -------
    amounts : ndarray, shape (N,)
        In the order of `people`; missing where nothing could be read.
    read : ndarray, shape (N,)
        Share of the persona's probability that could be read, missing where the persona did not play.
    """
    position, size = _positions(decisions["persona"], people.index), len(people)
    if (position < 0).any():
        stranger = decisions["persona"][position < 0].iloc[0]
        raise ValueError(f"persona {stranger!r} of the decisions is not in the index of the people table")
    amount = decisions["amount"].to_numpy(dtype=float)
    weight = np.nan_to_num(decisions["probability"].to_numpy(dtype=float), nan=1.0)
    legible = np.where(np.isnan(amount), 0.0, weight)
    asked, answered = (np.bincount(position, each, minlength=size) for each in (weight, legible))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.bincount(position, legible * np.nan_to_num(amount), minlength=size) / answered, answered / asked


def level_codes(people: pd.DataFrame, attribute: str, levels: Sequence[str]) -> Whole:
    """Position of each persona's level in `levels`, -1 where it is not among them, shape (N,)."""
    if attribute not in people.columns:
        known = ", ".join(str(name) for name in people.columns if name != "implausible")
        raise ValueError(f"attribute {attribute!r} is not a column of the people table, which has {known}")
    return _positions(people[attribute], pd.Index(list(levels)))


def _positions(values: pd.Series, words: pd.Index) -> Whole:
    """Position of each value among the words, -1 where it is not among them."""
    column = values.astype("category")
    names = column.cat.categories
    same = names.equals(words)
    positions = np.arange(len(words)) if same else words.astype(str).get_indexer(names.astype(str))
    return np.append(positions, -1)[column.cat.codes.to_numpy()]
