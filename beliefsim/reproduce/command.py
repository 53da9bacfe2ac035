"""What `beliefsim reproduce` and `beliefsim plan` do with their options, and what they say at the end.

What is wrong with the options is a click.ClickException, before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from beliefsim import paths
from beliefsim.reproduce.notebooks import Changes, Notebook, listing, selected
from beliefsim.reproduce.run import Outcome, reproduce

__all__ = ["pairs", "plan", "rehearse", "report", "run"]


def run(
    changes: Changes,
    only: Iterable[str] = (),
    jobs: int = 2,
    paper: str | None = None,
    *,
    record: bool = False,
    scheduler: str = "",
) -> None:
    """Select, change and run the notebooks; exit status 1 if one fails. `record` keeps new replies in data/."""
    listed, notebooks = _chosen(changes, only, paper)
    if scheduler:
        _check(scheduler)
    outcomes = reproduce(notebooks, jobs, beside=listing(listed), record=record, scheduler=scheduler)
    click.echo(f"{paths.results() / 'index.html'}")
    _report(outcomes)


def rehearse(changes: Changes, only: Iterable[str] = (), paper: str | None = None) -> None:
    """Count what the notebooks would ask; nothing is sent, and nothing is written to results/."""
    from beliefsim.reproduce import bills, plan

    everything: list[dict[str, Any]] = []
    for notebook in _chosen(changes, only, paper)[1]:
        lines, _, ended = plan.rehearsed(notebook)
        everything += lines
        click.echo("\n".join([f"{notebook.name}: {ended}", *bills.listed(bills.summed(lines, "model"))]))
    click.echo("\n".join(["together:", *bills.listed(bills.summed(everything, "model"))]))
    click.echo("Answers were made up: nothing was sent, nothing was written.")


def _check(scheduler: str) -> None:
    from beliefsim.models import ModelError
    from beliefsim.models.distributed import workers

    try:
        count = workers(scheduler)
    except ModelError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{scheduler}: {count} workers" + ("" if count else " yet; requests wait for the first"), err=True)


def report(changes: Changes) -> Path:
    """Write the card of one model; gives its path."""
    from beliefsim.models import ModelError
    from beliefsim.reproduce import report as card

    _, notebooks = _chosen(changes, card.STUDIES, None)
    try:
        return card.report(notebooks, changes.models[0])
    except (ModelError, ValueError, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from error


def plan(changes: Changes, only: Iterable[str] = (), paper: str | None = None) -> None:
    """Rehearse the notebooks, print what each takes and can find, and write its plan."""
    from beliefsim.reproduce import plan as planning

    for notebook in _chosen(changes, only, paper)[1]:
        made = planning.plan(notebook)
        click.echo(planning.described(made))
        click.echo(f"  {planning.write(made)}")


def _chosen(changes: Changes, only: Iterable[str], paper: str | None) -> tuple[Path, list[Notebook]]:
    try:
        listed = Path(paper) if paper else paths.clone() / "notebooks" / "paper.yml"
        notebooks = [changes.apply(notebook) for notebook in selected(listed, only)]
    except (ValueError, FileNotFoundError) as error:
        raise click.ClickException(str(error)) from error
    _warn_of_models_not_used(notebooks, changes.models)
    return listed, notebooks


def pairs(texts: Iterable[str]) -> dict[str, str]:
    """Split each NAME=VALUE; another form is a click.BadParameter."""
    return dict(_pair(text) for text in texts)


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise click.BadParameter(f"{text!r} is not NAME=VALUE", param_hint="-p")
    return name, value


def _warn_of_models_not_used(notebooks: Iterable[Notebook], models: Sequence[str]) -> None:
    without = [notebook.name for notebook in notebooks if models and not notebook.models]
    if without:
        click.echo(f"--model changes nothing in {', '.join(without)}: no language model among their arms", err=True)


def _report(outcomes: Sequence[Outcome]) -> None:
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    if failed:
        lines = "\n".join(f"  {outcome.error}" for outcome in failed)
        raise click.ClickException(
            f"{len(failed)} of {len(outcomes)} notebooks failed:\n{lines}\n"
            f"Executed notebooks are in {paths.results() / 'notebooks'}. The same command again keeps what succeeded."
        )
