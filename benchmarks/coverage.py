"""How often intervals cover what was planted: `python -m benchmarks.coverage` writes results/coverage.csv.

Each replication draws new people and new effects, lets the scripted population play and state, and goes through
`compare`, `conditioning` and `slope_over_frames`, as a study does. Coupling and amplitude count where the omnibus test
lets them through; displacement where its interval is bounded (`replications` says how often that was).
"""

from __future__ import annotations

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
import pandas as pd

import beliefsim as bs
from beliefsim import paths, schema
from beliefsim.agents import Dials, ScriptedPopulation
from beliefsim.analysis import compare, conditioning, slope_over_frames

__all__ = ["run"]

GAME = bs.games.TrustGame()
TRAITS = list(bs.personas.TEST_ATTRIBUTES)
QUESTION = GAME.question("sent", by=TRAITS)
GRID = [(n, eta, c) for n in (50, 200, 1000) for eta in (0.01, 0.05) for c in (0.0, 0.5, 1.0)]
FRAMES, STRETCH = 8, 0.5  # wordings, and the s.d. by which they stretch trait effects
Cell = tuple[int, float, float]
Hit = tuple[str, float, float, float]


def run(replications: int = 1000, grid: list[Cell] | None = None, processes: int | None = None) -> pd.DataFrame:
    """Coverage of every interval; columns statistic, N, eta_squared, coupling, nominal, covered, replications."""
    rows = []
    with ProcessPoolExecutor(processes) as pool:
        for cell in grid or GRID:
            counts: dict[str, list[bool]] = defaultdict(list)
            for hits in pool.map(partial(_replication, *cell), range(replications), chunksize=10):
                for name, truth, low, high in hits:
                    if np.isfinite(low) and np.isfinite(high):
                        counts[name].append(low <= truth <= high)
            for name, covered in counts.items():
                rows.append((name, *cell, 0.95, round(float(np.mean(covered)), 4), len(covered)))
                print(*rows[-1], sep="\t", flush=True)
    columns = ["statistic", "N", "eta_squared", "coupling", "nominal", "covered", "replications"]
    return pd.DataFrame(rows, columns=columns)


def _replication(n: int, eta: float, coupling: float, seed: int) -> list[Hit]:
    return list(_intervals(n, eta, coupling, seed))


def _intervals(n: int, eta: float, coupling: float, seed: int) -> Iterator[Hit]:
    people = bs.personas.sample(n, seed=seed, attributes=TRAITS)
    # An s.d. of .15 of the endowment: clipping then takes nothing that 1,000 replications could show.
    dials = Dials(coupling=coupling, eta_squared=eta, compliance=0.5, sd=0.15)
    agent = ScriptedPopulation(people, dials, seed=seed)
    stated = bs.elicit(QUESTION, bs.GroupMeans(), agent)
    played = bs.play(GAME, agent, people, seed=seed)
    result = compare(stated, played, people, seed=seed, permutations=199)
    for name, truth in (("slope", coupling), ("slope_adjusted", coupling), ("coupling", coupling), ("amplitude", 1.0)):
        row = result.row(name)
        yield name, truth, row["low"], row["high"]
    yield from _conditions(agent, people, stated, played, seed)
    if n == 200 and coupling == 0.5:
        yield _frames(agent, people, stated, seed)


def _conditions(
    agent: ScriptedPopulation, people: pd.DataFrame, stated: pd.DataFrame, placebo: pd.DataFrame, seed: int
) -> Iterator[Hit]:
    prior = bs.Prior(stated, rho=None, seed=seed)
    after = bs.play(GAME, agent.given(prior), people, seed=seed + 1_000_000)
    found = conditioning(after, placebo, people, prior, full=agent.full_pull * GAME.endowment)
    yield "pull", 0.5 * agent.full_pull * GAME.endowment, found.pull.low, found.pull.high
    yield "displacement", 0.5, found.displacement.low, found.displacement.high


def _frames(agent: ScriptedPopulation, people: pd.DataFrame, stated: pd.DataFrame, seed: int) -> Hit:
    rng = np.random.default_rng(seed)
    done = agent.truth.set_index(["attribute", "level"])["done"]
    trait = sum(done[name].reindex(people[name].astype(str)).to_numpy() for name in TRAITS) * GAME.endowment
    tables = []
    for frame in range(FRAMES):
        table = bs.play(GAME, agent, people, seed=2_000_000 + seed * FRAMES + frame)
        columns = {name: table[name] for name in table} | {"frame": f"wording {frame}"}
        columns["amount"] = table["amount"] + STRETCH * rng.standard_normal() * trait
        tables.append(schema.decisions(**columns))
    row = slope_over_frames(stated, schema.concat(tables), people).iloc[0]
    return f"slope_over_{FRAMES}_frames", agent.dials.coupling, row["low"], row["high"]


def main() -> None:
    """Write results/coverage.csv."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--replications", type=int, default=1000)
    os.environ["BELIEFSIM_QUIET"] = "1"
    table = run(parser.parse_args().replications)
    paths.results().mkdir(parents=True, exist_ok=True)
    table.to_csv(paths.results() / "coverage.csv", index=False)


if __name__ == "__main__":
    main()
