"""What a study will take and what it can find, before it runs: `beliefsim plan`.

The notebook is rehearsed: its cells run with the wanted parameters, and made-up answers stand in the model's place, so
that its own play and elicit count the requests. An exact choice is walked as if each character were a token and every
option likely, so real counts are lower or equal; the few short requests that find out once what an endpoint can do are
not counted. Verdicts on made-up answers are thrown away; the claims stay.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from beliefsim import outputs, paths, personas
from beliefsim.consistency import Plan
from beliefsim.consistency.power import minimum_detectable_slope, needed_personas
from beliefsim.outputs.ledger import plan_file
from beliefsim.reproduce import bills, manifest
from beliefsim.reproduce.child import Child
from beliefsim.reproduce.notebooks import Notebook
from beliefsim.run import Run

_ASSUMED = {"eta_squared_per_attribute": 0.05, "coupling": 0.5, "amplitude": 1.0, "power": 0.8, "level": 0.05}
COMPLETE = "complete"  # how a rehearsal should end
_REQUESTS = ("model", "calls", "recorded", "tokens_in", "tokens_out", "dollars")
_PERMUTATIONS = 200  # of nulls over made-up answers: they change no count


def plan(notebook: Notebook) -> dict[str, Any]:
    """Rehearse a notebook.

    Parameters
    ----------
    notebook : Notebook
        With the values it is to run with.

    Returns
    -------
    dict
        `study`, `written`, `commit`, `parameters`, `rehearsal` (complete, or where it stopped), `requests` (per model:
        `calls`, `recorded` replies that exist already, `tokens_in`, `tokens_out`, `dollars`, None without a price),
        `assumed`, and `claims` with `metric`, `n` and, for slopes, `minimum_detectable_slope` and `personas_needed`.
    """
    lines, ledger, ended = rehearsed(notebook)
    surroundings = manifest.surroundings()
    return {
        "study": notebook.name,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": surroundings["commit"] + (" with changes" if surroundings["dirty"] else ""),
        "parameters": dict(notebook.parameters),
        "rehearsal": ended,
        "requests": [{name: row[name] for name in _REQUESTS} for row in bills.summed(lines, "model")],
        "assumed": dict(_ASSUMED),
        "claims": [_claim(line) for line in ledger],
    }


def write(made: Mapping[str, Any]) -> Path:
    """Write a plan to ``results/plan/<study>.yml``, where the claims ledger will look for it."""
    import yaml

    file = plan_file(made["study"])
    paths.write(file, yaml.safe_dump(dict(made), sort_keys=False, allow_unicode=True, width=120))
    outputs.hide_from_git(paths.results())
    return file


def described(made: Mapping[str, Any]) -> str:
    """A plan as a person reads it."""
    lines = [f"{made['study']}: rehearsal {made['rehearsal']}", bills.listed(made["requests"])]
    for each in made["claims"]:
        found = each.get("minimum_detectable_slope")
        needed = each.get("personas_needed")
        more = f": n = {each['n']}" if each.get("n") else ""
        if "personas_needed" in each:
            more += f", minimum detectable slope {found if found is not None else 'above 1'}, needed {needed} personas"
        lines.append(f"  {each['arm']}: {each['claim']}{more}")
    wanted = made["assumed"]
    lines.append(
        f"  assumed: η² {wanted['eta_squared_per_attribute']} for each of {len(personas.TEST_ATTRIBUTES)} attributes, "
        f"amplitude {wanted['amplitude']:g}, power {wanted['power']}; needed: for coupling {wanted['coupling']}"
    )
    return "\n".join(lines)


class Rehearsed(NamedTuple):
    """What a notebook would ask (as `bills.tally_table` gives it), its ledger's lines, and how the rehearsal ended."""

    asked: pd.DataFrame
    ledger: list[Any]
    ended: str


def rehearsed(notebook: Notebook) -> Rehearsed:
    """Run a notebook with made-up answers.

    Nothing is written to the results folder: the notebook has one of its own, which is thrown away, and finds the
    replies and the people's games that are recorded in the real one.
    """
    fewer = {"permutations": _PERMUTATIONS} if "permutations" in notebook.defaults else {}
    with tempfile.TemporaryDirectory() as folder:
        tally, results = Path(folder) / "tally.jsonl", Path(folder) / "results"
        results.mkdir()
        with contextlib.suppress(OSError):  # where links are not allowed, the arm of people is not rehearsed
            (results / "human").symlink_to(paths.results().resolve() / "human", target_is_directory=True)
        real = str(paths.recordings().resolve())
        run = Run(notebook.name, str(results / "recordings"), str(tally), rehearsal=True, known=real)
        child = Child(notebook.given(fewer), Path(folder) / notebook.path.name, results, run)
        try:
            failure = child.failure()
        except BaseException:  # Ctrl-C
            child.stop()
            raise
        ended = f"stopped, so counts and claims go up to there: {failure}" if failure else COMPLETE
        claims = results / "tables" / notebook.name / "claims.csv"
        ledger = pd.read_csv(claims, keep_default_na=False).to_dict("records") if claims.exists() else []
        return Rehearsed(bills.tally_table(tally), ledger, ended)


def _claim(line: Mapping[str, Any]) -> dict[str, Any]:
    claim = {name: line[name] for name in ("claim", "arm")} | {"edge": line["edge"].partition(" ")[0]}
    if line.get("metric"):
        claim["metric"] = line["metric"]
    if line.get("n"):
        claim["n"] = int(line["n"])
    return claim | (_findable(claim["n"]) if claim.get("metric") == "slope" and claim.get("n", 0) > 1 else {})


def _findable(personas_planned: int) -> dict[str, Any]:
    levels = tuple(len(personas.levels(name)) for name in personas.TEST_ATTRIBUTES)
    design = Plan(
        personas_planned, levels=levels, eta_squared=_ASSUMED["eta_squared_per_attribute"],
        amplitude=_ASSUMED["amplitude"],
    )  # fmt: skip
    smallest = minimum_detectable_slope(design, _ASSUMED["power"], _ASSUMED["level"])
    enough = needed_personas(replace(design, coupling=_ASSUMED["coupling"]), _ASSUMED["power"], _ASSUMED["level"])
    found = round(smallest, 3) if smallest == smallest else None
    return {"minimum_detectable_slope": found, "personas_needed": enough}
