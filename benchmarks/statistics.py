"""Speed of the statistics: nulls over ten thousand permutations, and a million personas from play to result."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time

import numpy as np

import beliefsim as bs
from beliefsim.agents import Dials, ScriptedPopulation
from beliefsim.analysis.cells import Cells
from beliefsim.analysis.choices import Choices
from beliefsim.analysis.statistics import Statistics

__all__ = ["run"]

SIZES = (1_000_000, 2_000_000, 4_000_000, 10_000_000)
_LEVELS = (4, 3, 6, 5, 3, 4, 3, 2, 4)


def run(sizes: tuple[int, ...] = SIZES[:1]) -> dict[str, float]:
    """Seconds and megabytes; each number of personas in a process of its own, so that its peak is its own."""
    found = {"null_10k_permutations_s": nulls()}
    for size in sizes:
        asked = [sys.executable, "-m", "benchmarks.statistics", str(size)]
        done = subprocess.run(
            asked, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | {"BELIEFSIM_QUIET": "1"}
        )
        seconds, megabytes = map(float, done.stdout.split())
        name = "million_personas" if size == 1_000_000 else f"{size // 1_000_000}_million_personas"
        found |= {f"{name}_s": seconds, f"{name}_peak_mb": megabytes}
    return found


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
