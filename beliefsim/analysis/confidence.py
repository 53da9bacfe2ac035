"""Confidence in an answer: how often it is high and wrong, whether it goes with being right, and how to mend it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
