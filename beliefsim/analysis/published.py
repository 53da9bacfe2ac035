"""Published rank correlations against chance: medians and weighted means of tables of ρ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .ranks import Discrete, median_null, rho_null


def random_medians(levels: Sequence[int]) -> Discrete:
    """Exact distribution of the median ρ over attributes with these numbers of levels, rankings being random.

    Examples
    --------
    >>> nine = random_medians([4, 3, 6, 5, 3, 4, 3, 2, 4])
    >>> round(nine.sd, 3), round(nine.at_least(.4), 2)
    (0.37, 0.26)
    """
    return median_null([untied(k) for k in levels])


def untied(levels: int) -> Discrete:
    """Exact distribution of ρ between two random rankings of so many levels, without ties."""
    order = np.arange(levels, dtype=float)
    return rho_null(order, order)
