"""The bank's population as a tree of conditional tables: draws people with its joint structure."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from . import codebook

Codes = dict[str, np.ndarray]


class Node:
    """One attribute given its parent in the tree; the root's parent is ``""``.

    `shares` has a row for each of the parent's levels, which sums to one; a level that the bank lacks has the
    attribute's marginal shares.
    """

    def __init__(self, attribute: str, parent: str, counts: np.ndarray) -> None:
        self.attribute, self.parent = attribute, parent
        total = counts.sum(axis=1, keepdims=True)
        marginal = counts.sum(axis=0) / counts.sum()
        self.shares = np.where(total > 0, counts / np.maximum(total, 1), marginal)

    def draw(self, parents: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Codes, shape (n,), given the parents' codes."""
        rows, size = self.shares.shape
        steps = np.cumsum(self.shares, axis=1)
        steps[:, -1] = 1.0
        # Row p of the cumulative table is moved to (p, p + 1]: one binary search serves all parents.
        place = np.searchsorted((steps + np.arange(rows)[:, None]).ravel(), parents + rng.random(len(parents)), "right")
        return np.minimum(place - parents.astype(np.int64) * size, size - 1).astype(np.int8)


def draw(n: int, attributes: Sequence[str], seed: int) -> Codes:
    """Codes of `n` people for these attributes, each drawn given its parent's level."""
    nodes = tree()
    drawn: Codes = {"": np.zeros(n, dtype=np.int8)}
    for attribute in _with_ancestors(attributes):
        node = nodes[attribute]
        drawn[attribute] = node.draw(drawn[node.parent], generator(seed, attribute))
    return {attribute: drawn[attribute] for attribute in attributes}


def independent(n: int, categories: dict[str, tuple[str, ...]], seed: int) -> Codes:
    """Uniform independent codes, as the paper draws the attributes that it adds."""
    return {
        attribute: generator(seed, attribute).integers(len(names), size=n, dtype=np.int8)
        for attribute, names in categories.items()
    }


def years(ages: np.ndarray, seed: int) -> np.ndarray:
    """Age in years, given the age bands' codes, as frequent as in the bank."""
    table = codebook.read_table("population/years.csv")
    values = np.sort(table["years"].unique())
    bands = list(codebook.levels("age", "bank"))
    counts = np.zeros((len(bands), len(values)))
    counts[[bands.index(band) for band in table["age"]], np.searchsorted(values, table["years"])] = table["count"]
    return values[Node("age_years", "age", counts).draw(ages, generator(seed, "age_years"))].astype(np.int16)


def generator(seed: int, attribute: str) -> np.random.Generator:
    """An attribute's own stream of random numbers."""
    return np.random.default_rng([seed, zlib.crc32(attribute.encode())])


@cache
def tree() -> dict[str, Node]:
    """Nodes by attribute, parents before children."""
    table = codebook.read_table("population/conditionals.csv")
    nodes = {}
    for (attribute, parent), rows in table.groupby(["attribute", "parent"], sort=False):
        own, above = _positions(str(attribute)), _positions(str(parent)) if parent else {"": 0}
        counts = np.zeros((len(above), len(own)))
        counts[rows["parent_level"].map(above), rows["level"].map(own)] = rows["count"]
        nodes[str(attribute)] = Node(str(attribute), str(parent), counts)
    return nodes


def _positions(attribute: str) -> dict[str, int]:
    return {level: position for position, level in enumerate(codebook.levels(attribute, "bank"))}


def _with_ancestors(attributes: Sequence[str]) -> list[str]:
    nodes, needed = tree(), set()
    for attribute in attributes:
        while attribute and attribute not in needed:
            needed.add(attribute)
            attribute = nodes[attribute].parent
    return [attribute for attribute in nodes if attribute in needed]
