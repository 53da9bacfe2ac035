"""Drawing people: a randomised factorial, a balanced design, or the bank's population."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from . import codebook, plausibility, population

Codes = dict[str, np.ndarray]

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
        raise ValueError(codebook.unknown("design", design, DESIGNS, "bs.personas.sample"))
    level_set = levels or ("bank" if design == "natural" else "paper")
    if design == "natural" and level_set == "paper":
        raise ValueError("a natural design has levels 'bank': the paper's own levels have no counts in the bank")
    chosen = _chosen(attributes)
    categories = {attribute: codebook.levels(attribute, level_set) for attribute in chosen}
    _check_size(n, design, categories)
    codes = DESIGNS[design](n, categories, seed)
    years = population.years(codes["age"], seed) if design == "natural" and "age" in codes else None
    return _table(codes, level_set, categories, years)


def _factorial(n: int, categories: dict[str, tuple[str, ...]], seed: int) -> Codes:
    return {
        attribute: _equal(n, len(names), population.generator(seed, attribute))
        for attribute, names in categories.items()
    }


def _equal(n: int, size: int, rng: np.random.Generator) -> np.ndarray:
    """Codes of `size` levels as often as each other; who gets one more is drawn too."""
    return rng.permutation(np.resize(rng.permutation(size).astype(np.int8), n))


def _balanced(n: int, categories: dict[str, tuple[str, ...]], seed: int) -> Codes:
    codes = _factorial(n, categories, seed)
    found = plausibility.applicable(tuple(categories))
    rng = population.generator(seed, "balanced")
    for _ in range(_ROUNDS):
        broken = [rule.holds(codes, categories) for rule in found]
        if not np.any(broken):
            break
        for rule, who in zip(found, broken, strict=True):
            _exchange(codes, categories, rng, rule, who)
    return codes


def _exchange(
    codes: Codes,
    categories: dict[str, tuple[str, ...]],
    rng: np.random.Generator,
    rule: plausibility.Rule,
    who: np.ndarray,
) -> None:
    """Give implausible people a level of somebody else's, where that leaves fewer rules broken.

    Levels only change hands, so that their counts stay equal.
    """
    broken, others = np.flatnonzero(who), np.flatnonzero(~who)
    pairs = min(len(broken), len(others))
    if not pairs:
        return
    left, right = rng.permutation(broken)[:pairs], rng.choice(others, pairs, replace=False)
    attribute = str(rng.choice([rule.attribute, rule.other]))
    before = _broken(codes, categories, left) + _broken(codes, categories, right)
    column = codes[attribute]
    column[left], column[right] = column[right], column[left]
    worse = _broken(codes, categories, left) + _broken(codes, categories, right) >= before
    left, right = left[worse], right[worse]
    column[left], column[right] = column[right], column[left]


def _broken(codes: Codes, categories: dict[str, tuple[str, ...]], rows: np.ndarray) -> np.ndarray:
    part = {attribute: column[rows] for attribute, column in codes.items()}
    found = plausibility.applicable(tuple(categories))
    return np.asarray(np.sum([rule.holds(part, categories) for rule in found], axis=0, dtype=np.int64))


def _natural(n: int, categories: dict[str, tuple[str, ...]], seed: int) -> Codes:
    added = {attribute: names for attribute, names in categories.items() if attribute in codebook.AUGMENTED}
    known = population.draw(n, [attribute for attribute in categories if attribute not in added], seed)
    drawn = {**known, **population.independent(n, added, seed)}
    return {attribute: drawn[attribute] for attribute in categories}


DESIGNS: dict[str, Callable[[int, dict[str, tuple[str, ...]], int], Codes]] = {
    "factorial": _factorial,
    "balanced": _balanced,
    "natural": _natural,
}


def _chosen(attributes: Iterable[str] | str | None) -> tuple[str, ...]:
    if attributes is None:
        return codebook.TEST_ATTRIBUTES
    if isinstance(attributes, str):
        return codebook.names() if attributes == "all" else codebook.check_attributes([attributes])
    return codebook.check_attributes(attributes)


def _check_size(n: int, design: str, categories: dict[str, tuple[str, ...]]) -> None:
    if int(n) != n or n < 1:
        raise ValueError(f"n = {n!r} is not a whole number of people from 1")
    most = max(categories, key=lambda attribute: len(categories[attribute]), default=None)
    if most and design != "natural" and n < len(categories[most]):
        raise ValueError(
            f"n = {n} is below the {len(categories[most])} levels of {most}: a {design} design needs a person "
            "per level; raise n or leave that attribute out (attributes=[…])"
        )


def _table(
    codes: Codes, level_set: str, categories: dict[str, tuple[str, ...]], years: np.ndarray | None
) -> pd.DataFrame:
    n = len(next(iter(codes.values())))
    width = len(str(n - 1))
    index = pd.Index([f"p{number:0{width}d}" for number in range(n)], name="persona")
    columns: dict[str, object] = {
        attribute: pd.Categorical.from_codes(column, dtype=codebook.dtype(attribute, level_set))  # type: ignore[call-overload]
        for attribute, column in codes.items()
    }
    if years is not None:
        columns["age_years"] = years
    table = pd.DataFrame(columns, index=index, copy=False)
    table["implausible"] = plausibility.reasons(codes, categories, index)
    return table
