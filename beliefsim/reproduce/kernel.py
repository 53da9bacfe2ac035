"""Execute one notebook with papermill, in a kernel of the Python that runs now."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import zmq
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.execute import execute_notebook

from beliefsim.reproduce.notebooks import Notebook

__all__ = ["Failure", "execute", "stop"]

_ENGINE = "beliefsim"
_managers: set[AsyncKernelManager] = set()
_stopping = threading.Event()


@dataclass
class Failure(Exception):
    """A notebook that did not run to its end: which, where, and why, in one line."""

    notebook: str
    cell: str
    cause: str

    def __str__(self) -> str:
        return f"{self.notebook}, {self.cell}: {self.cause}"


def execute(
    notebook: Notebook, output: Path, environment: Mapping[str, str], cell_done: Callable[[int, int], None]
) -> None:
    """Run a notebook and save it, executed, to `output`, after each cell.

    `environment` is for the kernel, beside the present variables; `cell_done` gets the code cells done and in total.

    Raises
    ------
    Failure
        If a cell raises or the kernel dies.
    """
    _stopping.clear()
    output.parent.mkdir(parents=True, exist_ok=True)
    log = output.with_suffix(".log")
    try:
        with log.open("w", encoding="utf-8") as stream:
            _papermill(notebook, output, environment, cell_done, stream)
    except PapermillExecutionError as error:
        raise Failure(notebook.name, _cell(error), _cause(error)) from None
    except DeadKernelError:
        cause = "interrupted" if _stopping.is_set() else f"the kernel died, perhaps for lack of memory{_last_line(log)}"
        raise Failure(notebook.name, "kernel", cause) from None
    finally:
        if not log.stat().st_size:
            log.unlink()


def stop() -> None:
    """End every running kernel at once, so that an interrupted run does not wait for its cells."""
    _stopping.set()
    for manager in tuple(_managers):
        process = getattr(manager.provisioner, "process", None)
        if process is not None:
            process.kill()


def _papermill(
    notebook: Notebook,
    output: Path,
    environment: Mapping[str, str],
    cell_done: Callable[[int, int], None],
    stream: IO[str],
) -> None:
    execute_notebook(
        str(notebook.path),
        str(output),
        parameters=dict(notebook.parameters),
        engine_name=_ENGINE,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        # Not papermill's `cwd`: it changes the whole process's folder, and notebooks run side by side.
        folder=str(notebook.path.parent),
        environment=environment,
        cell_done=cell_done,
        stream=stream,
    )


def _cell(error: PapermillExecutionError) -> str:
    first = next((line.strip() for line in error.source.splitlines() if line.strip()), "")
    return f"cell [{error.exec_count}] `{first[:60]}`"


def _cause(error: PapermillExecutionError) -> str:
    lines = str(error.evalue).strip().splitlines()
    return f"{error.ename}: {lines[0]}" if lines else str(error.ename)


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return f" ({lines[-1][:200]})" if lines else ""


def _manager(kernel_name: str) -> AsyncKernelManager:
    manager = AsyncKernelManager(kernel_name=kernel_name, kernel_spec_manager=_OwnKernels())
    if manager.has_trait("transport_encryption") and zmq.has("curve"):
        manager.transport_encryption = "auto"  # what a kernel is told stays between it and this process
    return manager


class _OwnKernels(KernelSpecManager):
    """Knows one kernel: the running interpreter. A kernel of that name elsewhere on the machine does not count."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir=RESOURCES, name=kernel_name, **get_kernel_dict())


class _Engine(NBClientEngine):
    """papermill's engine, with a kernel's own environment, folder and error stream."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        manager = _manager(kernel_name)
        total = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in nb_man.nb.cells)
        done = 0

        def count(**_: Any) -> None:
            nonlocal done
            done += 1
            options["cell_done"](done, total)

        client = PapermillNotebookClient(nb_man, km=manager, startup_timeout=120, on_cell_complete=count)
        # The debugger's note about frozen modules is no news to a reader of results.
        environment = {**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1", **options["environment"]}
        _managers.add(manager)
        try:
            client.execute(env=environment, cwd=options["folder"], stderr=options["stream"], cleanup_kc=True)
        finally:
            _managers.discard(manager)


papermill_engines.register(_ENGINE, _Engine)
