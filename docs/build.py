"""`make site`: the executed notebooks, figures, tables, reference and how-to pages as a static site in results/site.

    python docs/build.py [--executed]

Notebooks that were not executed yet are reproduced first; with ``--executed`` the site is of those that were.
Sources are docs/*.md and what `beliefsim reproduce` left in results/. Nothing of the site is fetched from the network,
neither when it is built nor when it is read; `check` makes sure of that, and of every link within the site.
"""

from __future__ import annotations

import html
import html.parser
import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).parent))

import reference

from beliefsim import paths

__all__ = ["build", "check"]

DOCS = Path(__file__).parent
_BROAD_POINTS = 350  # a figure over both columns of a page
_SVG_WIDTH = re.compile(rb'<svg[^>]* width="([\d.]+)pt"')
_LOADS = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src")}
_FETCHED = re.compile(r"(?:url\(\s*['\"]?|@import\s+['\"]|\bimport\(['\"]|importScripts\(['\"])(?:https?:)?//")


def build(results: Path, reproduce: bool = True) -> list[str]:
    """Build the site below a results folder; return what is wrong with it.

    Notebooks are reproduced first where one was not executed yet, unless `reproduce` is false.
    """
    from sphinx.cmd.build import build_main

    from beliefsim.reproduce.command import Options, run
    from beliefsim.reproduce.notebooks import listing

    listed = listing(paths.clone() / "notebooks" / "paper.yml")
    executed = [results / "notebooks" / f"{name}.ipynb" for name in listed]
    if reproduce and not all(path.exists() for path in executed):
        run(Options())
    executed = [path for path in executed if path.exists()]
    source, site = results / "site_source", results / "site"
    for old in (source, site):
        shutil.rmtree(old, ignore_errors=True)
    shutil.copytree(DOCS, source, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copy(DOCS / "conf.py", source)
    shutil.copy(paths.clone() / "CHANGELOG.md", source / "changes.md")
    _notebooks(executed, source / "notebooks")
    _figures(results, source)
    reference.write(source / "reference")
    status = build_main(["-b", "html", "-q", "-W", "--keep-going", str(source), str(site)])
    for kind in ("figures", "tables"):
        shutil.copytree(results / kind, site / kind, ignore=shutil.ignore_patterns(".*"), dirs_exist_ok=True)
    shutil.rmtree(site / ".doctrees", ignore_errors=True)
    return ["sphinx has warnings, above"] * bool(status) + list(check(site))


def _notebooks(executed: list[Path], folder: Path) -> None:
    folder.mkdir()
    for path in executed:
        shutil.copy(path, folder)
    entries = "\n".join(path.stem for path in executed)
    text = f"# Notebooks\n\nAs `beliefsim reproduce` executed them.\n\n```{{toctree}}\n:maxdepth: 1\n\n{entries}\n```\n"
    (folder / "index.md").write_text(text, encoding="utf-8")


def _figures(results: Path, source: Path) -> None:
    """Write a page with every figure, its caption and alternative text, and links to every file."""
    lines = ["# Figures and tables", "", "All of them, by notebook: vector and bitmap; CSV and Markdown.", ""]
    for journal in sorted((results / "outputs").glob("*.json")):
        lines += [f"## {journal.stem}", "", f"From {{doc}}`notebooks/{journal.stem}`.", ""]
        for entry in json.loads(journal.read_text(encoding="utf-8")):
            lines += [_figure(results, entry) if entry["kind"] == "figure" else _table(entry), ""]
    (source / "figures_and_tables.md").write_text("\n".join(lines), encoding="utf-8")


def _figure(results: Path, entry: dict[str, Any]) -> str:
    vector, bitmap = entry["files"]
    wide = _SVG_WIDTH.search((results / vector).read_bytes())
    kind = "broad" if wide and float(wide[1]) > _BROAD_POINTS else "narrow"
    return (
        f'<figure><div class="wide"><img class="{kind}" alt="{_text(entry["alt"])}" src="{vector}"></div><figcaption>'
        f'{_text(entry["caption"])} <a href="{vector}">SVG</a> <a href="{bitmap}">PNG</a></figcaption></figure>'
    )


def _table(entry: dict[str, Any]) -> str:
    values, text = entry["files"]
    caption = _text(entry["caption"] or entry["name"])
    return f'<p>Table. {caption} <a href="{values}">CSV</a> <a href="{text}">Markdown</a></p>'


def _text(text: str) -> str:
    return html.escape(" ".join(text.split()))


class _Page(html.parser.HTMLParser):
    """Ids, links, what is loaded, and pictures without alternative text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.mute: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.ids.update(given[name] for name in ("id", "name") if name in given)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        self.loads += [given[name] for name in ("src", "href") if (tag, name) in _LOADS and name in given]
        if tag == "img" and not given.get("alt"):
            self.mute.append(given.get("src", "")[:60])


def check(site: Path) -> Iterator[str]:
    """Yield what is wrong with a site: dead links and anchors, what needs the network, pictures without words."""
    pages = {path.resolve(): _Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}
    for path, page in pages.items():
        here = path.relative_to(site.resolve())
        for source in page.mute:
            yield f"{here}: a picture without alternative text: {source}"
        for source in page.loads:
            if re.match(r"(https?:)?//", source):
                yield f"{here}: needs the network: {source}"
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.exists():
                yield f"{here}: nothing at {link}"
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].ids:
                yield f"{here}: no anchor {link}"
    for path in sorted([*site.rglob("*.css"), *site.rglob("*.js")]):
        if _FETCHED.search(path.read_text(encoding="utf-8", errors="replace")):
            yield f"{path.relative_to(site)}: fetches from the network"


if __name__ == "__main__":
    wrong = build(paths.results(), "--executed" not in sys.argv)
    print("\n".join(wrong) or paths.results() / "site" / "index.html")
    raise SystemExit(bool(wrong))
