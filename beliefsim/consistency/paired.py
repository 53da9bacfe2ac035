"""The same personas' amounts in two conditions, beside their scores under an imposed and an own ranking."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.interventions import Prior
from beliefsim.measures import Estimate
from beliefsim.measures.estimate import interval

from .cells import level_codes
from .effects import effects_from_sums

Array = NDArray[np.float64]
COLLINEAR = 1 - 1e-9
_GROUPS = 20  # left out in turn; each fifth of the personas is four of them


def scores(people: pd.DataFrame, prior: Prior | pd.DataFrame, which: str = "imposed") -> Array:
    """Each persona's score under a ranking, imposed or own: Σ over attributes of ((K + 1)/2 − rank)/K, shape (N,)."""
    return _by_attribute(people, table_of(prior), which).sum(axis=0)


def table_of(prior: Prior | pd.DataFrame) -> pd.DataFrame:
    """The prior's table, checked."""
    table = prior.table() if isinstance(prior, Prior) else prior
    if missing := {"attribute", "level", "imposed", "own"} - set(table.columns):
        raise ValueError(f"the prior's table lacks columns {sorted(missing)}; it should be what Prior.table() gives")
    if table.duplicated(["attribute", "level"]).any():
        raise ValueError("the prior's table has several ranks for a level; select one condition")
    return table


def _by_attribute(people: pd.DataFrame, table: pd.DataFrame, which: str) -> Array:
    """Score of each persona's level, shape (A, N); 0 where the level has no rank."""
    rows = []
    for name, part in table.groupby("attribute", sort=False):
        codes = level_codes(people, str(name), part["level"].astype(str).tolist())
        k = len(part)
        rows.append(np.append(((k + 1) / 2 - part[which].to_numpy(dtype=float)) / k, 0.0)[codes])
    return np.array(rows)


class Pairs:
    """Personas read in both conditions, with their scores and amounts."""

    def __init__(self, people: pd.DataFrame, table: pd.DataFrame, after: Array, before: Array) -> None:
        names = [
            (str(name), part["level"].astype(str).tolist()) for name, part in table.groupby("attribute", sort=False)
        ]
        self.codes = [level_codes(people, name, levels) for name, levels in names]
        self.sizes = [len(levels) for _, levels in names]
        self.by_attribute = _by_attribute(people, table, "imposed")
        self.imposed, self.own = self.by_attribute.sum(axis=0), scores(people, table, "own")
        self.after, self.before = after, before

    @property
    def agreement(self) -> float:
        """Correlation of imposed with own scores; missing where either does not vary."""
        if not (np.ptp(self.imposed) > 0 and np.ptp(self.own) > 0):
            return float("nan")
        return float(np.corrcoef(self.imposed, self.own)[0, 1])

    @property
    def groups(self) -> NDArray[np.intp]:
        """Groups of personas that a jackknife leaves out."""
        return np.arange(min(_GROUPS, len(self.after)))

    def kept(self, without: int | None) -> NDArray[np.bool_]:
        """All personas, or those not in a group."""
        return self._group != (-1 if without is None else without)

    def pull(self, without: int | None = None) -> Estimate:
        """θ of all personas, or of those not in a group."""
        if not np.ptp(self.imposed) > 0:
            return Estimate(np.nan, note="none: the imposed ranking does not vary over these personas")
        if abs(self.agreement) > COLLINEAR:
            return Estimate(
                np.nan, note="none: imposed and own rankings are collinear; use an independent random ranking"
            )
        kept = self.kept(without)
        columns = [np.ones(len(kept)), self.imposed, self.own, self._predicted(without)]
        design = np.column_stack(columns)[kept]
        (value,), influence = slopes(design, (self.after - self.before)[kept, None])
        return interval(float(value), float(np.sqrt((influence**2).sum())), len(design) - design.shape[1])

    def full(self, without: int | None = None) -> float:
        """θ_full: size of trait effects under the placebo over that of imposed scores; missing if none are found."""
        kept, signal = self.kept(without), 0.0
        for codes, size in zip(self.codes, self.sizes, strict=True):
            inside = codes[kept] >= 0
            code, amounts = codes[kept][inside], self.before[kept][inside]
            n = np.bincount(code, minlength=size).astype(float)
            sums = np.bincount(code, amounts, minlength=size).astype(float)
            there = n > 0
            squares = np.array([(amounts**2).sum()])
            found = effects_from_sums(n[there], sums[there], squares, np.array([0])).signal
            signal += float(np.nan_to_num(found[0])) / kept.sum()
        spread = self.by_attribute[:, kept].var(axis=1).sum()
        return float(np.sqrt(signal / spread)) if signal > 0 and spread > 0 else float("nan")

    @cached_property
    def _group(self) -> NDArray[np.intp]:
        return np.arange(len(self.after)) % _GROUPS

    @cached_property
    def _levels(self) -> Array:
        """Membership in the levels, shape (N, L), and a last column of ones."""
        blocks = [np.eye(size + 1)[codes][:, :-1] for codes, size in zip(self.codes, self.sizes, strict=True)]
        return np.column_stack([*blocks, np.ones(len(self.before))])

    @cached_property
    def _products(self) -> tuple[Array, Array]:
        """Cross-products of levels, and of levels with amounts, by group of personas."""
        parts = [np.flatnonzero(self._group == group) for group in range(_GROUPS)]
        pairs = np.array([self._levels[part].T @ self._levels[part] for part in parts])
        return pairs, np.array([self._levels[part].T @ self.before[part] for part in parts])

    def _predicted(self, without: int | None) -> Array:
        """Amount that each persona's levels predict, fitted on the other four fifths of the personas."""
        number = np.arange(_GROUPS)
        predicted = np.empty(len(self.before))
        for fold in range(5):
            used = (number % 5 != fold) & (number != (-1 if without is None else without))
            pairs, amounts = (part[used].sum(axis=0) for part in self._products)
            # One persona's worth of ridge makes the stacked levels separable; the mean is not shrunk.
            penalty = np.diag(np.append(np.ones(len(amounts) - 1), 0.0))
            rows = self._group % 5 == fold
            predicted[rows] = self._levels[rows] @ np.linalg.solve(pairs + penalty, amounts)
        return predicted


def slopes(design: Array, outcomes: Array) -> tuple[Array, Array]:
    """Coefficients on the design's second column, and HC3 influences of each persona, shape (N, outcomes)."""
    inverse = np.linalg.pinv(design)
    leverage = np.minimum((design * inverse.T).sum(axis=1), 1 - 1e-9)
    residual = outcomes - design @ (inverse @ outcomes)
    return (inverse @ outcomes)[1], inverse[1][:, None] * residual / (1 - leverage)[:, None]


def fieller(top: float, bottom: float, covariance: Array, freedom: int) -> Estimate:
    """Ratio with Fieller's interval, doi:10.1111/j.2517-6161.1954.tb00159.x; missing bounds where it is unbounded."""
    from scipy.special import stdtrit

    t = float(stdtrit(freedom, 0.975))
    a = bottom**2 - t**2 * covariance[1, 1]
    b = top * bottom - t**2 * covariance[0, 1]
    c = top**2 - t**2 * covariance[0, 0]
    if bottom == 0:
        return Estimate(np.nan, note="the own slope is 0")
    if a <= 0:
        return Estimate(top / bottom, note="the own slope may be 0: no bounded interval")
    root = np.sqrt(max(b**2 - a * c, 0.0))
    return Estimate(top / bottom, (b - root) / a, (b + root) / a)
