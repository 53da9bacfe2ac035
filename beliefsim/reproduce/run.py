"""Run notebooks side by side and keep account of them.

The local model needs no start here: the first kernel that misses a reply starts it, later ones join it.

Which run at the same time: a notebook that asks a language model runs alone among its kind, because two of them at one
local model are slower than one after the other. A notebook that asks no model, or that succeeded before from the
same inputs and so replays recordings, runs beside others, up to `jobs` at once.

What is run again: everything, every time, because a rerun is the check that recordings give the same numbers. Only
after a run in which a selected notebook failed (or was interrupted) are those that succeeded kept, as long as their
cells, parameters, the package, data, recordings and their files are unchanged.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from beliefsim import outputs, paths
from beliefsim.reproduce import bills, page
from beliefsim.reproduce import manifest as records
from beliefsim.reproduce.manifest import may_not_ask, models_used, recordings_used
from beliefsim.reproduce.notebooks import Notebook
from beliefsim.reproduce.progress import Progress
from beliefsim.run import Run

__all__ = ["Outcome", "reproduce"]


@dataclass(frozen=True)
class Outcome:
    """How one notebook ended."""

    name: str
    status: str  # succeeded, failed, or kept: it had succeeded in the unfinished run before, and nothing has changed
    error: str = ""  # notebook, cell and cause
    seconds: float = 0.0


def reproduce(
    notebooks: Sequence[Notebook],
    jobs: int = 2,
    *,
    beside: Collection[str] = (),
    record: bool = False,
    scheduler: str = "",
    results: Path | None = None,
) -> list[Outcome]:
    """Run notebooks with papermill and write `results/`: notebooks, figures, tables, manifest and index page.

    Parameters
    ----------
    notebooks : sequence of Notebook
        With the values they are to run with; see `selected` and `Changes`.
    jobs : int
        How many notebooks may run at the same time.
    beside : collection of str
        Names of notebooks that do not run now, but whose results of an earlier run stay in manifest and index.
    record : bool
        Put new replies into ``data/recordings/<study>/``, to be committed, and ask where they lack one.
    scheduler : str
        Address of a dask scheduler whose workers send the requests.
    results : Path, optional
        Where results go, instead of the usual folder.

    Returns
    -------
    list of Outcome
        In the order of `notebooks`. A failure in one does not stop the others.
    """
    run = _Run(notebooks, results or paths.results(), beside, record, scheduler)
    try:
        run.everything(jobs)
    finally:
        run.finish()
    return [run.outcomes[notebook.name] for notebook in notebooks if notebook.name in run.outcomes]


class _Run:
    """One call of `reproduce`: the manifest as it grows, and the lock on it."""

    def __init__(
        self,
        notebooks: Sequence[Notebook],
        results: Path,
        beside: Collection[str],
        record: bool,
        scheduler: str,
    ) -> None:
        self.notebooks, self.results, self.progress = notebooks, results.resolve(), Progress()
        self.record, self.scheduler = record, scheduler
        self.outcomes: dict[str, Outcome] = {}
        self.fingerprints = {notebook.name: records.fingerprint(notebook) for notebook in notebooks}
        self._lock = threading.Lock()
        self._begin(records.read(results), beside)

    def _begin(self, last: Mapping[str, Any], beside: Collection[str]) -> None:
        names = {*beside, *(notebook.name for notebook in self.notebooks)}
        entries = {name: entry for name, entry in last.get("notebooks", {}).items() if name in names}
        before = {notebook.name: entries.get(notebook.name, {}) for notebook in self.notebooks}
        same = {
            name for name, entry in before.items() if records.unchanged(self.results, entry, self.fingerprints[name])
        }
        unfinished = any(entry and entry["status"] != "succeeded" for entry in before.values())
        self.kept = same if unfinished else set()
        self.replays = same
        for notebook in self.notebooks:
            if notebook.name not in self.kept:
                entries[notebook.name] = self._entry(notebook, "not finished")
        self.manifest = {**records.surroundings(), "started": _now(), "notebooks": entries}
        self._save()

    def everything(self, jobs: int) -> None:
        from beliefsim.reproduce import kernel

        for name in sorted(self.kept):
            self._end(Outcome(name, "kept"), "kept from the unfinished run before; nothing it depends on has changed")
        todo = [notebook for notebook in self.notebooks if notebook.name not in self.kept]
        asking = [notebook for notebook in todo if self._may_ask(notebook)]
        lanes = [asking] + [[notebook] for notebook in todo if notebook not in asking]
        with ThreadPoolExecutor(max(1, jobs)) as pool:
            try:
                wait([pool.submit(self._lane, lane) for lane in lanes if lane])
            except BaseException:  # Ctrl-C: without this the pool would wait for the running cells
                pool.shutdown(wait=False, cancel_futures=True)
                kernel.stop()
                raise

    def _may_ask(self, notebook: Notebook) -> bool:
        """Two that ask an embedded model at once would slow each other down; those that replay run side by side."""
        replays = notebook.name in self.replays or (may_not_ask(notebook) and not self.record)
        return bool(notebook.models) and not replays

    def finish(self) -> None:
        self.manifest["finished"] = _now()
        self.manifest["models"] = models_used(self.notebooks)
        self.manifest["recordings"] = recordings_used()
        self._save()
        page.write(self.results, self.manifest)

    def _lane(self, lane: Sequence[Notebook]) -> None:
        for notebook in lane:
            self._one(notebook)

    def _one(self, notebook: Notebook) -> None:
        from beliefsim.reproduce.kernel import Failure, execute

        began, started = time.monotonic(), _now()
        self._clear(notebook.name)
        status, error = "succeeded", ""
        with tempfile.TemporaryDirectory() as folder:
            tally = Path(folder) / "tally.jsonl"
            environment = self._environment(notebook, tally)
            try:
                execute(notebook, self._executed(notebook), environment, self._counter(notebook.name))
            except Failure as failure:
                status, error = "failed", str(failure)
            except Exception as other:  # one notebook's surprise must not cost the others their results
                status, error = "failed", f"{notebook.name}: {type(other).__name__}: {other}"
            lines = bills.read(tally)
        if self.record and not error and (lacks := sum(line["failed"] for line in lines)):
            status = "failed"
            error = f"{notebook.name}: requests failed: {lacks:,}; the same command asks for what the recording lacks"
        seconds = time.monotonic() - began
        entry = self._entry(notebook, status, started=started, seconds=round(seconds, 1), error=error)
        entry["outputs"] = records.written(self.results, notebook.name)
        entry["asked"] = bills.summed(lines, "model", "instrument")
        with self._lock:
            self.manifest["notebooks"][notebook.name] = entry
            self._save()
        text = f"done in {seconds:.0f} s" if not error else f"FAILED: {error}"
        text += "".join(f"; {bills.said(row)}" for row in bills.summed(lines, "model") if row["calls"])
        self._end(Outcome(notebook.name, status, error, seconds), text)

    def _environment(self, notebook: Notebook, tally: Path) -> dict[str, str]:
        run = Run(
            notebook.name, str(self._recordings(notebook).resolve()), str(tally),
            replay_only=may_not_ask(notebook) and not self.record, scheduler=self.scheduler,
        )  # fmt: skip
        return {"BELIEFSIM_RESULTS": str(self.results), **dict([run.setting])}

    def _recordings(self, notebook: Notebook) -> Path:
        return paths.data() / "recordings" / notebook.name if self.record else paths.recordings()

    def _end(self, outcome: Outcome, text: str) -> None:
        self.outcomes[outcome.name] = outcome
        self.progress.end(outcome.name, text)

    def _entry(self, notebook: Notebook, status: str, **more: Any) -> dict[str, Any]:
        return {
            "status": status,
            "title": notebook.title,
            "parameters": notebook.parameters,
            "fingerprint": self.fingerprints[notebook.name],
            "executed": self._executed(notebook).relative_to(self.results).as_posix(),
            "outputs": {},
            **more,
        }

    def _executed(self, notebook: Notebook) -> Path:
        return self.results / "notebooks" / notebook.path.name

    def _clear(self, study: str) -> None:
        # What an earlier run left would otherwise stand in the index as if this run had made it.
        for kind in ("figures", "tables"):
            shutil.rmtree(self.results / kind / study, ignore_errors=True)
        (self.results / "outputs" / f"{study}.json").unlink(missing_ok=True)

    def _counter(self, name: str) -> Callable[[int, int], None]:
        return lambda done, total: self.progress.cell(name, done, total)

    def _save(self) -> None:
        records.write(self.results, self.manifest)
        outputs.hide_from_git(self.results)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
