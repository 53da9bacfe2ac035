import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = SETTINGS["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()
MAKEFILE = (ROOT / "Makefile").read_text()


def name_of(requirement: str) -> str:
    return re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def locked() -> set[str]:
    return {name_of(line) for line in LOCK.splitlines() if re.match(r"\w", line)}


def wanted() -> list[str]:
    """All but the extra that brings torch, which has an environment of its own."""
    extras = {name: each for name, each in PROJECT["optional-dependencies"].items() if name != "activations"}
    return [*PROJECT["dependencies"], *(each for extra in extras.values() for each in extra)]


def test_conda_and_pip_ask_for_the_same_python() -> None:
    [python] = [each for each in CONDA["dependencies"] if isinstance(each, str) and name_of(each) == "python"]
    assert python.removeprefix("python") == PROJECT["requires-python"]


def test_conda_leaves_the_dependencies_to_pyproject() -> None:
    named = {name_of(each) for each in CONDA["dependencies"] if isinstance(each, str)}
    assert named == {"python", "pip"}


def test_conda_installs_the_clone_with_extras_that_exist() -> None:
    [pip] = [each["pip"] for each in CONDA["dependencies"] if isinstance(each, dict)]
    [extras] = re.findall(r"^-e \.\[([\w,]+)\]$", pip[-1])
    assert set(extras.split(",")) <= set(PROJECT["optional-dependencies"])
    assert (ROOT / "environment.yml").read_text().rstrip().endswith(pip[-1])


def test_the_lock_pins_every_dependency_and_no_torch() -> None:
    assert {name_of(each) for each in wanted()} <= locked()
    assert not {"torch", "transformers"} & locked()


def test_torch_is_installed_apart_from_what_the_lock_makes() -> None:
    assert {"torch", "transformers"} <= {name_of(each) for each in PROJECT["optional-dependencies"]["activations"]}
    [recipe] = re.findall(r"^\$\(ACTIVATIONS\)/installed:.*\n((?:\t.*\n)+)", MAKEFILE, flags=re.MULTILINE)
    assert ".[activations]" in recipe and ".[activations]" not in MAKEFILE.replace(recipe, "")


def test_the_lock_has_a_hash_for_every_pin() -> None:
    pins = re.findall(r"^[\w.-]+==.*(?:\n    .*)*", LOCK, flags=re.MULTILINE)
    assert len(pins) >= len(wanted())
    assert all("--hash=sha256:" in pin for pin in pins)


def test_the_lock_serves_several_platforms() -> None:
    assert "sys_platform == 'win32'" in LOCK
    assert "sys_platform == 'darwin'" in LOCK


@pytest.mark.parametrize("file", ["requirements.lock", "Makefile", "pyproject.toml", "environment.yml", ".ci/run"])
def test_no_host_is_named(file: str) -> None:
    text = (ROOT / file).read_text()
    assert "://" not in text
    assert not re.search(r"(index|find)-(url|links)\b", text.replace("--no-emit-index-url", ""))


@pytest.mark.parametrize("file", ["LICENSE", "CITATION.cff", "CHANGELOG.md", "README.md", "results/.gitignore"])
def test_a_clone_has(file: str) -> None:
    assert (ROOT / file).is_file()


def test_licence_and_citation_agree_with_the_project() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert (ROOT / "LICENSE").read_text().startswith(f"{PROJECT['license']} License")
    assert [author["name"] for author in citation["authors"]] == [author["name"] for author in PROJECT["authors"]]


def test_results_are_left_out_of_git() -> None:
    assert (ROOT / "results/.gitignore").read_text().split() == ["*", "!.gitignore"]


def test_continuous_integration_runs_what_the_makefile_has() -> None:
    called = re.findall(r"^\s*make ([\w-]+)", (ROOT / ".ci/run").read_text(), flags=re.MULTILINE)
    assert list(dict.fromkeys(called)) == ["lint", "test", "site", "test-browser"]
    assert all(re.search(rf"^{target}:.*## ", MAKEFILE, flags=re.MULTILINE) for target in [*called, "reproduce", "lab"])


def test_a_wheel_carries_every_file_of_the_package() -> None:
    package, shipped = ROOT / "beliefsim", SETTINGS["tool"]["setuptools"]["package-data"]["beliefsim"]
    files = [file for file in package.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    left = [file for file in files if not any(file.match(pattern) for pattern in [*shipped, "*.py"])]
    assert left == []
