"""Judging items together: by neighbours' evidence, by learned codes, along random graphs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .propagation import propagated

_BITS = 5  # of a code
_SIGNAL = 1.2  # evidence is normal around ±_SIGNAL²/2 with this s.d., and so a log likelihood ratio
Array = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class Cohort:
    """Items to be judged: `truth` (N,) of ±1, `evidence` (N,) in log-odds, `codes` (N, B) of bits, `looks` (N, D).

    Items with the same code share a hidden quirk of the rubric, from which an item's truth departs by chance.

    Examples
    --------
    >>> list(Cohort.__dataclass_fields__)
    ['truth', 'evidence', 'codes', 'looks']
    """

    truth: Array
    evidence: Array
    codes: Whole
    looks: Array

    @property
    def group(self) -> Whole:
        """Number of each item's code."""
        return np.asarray(self.codes @ (1 << np.arange(self.codes.shape[1])), dtype=np.intp)

    def again(self, rng: np.random.Generator) -> Cohort:
        """The same items with evidence drawn anew."""
        return replace(self, evidence=_drawn(self.truth, rng))


def cohort(n: int, relatedness: float, *, rng: np.random.Generator, blur: float = 0.5) -> Cohort:
    """Generate items whose truth equals their code's quirk with probability (1 + relatedness)/2.

    Evidence is a log likelihood ratio, so that a judge who reads it alone is calibrated; `blur` is the noise of the
    embedding in which codes can be seen.

    Examples
    --------
    >>> cohort(100, 1.0, rng=np.random.default_rng(1)).looks.shape
    (100, 16)
    """
    if not 0 <= relatedness <= 1:
        raise ValueError(f"relatedness must be within [0, 1], got {relatedness!r}")
    codes = rng.integers(2, size=(n, _BITS))
    quirk = rng.choice([-1.0, 1.0], size=2**_BITS)[codes @ (1 << np.arange(_BITS))]
    truth = quirk * np.where(rng.random(n) < (1 + relatedness) / 2, 1, -1)
    evidence = _drawn(truth, rng)
    plane = np.random.default_rng(0).standard_normal((_BITS, 16)) / np.sqrt(_BITS)  # the same embedding for all cohorts
    return Cohort(truth, evidence, codes, (2 * codes - 1) @ plane + blur * rng.standard_normal((n, 16)))


