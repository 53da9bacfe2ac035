"""Where a model is asked: its address, its key, its proxy, and which weights stand behind a name."""

from __future__ import annotations

import ipaddress
import os
import re
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from .errors import ModelError

DEFAULT = "smollm2-135m-instruct"
HOSTED = "https://api.openai.com/v1"
_SECRET = re.compile("key|token|secret|sig|passw|auth|credential", re.IGNORECASE)


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible address, or weights that run here."""

    base_url: str | None = None  # None for OpenAI, and for weights
    key_variable: str | None = None  # environment variable that holds the key
    weights: str = ""  # catalogue name or GGUF path of weights that run here
    sha256: str = ""  # of the weights

    def __post_init__(self) -> None:
        if self.base_url is None:
            return
        parts = urlsplit(self.base_url)
        secret = [name for name, _ in parse_qsl(f"{parts.query}&{parts.fragment}") if _SECRET.search(name)]
        if "@" in self.base_url.partition("//")[2].partition("/")[0] or "@" in self.base_url.partition("/")[0]:
            secret.append("a user name or password")
        if secret:
            raise ValueError(
                f"base_url holds {secret[0]}: put the key into a variable and name it, key_variable='NAME'"
            )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            shown = self.base_url.partition("?")[0]
            raise ValueError(f"base_url {shown!r} is no http(s) address, for example http://localhost:8000/v1")

    @property
    def hosted(self) -> bool:
        """Whether it is OpenAI's own API."""
        return self.base_url is None and not self.weights

    @property
    def free(self) -> bool:
        """Whether it is on this machine, so that asking costs nothing."""
        return bool(self.weights) or is_here(self.base_url or HOSTED)

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
        key = os.environ.get(variable, "").strip() if variable else ""
        if variable and not key:
            raise ModelError(f"environment variable {variable} holds no key: export it, or name another (key_variable)")
        return key


def is_here(address: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def proxy(address: str) -> str | None:
    """Proxy that the environment names for an address; none on this machine, where prompts and keys stay."""
    parts = urlsplit(address)
    if is_here(address) or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    known = urllib.request.getproxies()
    return known.get(parts.scheme) or known.get("all")


def headers(address: str, key: str) -> dict[str, str]:
    """What every request carries; OpenAI's own address gets what its SDK would send, any other a key and no more."""
    sent = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    if address != HOSTED:
        return sent
    import openai

    sdk = openai.AsyncOpenAI(api_key=key, base_url=HOSTED)
    return {name: value for name, value in sdk.default_headers.items() if isinstance(value, str)} | sent


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
        sha256 = weights.digest(found)
        return path.stem, sha256, Endpoint(weights=str(found), sha256=sha256)
    entry = weights.look_up(word)
    if entry is None:
        return word, "", Endpoint(None, key_variable)
    return word, entry.sha256, Endpoint(weights=word, sha256=entry.sha256)
