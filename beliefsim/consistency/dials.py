"""The dials of a scripted population, and the trait effects that they plant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from beliefsim.agents.agent import check_dials

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Dials:
    """What is planted.

    Parameters
    ----------
    coupling : float, in [−1, 1]
        Correlation of stated and done level effects, free of noise.
    amplitude : float, 0 or more
        Size of stated effects over that of done ones.
    eta_squared : float or mapping of attribute to float
        Each attribute's share of the variance of sends before they are rounded; the shares must sum to less than 1.
    compliance : float, in [0, 1]
        How far an imposed ranking displaces own effects.
    elicitation_noise : float, 0 or more
        S.d. of what each statement adds by chance, relative to that of stated effects. Uncorrected, coupling is seen
        as coupling/√(1 + elicitation_noise²).
    stability : float, in [0, 1]
        Share of the variance besides traits that belongs to the person; the rest is new in each draw.
    frame_noise : float, 0 or more
        S.d. of the shift that a wording makes, relative to `sd`.
    mean, sd : float
        Of sends, as shares of the largest legal one.

    Examples
    --------
    >>> bs.Dials(coupling=0.5).eta_squared
    0.05
    """

    coupling: float = 1.0
    amplitude: float = 1.0
    eta_squared: float | Mapping[str, float] = field(default=0.05, hash=False)
    compliance: float = 1.0
    elicitation_noise: float = 0.0
    stability: float = 0.5
    frame_noise: float = 0.0
    mean: float = 0.5
    sd: float = 0.2

    def __post_init__(self) -> None:
        shares = dict.fromkeys(("compliance", "stability", "mean", "sd"), (0, 1))
        sizes = dict.fromkeys(("amplitude", "elicitation_noise", "frame_noise"), (0, np.inf))
        check_dials(self, coupling=(-1, 1), **shares, **sizes)


def planted_effects(
    share: Array, sizes: Sequence[int], eta_squared: Array, dials: Dials, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Done effects w and stated effects w′ of the stacked levels, as shares of the largest send.

    w′ = amplitude · (coupling · w + √(1 − coupling²) · w⊥), w⊥ orthogonal to w and of equal norm in the inner product
    weighted by `share`, the share of personas with each level.
    """
    scale = np.repeat(dials.sd * np.sqrt(eta_squared), sizes)
    done, other = (_unit(rng.standard_normal(len(scale)), share, sizes) * scale for _ in range(2))
    inner = share @ done**2
    if inner > 0:
        other -= done * (share @ (done * other)) / inner
        spread = share @ other**2
        # One attribute with two levels leaves no room for an orthogonal part.
        if spread < 1e-12 * inner and abs(dials.coupling) < 1:
            raise ValueError("coupling between −1 and 1 needs more than one attribute of two levels")
        other *= np.sqrt(inner / spread) if spread > 0 else 0.0
    c = dials.coupling
    return done, dials.amplitude * (c * done + np.sqrt(1 - c**2) * other)


def shares_of(population: Any) -> dict[str, dict[str, float]]:
    """Attribute → {level: share} of a people table or of given levels."""
    if isinstance(population, pd.DataFrame):
        traits = population.select_dtypes("category").items()
        counts = {str(name): levels.value_counts(normalize=True, sort=False) for name, levels in traits}
        shares = {name: count.rename(str).to_dict() for name, count in counts.items()}
    else:
        shares = {
            name: dict(levels) if isinstance(levels, Mapping) else dict.fromkeys(map(str, levels), 1 / len(levels))
            for name, levels in dict(population).items()
        }
    if not shares:
        raise ValueError("a scripted population needs attributes: a people table or {attribute: levels}")
    return shares


def _unit(values: Array, share: Array, sizes: Sequence[int]) -> Array:
    """Values centred and of variance 1 within each attribute, weighted by share."""
    starts = np.cumsum([0, *sizes[:-1]])
    values = values - np.repeat(np.add.reduceat(share * values, starts), sizes)
    spread = np.sqrt(np.add.reduceat(share * values**2, starts))
    return values / np.repeat(np.where(spread > 0, spread, 1.0), sizes)
