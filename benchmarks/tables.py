"""Write the benchmark and fault tables of the docs from results/: `python -m benchmarks.tables`."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tabulate import tabulate

from beliefsim import paths

__all__ = ["benchmark_table", "fault_table", "replaced"]

# What a figure means, and how it is written; figures that are not here stand under their own name.
_MEANING = {
    "live_ratio_0ms": ("`play` (rendering, recording, reading) / bare SDK, server answers at once", ".2f"),
    "live_ratio_50ms": ("the same, after 50 ms", ".2f"),
    "live_calls_per_s_0ms": ("calls/s of `play`, server answers at once", ",.0f"),
    "live_calls_per_s_50ms": ("the same, after 50 ms", ",.0f"),
    "replay_replies_per_s": ("recorded replies/s, nothing sent", ",.0f"),
    "million_replies_open_s": ("seconds to open a recording of a million replies", ".2f"),
    "million_replies_lookups_per_s": ("of its replies read/s, in any order", ",.0f"),
    "million_replies_table_s": ("seconds to make a table of it", ".2f"),
    "million_replies_peak_mb": ("MB of memory to open it", ",.0f"),
    "embedded_ratio": ("`play` / bare client of the same llama.cpp process", ".2f"),
    "exact_vs_sampled_calls": ("sampled calls for the interval of one exact call", ",.0f"),
    "exact_calls_per_choice": ("calls of an exact choice", ".2f"),
    "exact_sampled_distance": ("total variation, exact against 150 sampled", ".3f"),
    "exact_sampled_noise": ("what sampling alone stays below in 95 of 100 cases", ".3f"),
    "import_s": ("seconds to import beliefsim", ".3f"),
    "lab_start_s": ("seconds until JupyterLab answers", ".1f"),
    "lab_open_s": ("seconds from opening `00_start_here` in Chromium to an idle kernel", ".1f"),
    "first_reply_s": ("seconds from opening it to its first reply", ".1f"),
    "notebooks_00_03_replay_s": ("seconds of notebooks 00–03 from recordings", ".0f"),
    "null_10k_permutations_s": ("seconds of 10,000 permutations of a null", ".2f"),
}
_PEERS = {"dspy": "DSPy", "inspect": "Inspect AI", "edsl": "EDSL"}
for _peer, _name in _PEERS.items():
    _MEANING[f"{_peer}_ratio_0ms"] = (f"{_name}: calls/s / bare SDK, server answers at once", ".3f")
    _MEANING[f"{_peer}_calls_per_s_0ms"] = (f"{_name}: calls/s, server answers at once", ",.0f")
    _MEANING[f"{_peer}_replay_per_s"] = (f"{_name}: cached replies/s", ",.0f")

for _count, _word in {"million": "a", "two_million": "two", "five_million": "five", "ten_million": "ten"}.items():
    _MEANING[f"{_count}_personas_s"] = (f"seconds to play {_word} million scripted personas", ".0f")
    _MEANING[f"{_count}_personas_peak_mb"] = ("MB of memory for them", ",.0f")


def benchmark_table(figures: Mapping[str, float]) -> str:
    """Markdown table of results/benchmarks.json.

    Examples
    --------
    >>> print(benchmark_table({"import_s": 0.31}))
    | figure     | what it is                  |   value |
    |:-----------|:----------------------------|--------:|
    | `import_s` | seconds to import beliefsim |   0.310 |
    """
    known = [name for name in _MEANING if name in figures]
    rows = [(f"`{name}`", _MEANING[name][0], format(figures[name], _MEANING[name][1])) for name in known]
    rows += [(f"`{name}`", "", f"{figures[name]:,.4g}") for name in sorted(set(figures) - set(known))]
    return _markdown(rows, ("figure", "what it is", "value"), ("left", "left", "right"))


def fault_table(found: Mapping[str, Any]) -> str:
    """Markdown table of results/faults.json."""
    names = ("fault", "injected", "sent", "written", "lost", "asked_twice", "wrong")
    rows = [tuple(str(row[name]) for name in names) for row in found["faults"]]
    rows.append(("together", str(found["injected"]), "", "", *(str(found[name]) for name in names[-3:])))
    return _markdown(rows, [name.replace("_", " ") for name in names], ("left", *["right"] * 6))


def _markdown(rows: Any, header: Any, align: Any) -> str:
    return tabulate(rows, header, "pipe", colalign=align, disable_numparse=True)


def replaced(text: str, name: str, table: str) -> str:
    """Text with the table between the marks of `name`.

    Raises
    ------
    ValueError
        If the marks are not there.
    """
    begin, end = f"<!-- {name}: begin (make tables) -->", f"<!-- {name}: end -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"no place for the table: it needs the lines {begin!r} and {end!r}")
    return text[: text.index(begin)] + f"{begin}\n{table}\n{end}" + text[text.index(end) + len(end) :]


def _update(page: Path, source: Path, name: str, make: Any, remedy: str) -> bool:
    if not source.exists():
        print(f"{source} is not there: {remedy}", file=sys.stderr)
        return False
    table = make(json.loads(source.read_text(encoding="utf-8")))
    page.write_text(replaced(page.read_text(encoding="utf-8"), name, table), encoding="utf-8")
    print(page)
    return True


def main() -> int:
    """Update both pages; the exit status says whether a source is missing."""
    docs, results = paths.clone() / "docs", paths.results()
    speed = _update(docs / "speed.md", results / "benchmarks.json", "benchmarks", benchmark_table, "make bench")
    faults = _update(docs / "faults.md", results / "faults.json", "faults", fault_table, "make faults")
    return not (speed and faults)


if __name__ == "__main__":
    sys.exit(main())
