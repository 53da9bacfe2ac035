"""Results of tests go to a folder of their own; examples in docstrings begin with the names of docs/example.py."""

from __future__ import annotations

import os
import runpy
import tempfile
from pathlib import Path
from typing import Any

import pytest

_results = tempfile.TemporaryDirectory(prefix="beliefsim-tests-")
os.environ.setdefault("BELIEFSIM_RESULTS", _results.name)  # notebooks that are tested leave nothing in results/


@pytest.fixture(scope="session")
def _example() -> dict[str, Any]:
    names = runpy.run_path(str(Path(__file__).parent / "docs" / "example.py"))
    return {name: value for name, value in names.items() if not name.startswith("_")}


@pytest.fixture(autouse=True)
def _begin_with_the_example(request: pytest.FixtureRequest) -> None:
    if isinstance(request.node, pytest.DoctestItem):
        request.getfixturevalue("doctest_namespace").update(request.getfixturevalue("_example"))
        monkeypatch = request.getfixturevalue("monkeypatch")
        monkeypatch.setenv("BELIEFSIM_RESULTS", str(request.getfixturevalue("tmp_path")))
