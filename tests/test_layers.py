import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "beliefsim"
HEAVY = [
    "aiohttp",
    "ipywidgets",
    "matplotlib",
    "openai",
    "papermill",
    "seaborn",
    "scipy.stats",
    "sklearn",
    "statsmodels",
    "torch",
    "transformers",
    "xllamacpp",
]

# What a part of the package may import lies in its own layer or below.
LAYERS = {
    "reproduce": 6,
    "cli": 6,
    "doctor": 6,
    "figures": 5,
    "widgets": 5,
    "outputs": 5,
    "simulate": 4,
    "recovery": 4,
    "rows": 4,
    "analysis": 4,
    "activations": 3,
    "agents": 3,
    "interventions": 3,
    "games": 2,
    "instruments": 2,
    "personas": 2,
    "models": 2,
    "recordings": 1,
    "datasets": 2,
    "beliefs": 1,
    "answers": 1,
    "questions": 1,
    "schema": 1,
    "prompts": 1,
    "paths": 1,
    "run": 1,
}
STRANGERS = [("games", "instruments"), ("instruments", "games")]


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(path: Path) -> Iterator[str]:
    """Parts of beliefsim that a module imports anywhere in it, except for type checkers only."""
    tree = ast.parse(path.read_text())
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    package = ["beliefsim", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            stem = ".".join([*base, *([node.module] if node.module else [])])
            names = [f"{stem}.{alias.name}" for alias in node.names]
        else:
            continue
        for words in (name.split(".") for name in names):
            if words[0] == "beliefsim" and len(words) > 1:
                yield words[1]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    own = part_of(path)
    assert own in LAYERS, f"{own} has no layer in this test: which one does it belong to?"
    for other in set(imported_parts(path)) - {own}:
        assert other in LAYERS, f"{path} imports {other}, which has no layer"
        assert LAYERS[other] <= LAYERS[own], f"{path} (layer {LAYERS[own]}) imports {other} (layer {LAYERS[other]})"
        assert (own, other) not in STRANGERS, f"{path}: {own} and {other} must not know each other"


def test_the_check_sees_relative_and_absolute_imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    module = tmp_path / "games" / "any.py"
    module.parent.mkdir()
    module.write_text(
        "from .. import schema\nfrom ..beliefs import Belief\nimport beliefsim.paths\nfrom . import trust\n"
        "from beliefsim import analysis\ndef later():\n    from ..models.model import Model\n"
    )
    assert set(imported_parts(module)) == {"schema", "beliefs", "paths", "games", "analysis", "models"}


@pytest.mark.parametrize("statement", ["import beliefsim", "import beliefsim.cli", "import beliefsim.models"])
def test_heavy_libraries_are_imported_only_when_used(statement: str) -> None:
    loaded = f"{statement}, sys; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
