"""``python -m beliefsim.studies``: the published systems, their rooms and notebooks. No room is imported."""

from pathlib import Path

import pandas as pd

print(pd.read_csv(Path(__file__).parent / "rooms.csv", dtype=str).to_string(index=False))
