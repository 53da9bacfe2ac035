"""What `beliefsim reproduce` and `beliefsim plan` do with their options, and what they say at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from beliefsim import paths
from beliefsim.reproduce.notebooks import Changes, Notebook, listing, selected
from beliefsim.reproduce.run import Outcome, reproduce

__all__ = ["pairs", "plan", "run"]


def run(
    changes: Changes, only: Iterable[str] = (), jobs: int = 2, paper: str | None = None, *, record: bool = False
) -> None:
    """Select, change and run the notebooks; exit status 1 if one fails. `record` keeps new replies in data/.

    Raises
    ------
    click.ClickException
        If something named is not there, before anything runs; or if a notebook failed.
    """
    listed, notebooks = _chosen(changes, only, paper)
    outcomes = reproduce(notebooks, jobs, beside=listing(listed), record=record)
    click.echo(f"{paths.results() / 'index.html'}")
    _report(outcomes)


def plan(changes: Changes, only: Iterable[str] = (), paper: str | None = None) -> None:
    """Rehearse the notebooks, print what each takes and can find, and write its plan.

    Raises
    ------
    click.ClickException
        If something named is not there, before anything is rehearsed.
    """
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
