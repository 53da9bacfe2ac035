"""How many personas and wordings a say–do slope needs: standard error, power, minimum detectable slope."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Plan:
    """A study of the say–do slope, every persona playing every wording once.

    Parameters
    ----------
    personas : int
    frames : int
        Wordings crossed with personas.
    levels : sequence of int
        Number of levels of each attribute.
    eta_squared : float
        Each attribute's share of the variance of sends.
    coupling, amplitude : float
        Of stated with done effects; the slope is coupling/amplitude.
    frame_noise : float
        S.d. of the slope between wordings, relative to the done effects' own size: 0 if wordings only shift the level.
    draw_share : float, in [0, 1]
        Share of the variance besides traits that is new in each wording's play; the rest belongs to the person.

    Examples
    --------
    >>> round(power(Plan(200, eta_squared=0.01, coupling=0.5)), 2)
    0.57
    """

    personas: int
    frames: int = 1
    levels: Sequence[int] = (4, 3, 6, 5, 3, 4, 3, 2, 4)
    eta_squared: float = 0.05
    coupling: float = 1.0
    amplitude: float = 1.0
    frame_noise: float = 0.0
    draw_share: float = 0.5

    def __post_init__(self) -> None:
        if self.personas < 2 or self.frames < 1:
            raise ValueError(f"Plan: {self.personas} personas and {self.frames} frames; at least 2 and 1 are needed")
        if not 0 < self.eta_squared * len(self.levels) < 1:
            shares = f"eta_squared {self.eta_squared} over {len(self.levels)} attributes"
            raise ValueError(f"Plan: {shares} must come to more than 0 and less than 1")

    @property
    def slope(self) -> float:
        """Dollars done per dollar stated."""
        return self.coupling / self.amplitude

    @property
    def traits(self) -> float:
        """Share of variance of all attributes together."""
        return self.eta_squared * len(self.levels)


def slope_error(plan: Plan) -> float:
    """Standard error of the slope.

    In a randomised factorial the numerator Σ z·y, z a persona's stated effects together, is disturbed by noise, with
    variance noise·amplitude²·traits, and by attributes going together by chance, Σ_{a≠b} x_a·w_b, with variance
    (1 + coupling²)·amplitude²·traits²·(A − 1)/A. Between wordings the slope itself varies.
    """
    traits, noise, count = plan.traits, 1 - plan.traits, len(plan.levels)
    noise *= (1 - plan.draw_share) + plan.draw_share / plan.frames
    together = (1 + plan.coupling**2) * traits * (count - 1) / count
    sampling = (noise + together) / (plan.amplitude**2 * traits) / plan.personas
    between = (plan.frame_noise / plan.amplitude) ** 2 / plan.frames
    return float(np.sqrt(sampling + between))


def power(plan: Plan, level: float = 0.05) -> float:
    """Chance that the two-sided test of a zero slope rejects."""
    from scipy.special import ndtr, ndtri

    critical = slope_error(replace(plan, coupling=0.0)) * ndtri(1 - level / 2)
    error = slope_error(plan)
    return float(ndtr((plan.slope - critical) / error) + ndtr((-plan.slope - critical) / error))


def minimum_detectable_slope(plan: Plan, wanted: float = 0.8, level: float = 0.05) -> float:
    """Smallest slope that the plan finds with the wanted power; missing when not even coupling 1 is enough."""
    from scipy.optimize import brentq

    def lack(coupling: float) -> float:
        return power(replace(plan, coupling=coupling), level) - wanted

    if lack(1.0) < 0:
        return float("nan")
    return float(brentq(lack, 0.0, 1.0)) / plan.amplitude


def needed_personas(plan: Plan, wanted: float = 0.8, level: float = 0.05) -> int | None:
    """Fewest personas that give the wanted power with the plan's wordings; None when a million are not enough."""
    sizes = range(2, 1_000_001)
    first = bisect_left(sizes, True, key=lambda size: power(replace(plan, personas=size), level) >= wanted)
    return sizes[first] if first < len(sizes) else None


def power_table(
    plan: Plan,
    personas: Iterable[int] = (50, 100, 200, 500, 1000),
    frames: Iterable[int] = (1, 8),
    eta_squared: Iterable[float] = (0.01, 0.05),
    coupling: Iterable[float] = (0.25, 0.5, 1.0),
) -> pd.DataFrame:
    """Power and minimum detectable slope over a grid of plans.

    Returns
    -------
    DataFrame
        Columns `personas`, `frames`, `eta_squared`, `coupling`, `slope`, `slope_error`, `power`,
        `minimum_detectable_slope`.

    Examples
    --------
    >>> plan = bs.consistency.Plan(personas=50, levels=[4, 3, 5])
    >>> table = bs.consistency.power_table(plan, personas=[50, 500], frames=[1], eta_squared=[0.05], coupling=[0.5])
    >>> table[["personas", "power"]].round(2)
       personas  power
    0        50   0.29
    1       500   0.99
    """
    rows = []
    for n, f, eta, c in product(personas, frames, eta_squared, coupling):
        one = replace(plan, personas=n, frames=f, eta_squared=eta, coupling=c)
        rows.append((n, f, eta, c, one.slope, slope_error(one), power(one), minimum_detectable_slope(one)))
    names = ["personas", "frames", "eta_squared", "coupling", "slope", "slope_error", "power"]
    return pd.DataFrame(rows, columns=[*names, "minimum_detectable_slope"])
