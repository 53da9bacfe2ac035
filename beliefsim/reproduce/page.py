"""`results/index.html`: the answers of a run on one page that needs no network, everything else folded below them."""

from __future__ import annotations

import csv
import json
import re
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beliefsim import paths
from beliefsim.outputs import readable

_ROWS_SHOWN = 60
_CHECKS = re.compile("recover|one_person")  # figures about instruments and examples come after those with the answers
_PIXELS = 0.6  # of a picture's own, on the page


def write(results: Path, manifest: Mapping[str, Any]) -> None:
    """Write the page for the notebooks of a manifest, in its order, from the files that they left."""
    import jinja2

    studies = [_study(results, name, entry) for name, entry in manifest["notebooks"].items()]
    models = [f"{name} ({_model(facts)})" for name, facts in manifest.get("models", {}).items()]
    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"words": _words, "number": _number}
    template = environment.get_template("page.html")
    page = template.render(studies=studies, manifest=manifest, models=models, shown=_ROWS_SHOWN)
    paths.write(results / "index.html", page)


def _words(text: str) -> Any:
    """Emphasis and code of a Markdown paragraph as HTML."""
    import markupsafe

    text = re.sub(r"`([^`]+)`", r"<code>\1</code>", str(markupsafe.escape(text)))
    return markupsafe.Markup(re.sub(r"\*([^*]+)\*", r"<em>\1</em>", text))


def _number(text: str) -> str:
    """A number of a CSV cell as a person reads it, "" for words."""
    try:
        number = float(text)
    except ValueError:
        return ""
    return readable(number) if "." in text or "e" in text else text


def _model(facts: Mapping[str, str]) -> str:
    if "sha256" in facts:
        return f"{facts['weights']}, sha256 {facts['sha256'][:12]}"
    return facts.get("base_url", facts.get("weights", ""))


def _study(results: Path, name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    journal = results / "outputs" / f"{name}.json"
    made = json.loads(journal.read_text(encoding="utf-8")) if journal.exists() else []
    figures = [each | {"size": _size(results / each["files"][1])} for each in made if each["kind"] == "figure"]
    figures.sort(key=lambda each: bool(_CHECKS.search(each["name"])))
    tables = [each | _table(results / each["files"][0]) for each in made if each["kind"] == "table"]
    number = re.match(r"\d+[a-z]*(?=_)", name)
    return {
        **entry, "name": name, "number": number[0] if number else "", "figures": figures, "tables": tables,
        "claims": _claims(next((each for each in tables if each["name"] == "claims"), None)),
        "executed": entry["executed"] if (results / entry["executed"]).exists() else "",
    }  # fmt: skip


def _size(png: Path) -> list[int]:
    """Width and height on the page, which a browser needs before it has loaded a picture."""
    with png.open("rb") as file:
        return [round(_PIXELS * side) for side in struct.unpack(">II", file.read(24)[16:])]


def _table(file: Path) -> dict[str, Any]:
    with file.open(encoding="utf-8", newline="") as stream:
        heading, *rows = csv.reader(stream)
    return {"heading": heading, "rows": rows}


def _claims(ledger: Mapping[str, Any] | None) -> list[tuple[str, list[dict[str, str]]]]:
    """Each claim with its lines, one for each arm."""
    claims: dict[str, list[dict[str, str]]] = {}
    for row in ledger["rows"] if ledger else ():
        line = dict(zip(ledger["heading"], row, strict=True)) if ledger else {}
        claims.setdefault(line["claim"], []).append(line)
    return list(claims.items())
