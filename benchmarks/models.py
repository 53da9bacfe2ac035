"""Speed of the model layer beside the bare SDK on the same prompts; see `run` for what is measured."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import beliefsim as bs
from beliefsim import paths, recordings
from beliefsim.models import Limits, Model, Reply, Request
from beliefsim.models.choices import named

from .loopback import loopback

__all__ = ["run"]

CALLS = 2000
AT_ONCE = 64
PAIRS = 5
GAME = bs.games.TrustGame()
_OPEN = """
import hashlib, json, random, resource, sys, time
from pathlib import Path
from beliefsim.recordings import Recording
import pandas
def megabytes():
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts what the parent used before this program began
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, started = megabytes(), time.perf_counter()
recording = Recording(Path(sys.argv[1]))
opened, peak = time.perf_counter() - started, megabytes() - before
keys = [hashlib.sha256(f"k{number}".encode()).hexdigest()[:32] for number in range(0, 1_000_000, 20)]
random.Random(1).shuffle(keys)
started = time.perf_counter()
assert all(recording.line(key) for key in keys)
lookups = len(keys) / (time.perf_counter() - started)
started = time.perf_counter()
assert len(recording.to_frame()) == 1_000_000
table = time.perf_counter() - started
print(json.dumps({"open_s": opened, "peak_mb": peak, "lookups_per_s": lookups, "table_s": table}))
"""


def run() -> dict[str, float]:
    """Measure and return names with numbers.

    `live_ratio_…` is calls/s of `play` (rendering, keys, recording, reading, table) over calls/s of the bare
    `AsyncOpenAI` with its aiohttp transport on the same prompts, 64 at a time: the median over pairs of runs.
    `embedded_ratio` is the same over a bare client of the same llama.cpp process, and missing without weights.
    """
    warnings.simplefilter("ignore")
    before = os.environ.get("BELIEFSIM_RESULTS")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BELIEFSIM_RESULTS"] = folder
        try:
            return {
                **_live(0.0, Path(folder), "0ms"),
                **_live(0.05, Path(folder), "50ms"),
                **_replay(Path(folder)),
                **_million(Path(folder)),
                **_embedded(Path(folder)),
            }
        finally:  # the figures belong into the caller's results
            os.environ.pop("BELIEFSIM_RESULTS")
            if before is not None:
                os.environ["BELIEFSIM_RESULTS"] = before


class _Listener:
    """Stands in for a model and keeps what it is asked."""

    name = "listener"

    def __init__(self) -> None:
        self.heard: list[Request] = []

    def ask(self, requests: Iterable[Request]) -> Iterator[Reply]:
        for request in requests:
            self.heard.append(request)
            yield Reply("", '{"sent": 5}')


def _play(model: Any, people: Any) -> int:
    return len(bs.play(GAME, bs.LanguageAgent(model, read="sampled"), people, seed=1))


def _bodies(model: Model, people: Any) -> list[dict[str, Any]]:
    """What the bare client sends: the same prompts, rendered beforehand."""
    listener = _Listener()
    _play(listener, people)
    assert model.traits
    return [model._exchange.body(request) for request in listener.heard]


def _live(delay_seconds: float, folder: Path, label: str) -> dict[str, float]:
    people = bs.personas.sample(CALLS, design="factorial", seed=1)
    ratios, rates = [], []
    with loopback(delay_seconds) as address:
        model = Model("bench", base_url=address, recording=folder / f"{label}.jsonl")
        bodies = _bodies(model, people)
        _bare(address, bodies[:200])
        for pair in range(PAIRS):
            ours = Model("bench", base_url=address, recording=folder / f"{label}-{pair}.jsonl")
            assert ours.traits  # connects and probes, as the bare client is warm as well
            halves = [lambda: _bare(address, bodies), lambda model=ours: _play(model, people)]
            bare, mine = _timed_pair(halves, pair)
            ratios.append(bare / mine)
            rates.append(CALLS / mine)
    return {f"live_ratio_{label}": statistics.median(ratios), f"live_calls_per_s_{label}": statistics.median(rates)}


def _timed_pair(halves: list[Callable[[], Any]], pair: int) -> tuple[float, float]:
    """Seconds of both, the order changing from pair to pair."""
    seconds = [0.0, 0.0]
    for half in (0, 1) if pair % 2 == 0 else (1, 0):
        started = time.perf_counter()
        halves[half]()
        seconds[half] = time.perf_counter() - started
    return seconds[0], seconds[1]


def _bare(address: str, bodies: list[dict[str, Any]], key: str = "none", at_once: int = AT_ONCE) -> None:
    import openai

    async def ask_all() -> None:
        async with openai.AsyncOpenAI(
            api_key=key, base_url=address, max_retries=0, http_client=openai.DefaultAioHttpClient()
        ) as client:
            waiting = iter(bodies)

            async def worker() -> None:
                for body in waiting:
                    unusual = {name: body[name] for name in ("top_k", "min_p") if name in body}
                    usual = {name: value for name, value in body.items() if name not in unusual}
                    await client.chat.completions.create(**usual, extra_body=unusual)

            await asyncio.gather(*(worker() for _ in range(at_once)))

    asyncio.run(ask_all())


def _replay(folder: Path) -> dict[str, float]:
    """Replies/s of a recorded run, keys included, in a model that was just made."""
    count, rates = 20_000, []
    requests = [
        Request((("system", "Answer."), ("user", f"question {n} " + "x" * 500)), max_tokens=24) for n in range(count)
    ]
    with loopback(0.0) as address:
        list(Model("bench", base_url=address, recording=folder / "replay.jsonl").ask(requests))
    for _ in range(3):
        recordings._opened.clear()
        again = Model("bench", base_url=address, recording=folder / "replay.jsonl")
        fresh = [replace(request) for request in requests]
        started = time.perf_counter()
        assert all(reply.replayed for reply in again.ask(fresh))
        rates.append(count / (time.perf_counter() - started))
    return {"replay_replies_per_s": statistics.median(rates)}


def _million(folder: Path) -> dict[str, float]:
    """A recording of a million replies: opened, looked up in any order, and made a table."""
    path = folder / "million.jsonl"
    settings = hashlib.sha256(b"settings").hexdigest()[:32]
    with path.open("w") as file:
        file.write('{"recording":1,"model":"bench","weights":""}\n')
        for number in range(1_000_000):
            key, prompt = (hashlib.sha256(f"{kind}{number}".encode()).hexdigest()[:32] for kind in "kp")
            rest = {"prompt": prompt, "settings": settings, "draw": 0, "text": '{"sent": 5}', "finish": "stop"}
            file.write(json.dumps({"key": key, **rest, "usage": [120, 6, 0, 0]}, separators=(",", ":")) + "\n")
    command = [sys.executable, "-c", _OPEN, str(path)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=paths.clone()).stdout)
    return {f"million_replies_{name}": value for name, value in found.items()}


def _embedded(folder: Path) -> dict[str, float]:
    with contextlib.suppress(FileNotFoundError):
        return {**_against_bare_llama(folder), **_exact_against_sampled(folder)}
    return {}


def _exact_against_sampled(folder: Path) -> dict[str, float]:
    """Sampled calls needed for the interval width that exact reading gives, over its calls, for the mean send.

    A sampled send has the variance between personas plus the mean variance within one; an exact one has the first.
    """
    people = bs.personas.sample(24, design="factorial", seed=3)
    model = Model(recording=folder / "exact.jsonl")
    moves = bs.play(GAME, bs.LanguageAgent(model, read="exact"), people, seed=1)
    weights = moves["probability"].to_numpy()
    first, second = (
        (moves["amount"] ** power * weights).groupby(moves["persona"].astype(str)).sum() for power in (1, 2)
    )
    between, within = float(first.var()), float((second - first**2).mean())
    calls = model.bill.calls / len(people)
    distance, noise = _distance(model)
    model.close()
    return {
        "exact_vs_sampled_calls": (between + within) / between / calls,
        "exact_calls_per_choice": calls,
        "exact_sampled_distance": distance,
        "exact_sampled_noise": noise,
    }


def _distance(model: Model, draws: int = 150) -> tuple[float, float]:
    """Total variation between exact probabilities and sampled frequencies after the same prefix, for one prompt.

    And its 95 % quantile if the samples came from the exact distribution.
    """
    options = tuple(map(str, range(11)))
    messages = (("user", 'You have $10. How many dollars do you send? Answer as JSON: {"sent": dollars}'),)
    request = Request(messages, prefill='{"sent": ', options=options, terminator="}", max_tokens=3)
    [choice] = model.choose([request])
    found = [named(reply.text, request) for reply in model.ask(replace(request, draw=draw) for draw in range(draws))]
    counts = np.bincount([each for each in found if each is not None], minlength=len(options))
    chance = np.random.default_rng(0).multinomial(counts.sum(), choice.p, 2000) / counts.sum()
    null = 0.5 * np.abs(chance - choice.p).sum(axis=1)
    return float(0.5 * np.abs(counts / counts.sum() - choice.p).sum()), float(np.quantile(null, 0.95))


def _against_bare_llama(folder: Path) -> dict[str, float]:
    people = bs.personas.sample(10, design="factorial", seed=2)
    model = Model(recording=folder / "embedded.jsonl", limits=Limits(concurrency=4, start=4))
    assert model.traits
    model._connect()
    bodies = _bodies(model, people)
    server, ratios = model._exchange.client.server, []
    _bare(server.address, bodies[:4], server.key, 4)
    for pair in range(3):
        fresh = Model(recording=folder / f"embedded-{pair}.jsonl")
        fresh._connect()
        halves = [lambda: _bare(server.address, bodies, server.key, 4), lambda each=fresh: _play(each, people)]
        bare, mine = _timed_pair(halves, pair)
        ratios.append(bare / mine)
        fresh.close()
    model.close()
    return {"embedded_ratio": statistics.median(ratios)}


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
