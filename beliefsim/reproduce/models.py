"""The models that a run uses, their weights, and the recordings that answer for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from beliefsim import paths
from beliefsim.models import weights
from beliefsim.reproduce.notebooks import Notebook

__all__ = ["may_not_ask", "models_used", "recordings_used"]


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


def _described(arm: str, notebook: Notebook) -> dict[str, str]:
    endpoint = notebook.parameters.get("base_url")
    if endpoint:
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
