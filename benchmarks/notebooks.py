"""Seconds that the paper's notebooks 00 to 03 take from recordings, with two side by side."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from beliefsim import paths
from beliefsim.reproduce.notebooks import listing

__all__ = ["run"]


def run() -> dict[str, float]:
    """Reproduce them into a folder of their own; a reply that is in no recording is an error."""
    listed = listing(paths.clone() / "notebooks" / "paper.yml")
    chosen = [word for name in listed if name[:2] <= "03" for word in ("--only", name)]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "beliefsim.cli", "reproduce", *chosen],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "BELIEFSIM_RESULTS": folder, "BELIEFSIM_WEIGHTS": folder},
        )
        return {"notebooks_00_03_replay_s": time.perf_counter() - started}
