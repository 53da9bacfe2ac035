"""What a notebook leaves behind: figures, tables and the claims ledger, written below `results/`.

A notebook calls `figure`, `table` and `claims`. Each one writes its files, notes caption and alternative text for
`results/index.html`, and shows the thing where it was called. During `beliefsim reproduce` the files go to
``results/figures/<study>/`` and ``results/tables/<study>/``; by hand, and in tests, to the same folders below
``results/by_hand/``, so that an exploration never overwrites a reproduced number.
"""

from __future__ import annotations

import base64
import html
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from beliefsim import paths
from beliefsim.run import Run

from . import cells
from .cells import exact, flat, markdown, readable
from .ledger import EDGES, VERDICTS, Claim, Ledger, against, planned, unreported

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "EDGES",
    "VERDICTS",
    "Claim",
    "Ledger",
    "claims",
    "figure",
    "folder",
    "hide_from_git",
    "readable",
    "study",
    "table",
]

_BROAD_INCHES = 5.0  # wider figures have several panels
_NAME = re.compile(r"[a-z0-9][a-z0-9_]*")


def study() -> str:
    """Name of the running study: what reproduce says, else the notebook open in JupyterLab, else ``by_hand``.

    Examples
    --------
    >>> bs.outputs.study()
    'by_hand'
    """
    session = Path(os.environ.get("JPY_SESSION_NAME", "by_hand"))
    return Run.current().study or re.sub(r"\W+", "_", session.stem)


def folder() -> Path:
    """Where files go: `results/` during reproduce, `results/by_hand/` otherwise.

    Examples
    --------
    >>> bs.outputs.folder().name
    'by_hand'
    """
    return paths.results() if Run.current().study else paths.results() / "by_hand"


def figure(fig: Figure, name: str, caption: str = "", alt: str = "") -> None:
    """Save a figure as SVG and PNG, byte-identical for equal figures, and show it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figures of `beliefsim.figures` bring their own `caption` and `alt`.
    name : str
        File name: lower-case letters, digits and underscores.
    caption : str
        What it shows; arm and N belong in it.
    alt : str
        Alternative text: what a reader who cannot see it would be told.

    Raises
    ------
    ValueError
        If the name does not suit a file, or caption or alternative text are missing.

    Examples
    --------
    >>> bs.outputs.figure(bs.figures.scatter(result), "stated_against_done")
    >>> sorted(path.name for path in bs.outputs.folder().glob("figures/*/*"))
    ['stated_against_done.png', 'stated_against_done.svg']
    """
    caption, alt = caption or getattr(fig, "caption", ""), alt or getattr(fig, "alt", "")
    if not (caption and alt):
        raise ValueError(f"figure {name!r} needs a caption and an alternative text (caption=…, alt=…)")
    stem = _stem("figures", name)
    _save(fig, stem, alt)
    _note("figure", stem, (".svg", ".png"), caption, alt=alt)
    picture = base64.b64encode(stem.with_suffix(".png").read_bytes()).decode()
    # A small screen scrolls.
    size = "width:900px;min-width:600px" if fig.get_figwidth() > _BROAD_INCHES else "width:480px"
    _display(
        f'<figure style="margin:0;overflow-x:auto"><img alt="{html.escape(alt)}" style="{size};max-width:100%" '
        f'src="data:image/png;base64,{picture}"><figcaption>{html.escape(caption)}</figcaption></figure>',
        alt,
    )


def table(frame: pd.DataFrame, name: str, caption: str = "") -> None:
    """Save a table as CSV and Markdown, byte-identical for equal frames, rows as given, and show it.

    Numbers are written with six significant digits to CSV and three decimals to Markdown. A named index becomes
    columns; an index without a name is left out. Column groups are joined by " · ".

    Parameters
    ----------
    frame : pandas.DataFrame
        Any table.
    name : str
        File name: lower-case letters, digits and underscores.
    caption : str
        What it shows.

    Examples
    --------
    >>> bs.outputs.table(result.headline, "headline", "Say–do slope; arm scripted, 60 personas.")
    >>> sorted(path.name for path in bs.outputs.folder().glob("tables/*/*"))
    ['headline.csv', 'headline.md']
    """
    plain = flat(frame)
    stem = _stem("tables", name)
    paths.write(stem.with_suffix(".csv"), plain.map(exact).to_csv(index=False, lineterminator="\n"))
    paths.write(stem.with_suffix(".md"), markdown(plain, caption))
    _note("table", stem, (".csv", ".md"), caption)
    _display(cells.html(plain, caption), plain.map(readable).to_string(index=False))


