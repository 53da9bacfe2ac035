"""Trustors whose forecasts and beliefs are planted, so that the numbers that come back can be checked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
