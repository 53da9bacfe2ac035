"""One model's exchange with its endpoint: recordings first, then the wire; a reply is written before it is used."""

from __future__ import annotations

import asyncio
import datetime
import operator
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from beliefsim import recordings
from beliefsim.recordings.keys import Keys, canonical, digest

from .client import Client, stop_if_cancelled
from .distributed import Distributed
from .errors import Fault, ModelError
from .probing import Traits, flags, response_format
from .requests import Reply, Request
from .wire import Answer, visible

if TYPE_CHECKING:
    from .runs import Account


_SHARED = operator.attrgetter("temperature", "max_tokens", "logprobs", "schema", "extra")
_ROOMS = (4096, 16384)  # tokens added for a model that thought until it was cut


class Settings(NamedTuple):
    """Everything but prompt, prefill and draw that can change an answer."""

    of: tuple[Any, ...]  # what of a request it was made of
    digest: str
    kept: Mapping[str, Any]  # as recorded
    body: Mapping[str, Any]  # as sent


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
        known = self._recorded("traits")
        self.traits = Traits.from_dict(known["traits"]) if known else None
        self.endpoint: Mapping[str, Any] = {}  # as it was last described
        self.served: dict[str, str] = dict(self._recorded("served").get("served", {}))
        self.client: Client | Distributed | None = None
        self._keys = Keys(name, weights)
        self._settings: list[Settings] = []
        self._flying: dict[str, asyncio.Future[Fault | None]] = {}

    def _recorded(self, name: str) -> Mapping[str, Any]:
        return next((known for each in self.sources if (known := each.provenance).get(name)), {})

    @property
    def header(self) -> dict[str, Any]:
        """First line of a new recording."""
        return {"model": self.name, "weights": self.weights, "made": datetime.date.today().isoformat()}

    def settings(self, request: Request) -> Settings:
        """Settings of a request, compared with the last few: a run shares them."""
        of = (*_SHARED(request), type(request.temperature), bool(request.prefill))
        for known in self._settings:
            if known.of == of:
                return known
        self._settings = [self._new_settings(request, of), *self._settings[:7]]
        return self._settings[0]

    def _new_settings(self, request: Request, of: tuple[Any, ...]) -> Settings:
        traits = self.traits or Traits()
        body = traits.settings(request.max_tokens, request.temperature, bool(request.prefill))
        kept = dict(body)
        if request.schema is not None:
            kept |= {"schema": request.schema, "schema_mode": traits.schema}
            body |= response_format(traits.schema, request.schema)
        if request.logprobs:
            kept["logprobs"] = request.logprobs
            body |= {"logprobs": True, "top_logprobs": request.logprobs}
        kept |= request.extra or {}
        body |= request.extra or {}
        return Settings(of, digest(canonical(kept)), kept, body)

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
                return f"recorded with other {name} ({short(was)}, now {short(now)})"
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

    async def reply(self, request: Request, account: Account) -> Reply:
        """Recorded reply, or the endpoint's, written down; equal requests wait for one that is in flight.

        After an interrupted run its last answers still come in, and answer the next run.

        Raises
        ------
        Fault, BudgetSpent
            If there is no answer, or the account does not allow the request.
        """
        stop_if_cancelled()
        key = self.key(request)
        while (reply := self.find(key)) is None:
            flying = self._flying.get(key)
            if flying is None:
                return await self._asked(key, request, account)
            await asyncio.wait([flying])
            if not flying.cancelled() and (fault := flying.result()) is not None:
                raise fault
        account.found([reply])
        return reply

    async def _asked(self, key: str, request: Request, account: Account) -> Reply:
        landed = self._flying[key] = asyncio.get_running_loop().create_future()
        try:
            self.target.acquire(self.header)
            try:
                reply = self._record(key, request, *await self._answer(request, account))
            finally:
                self.target.release()
            account.answer(request, reply)
            landed.set_result(None)
            return reply
        except (Fault, recordings.RecordingError) as error:  # asking on without a recording would only cost more
            fault = error if isinstance(error, Fault) else Fault(str(error), "stop")
            landed.set_result(fault)
            raise fault from None
        finally:
            landed.cancel()
            del self._flying[key]

    async def _answer(self, request: Request, account: Account) -> tuple[Answer, int]:
        """The endpoint's answer, and the tokens added to what was asked for because it was cut while it thought."""
        assert self.client is not None and self.traits is not None
        body, length = self.body(request), self.traits.length
        characters = sum(len(text) for _, text in request.messages)
        for room in (0, *_ROOMS):
            stop_if_cancelled()
            reserved, answer = await account.budget.reserve(account.bill, request, body[length] + room), None
            try:
                answer = await self.client.ask({**body, length: body[length] + room}, characters // 4 + body[length])
            finally:
                account.budget.settle(account.bill, request, reserved, answer.usage if answer else None)
            if request.logprobs or not answer.empty:  # a reading of one token is no cut reply
                return answer, room
        cut = f"the answer was cut before it began, also after {body[length] + room:,} tokens"
        raise Fault(f"{cut}: the model thinks too long for this endpoint; switch its thinking off there", "refused")

    def describe(self, endpoint: Mapping[str, Any]) -> None:
        """Write down what the endpoint is, unless the recording says so already."""
        assert self.traits is not None
        self.endpoint = {**endpoint, **({"served": dict(self.served)} if self.served else {})}
        written = self.target.provenance
        same = all(written.get(name) == value for name, value in self.endpoint.items())
        if not (same and written.get("traits") and Traits.from_dict(written["traits"]) == self.traits):
            self.target.acquire(self.header)
            try:
                self.target.note({**self.endpoint, "traits": asdict(self.traits), "made": self.header["made"]})
            finally:
                self.target.release()

    def recognise(self, served: Mapping[str, str]) -> None:
        """Compare what stands behind the name with what the recording has replies of; note what is new.

        Raises
        ------
        ModelError
            If it is another model.
        """
        was, now = ({each: said[each] for each in served if each in said} for said in (self.served, served))
        changed = {each for each in was if was[each] != now[each]}
        if changed:
            raise ModelError(
                f"model {self.name}: another model answers now at this address: {_said(now)}, where {self.target.path} "
                f"has replies of {_said(was)}. Model(recording='another.jsonl') or another name keeps the two apart"
            )
        self.served |= served

    def _record(self, key: str, request: Request, answer: Answer, room: int) -> Reply:
        assert self.traits is not None
        if answer.model and not self.weights and self.served.get("model") != answer.model:
            try:
                self.recognise({"model": answer.model})
            except ModelError as error:
                raise Fault(str(error), "stop") from None
            self.describe(self.endpoint)
        settings = self.settings(request)
        line: dict[str, Any] = {"key": key, "prompt": self._keys.prompt(request.messages), "settings": settings.digest}
        text = answer.text.removeprefix(request.prefill if self.traits.echo else "")
        line |= {"draw": request.draw, "text": text, "finish": answer.finish, "usage": answer.usage}
        optional = {"reasoning": answer.reasoning, "prefill": request.prefill, "room": room}
        line |= {name: value for name, value in optional.items() if value}
        if request.logprobs:
            line["logprobs"] = answer.logprobs
        self.target.add(line, request.messages, settings.kept)
        return replayed(line, False)


def replayed(line: Mapping[str, Any], replayed: bool = True) -> Reply:
    """Reply of a recorded line."""
    get = line.get
    text = get("prefill", "") + visible(line["text"])
    usage = tuple(line["usage"])
    return Reply(line["key"], text, line["finish"], usage, replayed, "", get("reasoning", ""), get("logprobs", ()))


def short(words: str) -> str:
    """A hash's beginning, or the words."""
    return f"{words[:12]}…" if len(words) == 64 else words or "none"


def _said(served: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value!r}" for name, value in served.items())
