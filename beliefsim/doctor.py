"""`beliefsim doctor`: what this machine has of what notebooks need, and what to do about the rest."""

from __future__ import annotations

import importlib.metadata
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["CHECKS", "Finding", "examine"]

_DISK_BYTES, _MEMORY_BYTES = 1_000_000_000, 1_500_000_000
_KERNEL_SECONDS = 60
_JUPYTER_PORT = 8888
_HELLO = (("user", "Say hello."),)


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Examples
    --------
    >>> print(Finding(False, "results: no room; make some"))
    MEND  results: no room; make some
    """

    good: bool  # whether nothing must be mended
    text: str  # what was found, or what to do

    def __str__(self) -> str:
        return f"{'ok   ' if self.good else 'MEND '} {self.text}"


def examine(reply: bool = False) -> Iterator[Finding]:
    """Yield a finding per check, in turn; a check that breaks is a finding too.

    Parameters
    ----------
    reply : bool
        Also ask the embedded model for one new reply; it stays warm for a moment only.
    """
    for check in [*CHECKS, *([_reply] if reply else [])]:
        try:
            yield check()
        except Exception as error:  # whatever is wrong with the machine is what is to be told
            yield Finding(False, f"{check.__name__.strip('_')}: {type(error).__name__}: {error}")


def _python() -> Finding:
    from packaging.specifiers import SpecifierSet

    wanted = importlib.metadata.metadata("beliefsim")["Requires-Python"]
    version = ".".join(map(str, sys.version_info[:3]))
    if SpecifierSet(wanted).contains(version):
        return Finding(True, f"Python {version}")
    return Finding(False, f"Python {version}, but beliefsim needs {wanted}: make clean; make install PYTHON=…")


def _packages() -> Finding:
    from packaging.requirements import Requirement

    wanted = [Requirement(text) for text in importlib.metadata.requires("beliefsim") or ()]
    wanted = [each for each in wanted if not each.marker or each.marker.evaluate({"extra": "embedded"})]
    lacking = [str(each).partition(";")[0].strip() for each in wanted if not _fits(each.name, each.specifier)]
    if lacking:
        return Finding(False, f"packages: {', '.join(lacking)} not installed: make install")
    return Finding(True, f"packages: {len(wanted)} as required")


def _fits(name: str, specifier: object) -> bool:
    try:
        return importlib.metadata.version(name) in specifier  # type: ignore[operator]
    except importlib.metadata.PackageNotFoundError:
        return False


def _weights() -> Finding:
    from beliefsim.models.weights import catalogue, digest

    from .models import DEFAULT

    entry = catalogue()[DEFAULT]
    if entry.installed and digest(entry.path) == entry.sha256:
        return Finding(True, f"weights of {DEFAULT}, {entry.bytes / 1e6:.0f} MB")
    state = "damaged" if entry.path.exists() else "missing"
    return Finding(False, f"weights of {DEFAULT} are {state}: beliefsim models install {DEFAULT}")


def _ports() -> Finding:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
    with socket.socket() as usual:
        usual.settimeout(1)
        taken = usual.connect_ex(("127.0.0.1", _JUPYTER_PORT)) == 0
    return Finding(True, f"ports: free{f'; {_JUPYTER_PORT} is taken, JupyterLab will choose another' if taken else ''}")


def _disk() -> Finding:
    from beliefsim import paths

    folder = next(each for each in [paths.results(), *paths.results().absolute().parents] if each.exists())
    free = shutil.disk_usage(folder).free
    if free < _DISK_BYTES:
        return Finding(False, f"disk: {free / 1e9:.1f} GB free in {folder}: make room for {_DISK_BYTES / 1e9:.0f} GB")
    return Finding(True, f"disk: {free / 1e9:.0f} GB free")


def _memory() -> Finding:
    import psutil

    free = psutil.virtual_memory().available
    if free < _MEMORY_BYTES:
        return Finding(False, f"memory: {free / 1e9:.1f} GB free: close programs until 1.5 GB are")
    return Finding(True, f"memory: {free / 1e9:.0f} GB free")


def _results() -> Finding:
    from beliefsim import outputs, paths

    folder = paths.results()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        outputs.hide_from_git(folder)
        with tempfile.TemporaryFile(dir=folder):
            return Finding(True, f"results: {folder} can be written")
    except OSError as error:
        return Finding(False, f"results: {folder}: {error.strerror}; make it yours, or set BELIEFSIM_RESULTS")


def _kernel() -> Finding:
    from jupyter_client.manager import start_new_kernel

    began = time.monotonic()
    manager, client = start_new_kernel(
        kernel_name="python3", startup_timeout=_KERNEL_SECONDS, stderr=subprocess.DEVNULL
    )
    try:
        answer = client.execute_interactive("import beliefsim", timeout=_KERNEL_SECONDS, output_hook=lambda _: None)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    content = answer["content"]
    if content["status"] != "ok":
        return Finding(False, f"kernel: {content['ename']}: {content['evalue']}; start JupyterLab with make lab")
    return Finding(True, f"kernel: starts and imports beliefsim in {time.monotonic() - began:.1f} s")


def _reply() -> Finding:
    import beliefsim as bs
    from beliefsim.models import Request

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        model = bs.Model(recording=Path(folder) / "doctor.jsonl")
        [answer] = model.ask([Request(_HELLO, max_tokens=8)])
        model.close()
    if answer.error:
        return Finding(False, f"reply: {answer.error}")
    return Finding(True, f"reply: {answer.text.strip()!r} from {model.name} in {time.monotonic() - began:.1f} s")


CHECKS: tuple[Callable[[], Finding], ...] = (_python, _packages, _weights, _ports, _disk, _memory, _results, _kernel)
