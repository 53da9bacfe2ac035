"""One model's exchange with its endpoint: recordings first, then the wire; a reply is written before it is used."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from beliefsim import recordings
from beliefsim.recordings.keys import Keys, canonical, digest

from .client import Call, Client, message
from .distributed import Distributed
from .errors import Fault
from .probing import Traits, flags, response_format, top_logprobs
from .requests import Reply, Request

__all__ = ["Done", "Exchange", "Settings"]

Done = Callable[[Reply | Fault], None]


class Settings(NamedTuple):
    """Everything but prompt, prefill and draw that can change an answer."""

    digest: str
    kept: Mapping[str, Any]  # as recorded
    body: Mapping[str, Any]  # as sent
    source: Request  # keeps schema and extra alive, whose identity finds this entry


class Exchange:
    """Finds replies in the recordings `sources`, in this order, and asks the endpoint for the others.

    New replies go to `target`. Name and weights of the model enter the key.
    """

    def __init__(self, name: str, weights: str, sources: list[Path], target: Path) -> None:
        self.name, self.weights = name, weights
        self.sources = [recordings.opened(path) for path in sources if path.exists()]
        self.target = recordings.opened(target)
        if self.target not in self.sources:
            self.sources.append(self.target)
        self.traits: Traits | None = self._recorded_traits()
        self.client: Client | Distributed | None = None
        self._keys = Keys(name, weights)
        self._settings: dict[tuple[Any, ...], Settings] = {}
        self._flying: dict[str, tuple[Call, list[Done]]] = {}
        self._guard = threading.Lock()

    def again(self) -> Exchange:
        """Another exchange over the same recordings, to be connected in another way."""
        other = Exchange(self.name, self.weights, [each.path for each in self.sources], self.target.path)
        other.traits = self.traits or other.traits
        return other

    def _recorded_traits(self) -> Traits | None:
        for recording in self.sources:
            kept = recording.provenance.get("traits")
            if kept:
                return Traits.from_dict(kept)
        return None

    def settings(self, request: Request) -> Settings:
        """Settings of a request, found by identity of its schema first: a run shares few of them."""
        at = (request.temperature, request.max_tokens, request.logprobs, id(request.schema), id(request.extra))
        found = self._settings.get(at)
        if found is None:
            if len(self._settings) > 1000:
                self._settings.clear()
            found = self._settings[at] = self._make_settings(request)
        return found

    def _make_settings(self, request: Request) -> Settings:
        traits = self.traits or Traits()
        body = traits.settings(request.max_tokens, request.temperature)
        kept = dict(body)
        if request.schema is not None:
            kept |= {"schema": request.schema, "schema_mode": traits.schema}
            body |= response_format(traits.schema, request.schema)
        if request.logprobs:
            kept["logprobs"] = request.logprobs
            body |= {"logprobs": True, "top_logprobs": request.logprobs}
        kept |= request.extra or {}
        body |= request.extra or {}
        return Settings(digest(canonical(kept)), kept, body, request)

    def key(self, request: Request) -> str:
        """Key of a request."""
        prompt = self._keys.prompt(request.messages)
        return self._keys.of(prompt, self.settings(request).digest, request.draw, request.prefill)

    def find(self, key: str) -> Reply | None:
        """Recorded reply, or None."""
        for recording in self.sources:
            line = recording.line(key)
            if line is not None:
                return replayed(line)
        return None

    def lacking(self, request: Request) -> str:
        """Why no recording has a reply to a request, with the files."""
        found: dict[str, list[str]] = {}
        for recording in self.sources:
            if len(recording):
                where = f"{recording.path.parent.name}/{recording.path.name}"
                found.setdefault(self._lacking(recording, request), []).append(where)
        return "; ".join(f"{why}: {', '.join(files)}" for why, files in found.items()) or "nothing is recorded yet"

    def _lacking(self, recording: recordings.Recording, request: Request) -> str:
        known = recording.provenance
        for name, now in (("model", self.name), ("weights", self.weights)):
            was = str(known.get(name, ""))
            if was != now:
                return f"recorded with other {name} ({_short(was)}, now {_short(now)})"
        if self._keys.prompt(request.messages) not in recording:
            return "recorded with another version of this prompt, or for other prompts"
        if self.settings(request).digest not in recording:
            return "recorded with this prompt under other settings"
        return f"recorded with this prompt, but not draw {request.draw} of it under these settings"

    def body(self, request: Request) -> dict[str, Any]:
        """What is sent for a request."""
        messages = [{"role": role, "content": text} for role, text in request.messages]
        body = {"model": self.name, "messages": messages, **self.settings(request).body}
        if request.prefill and self.traits:
            messages.append({"role": "assistant", "content": request.prefill})
            body |= flags(self.traits.prefill)
        return body

    def send(self, key: str, request: Request, done: Done) -> Call | None:
        """Call that asks for a reply, records it and hands it to `done`; None if no request is needed.

        That is so where the same request is in flight, or was answered since it was looked for: after an interrupted
        run its last answers still come in.
        """
        begun = False

        def begin() -> None:
            nonlocal begun
            self.target.acquire(self._header())
            begun = True

        def keep(answer: Any) -> Reply:
            return self._record(key, request, answer)

        def landed(call: Call) -> None:
            if begun:
                self.target.release()
            with self._guard:
                _, waiting = self._flying.pop(key)
            for each in waiting:
                each(call.fault or call.result)

        tokens = sum(len(text) for _, text in request.messages) // 4 + request.max_tokens
        call = Call(self.body(request), tokens, keep, landed, begin)
        with self._guard:
            if key in self._flying:
                flying, waiting = self._flying[key]
                flying.dropped = False
                waiting.append(done)
                return None
            found = self.find(key)
            if found is None:
                self._flying[key] = call, [done]
                return call
        done(found)
        return None

    def abandon(self, dones: Collection[Done]) -> None:
        """Stop what only these wait for, unless it is in flight."""
        theirs = set(map(id, dones))
        with self._guard:
            calls = [call for call, waiting in self._flying.values() if all(id(each) in theirs for each in waiting)]
        if calls and self.client is not None:
            self.client.drop(calls)

    def _header(self) -> dict[str, Any]:
        return {"model": self.name, "weights": self.weights, "made": _today()}

    def describe(self, endpoint: Mapping[str, Any]) -> None:
        """Write down what the endpoint is, unless the recording says so already."""
        told = {**endpoint, "traits": self.traits.to_dict() if self.traits else {}}
        self.target.acquire(self._header())
        try:
            known = self.target.provenance
            if any(known.get(name) != value for name, value in told.items()):
                self.target.note({**told, "made": _today()})
        finally:
            self.target.release()

    def _record(self, key: str, request: Request, answer: Any) -> Reply:
        choice, usage = message(answer)
        settings = self.settings(request)
        line: dict[str, Any] = {
            "key": key,
            "prompt": self._keys.prompt(request.messages),
            "settings": settings.digest,
            "draw": request.draw,
            **_answer(choice, request.prefill if self.traits and self.traits.echo else ""),
            "usage": _usage(usage),
        }
        if request.prefill:
            line["prefill"] = request.prefill
        if request.logprobs:
            line["logprobs"] = top_logprobs(choice)
        self.target.add(line, request.messages, settings.kept)
        return replayed(line, False)


def replayed(line: Mapping[str, Any], replayed: bool = True) -> Reply:
    """Reply of a recorded line."""
    get = line.get
    return Reply(
        line["key"],
        get("prefill", "") + line["text"],
        line["finish"],
        tuple(line["usage"]),
        replayed,
        "",
        get("reasoning", ""),
        get("logprobs", ()),
    )


def _answer(choice: Mapping[str, Any], echoed: str) -> dict[str, Any]:
    said = choice["message"]
    text, finish = said.get("content") or "", choice.get("finish_reason") or "stop"
    if said.get("refusal"):
        text, finish = said["refusal"], "refusal"
    answer = {"text": text.removeprefix(echoed), "finish": finish}
    reasoning = said.get("reasoning_content") or said.get("reasoning")
    return answer | ({"reasoning": reasoning} if isinstance(reasoning, str) else {})


def _usage(usage: Mapping[str, Any]) -> list[int]:
    details = usage.get("completion_tokens_details") or {}
    cached = usage.get("prompt_tokens_details") or {}
    return [
        usage.get("prompt_tokens") or 0,
        usage.get("completion_tokens") or 0,
        details.get("reasoning_tokens") or 0,
        cached.get("cached_tokens") or 0,
    ]


def _short(words: str) -> str:
    return f"{words[:12]}…" if len(words) == 64 else words or "none"


def _today() -> str:
    return datetime.date.today().isoformat()
