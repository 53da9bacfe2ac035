"""What the commands that run notebooks do with their options, and what they say at the end.

What is wrong with the options is a click.ClickException, before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
import pandas as pd

from beliefsim import paths
from beliefsim.models import ModelError
from beliefsim.reproduce import bills
from beliefsim.reproduce import plan as planning
from beliefsim.reproduce.notebooks import Changes, Notebook, listing, read, selected
from beliefsim.reproduce.run import Busy, Outcome, reproduce
from beliefsim.run import Run

_REPORTED = ("02_trust_population", "02b_trust_conditioning", "03_trust_forecast", "03b_trust_belief_act")


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except (ValueError, FileNotFoundError, ModelError, Busy) as error:
        raise click.ClickException(str(error)) from error


def run(
    changes: Changes, only: Iterable[str] = (), jobs: int = 2, paper: str | None = None, *, record: bool = False,
    scheduler: str = "", key_variable: str = "",
) -> None:  # fmt: skip
    """Select, change and run the notebooks; exit status 1 if one fails. `record` keeps new replies in data/."""
    listed, notebooks = _chosen(changes, only, paper)
    how = Run(base_url=changes.base_url, key_variable=key_variable, scheduler=scheduler)
    with _in_words():
        if scheduler:
            from beliefsim.models.distributed import workers

            click.echo(f"{scheduler}: {workers(scheduler)} workers (requests wait for the first)", err=True)
        outcomes = reproduce(notebooks, jobs, beside=listing(listed), record=record, run=how)
    click.echo(f"{paths.results() / 'index.html'}")
    if failed := _failures(outcomes):
        raise click.ClickException(
            f"{len(failed)} of {len(outcomes)} notebooks failed:\n" + "\n".join(failed) + "\n"
            f"Executed notebooks are in {paths.results() / 'notebooks'}. The same command runs all of them again, and "
            "asks for nothing that was answered."
        )


def rehearse(changes: Changes, only: Iterable[str] = (), paper: str | None = None) -> None:
    """Count what the notebooks would ask; nothing is sent, and nothing is written to results/."""
    counted, stopped = [], False
    for notebook in _chosen(changes, only, paper)[1]:
        lines, _, ended = planning.rehearsed(notebook)
        counted.append(lines)
        stopped = stopped or ended != "complete"
        click.echo(f"{notebook.name}: {ended}\n{bills.listed(lines)}")
    click.echo(f"together:\n{bills.listed(pd.concat(counted))}")
    click.echo("Answers were made up: nothing was sent, nothing was written.")
    raise SystemExit(stopped)


def plan(changes: Changes, only: Iterable[str] = (), paper: str | None = None) -> None:
    """Rehearse the notebooks, print what each takes and can find, and write its plan; status 1 if one stopped."""
    stopped = False
    for notebook in _chosen(changes, only, paper)[1]:
        made = planning.plan(notebook)
        stopped = stopped or made["rehearsal"] != "complete"
        click.echo(f"{planning.described(made)}\n  {planning.write(made)}")
    raise SystemExit(stopped)


def report(changes: Changes, key_variable: str = "") -> None:
    """Run the notebooks of the report, then the report's own; exit status 1 if nothing could be measured.

    They have a results folder of their own. Where the first reads nothing of what a model says, the others are spared.
    """
    [model] = changes.models
    with _in_words():
        notebooks = selected(paths.clone() / "notebooks" / "paper.yml", _REPORTED)
        notebooks.append(read(paths.clone() / "notebooks" / "report.ipynb"))
        alone = [changes.apply(each.given({"arms": [model]})) for each in notebooks]
        folder = paths.results() / "reports" / paths.file_name(model)
        how = Run(base_url=changes.base_url, key_variable=key_variable)
        order = ["report", *_REPORTED]
        outcomes = reproduce(alone[:1], 1, run=how, results=folder)
        reads = folder / "tables" / _REPORTED[0] / "read_rates.csv"
        silent = not reads.exists() or not pd.read_csv(reads).drop(columns=["arm", "legal mass"]).any(axis=None)
        outcomes += reproduce(alone[-1:] if silent else alone[1:], 1, beside=order, run=how, results=folder)
    click.echo(f"{folder / 'index.html'}")
    failed = "\n".join(_failures(outcomes))
    if not _measured(folder / "tables" / "report" / "card.csv"):
        raise click.ClickException(f"nothing about {model} could be measured\n{failed}")
    if failed:
        click.echo(f"not all could be measured:\n{failed}", err=True)


def _measured(card: Path) -> bool:
    rows = pd.read_csv(card) if card.exists() else pd.DataFrame(columns=["metric", "value"])
    return bool(rows.loc[~rows["metric"].isin(["read rate", "legal mass"]), "value"].notna().any())


def _failures(outcomes: Sequence[Outcome]) -> list[str]:
    return [f"  {outcome.error}" for outcome in outcomes if outcome.status == "failed"]


def _chosen(changes: Changes, only: Iterable[str], paper: str | None) -> tuple[Path, list[Notebook]]:
    with _in_words():
        listed = Path(paper) if paper else paths.clone() / "notebooks" / "paper.yml"
        notebooks = [changes.apply(notebook) for notebook in selected(listed, only)]
    without = [notebook.name for notebook in notebooks if changes.models and not notebook.models]
    if without:
        click.echo(f"--model changes nothing in {', '.join(without)}: no language model among their arms", err=True)
    return listed, notebooks


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Split each NAME=VALUE; another form is a click.BadParameter."""
    split = [text.partition("=") for text in texts]
    if wrong := [name for name, equals, _ in split if not (name and equals)]:
        raise click.BadParameter(f"{wrong[0]!r} is not NAME=VALUE", param_hint="-p")
    return {name: value for name, _, value in split}