def claims(ledger: Iterable[Claim | Mapping[str, str]] | pd.DataFrame) -> None:
    """Save and show the claims ledger that ends a study, beside its plan where `beliefsim plan` has written one.

    Parameters
    ----------
    ledger : iterable of Claim or mapping, or DataFrame
        The lines, with the fields of `Claim`.

    Raises
    ------
    ValueError
        If there is no line, or a verdict or edge is not one of the known words.

    Examples
    --------
    >>> from beliefsim.studies import population
    >>> bs.outputs.claims([population.coupling_claim(result, "CTX+$")])
    >>> sorted(path.name for path in bs.outputs.folder().glob("tables/*/*"))
    ['claims.csv', 'claims.md']
    """
    lines: list[Any] = ledger.to_dict("records") if isinstance(ledger, pd.DataFrame) else list(ledger)
    checked = [line if isinstance(line, Claim) else Claim(**line) for line in lines]
    if not checked:
        raise ValueError("claims: the ledger is empty; a study that ran nothing says 'not run' for each claim")
    plan = planned(study())
    checked += unreported(checked, plan)
    frame = pd.DataFrame([asdict(claim) for claim in checked])
    frame = frame.drop(columns=[name for name in ("metric", "n") if not any(getattr(claim, name) for claim in checked)])
    frame["edge"] = [f"{edge} ({EDGES[edge]})" for edge in frame["edge"]]
    caption = "Claims of this study, per arm."
    if plan:
        frame["plan"] = [against(claim, plan) for claim in checked]
        caption += f" Planned {plan['written']}."
    table(frame, "claims", caption)


def _save(fig: Figure, stem: Path, alt: str) -> None:
    import matplotlib

    told = {"Title": stem.name, "Description": alt}  # the files carry their alternative text
    with matplotlib.rc_context({"svg.hashsalt": stem.name}):
        fig.savefig(stem.with_suffix(".svg"), bbox_inches="tight", metadata={"Date": None, "Creator": None} | told)
        fig.savefig(stem.with_suffix(".png"), bbox_inches="tight", dpi=200, metadata={"Software": None} | told)


def _display(markup: str, plain: str) -> None:
    import sys

    # Only a running IPython can show; importing it for a script would cost half a second.
    shell = sys.modules.get("IPython")
    if shell is not None and shell.get_ipython() is not None:
        shell.display.display({"text/html": markup, "text/plain": plain}, raw=True)


def _stem(kind: str, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{kind}: name {name!r} must be lower-case letters, digits and underscores")
    stem = folder() / kind / study() / name
    stem.parent.mkdir(parents=True, exist_ok=True)
    hide_from_git(paths.results())
    return stem


def hide_from_git(results: Path) -> None:
    """Let a results folder ignore itself, wherever it is.

    Examples
    --------
    >>> bs.outputs.hide_from_git(bs.paths.results())
    >>> (bs.paths.results() / ".gitignore").read_text().strip()
    '*'
    """
    ignore = results / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")


def _note(kind: str, stem: Path, suffixes: Sequence[str], caption: str, **more: Any) -> None:
    """Keep one entry per kind and name, in the order of the first writing: a cell may be run again."""
    journal = folder() / "outputs" / f"{study()}.json"
    kept = json.loads(journal.read_text(encoding="utf-8")) if journal.exists() else []
    entries = {(old["kind"], old["name"]): old for old in kept}
    files = [stem.with_suffix(suffix).relative_to(folder()).as_posix() for suffix in suffixes]
    entries[kind, stem.name] = {"kind": kind, "name": stem.name, "caption": caption, **more, "files": files}
    paths.write(journal, json.dumps(list(entries.values()), ensure_ascii=False, indent=1) + "\n")
