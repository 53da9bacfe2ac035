"""What was run with what, models and recordings included: `results/manifest.json`."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from beliefsim import paths
from beliefsim.models import weights
from beliefsim.reproduce.notebooks import Notebook

_PACKAGES = "beliefsim matplotlib numpy openai pandas papermill scipy seaborn statsmodels xllamacpp"


def read_manifest(results: Path) -> dict[str, Any]:
    """Return the last run's manifest, or an empty one."""
    try:
        return json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return {"notebooks": {}}


def surroundings() -> dict[str, Any]:
    """Commit, whether the clone has changes, versions and platform."""
    changes = _git("status", "--porcelain")
    return {
        "commit": _git("rev-parse", "HEAD") or "unknown",
        "dirty": None if changes is None else bool(changes),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _PACKAGES.split()}},
        "platform": platform.platform(),
        "command": sys.argv[1:],
    }


def written(results: Path, study: str) -> dict[str, str]:
    """Return the files that a study's notebook wrote, each with its hash."""
    journal = results / "outputs" / f"{study}.json"
    entries = json.loads(journal.read_text(encoding="utf-8")) if journal.exists() else []
    return {file: weights.digest(results / file) for entry in entries for file in entry["files"]}


def may_not_ask(notebook: Notebook) -> bool:
    """Whether a notebook must find every reply in recordings that came with the clone.

    That is so where a recording is there for each of its models and it runs with the paper's parameters.
    """
    if notebook.changed or not notebook.models:
        return False
    files = (f"{paths.file_name(model)}.jsonl" for model in notebook.models)
    return all((paths.data() / "recordings" / notebook.name / file).exists() for file in files)


def models_used(notebooks: Sequence[Notebook]) -> dict[str, Any]:
    """Return each language arm with its endpoint, or its weights' file and hash."""
    return {arm: _described(arm, notebook) for notebook in notebooks for arm in notebook.models}


def recordings_used() -> dict[str, str]:
    """Return the recordings that exist now, committed and new, each with its hash."""
    folders = (paths.data() / "recordings", paths.recordings())
    files = [file for folder in folders if folder.exists() for file in sorted(folder.rglob("*.jsonl"))]
    return {_short(file): weights.digest(file) for file in files}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _git(*arguments: str) -> str | None:
    try:
        asked = subprocess.run(
            ("git", *arguments), cwd=paths.clone(), capture_output=True, encoding="utf-8", timeout=30
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def _described(arm: str, notebook: Notebook) -> dict[str, str]:
    if endpoint := notebook.parameters.get("base_url"):
        return {"base_url": endpoint}
    try:
        entry = weights.look_up(arm)
        path = weights.find(arm)
    except (ValueError, FileNotFoundError) as error:
        return {"weights": f"none: {error}"}
    return {"weights": path.name, "sha256": entry.sha256 if entry else weights.digest(path)}


def _short(file: Path) -> str:
    for root in (paths.clone(), paths.results()):
        if file.is_relative_to(root):
            return file.relative_to(root).as_posix()
    return file.name
