"""Run notebooks side by side and keep account of them.

The local model needs no start here: the first notebook that misses a reply starts it, later ones join it. A notebook
that asks a language model runs alone among its kind, because two of them at one local model are slower than one after
the other; a notebook that asks none, or whose recordings came with the clone, runs beside others, up to `jobs` at once.

Everything that is selected is run, every time: a rerun is the check that recordings give the same numbers.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from beliefsim import outputs, paths
from beliefsim.reproduce import bills, manifest, page
from beliefsim.reproduce.child import Child
from beliefsim.reproduce.notebooks import Notebook
from beliefsim.run import Run

_LOOK_SECONDS, _TELL_SECONDS = 0.1, 15.0


class Busy(RuntimeError):
    """Another process is writing this results folder."""


@dataclass(frozen=True)
class Outcome:
    """How one notebook ended."""

    name: str
    error: str = ""  # notebook, cell and cause, where it failed

    @property
    def status(self) -> str:
        """Succeeded, or failed."""
        return "failed" if self.error else "succeeded"


def reproduce(
    notebooks: Sequence[Notebook],
    jobs: int = 2,
    *,
    beside: Collection[str] = (),
    record: bool = False,
    key_variable: str = "",
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
        Names in the order of the index; results that an earlier run left for these stay in manifest and index.
    record : bool
        Put new replies into ``data/recordings/<study>/``, to be committed, and ask where they lack one.
    key_variable : str
        Environment variable that holds the key of the endpoint that a notebook's `base_url` names.
    scheduler : str
        Address of a dask scheduler whose workers send the requests.
    results : Path, optional
        Where results go, instead of the usual folder.

    Returns
    -------
    list of Outcome
        In the order of `notebooks`. A failure in one does not stop the others.

    Raises
    ------
    Busy
        If another process is writing the same results.
    """
    folder = (results or paths.results()).resolve()
    with _held(folder), tempfile.TemporaryDirectory() as scratch:
        how = Run(tally=scratch, key_variable=key_variable, scheduler=scheduler)
        account = _Account(notebooks, folder, beside, record, how)
        try:
            account.run_all(jobs)
        finally:
            account.finish()
    return [Outcome(notebook.name, account.entries[notebook.name]["error"]) for notebook in notebooks]


