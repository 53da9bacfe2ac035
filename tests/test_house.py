"""The plan of the house: who imports whom, how large each part may be, and what its faces show."""

import ast
import csv
import importlib
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

import beliefsim

PACKAGE = Path(beliefsim.__file__).parent
ROOT = PACKAGE.parent
STUDIES = PACKAGE / "studies"
ROOMS = sorted(path.parent.name for path in STUDIES.glob("*/__init__.py"))
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

# Low to high: what a part imports lies in its own layer or below; of one layer only STRANGERS do not know each other.
LAYERS = [
    ["paths", "run"],
    ["beliefs", "prompts", "schema"],
    ["answers", "questions", "rows"],
    ["recordings"],
    ["models"],
    ["personas", "datasets"],
    ["games", "instruments"],
    ["interventions", "measures"],
    ["agents"],
    ["play"],
    ["figures"],
    ["activations"],
    ["consistency"],
    ["outputs", "widgets", "reproduce", "cli", "doctor"],
    ["studies"],
]
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
STRANGERS = {("games", "instruments"), ("instruments", "games")}

CORE = ["beliefs", "questions", "schema", "answers", "prompts", "paths", "rows", "games", "agents", "instruments"]
CORE += ["interventions", "personas", "datasets", "play", "measures", "figures", "__init__"]
BUDGETS = {
    "vocabulary and core": (CORE, 3500),
    "consistency": (["consistency"], 1900),
    "activations": (["activations"], 480),
    **{f"room {room}": ([f"studies/{room}"], 450) for room in ROOMS},
}
VAGUE = {"found", "place", "said", "read", "part", "Read", "told", "thing", "things", "info", "helper"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def here(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def code_lines(source: str) -> int:
    """Lines with a token outside docstrings, comments and blanks."""
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and node.body:
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                docstrings.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in blank:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - docstrings)


def imports(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Line and dotted words of what a module imports of beliefsim, except for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
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
                yield node.lineno, words[1:]


def wrong_imports() -> Iterator[str]:
    for path in modules():
        if path == PACKAGE / "__init__.py":
            continue
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        own = parts[0]
        if own not in LEVEL:
            yield f"{here(path)}: {own} has no layer in tests/test_house.py"
            continue
        for line, words in imports(path):
            other = words[0]
            if other not in LEVEL:
                yield f"{here(path)}:{line} imports {other}, which has no layer"
            elif LEVEL[other] > LEVEL[own] or (own, other) in STRANGERS:
                yield f"{here(path)}:{line} ({own}) imports {other}, which lies above it or must stay unknown to it"
            elif own == other == "studies" and len(parts) > 2 and words[1] != parts[1]:
                yield f"{here(path)}:{line}: a study imports a study, {words[1]}"


def test_imports_point_down_and_no_study_imports_another() -> None:
    assert list(wrong_imports()) == []


def test_the_import_check_sees_what_it_should(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    for room in ("one", "other"):
        (tmp_path / "studies" / room).mkdir(parents=True)
    (tmp_path / "games").mkdir()
    (tmp_path / "studies" / "one" / "game.py").write_text("from ..other import thing\nfrom . import agents\n")
    (tmp_path / "games" / "any.py").write_text(
        "from .. import schema\nfrom ..studies import one\ndef later():\n    from beliefsim import widgets\n"
        "from ..instruments import Bet\n"
    )
    wrong = [line.partition("/")[2] for line in wrong_imports()]
    assert [line.split(" ")[0] for line in wrong] == [
        "games/any.py:2", "games/any.py:5", "games/any.py:4", "studies/one/game.py:1:",
    ]  # fmt: skip


@pytest.mark.parametrize("name", BUDGETS)
def test_a_part_is_within_its_budget_of_code_lines(name: str) -> None:
    parts, most = BUDGETS[name]
    files = [
        path for part in parts for path in [PACKAGE / f"{part}.py", *(PACKAGE / part).rglob("*.py")] if path.exists()
    ]
    lines = {here(path): code_lines(path.read_text(encoding="utf-8")) for path in files}
    largest = sorted(lines.items(), key=lambda item: -item[1])[:5]
    assert sum(lines.values()) <= most, f"{name}: {sum(lines.values())} of {most} code lines; largest: {largest}"


def test_code_lines_leave_out_words_and_blanks() -> None:
    assert code_lines('"""Words.\n\nMore."""\n\n# why\nx = (\n    1,  # one\n)\n\n\ndef f():\n    """Words."""\n') == 4


def table() -> list[dict[str, str]]:
    return list(csv.DictReader((STUDIES / "rooms.csv").read_text(encoding="utf-8").splitlines()))


def test_the_table_of_rooms_names_rooms_and_notebooks_that_are_there() -> None:
    named = {room for row in table() for room in row["room"].split(";")}
    assert named == set(ROOMS)
    notebooks = {path.name.partition("_")[0] for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {number for row in table() for number in row["notebook"].split()} <= notebooks


def test_every_room_has_tests_of_its_name_and_its_texts_beside_it() -> None:
    tests = [path.stem for path in (ROOT / "tests" / "studies").glob("test_*.py")]
    untested = [room for room in ROOMS if not any(name.startswith(f"test_{room}") for name in tests)]
    stray = [
        here(path) for path in STUDIES.rglob("*.md") if path.relative_to(STUDIES).parts[1] not in ("texts", "material")
    ]
    assert (untested, stray) == ([], [])


def test_every_room_says_on_its_page_what_it_studies() -> None:
    short = []
    for room in ROOMS:
        words = (
            ast.get_docstring(ast.parse((STUDIES / room / "__init__.py").read_text(encoding="utf-8"))) or ""
        ).split()
        if len(words) < 60 or not re.search(r"arXiv:\d{4}\.\d{4,5}|doi:10\.", " ".join(words)):
            short.append(f"beliefsim/studies/{room}/__init__.py: {len(words)} words")
    assert short == []


def test_the_command_prints_the_table_and_imports_no_room() -> None:
    script = "import runpy, sys; runpy.run_module('beliefsim.studies', run_name='__main__'); "
    script += "print([m for m in sys.modules if m.startswith('beliefsim.studies.') and not m.endswith('__main__')])"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    *printed, loaded = run.stdout.strip().splitlines()
    assert loaded == "[]"
    assert all(any(row["system"] in line and row["room"] in line for line in printed) for row in table())


def wrong_faces() -> Iterator[str]:
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if (
                isinstance(node, ast.Assign)
                and "__all__" in ast.unparse(node.targets[0])
                and path.name != "__init__.py"
            ):
                yield f"{here(path)}:{node.lineno}: __all__ stands in faces only"
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name in VAGUE:
                yield f"{here(path)}:{node.lineno}: {node.name} is no noun or verb that a reader can guess"


def test_faces_list_names_and_names_can_be_guessed() -> None:
    assert list(wrong_faces()) == []


def test_the_package_shows_few_names_and_a_verb_is_no_module() -> None:
    assert len(beliefsim.__all__) <= 40
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text(encoding="utf-8")).body[-1]
    assert ast.literal_eval(stub.value) == beliefsim.__all__  # type: ignore[attr-defined]
    module = importlib.import_module("beliefsim.play")
    assert callable(beliefsim.play) and beliefsim.play is module.play


def test_one_private_environment_variable() -> None:
    named = {
        name: here(path)
        for path in modules()
        for name in re.findall(r"\bBELIEFSIM_[A-Z]+\b", path.read_text(encoding="utf-8"))
    }
    assert len(set(named) - {"BELIEFSIM_RESULTS", "BELIEFSIM_WEIGHTS"}) <= 1, named


def deep_arrays() -> Iterator[str]:
    """Arrays of more than two axes that a face takes or gives, as the docstrings of its names say."""
    for face in [PACKAGE / "measures" / "__init__.py", *sorted(STUDIES.glob("*/__init__.py"))]:
        names = set(re.findall(r"\w+", face.read_text(encoding="utf-8").rpartition("__all__")[2]))
        for path in sorted(face.parent.glob("*.py")):
            for node in ast.parse(path.read_text(encoding="utf-8")).body:
                if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name not in names:
                    continue
                for shape in re.findall(r"shape \(([^)]*)\)", ast.get_docstring(node) or ""):
                    if len([axis for axis in shape.split(",") if axis.strip()]) > 2:
                        yield f"{here(path)}:{node.lineno}: {node.name} has an array of shape ({shape})"


def test_no_array_of_more_than_two_axes_crosses_a_face() -> None:
    assert list(deep_arrays()) == []


@pytest.mark.parametrize("statement", ["import beliefsim", "import beliefsim.cli", "import beliefsim.models"])
def test_heavy_libraries_are_imported_only_when_used(statement: str) -> None:
    loaded = f"{statement}, sys; print([name for name in {HEAVY} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
