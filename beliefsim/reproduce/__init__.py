"""Run the paper's notebooks headlessly and collect what they write: `beliefsim reproduce`."""

from __future__ import annotations

from .notebooks import Changes, Notebook, selected
from .run import Busy, Outcome, reproduce

__all__ = ["Busy", "Changes", "Notebook", "Outcome", "reproduce", "selected"]