@contextlib.contextmanager
def _held(results: Path) -> Iterator[None]:
    """Be the only one to write a results folder. The lock of a process that has ended holds nobody up."""
    import filelock

    results.mkdir(parents=True, exist_ok=True)
    outputs.hide_from_git(results)
    holder = results / ".holder.json"
    lock = filelock.FileLock(results / ".lock", timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        who = json.loads(holder.read_text(encoding="utf-8")) if holder.exists() else {"pid": "unknown", "since": "now"}
        raise Busy(
            f"process {who['pid']} has been writing {results} since {who['since']} (UTC): wait for it, stop it, or set "
            "BELIEFSIM_RESULTS to another folder"
        ) from None
    try:
        paths.write(holder, json.dumps({"pid": os.getpid(), "since": _now()[:19].replace("T", " ")}))
        yield
    finally:
        lock.release()


class _Account:
    """One call of `reproduce`: what runs, and the manifest as it grows."""

    def __init__(
        self, notebooks: Sequence[Notebook], results: Path, beside: Collection[str], record: bool, how: Run
    ) -> None:
        self.notebooks, self.results, self.record, self.how = notebooks, results, record, how
        before: dict[str, Any] = manifest.read_manifest(results)["notebooks"]
        self._replays = {each.name: manifest.may_not_ask(each) and not record for each in notebooks}
        # Of those that replay the longest first, so that none is left alone at the end; those that ask in their order.
        took = {name: entry.get("seconds", 0) for name, entry in before.items()}
        self._waiting = sorted(notebooks, key=lambda each: 0 if self._asks(each) else -took.get(each.name, 0))
        entries = before | {notebook.name: _entry(notebook) for notebook in notebooks}
        self.entries = {name: entries[name] for name in dict.fromkeys([*beside, *self._replays]) if name in entries}
        self.manifest = {**manifest.surroundings(), "started": _now(), "notebooks": self.entries}
        self._save()

    def run_all(self, jobs: int) -> None:
        running: list[Child] = []
        told = time.monotonic()
        try:
            while self._waiting or running:
                for child in [child for child in running if child.ended]:
                    running.remove(child)
                    self._end(child)
                while len(running) < max(1, jobs) and (notebook := self._next(running)):
                    self._waiting.remove(notebook)
                    running.append(self._start(notebook))
                if time.monotonic() - told > _TELL_SECONDS:
                    told = time.monotonic()
                    _tell("; ".join(f"{child.notebook.name}: {child.progress}" for child in running))
                time.sleep(_LOOK_SECONDS)
        finally:
            for child in running:  # Ctrl-C
                child.stop()
                self._end(child)

    def _next(self, running: Sequence[Child]) -> Notebook | None:
        asking = any(self._asks(child.notebook) for child in running)
        return next((each for each in self._waiting if not (asking and self._asks(each))), None)

    def _asks(self, notebook: Notebook) -> bool:
        return bool(notebook.models) and not self._replays[notebook.name]

    def _start(self, notebook: Notebook) -> Child:
        # What an earlier run left would otherwise stand in the index as if this run had made it.
        for kind in ("figures", "tables"):
            shutil.rmtree(self.results / kind / notebook.name, ignore_errors=True)
        (self.results / "outputs" / f"{notebook.name}.json").unlink(missing_ok=True)
        self.entries[notebook.name]["started"] = _now()
        recordings = paths.data() / "recordings" / notebook.name if self.record else paths.recordings()
        run = replace(self.how, study=notebook.name, base_url=notebook.parameters.get("base_url", ""))
        run = replace(run, recordings=str(recordings.resolve()), tally=str(self._tally(notebook)))
        run = replace(run, replay_only=self._replays[notebook.name])
        return Child(notebook, self.results / "notebooks" / notebook.path.name, self.results, run)

    def _tally(self, notebook: Notebook) -> Path:
        return Path(self.how.tally, f"{notebook.name}.jsonl")

    def _end(self, child: Child) -> None:
        notebook, error, seconds = child.notebook, child.failure(), time.monotonic() - child.began
        asked = bills.tally_table(self._tally(notebook))
        if self.record and not error and (lacks := int(asked["failed"].sum())):
            error = f"{notebook.name}: requests failed: {lacks:,}; the same command asks for what the recording lacks"
        entry = self.entries[notebook.name]
        entry |= {"status": Outcome(notebook.name, error).status, "seconds": round(seconds, 1), "error": error}
        entry |= {"outputs": manifest.written(self.results, notebook.name)}
        entry |= {"asked": bills.summed(asked, "model", "instrument")}
        self._save()
        sent = [f"; {bills.in_words(row)}" for row in bills.summed(asked, "model") if row["calls"]]
        _tell(f"{notebook.name}: " + (f"FAILED: {error}" if error else f"done in {seconds:.0f} s") + "".join(sent))

    def finish(self) -> None:
        self.manifest |= {"finished": _now(), "models": manifest.models_used(self.notebooks)}
        self.manifest["recordings"] = manifest.recordings_used()
        self._save()
        page.write(self.results, self.manifest)

    def _save(self) -> None:
        paths.write(self.results / "manifest.json", json.dumps(self.manifest, indent=1, ensure_ascii=False) + "\n")


def _entry(notebook: Notebook) -> dict[str, Any]:
    more = {"executed": f"notebooks/{notebook.path.name}", "outputs": {}, "parameters": notebook.parameters}
    return {"status": "not finished", "title": notebook.title, "summary": notebook.summary, **more}


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
