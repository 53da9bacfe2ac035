"""The same personas' amounts in two conditions, beside their scores under an imposed and an own ranking."""

from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.measures import Estimate
from beliefsim.measures.estimate import interval

from .cells import level_codes
from .effects import effects
from .ranks import rank_scores

Array = NDArray[np.float64]
COLLINEAR = 1 - 1e-9
_GROUPS = 20  # left out in turn; each fifth of the personas is four of them


class Pairs:
    """Personas read in both conditions, with their amounts (N,) and their scores under the table's two rankings.

    A score is Σ over attributes of ((K + 1)/2 − rank)/K; a level without rank counts 0.
    """

    def __init__(self, people: pd.DataFrame, table: pd.DataFrame, after: Array, before: Array) -> None:
        self.after, self.before = after, before
        rankings = [ranks for _, ranks in table.groupby("attribute", sort=False)]
        self.sizes = [len(ranks) for ranks in rankings]
        names = ((str(ranks["attribute"].iloc[0]), ranks["level"].astype(str).tolist()) for ranks in rankings)
        self.codes = [level_codes(people, *named) for named in names]
        self.by_attribute, own = (self._scores([ranks[name] for ranks in rankings]) for name in ("imposed", "own"))
        self.imposed, self.own = self.by_attribute.sum(axis=0), own.sum(axis=0)

    def _scores(self, ranks: list[pd.Series]) -> Array:
        """Each persona's score in each attribute, shape (A, N)."""
        codes = zip(ranks, self.codes, strict=True)
        return np.array([np.append(rank_scores(each), 0.0)[code] for each, code in codes])

    @property
    def agreement(self) -> float:
        """Correlation of imposed with own scores; missing where either does not vary."""
        if not (np.ptp(self.imposed) > 0 and np.ptp(self.own) > 0):
            return float("nan")
        return float(np.corrcoef(self.imposed, self.own)[0, 1])

    def pull(self, without: int | None = None) -> Estimate:
        """θ of all personas, or of those not in a group."""
        if not np.ptp(self.imposed) > 0:
            return Estimate(np.nan, note="none: the imposed ranking does not vary over these personas")
        if abs(self.agreement) > COLLINEAR:
            note = "none: imposed and own rankings are collinear; use an independent random ranking"
            return Estimate(np.nan, note=note)
        kept = self._group != without
        columns = [np.ones(len(kept)), self.imposed, self.own, self._predicted(without)]
        design = np.column_stack(columns)[kept]
        (value,), influence = slopes(design, (self.after - self.before)[kept, None])
        return interval(float(value), float(np.sqrt((influence**2).sum())), len(design) - design.shape[1])

    def full(self, without: int | None = None) -> float:
        """θ_full: size of trait effects under the placebo over that of imposed scores; missing if none are found."""
        kept, signal = self._group != without, 0.0
        for code in self.codes:
            inside = kept & (code >= 0)
            signal += float(np.nan_to_num(effects(self.before[inside], code[inside]).signal[0])) / kept.sum()
        spread = self.by_attribute[:, kept].var(axis=1).sum()
        return float(np.sqrt(signal / spread)) if signal > 0 and spread > 0 else float("nan")

    def without_groups(self) -> Array:
        """θ and θ_full without each group of personas in turn, shape (groups, 2)."""
        return np.array([(self.pull(group).value, self.full(group)) for group in np.unique(self._group)])

    @cached_property
    def _group(self) -> NDArray[np.intp]:
        return np.arange(len(self.after)) % _GROUPS

    @cached_property
    def _levels(self) -> Array:
        """Membership in the levels, shape (N, L), and a last column of ones."""
        blocks = [code[:, None] == np.arange(size) for code, size in zip(self.codes, self.sizes, strict=True)]
        return np.column_stack([*blocks, np.ones(len(self.before))])

    @cached_property
    def _products(self) -> tuple[Array, Array]:
        """Cross-products of levels, and of levels with amounts, by group of personas."""
        groups = [np.flatnonzero(self._group == group) for group in range(_GROUPS)]
        pairs = np.array([self._levels[group].T @ self._levels[group] for group in groups])
        return pairs, np.array([self._levels[group].T @ self.before[group] for group in groups])

    def _predicted(self, without: int | None) -> Array:
        """Amount that each persona's levels predict, fitted on the other four fifths of the personas."""
        number = np.arange(_GROUPS)
        predicted = np.empty(len(self.before))
        for fold in range(5):
            used = (number % 5 != fold) & (number != without)
            pairs, amounts = (products[used].sum(axis=0) for products in self._products)
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
