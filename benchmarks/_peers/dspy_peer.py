"""DSPy asks `count` prompts, `at_once` at a time: ADDRESS COUNT AT_ONCE FOLDER; prints seconds. A rerun is cached."""

import asyncio
import os
import sys
import time

address, count, at_once, folder = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
os.environ["DSPY_CACHEDIR"] = folder

import dspy  # noqa: E402

model = dspy.LM("openai/bench", api_base=address, api_key="none", temperature=1.0, max_tokens=24, cache=True)


async def ask(number: int) -> None:
    """Ask one question."""
    await model.acall(f"Answer. question {number} " + "x" * 500)


async def ask_all() -> float:
    """Ask with as many workers as may be in flight; seconds it took, after one that loads what is needed."""
    await ask(-1)
    started, waiting = time.perf_counter(), iter(range(count))

    async def worker() -> None:
        for number in waiting:
            await ask(number)

    await asyncio.gather(*(worker() for _ in range(at_once)))
    return time.perf_counter() - started


print(asyncio.run(ask_all()))
