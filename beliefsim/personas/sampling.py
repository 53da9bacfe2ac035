"""Drawing people: a randomised factorial, a balanced design, or the bank's population."""

import zlib
from collections.abc import Iterable
from functools import cache

import numpy as np
import pandas as pd

from .. import prompts
from . import codebook, plausibility

Codes = dict[str, np.ndarray]
Categories = dict[str, tuple[str, ...]]

_ROUNDS = 200  # repairs of a balanced design settle in about ten


def sample(
    n: int,
    *,
    design: str = "factorial",
    seed: int = 0,
    attributes: Iterable[str] | str | None = None,
    levels: str | None = None,
) -> pd.DataFrame:
    """Sample of people, a row each.

    Parameters
    ----------
    n : int
        How many.
    design : {"factorial", "balanced", "natural"}
        ``"factorial"``: each level of each attribute occurs equally often (counts differ by one at most)
        and attributes are independent. ``"balanced"``: as often, but people exchange levels until no
        combination is implausible (what cannot be mended stays flagged). ``"natural"``: joint structure of
        the GenAgents bank (a Chow-Liu tree); the attributes that the paper added are independent and uniform.
    seed : int
        In a factorial or natural design an attribute's values do not depend on which others are asked for.
    attributes : list of str, ``"all"``, or None
        Which; None is the ten test attributes of the paper.
    levels : {"paper", "bank"} or None
        Which levels (`bs.personas.levels`). None is ``"bank"`` in a natural design, ``"paper"`` in the others.

    Returns
    -------
    DataFrame
        Index ``persona``; a categorical column per attribute; ``age_years`` (int) in a natural design;
        ``implausible``, the reasons why a combination hardly occurs, ``""`` if none.

    Raises
    ------
    ValueError
        For an unknown attribute, design or set of levels, for fewer people than levels, and for a natural
        design with the paper's levels.

    Examples
    --------
    >>> people = sample(200, design="factorial", seed=1)
    >>> people["age"].value_counts().tolist()
    [50, 50, 50, 50]
    """
    if design not in DESIGNS:
        raise ValueError(prompts.unknown("design", design, DESIGNS, "bs.personas.sample"))
    level_set = levels or ("bank" if design == "natural" else "paper")
    if design == "natural" and level_set == "paper":
        raise ValueError("a natural design has levels 'bank': the paper's own levels have no counts in the bank")
    if isinstance(attributes, str):
        attributes = codebook.entries() if attributes == "all" else [attributes]
    chosen = codebook.check_attributes(codebook.TEST_ATTRIBUTES if attributes is None else attributes)
    categories = {attribute: codebook.levels(attribute, level_set) for attribute in chosen}
    _check_size(n, design, categories)
    codes = DESIGNS[design](n, categories, seed)
    index = pd.Index([f"p{number:0{len(str(n - 1))}d}" for number in range(n)], name="persona")
    table = pd.DataFrame({name: categorical(name, level_set, column) for name, column in codes.items()}, index)
    if design == "natural" and "age" in codes:
        table["age_years"] = _years(codes["age"], seed)
    return table.assign(implausible=plausibility.reasons(codes, categories, index))


def categorical(attribute: str, level_set: str, codes: np.ndarray) -> pd.Categorical:
    """An attribute's column from the positions of its levels."""
    return pd.Categorical.from_codes(codes, dtype=codebook.dtype(attribute, level_set))  # type: ignore[call-overload]


def generator(seed: int, attribute: str) -> np.random.Generator:
    """An attribute's own stream of random numbers."""
    return np.random.default_rng([seed, zlib.crc32(attribute.encode())])


def _check_size(n: int, design: str, categories: Categories) -> None:
    if int(n) != n or n < 1:
        raise ValueError(f"n = {n!r} is not a whole number of people from 1")
    most = max(categories, key=lambda attribute: len(categories[attribute]))
    if design != "natural" and n < len(categories[most]):
        raise ValueError(
            f"n = {n} is below the {len(categories[most])} levels of {most}: a {design} design needs a person "
            "per level; raise n or leave that attribute out (attributes=[…])"
        )


