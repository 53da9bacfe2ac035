"""The models that a run uses: their weights, the one local server that all kernels share, and the recordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from beliefsim import paths
from beliefsim.reproduce.manifest import digest
from beliefsim.reproduce.notebooks import Notebook

__all__ = ["models_used", "recordings_used", "serving"]


@contextmanager
def serving(notebooks: Sequence[Notebook]) -> Iterator[Mapping[str, str]]:
    """Start the local model that the notebooks name, once, and give the environment that tells kernels of it."""
    yield {}


def models_used(notebooks: Sequence[Notebook]) -> dict[str, Any]:
    """Return each language arm with its endpoint, or its weights' file and hash."""
    return {arm: _described(arm, notebook) for notebook in notebooks for arm in notebook.models}


def recordings_used() -> dict[str, str]:
    """Return the recordings that exist now, committed and new, each with its hash."""
    folders = (paths.data() / "recordings", paths.recordings())
    files = [file for folder in folders if folder.exists() for file in sorted(folder.rglob("*.jsonl"))]
    return {_short(file): digest([file]) for file in files}


def _described(arm: str, notebook: Notebook) -> dict[str, str]:
    from beliefsim.models import weights

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
