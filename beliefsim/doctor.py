"""`beliefsim doctor`: what notebooks need of this machine and a user can mend, and how."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_DISK_BYTES = 1_000_000_000
_KERNEL_SECONDS = 60


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


def _packages() -> Finding:
    from packaging.requirements import Requirement

    wanted = [Requirement(text) for text in importlib.metadata.requires("beliefsim") or ()]
    wanted = [each for each in wanted if not each.marker or each.marker.evaluate({"extra": "embedded"})]
    installed = {each.name.lower(): each.version for each in importlib.metadata.distributions()}
    lacking = [
        f"{each.name}{each.specifier}"
        for each in wanted
        if not each.specifier.contains(installed.get(each.name.lower(), "0"))
    ]
    said = f"{', '.join(lacking)} not installed: make install" if lacking else f"{len(wanted)} as required"
    return Finding(not lacking, f"packages: {said}")


def _weights() -> Finding:
    from beliefsim.models.weights import catalogue, digest

    from .models import DEFAULT

    entry = catalogue()[DEFAULT]
    if entry.installed and digest(entry.path) == entry.sha256:
        return Finding(True, f"weights of {DEFAULT}, {entry.bytes / 1e6:.0f} MB")
    state = "damaged" if entry.path.exists() else "missing"
    return Finding(False, f"weights of {DEFAULT} are {state}: beliefsim models install {DEFAULT}")


def _proxy() -> Finding:
    proxies = {scheme: urlsplit(address) for scheme, address in urllib.request.getproxies().items() if scheme != "no"}
    named = ", ".join(f"{scheme} through {each.hostname or each.path}" for scheme, each in sorted(proxies.items()))
    more = f"{named} (from the environment); models on this machine are asked without it" if named else "none"
    return Finding(True, f"proxy: {more}")


def _results() -> Finding:
    from beliefsim import outputs, paths

    folder = paths.results()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        outputs.hide_from_git(folder)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(False, f"results: {folder}: {error.strerror}; make it yours, or set BELIEFSIM_RESULTS")
    if free < _DISK_BYTES:
        return Finding(
            False, f"results: {free / 1e9:.1f} GB free in {folder}: make room for {_DISK_BYTES / 1e9:.0f} GB"
        )
    return Finding(True, f"results: {folder} can be written, {free / 1e9:.0f} GB free")


def _kernel() -> Finding:
    from jupyter_client.manager import start_new_kernel

    began = time.monotonic()
    manager, client = start_new_kernel(startup_timeout=_KERNEL_SECONDS, stderr=subprocess.DEVNULL)
    try:
        answer = client.execute_interactive("import beliefsim", timeout=_KERNEL_SECONDS, output_hook=lambda _: None)
    finally:
        manager.shutdown_kernel(now=True)
    told = answer["content"]
    seconds = f"starts and imports beliefsim in {time.monotonic() - began:.1f} s"
    good = told["status"] == "ok"
    wrong = "" if good else f"{told['ename']}: {told['evalue']}; start JupyterLab with make lab"
    return Finding(good, f"kernel: {wrong or seconds}")


def _reply() -> Finding:
    import beliefsim as bs
    from beliefsim.models import Request

    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        model = bs.Model(recording=Path(folder) / "doctor.jsonl")
        [answer] = model.ask([Request((("user", "Say hello."),), max_tokens=8)])
        model.close()
    seconds = f"{answer.text.strip()!r} from {model.name} in {time.monotonic() - began:.1f} s"
    return Finding(not answer.error, f"reply: {answer.error or seconds}")


CHECKS: tuple[Callable[[], Finding], ...] = (_packages, _weights, _proxy, _results, _kernel)
