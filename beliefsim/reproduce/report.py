"""One page about one model: `beliefsim report MODEL`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from beliefsim import paths
from beliefsim.outputs import readable
from beliefsim.reproduce import page
from beliefsim.reproduce.manifest import read as read_manifest
from beliefsim.reproduce.notebooks import Notebook
from beliefsim.reproduce.run import reproduce
from beliefsim.schema import term

__all__ = ["STUDIES", "report", "rows"]

STUDIES = ("02_trust_population", "02b_trust_conditioning", "03_trust_forecast", "03b_trust_belief_act")
_PICTURES = (("02_trust_population", "stated_against_done_0"), ("03_trust_forecast", "error_by_horizon"))
_COLUMNS = ["metric", "of", "value", "low", "high", "null", "null_low", "null_high", "n", "note"]


def report(notebooks: Sequence[Notebook], model: str) -> Path:
    """Run notebooks, of `STUDIES`, with one model, and write its card; gives its path.

    Replies come from recordings where they are there. The studies' own results are not touched: the card,
    ``card.html`` beside ``card.csv``, stands in ``results/reports/<model>/``, with everything that it rests on.
    """
    folder = paths.results() / "reports" / paths.file_name(model)
    alone = [replace(each, values={**each.values, "arms": [model]}) for each in notebooks]
    silent = _silent(alone[0], model)
    outcomes = [] if silent else reproduce(alone, results=folder)
    failed = [outcome.error for outcome in outcomes if outcome.status == "failed"]
    card = rows(folder) if not silent else pd.DataFrame(columns=_COLUMNS)
    folder.mkdir(parents=True, exist_ok=True)
    card.to_csv(folder / "card.csv", index=False)
    text = _page(model, folder, card, [silent] if silent else failed, alone)
    (folder / "card.html").write_text(text, encoding="utf-8", newline="\n")
    return folder / "card.html"


def rows(results: Path) -> pd.DataFrame:
    """The card's numbers, from the tables that the studies left in a results folder.

    Returns
    -------
    DataFrame
        ``metric``, ``of`` (instrument, condition or trustee), ``value`` with ``low`` and ``high``, the named ``null``
        with its band, ``n`` personas and ``note``; a study without tables has no rows.
    """
    found = [part for study, read in _READ.items() for part in read(lambda name, of=study: _table(results, of, name))]
    parts = [part for part in found if len(part)]
    return pd.concat(parts, ignore_index=True).reindex(columns=_COLUMNS) if parts else pd.DataFrame(columns=_COLUMNS)


def _population(table: Any) -> Iterator[pd.DataFrame]:
    yield table("headline").rename(columns={"instrument": "of"})
    reads = table("read_rates").melt("arm", var_name="of").drop(columns="arm", errors="ignore")
    legal = reads["of"] == "legal mass" if len(reads) else []
    yield reads.assign(metric=["legal mass" if each else "read rate" for each in legal]) if len(reads) else reads


def _conditioning(table: Any) -> Iterator[pd.DataFrame]:
    found = table("pull_and_displacement").rename(columns={"condition": "of"})
    yield found[found["metric"].eq("pull")] if len(found) else found


def _forecasts(table: Any) -> Iterator[pd.DataFrame]:
    slopes = table("horizon_slopes").rename(columns={"slope": "value"})
    yield slopes.assign(metric="horizon slope", of=slopes["terms"].map(_trustee)) if len(slopes) else slopes
    skill = table("skill_table").rename(columns={"skill": "value"})
    if len(skill):
        near = skill[(skill["horizon"] == 1) & (skill["reference"] == "own_mean")]
        yield near.assign(metric="forecast skill, 1 ahead", of=near["terms"].map(_trustee))


def _acting(table: Any) -> Iterator[pd.DataFrame]:
    edge = table("edge")
    names = {"regret": "own-belief regret", "best_response": "best-response rate"}
    units = {"regret": "dollars", "best_response": "share"}
    yield edge.assign(metric=edge["metric"].map(names), of=edge["metric"].map(units)) if len(edge) else edge


_READ = dict(zip(STUDIES, (_population, _conditioning, _forecasts, _acting), strict=True))


def _table(results: Path, study: str, name: str) -> pd.DataFrame:
    file = results / "tables" / study / f"{name}.csv"
    return pd.read_csv(file) if file.exists() else pd.DataFrame(columns=["arm", "metric", "instrument", "condition"])


def _trustee(terms: str) -> str:
    return term(terms, "trustee").replace("_", " $")


def _silent(notebook: Notebook, model: str) -> str:
    """Why there is nothing to report: of six people and one statement, nothing could be read."""
    import beliefsim as bs

    given = notebook.parameters
    agent = bs.LanguageAgent(bs.Model(model, base_url=given["base_url"] or None, live=given["live"]))
    game, people = bs.games.TrustGame(), bs.personas.sample(given["n"], design="factorial", seed=given["seed"])
    moves = bs.play(game, agent, people.iloc[:6], seed=given["seed"])
    said = bs.elicit(game.question("sent", by=bs.personas.TEST_ATTRIBUTES[:1]), bs.GroupMeans(), agent)
    if moves["move"].notna().any() or said["value"].notna().any():
        return ""
    return (
        f"Read rate 0: of {len(moves)} moves and {len(said)} statements none was legal, so no number is printed. "
        "beliefsim.reply shows what came back."
    )


def _page(model: str, folder: Path, card: pd.DataFrame, troubles: Sequence[str], notebooks: Sequence[Notebook]) -> str:
    manifest = read_manifest(folder)
    sizes = ", ".join(f"{each.name} N = {each.parameters['n']}" for each in notebooks)
    facts = [f"Frame neutral; {sizes}.", *(f"{name} {digest[:16]}" for name, digest in _hashes(manifest, model))]
    body = [f"<header><h1>{escape(model)}</h1><p>{escape(' '.join(facts))}</p></header>"]
    body += [f'<p class="failed">{escape(trouble)}</p>' for trouble in troubles]
    if len(card):
        lines = (map(_cell, row) for row in card.itertuples(index=False))
        body.append(page.grid((name.replace("_", " ") for name in _COLUMNS), lines, model))
    body += [page.picture(folder, study, name) for study, name in _PICTURES]
    body.append("<p>What a model does here is what it does; it is no evidence about people.</p>")
    return page.filled(f"beliefsim: {model}", body)


def _hashes(manifest: dict[str, Any], model: str) -> Iterator[tuple[str, str]]:
    if digest := manifest.get("models", {}).get(model, {}).get("sha256"):
        yield "weights", digest
    for file, digest in manifest.get("recordings", {}).items():
        if model in file and any(study in file for study in STUDIES):
            yield file, digest


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return page.cell(value)
    shown = "" if pd.isna(value) else f"{value:g}" if float(value).is_integer() else readable(float(value))
    return page.cell(shown, "number")
