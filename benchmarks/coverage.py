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

import numpy as np
import pandas as pd

import beliefsim as bs
from beliefsim import paths, schema
from beliefsim.agents import Dials, ScriptedPopulation
from beliefsim.analysis import compare, conditioning, perturbed, ranking, slope_over_frames

__all__ = ["run"]

GAME = bs.games.TrustGame()
TRAITS = list(bs.personas.TEST_ATTRIBUTES)
QUESTION = GAME.question("sent", by=TRAITS)
GRID = [(n, eta, c) for n in (50, 200, 1000) for eta in (0.01, 0.05) for c in (0.0, 0.5, 1.0)]
FRAMES, STRETCH = 8, 0.5  # wordings, and the s.d. by which they stretch trait effects
Hit = tuple[str, float, float, float]


def run(replications: int = 1000, grid: list[tuple[int, float, float]] | None = None) -> pd.DataFrame:
    """Coverage of every interval; columns statistic, N, eta_squared, coupling, nominal, covered, replications."""
    rows = []
    for n, eta, coupling in grid or GRID:
        counts: dict[str, list[bool]] = defaultdict(list)
        for seed in range(replications):
            for name, truth, low, high in _replication(n, eta, coupling, seed):
                if np.isfinite(low) and np.isfinite(high):
                    counts[name].append(low <= truth <= high)
        for name, hits in counts.items():
            rows.append((name, n, eta, coupling, 0.95, round(float(np.mean(hits)), 4), len(hits)))
            print(*rows[-1], sep="\t", flush=True)
    columns = ["statistic", "N", "eta_squared", "coupling", "nominal", "covered", "replications"]
    return pd.DataFrame(rows, columns=columns)


def _replication(n: int, eta: float, coupling: float, seed: int) -> Iterator[Hit]:
    people = bs.personas.sample(n, seed=seed, attributes=TRAITS)
    # An s.d. of .15 of the endowment: clipping then takes nothing that 1,000 replications could show.
    dials = Dials(coupling=coupling, eta_squared=eta, compliance=0.5, sd=0.15)
    agent = ScriptedPopulation(people, dials, seed=seed)
    stated = bs.elicit(QUESTION, bs.GroupMeans(), agent)
    played = bs.play(GAME, agent.given_ranking(None, "placebo"), people, seed=seed)
    result = compare(stated, played, people, seed=seed, permutations=199)
    for name, truth in (("slope", coupling), ("slope_adjusted", coupling), ("coupling", coupling), ("amplitude", 1.0)):
        row = result.row(name)
        yield name, truth, row["low"], row["high"]
    yield from _conditions(agent, people, stated, played, seed)
    if n <= 200:
        yield _frames(agent, people, stated, seed)


def _conditions(
    agent: ScriptedPopulation, people: pd.DataFrame, stated: pd.DataFrame, placebo: pd.DataFrame, seed: int
) -> Iterator[Hit]:
    own = ranking(stated)
    imposed = perturbed(own, None, np.random.default_rng(seed))
    after = bs.play(GAME, agent.given_ranking(imposed, "independent"), people, seed=seed + 1_000_000)
    found = conditioning(after, placebo, people, imposed=imposed, own=own)
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
