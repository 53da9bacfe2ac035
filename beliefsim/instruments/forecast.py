"""A point forecast of a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..beliefs import Belief, Integers
from ..questions import Asking
from .instrument import Array, Cell
from .single import OneAnswer, per_session


@dataclass(frozen=True)
class Forecast(OneAnswer):
    """One number, the best estimate. Read exactly it is the median, the optimal report under absolute error.

    References
    ----------
    Gneiting (2011), doi:10.1198/jasa.2011.r10138; Mannekote et al. (2025), arXiv:2507.02197, section 5.

    Examples
    --------
    >>> coin = bs.games.Coin()
    >>> bs.elicit(coin.question("heads"), bs.Forecast(), bs.Bayes(coin))[["statistic", "value", "unit"]]
      statistic  value          unit
    0     point    5.0  heads in ten
    """

    text = "forecast"
    spaces = (Integers,)

    def cells(self, asking: Asking) -> list[Cell]:
        """The point, in the outcome's unit."""
        return [Cell("point", asking.listed.unit)]

    def read(self, text: str, asking: Asking) -> Array:
        """A legal number; another is missing."""
        said = self.said(text, asking)
        return np.array([np.nan if said is None else float(said)])

    def read_exact(self, p: Array, asking: Asking) -> Array:
        """The median of the distribution."""
        return Belief(asking.listed, p).median[None]

    def express(self, belief: Belief, asking: Asking) -> Array:
        """The median of the belief."""
        return per_session(belief.median[..., None], asking)
