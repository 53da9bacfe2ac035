"""The first notebooks and those with a panel, opened in JupyterLab and run to their end from recordings."""

import pytest

from beliefsim import paths

NOTEBOOKS = {path.stem: path.read_text(encoding="utf-8") for path in (paths.clone() / "notebooks").glob("*.ipynb")}
SHOWN = sorted(name for name, text in NOTEBOOKS.items() if name.startswith(("00_", "02_")) or "bs.widgets." in text)


@pytest.mark.parametrize("name", SHOWN)
def test_a_notebook_runs_to_its_end(desk, name):
    errors = desk.run(name)
    desk.picture(f"notebook_{name}")
    assert errors == []
    for at in range(desk.page.locator(".beliefsim").count()):
        desk.panel(at).scroll_into_view_if_needed()
        desk.picture(f"notebook_{name}_panel_{at}", desk.panel(at))
    if desk.page.locator(".beliefsim").count():
        assert desk.faults() == []