@dataclass(frozen=True)
class Judge:
    """Judges of a new cohort, who learned on a labelled one how to weigh what they see besides an item's own evidence.

    Parameters
    ----------
    known : Cohort
        Labelled items.
    k : int
        Neighbours of each item.

    Examples
    --------
    >>> known, new = (cohort(400, 0.9, rng=np.random.default_rng(seed)) for seed in (1, 2))
    >>> judge = Judge(known)
    >>> loss = {name: np.mean((judge.say(new, name) - (new.truth > 0)) ** 2) for name in ("alone", "codes")}
    >>> bool(loss["codes"] < loss["alone"])
    True
    """

    known: Cohort
    k: int = 8

    def say(self, new: Cohort, how: str, seed: int = 0) -> Array:
        """P(true) of each item, shape (N,).

        Parameters
        ----------
        new : Cohort
            What is judged.
        how : {"alone", "neighbours", "codes", "random graph", "ensemble"}
            Whose evidence is added to the item's own: nobody's; the mean of the k nearest; the mean of those with the
            same learned code; what belief propagation brings along a graph of 3 neighbours by a random half of the
            embedding; the same, averaged over five graphs.
        seed : int
            Of random graphs.
        """
        if how in ("random graph", "ensemble"):
            graphs = 5 if how == "ensemble" else 1
            return self._spread(new, self._pull, np.random.default_rng(seed), graphs)
        if how not in self._seen:
            raise ValueError(f"how {how!r} is not among {', '.join([*self._seen, 'random graph', 'ensemble'])}")
        from sklearn.linear_model import LogisticRegression

        fit = LogisticRegression().fit(self._seen[how](self.known), self.known.truth > 0)
        return np.asarray(fit.predict_proba(self._seen[how](new))[:, 1])

    def ceiling(self, new: Cohort, relatedness: float) -> Array:
        """P(true) when codes and relatedness are known: exact belief propagation, each quirk a node of a star."""
        edges = np.column_stack([np.arange(len(new.truth)), len(new.truth) + new.group])
        own = np.concatenate([new.evidence, np.zeros(2 ** new.codes.shape[1])])
        return _chance(propagated(own, edges, np.arctanh(min(relatedness, 0.999)))[: len(new.truth)])

    @property
    def _seen(self) -> dict[str, Callable[[Cohort], Array]]:
        def near(some: Cohort) -> Array:
            return some.evidence[neighbours(some.looks, self.k)].mean(axis=1)

        def coded(some: Cohort) -> Array:
            code = learned_codes(self.known, some.looks)
            others, size = np.bincount(code, some.evidence)[code] - some.evidence, np.bincount(code)[code] - 1
            return np.asarray(others / np.maximum(size, 1))

        return {
            "alone": lambda some: some.evidence[:, None],
            "neighbours": lambda some: np.column_stack([some.evidence, near(some)]),
            "codes": lambda some: np.column_stack([some.evidence, coded(some)]),
        }

    @cached_property
    def _pull(self) -> float:
        """Coupling along graphs with the best Brier score on the labelled cohort."""

        def loss(pull: float) -> float:
            told = self._spread(self.known, pull, np.random.default_rng(0), 5)
            return float(np.mean((told - (self.known.truth > 0)) ** 2))

        return min([0.0, 0.1, 0.2, 0.4], key=loss)

    def _spread(self, some: Cohort, pull: float, rng: np.random.Generator, graphs: int) -> Array:
        size, odds = some.looks.shape[1], []
        for _ in range(graphs):
            near = neighbours(some.looks[:, rng.permutation(size)[: size // 2]], 3)
            pairs = np.column_stack([np.repeat(np.arange(len(near)), 3), near.ravel()])
            odds.append(propagated(some.evidence, np.unique(np.sort(pairs), axis=0), pull, steps=15))
        return _chance(np.mean(odds, axis=0))


def contradictions(p: ArrayLike, groups: ArrayLike) -> float:
    """Share of pairs of equivalent items (of one group) on which the verdicts, P above ½ or not, differ.

    Examples
    --------
    >>> contradictions([0.9, 0.2, 0.8, 0.7], [1, 1, 1, 2]) == 2 / 3  # of three pairs, two
    True
    """
    group = np.unique(np.asarray(groups), return_inverse=True)[1]
    size, yes = np.bincount(group), np.bincount(group, np.asarray(p, dtype=float) > 0.5)
    pairs = (size * (size - 1)).sum()
    return float(2 * (yes * (size - yes)).sum() / pairs) if pairs else np.nan


def neighbours(looks: ArrayLike, k: int) -> Whole:
    """The k nearest other items of each, shape (N, k).

    Examples
    --------
    >>> neighbours([[0.0], [1.0], [5.0]], 1).ravel().tolist()
    [1, 0, 1]
    """
    from sklearn.neighbors import NearestNeighbors

    return np.asarray(NearestNeighbors(n_neighbors=k).fit(looks).kneighbors(return_distance=False), dtype=np.intp)


def learned_codes(known: Cohort, looks: ArrayLike) -> Whole:
    """Binary codes of items, learned bit by bit from a cohort whose predicates are known, as numbers, shape (N,).

    Examples
    --------
    >>> known, new = (cohort(400, 1.0, rng=np.random.default_rng(seed), blur=0.1) for seed in (1, 2))
    >>> bool((learned_codes(known, new.looks) == new.group).all())
    True
    """
    from sklearn.linear_model import LogisticRegression

    bits = [LogisticRegression().fit(known.looks, bit).predict(looks) for bit in known.codes.T]
    return np.asarray(np.column_stack(bits) @ (1 << np.arange(len(bits))), dtype=np.intp)


def _drawn(truth: Array, rng: np.random.Generator) -> Array:
    """A log likelihood ratio for each item."""
    return np.asarray(truth * _SIGNAL**2 / 2 + _SIGNAL * rng.standard_normal(len(truth)))


def _chance(odds: Any) -> Array:
    from scipy.special import expit

    return np.asarray(expit(odds))
