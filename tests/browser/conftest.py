"""JupyterLab in Chromium. `make test-browser` runs these tests; `make test` leaves them out."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

from beliefsim import paths
from beliefsim.run import Run
from benchmarks import browser as jupyter

ASKED = bool(os.environ.get("BELIEFSIM_BROWSER"))
collect_ignore_glob = [] if ASKED else ["test_*.py"]


@pytest.fixture(scope="session")
def pictures() -> Path:
    folder = paths.clone() / "results" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    with jupyter.served(tmp_path_factory.mktemp("lab"), **dict([Run(replay_only=True).setting])) as found:
        yield found


@pytest.fixture(scope="session")
def browser():
    from playwright.sync_api import sync_playwright

    path = jupyter.chromium()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Desk:
    """One browser page on one notebook."""

    def __init__(self, page, lab, pictures):
        self.page, (self.address, self.work), self.pictures = page, lab, pictures

    def write(self, name, *cells):
        """A notebook of these code cells."""
        book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        nbformat.write(book, self.work / f"{name}.ipynb")

    def run(self, name):
        """Open a notebook and run all cells; gives the errors of its cells."""
        jupyter.opened(self.page, self.address, name)
        self.page.evaluate("window.jupyterapp.commands.execute('application:toggle-left-area')")
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_timeout(1500)
        return self.page.evaluate(
            """() => window.jupyterapp.shell.currentWidget.content.widgets
                .filter(cell => cell.model.type === 'code')
                .flatMap(cell => cell.model.outputs.toJSON())
                .filter(output => output.output_type === 'error').map(output => output.ename + ': ' + output.evalue)"""
        )

    def panel(self, at=0):
        """A panel of the notebook."""
        return self.page.locator(".beliefsim").nth(at)

    def picture(self, name, of=None):
        """Keep a screenshot."""
        (of or self.page).screenshot(path=self.pictures / f"{name}.png")

    def faults(self, selector=".beliefsim"):
        """What axe-core finds wrong with labels, names and contrast."""
        import axe_playwright_python

        script = Path(axe_playwright_python.__file__).parent / "axe.min.js"
        self.page.evaluate(script.read_text(encoding="utf-8"))
        found = self.page.evaluate("selector => axe.run(selector, {runOnly: ['wcag2a', 'wcag2aa']})", selector)
        return [f"{each['id']}: {node['html'][:160]}" for each in found["violations"] for node in each["nodes"]]


@pytest.fixture
def desk(browser, lab, pictures):
    context = browser.new_context(viewport={"width": 1280, "height": 2000})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield Desk(page, lab, pictures)
    if not page.is_closed():
        page.evaluate("window.jupyterapp?.serviceManager.sessions.shutdownAll()")  # a kernel is 300 MB
    context.close()
