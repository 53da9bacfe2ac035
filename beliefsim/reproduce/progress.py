"""How far each notebook is: a bar each on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

__all__ = ["Progress"]

_LOG_EVERY_SECONDS = 15.0


class Progress:
    """Code cells done of each running notebook, on standard error."""

    def __init__(self) -> None:
        self._bars = sys.stderr.isatty()
        self._open: dict[str, Any] = {}
        self._said: dict[str, float] = {}
        self._lock = threading.Lock()

    def cell(self, notebook: str, done: int, total: int) -> None:
        """Say that `done` of `total` code cells have run."""
        with self._lock:
            if self._bars:
                self._bar(notebook, done, total)
            elif time.monotonic() - self._said.setdefault(notebook, time.monotonic()) > _LOG_EVERY_SECONDS:
                self._said[notebook] = time.monotonic()
                self._line(f"{notebook}: {done} of {total} cells")

    def end(self, notebook: str, text: str) -> None:
        """Say how a notebook ended."""
        with self._lock:
            bar = self._open.pop(notebook, None)
            if bar is not None:
                bar.close()
            self._line(f"{notebook}: {text}")

    def _bar(self, notebook: str, done: int, total: int) -> None:
        from tqdm import tqdm

        if notebook not in self._open:
            layout = "{desc} {bar} {n_fmt}/{total_fmt} cells {elapsed}"
            self._open[notebook] = tqdm(total=total, desc=notebook, bar_format=layout, leave=False, file=sys.stderr)
        self._open[notebook].update(done - self._open[notebook].n)

    def _line(self, text: str) -> None:
        if self._bars:
            from tqdm import tqdm

            tqdm.write(text, file=sys.stderr)
        else:
            print(text, file=sys.stderr, flush=True)