def _factorial(n: int, categories: Categories, seed: int) -> Codes:
    """Codes of each attribute's levels as often as each other; who gets one more is drawn too."""
    codes = {}
    for attribute, levels in categories.items():
        rng = generator(seed, attribute)
        codes[attribute] = rng.permutation(np.resize(rng.permutation(len(levels)).astype(np.int8), n))
    return codes


def _balanced(n: int, categories: Categories, seed: int) -> Codes:
    codes, rng = _factorial(n, categories, seed), generator(seed, "balanced")
    rules = plausibility.applicable(tuple(categories))
    for _ in range(_ROUNDS):
        broken = [rule.holds(codes, categories) for rule in rules]
        if not np.any(broken):
            break
        for rule, who in zip(rules, broken, strict=True):
            _exchange(codes, categories, rng, rule, who)
    return codes


def _exchange(
    codes: Codes, categories: Categories, rng: np.random.Generator, rule: plausibility.Rule, who: np.ndarray
) -> None:
    """Give implausible people a level of somebody else's, where that leaves fewer rules broken.

    Levels only change hands, so that their counts stay equal.
    """
    broken, others = np.flatnonzero(who), np.flatnonzero(~who)
    pairs = min(len(broken), len(others))
    if not pairs:
        return
    left, right = rng.permutation(broken)[:pairs], rng.choice(others, pairs, replace=False)
    column = codes[str(rng.choice([rule.attribute, rule.other]))]
    before = _broken(codes, categories, left) + _broken(codes, categories, right)
    column[left], column[right] = column[right], column[left]
    worse = _broken(codes, categories, left) + _broken(codes, categories, right) >= before
    left, right = left[worse], right[worse]
    column[left], column[right] = column[right], column[left]


def _broken(codes: Codes, categories: Categories, rows: np.ndarray) -> np.ndarray:
    """How many rules each of some rows breaks."""
    some = {attribute: column[rows] for attribute, column in codes.items()}
    rules = plausibility.applicable(tuple(categories))
    return np.asarray(np.sum([rule.holds(some, categories) for rule in rules], axis=0, dtype=np.int64))


def _natural(n: int, categories: Categories, seed: int) -> Codes:
    """Codes as the bank has them, each attribute drawn given its parent's level; those that the paper adds apart."""
    added = {name: levels for name, levels in categories.items() if name in codebook.AUGMENTED}
    drawn = {"": np.zeros(n, dtype=np.int8), **independent(n, added, seed)}

    def codes(attribute: str) -> np.ndarray:
        if attribute not in drawn:
            node = tree()[attribute]
            drawn[attribute] = node.draw(codes(node.parent), generator(seed, attribute))
        return drawn[attribute]

    return {attribute: codes(attribute) for attribute in categories}


DESIGNS = {"factorial": _factorial, "balanced": _balanced, "natural": _natural}


def independent(n: int, categories: Categories, seed: int) -> Codes:
    """Uniform independent codes, as the paper draws the attributes that it adds."""
    return {
        attribute: generator(seed, attribute).integers(len(levels), size=n, dtype=np.int8)
        for attribute, levels in categories.items()
    }


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


@cache
def tree() -> dict[str, Node]:
    """The bank's population as a tree of conditional tables: nodes by attribute, parents before children."""
    table, nodes = codebook.read_table("population/conditionals.csv"), {}
    for (attribute, parent), rows in table.groupby(["attribute", "parent"], sort=False):
        own = pd.Index(codebook.levels(attribute, "bank"))
        above = pd.Index(codebook.levels(parent, "bank") if parent else [""])
        counts = np.zeros((len(above), len(own)))
        counts[above.get_indexer(rows["parent_level"]), own.get_indexer(rows["level"])] = rows["count"]
        nodes[attribute] = Node(attribute, parent, counts)
    return nodes


def _years(ages: np.ndarray, seed: int) -> np.ndarray:
    """Age in years, given the age bands' codes, as frequent as in the bank."""
    table = codebook.read_table("population/years.csv").pivot_table("count", "age", "years", "sum", fill_value=0)
    counts = table.reindex(codebook.levels("age", "bank"), fill_value=0).to_numpy(dtype=float)
    node = Node("age_years", "age", counts)
    return table.columns.to_numpy()[node.draw(ages, generator(seed, "age_years"))].astype(np.int16)
