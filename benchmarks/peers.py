"""Other libraries on the same server: DSPy, Inspect AI and EDSL, each in an environment of its own.

`python -m benchmarks.peers [NAME …]` makes the environments under results/peers/ with pip and measures them;
`make bench` measures those that are there. What cannot be installed or does not run is said and left out.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from beliefsim import paths

from .loopback import loopback
from .models import AT_ONCE, CALLS, _bare

__all__ = ["NEEDS", "install", "measure", "run"]

NEEDS = {"dspy": ["dspy"], "inspect": ["inspect-ai", "openai"], "edsl": ["edsl", "openai"]}
_SCRIPTS = Path(__file__).parent / "_peers"
_LONGEST_SECONDS = 600


def run() -> dict[str, float]:
    """Measure the libraries whose environment is there; see `measure`."""
    found: dict[str, float] = {}
    for name in NEEDS:
        if _python(name).exists():
            found |= _tried(name)
        else:
            print(f"{name}: not installed (make peers)", file=sys.stderr)
    return found


def install(name: str) -> bool:
    """Make the environment of a library, unless it is there; False, and a word, if that fails."""
    if _python(name).exists() and _runs([str(_python(name)), "-c", f"import {_module(name)}"]):
        return True
    folder = _python(name).parents[1]
    folder.parent.mkdir(parents=True, exist_ok=True)
    pip = [str(_python(name)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *NEEDS[name]]
    if _runs([sys.executable, "-m", "venv", "--clear", str(folder)]) and _runs(pip):
        return True
    print(f"{name}: cannot be installed, left out", file=sys.stderr)
    return False


def measure(name: str, calls: int = CALLS) -> dict[str, float]:
    """Ratio to the bare SDK on the same number of prompts, and replies/s of a second process that finds them cached.

    Raises
    ------
    RuntimeError
        If the library does not answer every prompt.
    """
    with tempfile.TemporaryDirectory() as folder, loopback(0.0) as address:
        bare = _bare_seconds(address, calls)
        live = _seconds(name, address, calls, folder)
        bare = (bare + _bare_seconds(address, calls)) / 2  # before and after: the machine may be busy
        cached = _seconds(name, address, calls, folder)
    return {
        f"{name}_ratio_0ms": bare / live,
        f"{name}_calls_per_s_0ms": calls / live,
        f"{name}_replay_per_s": calls / cached,
    }


def _bare_seconds(address: str, calls: int) -> float:
    bodies: list[dict[str, Any]] = [
        {
            "model": "bench",
            "messages": [
                {"role": "system", "content": "Answer."},
                {"role": "user", "content": f"question {number} " + "x" * 500},
            ],
            "max_tokens": 24,
            "temperature": 1.0,
        }
        for number in range(calls)
    ]
    _bare(address, bodies[:AT_ONCE])
    started = time.perf_counter()
    _bare(address, bodies)
    return time.perf_counter() - started


def _seconds(name: str, address: str, calls: int, folder: str) -> float:
    """Seconds that the library's own process reports; starting it and importing do not count."""
    script = str(_SCRIPTS / f"{name}_peer.py")
    command = [str(_python(name)), script, address, str(calls), str(AT_ONCE), folder]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST_SECONDS, cwd=folder)
    if ended.returncode or not ended.stdout.strip():
        raise RuntimeError((ended.stderr.strip() or ended.stdout.strip() or "no output").splitlines()[-1][:300])
    return float(ended.stdout.split()[-1])


def _tried(name: str) -> dict[str, float]:
    try:
        return measure(name)
    except (RuntimeError, ValueError, OSError, subprocess.TimeoutExpired) as error:
        print(f"{name}: left out: {error}", file=sys.stderr)
        return {}


def _python(name: str) -> Path:
    folder = paths.results().absolute() / "peers" / name
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _module(name: str) -> str:
    return {"inspect": "inspect_ai"}.get(name, name)


def _runs(command: Sequence[str]) -> bool:
    return subprocess.run(command, stdout=subprocess.DEVNULL).returncode == 0


def main(wanted: Sequence[str]) -> int:
    """Install, measure and merge into results/benchmarks.json; the exit status says whether something was measured."""
    from .__main__ import record

    unknown = set(wanted) - set(NEEDS)
    if unknown:
        print(f"{', '.join(sorted(unknown))}: not among {', '.join(NEEDS)}", file=sys.stderr)
        return 2
    measured = False
    for name in wanted or NEEDS:
        figures = _tried(name) if install(name) else {}
        record(figures)  # at once: the next one may take long
        measured = measured or bool(figures)
    return not measured


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
