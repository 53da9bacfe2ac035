"""Run the paper's notebooks headlessly and collect what they write: `beliefsim reproduce`."""

from __future__ import annotations

from .notebooks import Changes, Notebook, selected
from .run import Outcome, reproduce

__all__ = ["Changes", "Notebook", "Outcome", "reproduce", "selected"]
