"""OpenAI-like servers on loopback for the tests: known token probabilities, awkward dialects, and faults on purpose."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import json
import math
import random
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

__all__ = ["Known", "Server", "serve"]

Answer = Callable[[dict[str, Any]], Any]


def completion(text: str = "ok", *, finish: str = "stop", top: Any = None, usage: Any = (7, 3), **message: Any) -> dict:
    """A chat completion as OpenAI documents it; `top` is a list of (token, list of (token, probability))."""
    choice: dict[str, Any] = {
        "index": 0,
        "message": {"role": "assistant", "content": text, **message},
        "finish_reason": finish,
    }
    if top is not None:
        choice["logprobs"] = {"content": [_position(token, likeliest) for token, likeliest in top]}
    prompt, answer = usage
    counts = {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer}
    return {"id": "c-1", "object": "chat.completion", "model": "any", "choices": [choice], "usage": counts}


def _position(token: str, likeliest: list[tuple[str, float]]) -> dict[str, Any]:
    listed = [{"token": each, "logprob": math.log(p), "bytes": None} for each, p in likeliest]
    return {"token": token, "logprob": dict(likeliest).get(token, -1.0), "bytes": None, "top_logprobs": listed}


def refuse(status: int, words: str, **headers: str) -> web.Response:
    """An error as OpenAI words it."""
    return web.json_response(
        {"error": {"message": words, "type": "error", "code": None}}, status=status, headers=headers
    )


@dataclass
class Server:
    """A running server; `answer(body)` gives a dict (a completion), a web.Response, or an awaitable of either."""

    answer: Answer
    delay_seconds: float = 0.0
    served: list[dict[str, Any]] | None = None  # what /v1/models lists; None: there is no such page
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    most_at_once: int = 0
    _now: int = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        self._now += 1
        self.most_at_once = max(self.most_at_once, self._now)
        try:
            if self.delay_seconds:
                await asyncio.sleep(self.delay_seconds)
            answer = self.answer(body)
            if asyncio.iscoroutine(answer):
                answer = await answer
            if callable(answer):
                return await answer(request)
            return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)
        finally:
            self._now -= 1

    async def models(self, request: web.Request) -> web.Response:
        if self.served is None:
            return web.Response(status=404)
        return web.json_response({"object": "list", "data": self.served})

    def asked(self, words: str) -> int:
        """Requests whose prompt holds `words`."""
        return sum(words in json.dumps(body["messages"]) for body in self.bodies)


@contextlib.contextmanager
def serve(answer: Answer, delay_seconds: float = 0.0) -> Iterator[Server]:
    """Run a server in a thread of its own until the block ends."""
    server, loop, ready = Server(answer, delay_seconds), asyncio.new_event_loop(), threading.Event()
    runner: list[web.AppRunner] = []

    async def start() -> None:
        application = web.Application(client_max_size=1 << 26)
        application.router.add_post("/v1/chat/completions", server.handle)
        application.router.add_get("/v1/models", server.models)
        runner.append(web.AppRunner(application, access_log=None, shutdown_timeout=0.1))
        await runner[0].setup()
        site = web.TCPSite(runner[0], "127.0.0.1", 0)
        await site.start()
        server.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        ready.set()

    async def stop() -> None:
        await runner[0].cleanup()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=lambda: (loop.run_until_complete(start()), loop.run_forever()), daemon=True)
    thread.start()
    ready.wait(5)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)
        loop.close()


@dataclass
class Known:
    """A model of one-character and two-character tokens whose probabilities are known: `table` maps a text to them.

    It continues a begun answer, reports log-probabilities, and samples, as llama.cpp does. The texts are what follows
    `prefill` in the answer.
    """

    table: dict[str, dict[str, float]]
    prefill: str = '{"sent": '
    seed: int = 1
    top: int = 100
    legal: tuple[str, ...] = ()  # texts that a grammar would allow; none means anything

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)

    def __call__(self, body: dict[str, Any]) -> dict[str, Any]:
        last = body["messages"][-1]
        begun = last["content"] if last["role"] == "assistant" else ""
        if begun.startswith("1 2 3"):
            return completion(begun + "6", top=[("6", [("6", 0.9), (" ", 0.05)])])
        if not begun:
            return completion("ok", top=[("ok", [("ok", 0.7), ("no", 0.3)])] * bool(body.get("logprobs")))
        return self._continue(begun, body)

    def _continue(self, begun: str, body: dict[str, Any]) -> dict[str, Any]:
        text, top, length = begun, [], body["max_tokens"]
        for _ in range(length):
            tokens = self.table.get(text.removeprefix(self.prefill))
            if tokens is None:
                break
            token = self._draw(self._allowed(tokens, text.removeprefix(self.prefill)), body["temperature"])
            top.append((token, collections.Counter(tokens).most_common(min(body.get("top_logprobs", 0), self.top))))
            text += token
        return completion(text, finish="length", top=top if body.get("logprobs") else None)

    def _allowed(self, tokens: dict[str, float], text: str) -> dict[str, float]:
        if not self.legal:
            return tokens
        return {each: p for each, p in tokens.items() if any(one.startswith(text + each) for one in self.legal)}

    def _draw(self, tokens: dict[str, float], temperature: float) -> str:
        if temperature == 0:
            return max(tokens, key=tokens.__getitem__)
        weights = [p ** (1 / temperature) for p in tokens.values()]
        return self._rng.choices(list(tokens), weights)[0]


@dataclass
class Faulty:
    """Answers prompts like "question 7"; each `every`th prompt (0: none) meets a fault at its first request."""

    fault: str
    every: int = 3
    injected: int = 0
    delivered: collections.Counter[str] = field(default_factory=collections.Counter)

    def __post_init__(self) -> None:
        self._met: set[str] = set()

    def __call__(self, body: dict[str, Any]) -> Any:
        asked = body["messages"][-1]["content"]
        number = asked.removeprefix("question ")
        if self.every and number.isdigit() and int(number) % self.every == 0 and asked not in self._met:
            self._met.add(asked)
            self.injected += 1
            return FAULTS[self.fault](asked) if self.fault in FAULTS else REFUSALS[self.fault]()
        self.delivered[asked] += 1
        return numbered(asked)


def _raw(
    *parts: bytes, pause_seconds: float = 0.0, abort: bool = False, stay: bool = False
) -> Callable[[web.Request], Any]:
    """Write bytes on the wire as they are, then hang up, or stay for what comes next."""

    async def write(request: web.Request) -> web.StreamResponse:
        for number, part in enumerate(parts):
            await asyncio.sleep(pause_seconds if number else 0)
            if request.transport is not None:
                request.transport.write(part)  # type: ignore[attr-defined]
        if stay:
            return Written()
        if request.transport is not None:
            request.transport.abort() if abort else request.transport.close()  # type: ignore[attr-defined]
        return web.Response()

    return write


class Written(web.Response):
    """A response that is on the wire already."""

    async def prepare(self, request: web.BaseRequest) -> None:
        self._body_length, self._keep_alive = 0, True

    async def write_eof(self, data: bytes = b"") -> None:
        pass

    @property
    def keep_alive(self) -> bool:
        return True


def _http(body: bytes, length: int | None = None, kind: str = "application/json") -> bytes:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length or len(body)}\r\n\r\n"
    return head.encode() + body


def numbered(asked: str) -> dict[str, Any]:
    """An answer with an id of its own, as OpenAI, vLLM and llama.cpp give one."""
    return {**completion(f"answer to {asked}"), "id": f"chatcmpl-{uuid.uuid4().hex}"}


def _bytes(asked: str) -> bytes:
    return json.dumps(numbered(asked)).encode()


async def _hang(seconds: float = 30.0) -> dict[str, Any]:
    await asyncio.sleep(seconds)
    return completion("too late")


def wire(name: str, asked: str = "") -> dict[str, Any]:
    """What a real endpoint sent (tests/wire); its answer 4 becomes one to what was `asked`."""
    text = (Path(__file__).parent / "wire" / f"{name}.json").read_text()
    if asked:
        text = text.replace(": 4}", rf": \"answer to {asked}\"}}")
    body = json.loads(text)["body"]
    return {"model": "any", **body}


_PAGE = "<!DOCTYPE html><html><title>Proxy</title><body>Sign in</body></html>"

FAULTS: dict[str, Callable[[str], Any]] = {
    "429 with Retry-After": lambda asked: refuse(429, "slow down", **{"Retry-After": "0.2"}),
    "429 without Retry-After": lambda asked: refuse(429, "slow down"),
    "500": lambda asked: refuse(500, "oops"),
    "503 with a web page": lambda asked: web.Response(text=_PAGE, status=503, content_type="text/html"),
    "connection reset": lambda asked: _raw(abort=True),
    "hang": lambda asked: _hang(),
    "slow drip": lambda asked: _raw(*[bytes([each]) for each in _http(_bytes(asked))], pause_seconds=0.05),
    "truncated body": lambda asked: _raw(_http(_bytes(asked)[:60], len(_bytes(asked)))),
    "wrong JSON": lambda asked: _raw(_http(_bytes(asked)[:60])),
    "wrong schema": lambda asked: {"object": "list", "data": []},
    "web page with 200": lambda asked: web.Response(text=_PAGE, content_type="text/html"),
    "empty choices": lambda asked: {**completion(), "choices": []},
    "null message": lambda asked: {**completion(), "choices": [{"index": 0, "message": None}]},
    "refusal": lambda asked: completion(None, refusal="I cannot help with that."),  # type: ignore[arg-type]
    "length stop": lambda asked: completion("answer to", finish="length"),
    "duplicated reply": lambda asked: _raw(_http(_bytes(asked)) * 2),
    "second response kept alive": lambda asked: _raw(_http(data := _bytes(asked)), _http(data), stay=True),
    "late second response": lambda asked: _raw(
        _http(data := _bytes(asked)), _http(data), pause_seconds=0.02, stay=True
    ),
    "Retry-After of an hour": lambda asked: refuse(429, "slow down", **{"Retry-After": "3600"}),
    "Retry-After as a date": lambda asked: refuse(503, "later", **{"Retry-After": "Wed, 01 Jan 2098 00:00:00 GMT"}),
    "Retry-After of inf": lambda asked: refuse(429, "slow down", **{"Retry-After": "inf"}),
    "JSON as text/plain": lambda asked: web.Response(text=_bytes(asked).decode(), content_type="text/plain"),
    "error within 200": lambda asked: wire("error_in_200"),
    "error within a choice": lambda asked: wire("error_in_choice"),
    "invalid JSON sampled": lambda asked: web.json_response(wire("json_validate_failed"), status=400),
    "content as parts": lambda asked: wire("content_parts", asked),
    "JSON among the reasoning": lambda asked: wire("json_in_reasoning_content", asked),
    "tool call": lambda asked: wire("tool_call", asked),
    "null log-probability": lambda asked: wire("null_logprob", asked),
    "thought until it was cut": lambda asked: wire("thinking_spends_max_tokens"),
    "usage of odd types": lambda asked: {**completion(f"answer to {asked}"), "usage": {"prompt_tokens": "7", "x": [1]}},
    "no usage": lambda asked: {**completion(f"answer to {asked}"), "usage": "none"},
    "thoughts in the text": lambda asked: completion(f"<think>an answer to question 0?</think>answer to {asked}"),
}

# Prompts that are refused, in the words of several servers: each is missing until it is asked again.
TOO_LONG = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."
REFUSALS: dict[str, Callable[[], Any]] = {
    "refused by OpenAI": lambda: web.json_response(
        {"error": {"message": TOO_LONG, "type": "invalid_request_error", "code": "context_length_exceeded"}}, status=400
    ),
    "refused by vLLM": lambda: web.json_response(
        {"object": "error", "message": TOO_LONG, "type": "BadRequestError", "param": None, "code": 400}, status=400
    ),
    "refused by llama.cpp": lambda: web.json_response(
        {
            "error": {
                "code": 400,
                "message": "the request exceeds the available context size, try increasing it",
                "type": "exceed_context_size_error",
                "n_prompt_tokens": 9000,
                "n_ctx": 8192,
            }
        },
        status=400,
    ),
    "refused by an old llama.cpp": lambda: refuse(500, "the request exceeds the available context size"),
    "refused with 413": lambda: web.Response(status=413, text="Request Entity Too Large"),
    "filtered": lambda: web.json_response(
        {"error": {"message": "The prompt was filtered", "code": "content_filter", "status": 400}}, status=400
    ),
}
