"""Are two results folders the same? Tables, ledgers, captions and alternative texts, byte for byte.

    python -m benchmarks.same BEFORE AFTER

Pictures are left out: their words and their numbers are compared, their pixels may change with a library.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

_COMPARED = ("tables", "outputs")  # outputs hold each notebook's claims, captions and alternative texts


def files(results: Path) -> dict[str, Path]:
    """What is compared of a results folder, by its path within."""
    found = (path for folder in _COMPARED for path in sorted((results / folder).rglob("*")) if path.is_file())
    return {str(path.relative_to(results)): path for path in found if not path.name.startswith(".")}


def differences(before: Path, after: Path) -> Iterator[str]:
    """Yield a line for each file that is only on one side, or differs."""
    old, new = files(before), files(after)
    if not old:
        yield f"{before}: no tables; is it the results folder of a run?"
    for name in sorted({*old, *new}):
        if name not in new or name not in old:
            yield f"{name}: only in {before if name in old else after}"
        elif old[name].read_bytes() != new[name].read_bytes():
            yield f"{name}: differs"


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    before, after = map(Path, sys.argv[1:])
    lines = list(differences(before, after))
    print("\n".join(lines) or f"the same: {len(files(before))} files")
    raise SystemExit(bool(lines))
