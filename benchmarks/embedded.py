"""Speed of the embedded model, and which of llama.cpp's settings suit many prompts that begin alike.

`python -m benchmarks embedded` measures the settings in use; `python -m benchmarks.embedded` compares others with them.
A person is two requests that share all but a token (a choice that is read exactly walks from the first to the second),
with 200 tokens in front that are the same for everybody.

Measured with SmolLM2 135M on two cores of an EPYC with other work beside it, so the best of six rounds counts (in quiet
moments rounds came close to it; a second llama.cpp process divides everything by five or more):

    people/s   MB   settings
      2.8     530   in use: 4 slots that share 16,384 tokens, 256 MB of prompt cache, 4 requests in flight
      2.9    1190   4 slots with 8,192 tokens each
      2.5     680   2 slots, 2 in flight
      2.8-3.1 340   1 slot, 1 in flight
      1.2     570   4 slots, 8 in flight (mean of one round): people push each other out of the cache
      1.5     530   no prompt cache in memory (cache_ram_mib 0)
      2.3     610   slot_prompt_similarity .8
      2.5     340   1 slot with n_cache_reuse 64, or with threads that do not spin
      1.5     340   1 slot, 1 thread
People with two answers of up to 48 tokens (best of three rounds): 1.03 a second with 4 slots, .67 with 1, .96 with 8.
So: four slots, and as many requests in flight.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

from beliefsim.models import embedded, weights
from beliefsim.models.llama_process import SLOTS

__all__ = ["run"]

_MODEL = "smollm2-135m-instruct"
_KEY = "benchmark"
_PEOPLE, _REPETITIONS = 8, 4
_ANSWER_TOKENS = 24
_RULES = (
    "You take part in a study with one other person whom you do not know and will never meet. You are given some "
    "dollars and may send any whole number of them to the other person. What you send is tripled on its way. The other "
    "person may then return any part of what arrived to you, and keeps the rest. Nobody else will learn what you did. "
    "There is no second round, and you cannot talk to each other. Everything that you keep at the end is paid to you, "
    "and everything that the other person keeps is paid to them. Take the time that you need before you decide. "
) * 2
_WORDS = ("age", "work", "city", "school", "married", "children", "faith", "party", "income", "open", "careful", "warm")
_SERVER = """
import json, sys, xllamacpp
from beliefsim.models.llama_process import parameters
order = json.loads(sys.stdin.readline())
settings, threads = order["settings"], order["threads"]
chosen = parameters(order["weights"], order["key"], **settings)
if threads:
    chosen.cpuparams.n_threads = chosen.cpuparams_batch.n_threads = threads
server = xllamacpp.Server(chosen)
print("at", server.listening_address, flush=True)
sys.stdin.read()
"""
# n_parallel: slots. The last number is how many requests are in flight.
_ALTERNATIVES: list[tuple[dict[str, Any], int, int]] = [
    ({}, 0, SLOTS),
    ({}, 0, 2 * SLOTS),
    ({}, 0, 1),
    ({}, 1, SLOTS),
    ({"n_parallel": 1}, 0, 1),
    ({"n_parallel": 2}, 0, 2),
    ({"n_parallel": 8}, 0, 8),
    ({"kv_unified": False}, 0, SLOTS),
    ({"cache_ram_mib": 0}, 0, SLOTS),
    ({"cache_ram_mib": 8192}, 0, SLOTS),
    ({"n_cache_reuse": 64}, 0, SLOTS),
    ({"n_ubatch": 128}, 0, SLOTS),
    ({"slot_prompt_similarity": 0.8}, 0, SLOTS),
]


def run() -> dict[str, float]:
    """Seconds to start and to join, people read exactly per second, and tokens of longer answers per second."""
    path = weights.find(_MODEL)
    start = time.perf_counter()
    with closing(embedded.serve(path)) as server:
        started = time.perf_counter()
        embedded.serve(path).close()
        joined = time.perf_counter()
        base = server.address
        people, tokens = _measure(base, server.key, SLOTS)
    return {
        "embedded_start_s": started - start,
        "embedded_join_s": joined - started,
        "embedded_exact_people_per_s": people,
        "embedded_answer_tokens_per_s": tokens,
    }


def _measure(address: str, key: str, in_flight: int) -> tuple[float, float]:
    """People a second and answer tokens a second, each the best of a few repetitions."""

    def exact(person: int) -> None:
        _ask(address, key, person, '{"sent": ', 1)
        _ask(address, key, person, '{"sent": 1', 1)

    def answer(person: int) -> None:
        _ask(address, key, person, "Let me think. ", _ANSWER_TOKENS)

    _ask(address, key, -1, '{"sent": ', 1)
    with ThreadPoolExecutor(in_flight) as pool:
        exact_seconds = min(_timed(pool, exact, turn) for turn in range(_REPETITIONS))
        answer_seconds = min(_timed(pool, answer, turn) for turn in range(2))
    return _PEOPLE / exact_seconds, _PEOPLE * _ANSWER_TOKENS / answer_seconds


def _timed(pool: ThreadPoolExecutor, question: Any, turn: int) -> float:
    start = time.perf_counter()
    list(pool.map(question, range(turn * _PEOPLE, (turn + 1) * _PEOPLE)))
    return time.perf_counter() - start


def _ask(address: str, key: str, person: int, prefill: str, tokens: int) -> None:
    rng = random.Random(person)
    about = f"You are person {person}: " + ", ".join(f"{rng.choice(_WORDS)} {rng.choice(_WORDS)}" for _ in range(25))
    messages = [
        {"role": "user", "content": f"{_RULES}{about}. How many dollars do you send? Answer as JSON."},
        {"role": "assistant", "content": prefill},
    ]
    body = {"messages": messages, "max_tokens": tokens, "temperature": 1, "top_p": 1, "top_k": 0, "min_p": 0}
    if tokens == 1:
        body |= {"logprobs": True, "top_logprobs": 20}
    else:
        body |= {"ignore_eos": True}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/chat/completions", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        answer.read()


def _compare(path: Path) -> None:
    print(f"{'people/s':>9} {'tokens/s':>9} {'MB':>6}  settings")
    for settings, threads, in_flight in _ALTERNATIVES:
        order = {"weights": str(path), "key": _KEY, "settings": settings, "threads": threads}
        with subprocess.Popen(
            [sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
            address = process.stdout.readline().split()[1] + "/v1"
            people, tokens = _measure(address, _KEY, in_flight)
            words = [f"{name}={value}" for name, value in settings.items()] + [f"threads={threads}"] * bool(threads)
            print(
                f"{people:9.2f} {tokens:9.1f} {_megabytes(process.pid):6.0f}  {in_flight} in flight {' '.join(words)}",
                flush=True,
            )
            process.kill()


def _megabytes(pid: int) -> float:
    """Memory in use, where /proc tells."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float("nan")
    return int(status.read_text().split("VmRSS:")[1].split()[0]) / 1024


if __name__ == "__main__":
    _compare(weights.find(sys.argv[1] if len(sys.argv) > 1 else _MODEL))
