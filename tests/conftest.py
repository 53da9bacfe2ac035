"""Fixtures: the real persona bank (``--genagents PATH``) and golden transcripts (``--update-transcripts``)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("here", deadline=None)  # a test's time says something about the machine, not about the code
settings.load_profile("here")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--genagents", metavar="PATH", help="the GenAgents bank: a clone, a zip, or one JSON line an agent"
    )
    parser.addoption(
        "--update-transcripts", action="store_true", help="write rendered prompts anew, then read the diff"
    )


@pytest.fixture(scope="session")
def genagents(request: pytest.FixtureRequest) -> Path:
    """The real persona bank, which is not part of the repository."""
    given = request.config.getoption("--genagents")
    if not given:
        pytest.skip("the persona bank is not here: pass --genagents PATH")
    return Path(given)


@pytest.fixture
def transcript(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a rendered prompt with its golden text in ``tests/transcripts``."""

    def compare(name: str, text: str) -> None:
        path = Path(__file__).parent / "transcripts" / f"{name}.txt"
        if request.config.getoption("--update-transcripts"):
            path.write_text(text + "\n", encoding="utf-8")
        assert text + "\n" == path.read_text(encoding="utf-8"), (
            f"run pytest --update-transcripts and read the diff of {path}"
        )

    return compare
