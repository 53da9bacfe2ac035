"""A server that answers at once, in a process and on a core of its own: `python -m benchmarks.loopback SECONDS`."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator

from beliefsim import paths

__all__ = ["loopback"]

_CHOICE = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": '{"sent": 5}'}}
_ANSWER = json.dumps(
    {
        "id": "c-1",
        "object": "chat.completion",
        "created": 1,
        "model": "any",
        "choices": [_CHOICE],
        "usage": {"prompt_tokens": 120, "completion_tokens": 6, "total_tokens": 126},
    }
).encode()


@contextlib.contextmanager
def loopback(delay_seconds: float) -> Iterator[str]:
    """Address of a server that answers after `delay_seconds`; where there are several cores, it has one for itself."""
    cores = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()
    command = [sys.executable, "-m", "benchmarks.loopback", str(delay_seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=paths.clone()) as process:
        assert process.stdout is not None
        try:
            if len(cores) > 1:
                os.sched_setaffinity(process.pid, {max(cores)})
                os.sched_setaffinity(0, cores - {max(cores)})
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.kill()
            if cores:
                os.sched_setaffinity(0, cores)


async def _serve(delay_seconds: float) -> None:
    from aiohttp import web

    async def answer(request: web.BaseRequest) -> web.Response:
        await request.read()
        if delay_seconds:
            await asyncio.sleep(delay_seconds)
        return web.Response(body=_ANSWER, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(site._server.sockets[0].getsockname()[1], flush=True)  # type: ignore[union-attr]
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1])))
