"""Scripted listeners: a sceptic moved by social dimensions, and one whose view rests on counter-claims."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.intp]
