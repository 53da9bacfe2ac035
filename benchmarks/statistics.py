"""Speed of the statistics: nulls over ten thousand permutations, and a million personas from play to result."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

import numpy as np

import beliefsim as bs
from beliefsim.consistency import Choices, Dials, ScriptedPopulation
from beliefsim.consistency.cells import Cells
from beliefsim.consistency.statistics import Statistics
from beliefsim.run import Run

__all__ = ["run"]

SIZES = {1_000_000: "million", 2_000_000: "two_million", 5_000_000: "five_million", 10_000_000: "ten_million"}
_BYTES_PER_PERSONA = 600  # at the peak; a size that does not fit into memory is left out
_LEVELS = (4, 3, 6, 5, 3, 4, 3, 2, 4)


def run() -> dict[str, float]:
    """Seconds and megabytes, from one to ten million personas; each size in a process of its own has its own peak."""
    found = {"null_10k_permutations_s": nulls()}
    for size, name in SIZES.items():
        if size > 1_000_000 and size * _BYTES_PER_PERSONA > _memory():
            print(f"{name}_personas left out: it takes about {size * _BYTES_PER_PERSONA / 1e9:.0f} GB of memory")
            continue
        asked = [sys.executable, "-m", "benchmarks.statistics", str(size)]
        done = subprocess.run(
            asked,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env=os.environ | dict([Run(study="statistics").setting]),
        )
        seconds, megabytes = map(float, done.stdout.split())
        print(f"{size:>12,} personas {seconds:8.1f} s, {seconds / size * 1e6:6.2f} s and "
              f"{megabytes / size * 1e6:6.0f} MB a million")  # fmt: skip
        found |= {f"{name}_personas_s": seconds, f"{name}_personas_peak_mb": megabytes}
    return found


def _memory() -> float:
    """Bytes of memory of this machine; without limit where it does not say."""
    names = getattr(os, "sysconf_names", {})
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if "SC_PHYS_PAGES" in names else float("inf")


def nulls(personas: int = 200, permutations: int = 10_000) -> float:
    """Seconds for every statistic under "no trait effects": 10,000 permutations × 9 attributes."""
    rng = np.random.default_rng(1)
    starts = np.cumsum([0, *_LEVELS[:-1]])
    columns = tuple(first + rng.permutation(np.arange(personas) % k) for first, k in zip(starts, _LEVELS, strict=True))
    names = tuple(str(level) for k in _LEVELS for level in range(k))
    cells = Cells(
        tuple("abcdefghi"), names, starts, columns, rng.normal(size=len(names)), rng.integers(0, 11, personas) * 1.0
    )
    best = np.inf
    for _ in range(3):
        start = time.perf_counter()
        draws = Statistics(cells, np.full(9, 0.05), Choices(), permutations, rng).no_effects
        best = min(best, time.perf_counter() - start)
        assert len(draws.slope) == permutations
    return round(float(best), 3)


def population(size: int) -> tuple[float, float]:
    """Seconds to play, elicit and compare, and the process's peak memory in MB."""
    people = bs.personas.sample(size, seed=1)
    game = bs.games.TrustGame()
    start = time.perf_counter()
    agent = ScriptedPopulation(people, Dials(coupling=0.5), seed=1)
    decisions = bs.play(game, agent, people, seed=1)
    stated = bs.elicit(game.question("sent", by=list(bs.personas.TEST_ATTRIBUTES)), bs.GroupMeans(), agent)
    result = bs.compare(stated, decisions, people, seed=1)
    seconds = time.perf_counter() - start
    assert abs(result.row("coupling")["value"] - 0.5) < 0.02
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    return round(seconds, 2), round(peak)


if __name__ == "__main__":
    print(*population(int(sys.argv[1])))
