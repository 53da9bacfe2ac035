"""Run benchmarks and merge their figures into results/benchmarks.json: `python -m benchmarks [NAME …]`.

A benchmark is a module of this folder with `run() -> dict[str, float]`; names end in their unit.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
import traceback
import typing
from collections.abc import Callable, Sequence

import benchmarks
from beliefsim import paths

__all__ = ["benchmark", "main", "names", "record"]


def names() -> list[str]:
    """Modules of this folder; not all of them are benchmarks."""
    return [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]


def benchmark(name: str) -> Callable[[], dict[str, float]] | None:
    """What the module runs, or None if it is no benchmark."""
    run = getattr(importlib.import_module(f"benchmarks.{name}"), "run", None)
    return run if run and typing.get_type_hints(run).get("return") == dict[str, float] else None


def main(wanted: Sequence[str]) -> int:
    """Run the named benchmarks, or all; the exit status says whether one failed."""
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"benchmarks {', '.join(sorted(unknown))} are not among {', '.join(names())}", file=sys.stderr)
        return 2
    failed = [name for name in wanted or names() if not _measured(name)]
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


def _measured(name: str) -> bool:
    try:
        run = benchmark(name)
        figures = run() if run else {}
    except Exception:  # the other benchmarks still run
        traceback.print_exc()
        return False
    record(figures)
    return True


def record(figures: dict[str, float]) -> None:
    """Print figures and merge them into results/benchmarks.json."""
    for figure, value in figures.items():
        print(f"{figure:40} {value:12.4g}", flush=True)
    if figures:
        _merge(figures)


def _merge(figures: dict[str, float]) -> None:
    file = paths.results() / "benchmarks.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    known = json.loads(file.read_text()) if file.exists() else {}
    fresh = file.with_suffix(".partial")
    fresh.write_text(json.dumps(dict(sorted((known | figures).items())), indent=1) + "\n")
    os.replace(fresh, file)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
