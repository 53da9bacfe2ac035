"""How often intervals cover what was planted: `python -m benchmarks.coverage` writes results/coverage.json.

Studies by name (all without one): *core*, and those of `benchmarks.persuasion` and `benchmarks.minds`. Each replication
of *core* draws new people and new effects, lets the scripted population play and state, and goes through `compare`,
`conditioning` and `slope_over_frames`, as a study does. Coupling and amplitude count where the omnibus test lets them
through, displacement where its interval is bounded (`replications` says how often that was). An interval without width
that is just the truth, as where nothing is left to chance, does not count.
"""

from __future__ import annotations

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

import beliefsim as bs
from beliefsim import paths, schema
from beliefsim.consistency import Dials, ScriptedPopulation, compare, conditioning
from beliefsim.run import Run
from beliefsim.studies.robustness import slope_over_frames
from benchmarks import minds, persuasion
from benchmarks.persuasion import Hit

__all__ = ["STUDIES", "run"]

GAME = bs.games.TrustGame()
TRAITS = list(bs.personas.TEST_ATTRIBUTES)
QUESTION = GAME.question("sent", by=TRAITS)
FRAMES, STRETCH = 8, 0.5  # wordings, and the s.d. by which they stretch trait effects
SESSIONS = 6000  # at once, of several replications


def run(study: str, replications: int = 1000, processes: int | None = None) -> list[dict[str, Any]]:
    """Coverage of every interval of a study: a row per statistic, setting and N."""
    replicate, sizes, rows = *STUDIES[study], []
    with ProcessPoolExecutor(processes) as pool:
        for n in sizes:
            many = min(max(SESSIONS // n, 1), 100)
            counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
            for hits in pool.map(partial(_batch, replicate, n, many), range(1, -(-replications // many) + 1)):
                for statistic, setting, truth, low, high in hits:
                    if np.isfinite(low) and np.isfinite(high) and max(high - truth, truth - low) > 1e-9:
                        counts[statistic, setting].append(low <= truth <= high)
            for (statistic, setting), covered in counts.items():
                share, size = round(float(np.mean(covered)), 4), len(covered)
                row = {"study": study, "statistic": statistic, "setting": setting, "n": n, "nominal": 0.95}
                rows.append(row | {"covered": share, "replications": size})
                print(*rows[-1].values(), sep="\t", flush=True)
    return rows


def _batch(replicate: Callable[[int, int, int], Iterator[Hit]], n: int, many: int, seed: int) -> list[Hit]:
    return list(replicate(n, many, seed))


def core(n: int, many: int, seed: int) -> Iterator[Hit]:
    """The say–do slope and its kin, for people of several effects and couplings."""
    for number in range(seed * many, (seed + 1) * many):
        for eta in (0.01, 0.05):
            for coupling in (0.0, 0.5, 1.0):
                for name, truth, low, high in _intervals(n, eta, coupling, number):
                    yield name, f"η² {eta:g}, coupling {coupling:g}", truth, low, high


def _intervals(n: int, eta: float, coupling: float, seed: int) -> Iterator[tuple[str, float, float, float]]:
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
) -> Iterator[tuple[str, float, float, float]]:
    prior = bs.Prior(stated, rho=None, seed=seed)
    after = bs.play(GAME, agent.given(prior), people, seed=seed + 1_000_000)
    found = conditioning(after, placebo, people, prior, full=agent.full_pull * GAME.endowment)
    yield "pull", 0.5 * agent.full_pull * GAME.endowment, found.pull.low, found.pull.high
    yield "displacement", 0.5, found.displacement.low, found.displacement.high


def _frames(
    agent: ScriptedPopulation, people: pd.DataFrame, stated: pd.DataFrame, seed: int
) -> tuple[str, float, float, float]:
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


STUDIES = {"core": (core, (50, 200, 1000)), **persuasion.STUDIES, **minds.STUDIES}


def main() -> None:
    """Write results/coverage.json, study by study; those that do not run now keep their rows."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("studies", nargs="*", metavar="study", help=f"among {', '.join(STUDIES)}")
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--processes", type=int)
    given = parser.parse_args()
    if unknown := [name for name in given.studies if name not in STUDIES]:
        parser.error(f"no study {', '.join(unknown)}; there are {', '.join(STUDIES)}")
    os.environ.update([Run(study="coverage").setting])  # no progress bars
    file = paths.results() / "coverage.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    for study in given.studies or STUDIES:
        rows = run(study, given.replications, given.processes)
        kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        rows = [row for row in kept if row["study"] != study] + rows
        file.write_text(json.dumps(rows, indent=0, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
