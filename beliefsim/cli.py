"""The command line: `beliefsim --help`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click


class _Commands(click.Group):
    """Commands whose errors are told in words, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ValueError, FileNotFoundError, RuntimeError) as error:
            if isinstance(error, click.exceptions.Exit):
                raise
            raise click.ClickException(str(error)) from error


@click.group(cls=_Commands)
@click.version_option(package_name="beliefsim")
def main() -> None:
    """Do people simulated by language models practise what they preach?"""


@main.group(invoke_without_command=True)
@click.pass_context
def models(context: click.Context) -> None:
    """List the models that come with weights, or install one."""
    if context.invoked_subcommand is None:
        from beliefsim.models.weights import catalogue

        for entry in catalogue().values():
            where = f"in {entry.path}" if entry.installed else f"beliefsim models install {entry.name}"
            click.echo(f"{entry.name}  ({entry.bytes / 1e6:.0f} MB, {entry.licence})")
            click.echo(f"    {entry.description}")
            click.echo(f"    {where}")


@models.command("install")
@click.argument("name")
def install_model(name: str) -> None:
    """Fetch the weights of the model NAME and check them."""
    from beliefsim.models.weights import install

    click.echo(f"{name}: {install(name)}")


@main.command()
@click.option("--reply", is_flag=True, help="Also ask the embedded model for one new reply.")
def doctor(reply: bool) -> None:
    """Check this machine: packages, weights, proxy, results, kernel. Status 1: mend something."""
    from beliefsim.doctor import examine

    good = True
    for finding in examine(reply):
        click.echo(str(finding))
        good = good and finding.good
    raise SystemExit(not good)


@main.group()
def recordings() -> None:
    """Check, join or count recorded replies (PATHS: files or folders; none: data/recordings and results/recordings)."""


@recordings.command("verify")
@click.argument("paths", nargs=-1)
def verify_recordings(paths: tuple[str, ...]) -> None:
    """Check every line of recordings: form, hashes, keys, weights. Status 1 if one is at fault."""
    from beliefsim.models.weights import catalogue
    from beliefsim.recordings import upkeep

    found, weights = upkeep.files(paths), {name: entry.sha256 for name, entry in catalogue().items()}
    flaws = [flaw for file in found for flaw in upkeep.verify(file, weights)]
    for flaw in flaws:
        click.echo(str(flaw))
    click.echo(f"{len(found)} recordings, {len(flaws) or 'no'} lines at fault")
    click.echo(upkeep.UNNOTICED)
    raise SystemExit(bool(flaws))


@recordings.command("merge")
@click.argument("out", type=click.Path())
@click.argument("sources", nargs=-1, required=True)
@click.option("--keep-first", is_flag=True, help="Where two replies have one key, take the one that comes first.")
def merge_recordings(out: str, sources: tuple[str, ...], keep_first: bool) -> None:
    """Join recordings SOURCES of the same model and weights into the new file OUT."""
    from pathlib import Path

    from beliefsim.recordings.upkeep import files, merge

    merged = merge(Path(out), files(sources), keep_first)
    for flaw in merged.left_out:
        click.echo(f"left out: {flaw}", err=True)
    click.echo(f"{merged.path}: {merged.replies:,} replies ({merged.doubles:,} were there twice)")


@recordings.command("stats")
@click.argument("paths", nargs=-1)
def recording_stats(paths: tuple[str, ...]) -> None:
    """Count replies, prompts, tokens and cost of recordings, by study and model."""
    from beliefsim.recordings.upkeep import described, files, stats

    click.echo(described(stats(files(paths), _dollars)))


def _dollars(provenance: Mapping[str, Any], tokens: Mapping[str, int]) -> float | None:
    from beliefsim.models.bills import charge
    from beliefsim.models.endpoint import Endpoint

    url = provenance.get("url", "")
    free = bool(provenance.get("weights")) or (url.startswith("http") and Endpoint(url).free)
    return charge(str(provenance.get("model", "")), free, tokens["input"], tokens["output"], tokens["cached"])


def _pairs(context: click.Context, option: click.Parameter, texts: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    if wrong := [name for name, equals, _ in pairs if not (name and equals)]:
        raise click.BadParameter(f"{wrong[0]!r} is not NAME=VALUE")
    return {name: value for name, _, value in pairs}


_ENDPOINT = (
    click.Option(["--base-url"], default="", metavar="URL", help="OpenAI-compatible endpoint of the models."),
    click.Option(["--key-variable"], default="", metavar="NAME", help="Environment variable that holds its key."),
    click.Option(
        ["-p", "parameters"],
        multiple=True,
        callback=_pairs,
        metavar="NAME=VALUE",
        help="Set a parameter of every notebook.",
    ),
    click.Option(["--live"], is_flag=True, help="Allow requests to models that are neither local nor free."),
)
_SELECTION = (
    click.Option(["--only"], multiple=True, metavar="NOTEBOOK", help="This notebook (02), or a family ('02*')."),
    click.Option(["--model", "models"], multiple=True, metavar="NAME", help="Replace the language models in `arms`."),
    click.Option(["--paper"], type=click.Path(), help="Another list of notebooks than notebooks/paper.yml."),
    *_ENDPOINT,
)
_SCHEDULER = click.Option(
    ["--scheduler"], default="", metavar="tcp://HOST:PORT", help="Let the workers of this dask scheduler send requests."
)


@main.command(params=[*_SELECTION, _SCHEDULER])
@click.option("--jobs", default=2, show_default=True, type=click.IntRange(1), help="Notebooks that run side by side.")
@click.option("--dry-run", is_flag=True, help="Only count calls, tokens and cost; nothing is sent or written.")
def reproduce(jobs: int, dry_run: bool, scheduler: str, **options: Any) -> None:
    """Run the paper's notebooks and write every figure and table into results/."""
    from beliefsim.reproduce import command

    if dry_run:
        command.rehearse(command.Options(**options))
    else:
        command.run(command.Options(**options), jobs, scheduler)


@main.command(params=[*_SELECTION, _SCHEDULER])
def record(scheduler: str, **options: Any) -> None:
    """Run notebooks and keep the models' replies in data/recordings/, to be committed.

    A recording that is there is continued: only what it lacks is asked.
    """
    from beliefsim.reproduce import command

    command.run(command.Options(**options), 1, scheduler, record=True)


@main.command(params=[*_SELECTION])
def plan(**options: Any) -> None:
    """Say what notebooks will take and can find, and write it to results/plan/ before they run.

    Nothing is sent: made-up answers stand in the models' place and requests are counted. The claims ledger of a later
    run is set beside the plan.
    """
    from beliefsim.reproduce import command

    command.plan(command.Options(**options))


@main.command(params=[*_ENDPOINT])
@click.argument("model")
def report(model: str, **options: Any) -> None:
    """Write a page about MODEL to results/reports/: its numbers from notebooks 02, 02b, 03 and 03b, and their figures.

    Recorded replies are used; what they lack is asked. For a first look at a hosted model: -p n=20.
    """
    from beliefsim.reproduce import command

    command.report(command.Options(models=(model,), **options))


if __name__ == "__main__":
    main()
