"""From the two tables to stacked level cells: one expected amount per persona, one column per stated level."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .effects import Effects, effects_from_sums

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
_ROWS = 20_000  # personas per chunk of a matrix product: 20,000 × 40 levels are 6 MB


@dataclass(frozen=True)
class Moments:
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
    def covered(self) -> bool:
        """Whether every attribute covers every persona."""
        return all(bool((column >= 0).all()) for column in self.columns)

    @cached_property
    def n(self) -> Array:
        """Personas per level, shape (L,)."""
        return self._count(None)

    def sums(self, values: Array) -> Array:
        """Sum of `values` (N,) per level, shape (L,)."""
        return self._count(values)

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
        first = self.columns[0][rows]
        matrix = np.zeros((len(first), len(self.levels)))
        for column in self.columns:
            inside = column[rows]
            matrix[np.flatnonzero(inside >= 0), inside[inside >= 0]] = 1
        return matrix

    def chunks(self) -> Iterator[slice]:
        """Slices of personas small enough for a matrix product."""
        for first in range(0, len(self.amounts), _ROWS):
            yield slice(first, first + _ROWS)

    def complete(self) -> Cells:
        """Only the personas that every attribute covers, and their levels."""
        if self.covered:
            return self
        kept = np.all([column >= 0 for column in self.columns], axis=0)
        return self.of(np.flatnonzero(kept))

    def of(self, personas: Whole) -> Cells:
        """The same cells for some of the personas."""
        columns = tuple(column[personas] for column in self.columns)
        return replace(self, columns=columns, amounts=self.amounts[personas])

    @cached_property
    def pairs(self) -> Array:
        """Personas in both of two levels, shape (L, L)."""
        return self.pairs_by(np.zeros(len(self.amounts), dtype=np.intp), 1)[0]

    def pairs_by(self, group: Whole, number: int) -> Array:
        """Personas in both of two levels, by group of personas, shape (number, L, L)."""
        wide = len(self.levels)
        found = np.zeros(number * wide * wide)
        rows = [np.where(column >= 0, (group * wide + column) * wide, -1) for column in self.columns]
        for first, row in enumerate(rows):
            for column in self.columns[first:]:
                inside = slice(None) if self.covered else (row >= 0) & (column >= 0)
                found += np.bincount(row[inside] + column[inside], minlength=len(found))
        counts = found.reshape(number, wide, wide)
        return counts + np.triu(counts, 1).transpose(0, 2, 1)

    def moments(self, group: Whole, number: int) -> Moments:
        """Sums by group of personas (`group` (N,) holds 0 … number − 1)."""
        shape = (number, len(self.levels))
        n, sums, squares = (np.zeros(shape[0] * shape[1]) for _ in range(3))
        for column in self.columns:
            inside = slice(None) if self.covered else column >= 0
            place = (group * shape[1] + column)[inside]
            amounts = self.amounts[inside]
            for total, weights in ((n, None), (sums, amounts), (squares, amounts**2)):
                total += np.bincount(place, weights, minlength=len(total))
        covered = np.add.reduceat(squares.reshape(shape), self.starts, axis=1)
        return Moments(n.reshape(shape), sums.reshape(shape), covered)

    def _count(self, values: Array | None) -> Array:
        total = np.zeros(len(self.levels))
        for column in self.columns:
            inside = slice(None) if self.covered else column >= 0
            weights = None if values is None else values[inside]
            total += np.bincount(column[inside], weights, minlength=len(total))
        return total


def groups(table: pd.DataFrame, keys: Sequence[str]) -> Iterator[tuple[dict[str, str], Whole | slice]]:
    """Each combination of `keys` that occurs, with the positions of its rows (a full slice when there is one)."""
    varying = [key for key in keys if table[key].nunique(dropna=False) > 1]
    fixed = {key: str(table[key].iloc[0]) for key in keys if key not in varying}
    if not varying:
        yield fixed, slice(None)
        return
    for values, rows in table.groupby(varying, observed=True, sort=False).indices.items():
        named = values if isinstance(values, tuple) else (values,)
        found = fixed | {key: str(value) for key, value in zip(varying, named, strict=True)}
        yield {key: found[key] for key in keys}, np.asarray(rows)


def expected_amounts(decisions: pd.DataFrame, people: pd.DataFrame) -> tuple[Array, Array]:
    """One expected amount per persona: Σ probability·amount over its rows, averaged over draws.

    Returns
    -------
    amounts : ndarray, shape (N,)
        In the order of `people`; missing where nothing could be read.
    read : ndarray, shape (N,)
        Share of the persona's probability that could be read, missing where the persona did not play.
    """
    place = _places(decisions["persona"], people.index)
    amount = decisions["amount"].to_numpy(dtype=float)
    weight = decisions["probability"].to_numpy(dtype=float)
    if np.isnan(weight).any():
        weight = np.where(np.isnan(weight), 1.0, weight)
    size = len(people)
    asked = np.bincount(place, weight, minlength=size)
    unread = np.isnan(amount)
    if unread.any():
        weight, amount = np.where(unread, 0.0, weight), np.where(unread, 0.0, amount)
    answered = np.bincount(place, weight, minlength=size)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.bincount(place, weight * amount, minlength=size) / answered, answered / asked


def level_codes(people: pd.DataFrame, attribute: str, levels: Sequence[str]) -> Whole:
    """Position of each persona's level in `levels`, -1 where it is not among them, shape (N,)."""
    if attribute not in people.columns:
        known = ", ".join(str(name) for name in people.columns if name != "implausible")
        raise ValueError(f"attribute {attribute!r} is not a column of the people table, which has {known}")
    column = people[attribute]
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("category")
    places = pd.Index(list(levels)).get_indexer(pd.Index([str(name) for name in column.cat.categories]))
    return np.append(places, -1)[column.cat.codes.to_numpy()].astype(np.intp)


def _places(persona: pd.Series, index: pd.Index) -> Whole:
    column = persona if isinstance(persona.dtype, pd.CategoricalDtype) else persona.astype("category")
    names = column.cat.categories
    places = np.arange(len(index)) if names.equals(index) else index.astype(str).get_indexer(names.astype(str))
    found = np.append(places, -1)[column.cat.codes.to_numpy()]
    if (found < 0).any():
        stranger = column[found < 0].iloc[0]
        raise ValueError(f"persona {stranger!r} of the decisions is not in the index of the people table")
    return found
