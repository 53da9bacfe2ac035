"""People of the GenAgents bank: a clone's folder, a zip of it, or one JSON line an agent."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from . import codebook, plausibility, sampling

_BANK = "agent_bank/populations/gss_agents/<id>/scratch.json"
_MOST_BYTES = 1 << 20  # of one agent; those of the bank have about 10 kB
_EXPECTED = "a clone or zip of the GenAgents repository, or a .jsonl file with one agent a line"
_BANDS = {"under 18": -1, "18-29": 17, "30-44": 29, "45-64": 44, "65+": 64}  # above that many years


def load_genagents(
    path: str | Path, *, augment: bool = False, seed: int = 0, personal_names: bool = False
) -> pd.DataFrame:
    """People of the GenAgents bank (Park et al., 2024), as `bs.personas.sample` gives them.

    Parameters
    ----------
    path : str or Path
        A clone's folder (or its ``gss_agents``), a zip of it (read without unpacking), or a JSONL file.
    augment : bool
        Add the paper's further attributes (Big Five and others), drawn uniformly and independently.
    seed : int
        For `augment`.
    personal_names : bool
        Add ``name``, which then opens a description.

    Returns
    -------
    DataFrame
        Index ``persona`` (the bank's ids); a categorical column per attribute of the bank, where levels
        that the codebook lacks come after its own; ``age_years``; ``implausible``.

    Raises
    ------
    FileNotFoundError, ValueError
        For what is not a bank: the error names the file or line and what was expected.

    References
    ----------
    Park, J. S. et al. (2024). Generative agent simulations of 1,000 people. doi:10.48550/arXiv.2411.10109

    Examples
    --------
    >>> bs.personas.load_genagents("no.zip")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    FileNotFoundError: there is no no.zip; expected a clone or zip of the GenAgents repository …
    """
    agents = list(records(path))
    if not agents:
        raise ValueError(f"{path} holds no agents; expected {_EXPECTED}")
    _check_bank(agents, path)
    ids = pd.Index([identity for identity, _ in agents], name="persona")
    if ids.has_duplicates:
        twice = ids[ids.duplicated()].unique()
        raise ValueError(f"{path} holds {len(twice)} ids more than once, for example {twice[0]!r}")
    people = _people([agent for _, agent in agents], ids, personal_names)
    if augment:
        added = {name: codebook.levels(name, "bank") for name in codebook.AUGMENTED}
        for name, codes in sampling.independent(len(people), added, seed).items():
            people[name] = sampling.categorical(name, "bank", codes)
    people["implausible"] = plausibility.implausible(people)
    return people


def records(path: str | Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Agents of a bank in its order: id and the bank's own keys."""
    path = Path(path)
    if path.is_dir():
        return _from_folder(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}; expected {_EXPECTED}")
    return _from_zip(path) if zipfile.is_zipfile(path) else _from_lines(path)


def _from_folder(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    places = ("agent_bank/populations/gss_agents", "populations/gss_agents", "gss_agents", ".")
    files = next((found for place in places if (found := sorted(path.glob(f"{place}/*/scratch.json")))), None)
    if not files:
        raise ValueError(f"{path} is a folder without {_BANK}; expected {_EXPECTED}")
    return ((file.parent.name, _parse(file.read_bytes(), str(file))) for file in files)


def _from_zip(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with zipfile.ZipFile(path) as bank:
        files = [name for name in bank.namelist() if PurePosixPath(name).name == "scratch.json"]
        files = sorted(name for name in files if "gss_agents/" in name) or sorted(files)
        if not files:
            raise ValueError(f"{path} is a zip without {_BANK}; expected {_EXPECTED}")
        for name in files:
            if (size := bank.getinfo(name).file_size) > _MOST_BYTES:  # zipfile reads no more than this says
                raise ValueError(f"{path}: {name} is {size:,} bytes large, an agent at most {_MOST_BYTES:,}")
            yield PurePosixPath(name).parent.name, _parse(bank.read(name), f"{path}: {name}")


def _from_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                agent = _parse(line, f"{path}, line {number}")
                if "id" not in agent:
                    raise ValueError(
                        f"{path}, line {number}: no key 'id' among {', '.join(agent)}; expected {_EXPECTED}"
                    )
                yield str(agent["id"]), agent


def _parse(text: bytes, place: str) -> dict[str, Any]:
    try:
        agent = json.loads(text)
    except ValueError as error:  # malformed JSON, or bytes that are no text
        raise ValueError(f"{place} is not JSON ({error}); expected {_EXPECTED}") from error
    if not isinstance(agent, dict):
        raise ValueError(f"{place} is a JSON {type(agent).__name__}, not an agent's attributes; expected {_EXPECTED}")
    return agent


def _bank_attributes() -> list[str]:
    return [name for name in codebook.entries() if name not in codebook.AUGMENTED]


def _check_bank(agents: list[tuple[str, dict[str, Any]]], path: str | Path) -> None:
    """Half of the bank's keys make an agent of it: its single agent, or a later version, may differ a little."""
    wanted = _bank_attributes()
    for position, (identity, agent) in enumerate(agents, 1):
        missing = [name for name in wanted if name not in agent]
        if len(missing) > len(wanted) / 2:
            raise ValueError(
                f"{path}, agent {position} ({identity}) has keys {', '.join(list(agent)[:8])} and none of "
                f"{', '.join(missing[:4])} …: not an agent of the GenAgents bank"
            )


def _people(agents: list[dict[str, Any]], ids: pd.Index, personal_names: bool) -> pd.DataFrame:
    age = pd.to_numeric(pd.Series([agent.get("age") for agent in agents], index=ids), errors="coerce").round()
    age = age.where(age.between(0, 150))  # anything else is no age
    bands = pd.cut(age, [*_BANDS.values(), np.inf], labels=list(_BANDS)).astype(object)
    columns: dict[str, Any] = {"age": _categorical("age", bands)}
    for name in _bank_attributes()[1:]:
        texts = (
            pd.Series([agent.get(name) for agent in agents], index=ids, dtype=object).dropna().astype(str).str.strip()
        )
        columns[name] = _categorical(name, texts.where(texts.ne("")).reindex(ids))
    columns["age_years"] = age.astype("Int64" if age.isna().any() else np.int16)
    if personal_names:
        parts = ("first_name", "last_name")
        columns["name"] = [" ".join(str(agent[part]) for part in parts if agent.get(part)) for agent in agents]
    return pd.DataFrame(columns, index=ids)


def _categorical(attribute: str, values: pd.Series) -> pd.Categorical:
    dtype = codebook.dtype(attribute, "bank")
    unseen = sorted({*values.dropna()} - {*dtype.categories})
    return pd.Categorical(values, [*dtype.categories, *unseen], ordered=dtype.ordered and not unseen)
