"""How far an argument or a talk moved a listener, and how well the speaker knew the listener's mind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    pass

Array = NDArray[np.float64]
