"""Inspect AI asks prompts, `at_once` at a time: ADDRESS COUNT AT_ONCE FOLDER; prints seconds. A rerun is cached."""

import os
import sys
import time

address, count, at_once, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
os.environ |= {"INSPECT_CACHE_DIR": folder, "BENCH_API_KEY": "none", "BENCH_BASE_URL": address}

from inspect_ai import Task, eval  # noqa: E402
from inspect_ai.dataset import Sample  # noqa: E402
from inspect_ai.solver import generate, system_message  # noqa: E402


def ask(numbers: range) -> float:
    """Ask questions; seconds it took."""
    samples = [Sample(input=f"question {number} " + "x" * 500) for number in numbers]
    task = Task(dataset=samples, solver=[system_message("Answer."), generate(cache=True)])
    started = time.perf_counter()
    [log] = eval(
        task, model="openai-api/bench/bench", max_connections=at_once, max_samples=at_once, max_tokens=24,
        temperature=1.0, display="none", log_dir=os.path.join(folder, "logs"),
    )  # fmt: skip
    if log.status != "success" or not log.samples or len(log.samples) != len(numbers):
        sys.exit(f"Inspect AI ended with {log.status}: {log.error}")
    return time.perf_counter() - started


ask(range(-1, 0))  # loads what is needed
print(ask(range(count)))
