"""The notebooks of the paper run, their parameters, and what the command line changes in them.

A notebook has one code cell tagged ``parameters``; each line of it is ``name: type = literal  # meaning, unit``.
`notebooks/paper.yml` names the notebooks in the order of the index, each with the values of the paper run.
"""

from __future__ import annotations

import ast
import fnmatch
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from beliefsim import prompts

_SUMMARY = "**In short.**"
NOT_MODELS = ("scripted", "human", "bayes")  # every other arm is a language model's name
_KINDS = {bool: "true or false", int: "a whole number", float: "a number", list: "a list: a,b,c", str: "text"}


@dataclass(frozen=True)
class Notebook:
    """A notebook, the defaults of its parameters, and the values with which it is to run."""

    path: Path
    defaults: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    summary: str = ""
    changed: bool = False  # whether it runs with other values than the list's

    @property
    def name(self) -> str:
        """File name without its suffix; the study's name."""
        return self.path.stem

    @property
    def parameters(self) -> dict[str, Any]:
        """Every parameter with the value it will have."""
        return {**self.defaults, **self.values}

    @property
    def models(self) -> tuple[str, ...]:
        """Arms that are language models."""
        return tuple(arm for arm in self.parameters.get("arms", ()) if arm not in NOT_MODELS)

    def given(self, values: Mapping[str, Any]) -> Notebook:
        """Return this notebook with more values.

        Raises
        ------
        ValueError
            For a name that is not among its parameters, or an address that is none or carries a secret.
        """
        from beliefsim.models.endpoint import Endpoint

        if address := values.get("base_url"):
            Endpoint(address)  # before it reaches any file
        for name in values:
            if name not in self.defaults:
                raise ValueError(
                    f"parameter {name!r} is unknown to {self.path.name}: it has "
                    f"{', '.join(self.defaults) or 'no parameters'}{prompts.suggestion(name, self.defaults)}"
                )
        return replace(self, values={**self.values, **values})


@dataclass(frozen=True)
class Changes:
    """What a person changes for one run, the same for every selected notebook.

    Parameters
    ----------
    models : sequence of str
        Replace the language arms in `arms`.
    base_url : str
        Endpoint of those models; "" leaves the notebooks' value.
    live : bool
        Allow requests to models that are not free and local.
    parameters : mapping
        Parameter name → text as typed; it is read as the type of the parameter's default.
    """

    models: Sequence[str] = ()
    base_url: str = ""
    live: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)

    def apply(self, notebook: Notebook) -> Notebook:
        """Return the notebook with these changes; an unknown parameter or an unfit value raises ValueError."""
        notebook.given(self.parameters)  # refuses unknown names
        values = {name: _typed(name, text, notebook.defaults[name]) for name, text in self.parameters.items()}
        if self.models:
            values["arms"] = _replaced(values.get("arms", notebook.parameters.get("arms", [])), self.models)
        values |= {name: value for name, value in {"base_url": self.base_url, "live": self.live}.items() if value}
        return replace(notebook.given(values), changed=bool(values))


def selected(paper: Path, only: Iterable[str] = ()) -> list[Notebook]:
    """Return the notebooks of `paper.yml` with the paper's values, in its order.

    Parameters
    ----------
    paper : Path
        The list; the notebooks lie beside it.
    only : iterable of str
        Names, numbers (``02``), or patterns (``02*`` for the family); empty for all.

    Raises
    ------
    ValueError
        If a name is not in the list, a notebook is not there, or a value is for an unknown parameter.
    """
    listed = listing(paper)
    names = {name for given in only for name in _listed(given.removesuffix(".ipynb"), listed)} or set(listed)
    notebooks = []
    for name in (name for name in listed if name in names):
        try:
            notebooks.append(read_notebook(paper.parent / f"{name}.ipynb").given(listed[name] or {}))
        except ValueError as error:
            raise ValueError(f"{paper.name}: {error}") from None
    return notebooks


def listing(paper: Path) -> dict[str, dict[str, Any] | None]:
    """Return the names of a list with the values they are given there; ValueError if it is none."""
    import yaml

    if not paper.exists():
        raise ValueError(f"no list of notebooks at {paper}")
    listed = yaml.safe_load(paper.read_text(encoding="utf-8"))
    if not isinstance(listed, dict):
        raise ValueError(f"{paper} names no notebook: it needs lines such as '02_trust_population: {{n: 200}}'")
    return listed


def read_notebook(path: Path) -> Notebook:
    """Read a notebook's title, sources and parameters; ValueError where they cannot be read."""
    if not path.exists():
        raise ValueError(f"notebook {path.name!r} is not in {path.parent}")
    cells = cells_of(path)
    tagged = [cell["source"] for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    if len(tagged) != 1:
        raise ValueError(f"{path.name} has {len(tagged)} cells tagged 'parameters'; it needs exactly one")
    words = "\n\n".join(cell["source"] for cell in cells if cell["cell_type"] == "markdown")
    title = next((line.lstrip("# ") for line in words.splitlines() if line.startswith("#")), path.stem)
    summary = next((text.removeprefix(_SUMMARY) for text in words.split("\n\n") if text.startswith(_SUMMARY)), "")
    return Notebook(path, _literals(path.name, tagged[0]), title=title, summary=summary.strip())


def cells_of(path: Path) -> list[dict[str, Any]]:
    """A notebook's cells, each source as one text. (nbformat takes more than a second to be imported.)"""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell | {"source": "".join(cell["source"])} for cell in cells]


def _listed(name: str, listed: Mapping[str, Any]) -> list[str]:
    patterns = (name, f"{name}_*")
    found = [known for known in listed if any(fnmatch.fnmatchcase(known, pattern) for pattern in patterns)]
    if not found:
        raise ValueError(
            f"notebook {name!r} is not among {', '.join(listed)}{prompts.suggestion(name, listed)} (paper.yml; "
            "'02' is one notebook, '02*' the family)"
        )
    return found


def _literals(name: str, source: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for line in ast.parse(source).body:
        match line:
            case ast.AnnAssign(ast.Name(parameter), value=value) | ast.Assign([ast.Name(parameter)], value) if value:
                try:
                    found[parameter] = ast.literal_eval(value)
                except ValueError:
                    raise ValueError(f"{name}: parameters cell: {parameter} has no literal default") from None
            case _:
                raise ValueError(f"{name}: parameters cell: {ast.unparse(line)!r} is not 'name: type = literal'")
    return found


def _typed(name: str, text: str, default: Any) -> Any:
    """What a person typed, as the type of a parameter's default."""
    import yaml

    if isinstance(default, str):
        return text
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        value = text
    if isinstance(default, list) and not isinstance(value, list):
        first = default[0] if default else ""
        return [_typed(name, item.strip(), first) for item in text.split(",") if item.strip()]
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        kind = _KINDS.get(type(default), "a YAML value")
        raise ValueError(f"parameter {name}={text!r}: it takes {kind} (default {default!r})")
    return value


def _replaced(arms: Sequence[str], models: Sequence[str]) -> list[str]:
    """Other language arms at the place of the first."""
    at = next((place for place, arm in enumerate(arms) if arm not in NOT_MODELS), None)
    if at is None:
        return list(arms)
    return [*arms[:at], *models, *(arm for arm in arms[at:] if arm in NOT_MODELS)]
