"""How long `import beliefsim` and the command line's help take in a fresh process."""

from __future__ import annotations

import subprocess
import sys
import time

__all__ = ["run"]

_REPETITIONS = 5


def run() -> dict[str, float]:
    """Best of five: seconds beyond an empty Python process for the import, whole seconds for the help."""
    empty = _seconds([sys.executable, "-c", "pass"])
    imported = _seconds([sys.executable, "-c", "import beliefsim"])
    helped = _seconds([sys.executable, "-m", "beliefsim.cli", "--help"])
    return {"import_s": max(imported - empty, 0.0), "help_s": helped}


def _seconds(command: list[str]) -> float:
    taken = []
    for _ in range(_REPETITIONS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - start)
    return min(taken)
