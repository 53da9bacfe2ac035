"""Every notebook of the clone, opened in JupyterLab and run to its end from recordings."""

import pytest

from beliefsim import paths


@pytest.mark.parametrize("name", sorted(path.stem for path in (paths.clone() / "notebooks").glob("*.ipynb")))
def test_a_notebook_runs_to_its_end(desk, name):
    errors = desk.run(name)
    desk.picture(f"notebook_{name}")
    assert errors == []
    for at in range(desk.page.locator(".beliefsim").count()):
        desk.panel(at).scroll_into_view_if_needed()
        desk.picture(f"notebook_{name}_panel_{at}", desk.panel(at))
    if desk.page.locator(".beliefsim").count():
        assert desk.faults() == []
