"""Every public name of the package, and the pages of the reference."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import beliefsim
from beliefsim import studies

__all__ = ["modules", "names", "write"]

_COMMAND_LINE = {"reproduce"}


def modules() -> dict[str, ModuleType]:
    """Public modules by their full name: those that `__all__` lists, at any depth, and the subpackages."""
    found = {"beliefsim": beliefsim}
    for package in sorted({*_packages(beliefsim)} - _COMMAND_LINE):
        found |= _below(importlib.import_module(f"beliefsim.{package}"))
    for room in sorted(_packages(studies)):
        found |= _below(importlib.import_module(f"beliefsim.studies.{room}"))
    for name in sorted(beliefsim.__all__):
        if inspect.ismodule(getattr(beliefsim, name)):
            found |= _below(getattr(beliefsim, name))
    return found


def _packages(module: ModuleType) -> list[str]:
    return [each.name for each in pkgutil.iter_modules(module.__path__) if each.ispkg]


def _below(module: ModuleType) -> dict[str, ModuleType]:
    found = {module.__name__: module}
    for name in getattr(module, "__all__", ()):
        member = getattr(module, name)
        if inspect.ismodule(member) and member.__name__.startswith("beliefsim."):
            found |= _below(member)
    return found


def names(module: ModuleType) -> Iterator[tuple[str, object]]:
    """Functions and classes that a face's `__all__` lists, or that a module defines."""
    own = [name for name, each in vars(module).items() if getattr(each, "__module__", "") == module.__name__]
    for name in sorted(getattr(module, "__all__", own), key=str.lower):
        member = getattr(module, name)
        if not name.startswith("_") and (inspect.isclass(member) or inspect.isroutine(member)):
            yield name, member


def write(folder: Path) -> None:
    """Write a page per module, and a page that lists them; what the package itself offers stands on its page only."""
    folder.mkdir(parents=True)
    top = {id(member) for _, member in names(beliefsim)}
    pages = {}
    for path, module in modules().items():
        lines = [path, "=" * len(path), "", f".. automodule:: {path}", "   :no-members:", ""]
        also = []
        for name, member in names(module):
            if module is not beliefsim and id(member) in top:
                also.append(name)
                continue
            kind = "class" if inspect.isclass(member) else "function"
            lines += [name, "-" * len(name), "", f".. auto{kind}:: {path}.{name}"]
            lines += ["   :members:", ""] if kind == "class" else [""]
        if also:
            lines += ["On the page of :doc:`beliefsim`: " + ", ".join(f"``{name}``" for name in also) + ".", ""]
        (folder / f"{path}.rst").write_text("\n".join(lines), encoding="utf-8")
        pages[path] = (inspect.getdoc(module) or "").partition("\n")[0]
    example = (Path(__file__).parent / "example.py").read_text(encoding="utf-8").partition("\n\n")[2]
    contents = ["# Reference", "", "Every public name, with an example that the tests run. Examples begin with:", ""]
    contents += ["```python", example.rstrip(), "```", ""]
    contents += [
        "| module | |",
        "|---|---|",
        *(f"| [{path}]({path}.rst) | {line} |" for path, line in pages.items()),
        "",
    ]
    contents += ["```{toctree}", ":hidden:", "", *pages, "```", ""]
    (folder / "index.md").write_text("\n".join(contents), encoding="utf-8")
