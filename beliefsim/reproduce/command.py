"""What the commands that run notebooks do with their options, and what they say at the end.

What is wrong with the options is a ValueError, before anything runs or is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import pandas as pd

from beliefsim import paths
from beliefsim.reproduce import bills
from beliefsim.reproduce import plan as planning
from beliefsim.reproduce.notebooks import Changes, Notebook, listing, read_notebook, selected
from beliefsim.reproduce.run import Outcome, reproduce

_REPORTED = ("02_trust_population", "02b_trust_conditioning", "03_trust_forecast", "03b_trust_belief_act")


@dataclass(frozen=True)
class Options(Changes):
    """What a person typed: which notebooks, what is changed in them, and whose key is used."""

    key_variable: str = ""
    only: Sequence[str] = ()
    paper: str | None = None

    @property
    def listed(self) -> Path:
        """The list of notebooks."""
        return Path(self.paper) if self.paper else paths.clone() / "notebooks" / "paper.yml"

    def notebooks(self) -> list[Notebook]:
        """The notebooks, changed."""
        notebooks = [self.apply(notebook) for notebook in selected(self.listed, self.only)]
        without = [notebook.name for notebook in notebooks if self.models and not notebook.models]
        if without:
            click.echo(f"--model changes nothing in {', '.join(without)}: no language model among their arms", err=True)
        return notebooks


def run(options: Options, jobs: int = 2, scheduler: str = "", *, record: bool = False) -> None:
    """Run the notebooks; exit status 1 if one fails. `record` keeps new replies in data/."""
    notebooks = options.notebooks()
    if scheduler:
        from beliefsim.models.distributed import workers

        click.echo(f"{scheduler}: {workers(scheduler)} workers (requests wait for the first)", err=True)
    outcomes = reproduce(
        notebooks, jobs, beside=listing(options.listed), record=record, key_variable=options.key_variable,
        scheduler=scheduler,
    )  # fmt: skip
    click.echo(f"{paths.results() / 'index.html'}")
    if failed := _failures(outcomes):
        raise click.ClickException(
            f"{len(failed)} of {len(outcomes)} notebooks failed:\n" + "\n".join(failed) + "\n"
            f"Executed notebooks are in {paths.results() / 'notebooks'}. The same command runs all of them again, and "
            "asks for nothing that was answered."
        )


def rehearse(options: Options) -> None:
    """Count what the notebooks would ask; nothing is sent, and nothing is written to results/."""
    rehearsed = []
    for notebook in options.notebooks():
        rehearsed.append(planning.rehearsed(notebook))
        asked = bills.summed(rehearsed[-1].asked, "model")
        click.echo(f"{notebook.name}: {rehearsed[-1].ended}\n{bills.listed(asked)}")
    asked = bills.summed(pd.concat([each.asked for each in rehearsed]), "model")
    click.echo(f"together:\n{bills.listed(asked)}")
    click.echo("Answers were made up: nothing was sent, nothing was written.")
    raise SystemExit(any(each.ended != planning.COMPLETE for each in rehearsed))


def plan(options: Options) -> None:
    """Rehearse the notebooks, print what each takes and can find, and write its plan; status 1 if one stopped."""
    plans = []
    for notebook in options.notebooks():
        plans.append(planning.plan(notebook))
        click.echo(f"{planning.described(plans[-1])}\n  {planning.write(plans[-1])}")
    raise SystemExit(any(each["rehearsal"] != planning.COMPLETE for each in plans))


def report(options: Options) -> None:
    """Run the notebooks of the report, then the report's own; exit status 1 if nothing could be measured.

    They have a results folder of their own. Where the first reads nothing of what a model says, the others are spared.
    """
    [model] = options.models
    notebooks = [*selected(options.listed, _REPORTED), read_notebook(options.listed.with_name("report.ipynb"))]
    notebooks = [options.apply(each.given({"arms": [model]})) for each in notebooks]
    folder = paths.results() / "reports" / paths.file_name(model)

    def reproduced(some: Sequence[Notebook]) -> list[Outcome]:
        order = ["report", *_REPORTED]
        return reproduce(some, 1, beside=order, key_variable=options.key_variable, results=folder)

    outcomes = reproduced(notebooks[:1])
    reads = _table(folder / "tables" / _REPORTED[0] / "read_rates.csv").drop(
        columns=["arm", "legal mass"], errors="ignore"
    )
    outcomes += reproduced(notebooks[1:] if reads.any(axis=None) else notebooks[-1:])
    click.echo(f"{folder / 'index.html'}")
    card = _table(folder / "tables" / "report" / "card.csv").reindex(columns=["metric", "value"])
    failed = "\n".join(_failures(outcomes))
    if card.loc[~card["metric"].isin(["read rate", "legal mass"]), "value"].isna().all():
        raise click.ClickException(f"nothing about {model} could be measured\n{failed}")
    if failed:
        click.echo(f"not all could be measured:\n{failed}", err=True)


def _table(file: Path) -> pd.DataFrame:
    return pd.read_csv(file) if file.exists() else pd.DataFrame()


def _failures(outcomes: Iterable[Outcome]) -> list[str]:
    return [f"  {outcome.error}" for outcome in outcomes if outcome.error]
