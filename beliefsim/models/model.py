"""`Model`: what answers messages, from recordings first and from an endpoint where that is allowed."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from beliefsim import paths, recordings

from .choices import read_choice
from .errors import MissingReply, ModelError
from .exchange import Exchange
from .pace import Limits
from .probing import LLAMA_CPP, Traits, probe
from .requests import Choice, Reply, Request
from .runs import Run

__all__ = ["DEFAULT", "REPLAY_ONLY", "Model"]

DEFAULT = "smollm2-135m-instruct"
REPLAY_ONLY = "BELIEFSIM_REPLAY_ONLY"  # set by `reproduce` for studies whose recordings came with the clone
_HERE = {"127.0.0.1", "localhost", "::1"}


class Model:
    """A language model behind recordings.

    Parameters
    ----------
    name : str or Path, optional
        A name of the catalogue (`beliefsim models`) or a path to a .gguf file: run here, by llama.cpp. Any other name
        is asked for at `base_url`, or at OpenAI. None is the embedded default.
    base_url : str, optional
        Address of an OpenAI-compatible endpoint, for example ``"http://localhost:8000/v1"``.
    live : bool
        Allow requests that are sent elsewhere and may cost money. Models on this machine need no permission.
    key_variable : str, optional
        Environment variable that holds the key. With `base_url` no key is sent unless this names one.
    recording : path, optional
        Recording to read and to append to, instead of results/recordings/<name>.jsonl.
    limits : Limits, optional
        Ceilings, deadlines, attempts.

    Raises
    ------
    ValueError
        For a name that is nearly one of the catalogue.

    Examples
    --------
    >>> Model("gpt-4.1-mini").name
    'gpt-4.1-mini'
    """

    def __init__(
        self,
        name: str | Path | None = None,
        *,
        base_url: str | None = None,
        live: bool = False,
        key_variable: str | None = None,
        recording: str | Path | None = None,
        limits: Limits | None = None,
    ) -> None:
        from . import weights

        self.base_url = _checked(base_url)
        self.live, self.key_variable = live, key_variable
        self._weights_of, self.name, digest = None, str(name or DEFAULT), ""
        if base_url is None:
            path = Path(self.name).expanduser()
            entry = None if path.suffix == ".gguf" else weights.look_up(self.name)
            if entry is not None:
                self._weights_of, digest = self.name, entry.sha256
            elif path.suffix == ".gguf":
                self._weights_of, self.name = str(weights.find(path)), path.stem
                digest = weights.digest(weights.find(path))
        self.limits = limits or (Limits(concurrency=8, start=8) if self.embedded else Limits())
        slug = re.sub(r"[^\w.-]+", "_", self.name)
        target = Path(recording) if recording else paths.recordings() / f"{slug}.jsonl"
        self._exchange = Exchange(self.name, digest, [*recordings.committed(slug), target], target)
        if self.embedded and self._exchange.traits is None:
            self._exchange.traits = LLAMA_CPP
        self._server: Any = None

    def __repr__(self) -> str:
        where = "embedded" if self.embedded else self.base_url or "OpenAI"
        return f"Model({self.name!r}, {where}{', live' if self.live else ''})"

    @property
    def embedded(self) -> bool:
        """Whether its weights run on this machine, started by beliefsim."""
        return self._weights_of is not None

    @property
    def free(self) -> bool:
        """Whether it runs on this machine, so that asking costs nothing."""
        return self.embedded or (self.base_url is not None and urlsplit(self.base_url).hostname in _HERE)

    @property
    def recording(self) -> recordings.Recording:
        """The recording that new replies go to."""
        return self._exchange.target

    @property
    def traits(self) -> Traits:
        """What the endpoint can do; probes it when no recording says so."""
        if self._exchange.traits is None:
            self._connect()
        assert self._exchange.traits is not None
        return self._exchange.traits

    @property
    def sent(self) -> int:
        """Requests sent by this object, attempts and probes included."""
        return self._exchange.client.sent if self._exchange.client else 0

    def ask(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Replies in the order of the requests, which are generated as they are needed.

        Parameters
        ----------
        requests : iterable of Request
            May be longer than memory: a bounded number is under way.

        Returns
        -------
        iterator of Reply
            One for each request; a request that failed has an `error`.

        Raises
        ------
        MissingReply
            If a reply is in no recording and the model may not be asked.
        ModelError
            If the endpoint cannot answer, or every request fails; the message begins with the first cause.
        """
        return self._run(_ask(request) for request in requests)

    def choose(self, requests: Iterable[Request]) -> Iterator[Choice]:
        """Probabilities of the options of each request, in order; see `Choice.read` for how they were read.

        Raises
        ------
        MissingReply, ModelError
            As in `ask`.
        """
        return self._run(read_choice(request, self.traits) for request in requests)

    def _run(self, walks: Iterable[Generator[list[Request], list[Reply], Any]]) -> Iterator[Any]:
        return Run(self._exchange, self._connect, self.limits).results(iter(walks))

    def _connect(self) -> None:
        """Open the way to the endpoint, once, if that is allowed; probe it."""
        exchange = self._exchange
        if exchange.client is not None:
            return
        self._permit()
        base_url, key, runtime = self.base_url, "", ""
        if self.embedded:
            from . import embedded

            self._server = embedded.serve(self._weights_of)
            base_url, key = self._server.address, self._server.key
        client = exchange.connect(base_url, key or self._key(), self.limits)
        if exchange.traits is None:
            exchange.traits = probe(self.name, client.send, hosted=self.base_url is None)
        exchange.describe(
            {
                "url": "embedded" if self.embedded else _public(base_url or "https://api.openai.com/v1"),
                "runtime": runtime,
            }
        )

    def _permit(self) -> None:
        replay_only = os.environ.get(REPLAY_ONLY, "") not in ("", "0")
        if self.live or (self.free and not replay_only):
            return
        remedy = (
            "this run replays recordings only: `beliefsim record` asks the model and records its replies"
            if replay_only
            else "pass live=True (--live) to ask, which may cost money"
        )
        held = f"{len(self._exchange.target):,} lines" if self._exchange.target.path.exists() else "nothing yet"
        raise MissingReply(
            f"no recorded reply of model {self.name!r}, and it may not be asked: {remedy}. "
            f"{self._exchange.target.path} holds {held}; a recording made for other prompts or settings does not help."
        )

    def _key(self) -> str:
        """The key; never an environment variable that the user did not name, unless it is OpenAI's for OpenAI."""
        variable = self.key_variable or ("OPENAI_API_KEY" if self.base_url is None else None)
        if variable is None:
            return "no-key"  # the SDK insists on one, and would look for OPENAI_API_KEY
        key = os.environ.get(variable, "")
        if not key:
            raise ModelError(
                f"model {self.name}: environment variable {variable} holds no key; export it and try again"
            )
        return key

    def close(self) -> None:
        """Let go of the endpoint; the embedded server stops with its last user."""
        if self._exchange.client is not None:
            self._exchange.client.close()
            self._exchange.client = None
        if self._server is not None:
            self._server.close()
            self._server = None


def _ask(request: Request) -> Generator[list[Request], list[Reply], Reply]:
    [reply] = yield [request]
    return reply


def _checked(base_url: str | None) -> str | None:
    if base_url is None:
        return None
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).hostname:
        raise ValueError(f"base_url {base_url!r} is no http(s) address, for example http://localhost:8000/v1")
    return base_url.rstrip("/")


def _public(url: str) -> str:
    """Address without user name, password and query."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path}"
