"""`results/index.html`: every figure, table and claim of a run on one page that needs no network."""

from __future__ import annotations

import base64
import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from beliefsim.outputs import readable

__all__ = ["cell", "filled", "grid", "picture", "write"]

_ROWS_SHOWN = 60
_BROAD_POINTS = 350  # a figure over both columns of a page
_SVG_WIDTH = re.compile(rb'<svg[^>]* width="([\d.]+)pt"')
_STYLE = Path(__file__).with_name("page.css")


def write(results: Path, manifest: Mapping[str, Any]) -> None:
    """Write the page for the notebooks of a manifest, from the files that they left."""
    body = [_head(manifest), _contents(manifest["notebooks"])]
    for name in sorted(manifest["notebooks"]):
        body += _study(results, name, manifest["notebooks"][name])
    (results / "index.html").write_text(filled("beliefsim: results", body), encoding="utf-8", newline="\n")


def filled(title: str, body: Sequence[str]) -> str:
    """A page around parts of HTML.

    Examples
    --------
    >>> "<p>text</p>" in filled("A title", ["<p>text</p>"])
    True
    """
    return _PAGE.format(title=escape(title), style=_STYLE.read_text(encoding="utf-8"), body="\n".join(body))


def picture(results: Path, study: str, name: str) -> str:
    """One figure of a study as HTML, "" where it was not made."""
    found = [each for each in _outputs(results, study) if each["kind"] == "figure" and each["name"] == name]
    return _figure(results, found[0]) if found else ""


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def _head(manifest: Mapping[str, Any]) -> str:
    state = " with uncommitted changes" if manifest.get("dirty") else ""
    started = manifest["started"][:16].replace("T", " ")
    facts = f"Commit {manifest['commit'][:12]}{state}, {started} UTC, {manifest['platform']}."
    models = [f"{name} ({_model(facts)})" for name, facts in manifest.get("models", {}).items()]
    return (
        "<header><h1>Do simulated people practise what they preach?</h1>"
        f"<p>{escape(facts)} Models: {escape('; '.join(models) or 'none asked')}. "
        '<a href="manifest.json">All versions and parameters</a>.</p></header>'
    )


def _model(facts: Mapping[str, str]) -> str:
    if "sha256" in facts:
        return f"{facts['weights']}, sha256 {facts['sha256'][:12]}"
    return facts.get("base_url", facts.get("weights", ""))


def _contents(notebooks: Mapping[str, Mapping[str, Any]]) -> str:
    items = [
        f'<li><a href="#{escape(name)}">{escape(notebooks[name]["title"])}</a>'
        f"{'' if _good(notebooks[name]) else ' <strong>(failed)</strong>'}</li>"
        for name in sorted(notebooks)
    ]
    return f"<nav><ol>{''.join(items)}</ol></nav>"


def _good(entry: Mapping[str, Any]) -> bool:
    return entry["status"] == "succeeded"


def _study(results: Path, name: str, entry: Mapping[str, Any]) -> Iterator[str]:
    yield f'<section id="{escape(name)}"><h2>{escape(entry["title"])}</h2>'
    if not _good(entry):
        yield f'<p class="failed">{escape(entry.get("error") or entry["status"])}</p>'
    yield f"<p>{_executed(results, entry)} {_seconds(entry)}</p>"
    yield f"<details><summary>Parameters</summary><dl>{_parameters(entry['parameters'])}</dl></details>"
    if entry.get("asked"):
        yield f"<details><summary>Replies, tokens and cost</summary>{_asked(entry['asked'])}</details>"
    for output in _outputs(results, name):
        yield _figure(results, output) if output["kind"] == "figure" else _table(results, output)
    yield "</section>"


def _executed(results: Path, entry: Mapping[str, Any]) -> str:
    file = entry["executed"]
    link = f'<a href="{escape(file)}">Executed notebook</a>'
    return f"{link}." if (results / file).exists() else "No executed notebook."


def _seconds(entry: Mapping[str, Any]) -> str:
    return f"It ran for {entry['seconds']:.0f} s." if "seconds" in entry else ""


def _parameters(parameters: Mapping[str, Any]) -> str:
    return "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(json.dumps(value, ensure_ascii=False))}</dd>"
        for name, value in parameters.items()
    )


def _asked(rows: Sequence[Mapping[str, Any]]) -> str:
    """A row for each model and instrument: what this run sent, and what recordings answered."""
    heading = ("model", "asked by", "sent", "tokens in", "out", "cost", "recorded", "tokens in", "out")
    sent, found = ("calls", "tokens_in", "tokens_out"), ("recorded", "recorded_in", "recorded_out")
    body = []
    for row in rows:
        cost = "no price" if row["dollars"] is None else f"${row['dollars']:,.2f}"
        numbers = [*(f"{row[name]:,}" for name in sent), cost, *(f"{row[name]:,}" for name in found)]
        words = [cell(row["model"]), cell(row["instrument"] or "other")]
        body.append(words + [cell(number, "number") for number in numbers])
    return grid(heading, body, "Replies, tokens and cost")


def grid(heading: Iterable[str], rows: Iterable[Iterable[str]], label: str) -> str:
    """A table of cells, which scrolls where it is wide."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heading)
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(label)}">{table}</div>'


def cell(text: str, kind: str = "") -> str:
    """A cell of a `grid`."""
    return f'<td class="{kind}">{escape(text)}</td>' if kind else f"<td>{escape(text)}</td>"


def _outputs(results: Path, name: str) -> list[dict[str, Any]]:
    journal = results / "outputs" / f"{name}.json"
    return json.loads(journal.read_text(encoding="utf-8")) if journal.exists() else []


def _figure(results: Path, output: Mapping[str, Any]) -> str:
    vector, bitmap = output["files"]
    drawing = (results / vector).read_bytes()
    size = _SVG_WIDTH.search(drawing)
    kind = "broad" if size and float(size[1]) > _BROAD_POINTS else "narrow"
    source = f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"
    return (
        f'<figure><div class="wide"><img class="{kind}" alt="{escape(output["alt"])}" src="{source}"></div>'
        f"<figcaption>{escape(output['caption'])} {_link(vector, 'SVG')} {_link(bitmap, 'PNG')}</figcaption></figure>"
    )


def _table(results: Path, output: Mapping[str, Any]) -> str:
    values, text = output["files"]
    with (results / values).open(encoding="utf-8", newline="") as stream:
        heading, *rows = csv.reader(stream)
    more = f" The first {_ROWS_SHOWN} of {len(rows)} rows." if len(rows) > _ROWS_SHOWN else ""
    label = output["caption"] or output["name"]
    shown = grid(heading, ([_cell(value) for value in row] for row in rows[:_ROWS_SHOWN]), label)
    return (
        f"<figure>{shown}"
        f"<figcaption>{escape(label)}{more} {_link(values, 'CSV')} {_link(text, 'Markdown')}</figcaption></figure>"
    )


def _cell(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        return cell(text)
    return cell(readable(number) if "." in text or "e" in text else text, "number")


def _link(file: str, label: str) -> str:
    return f'<a href="{escape(file)}">{label}</a>'
