"""From `make lab` to the first reply of 00_start_here in Chromium; the browser tests use the same JupyterLab."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from beliefsim import paths

__all__ = ["chromium", "opened", "run", "served"]

_TOKEN = "browser-test"
_KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
_SETTINGS = {
    "notebook-extension/tracker": {"windowingMode": "none"},  # cells out of sight are drawn too
    "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"},
}


def run() -> dict[str, float]:
    """Seconds until JupyterLab answers, until the notebook's cells are drawn, and until the first reply is read."""
    from playwright.sync_api import sync_playwright

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as home, served(Path(home)) as (server, _), sync_playwright() as playwright:
        figures = {"lab_start_s": time.perf_counter() - began}
        page = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]).new_page()
        began = time.perf_counter()
        opened(page, server, "00_start_here")
        figures["lab_open_s"] = time.perf_counter() - began
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        page.get_by_text("this reply came with the notebook").first.wait_for()
        figures["first_reply_s"] = time.perf_counter() - began
    return figures


def chromium() -> str:
    """Path of Chromium: named by CHROMIUM, installed, or fetched now by playwright.

    Raises
    ------
    FileNotFoundError
        If there is none and none can be fetched.
    """
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    for found in (shutil.which(name) for name in names if name):
        if found:
            return found
    fetched = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], capture_output=True)
    if fetched.returncode:
        raise FileNotFoundError(
            "no Chromium: install one (Debian: apt-get install chromium), or name it: CHROMIUM=/path"
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def opened(page: Any, server: str, notebook: str) -> None:
    """Open a notebook in a workspace of its own, and wait for its kernel."""
    page.goto(f"{server}/lab/workspaces/{notebook}/tree/{notebook}.ipynb?token={_TOKEN}&reset")
    page.wait_for_function(f"{_KERNEL}?.status === 'idle'", timeout=90_000)


@contextlib.contextmanager
def served(home: Path, **environment: str) -> Iterator[tuple[str, Path]]:
    """JupyterLab on copies of the notebooks; gives its address and their folder."""
    work = home / "work"
    shutil.copytree(paths.clone() / "notebooks", work, ignore=shutil.ignore_patterns(".*"))
    for name, values in _SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(values))
    folders = {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTER_CONFIG_DIR": "config",
               "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "BELIEFSIM_RESULTS": "results"}  # fmt: skip
    port = _free_port()
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [f"--IdentityProvider.token={_TOKEN}", f"--ServerApp.root_dir={work}", "--expose-app-in-browser"]
    with (home / "log").open("w") as log:
        known = os.environ | {name: str(home / folder) for name, folder in folders.items()} | environment
        server = subprocess.Popen(command, env=known, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}", server, home / "log")
        yield f"http://127.0.0.1:{port}", work
    finally:
        server.terminate()
        server.wait(30)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(server: str, process: subprocess.Popen[Any], log: Path) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{server}/api/status?token={_TOKEN}", timeout=5).read()
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
