"""One notebook in a papermill process of its own: its environment, its folder, its Ctrl-C."""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from beliefsim.reproduce.notebooks import Notebook, cells_of
from beliefsim.run import Run

_BAR = re.compile(r"Executing: [^\r\n]*?(\d+)/(\d+) \[[^\r\n\]]*\]")  # papermill's progress
_STOP_SECONDS = 10
# It ends with the process that began it, whose end of the pipe closes then. Four fifths of papermill's start would go
# into a grammar of web addresses, which no notebook is checked against.
_PAPERMILL = """
import os, sys, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
sys.modules["rfc3987_syntax"] = None
from papermill.cli import papermill
papermill()
"""


class Child:
    """A notebook that runs; papermill saves it, executed, to `output`.

    `results` and `run` are for the notebook's process.
    """

    def __init__(self, notebook: Notebook, output: Path, results: Path, run: Run) -> None:
        import yaml

        self.notebook, self.output, self.began, self._stopped = notebook, output, time.monotonic(), False
        output.parent.mkdir(parents=True, exist_ok=True)
        output.unlink(missing_ok=True)
        self._log = output.with_suffix(".log")
        values = base64.b64encode(yaml.safe_dump(dict(notebook.parameters)).encode()).decode()
        command = [sys.executable, "-c", _PAPERMILL, str(notebook.path), str(output), "--parameters_base64", values]
        command += ["--kernel", "python3", "--language", "python", "--cwd", str(notebook.path.parent)]
        command += ["--start-timeout", "120", "--log-level", "ERROR", "--progress-bar"]
        # A kernel called python3 elsewhere on the machine must not stand in for this Python's own.
        own = {name: value for name, value in os.environ.items() if name != "JUPYTER_PATH"}
        own |= {"JUPYTER_PREFER_ENV_PATH": "1", "BELIEFSIM_RESULTS": str(results), **dict([run.setting])}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, env=own, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log
            )

    @property
    def ended(self) -> bool:
        """Whether its process has ended."""
        return self._process.poll() is not None

    @property
    def progress(self) -> str:
        """Cells done of all."""
        found = _BAR.findall(self._log.read_text(encoding="utf-8", errors="replace"))
        return "cell {} of {}".format(*found[-1]) if found else "starting"

    def stop(self) -> None:
        """End it now; papermill ends the kernel."""
        self._stopped = True
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def failure(self) -> str:
        """Notebook, cell and cause in one line where it failed, else "". Waits for its end."""
        status = self._process.wait()
        told = _BAR.sub("", self._log.read_text(encoding="utf-8", errors="replace"))
        self._log.unlink()
        if not status:
            return ""
        # What the kernel wrote comes before papermill's own traceback.
        lines = (told.partition("Traceback (most recent")[0].strip() or told.strip()).splitlines()
        last = f" ({lines[-1][:200]})" if lines else ""
        cause = "interrupted" if self._stopped else f"kernel: the kernel died, perhaps for lack of memory{last}"
        return f"{self.notebook.name}, {_error(self.output) or cause}"


def _error(executed: Path) -> str:
    """The cell of an executed notebook that failed, and why."""
    try:
        cells = cells_of(executed)
    except (FileNotFoundError, ValueError):  # it ended before, or while, papermill saved it
        return ""
    for cell in cells:
        for output in cell.get("outputs", ()):
            if output["output_type"] == "error":
                first = next((line.strip() for line in cell["source"].splitlines() if line.strip()), "")
                why = str(output["evalue"]).strip().partition("\n")[0]
                return f"cell [{cell['execution_count']}] `{first[:60]}`: {output['ename']}" + f": {why}" * bool(why)
    return ""
