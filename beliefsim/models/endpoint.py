"""Where a model is asked: its address, its key, and which weights stand behind a name."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .errors import ModelError

__all__ = ["DEFAULT", "HOSTED", "Endpoint", "resolve"]

DEFAULT = "smollm2-135m-instruct"
HOSTED = "https://api.openai.com/v1"
_SECRET = re.compile(r"key|token|secret|passw|sig|auth|credential|code", re.IGNORECASE)
_HERE = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible address, or weights that run here."""

    base_url: str | None = None  # None for OpenAI, and for weights
    key_variable: str | None = None  # environment variable that holds the key
    weights: str = ""  # catalogue name or GGUF path of weights that run here

    def __post_init__(self) -> None:
        if self.base_url is None:
            return
        parts = urlsplit(self.base_url)
        if parts.username or parts.password:
            raise ValueError("base_url holds a user name or password; put the key into a variable: key_variable='NAME'")
        secrets = [name for name, _ in parse_qsl(f"{parts.query}&{parts.fragment}", True) if _SECRET.search(name)]
        if secrets:
            raise ValueError(
                f"base_url carries a secret ({', '.join(secrets)}=…), which would be written to files: put it into a "
                "variable and name that: key_variable='NAME', --key-variable NAME"
            )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            given = "" if "@" in self.base_url else f" {self.base_url!r}"  # it may hold a password
            raise ValueError(f"base_url{given} is no http(s) address, for example http://localhost:8000/v1")

    @property
    def hosted(self) -> bool:
        """Whether it is OpenAI's own API."""
        return self.base_url is None and not self.weights

    @property
    def free(self) -> bool:
        """Whether it is on this machine, so that asking costs nothing."""
        return bool(self.weights) or urlsplit(self.base_url or "").hostname in _HERE

    @property
    def public(self) -> str:
        """Address without query, as recordings keep it."""
        if self.weights:
            return "embedded"
        parts = urlsplit(self.base_url or HOSTED)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}"

    def key(self) -> str:
        """The key: from the variable that the user named, or OpenAI's own for OpenAI, and from nowhere else."""
        variable = self.key_variable or ("OPENAI_API_KEY" if self.hosted else None)
        if variable is None:
            return "no-key"  # the SDK insists on one, and would look for OPENAI_API_KEY itself
        key = os.environ.get(variable, "")
        if not key:
            raise ModelError(f"environment variable {variable} holds no key: export it, or name another (key_variable)")
        return key


def resolve(name: str | Path | None, base_url: str | None, key_variable: str | None) -> tuple[str, str, Endpoint]:
    """Arm, sha256 of the weights ("" for a model elsewhere) and endpoint of what a user typed.

    Raises
    ------
    ValueError
        For a name that is nearly one of the catalogue, and for an address that is none.
    FileNotFoundError
        For a GGUF path where nothing is.
    """
    from . import weights

    word = str(name or DEFAULT)
    if base_url is not None:
        return word, "", Endpoint(base_url.rstrip("/"), key_variable)
    path = Path(word).expanduser()
    if path.suffix == ".gguf":
        found = weights.find(path)
        return path.stem, weights.digest(found), Endpoint(weights=str(found))
    entry: Any = weights.look_up(word)
    if entry is not None:
        return word, entry.sha256, Endpoint(weights=word)
    return word, "", Endpoint(None, key_variable)
